"""Processes that die, wake up too late, or share the work: a job is carried by one, and goes on with another."""

import pytest

from bot.jobs.runner import LOOK_EVERY_S
from bot.models import FailureReason, Job, JobState
from bot.storage.processes import LEASE
from tests.jobs.bot_process import BotProcess, World
from tests.jobs.fake_finevoice import done_after
from tests.storage.samples import place

WAIT_S = LEASE.total_seconds() + 2 * LOOK_EVERY_S


@pytest.fixture
def shared(world: World) -> World:
    """Several processes on one database. SQLite is fine for that here: they live in one process of the system."""
    world.is_shared = True
    return world


async def _running(bot: BotProcess, text: str = "Hello") -> Job:
    bot.fake.on(text, poll=done_after(100))
    return await bot.until_state(await bot.ask_for(text), JobState.RUNNING)


async def test_a_dead_processs_job_is_finished_by_another_within_half_a_minute(shared: World) -> None:
    async with shared.process() as first, shared.process() as second:
        first.start()
        job = await _running(first)
        second.start()
        await first.kill()
        died_at = shared.clock.now()
        await second.until_state_of_owner(job, second)
        assert (shared.clock.now() - died_at).total_seconds() <= 30
        shared.fake.on("Hello", poll=["done"])
        (done,) = await second.until_over(job)
    assert (done.state, shared.fake.accepted, shared.discord.doubled) == (JobState.DONE, ["Hello"], [])


async def test_a_living_processs_jobs_are_left_to_it(shared: World) -> None:
    async with shared.process() as first, shared.process() as second:
        first.start()
        job = await _running(first)
        second.start()
        for _ in range(int(WAIT_S)):
            shared.clock.step(1.0)
            # Both wait for the one writer of the file: a renewal may come after the other's look.
            for _ in range(3):
                await first.settle()
                await second.settle()
        assert (await first.service.get(job.id)).owner == job.owner


async def test_a_process_that_ends_hands_its_jobs_over_at_once(shared: World) -> None:
    async with shared.process() as first, shared.process() as second:
        first.start()
        job = await _running(first)
        await first.stop()
        await first.upkeep.end()
        second.start()
        await second.until_state_of_owner(job, second)
        assert shared.clock.now() - job.updated_at < LEASE


async def test_a_process_that_wakes_up_too_late_changes_nothing(shared: World) -> None:
    async with shared.process() as sleeper, shared.process() as other:
        sleeper.start()
        job = await _running(sleeper)
        await sleeper.kill()
        shared.clock.step(LEASE.total_seconds() + 1)
        assert [taken.id for taken in await other.store.take_over(shared.clock.now())] == [job.id]
        assert await sleeper.store.move(job, JobState.READY, shared.clock.now()) is None
        assert await sleeper.carrier.fail(job, FailureReason.BUG) is None


async def test_what_a_dead_process_was_handing_over_is_explained_and_refunded_once(shared: World) -> None:
    async with shared.process() as first, shared.process() as second, shared.process() as third:
        job = await first.ask_for("Hello")
        assert await first.store.claim(shared.clock.now(), 1) is not None
        shared.clock.step(LEASE.total_seconds() + 1)
        second.start()
        third.start()
        (over,) = await second.until_over(job)
    assert (over.failure, over.was_refunded) == (FailureReason.OUTCOME_UNKNOWN, True)
    assert shared.fake.accepted == []
    assert shared.discord.last_shown(job.id) is JobState.FAILED


async def test_places_are_counted_over_all_processes(shared: World) -> None:
    async with shared.process(places=3) as first, shared.process(places=3) as second:
        jobs = [await first.ask_for(str(number), user_id=number) for number in range(1, 13)]
        first.start()
        second.start()
        over = await second.until_over(*jobs)
    assert {job.state for job in over} == {JobState.DONE}
    assert shared.fake.most_at_once <= 3
    assert sorted(shared.fake.accepted, key=int) == [str(number) for number in range(1, 13)]


async def test_a_job_cancelled_in_one_process_is_let_go_by_the_other(shared: World) -> None:
    async with shared.process() as first, shared.process() as second:
        first.start()
        second.start()
        job = await _running(first)
        await second.service.cancel(job.id, place(), moderates=False)
        await first.until(lambda: not first.runner.with_service)
        assert (await first.service.get(job.id)).state is JobState.CANCELLED
        await first.until(lambda: not first.files_of(job))
