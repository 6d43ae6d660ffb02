"""How long tasks take: what was learned of each kind, and when a task was accepted that outlived its process."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select

from bot.learned_time import LearnedTime
from bot.storage.database import Database, StorageError, upsert
from bot.storage.tables import job_times, jobs

# The API has 14 categories; more rows than this were not written by us.
MAX_KINDS = 64


class PaceStore:
    """All reading and writing of how long tasks take."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> Mapping[str, LearnedTime]:
        """What was learned, by kind; at most 64 kinds."""
        query = select(job_times).order_by(job_times.c.kind).limit(MAX_KINDS)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return MappingProxyType({row.kind: LearnedTime(row.mean, row.variance, row.weight) for row in rows})

    async def save(self, kind: str, learned: LearnedTime) -> None:
        """Keep what was learned of ``kind``, in place of what was kept before.

        Of several processes on one database the last wins: each learns from jobs like the others'.

        Raises:
            StorageError: the database failed, or one of the values is no finite number.
        """
        values = asdict(learned)
        if not all(map(math.isfinite, values.values())):
            # PostgreSQL would keep it, and everything calculated from it is no number either.
            raise StorageError(f"What was learned of {kind} is no number and was not kept.")
        async with self._database.write() as connection:
            await connection.execute(
                upsert(connection.dialect.name, job_times)
                .values(kind=kind, **values)
                .on_conflict_do_update(index_elements=[job_times.c.kind], set_=values)
            )

    async def accepted_at(self, job_id: str) -> datetime | None:
        """When the service accepted the job's task, also by an earlier process; None where that was not noted."""
        async with self._database.read() as connection:
            return await connection.scalar(select(jobs.c.accepted_at).where(jobs.c.id == job_id))
