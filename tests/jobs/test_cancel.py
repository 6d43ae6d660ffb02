"""Who may end a job, when, and what it gives back."""

import asyncio

import pytest

from bot.errors import InvalidRequest, JobNotFound, LimitReached
from bot.limits import Allowance, Limits, Rate
from bot.models import Job, JobState
from tests.jobs.bot_process import BotProcess, World
from tests.storage.samples import WIDE, place

ONE_AN_HOUR = Limits(member=Allowance(Rate(1, 3_600.0)), guild=Allowance(Rate(100, 1.0)))


async def _cancel(bot: BotProcess, job: Job, user_id: int = 7) -> Job:
    return await bot.service.cancel(job.id, place(user_id), moderates=False)


async def _refusal(bot: BotProcess, job: Job, user_id: int, guild_id: int | None, *, moderates: bool) -> str:
    with pytest.raises(InvalidRequest) as caught:
        await bot.service.cancel(job.id, place(user_id, guild_id), moderates=moderates)
    return caught.value.reason


async def test_a_waiting_job_is_given_back_whole(world: World) -> None:
    async with world.process(limits=ONE_AN_HOUR) as bot:
        job = await bot.ask_for()
        with pytest.raises(LimitReached):
            await bot.ask_for()
        cancelled = await _cancel(bot, job)
        assert (cancelled.state, cancelled.was_refunded, cancelled.can_retry) == (JobState.CANCELLED, True, True)
        await bot.ask_for()
        with pytest.raises(LimitReached):
            await bot.ask_for()


async def test_a_cancelled_waiting_job_never_reaches_the_service(world: World) -> None:
    async with world.process() as bot:
        job = await bot.ask_for()
        await _cancel(bot, job)
        bot.start()
        bot.clock.step(60)
        await bot.settle()
    assert world.fake.submits.total() == 0


@pytest.mark.parametrize("state", [JobState.SUBMITTING, JobState.RUNNING])
async def test_a_job_in_the_services_hands_ends_without_refund(world: World, state: JobState) -> None:
    world.fake.on("Hello", submit=["hold" if state is JobState.SUBMITTING else "task"], poll=["running"])
    async with world.process(limits=ONE_AN_HOUR) as bot:
        bot.start()
        job = await bot.until_state(await bot.ask_for("Hello"), state)
        await bot.until(lambda: world.fake.submits["Hello"] == 1)
        cancelled = await _cancel(bot, job)
        world.fake.let_go.set()
        polls = world.fake.polls["Hello"]
        bot.clock.step(600)
        await bot.settle()
        assert (cancelled.state, cancelled.was_refunded) == (JobState.CANCELLED, False)
        assert await bot.service.get(job.id) == cancelled
        assert (world.fake.submits["Hello"], world.fake.polls["Hello"], world.discord.posted) == (1, polls, {})
        with pytest.raises(LimitReached):
            await bot.ask_for()


async def test_a_cancelled_job_makes_its_place_free_at_once(world: World) -> None:
    world.fake.on("endless", poll=["running"])
    async with world.process(places=1) as bot:
        bot.start()
        endless = await bot.until_state(await bot.ask_for("endless"), JobState.RUNNING)
        other = await bot.ask_for("other", user_id=8)
        await _cancel(bot, endless)
        (other,) = await bot.until_over(other)
        assert other.state is JobState.DONE


async def test_a_job_cancelled_during_its_download_leaves_no_files(world: World) -> None:
    async with world.process() as bot:
        await bot.ask_for("Hello")
        job = await bot.store.claim(bot.clock.now(), 1)
        assert job is not None
        link = f"{world.fake.base_url}/results/Hello"
        running = await bot.store.move(job, JobState.RUNNING, bot.clock.now(), api_task_id="t", result_urls=[link])
        assert running is not None
        await asyncio.to_thread(bot.carrier.folder(job).mkdir, parents=True)
        world.fake.on("Hello", result=["broken"])
        bot.start()
        await bot.settle()
        assert bot.carrier.folder(job).is_dir()
        await _cancel(bot, running)
        await bot.until(lambda: not bot.carrier.folder(job).exists())


