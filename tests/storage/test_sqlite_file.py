"""Files that are locked, damaged, full or not to be written: a clear sentence, and no half of a job."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage import sqlite_file
from bot.storage.database import Database, StorageError
from bot.storage.jobs import JobStore
from tests.storage.samples import new_job

PROGRAM_TIMEOUT_S = 60


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def file(url: str) -> Path:
    return Path(url.partition("///")[2])


async def _refusal(url: str, *, exclusive: bool = False) -> str:
    with pytest.raises(StorageError) as caught:
        async with Database(url, exclusive=exclusive):
            pass
    return str(caught.value)


async def _make(url: str, jobs: int = 0) -> None:
    async with Database(url) as database:
        for _ in range(jobs):
            await JobStore(database, None).admit(new_job(text="x" * 3_000))


async def test_the_folder_of_the_file_is_made(missing_sqlite_url: str) -> None:
    async with Database(missing_sqlite_url) as database:
        assert await database.answers()
    assert await asyncio.to_thread(Path(missing_sqlite_url.partition("///")[2]).is_file)


async def test_a_commit_is_on_disk_before_it_is_reported(patient_disk: None, url: str) -> None:
    del patient_disk
    async with Database(url) as database, database.read() as connection:
        settings = [await connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")]
    assert settings == ["wal", 2]


async def test_a_file_that_another_program_still_holds_is_waited_for(file: Path, url: str) -> None:
    file.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        asyncio.get_running_loop().call_later(0.1, other.execute, "COMMIT")
        async with Database(url) as database:
            assert await database.answers()


async def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"dear diary, " * 1_000)
    for exclusive in (False, True):
        sentence = await _refusal(f"sqlite+aiosqlite:///{tmp_path}/notes.db", exclusive=exclusive)
        assert sentence == (
            f"The database sqlite+aiosqlite:///{tmp_path}/notes.db cannot be used: file is not a database."
        )


async def test_a_damaged_file_is_said_to_be_damaged(url: str, file: Path) -> None:
    await _make(url)
    content = bytearray(await asyncio.to_thread(file.read_bytes))
    content[100:] = b"\xff" * (len(content) - 100)
    await asyncio.to_thread(file.write_bytes, content)
    assert "malformed" in await _refusal(url)


async def test_damage_in_the_middle_is_found_before_the_bot_starts(url: str, file: Path) -> None:
    await _make(url, jobs=30)
    content = bytearray(await asyncio.to_thread(file.read_bytes))
    # The first page, with the tables' names, stays as it is: such a file opens.
    for start in range(4_096 * 20, len(content), 4_096 * 7):
        content[start : start + 64] = bytes(64)
    await asyncio.to_thread(file.write_bytes, content)
    sentence = await _refusal(url, exclusive=True)
    assert "is damaged (" in sentence
    assert sentence.endswith("put a backup in its place.")
    assert await asyncio.to_thread(sqlite_file.damage, file, up_to_bytes=1_000) is None


@pytest.mark.parametrize(
    "change", ["state = 'quewed'", "request = 'no json'", """request = '{"text": 1}'""", "kind = ''", "notes = '7'"]
)
async def test_a_job_that_is_damaged_is_named_instead_of_being_taken_for_a_bug(database: Database, change: str) -> None:
    store = JobStore(database, None)
    job = await store.admit(new_job())
    async with database.write() as connection:
        await connection.execute(text(f"UPDATE jobs SET {change}"))  # noqa: S608  # literals from above
    with pytest.raises(StorageError, match="damaged"):
        await store.get(job.id)


async def test_a_folder_where_a_file_should_be_is_refused(tmp_path: Path) -> None:
    assert "unable to open database file" in await _refusal(f"sqlite+aiosqlite:///{tmp_path}")


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be used: File exists" in await _refusal(f"sqlite+aiosqlite:///{tmp_path}/file/soundbooth.db")


@pytest.mark.usefixtures("impatient")
async def test_a_file_that_another_program_holds_is_refused(url: str, file: Path) -> None:
    await _make(url)
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "database is locked" in await _refusal(url)


@pytest.mark.usefixtures("impatient")
async def test_a_database_that_fails_later_says_so(database: Database, file: Path) -> None:
    store = JobStore(database, None)
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="database is locked"):
            await store.admit(new_job())
    assert (await store.admit(new_job())).id


def _program(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


HOLDING = """
import asyncio, sys
from bot.storage.database import Database

async def main():
    async with Database(sys.argv[1], exclusive=True):
        print("open", flush=True)
        sys.stdin.readline()

