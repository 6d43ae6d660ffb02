"""Several takes of one sound: made one after the other in one place, and those that are not made cost nothing."""

import pytest

from bot.errors import ChannelGone
from bot.limits import Allowance, Limits, Rate
from bot.models import FailureReason, Job, JobState
from bot.storage.usage import UsageStore
from tests.jobs.bot_process import BotProcess, World
from tests.jobs.fake_finevoice import AUDIO, Submit, done_after
from tests.storage.samples import place

DAY = 1_000
BUDGETED = Limits(member=Allowance(Rate(100, 1.0), day=DAY), guild=Allowance(Rate(100, 1.0), month=DAY))


async def left_of_day(bot: BotProcess, job: Job) -> list[float]:
    """What the member has left of their day and the guild of its month."""
    usage = await UsageStore(bot.database).of_limits(job.place, BUDGETED, bot.clock.now())
    return [one.allowed - one.used for one in usage if one.allowed == DAY]


async def noted_units(bot: BotProcess, job: Job) -> list[tuple[int, int]]:
    days = await UsageStore(bot.database).by_day(job.place.scope_id, days=1, now=bot.clock.now())
    return [(day.units, day.jobs) for day in days]


async def test_takes_are_made_one_after_the_other_in_one_place(world: World) -> None:
    async with world.process(places=1) as bot:
        bot.start()
        bot.fake.on("thunder", poll=done_after(2))
        effect = await bot.ask_for("thunder", takes=3)
        (effect,) = await bot.until_over(effect)
        assert (effect.state, effect.takes_made, bot.fake.submits["thunder"]) == (JobState.DONE, 3, 3)
        assert bot.fake.most_at_once == 1
        assert bot.discord.posted[effect.id] == AUDIO + b"thunder"


@pytest.mark.parametrize(("words", "made"), [(["url", "rejected"], 1), (["url", "url", "url", "rejected"], 3)])
async def test_what_was_made_is_posted_and_the_rest_is_given_back(world: World, words: list[Submit], made: int) -> None:
    async with world.process(limits=BUDGETED) as bot:
        bot.start()
        bot.fake.on("thunder", submit=words)
        asked = await bot.ask_for("thunder", takes=4)
        assert await left_of_day(bot, asked) == [DAY - asked.cost, DAY - asked.cost]
        (job,) = await bot.until_over(asked)
        assert (job.state, job.takes_made, job.was_refunded) == (JobState.DONE, made, False)
        assert job.cost == asked.cost * made / 4
        assert await left_of_day(bot, job) == [DAY - job.cost, DAY - job.cost]
        assert await noted_units(bot, job) == [(job.cost, 1)]


async def test_without_any_take_all_is_given_back_once(world: World) -> None:
    async with world.process(limits=BUDGETED) as bot:
        bot.start()
        bot.fake.on("thunder", submit=["rejected"])
        (job,) = await bot.until_over(await bot.ask_for("thunder", takes=4))
        assert (job.state, job.was_refunded) == (JobState.FAILED, True)
        assert await left_of_day(bot, job) == [DAY, DAY]
        assert await noted_units(bot, job) == [(0, 0)]


async def test_of_what_was_given_back_in_part_no_more_than_the_rest_is_given_back_later(world: World) -> None:
    async with world.process(limits=BUDGETED) as bot:
        bot.start()
        bot.fake.on("thunder", submit=["url", "rejected"], result=["not audio"])
        (job,) = await bot.until_over(await bot.ask_for("thunder", takes=4))
        assert (job.state, job.was_refunded) == (JobState.FAILED, True)
        assert await left_of_day(bot, job) == [DAY, DAY]
        assert await noted_units(bot, job) == [(0, 0)]


async def test_after_a_crash_between_two_takes_the_ones_that_were_made_are_not_made_again(world: World) -> None:
    world.fake.on("thunder", submit=["url", "hold", "url"])
    async with world.process() as first:
        first.start()
        asked = await first.ask_for("thunder", takes=2)
        await first.until(lambda: first.fake.submits["thunder"] == 2)
        await first.kill()
    world.fake.let_go.set()
    async with world.process() as second:
        second.start()
        (job,) = await second.until_over(asked)
        # Whether the second take was begun nobody knows: it is not asked for again, and the first is posted.
        assert (job.state, job.takes_made, second.fake.submits["thunder"]) == (JobState.DONE, 1, 2)


