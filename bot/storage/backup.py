"""A consistent copy of an SQLite file while a bot writes to it. Blocks: not for the event loop."""

import os
import sqlite3
import tempfile
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.storage.database import StorageError
from bot.storage.sqlite_file import BUSY_TIMEOUT_MS

# 2 MiB of SQLite's usual pages: a stop is noticed soon, and the disk gets to the bot's work in between.
PAGES_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written."""

    jobs: int
    size_bytes: int


class BackupStopped(Exception):
    """It was asked to stop; nothing was left behind."""


def back_up(source: Path, target: Path, *, overwrite: bool, stop: threading.Event) -> Backup:
    """Copy the database ``source`` as it is at one moment into the new file ``target``.

    A reader in WAL mode never holds up the writer, so a bot that runs does not notice. The copy is checked before it
    takes its name, and readable by its owner only: it holds what members wrote.

    Raises:
        StorageError: there is no such database, it is damaged, or the copy cannot be written; ``target`` is as before.
        BackupStopped: ``stop`` was set meanwhile; ``target`` is as before.
    """
    _refuse_targets(source, target, overwrite=overwrite)
    try:
        with _temporary(target) as path:
            with closing(_open(source, "ro")) as reading, closing(sqlite3.connect(path)) as writing:
                _copy(reading, writing, stop)
                jobs = _check(writing, source)
            size_bytes = path.stat().st_size
            _take_name(path, target)
    except sqlite3.Error as error:
        raise StorageError(f"The database {source} could not be backed up: {error}.") from error
    except OSError as error:
        raise StorageError(f"The backup {target} could not be written: {error.strerror}.") from error
    return Backup(jobs, size_bytes)


def _refuse_targets(source: Path, target: Path, *, overwrite: bool) -> None:
    if not source.is_file():
        raise StorageError(f"There is no database {source} to back up; see [storage] url.")
    if target.exists() and target.samefile(source):
        raise StorageError(f"{target} is the database itself; give the backup another name.")
    if target.exists() and not overwrite:
        raise StorageError(f"{target} exists already; --force replaces it.")


@contextmanager
def _temporary(target: Path) -> Generator[Path]:
    """A file beside ``target`` that is gone afterwards, unless it was given its name. Raises OSError."""
    number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(number)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_MS / 1_000, isolation_level=None
    )


def _copy(reading: sqlite3.Connection, writing: sqlite3.Connection, stop: threading.Event) -> None:
    def go_on(_status: int, _left: int, _total: int) -> None:
        if stop.is_set():
            raise BackupStopped

    # An open transaction keeps the moment: without one, each write of the bot would make the copy begin anew.
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
    reading.backup(writing, pages=PAGES_AT_ONCE, progress=go_on)


def _check(writing: sqlite3.Connection, source: Path) -> int:
    """Make the copy a single file and look whether it is whole; returns how many jobs it holds."""
    writing.execute("PRAGMA journal_mode=DELETE")
    (answer,) = writing.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise StorageError(f"The database {source} is damaged ({' '.join(str(answer).split())}); no backup was made.")
    (jobs,) = writing.execute("SELECT count(*) FROM jobs").fetchone()
    return int(jobs)


def _take_name(path: Path, target: Path) -> None:
    """Rename, such that a power cut leaves either the old file or the whole new one."""
    for_disk = os.open(path, os.O_RDONLY)
    try:
        os.fsync(for_disk)
    finally:
        os.close(for_disk)
    path.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
