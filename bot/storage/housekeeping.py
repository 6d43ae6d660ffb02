"""Removes what is of no more use, a little at a time, so that no table grows without end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, func, select, tuple_, update

from bot.models import JobState
from bot.storage.database import Database
from bot.storage.line import lock_line
from bot.storage.tables import (
    HAS_TOKEN,
    buckets,
    jobs,
    kept_transcripts,
    processes,
    spent,
    transcribed_notes,
    turns,
    usage,
)

# Few enough that nobody waits for the lock of the writer.
ROWS_AT_ONCE = 500
USAGE_KEPT = timedelta(days=400)
BUDGETS_KEPT = timedelta(days=2)
PROCESSES_KEPT = timedelta(days=1)
# A voice note is offered once, when it is sent; a message that Discord sends again comes within minutes.
NOTES_KEPT = timedelta(days=30)
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
        for is_useless in _useless_tokens(now):
            while await self._forget_some_tokens(is_useless) > 0:
                pass
        return removed

    def _old(self, now: datetime) -> Iterator[tuple[Table, ColumnElement[bool]]]:
        yield jobs, and_(jobs.c.state.in_(FINAL), jobs.c.updated_at < now - self._jobs_kept)
        # A bucket that is full again is the same as none.
        yield buckets, buckets.c.full_at < now.timestamp()
        # A budget is needed while its day or month runs: afterwards nobody is refused by it, and what is given back to
        # it is of no use. The two days are for a clock that is set back.
        yield spent, spent.c.ends_at < now - BUDGETS_KEPT
        yield usage, usage.c.day < (now - USAGE_KEPT).astimezone(UTC).date()
        yield processes, processes.c.alive_until < now - PROCESSES_KEPT
        yield transcribed_notes, transcribed_notes.c.at < now - NOTES_KEPT
        yield kept_transcripts, kept_transcripts.c.ends_at < now
        # Who never had a turn and does not wait for one is the same as who was never here.
        yield turns, and_(turns.c.waiting_since.is_(None), turns.c.served == 0)
        last_turn = select(func.max(turns.c.served)).scalar_subquery()
        yield turns, and_(turns.c.waiting_since.is_(None), turns.c.served < last_turn - TURNS_KEPT)

    async def _remove_some(self, table: Table, is_old: ColumnElement[bool]) -> int:
        async with self._database.write() as connection:
            if table is turns:
                await lock_line(connection)
            # The condition once more: a row may be used again between being found and being removed.
            return (await connection.execute(delete(table).where(_few(table, is_old), is_old))).rowcount

    async def _forget_some_tokens(self, is_useless: ColumnElement[bool]) -> int:
        async with self._database.write() as connection:
            forgotten = update(jobs).where(_few(jobs, is_useless), is_useless).values(interaction_token=NO_TOKEN)
            return (await connection.execute(forgotten)).rowcount


def _useless_tokens(now: datetime) -> Iterator[ColumnElement[bool]]:
    """A token that has run out opens nothing any more, but it is nobody's business either."""
    yield and_(HAS_TOKEN, jobs.c.token_expires_at < now, jobs.c.state.in_(FINAL))
    yield and_(HAS_TOKEN, jobs.c.token_expires_at < now - timedelta(hours=1))


def _few(table: Table, is_meant: ColumnElement[bool]) -> ColumnElement[bool]:
    """That the row is one of a few hundred that are meant; rows that somebody else works with right now are left.

    So this waits for nobody, and nobody who holds one row and needs another waits for this in a circle.
    """
    key = tuple_(*table.primary_key) if len(table.primary_key) > 1 else next(iter(table.primary_key))
    few = select(*table.primary_key).where(is_meant).limit(ROWS_AT_ONCE).with_for_update(skip_locked=True)
    return key.in_(few)
