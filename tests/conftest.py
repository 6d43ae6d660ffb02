"""What tests of several folders need."""

import asyncio
import importlib
import logging
import shutil
from collections.abc import Callable, Iterator
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest

from bot.discord_bot import EXTENSIONS
from bot.storage import sqlite_file
from bot.storage.database import Database

AS_SHIPPED = sqlite_file.SYNCHRONOUS

# A fifth of Hypothesis's usual number: what a hundred examples find now and then, many runs of twenty find as well. How
# long an example takes says nothing on a busy machine.
hypothesis.settings.register_profile(
    "tests", max_examples=20, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")


@pytest.fixture(scope="session", autouse=True)
def _hasty_disk() -> Iterator[None]:
    """No test cuts the power, and waiting for the disk is most of what a small transaction takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite_file, "SYNCHRONOUS", "OFF")
        yield


@pytest.fixture
def patient_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is waited for, as it is outside of tests."""
    monkeypatch.setattr(sqlite_file, "SYNCHRONOUS", AS_SHIPPED)


class _Loaded(Loader):
    """Gives a module that was imported already, and does not run it again."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        del spec
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """It was run when it was imported."""


@pytest.fixture(scope="session")
def cogs_run_once() -> None:
    """discord.py runs the modules of cogs for each bot anew: most of what starting one takes."""
    for name in EXTENSIONS:
        module = importlib.import_module(name)
        if module.__spec__ is not None:
            module.__spec__.loader = _Loaded(module)


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without a row, to be copied: migrating anew for each test takes a tenth of a second."""
    file = tmp_path_factory.mktemp("database") / "soundbooth.db"

    async def migrate() -> None:
        async with Database(f"sqlite+aiosqlite:///{file}"):
            pass

    asyncio.run(migrate())
    return file


@pytest.fixture
def sqlite_file_in(new_database: Path) -> Callable[[Path], str]:
    """sqlite_file_in(folder) -> the URL of a new database in the folder, which has all tables."""

    def made(folder: Path) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        return f"sqlite+aiosqlite:///{shutil.copy(new_database, folder)}"

    return made


@pytest.fixture
def untouched_logging() -> Iterator[None]:
    """Gives the loggers back as they were."""
    root = logging.getLogger()
    names = ("discord", "discord.client", "aiohttp", "alembic", "sqlalchemy", "asyncio", "aiosqlite")
    handlers, level = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
