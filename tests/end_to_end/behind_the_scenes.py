"""What no member can do to a sandbox, but time and chance can: other bytes in a file, a larger one, years of use."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from bot.sandbox.server import SandboxServer
from tests.end_to_end.driver import Json
from tests.end_to_end.one_bot import OneBot


@contextmanager
def other_content(sandbox: SandboxServer, file: Json, content: object) -> Generator[None]:
    """Serve something else under the link of an attachment; what is not bytes makes the CDN fail."""
    cdn: Any = sandbox._cdn  # pyright: ignore[reportPrivateUsage]  # no member can reach it
    files: dict[str, Any] = cdn._files
    attachment, before = files[file["id"]]
    files[file["id"]] = (attachment, content)
    try:
        yield
    finally:
        files[file["id"]] = (attachment, before)


def enlarge(sandbox: SandboxServer, message: Json, size_bytes: int) -> None:
    """Let the first file of a message be said to be so large: members with Nitro send larger ones than the sandbox."""
    message_id = message["id"]
    kept = sandbox.world.channels[message["channel_id"]].messages[message_id]
    kept.attachments = [replace(kept.attachments[0], size=size_bytes), *kept.attachments[1:]]


@contextmanager
def rows(bot: OneBot, table: str, *found: Sequence[object]) -> Generator[None]:
    """What was written into a table of the bot in the course of time."""
    marks = ", ".join("?" * len(found[0]))
    with _database(bot) as database:
        (last,) = database.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()  # noqa: S608  # same
        database.executemany(f"INSERT INTO {table} VALUES ({marks})", found)  # noqa: S608  # a name of ours
        database.commit()
    try:
        yield
    finally:
        with _database(bot) as database:
            database.execute(f"DELETE FROM {table} WHERE rowid > ?", (last,))  # noqa: S608  # same
            database.commit()


def _database(bot: OneBot) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(bot.folder / "soundbooth.db", timeout=10))