async def test_effects_that_are_down_do_not_stop_speech(bot: BotProcess) -> None:
    bot.fake.on("thunder", submit=["broken"])
    down = [await bot.ask_for("thunder", takes=1, user_id=number) for number in range(8)]
    await bot.until(lambda: bot.fake.submits["thunder"] >= 5)
    await bot.settle()
    began = bot.clock.now()
    (speech,) = await bot.until_over(await bot.ask_for("Hello", user_id=50))
    assert speech.state is JobState.DONE
    assert (bot.clock.now() - began).total_seconds() < 3
    assert any([not (await bot.service.get(job.id)).state.is_final for job in down])


async def undelivered(bot: BotProcess, words: list[Submit], *, takes: int = 4) -> Job:
    """Takes that were made and that nobody got, and whose files are lost by now."""
    bot.fake.on("thunder", submit=words, poll=["done"])
    bot.discord.faults.append(ChannelGone(55))
    (job,) = await bot.until_over(await bot.ask_for("thunder", takes=takes))
    assert job.failure is FailureReason.UNDELIVERABLE
    await bot.carrier.clean_up(job)
    return job


async def sent_again(bot: BotProcess, job: Job) -> Job:
    job = await bot.service.check_send_again(job.id, place(), moderates=False)
    await bot.service.send_again(job, place(at=bot.clock.now()), 77)
    (over,) = await bot.until_over(job)
    return over


async def test_takes_that_were_given_back_are_never_made_after_all(world: World) -> None:
    async with world.process(limits=BUDGETED) as bot:
        bot.start()
        settled = await undelivered(bot, ["url", "url", "rejected", "url"])
        for _ in range(3):
            done = await sent_again(bot, settled)
            assert (done.state, done.takes_made, done.cost) == (JobState.DONE, 2, settled.cost)
            assert bot.fake.submits["thunder"] == 3
            assert await left_of_day(bot, done) == [DAY - settled.cost, DAY - settled.cost]


async def test_what_is_given_back_a_second_time_is_counted_by_what_is_left(world: World) -> None:
    async with world.process(limits=BUDGETED) as bot:
        bot.start()
        settled = await undelivered(bot, ["url", "url", "rejected"])
        bot.fake.on("thunder", submit=["url"], result=["ok", "gone"])
        done = await sent_again(bot, settled)
        assert (done.state, done.takes_made, bot.fake.submits["thunder"]) == (JobState.DONE, 1, 3)
        assert (settled.cost, done.cost) == (10, 5)
        assert await left_of_day(bot, done) == [DAY - 5, DAY - 5]


@pytest.mark.parametrize("word", ["url", "task"])
async def test_takes_whose_links_ended_are_not_made_anew_for_nothing(world: World, word: Submit) -> None:
    async with world.process(limits=BUDGETED) as bot:
        bot.start()
        made = await undelivered(bot, [word], takes=3)
        bot.fake.on("thunder", submit=[word], poll=["done"], result=["gone", "gone", "ok"])
        over = await sent_again(bot, made)
        assert (over.state, bot.fake.submits["thunder"]) == (JobState.FAILED, 3)
        assert (over.failure, over.was_refunded) == (FailureReason.TASK_LOST, True)


async def busy_after_one(bot: BotProcess) -> Job:
    """A job that waits in line again, with one of its takes made."""
    bot.fake.on("thunder", submit=["url", "busy"])
    asked = await bot.ask_for("thunder", takes=3)

    async def is_in_line_again() -> bool:
        job = await bot.service.get(asked.id)
        return job.state is JobState.QUEUED and job.takes_made == 1

    await bot.until(is_in_line_again)
    return await bot.service.get(asked.id)


async def test_what_was_made_is_not_given_back_when_the_rest_is_cancelled_in_line(world: World) -> None:
    async with world.process(limits=BUDGETED) as bot:
        bot.start()
        waiting = await busy_after_one(bot)
        cancelled = await bot.service.cancel(waiting.id, place(), moderates=False)
        assert (cancelled.state, cancelled.was_refunded) == (JobState.CANCELLED, False)
        assert await left_of_day(bot, waiting) == [DAY - waiting.cost, DAY - waiting.cost]


async def test_what_was_made_is_posted_when_the_rest_waits_too_long(world: World) -> None:
    async with world.process(limits=BUDGETED) as bot:
        bot.start()
        waiting = await busy_after_one(bot)
        settled = await bot.carrier.expire_in_line(waiting)
        assert settled is not None
        (job,) = await bot.until_over(waiting)
        assert (job.state, job.takes_made) == (JobState.DONE, 1)
        assert (waiting.cost, job.cost) == (15, 5)
        assert await left_of_day(bot, job) == [DAY - 5, DAY - 5]
        assert await bot.store.waiting(10) == []
