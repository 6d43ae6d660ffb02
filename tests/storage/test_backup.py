"""A backup is whole and of one moment while the bot writes, and never spoils what was there."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage import backup
from bot.storage.backup import Backup, BackupStopped, back_up
from bot.storage.database import Database, StorageError
from bot.storage.jobs import JobStore
from tests.storage.samples import new_job

GO_ON = threading.Event()


@pytest.fixture
def source(sqlite_url: str) -> Path:
    return Path(sqlite_url.partition("///")[2])


async def _fill(url: str, count: int = 5) -> None:
    async with Database(url) as database:
        store = JobStore(database, None)
        for _ in range(count):
            await store.admit(new_job(text="x" * 5_000))


def _back_up(source: Path, target: Path, *, overwrite: bool = False) -> Backup:
    return back_up(source, target, overwrite=overwrite, stop=GO_ON)


async def test_a_backup_is_a_database_with_all_jobs_for_its_owner_only(
    sqlite_url: str, source: Path, tmp_path: Path
) -> None:
    await _fill(sqlite_url)
    made = await asyncio.to_thread(_back_up, source, tmp_path / "copy.db")
    assert made.jobs == 5
    status = await asyncio.to_thread((tmp_path / "copy.db").stat)
    assert (status.st_size, status.st_mode & 0o777) == (made.size_bytes, 0o600)
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/copy.db") as copy:
        assert len(await JobStore(copy, None).without_card()) == 5


async def test_a_backup_is_of_one_moment_and_holds_nobody_up(
    sqlite_url: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PAGES_AT_ONCE", 1)
    await _fill(sqlite_url, 40)
    async with Database(sqlite_url) as database:
        store = JobStore(database, None)
        copying = asyncio.ensure_future(asyncio.to_thread(_back_up, source, tmp_path / "copy.db"))
        written = 0
        while not copying.done():
            await store.admit(new_job(text="x" * 5_000))
            written += 1
        made = await copying
    assert written >= 1
    assert 40 <= made.jobs <= 40 + written
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        # Each job is counted in the usage in the same transaction.
        (counted,) = copy.execute("SELECT sum(jobs) FROM usage").fetchone()
    assert counted == made.jobs


async def test_what_exists_is_kept_unless_it_may_be_replaced(sqlite_url: str, source: Path, tmp_path: Path) -> None:
    await _fill(sqlite_url)
    target = tmp_path / "copy.db"
    target.write_text("older")
    with pytest.raises(StorageError, match="exists already; --force replaces it"):
        await asyncio.to_thread(_back_up, source, target)
    assert target.read_text() == "older"
    assert (await asyncio.to_thread(_back_up, source, target, overwrite=True)).jobs == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "folder"]


async def test_the_database_itself_is_never_overwritten(sqlite_url: str, source: Path, tmp_path: Path) -> None:
    await _fill(sqlite_url)
    (tmp_path / "link.db").symlink_to(source)
    for target in (source, tmp_path / "link.db"):
        with pytest.raises(StorageError, match="is the database itself"):
            await asyncio.to_thread(_back_up, source, target, overwrite=True)


async def test_a_backup_that_is_stopped_leaves_nothing(sqlite_url: str, source: Path, tmp_path: Path) -> None:
    await _fill(sqlite_url)
    stop = threading.Event()
    stop.set()
    with pytest.raises(BackupStopped):
        await asyncio.to_thread(back_up, source, tmp_path / "copy.db", overwrite=False, stop=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_database_that_is_not_there_is_said_to_be_missing_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="There is no database"):
        _back_up(tmp_path / "none.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_is_not_there_is_named(sqlite_url: str, source: Path, tmp_path: Path) -> None:
    await _fill(sqlite_url)
    with pytest.raises(StorageError, match=r"none/copy\.db could not be written: No such file or directory"):
        await asyncio.to_thread(_back_up, source, tmp_path / "none" / "copy.db")


async def test_a_damaged_database_replaces_no_good_backup(sqlite_url: str, source: Path, tmp_path: Path) -> None:
    await _fill(sqlite_url, 40)
    target = tmp_path / "copy.db"
    await asyncio.to_thread(_back_up, source, target)
    good = target.read_bytes()
    content = bytearray(source.read_bytes())
    content[8_192 : len(content) // 2] = b"\xa5" * (len(content) // 2 - 8_192)
    source.write_bytes(content)
    with pytest.raises(StorageError, match=r"damaged|could not be backed up"):
        await asyncio.to_thread(_back_up, source, target, overwrite=True)
    assert target.read_bytes() == good
