"""``soundbooth database``: what it says, and its exit codes."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.cli import main
from bot.database_commands import copy_database, write_backup
from bot.endings import EXIT_UNAVAILABLE, Stopped
from bot.storage.database import Database, StorageError
from bot.storage.jobs import JobStore
from bot.storage.processes import ProcessStore
from tests.storage.samples import START, new_job

pytestmark = pytest.mark.usefixtures("untouched_logging")


async def _fill(url: str) -> None:
    async with Database(url) as database:
        for _ in range(3):
            await JobStore(database, None).admit(new_job())


@pytest.fixture
def filled(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An SQLite file with jobs, as it stands in the settings."""
    asyncio.run(_fill(sqlite_url))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOUNDBOOTH_STORAGE__URL", sqlite_url)
    return sqlite_url


@pytest.mark.usefixtures("filled")
def test_backup_says_what_it_did_and_what_to_do_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["database", "backup", "copy.db"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Backed up 3 jobs from ")
    assert "To use it, stop the bot" in said
    assert main(["database", "backup", "copy.db"]) == EXIT_UNAVAILABLE
    assert capsys.readouterr().err == "soundbooth: copy.db exists already; --force replaces it.\n"
    assert main(["database", "backup", "copy.db", "--force"]) == 0


async def test_backup_of_a_server_names_the_tool_for_it() -> None:
    with pytest.raises(StorageError, match="with its own pg_dump"):
        await write_backup("postgresql+asyncpg://me@db/x", Path("copy"), overwrite=False, stop=asyncio.Event())


async def test_a_backup_that_is_stopped_says_so(filled: str, tmp_path: Path) -> None:
    stop = asyncio.Event()
    stop.set()
    with pytest.raises(Stopped, match="no backup was written"):
        await write_backup(filled, tmp_path / "copy.db", overwrite=False, stop=stop)
    assert not (tmp_path / "copy.db").exists()


async def test_a_backup_that_is_stopped_in_the_middle_is_waited_for(filled: str, tmp_path: Path) -> None:
    stop, others_are_done, threads = asyncio.Event(), threading.Event(), ThreadPoolExecutor(1)
    asyncio.get_running_loop().set_default_executor(threads)
    threads.submit(others_are_done.wait)
    backing_up = asyncio.ensure_future(write_backup(filled, tmp_path / "copy.db", overwrite=False, stop=stop))
    await _let_everything_happen()
    stop.set()
    await _let_everything_happen()
    assert not backing_up.done()
    others_are_done.set()
    with pytest.raises(Stopped, match="no backup was written"):
        await backing_up
    assert not list(tmp_path.glob("*copy.db*"))


async def _let_everything_happen() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_copy_prints_the_counts_and_what_to_do_next(
    filled: str, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["database", "copy", "--from", filled, "--to", postgres_url]) == 0
    said = capsys.readouterr().out
    assert "the counts of all tables agree:" in said
    assert "  jobs                       3\n" in said
    assert "Set [storage] url" in said
    assert main(["database", "copy", "--from", filled, "--to", postgres_url]) == EXIT_UNAVAILABLE
    assert "holds jobs already; copying goes into an empty one only." in capsys.readouterr().err


async def _copy(source: str, target: str) -> None:
    await copy_database(source, target, stop=asyncio.Event())


async def test_copy_refuses_a_file_that_a_bot_uses(filled: str, postgres_url: str) -> None:
    async with Database(filled, exclusive=True):
        with pytest.raises(StorageError, match="is used by another running Soundbooth"):
            await _copy(filled, postgres_url)


async def test_copy_refuses_a_server_that_a_bot_uses(filled: str, postgres_url: str) -> None:
    async with Database(postgres_url) as server:
        await ProcessStore(server, "alive").renew(START.replace(year=2100))
    with pytest.raises(StorageError, match="is used by a running Soundbooth; stop it first"):
        await _copy(filled, postgres_url)


async def test_copy_makes_no_empty_file_out_of_a_typing_error(tmp_path: Path, postgres_url: str) -> None:
    with pytest.raises(StorageError, match="There is no database"):
        await _copy(f"sqlite+aiosqlite:///{tmp_path}/tpyo.db", postgres_url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("target", "reason"), [("", "are the same database"), ("no url", "no address of a database")])
async def test_copy_refuses_addresses_that_make_no_sense(filled: str, target: str, reason: str) -> None:
    with pytest.raises(StorageError, match=reason):
        await _copy(filled, target or filled)


async def test_a_copy_that_is_stopped_copies_nothing(filled: str, postgres_url: str) -> None:
    stop = asyncio.Event()
    stop.set()
    with pytest.raises(Stopped, match="nothing was copied"):
        await copy_database(filled, postgres_url, stop=stop)
    async with Database(postgres_url) as server:
        assert await JobStore(server, None).without_card() == []