asyncio.run(main())
"""


async def test_a_second_bot_on_the_same_file_is_refused_until_the_first_is_dead(url: str) -> None:
    first = await asyncio.to_thread(_program, HOLDING, url)
    try:
        assert first.stdout is not None
        assert await asyncio.to_thread(first.stdout.readline) == "open\n"
        sentence = await _refusal(url, exclusive=True)
        assert "is used by another running Soundbooth. One SQLite file serves one process" in sentence
        async with Database(url) as only_looking:
            assert await only_looking.answers()
    finally:
        first.kill()
        await asyncio.to_thread(first.communicate)
    async with Database(url, exclusive=True) as second:
        assert await second.answers()


FILLING_THE_DISK = """
import asyncio, resource, sys
from bot.storage.database import Database, StorageError
from bot.storage.jobs import JobStore
from tests.storage.samples import START, TIGHT, new_job

async def main():
    async with Database(sys.argv[1], exclusive=True) as database:
        store = JobStore(database, TIGHT)
        full = 0
        for number in range(120):
            if number == 30:
                resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
            if number == 90:
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            try:
                job = await store.admit(new_job(1 + number, 1_000 + number, text="x" * 3_000))
                await store.set_card(job.id, 1, START)
                claimed = await store.claim(START, 10_000)
                assert claimed is None or await store.finish_without_result(claimed, "failed", START) is not None
            except StorageError as error:
                full += 1
                print(error)
        assert 40 <= full <= 60, full

asyncio.run(main())
"""


def test_a_full_disk_is_reported_and_leaves_no_half_of_a_job(url: str, file: Path) -> None:
    program = _program(FILLING_THE_DISK, url)
    said, _ = program.communicate(timeout=PROGRAM_TIMEOUT_S)
    assert program.returncode == 0, said
    reasons = {line.removeprefix(f"The database {url} cannot be used: ") for line in said.splitlines()}
    assert reasons <= {"disk I/O error.", "database or disk is full."}
    assert sqlite_file.damage(file) is None
    with closing(sqlite3.connect(file)) as database:
        (jobs,) = database.execute("SELECT count(*) FROM jobs").fetchone()
        (not_refunded,) = database.execute("SELECT count(*) FROM jobs WHERE NOT was_refunded").fetchone()
        (usage,) = database.execute("SELECT sum(jobs) FROM usage").fetchone()
        (spent,) = database.execute("SELECT sum(used) FROM spent WHERE key LIKE 'guild:%:day:%'").fetchone()
        (in_line,) = database.execute(
            "SELECT count(*) FROM jobs WHERE state = 'queued' AND card_message_id IS NOT NULL"
        ).fetchone()
        (waiting,) = database.execute(
            "SELECT count(*) FROM turns WHERE user_id <> 0 AND waiting_since IS NOT NULL"
        ).fetchone()
    assert jobs >= 60
    assert usage == not_refunded
    assert spent == 3_000 * not_refunded
    assert in_line == waiting


READ_ONLY = """
import asyncio, os, sys
from bot.storage.database import Database, StorageError

async def try_to_open(url):
    try:
        async with Database(url, exclusive=sys.argv[2] == "True"):
            pass
    except StorageError as error:
        print(error)

# Whoever is root may write anywhere; and all modules are loaded before, for another user may not read them.
asyncio.run(try_to_open(sys.argv[3]))
if os.geteuid() == 0:
    os.setuid(65534)
asyncio.run(try_to_open(sys.argv[1]))
"""


@pytest.mark.parametrize("exclusive", [True, False])
async def test_a_folder_that_cannot_be_written_is_refused(
    url: str, file: Path, tmp_path: Path, *, exclusive: bool
) -> None:
    await _make(url)
    folder = file.parent
    try:
        for path in (*folder.parents, folder):
            if path.owner() == folder.owner() and not path.stat().st_mode & 0o001:
                path.chmod(path.stat().st_mode | 0o011)
        folder.chmod(0o555)
        scratch = f"sqlite+aiosqlite:///{tmp_path}/scratch.db"
        program = await asyncio.to_thread(_program, READ_ONLY, url, exclusive, scratch)
        said, _ = await asyncio.to_thread(program.communicate, None, PROGRAM_TIMEOUT_S)
    finally:
        folder.chmod(0o755)
    start = f"The database {url} cannot be used: "
    assert said.startswith(start)
    assert said.removeprefix(start).strip(".\n") in {
        "Permission denied",
        "attempt to write a readonly database",
        "unable to open database file",
    }
