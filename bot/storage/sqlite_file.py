"""What SQLite needs that a server does by itself: settings of a connection, transactions, one program at a time."""

import asyncio
import fcntl
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext

BUSY_TIMEOUT_MS, BUSY_PAUSE_MS = 5_000, 20
# NORMAL could lose the last commits in a power cut, and with them that a job was handed to a paid service.
SYNCHRONOUS = "FULL"
# Measured on two busy cores: quick_check takes 0.9 s for 150 MB (300,000 jobs). A bot that starts should not wait much
# longer for it; damage in a larger file shows when the page is read, and in `soundbooth database backup`.
CHECKED_UP_TO_BYTES = 256 * 1024 * 1024


def prepare(engine: Engine) -> None:
    """Have each connection of the engine behave as bot/storage/database.py describes."""
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _keep_connection)


def lock_file(path: Path) -> IO[str]:
    """Hold a lock that the system gives up with the process, however that ends.

    Raises:
        BlockingIOError: somebody else holds it.
        OSError: the file cannot be made.
    """
    file = path.open("w", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file


def use_wal(path: Path) -> None:
    """Have the file, which is made if need be, keep what was written lately beside it, whatever program opens it.

    Waits as long as it takes with others who do the same: not for the event loop.

    Raises:
        sqlite3.Error: it is no database, or cannot be written.
    """
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1_000)) as connection:
        # For this SQLite waits for nobody, whatever the timeout.
        for _ in range(BUSY_TIMEOUT_MS // BUSY_PAUSE_MS):
            if _switched_to_wal(connection):
                return
            time.sleep(BUSY_PAUSE_MS / 1_000)
        raise sqlite3.OperationalError("other programs keep it locked")


def _switched_to_wal(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("PRAGMA journal_mode=WAL").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def damage(path: Path, *, up_to_bytes: int = CHECKED_UP_TO_BYTES) -> str | None:
    """What is wrong with the file, or None; files that are larger than ``up_to_bytes`` are not looked into.

    Reads the whole file: not for the event loop.

    Raises:
        sqlite3.Error: it is no database, or cannot be read.
    """
    if not path.is_file() or path.stat().st_size > up_to_bytes:
        return None
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1_000)) as connection:
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        return None if answer == "ok" else " ".join(str(answer).split())


def _prepare_connection(dbapi_connection: DBAPIConnection, _record: object) -> None:
    # The driver must not open transactions by itself: _begin does.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _keep_connection(context: ExceptionContext) -> None:
    """A task that is cancelled during a statement does not break an SQLite connection: it is rolled back and kept.

    SQLAlchemy would give it up without a rollback, and SQLite keeps the transaction of a closed connection, and with
    it the lock of the writer, for as long as a statement of it waits for Python's garbage collector.
    """
    if isinstance(context.original_exception, asyncio.CancelledError):
        context.is_disconnect = False
