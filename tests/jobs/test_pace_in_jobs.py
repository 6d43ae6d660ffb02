"""The pace as jobs keep it: asked, learned, stored, and gone on with after a restart."""

import asyncio
import random
from contextlib import aclosing
from datetime import datetime, timedelta

import pytest

from bot.jobs.calls import Calls
from bot.jobs.carrier import Carrier, CarrierOptions
from bot.jobs.learned_pace import LearnedPace
from bot.jobs.pace import FLOOR_S, NOTHING_LEARNED, next_delay_s, usual_time
from bot.learned_time import LearnedTime
from bot.models import Job, JobKind, JobState, NewJob, ResultForm, SpeechRequest
from bot.storage.database import StorageError
from bot.storage.pace import PaceStore
from bot.storage.transcripts import TranscriptStore
from tests.jobs.bot_process import DEADLINE_S, BotProcess, GivenLinks, World
from tests.jobs.fake_finevoice import MAX_RESULT_BYTES, Poll, done_after
from tests.storage.samples import ANNA, place

SLOW = LearnedTime(mean=3.0, variance=0.01, weight=25.0)


def carrier(process: BotProcess, times: PaceStore | None) -> Carrier:
    options = CarrierOptions(process.work_dir, {JobKind.SPEECH: DEADLINE_S}, MAX_RESULT_BYTES, process.cache)
    clock = process.clock
    calls = Calls(process.api, GivenLinks(), is_opted_out=TranscriptStore(process.database).is_opted_out)
    return Carrier(
        process.store, calls, process.discord, options,
        now=clock.now, sleep=clock.sleep, rng=random.Random(1), times=times,
    )  # fmt: skip


async def claimed(process: BotProcess, text: str = "Hello", number: int = 1) -> Job:
    """A job that is about to be handed to the service."""
    now = process.clock.now()
    request = SpeechRequest(text, ANNA.name, ANNA.label)
    await process.store.admit(NewJob(f"{number:032x}", request, ResultForm.FILE, place(at=now), now))
    await process.store.set_card(f"{number:032x}", 1_000, process.clock.now())
    job = await process.store.claim(now, 5)
    assert job is not None
    return job


async def carry(process: BotProcess, job: Job, with_: Carrier) -> Job:
    """Let the job be carried to its end while time passes; the job as it ended."""

    async def all_steps() -> None:
        async for _ in with_.carry(job):
            pass

    carrying = asyncio.ensure_future(all_steps())
    await process.until(carrying.done)
    await carrying
    ended = await process.store.get(job.id)
    assert ended is not None
    return ended


async def test_a_job_that_is_done_teaches_its_kind_and_the_lesson_is_stored(world: World) -> None:
    async with world.process() as process:
        times = PaceStore(process.database)
        world.fake.on("Hello", poll=done_after(3))
        job = await carry(process, await claimed(process), carrier(process, times))
        assert job.state is JobState.DONE
        (kind, learned), *others = (await times.load()).items()
        assert kind == "speech"
        assert others == []
        assert learned.weight > NOTHING_LEARNED.weight


@pytest.mark.parametrize("last", ["failed", "unauthorized"])
async def test_a_job_that_fails_teaches_nothing(world: World, last: Poll) -> None:
    async with world.process() as process:
        times = PaceStore(process.database)
        world.fake.on("Hello", poll=["running", last])
        job = await carry(process, await claimed(process), carrier(process, times))
        assert job.state is JobState.FAILED
        assert await times.load() == {}


async def test_a_result_that_comes_with_the_first_answer_teaches_nothing(world: World) -> None:
    async with world.process() as process:
        times = PaceStore(process.database)
        world.fake.on("Hello", submit=["url"])
        assert (await carry(process, await claimed(process), carrier(process, times))).state is JobState.DONE
        assert await times.load() == {}


async def test_a_result_that_has_to_be_asked_for_again_teaches_once(world: World) -> None:
    async with world.process() as process:
        times = PaceStore(process.database)
        world.fake.on("Hello", poll=[*done_after(1), "done"], result=["gone", "gone", "ok"])
        assert (await carry(process, await claimed(process), carrier(process, times))).state is JobState.DONE
        assert (await times.load())["speech"].weight <= NOTHING_LEARNED.weight + 1


async def test_what_earlier_processes_learned_says_when_to_ask_first(world: World) -> None:
    async with world.process() as process:
        times = PaceStore(process.database)
        await times.save("speech", SLOW)
        world.fake.on("Hello", poll=["done"])
        job = await claimed(process)
        began = process.clock.now()
        await carry(process, job, carrier(process, times))
        usual = usual_time("speech", len("Hello"), SLOW)
        assert (process.clock.now() - began).total_seconds() > 0.6 * usual.median_s > 5


