"""What the model-based tests have in common: a database file that outlives the processes on it."""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import Executable

from bot.storage.database import Database

T = TypeVar("T")

BOUNDED = settings(max_examples=10, stateful_step_count=25, deadline=None)


@cache
def _folder_of_template() -> tempfile.TemporaryDirectory[str]:
    """A file with all tables and nothing in them, made once."""
    folder = tempfile.TemporaryDirectory()

    async def make() -> None:
        async with Database(f"sqlite+aiosqlite:///{folder.name}/empty.db"):
            pass

    asyncio.run(make())
    return folder


class DatabaseMachine(RuleBasedStateMachine):
    """A machine with a database file of its own and an event loop to use it in."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._folder = tempfile.TemporaryDirectory()
        self._file = Path(self._folder.name) / "jobs.db"
        shutil.copy(Path(_folder_of_template().name) / "empty.db", self._file)
        self._open_databases: list[Database] = []

    def open_database(self) -> Database:
        database = Database(f"sqlite+aiosqlite:///{self._file}")
        self.run(database.__aenter__())
        self._open_databases.append(database)
        return database

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def rows(self, database: Database, query: Executable) -> list[tuple[Any, ...]]:
        """What the query finds, as it stands in the database."""

        async def read() -> list[tuple[Any, ...]]:
            async with database.read() as connection:
                return [tuple(row) for row in await connection.execute(query)]

        return self.run(read())

    def teardown(self) -> None:
        for database in self._open_databases:
            self.run(database.__aexit__())
        self._runner.close()
        self._folder.cleanup()
