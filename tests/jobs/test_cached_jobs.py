"""The same asked for again: at once, for free, without a place; and after a crash, a failure, a change of mind."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.errors import LimitReached
from bot.models import (
    Job,
    JobState,
    ResultForm,
    SpeechRequest,
)
from tests.jobs.bot_process import BotProcess, World
from tests.jobs.fake_finevoice import AUDIO
from tests.storage.samples import ANNA, TIGHT, place

HELLO = SpeechRequest("Hello", ANNA.name, ANNA.label)


@pytest.fixture
def caching(world: World) -> World:
    world.cache_bytes = 100_000
    return world


@pytest.fixture
async def keeping(caching: World) -> AsyncIterator[BotProcess]:
    """A process that keeps what it makes, with tight limits."""
    async with caching.process(limits=TIGHT) as bot:
        bot.start()
        yield bot


async def made(bot: BotProcess, text: str = "Hello") -> Job:
    (job,) = await bot.until_over(await bot.ask_for(text))
    assert job.state is JobState.DONE
    await bot.until(lambda: bot.cache.has(replace(HELLO, text=text), place()))
    return job


async def test_the_same_again_is_free_marked_and_asks_the_service_for_nothing(keeping: BotProcess) -> None:
    first = await made(keeping)
    (second,) = await keeping.until_over(await keeping.ask_for("Hello", user_id=8))
    assert (first.cost, first.is_cached) == (5, False)
    assert (second.state, second.cost, second.is_cached) == (JobState.DONE, 0, True)
    assert keeping.fake.accepted == ["Hello"]
    assert keeping.discord.posted[second.id] == AUDIO + b"Hello"
    await keeping.until(lambda: not keeping.files_of(second))


async def test_it_needs_no_place_and_does_not_wait_in_line(caching: World) -> None:
    async with caching.process(places=1) as bot:
        bot.start()
        await made(bot)
        bot.fake.on("slow", submit=["hold"])
        slow = await bot.ask_for("slow")
        await bot.until_state(slow, JobState.SUBMITTING)
        waiting = await bot.ask_for("waits")
        (again,) = await bot.until_over(await bot.ask_for("Hello"))
        assert (again.state, again.attempts) == (JobState.DONE, 0)
        assert (await bot.service.get(waiting.id)).state is JobState.QUEUED
        bot.fake.let_go.set()
        await bot.until_over(slow, waiting)


async def test_again_makes_a_new_take_that_is_paid_for(keeping: BotProcess) -> None:
    await made(keeping)
    job = await keeping.service.submit(HELLO, ResultForm.FILE, place(at=keeping.clock.now()), is_new_take=True)
    await keeping.service.accepted(job, 77)
    (over,) = await keeping.until_over(job)
    assert (over.state, over.cost, over.is_cached) == (JobState.DONE, 5, False)
    assert keeping.fake.accepted == ["Hello", "Hello"]


async def test_what_was_made_in_one_guild_is_made_anew_in_another(keeping: BotProcess) -> None:
    await made(keeping)
    (there,) = await keeping.until_over(await keeping.ask_for("Hello", guild_id=200))
    (alone,) = await keeping.until_over(await keeping.ask_for("Hello", guild_id=None))
    assert not there.is_cached
    assert not alone.is_cached
    assert keeping.fake.accepted == ["Hello"] * 3


async def test_it_is_known_beforehand_that_it_would_be_free(keeping: BotProcess) -> None:
    await made(keeping)
    assert keeping.service.is_kept(replace(HELLO, text=" Hello "), place())
    assert not keeping.service.is_kept(HELLO, place(guild_id=200))


async def test_rates_count_all_the_same(keeping: BotProcess) -> None:
    await made(keeping)
    for _ in range(TIGHT.member.rate.burst - 1):
        await keeping.ask_for("Hello")
    with pytest.raises(LimitReached):
        await keeping.ask_for("Hello")


async def test_what_vanished_meanwhile_is_made_anew_in_line_and_stays_free(keeping: BotProcess) -> None:
    first = await made(keeping)
    job = await keeping.ask_for("Hello", has_card=False)
    assert job.is_cached
    await keeping.cache.forget(first)
    await keeping.service.accepted(job, 77)
    (over,) = await keeping.until_over(job)
    assert (over.state, over.cost, over.is_cached) == (JobState.DONE, 0, False)
    assert keeping.fake.accepted == ["Hello", "Hello"]


async def test_a_process_killed_between_copy_and_ready_goes_on_without_asking_the_service(caching: World) -> None:
    async with caching.process() as first:
        first.start()
        await made(first)
        job = await first.ask_for("Hello", has_card=False)
        caching.discord.cards[job.id] = 77
        await first.kill()
        # The copy was made, and then the process died before it could write that down.
        folder = first.carrier.folder(job)
        assert await first.cache.take(job, folder / "result") is not None
    async with caching.process() as second:
        second.start()
        (over,) = await second.until_over(job)
    assert (over.state, over.is_cached, over.card_message_id) == (JobState.DONE, True, 77)
    assert caching.fake.accepted == ["Hello"]
    assert caching.discord.posted[job.id] == AUDIO + b"Hello"


async def test_a_process_killed_after_ready_goes_on_even_when_the_kept_one_is_gone(caching: World) -> None:
    async with caching.process() as first:
        first.start()
        made_first = await made(first)
        job = await first.ask_for("Hello", has_card=False)
        await first.kill()
        assert await first.carrier.serve_cached(job, 77) is not None
        await first.cache.forget(made_first)
    async with caching.process() as second:
        second.start()
        (over,) = await second.until_over(job)
    assert (over.state, over.is_cached) == (JobState.DONE, True)
    assert caching.fake.accepted == ["Hello"]


async def test_a_cached_job_that_is_over_before_its_card_is_noted_stays_over(keeping: BotProcess) -> None:
    await made(keeping)
    job = await keeping.ask_for("Hello", has_card=False)
    await keeping.service.not_accepted(job)
    await keeping.service.accepted(job, 77)
    await keeping.settle()
    assert (await keeping.service.get(job.id)).state is JobState.CANCELLED
    assert job.id not in keeping.discord.posted


async def test_when_the_database_fails_at_the_card_the_job_goes_on_later(keeping: BotProcess) -> None:
    await made(keeping)
    job = await keeping.ask_for("Hello", has_card=False)
    keeping.discord.cards[job.id] = 77
    keeping.database.failing_writes = 1
    await keeping.service.accepted(job, 77)
    (over,) = await keeping.until_over(job)
    assert (over.state, over.is_cached, over.card_message_id) == (JobState.DONE, True, 77)
    assert keeping.fake.accepted == ["Hello"]


async def test_a_result_sent_again_comes_from_what_is_kept_in_the_form_that_is_wanted_now(keeping: BotProcess) -> None:
    job = await made(keeping)
    keeping.fake.on("Hello", result=["gone"], poll=["not found"])
    seen = await keeping.service.check_send_again(job.id, place(), moderates=False)
    await keeping.service.send_again(seen, place(at=keeping.clock.now()), 77, form=ResultForm.VOICE_MESSAGE)
    (over,) = await keeping.until_over(job)
    assert (over.state, over.form, over.deliveries) == (JobState.DONE, ResultForm.VOICE_MESSAGE, 1)


async def test_what_is_taken_away_is_made_anew_for_the_next(keeping: BotProcess) -> None:
    job = await made(keeping)
    await keeping.service.forget_result(job)
    (again,) = await keeping.until_over(await keeping.ask_for("Hello"))
    assert (again.is_cached, keeping.fake.accepted) == (False, ["Hello", "Hello"])
