"""A process that dies after it wrote down how a job ended, and before the job's card said so."""

from bot.errors import DiscordUnavailable
from bot.models import FailureReason, JobState
from tests.jobs.bot_process import World
from tests.storage.samples import place


async def test_a_failure_that_was_not_shown_before_a_crash_is_shown_after_it(world: World) -> None:
    world.fake.on("Hello", submit=["rejected"])
    # What is raised here stands for the kill: nothing after it happens in this process.
    world.discord.show_faults.append(DiscordUnavailable())
    async with world.process() as first:
        first.start()
        (job,) = await first.until_over(await first.ask_for("Hello"))
        await first.kill()
    assert world.discord.last_shown(job.id) is None
    async with world.process() as second:
        second.start()
        await second.until(lambda: world.discord.last_shown(job.id) is JobState.FAILED)
        stored = await second.store.get(job.id)
    assert stored is not None
    assert (stored.failure, stored.owner) == (FailureReason.REJECTED, None)


async def test_a_cancel_that_was_not_shown_before_a_crash_is_shown_after_it(world: World) -> None:
    async with world.process() as first:
        job = await first.ask_for("Hello")
        await first.service.cancel(job.id, place(), moderates=False)
        await first.kill()
    async with world.process() as second:
        second.start()
        await second.until(lambda: world.discord.last_shown(job.id) is JobState.CANCELLED)


async def test_an_end_that_was_shown_is_not_shown_again(world: World) -> None:
    world.fake.on("Hello", submit=["rejected"])
    async with world.process() as first:
        first.start()
        (job,) = await first.until_over(await first.ask_for("Hello"))
        await first.until(lambda: world.discord.last_shown(job.id) is JobState.FAILED)
        await first.stop()
    shown = len(world.discord.shown)
    async with world.process() as second:
        second.start()
        await second.until_over(await second.ask_for("Another"))
    assert [one for one, _ in world.discord.shown[shown:] if one.id == job.id] == []
