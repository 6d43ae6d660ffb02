"""The database: one engine, transactions as context managers, migrations.

SQLite runs in WAL mode with one writer at a time: writers of this process wait in line for a lock instead of polling
the file, and every write transaction starts with BEGIN IMMEDIATE, so that what it reads cannot change before it
writes. PostgreSQL needs neither. No transaction is held across a network call.
"""

import asyncio
import fcntl
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, Self

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 5_000


class StorageError(Exception):
    """The database cannot be opened, brought up to date or used; the message is one sentence for the operator."""


class Database:
    """Opened and migrated with ``async with``; ``read()`` and ``write()`` give transactions.

    Raises StorageError where the URL is none or its driver is not installed.
    """

    def __init__(self, url: str, *, exclusive: bool = False) -> None:
        """``exclusive`` lets no second program that says so use the same SQLite file; PostgreSQL serves several."""
        try:
            self._url = make_url(url)
            self._is_sqlite = self._url.get_backend_name() == "sqlite"
            self._engine = create_async_engine(self._url)
        except ArgumentError as error:
            raise StorageError("The database URL cannot be read; see [storage] url in config.example.toml.") from error
        except ModuleNotFoundError as error:
            raise StorageError(f"The database needs the package {error.name}: install soundbooth[cluster].") from error
        self.is_exclusive = exclusive and self._is_sqlite
        self._file_lock: IO[str] | None = None
        self._writing = asyncio.Lock()
        if self._is_sqlite:
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)
            event.listen(self._engine.sync_engine, "handle_error", _keep_connection)

    async def __aenter__(self) -> Self:
        """Create the folder of an SQLite file, open the database and migrate it.

        Raises:
            StorageError: the file, its folder or the server cannot be used, or a newer program wrote the database.
        """
        try:
            if self._is_sqlite and self._url.database:
                await asyncio.to_thread(Path(self._url.database).parent.mkdir, parents=True, exist_ok=True)
                if self.is_exclusive:
                    self._file_lock = await asyncio.to_thread(_lock_file, Path(f"{self._url.database}.lock"))
            async with self.write() as connection:
                # Programs that start at the same moment migrate one after the other.
                await lock(connection, "migrate")
                await connection.run_sync(_migrate)
        except StorageError:
            await self._close()
            raise
        except BlockingIOError as error:
            await self._close()
            raise StorageError(
                f"The database {self.name} is used by another running Soundbooth. One SQLite file serves one process; "
                "several need PostgreSQL."
            ) from error
        except (CommandError, OSError) as error:
            await self._close()
            raise StorageError(f"The database {self.name} cannot be used: {_reason(error)}.") from error
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self._close()

    async def _close(self) -> None:
        await self._engine.dispose()
        if self._file_lock is not None:
            self._file_lock.close()
            self._file_lock = None

    @property
    def name(self) -> str:
        """The URL without its password, for people."""
        return self._url.render_as_string(hide_password=True)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that only reads; in SQLite it never waits for the writer.

        Raises:
            StorageError: the database failed.
        """
        with self._failures_translated():
            async with self._engine.connect() as connection:
                await connection.execution_options(only_reads=True)
                async with connection.begin():
                    yield connection

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that writes; committed when the block ends, rolled back when it raises.

        Raises:
            StorageError: the database failed; in the very last moment it may have been committed all the same.
        """
        with self._failures_translated():
            if not self._is_sqlite:
                async with self._engine.begin() as connection:
                    yield connection
                return
            async with self._writing, self._engine.begin() as connection:
                yield connection

    @contextmanager
    def _failures_translated(self) -> Generator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeoutError) as error:
            raise StorageError(f"The database {self.name} cannot be used: {_reason(error)}.") from error

    async def answers(self) -> bool:
        """True when the database can be read."""
        try:
            await self.revision()
        except StorageError:
            return False
        return True

    async def revision(self) -> str:
        """The migration the database is at; the newest one is ``newest_revision()``."""
        async with self.read() as connection:
            return str(await connection.scalar(text("SELECT version_num FROM alembic_version")))


def upsert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say ``on_conflict_do_update``: the same call, but each engine has its own class for it."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


async def lock(connection: AsyncConnection, name: str) -> None:
    """Let no other transaction that asks for the same name pass until the caller's ends.

    In SQLite a transaction that writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def newest_revision() -> str:
    """The migration this program needs."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _lock_file(path: Path) -> IO[str]:
    """Hold a lock that the system gives up with the process, however that ends. Raises OSError."""
    file = path.open("w", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file


def _prepare_sqlite(dbapi_connection: DBAPIConnection, _record: object) -> None:
    # The driver must not open transactions by itself: _begin_sqlite does.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # NORMAL could lose the last commits in a power cut, and with them that a job was handed to a paid service.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _keep_connection(context: ExceptionContext) -> None:
    """A task that is cancelled during a statement does not break an SQLite connection: it is rolled back and kept.

    SQLAlchemy would give it up without a rollback, and SQLite keeps the transaction of a closed connection, and with
    it the lock of the writer, for as long as a statement of it waits for Python's garbage collector.
    """
    if isinstance(context.original_exception, asyncio.CancelledError):
        context.is_disconnect = False


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, DBAPIError):
        return str(error.orig)
    if isinstance(error, CommandError):
        return "it was written by a newer version of this program"
    return "no connection became free in time"
