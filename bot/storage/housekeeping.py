"""Removes what is of no more use, a little at a time, so that no table grows without end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, func, not_, or_, select, tuple_, update

from bot.models import JobState
from bot.storage.database import Database
from bot.storage.line import lock_line
from bot.storage.tables import buckets, jobs, processes, spent, turns, usage

# Few enough that nobody waits for the lock of the writer.
ROWS_AT_ONCE = 500
USAGE_KEPT = timedelta(days=400)
# Who was not served for so many turns stands as far in front as who never was.
TURNS_KEPT = 100_000
FINAL = tuple(state for state in JobState if state.is_final)
NO_TOKEN = ""


class Housekeeper:
    """Keeps the tables small."""

    def __init__(self, database: Database, *, jobs_kept: timedelta) -> None:
        """``jobs_kept`` is how long a job stays after its end."""
        self._database = database
        self._jobs_kept = jobs_kept

    async def clean_up(self, now: datetime) -> int:
        """Remove what is old, and return how many rows that were."""
        removed = 0
        for table, is_old in self._old(now):
            while (gone := await self._remove_some(table, is_old)) > 0:
                removed += gone
        await self._forget_tokens(now)
        return removed

    def _old(self, now: datetime) -> Iterator[tuple[Table, ColumnElement[bool]]]:
        yield jobs, and_(jobs.c.state.in_(FINAL), jobs.c.updated_at < now - self._jobs_kept)
        # A bucket that is full again is the same as none.
        yield buckets, buckets.c.full_at < now.timestamp()
        # A budget is needed as long as a job that was charged with it may be given back.
        yield spent, spent.c.ends_at < now - timedelta(days=2)
        yield usage, usage.c.day < (now - USAGE_KEPT).astimezone(UTC).date()
        yield processes, processes.c.alive_until < now - timedelta(days=1)
        last_turn = select(func.max(turns.c.served)).scalar_subquery()
        yield turns, and_(turns.c.waiting_since.is_(None), turns.c.served < last_turn - TURNS_KEPT)

    async def _remove_some(self, table: Table, is_old: ColumnElement[bool]) -> int:
        key = tuple_(*table.primary_key) if len(table.primary_key) > 1 else next(iter(table.primary_key))
        some = select(*table.primary_key).where(is_old).limit(ROWS_AT_ONCE)
        async with self._database.write() as connection:
            if table is turns:
                await lock_line(connection)
            return (await connection.execute(delete(table).where(key.in_(some)))).rowcount

    async def _forget_tokens(self, now: datetime) -> None:
        """A token that has run out opens nothing any more, but it is nobody's business either."""
        has_old_token = and_(jobs.c.token_expires_at < now, not_(jobs.c.interaction_token == NO_TOKEN))
        is_over = or_(jobs.c.state.in_(FINAL), jobs.c.token_expires_at < now - timedelta(hours=1))
        async with self._database.write() as connection:
            await connection.execute(update(jobs).where(has_old_token, is_over).values(interaction_token=NO_TOKEN))