async def test_a_job_that_was_taken_up_again_has_waited_already(world: World) -> None:
    """Were its wait to begin anew, it would be left alone for the whole of the usual time once more."""
    async with world.process() as process:
        times = PaceStore(process.database)
        await times.save("speech", SLOW)
        job = await claimed(process)
        async with aclosing(carrier(process, times).carry(job)) as steps:
            running = await anext(steps)
        assert running.state is JobState.RUNNING
        usual = usual_time("speech", len("Hello"), SLOW)
        process.clock.step(usual.median_s)
        resumed = await process.store.move(running, JobState.RUNNING, process.clock.now())
        assert resumed is not None
        world.fake.on("Hello", poll=["done"])
        began = process.clock.now()
        assert (await carry(process, resumed, carrier(process, times))).state is JobState.DONE
        most_s = next_delay_s(usual, usual.median_s, random.Random(1)) * 1.3
        assert FLOOR_S <= (process.clock.now() - began).total_seconds() <= most_s < usual.median_s / 3


async def test_a_database_that_fails_the_pace_fails_no_job(world: World, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(PaceStore):
        async def load(self) -> dict[str, LearnedTime]:
            raise StorageError("The database cannot be used: disk I/O error.")

        async def save(self, kind: str, learned: LearnedTime) -> None:
            del kind, learned
            raise StorageError("The database cannot be used: disk I/O error.")

        async def accepted_at(self, job_id: str) -> datetime | None:
            del job_id
            raise StorageError("The database cannot be used: disk I/O error.")

    async with world.process() as process:
        job = await claimed(process)
        async with aclosing(carrier(process, None).carry(job)) as steps:
            running = await anext(steps)
        job = await carry(process, running, carrier(process, Broken(process.database)))
        assert job.state is JobState.DONE
        assert "was not loaded" in caplog.text
        assert "When a task was accepted is not known" in caplog.text
        assert "was not saved" in caplog.text


async def test_what_could_not_be_saved_is_saved_with_the_next_job(world: World) -> None:
    class FailsOnce(PaceStore):
        tries = 0

        async def save(self, kind: str, learned: LearnedTime) -> None:
            self.tries += 1
            if self.tries == 1:
                raise StorageError("The database cannot be used: disk I/O error.")
            await super().save(kind, learned)

    async with world.process() as process:
        times = FailsOnce(process.database)
        one = carrier(process, times)
        await carry(process, await claimed(process), one)
        assert await times.load() == {}
        await carry(process, await claimed(process, "Again", 2), one)
        assert (await times.load())["speech"].weight > NOTHING_LEARNED.weight + 1


async def test_a_process_without_a_store_learns_for_itself(world: World) -> None:
    async with world.process() as process:
        one = carrier(process, None)
        for number in range(1, 4):
            job = await carry(process, await claimed(process, f"Hello {number}", number), one)
            assert job.state is JobState.DONE


async def test_a_clock_that_was_set_back_teaches_nothing_and_harms_nothing(world: World) -> None:
    async with world.process() as process:
        times = PaceStore(process.database)
        pace = LearnedPace(times, now=process.clock.now, rng=random.Random(1))
        job = await claimed(process)
        pace.accepted(job, process.clock.now())
        process.clock.set_to(process.clock.now() - timedelta(hours=1))
        assert await pace.next_delay_s(job) >= FLOOR_S
        pace.asking(job)
        pace.ended(job)
        await pace.save()
        assert await times.load() == {}
        pace.forget(job)


async def test_a_job_that_is_over_is_forgotten_also_when_it_is_stopped_half_way(world: World) -> None:
    async with world.process() as process:
        one = carrier(process, PaceStore(process.database))
        await carry(process, await claimed(process), one)
        async with aclosing(one.carry(await claimed(process, "Stopped", 2))) as steps:
            await anext(steps)
            assert len(one.pace._watches) == 1  # pyright: ignore[reportPrivateUsage]  # what is kept in memory is the point
        assert one.pace._watches == {}  # pyright: ignore[reportPrivateUsage]  # same


async def test_an_answer_about_a_job_that_nobody_waits_for_is_ignored(world: World) -> None:
    async with world.process() as process:
        pace = LearnedPace(None, now=process.clock.now, rng=random.Random(1))
        job = await claimed(process)
        pace.asking(job)
        pace.not_yet(job)
        pace.ended(job)
        assert await pace.next_delay_s(job, hint_s=9.0) >= 9.0
