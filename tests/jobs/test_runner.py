"""Turns, places, and what goes wrong around the jobs."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.finevoice.errors import ApiUnavailable
from bot.finevoice.places import RECOVERY
from bot.jobs.upkeep import UpkeepOptions
from bot.models import FailureReason, Job, JobKind, JobState
from bot.storage.database import StorageError
from tests.jobs.bot_process import BotProcess, World
from tests.jobs.fake_finevoice import done_after
from tests.storage.samples import place


async def test_no_more_jobs_are_with_the_service_than_there_are_places(world: World) -> None:
    async with world.process(places=3) as bot:
        bot.start()
        jobs = [await bot.ask_for(f"text {number}", user_id=number, guild_id=number % 4) for number in range(1, 9)]
        over = await bot.until_over(*jobs)
    assert {job.state for job in over} == {JobState.DONE}
    assert world.fake.most_at_once == 3


async def test_places_taken_before_a_restart_still_count(world: World) -> None:
    for text in ("first", "second"):
        world.fake.on(text, poll=done_after(6))
    async with world.process(places=2) as before:
        before.start()
        running = [await before.ask_for("first"), await before.ask_for("second")]
        await before.until(lambda: len(world.fake.accepted) == 2)
        await before.until_state(running[1], JobState.RUNNING)
    async with world.process(places=2) as after:
        after.start()
        waiting = await after.ask_for("third")
        await after.until_over(*running, waiting)
    assert world.fake.most_at_once == 2


async def test_a_service_that_is_busy_is_given_fewer_jobs_for_a_while(world: World) -> None:
    async with world.process(places=3) as bot:
        world.fake.on("1", submit=["busy", "task"], poll=done_after(3))
        for number in range(2, 6):
            world.fake.on(str(number), poll=done_after(3))
        jobs = [await bot.ask_for(str(number), user_id=number) for number in range(1, 6)]
        bot.start()
        await bot.until_over(*jobs)
        assert world.fake.most_at_once == 2
        world.clock.step(RECOVERY.total_seconds())
        assert bot.api.places.allowed == 3


async def test_a_guild_with_fifty_jobs_delays_another_by_one_turn(world: World) -> None:
    async with world.process(places=1) as bot:
        for number in range(50):
            await bot.ask_for(f"loud {number}", guild_id=100)
        world.clock.step(1)
        quiet = await bot.ask_for("quiet", guild_id=200, user_id=8)
        bot.start()
        await bot.until_over(quiet)
    assert world.fake.accepted.index("quiet") <= 1


async def test_a_member_with_many_jobs_delays_another_of_the_guild_by_one_turn(world: World) -> None:
    async with world.process(places=1) as bot:
        for number in range(10):
            await bot.ask_for(f"loud {number}", user_id=7)
        world.clock.step(1)
        quiet = await bot.ask_for("quiet", user_id=8)
        bot.start()
        await bot.until_over(quiet)
    assert world.fake.accepted.index("quiet") <= 1


async def test_waiting_members_see_their_place_in_line_move(world: World) -> None:
    world.fake.on("0", poll=done_after(12))
    async with world.process(places=1) as bot:
        bot.start()
        jobs: list[Job] = []
        for number in range(4):
            jobs.append(await bot.ask_for(str(number)))
            world.clock.step(0.001)
        await bot.until_over(*jobs)
    assert world.discord.places_shown(jobs[3].id)[0] == 3
    assert world.discord.places_shown(jobs[1].id)[0] == 1
    for job in jobs:
        places = world.discord.places_shown(job.id)
        assert places == sorted(set(places), reverse=True)


async def test_a_line_is_shown_a_few_cards_at_a_time(world: World) -> None:
    world.fake.on("0", poll=["running"])
    async with world.process(places=1) as bot:
        bot.start()
        for number in range(30):
            await bot.ask_for(str(number))
        began = world.clock.now()
        await bot.until(lambda: len({job.id for job, place in world.discord.shown if place}) >= 12)
        seconds = (world.clock.now() - began).total_seconds()
        assert len([place for _, place in world.discord.shown if place]) <= 5 * (seconds / 3 + 1)


async def test_what_others_left_is_looked_for_during_a_long_pause_of_one_kind(bot: BotProcess) -> None:
    bot.carrier.pauses.begin(JobKind.EFFECT, ApiUnavailable("sfx", bot.clock.now() + timedelta(hours=1)))
    bot.runner.wake()
    await bot.settle()
    began = bot.clock.now()
    # Its card was noted by another process, which cannot wake this one.
    job = await bot.ask_for("Hello", has_card=False)
    await bot.store.set_card(job.id, 1, bot.clock.now())
    (done,) = await bot.until_over(job)
    assert done.state is JobState.DONE
    assert (bot.clock.now() - began).total_seconds() < 10


async def test_a_bug_in_one_job_ends_that_one_alone(bot: BotProcess) -> None:
    bot.discord.faults.append(ValueError("a bug"))
    broken = await bot.until_state(await bot.ask_for("broken"), JobState.FAILED)
    (sound,) = await bot.until_over(await bot.ask_for("sound"))
    assert (broken.failure, broken.was_refunded) == (FailureReason.BUG, True)
    assert sound.state is JobState.DONE
    assert bot.discord.last_shown(broken.id) is JobState.FAILED
    assert bot.files_of(broken) == []
    await bot.stop()


async def test_a_bug_in_showing_cards_takes_nothing_down(bot: BotProcess) -> None:
    bot.fake.on("shown while it runs", poll=done_after(8))
    bot.fake.on("fails", submit=["broken"])
    bot.discord.show_faults.extend(ValueError("a bug") for _ in range(20))
    jobs = [await bot.ask_for("shown while it runs"), await bot.ask_for("fails"), await bot.ask_for("waits")]
    over = await bot.until_over(*jobs)
    assert [job.state for job in over] == [JobState.DONE, JobState.FAILED, JobState.DONE]
    assert len(bot.discord.show_faults) < 20
    await bot.stop()


@pytest.mark.parametrize("failing", [1, 2, 3, 4, 5, 6])
async def test_a_write_that_fails_costs_neither_the_job_nor_the_bot(bot: BotProcess, failing: int) -> None:
    """Each number lets another step of the job fail; what was handed over is never handed over again."""
    bot.fake.on("Hello", poll=["done"])
    job = await bot.ask_for("Hello")
    done = 0

    async def fail_the_next() -> bool:
        nonlocal done
        current = await bot.service.get(job.id)
        done += 1
        bot.database.failing_writes = int(done == failing)
        return current.state.is_final and done > failing

    await bot.until(fail_the_next)
    over = await bot.service.get(job.id)
    assert bot.fake.submits["Hello"] <= 1
    assert bot.discord.doubled == []
    assert over.state is JobState.DONE or (over.failure, over.was_refunded) == (FailureReason.OUTCOME_UNKNOWN, True)
    (next_job,) = await bot.until_over(await bot.ask_for("next"))
    assert next_job.state is JobState.DONE
    await bot.stop()


async def test_a_database_that_is_away_for_a_minute_is_waited_for(bot: BotProcess) -> None:
    bot.fake.on("running", poll=done_after(3))
    running = await bot.until_state(await bot.ask_for("running"), JobState.RUNNING)
    waiting = [await bot.ask_for(f"waiting {number}") for number in range(3)]
    bot.database.is_down = True
    before = bot.clock.now()
    await bot.until(lambda: (bot.clock.now() - before).total_seconds() > 60)
    bot.database.is_down = False
    over = await bot.until_over(running, *waiting)
    assert over[0].state is JobState.DONE
    assert all(job.state is JobState.DONE or job.failure is FailureReason.OUTCOME_UNKNOWN for job in over)
    assert max(bot.fake.submits.values()) == 1
    await bot.stop()


async def test_a_database_that_is_away_at_the_start_is_waited_for(world: World) -> None:
    async with world.process() as bot:
        job = await bot.ask_for()
        bot.database.is_down = True
        bot.start()
        await bot.until(lambda: world.clock.now() > job.created_at)
        bot.database.is_down = False
        (job,) = await bot.until_over(job)
    assert job.state is JobState.DONE


async def test_a_database_that_is_down_is_not_asked_without_a_pause(world: World) -> None:
    async with world.process() as bot:
        job = await bot.ask_for("Hello")
        bot.start()
        await bot.until_state(job, JobState.RUNNING, JobState.DONE)
        bot.database.is_down = True
        before = world.clock.now()
        await bot.until(lambda: (world.clock.now() - before).total_seconds() > 60)
        bot.database.is_down = False
        # One question a turn (5 s), one a refresh of the line (3 s), and a few for the job in hand.
        assert 0 < bot.database.refused < 60


async def test_stopping_at_any_moment_leaves_no_job_being_handed_over(world: World) -> None:
    for moments in range(0, 30, 2):
        text = f"text {moments}"
        world.fake.on(text, poll=["running"])
        async with world.process(places=50) as bot:
            job = await bot.ask_for(text)
            bot.start()
            await bot.run_for(moments)
            await bot.stop()
            state = (await bot.service.get(job.id)).state
            assert state in {JobState.QUEUED, JobState.RUNNING}
            assert (state is JobState.QUEUED) == (world.fake.submits[text] == 0)


async def test_a_job_that_is_stopped_before_its_first_step_is_forgotten(world: World) -> None:
    async with world.process() as bot:
        await bot.ask_for()
        job = await bot.store.claim(bot.clock.now(), 1)
        assert job is not None
        running = await bot.store.move(job, JobState.RUNNING, bot.clock.now(), api_task_id="Hello")
        assert running is not None
        carried = bot.runner._carried  # pyright: ignore[reportPrivateUsage]  # what is kept in memory is the point
        bot.start()
        while not carried:  # noqa: ASYNC110  # nothing tells of the moment between a task and its first step
            await asyncio.sleep(0)
        bot.runner.stop_job(replace(running, state=JobState.CANCELLED))
        await bot.settle()
        assert carried == {}
        assert world.fake.polls.total() == 0


async def test_nothing_is_kept_in_memory_of_jobs_that_are_over(bot: BotProcess) -> None:
    jobs = [await bot.ask_for(f"text {number}") for number in range(6)]
    bot.fake.on("text 1", submit=["broken"])
    bot.fake.on("text 2", submit=["busy", "url"])
    await bot.service.cancel(jobs[5].id, place(), moderates=False)
    await bot.until_over(*jobs)
    bot.clock.step(30)
    await bot.settle()
    runner = bot.runner
    kept = runner._carried, set(runner._background)  # pyright: ignore[reportPrivateUsage]  # memory is the point
    assert kept == ({}, {"line", "lease", "expiry", "housekeeping", "cache"})


async def test_a_duty_that_fails_is_done_again_when_its_time_comes_and_harms_nothing_else(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    failures: list[Exception] = [ZeroDivisionError("unforeseen"), StorageError("The disk is full.")]
    done_at: list[datetime] = []

    async def duty() -> None:
        if failures:
            raise failures.pop(0)
        done_at.append(world.clock.now())

    async with world.process() as bot:
        bot.runner.with_duty("tested", duty, every_s=60)
        began = world.clock.now()
        bot.start()
        await bot.until(lambda: len(done_at) == 2)
        (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert [(at - began).total_seconds() for at in done_at] == pytest.approx([120, 180], abs=1)
    assert job.state is JobState.DONE
    assert "A bug beside the jobs: tested" in caplog.text
    assert "The disk is full." in caplog.text


async def test_a_job_whose_turn_does_not_come_is_given_up_and_refunded(world: World) -> None:
    deadline_s = UpkeepOptions().waiting_deadline.total_seconds()
    async with world.process() as bot:
        job = await bot.ask_for("Hello")
        bot.clock.step(deadline_s + 1)
        await bot.upkeep.expire()
        (over,) = await bot.until_over(job)
    assert (over.state, over.failure, over.was_refunded) == (JobState.EXPIRED, FailureReason.NEVER_STARTED, True)
    assert world.discord.last_shown(job.id) is JobState.EXPIRED


async def test_a_member_in_line_is_told_when_their_turn_is_likely(world: World) -> None:
    async with world.process(places=1) as bot:
        for number in range(4):
            world.fake.on(str(number), poll=["running"])
            await bot.ask_for(str(number), user_id=number + 1)
        bot.start()
        await bot.until(lambda: world.fake.submits["0"] == 1)
        world.discord.shown.clear()
        await bot.until(lambda: len({job.id for job, forecast in world.discord.shown if forecast}) == 4)
        waits = {
            forecast.place_in_line: forecast.after_s
            for _, forecast in world.discord.shown
            if forecast is not None and forecast.place_in_line is not None
        }
    assert waits.keys() == {1, 2, 3}
    assert 0 < waits[1] < waits[2] < waits[3]
