"""Opening, and transactions that end well whatever happens to who asked for them."""

import asyncio

import pytest
from sqlalchemy import text

from bot.errors import LimitReached
from bot.limits import LimitName, Subject
from bot.storage.database import Database, StorageError
from bot.storage.jobs import JobStore
from tests.storage.samples import START, TIGHT, new_job, unfinished


async def test_opening_again_changes_nothing(url: str) -> None:
    async with Database(url) as database:
        job = await JobStore(database, None).admit(new_job())
    async with Database(url) as database:
        assert await JobStore(database, None).get(job.id) == job


async def test_it_answers_while_it_is_open(database: Database) -> None:
    assert await database.answers()


@pytest.mark.parametrize("url", ["", "no url at all", "sqlite+nonesuch:///x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(StorageError):
        Database(url)


def test_a_missing_driver_is_named_with_its_remedy() -> None:
    with pytest.raises(StorageError, match=r"needs the package MySQLdb: install soundbooth\[cluster\]"):
        Database("mysql://localhost/soundbooth")


def test_a_password_is_not_shown() -> None:
    assert "secret" not in Database("postgresql+asyncpg://me:secret@localhost/soundbooth").name


async def test_a_database_that_is_gone_does_not_answer(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("DROP TABLE alembic_version"))
    assert not await database.answers()


async def test_closing_waits_for_whoever_is_writing_and_then_refuses(url: str) -> None:
    has_begun, may_end = asyncio.Event(), asyncio.Event()

    async def write_slowly() -> None:
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO buckets VALUES ('slow', 1.0)"))
            has_begun.set()
            await may_end.wait()

    async with Database(url) as database:
        writing = asyncio.create_task(write_slowly())
        await has_begun.wait()
        asyncio.get_running_loop().call_later(0.05, may_end.set)
    assert writing.done()
    await writing
    with pytest.raises(StorageError, match="is closed"):
        await database.revision()
    async with Database(url) as again, again.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM buckets")) == 1


async def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    async def write_and_refuse() -> None:
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO buckets VALUES ('k', 1.0)"))
            raise LimitReached(LimitName.BURST, Subject.MEMBER, allowed=1, used=1)

    with pytest.raises(LimitReached):
        await write_and_refuse()
    async with database.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM buckets")) == 0
    assert await JobStore(database, None).admit(new_job())


async def test_readers_do_not_wait_for_a_writer_and_see_no_half_of_it(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(text("INSERT INTO buckets VALUES ('k', 1.0)"))
        async with database.read() as reading:
            assert await reading.scalar(text("SELECT count(*) FROM buckets")) == 0


async def test_writers_of_one_process_wait_in_line_instead_of_failing(database: Database) -> None:
    store = JobStore(database, TIGHT)
    answers = await asyncio.gather(*[store.admit(new_job(user_id=n, guild_id=n)) for n in range(60)])
    assert len({job.id for job in answers}) == 60


@pytest.mark.usefixtures("impatient", "no_collector")
async def test_a_task_cancelled_at_any_moment_leaves_no_lock_behind(database: Database) -> None:
    """A driver that closes a connection with a statement under way keeps its transaction until garbage is collected."""
    store = JobStore(database, TIGHT)
    for moment in range(60):
        claiming = asyncio.ensure_future(_admit_and_claim(store, moment))
        for _ in range(moment):
            await asyncio.sleep(0 if moment % 2 else 0.0001)
        claiming.cancel()
        await asyncio.gather(claiming, return_exceptions=True)
        async with asyncio.timeout(60):
            assert await store.admit(new_job(user_id=moment, guild_id=1_000 + moment))


async def _admit_and_claim(store: JobStore, moment: int) -> None:
    job = await store.admit(new_job(user_id=moment, guild_id=moment))
    await store.set_card(job.id, 1, START)
    await store.claim(START, 1_000)
    await unfinished(store)


@pytest.mark.usefixtures("impatient", "no_collector")
async def test_readers_cancelled_at_any_moment_use_no_connection_up(database: Database) -> None:
    store = JobStore(database, None)
    for number in range(20):
        await store.admit(new_job(at=START, user_id=number))
    for moment in range(60):
        readers = [asyncio.ensure_future(unfinished(store)) for _ in range(3)]
        for _ in range(moment):
            await asyncio.sleep(0)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    async with asyncio.timeout(60):
        assert len(await unfinished(store)) == 20
