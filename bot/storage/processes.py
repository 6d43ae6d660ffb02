"""Which processes live. A process says so every few seconds; when it does not, others take over its jobs.

The times compared are the machines' own: their clocks must agree within a few seconds, as NTP keeps them.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete

from bot.storage.database import Database, upsert
from bot.storage.tables import processes

RENEW_EVERY_S = 5.0
# Three missed renewals: a pause of the machine or of the database is not a death yet.
LEASE = timedelta(seconds=15)


class ProcessStore:
    """This process among those on the same database."""

    def __init__(self, database: Database, process_id: str) -> None:
        self._database = database
        self._id = process_id

    async def start(self, now: datetime) -> None:
        """Say that this process lives. On a database of its own every other one is known to be dead."""
        async with self._database.write() as connection:
            if self._database.is_exclusive:
                await connection.execute(delete(processes))
        await self.renew(now)

    async def renew(self, now: datetime) -> None:
        """Say that this process lives for another 15 seconds."""
        until = now + LEASE
        async with self._database.write() as connection:
            await connection.execute(
                upsert(connection.dialect.name, processes)
                .values(id=self._id, alive_until=until)
                .on_conflict_do_update(index_elements=[processes.c.id], set_={"alive_until": until})
            )

    async def end(self) -> None:
        """Say that this process works no more: others need not wait to take over its jobs."""
        async with self._database.write() as connection:
            await connection.execute(delete(processes).where(processes.c.id == self._id))
