"""Results that could not be posted, or are wanted once more: sent again, for free, and only by who may."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import ChannelGone, InvalidRequest, JobNotFound, LimitReached
from bot.jobs.upkeep import CLEAN_UP_EVERY_S
from bot.models import FailureReason, Job, JobState
from tests.jobs.bot_process import BotProcess, World
from tests.storage.samples import TIGHT, place


async def _undelivered(bot: BotProcess) -> Job:
    bot.discord.faults.append(ChannelGone(55))
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert job.failure is FailureReason.UNDELIVERABLE
    return job


async def _sent_again(bot: BotProcess, job: Job, card_message_id: int = 77) -> Job:
    job = await bot.service.check_send_again(job.id, place(), moderates=False)
    return await bot.service.send_again(job, place(at=bot.clock.now()), card_message_id)


async def test_a_result_that_nobody_got_is_posted_without_asking_the_service_again(bot: BotProcess) -> None:
    job = await _undelivered(bot)
    await _sent_again(bot, job)
    (done,) = await bot.until_over(job)
    assert (done.state, done.card_message_id, done.deliveries) == (JobState.DONE, 77, 1)
    assert bot.fake.accepted == ["Hello"]
    assert bot.discord.posted.keys() == {job.id}
    await bot.until(lambda: not bot.files_of(job))


async def test_sending_again_goes_on_after_a_crash(world: World) -> None:
    async with world.process() as first:
        first.start()
        job = await _undelivered(first)
        await first.kill()
        await _sent_again(first, job)
    async with world.process() as second:
        second.start()
        (done,) = await second.until_over(job)
    assert (done.state, world.fake.accepted) == (JobState.DONE, ["Hello"])


async def test_a_result_whose_file_is_gone_is_fetched_again(bot: BotProcess) -> None:
    job = await _undelivered(bot)
    await bot.carrier.clean_up(job)
    await _sent_again(bot, job)
    (done,) = await bot.until_over(job)
    assert (done.state, bot.fake.accepted) == (JobState.DONE, ["Hello"])


async def test_what_was_posted_can_be_posted_again(bot: BotProcess) -> None:
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    await _sent_again(bot, job)
    (done,) = await bot.until_over(job)
    assert (done.state, done.deliveries, bot.fake.accepted) == (JobState.DONE, 1, ["Hello"])


async def test_what_was_posted_and_is_gone_is_not_given_back(bot: BotProcess) -> None:
    bot.fake.on("Hello", poll=["done"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    bot.fake.on("Hello", result=["gone"], poll=["not found"])
    await _sent_again(bot, job)
    (over,) = await bot.until_over(job)
    assert (over.state, over.failure, over.was_refunded) == (JobState.FAILED, FailureReason.RESULT_GONE, False)


async def test_two_presses_post_it_once(bot: BotProcess) -> None:
    job = await _undelivered(bot)
    seen = await bot.service.check_send_again(job.id, place(), moderates=False)
    await bot.service.send_again(seen, place(), 77)
    with pytest.raises(InvalidRequest) as caught:
        await bot.service.send_again(seen, place(), 78)
    assert caught.value.reason == "nothing_to_send"


@pytest.mark.parametrize(
    ("user_id", "guild_id", "moderates", "reason"),
    [
        (8, 100, False, "not_your_job"),
        (8, 200, True, "not_your_job"),
        (7, 200, False, "asked_elsewhere"),
        (7, None, False, "asked_elsewhere"),
        (8, 100, True, None),
    ],
)
async def test_only_the_asker_and_moderators_may_and_only_where_it_was_asked_for(
    bot: BotProcess, user_id: int, guild_id: int | None, *, moderates: bool, reason: str | None
) -> None:
    job = await _undelivered(bot)
    if reason is None:
        assert await bot.service.check_send_again(job.id, place(user_id, guild_id), moderates=moderates) == job
        return
    with pytest.raises(InvalidRequest) as caught:
        await bot.service.check_send_again(job.id, place(user_id, guild_id), moderates=moderates)
    assert caught.value.reason == reason


async def test_what_has_no_result_cannot_be_sent(bot: BotProcess) -> None:
    bot.fake.on("Hello", submit=["broken"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    with pytest.raises(InvalidRequest) as caught:
        await bot.service.check_send_again(job.id, place(), moderates=False)
    assert caught.value.reason == "nothing_to_send"
    with pytest.raises(JobNotFound):
        await bot.service.check_send_again("f" * 32, place(), moderates=False)


async def test_who_has_results_sent_again_and_again_meets_their_rate(world: World) -> None:
    async with world.process(limits=TIGHT) as bot:
        bot.start()
        job = await _undelivered(bot)
        at = bot.clock.now()
        for _ in range(TIGHT.member.rate.burst - 1):
            await bot.service.check_send_again(job.id, place(at=at), moderates=False)
        with pytest.raises(LimitReached):
            await bot.service.check_send_again(job.id, place(at=at), moderates=False)
        bot.clock.step(TIGHT.member.rate.refill_s)
        await bot.service.check_send_again(job.id, place(at=at), moderates=False)


async def test_a_moderator_who_sends_it_again_does_not_become_its_owner(bot: BotProcess) -> None:
    job = await _undelivered(bot)
    await bot.service.send_again(job, replace(place(), user_id=8), 77)
    (done,) = await bot.until_over(job)
    assert done.place.user_id == 7


async def test_a_result_that_nobody_wants_is_removed_after_three_days(bot: BotProcess) -> None:
    job = await _undelivered(bot)
    bot.clock.step(timedelta(hours=71).total_seconds())
    await bot.settle()
    assert bot.files_of(job) == ["result"]
    bot.clock.step(3_600.0 + CLEAN_UP_EVERY_S)
    await bot.until(lambda: not bot.files_of(job))
