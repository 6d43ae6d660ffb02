"""Moves everything from one database to another: a server that outgrew its file goes on in PostgreSQL."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database, StorageError
from bot.storage.tables import metadata, processes

ROWS_AT_ONCE = 500
# What a bot writes by itself when it starts on an empty database; it is replaced.
WRITTEN_BY_ITSELF = frozenset({"voices", "gone_voices", "job_times", "processes"})
# Leases are of programs, not of data: the next program takes over what has no living owner.
LEFT_BEHIND = frozenset({"processes"})


async def move(source: Database, target: Database, now: datetime) -> Mapping[str, int]:
    """Copy all tables into ``target``, in one transaction of it; returns how many rows each holds there.

    Raises:
        StorageError: programs work on one of the two, the target holds something already, a count differs at the end,
            or one of them failed. The target is as it was before then; the source always is.
    """
    tables = [table for table in metadata.sorted_tables if table.name not in LEFT_BEHIND]
    async with source.read() as reading, target.write() as writing:
        for connection, database in ((reading, source), (writing, target)):
            await _refuse_if_used(connection, database, now)
        await _refuse_if_filled(writing, target)
        counts: dict[str, int] = {}
        for table in tables:
            await writing.execute(delete(table))
            copied = await _copy(reading, writing, table)
            counts[table.name] = await _count(writing, table)
            if not copied == counts[table.name] == await _count(reading, table):
                raise StorageError(f"The table {table.name} did not arrive whole; nothing was copied.")
        return counts


async def _copy(reading: AsyncConnection, writing: AsyncConnection, table: Table) -> int:
    copied = 0
    rows = (await reading.stream(select(table))).mappings()
    async for part in rows.partitions(ROWS_AT_ONCE):
        await writing.execute(insert(table), [dict(row) for row in part])
        copied += len(part)
    return copied


async def _count(connection: AsyncConnection, table: Table) -> int:
    return await connection.scalar(select(func.count()).select_from(table)) or 0


async def _refuse_if_used(connection: AsyncConnection, database: Database, now: datetime) -> None:
    """A program on SQLite holds the lock of its file; one on PostgreSQL is known by its lease."""
    living = select(func.count()).select_from(processes).where(processes.c.alive_until > now)
    if not database.is_exclusive and await connection.scalar(living):
        raise StorageError(f"The database {database.name} is used by a running Soundbooth; stop it first.")


async def _refuse_if_filled(connection: AsyncConnection, database: Database) -> None:
    for table in metadata.sorted_tables:
        if table.name not in WRITTEN_BY_ITSELF and await _count(connection, table) > 0:
            raise StorageError(
                f"The database {database.name} holds {table.name} already; copying goes into an empty one only."
            )
