import asyncio
from datetime import timedelta

import pytest

from bot.learned_time import LearnedTime
from bot.models import JobState
from bot.storage.database import Database, StorageError
from bot.storage.jobs import JobStore
from bot.storage.pace import MAX_KINDS, PaceStore
from tests.storage.samples import START, new_job


@pytest.fixture
def times(database: Database) -> PaceStore:
    return PaceStore(database)


async def test_a_new_file_has_learned_nothing(times: PaceStore) -> None:
    assert await times.load() == {}


async def test_what_was_learned_outlives_the_process(url: str) -> None:
    learned = LearnedTime(mean=-0.123456789012345, variance=0.09, weight=17.5)
    async with Database(url) as database:
        await PaceStore(database).save("speech", learned)
    async with Database(url) as database:
        assert await PaceStore(database).load() == {"speech": learned}


async def test_one_row_a_kind_is_kept_the_last_one(times: PaceStore) -> None:
    await times.save("speech", LearnedTime(0.1, 0.2, 3.0))
    await times.save("music", LearnedTime(0.4, 0.5, 6.0))
    await times.save("speech", LearnedTime(0.7, 0.8, 9.0))
    assert await times.load() == {"speech": LearnedTime(0.7, 0.8, 9.0), "music": LearnedTime(0.4, 0.5, 6.0)}


async def test_several_that_save_at_once_do_not_fail(times: PaceStore) -> None:
    rows = [LearnedTime(0.0, 0.1, float(weight)) for weight in range(1, 20)]
    await asyncio.gather(*(times.save("speech", row) for row in rows))
    assert (await times.load())["speech"] in rows


async def test_a_table_full_of_foreign_rows_does_not_fill_the_memory(times: PaceStore) -> None:
    for number in range(MAX_KINDS + 5):
        await times.save(f"kind {number:03}", LearnedTime(0.0, 0.1, 1.0))
    assert len(await times.load()) == MAX_KINDS


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
async def test_what_is_no_number_is_refused(times: PaceStore, value: float) -> None:
    with pytest.raises(StorageError):
        await times.save("speech", LearnedTime(value, 0.1, 1.0))
    assert await times.load() == {}


async def test_when_a_task_was_accepted_stays_when_the_job_is_taken_up_again(times: PaceStore, store: JobStore) -> None:
    job = await store.admit(new_job())
    assert await times.accepted_at(job.id) is None
    accepted_at = START + timedelta(seconds=2)
    running = await store.move(job, JobState.RUNNING, accepted_at, accepted_at=accepted_at)
    assert running is not None
    assert await store.move(running, JobState.RUNNING, START + timedelta(minutes=5)) is not None
    assert await times.accepted_at(job.id) == accepted_at


async def test_a_job_that_does_not_exist_was_never_accepted(times: PaceStore) -> None:
    assert await times.accepted_at("0" * 32) is None
