"""``soundbooth database``: a backup while the bot runs, and the move to another database."""

import asyncio
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.endings import unless_stopped
from bot.storage.backup import Backup, BackupStopped, back_up
from bot.storage.database import Database, StorageError
from bot.storage.moving import move


async def write_backup(url: str, file: Path, *, overwrite: bool, stop: asyncio.Event) -> None:
    """Write a consistent copy of the database at ``url`` into ``file``, and say so.

    Raises:
        StorageError: it is a PostgreSQL, or the copy cannot be made.
        Stopped: Ctrl-C; ``file`` is as before.
    """
    source = _file_of(_parsed(url))
    if source is None:
        raise StorageError(
            "This command copies an SQLite file; a PostgreSQL server is backed up while it runs with its own pg_dump."
        )
    made = await unless_stopped(_back_up(source, file, overwrite=overwrite), stop, "Stopped; no backup was written.")
    _say(f"Backed up {made.jobs:,} jobs from {source} into {file} ({made.size_bytes / 1024 / 1024:.1f} MB).")
    _say("To use it, stop the bot and put it in the place of the database, without the files -wal and -shm beside it.")


async def copy_database(source_url: str, target_url: str, *, stop: asyncio.Event) -> None:
    """Copy everything from one database into another, empty one, check the counts and print them.

    Raises:
        StorageError: one of them is used, missing, not empty, or fails.
        Stopped: Ctrl-C; nothing was copied.
    """
    source, target = _parsed(source_url), _parsed(target_url)
    if source == target:
        raise StorageError("Both addresses are the same database; there is nothing to copy.")
    file = _file_of(source)
    if file is not None and not file.is_file():
        raise StorageError(f"There is no database {file} to copy from.")
    async with Database(source_url, exclusive=True) as old, Database(target_url, exclusive=True) as new:
        counts = await unless_stopped(move(old, new, datetime.now(UTC)), stop, "Stopped; nothing was copied.")
        _say(f"Copied {sum(counts.values()):,} rows from {old.name} to {new.name}; the counts of all tables agree:")
    for name, rows in counts.items():
        _say(f"  {name:<16}{rows:>12,}")
    _say("Set [storage] url (or SOUNDBOOTH_STORAGE__URL) to the new address and start the bot.")
    _say("Keep the old database until you have seen it work.")


async def _back_up(source: Path, file: Path, *, overwrite: bool) -> Backup:
    """Copy in a thread. That cannot be cancelled, so it is told to stop, and waited for."""
    stop = threading.Event()
    copying = asyncio.ensure_future(asyncio.to_thread(back_up, source, file, overwrite=overwrite, stop=stop))
    try:
        return await asyncio.shield(copying)
    except asyncio.CancelledError:
        stop.set()
        with suppress(BackupStopped):
            # It was finished before it heard of that.
            return await copying
        raise


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StorageError("This is no address of a database; see [storage] url in config.example.toml.") from error


def _file_of(url: URL) -> Path | None:
    """The file of an SQLite database, or None where it is a server."""
    is_file = url.get_backend_name() == "sqlite" and url.database
    return Path(str(url.database)) if is_file else None


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
