"""Opening, migrating, and transactions that end well whatever happens to who asked for them."""

import asyncio
import gc
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from bot.errors import LimitReached
from bot.storage.database import Database, StorageError, newest_revision
from bot.storage.jobs import JobStore
from bot.storage.tables import metadata
from tests.storage.samples import START, TIGHT, new_job, unfinished


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is locked is reported at once instead of after five seconds."""
    monkeypatch.setattr("bot.storage.database.BUSY_TIMEOUT_MS", 100)


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Garbage stays, as it does for a while in a process with much in memory."""
    gc.disable()
    yield
    gc.enable()


async def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_new_file_is_at_the_newest_migration_and_in_a_folder_of_its_own(database: Database, url: str) -> None:
    assert await database.revision() == newest_revision()
    assert await asyncio.to_thread(Path(url.partition("///")[2]).is_file)
    assert await database.answers()


async def test_opening_again_changes_nothing(url: str) -> None:
    async with Database(url) as database:
        job = await JobStore(database, None).admit(new_job())
    async with Database(url) as database:
        assert await JobStore(database, None).get(job.id) == job


async def test_a_file_opened_twice_at_once_is_migrated_once(url: str) -> None:
    async with Database(url) as one, Database(url) as other:
        assert await one.revision() == await other.revision() == newest_revision()


async def test_a_commit_is_on_disk_before_it_is_reported(database: Database) -> None:
    async with database.read() as connection:
        settings = [
            await connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert settings == ["wal", 2, 1]


async def _refusal(url: str) -> str:
    with pytest.raises(StorageError) as caught:
        async with Database(url):
            pass
    return str(caught.value)


async def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"dear diary, " * 1_000)
    sentence = await _refusal(f"sqlite+aiosqlite:///{tmp_path}/notes.db")
    assert sentence == f"The database sqlite+aiosqlite:///{tmp_path}/notes.db cannot be used: file is not a database."


async def test_a_damaged_file_is_said_to_be_damaged(url: str) -> None:
    async with Database(url):
        pass
    file = Path(url.partition("///")[2])
    content = bytearray(await asyncio.to_thread(file.read_bytes))
    content[100:] = b"\xff" * (len(content) - 100)
    await asyncio.to_thread(file.write_bytes, content)
    assert "malformed" in await _refusal(url)


async def test_a_folder_where_a_file_should_be_is_refused(tmp_path: Path) -> None:
    assert "unable to open database file" in await _refusal(f"sqlite+aiosqlite:///{tmp_path}")


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be used: File exists" in await _refusal(f"sqlite+aiosqlite:///{tmp_path}/file/soundbooth.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write any file")
async def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.db").touch(mode=0o400)
    assert "readonly" in await _refusal(f"sqlite+aiosqlite:///{tmp_path}/old.db")


@pytest.mark.usefixtures("impatient")
async def test_a_file_that_another_program_holds_is_refused(url: str) -> None:
    async with Database(url):
        pass
    other = sqlite3.connect(url.partition("///")[2])
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert "database is locked" in await _refusal(url)
    finally:
        other.close()


async def test_a_database_of_a_newer_program_is_refused(url: str) -> None:
    async with Database(url) as database, database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer version" in await _refusal(url)


@pytest.mark.parametrize("url", ["", "no url at all", "sqlite+nonesuch:///x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(StorageError):
        Database(url)


def test_a_missing_driver_is_named_with_its_remedy() -> None:
    with pytest.raises(StorageError, match=r"needs the package MySQLdb: install soundbooth\[cluster\]"):
        Database("mysql://localhost/soundbooth")


def test_a_password_is_not_shown() -> None:
    assert "secret" not in Database("postgresql+asyncpg://me:secret@localhost/soundbooth").name


@pytest.mark.usefixtures("impatient")
async def test_a_database_that_fails_later_says_so(database: Database, url: str) -> None:
    store = JobStore(database, None)
    other = sqlite3.connect(url.partition("///")[2])
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="database is locked"):
        await store.admit(new_job())
    other.close()
    assert (await store.admit(new_job())).id


async def test_a_database_that_is_gone_does_not_answer(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("DROP TABLE alembic_version"))
    assert not await database.answers()


async def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    async def write_and_refuse() -> None:
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO buckets VALUES ('k', 1.0)"))
            raise LimitReached("member_rate", 1, 1.0, START)

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
        async with asyncio.timeout(10):
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
    async with asyncio.timeout(10):
        assert len(await unfinished(store)) == 20
