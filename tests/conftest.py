"""What tests of several folders need."""

import importlib
import logging
from collections.abc import Iterator
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType

import hypothesis
import pytest

from bot.discord_bot import EXTENSIONS
from bot.storage import sqlite_file

AS_SHIPPED = sqlite_file.SYNCHRONOUS

# A fifth of Hypothesis's usual number: what a hundred examples find now and then, many runs of twenty find as well. How
# long an example takes says nothing on a busy machine.
hypothesis.settings.register_profile(
    "tests", max_examples=20, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")


# Each takes the better part of a minute. Begun first, they leave no processor idle at the end of a run.
BEGUN_FIRST = ("tests/end_to_end/test_cluster.py", "tests/end_to_end/test_chaos.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests before all others, whatever order chance gave to those."""
    items.sort(key=lambda item: not item.nodeid.startswith(BEGUN_FIRST))


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
