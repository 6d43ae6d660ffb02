"""Several takes of one sound: made one after the other in one place, and those that are not made cost nothing."""

import pytest

from bot.models import Allowance, Job, JobState, Limits, Rate
from bot.storage.usage import UsageStore
from tests.jobs.bot_process import BotProcess, World
from tests.jobs.fake_finevoice import AUDIO, Submit, done_after

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