async def test_a_fetched_result_can_still_be_withheld(world: World) -> None:
    async with world.process() as bot:
        await bot.ask_for("Hello")
        job = await bot.store.claim(bot.clock.now(), 1)
        assert job is not None
        job = await bot.store.move(job, JobState.READY, bot.clock.now(), result_file="result")
        assert job is not None
        cancelled = await _cancel(bot, job)
        assert (cancelled.state, cancelled.was_refunded) == (JobState.CANCELLED, False)
        bot.start()
        await bot.settle()
    assert world.discord.posted == {}


async def test_a_result_that_is_being_posted_cannot_be_called_back(world: World) -> None:
    async with world.process() as bot:
        await bot.ask_for("Hello")
        job = await bot.store.claim(bot.clock.now(), 1)
        assert job is not None
        job = await bot.store.move(job, JobState.DELIVERING, bot.clock.now())
        assert job is not None
        assert await _refusal(bot, job, 7, 100, moderates=True) == "too_late_to_cancel"


async def test_a_job_that_is_over_cannot_be_cancelled_twice(bot: BotProcess) -> None:
    (done,) = await bot.until_over(await bot.ask_for())
    assert await _refusal(bot, done, 7, 100, moderates=False) == "too_late_to_cancel"
    job = await bot.ask_for(has_card=False)
    await _cancel(bot, job)
    assert await _refusal(bot, job, 7, 100, moderates=False) == "too_late_to_cancel"


async def test_a_moderator_of_the_same_guild_may_cancel(world: World) -> None:
    async with world.process() as bot:
        job = await bot.ask_for()
        cancelled = await bot.service.cancel(job.id, place(999), moderates=True)
        assert cancelled.state is JobState.CANCELLED


@pytest.mark.parametrize(
    ("user_id", "guild_id", "moderates"), [(8, 100, False), (8, 200, True), (8, None, True), (8, None, False)]
)
async def test_strangers_and_moderators_of_other_guilds_may_not(
    world: World, user_id: int, guild_id: int | None, *, moderates: bool
) -> None:
    async with world.process() as bot:
        job = await bot.ask_for()
        assert await _refusal(bot, job, user_id, guild_id, moderates=moderates) == "not_your_job"
        assert (await bot.service.get(job.id)).state is JobState.QUEUED


async def test_nobody_moderates_the_direct_messages_of_others(world: World) -> None:
    async with world.process() as bot:
        job = await bot.ask_for(guild_id=None)
        assert await _refusal(bot, job, 8, None, moderates=True) == "not_your_job"
        assert (await bot.service.cancel(job.id, place(7, None), moderates=False)).state is JobState.CANCELLED


async def test_a_job_that_does_not_exist_cannot_be_cancelled(world: World) -> None:
    async with world.process() as bot:
        with pytest.raises(JobNotFound):
            await bot.service.cancel("no such id", place(), moderates=True)


async def test_two_who_cancel_at_once_refund_once(world: World) -> None:
    async with world.process(limits=ONE_AN_HOUR) as bot:
        job = await bot.ask_for()
        answers = await asyncio.gather(
            *[bot.service.cancel(job.id, place(), moderates=True) for _ in range(20)], return_exceptions=True
        )
        assert len([answer for answer in answers if isinstance(answer, Job)]) == 1
        await bot.ask_for()
        with pytest.raises(LimitReached):
            await bot.ask_for()


async def test_cancelling_at_any_moment_ends_the_job_once_and_never_both_posts_and_cancels(world: World) -> None:
    """A sweep: the cancel comes a little later each time, from before the claim until after the end."""
    async with world.process(limits=WIDE) as bot:
        bot.start()
        for moments in range(0, 44, 3):
            text = f"text {moments}"
            world.fake.on(text, poll=["done"])
            job = await bot.ask_for(text)
            await bot.run_for(moments)
            try:
                cancelled = await _cancel(bot, job)
            except InvalidRequest:
                (over,) = await bot.until_over(job)
                assert over.state is JobState.DONE
                assert job.id in world.discord.posted
            else:
                await bot.settle()
                over = await bot.service.get(job.id)
                assert over == cancelled
                assert job.id not in world.discord.posted
                assert over.was_refunded is (over.attempts == 0)
            assert world.fake.submits[text] <= 1
            assert bot.files_of(job) == []
        (last,) = await bot.until_over(await bot.ask_for("last"))
    assert last.state is JobState.DONE
