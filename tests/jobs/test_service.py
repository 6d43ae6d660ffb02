"""What commands may ask for: admitting and retrying."""

import asyncio

import pytest

from bot.errors import Blocked, InvalidRequest, JobNotFound, LimitReached
from bot.limits import Allowance, Block, LimitName, Limits, Rate, Subject
from bot.models import Job, JobState, ResultForm, SpeechRequest
from bot.storage.overrides import OverrideStore
from tests.jobs.bot_process import MAX_TEXT_LENGTH, BotProcess, World
from tests.storage.samples import place, text_of

TWO = Limits(member=Allowance(Rate(2, 60.0)), guild=Allowance(Rate(100, 1.0)))


async def _reason(bot: BotProcess, text: str) -> tuple[str, str]:
    with pytest.raises(InvalidRequest) as caught:
        await bot.service.submit(SpeechRequest(text, "anna-1", "Anna"), ResultForm.FILE, place())
    return caught.value.reason, caught.value.detail


@pytest.mark.parametrize("text", ["", "   ", "\n\t\u2003", "!!!", "🎉🎉", "[happy] …"])
async def test_a_text_without_words_is_refused(world: World, text: str) -> None:
    async with world.process() as bot:
        assert await _reason(bot, text) == ("text_empty", "")


async def test_a_text_over_the_limit_is_refused_and_one_at_the_limit_is_not(world: World) -> None:
    async with world.process() as bot:
        assert await _reason(bot, "x" * (MAX_TEXT_LENGTH + 1)) == ("text_too_long", str(MAX_TEXT_LENGTH))
        assert (await bot.ask_for("x" * MAX_TEXT_LENGTH)).request.size == MAX_TEXT_LENGTH


async def test_space_around_a_text_is_neither_counted_nor_sent(world: World) -> None:
    async with world.process() as bot:
        job = await bot.ask_for("  Hello \n" + " " * MAX_TEXT_LENGTH)
        assert text_of(job) == "Hello"


async def test_a_refused_job_takes_nothing_from_the_limits(world: World) -> None:
    async with world.process(limits=TWO) as bot:
        for _ in range(5):
            await _reason(bot, "")
        await bot.ask_for()
        await bot.ask_for()
        with pytest.raises(LimitReached) as caught:
            await bot.ask_for()
    refusal = caught.value
    assert (refusal.limit, refusal.subject, refusal.allowed) == (LimitName.BURST, Subject.MEMBER, 2)
    assert refusal.refill_s == 60.0


async def _failed(bot: BotProcess) -> Job:
    bot.fake.on("Hello", submit=["broken", "url"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert job.state is JobState.FAILED
    return job


async def test_a_retry_is_a_new_job_that_asks_for_the_same(bot: BotProcess) -> None:
    old = await _failed(bot)
    new = await bot.service.retry(old.id, place())
    await bot.service.accepted(new, 4_321)
    (new,) = await bot.until_over(new)
    assert (new.state, new.request, new.form) == (JobState.DONE, old.request, old.form)
    assert new.id != old.id
    assert (await bot.service.get(old.id)).state is JobState.FAILED


async def test_a_job_is_repeated_once_however_often_the_button_is_pressed(world: World) -> None:
    async with world.process(limits=TWO) as bot:
        bot.start()
        old = await _failed(bot)
        answers = await asyncio.gather(*[bot.service.retry(old.id, place()) for _ in range(10)], return_exceptions=True)
        assert len([answer for answer in answers if isinstance(answer, Job)]) == 1
        reasons = {answer.reason for answer in answers if isinstance(answer, InvalidRequest)}
        assert reasons == {"nothing_to_retry"}
        # The presses that were refused took nothing: of two, one was refunded and one is taken.
        await bot.ask_for()
        with pytest.raises(LimitReached):
            await bot.ask_for()


async def test_a_retry_that_nobody_saw_does_not_use_the_retry_up(bot: BotProcess) -> None:
    old = await _failed(bot)
    unseen = await bot.service.retry(old.id, place())
    await bot.service.not_accepted(unseen)
    assert (await bot.service.retry(old.id, place())).state is JobState.QUEUED


async def test_a_retry_that_was_seen_and_cancelled_uses_the_retry_up(bot: BotProcess) -> None:
    bot.clock.step(1)
    old = await _failed(bot)
    bot.runner.stop()
    seen = await bot.service.retry(old.id, place())
    await bot.service.accepted(seen, 5)
    await bot.service.cancel(seen.id, place(), moderates=False)
    with pytest.raises(InvalidRequest, match="nothing_to_retry"):
        await bot.service.retry(old.id, place())
    assert (await bot.service.retry(seen.id, place())).state is JobState.QUEUED


async def test_only_the_asker_may_retry(bot: BotProcess) -> None:
    old = await _failed(bot)
    with pytest.raises(InvalidRequest) as caught:
        await bot.service.retry(old.id, place(user_id=8))
    assert caught.value.reason == "only_asker"


async def test_what_went_well_or_was_refused_cannot_be_retried(bot: BotProcess) -> None:
    bot.fake.on("refused", submit=["rejected"])
    for job in await bot.until_over(await bot.ask_for("Hello"), await bot.ask_for("refused")):
        with pytest.raises(InvalidRequest) as caught:
            await bot.service.retry(job.id, place())
        assert caught.value.reason == "nothing_to_retry"


async def test_a_retry_is_limited_like_any_job(world: World) -> None:
    async with world.process(limits=TWO) as bot:
        bot.start()
        old = await _failed(bot)
        await bot.ask_for()
        await bot.ask_for()
        with pytest.raises(LimitReached):
            await bot.service.retry(old.id, place())


async def test_a_job_that_does_not_exist_cannot_be_retried(world: World) -> None:
    async with world.process() as bot:
        with pytest.raises(JobNotFound):
            await bot.service.retry("no such id", place())


async def test_a_block_holds_even_where_nothing_is_limited(world: World) -> None:
    async with world.process() as bot:
        await OverrideStore(bot.database, TWO).block(100, Block(Subject.MEMBER, 7, 1, bot.clock.now()))
        with pytest.raises(Blocked):
            await bot.ask_for(user_id=7)
        await bot.ask_for(user_id=8)
        await bot.ask_for(user_id=7, guild_id=200)
