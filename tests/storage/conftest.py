from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.jobs import JobStore
from tests.storage.samples import TIGHT, WIDE


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/folder/soundbooth.db"


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with Database(url) as database:
        yield database


@pytest.fixture
def store(database: Database) -> JobStore:
    return JobStore(database, WIDE)


@pytest.fixture
def tight(database: Database) -> JobStore:
    """Three at once and one more each 20 s for a member; five and one each 5 s for a guild."""
    return JobStore(database, TIGHT)
