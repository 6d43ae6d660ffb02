import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from bot.models import JobState
from bot.storage.database import MIGRATIONS, Database, StorageError
from bot.storage.jobs import JobStore
from bot.storage.pace import MAX_KINDS, LearnedTime, PaceStore
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


async def test_what_is_no_number_is_refused(times: PaceStore) -> None:
    with pytest.raises(StorageError):
        await times.save("speech", LearnedTime(float("nan"), 0.1, 1.0))
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


def _make_first_version(file: Path) -> None:
    file.parent.mkdir(parents=True)
    engine = create_engine(f"sqlite:///{file}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO buckets VALUES ('kept', 1.0)"))
    engine.dispose()


async def test_a_file_of_the_first_version_is_brought_up_to_date_and_keeps_what_it_holds(url: str) -> None:
    await asyncio.to_thread(_make_first_version, Path(url.partition("///")[2]))
    async with Database(url) as database:
        await PaceStore(database).save("speech", LearnedTime(0.0, 0.1, 1.0))
        job = await JobStore(database, None).admit(new_job())
        assert await PaceStore(database).accepted_at(job.id) is None
        async with database.read() as connection:
            assert await connection.scalar(text("SELECT full_at FROM buckets WHERE key = 'kept'")) == 1.0
