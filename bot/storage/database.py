"""The database: one engine, transactions as context managers, migrations.

SQLite runs in WAL mode with one writer at a time: writers of this process wait in line for a lock instead of polling
the file, and every write transaction starts with BEGIN IMMEDIATE, so that what it reads cannot change before it
writes. PostgreSQL needs neither. No transaction is held across a network call.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Self

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.endings import EXIT_UNAVAILABLE, ProgramEnded
from bot.storage import sqlite_file
from bot.storage.migrating import REVISION, NewerDatabase, migrate

CONNECT_TIMEOUT_S = 10.0
STATEMENT_TIMEOUT_S = 30.0
# How long closing waits for the transactions of others, who may be in the middle of answering a member. Longer than
# SQLite's busy timeout, shorter than the 10 s a container is given to stop.
CLOSE_PATIENCE_S = 6.0
# A machine that vanishes in the middle of a transaction must not stop the others: by itself PostgreSQL would hold its
# locks until TCP gives up, after two hours. Source: PostgreSQL 18, "Client Connection Defaults" and "Connection
# Settings". Times without a unit are seconds, as those settings have it.
SERVER_SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "application_name": "soundbooth",
        "idle_in_transaction_session_timeout": "15s",
        "lock_timeout": "10s",
        "client_connection_check_interval": "2s",
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "2",
        "tcp_keepalives_count": "3",
    }
)


class StorageError(ProgramEnded):
    """The database cannot be opened, brought up to date or used; the message is one sentence for the operator."""

    exit_code = EXIT_UNAVAILABLE


class Database:
    """Opened and migrated with ``async with``; ``read()`` and ``write()`` give transactions.

    Raises StorageError where the URL is none or its driver is not installed.
    """

    def __init__(self, url: str, *, exclusive: bool = False) -> None:
        """``exclusive`` lets no second program that says so use the same SQLite file; PostgreSQL serves several."""
        try:
            self._url = make_url(url)
            self._is_sqlite = self._url.get_backend_name() == "sqlite"
            self._engine = create_async_engine(
                self._url, connect_args=_connect_args(is_sqlite=self._is_sqlite), json_deserializer=_from_json
            )
        except ArgumentError as error:
            raise StorageError("The database URL cannot be read; see [storage] url in config.example.toml.") from error
        except ModuleNotFoundError as error:
            raise StorageError(f"The database needs the package {error.name}: install soundbooth[cluster].") from error
        self.is_exclusive = exclusive and self._is_sqlite
        self._file_lock: IO[str] | None = None
        self._writing = asyncio.Lock()
        self._open_transactions = 0
        self._unused = asyncio.Event()
        self._unused.set()
        self._is_closed = False
        if self._is_sqlite:
            sqlite_file.prepare(self._engine.sync_engine)

    async def __aenter__(self) -> Self:
        """Create the folder of an SQLite file, open the database and migrate it.

        Raises:
            StorageError: the file, its folder or the server cannot be used, or a newer program wrote the database.
        """
        try:
            if self._is_sqlite and self._url.database:
                await self._open_file(Path(self._url.database))
            async with self._patient() as connection:
                # Programs that start at the same moment migrate one after the other.
                await lock(connection, "migrate")
                await connection.run_sync(migrate)
        except StorageError:
            await self._close()
            raise
        except BlockingIOError as error:
            await self._close()
            raise StorageError(
                f"The database {self.name} is used by another running Soundbooth. One SQLite file serves one process; "
                "several need PostgreSQL."
            ) from error
        except (NewerDatabase, OSError) as error:
            await self._close()
            raise StorageError(f"The database {self.name} cannot be used: {_reason(error)}.") from error
        return self

    async def _open_file(self, path: Path) -> None:
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        if self.is_exclusive:
            self._file_lock = await asyncio.to_thread(sqlite_file.lock_file, Path(f"{path}.lock"))
        try:
            damage = await asyncio.to_thread(sqlite_file.damage, path) if self.is_exclusive else None
            if damage is None:
                await asyncio.to_thread(sqlite_file.use_wal, path)
        except sqlite3.Error as error:
            raise StorageError(f"The database {self.name} cannot be used: {error}.") from error
        if damage is not None:
            raise StorageError(f"The database {self.name} is damaged ({damage}): put a backup in its place.")

    @asynccontextmanager
    async def _patient(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that may take, and wait, as long as a migration of large tables does."""
        if self._is_sqlite:
            async with self.write() as connection:
                yield connection
            return
        engine = create_async_engine(self._url, poolclass=NullPool, connect_args={"timeout": CONNECT_TIMEOUT_S})
        try:
            with self._failures_translated():
                async with engine.begin() as connection:
                    yield connection
        finally:
            await engine.dispose()

    async def __aexit__(self, *_: object) -> None:
        """Let open transactions end, for a while, then close all connections."""
        await self._close()

    async def _close(self) -> None:
        self._is_closed = True
        # A connection that comes back after the pool was disposed of would never be closed.
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_PATIENCE_S):
                await self._unused.wait()
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
            StorageError: the database failed, or was closed.
        """
        with self._transaction():
            async with self._engine.connect() as connection:
                await connection.execution_options(only_reads=True)
                async with connection.begin():
                    yield connection

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that writes; committed when the block ends, rolled back when it raises.

        Raises:
            StorageError: the database failed or was closed; in the very last moment it may have been committed all
                the same.
        """
        with self._transaction():
            if not self._is_sqlite:
                async with self._engine.begin() as connection:
                    yield connection
                return
            async with self._writing, self._engine.begin() as connection:
                yield connection

    @contextmanager
    def _transaction(self) -> Generator[None]:
        """Counted while it is open, so that closing can wait for it."""
        if self._is_closed:
            raise StorageError(f"The database {self.name} is closed: the program is about to end.")
        self._open_transactions += 1
        self._unused.clear()
        try:
            with self._failures_translated():
                yield
        finally:
            self._open_transactions -= 1
            if not self._open_transactions:
                self._unused.set()

    @contextmanager
    def _failures_translated(self) -> Generator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeoutError, OSError) as error:
            # OSError: no connection to the server, or (TimeoutError) no answer from it in time.
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
            return str(await connection.scalar(REVISION))


def upsert(engine: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say ``on_conflict_do_update``: the same call, but each engine has its own class for it.

    ``engine`` is the ``dialect.name`` of a connection. Building a statement takes longer than running it: what happens
    often is built once for each engine, and only its values are given at each call.
    """
    return sqlite.insert(table) if engine == "sqlite" else postgresql.insert(table)


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def lock(connection: AsyncConnection, name: str) -> None:
    """Let no other transaction that asks for the same name pass until the caller's ends.

    In SQLite a transaction that writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(_LOCK, {"name": name})


def _connect_args(*, is_sqlite: bool) -> dict[str, Any]:
    if is_sqlite:
        return {}
    return {
        "timeout": CONNECT_TIMEOUT_S,
        "command_timeout": STATEMENT_TIMEOUT_S,
        "server_settings": dict(SERVER_SETTINGS),
    }


def _from_json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise StorageError("A value in the database is damaged: it is no JSON any more.") from error


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, DBAPIError):
        return str(error.orig)
    if isinstance(error, NewerDatabase):
        return "it was written by a newer version of this program"
    return "no connection became free in time"
