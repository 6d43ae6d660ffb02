"""Everything the database holds about one member, in all guilds: found for them, and removed for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    Delete,
    Select,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.limits import Subject
from bot.models import Job
from bot.storage.database import Database
from bot.storage.job_rows import from_row
from bot.storage.reserving import UNFINISHED
from bot.storage.tables import (
    blocked,
    favourite_voices,
    jobs,
    kept_transcripts,
    limit_overrides,
    member_settings,
    member_voices,
    not_transcribed,
    spent,
    usage,
)

# Few enough that nobody waits for the lock of the writer.
ROWS_AT_ONCE = 500
# More than anybody asks for while jobs are kept; of other tables a member has far fewer rows.
MAX_ROWS = 10_000
# What of a job is nobody's business but the program's: keys that open something, and how the work was shared out.
_OF_NO_INTEREST = {"interaction_token", "token_expires_at", "result_urls", "api_task_id", "owner", "charges"}

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptCounts:
    """How much is kept about a member."""

    jobs: int
    days_of_usage: int
    guilds_with_choices: int
    favourites: int
    transcripts: int
    limits: int
    blocks: int
    is_not_transcribed: bool


@dataclass(frozen=True, slots=True)
class KeptRows:
    """All that is kept about a member, as the tables have it; of each at most ``MAX_ROWS``, the newest first."""

    jobs: Sequence[Row]
    usage: Sequence[Row]
    budgets: Sequence[Row]
    limits: Sequence[Row]
    blocks: Sequence[Row]
    last_voices: Sequence[Row]
    choices: Sequence[Row]
    favourites: Sequence[Row]
    transcripts: Sequence[Row]
    transcripts_left_out: int
    is_not_transcribed: bool


class PrivacyStore:
    """All reading and removing for members who ask what is kept. Raises StorageError where the database fails.

    Rare, and therefore without indexes of its own, which every job would have to keep up to date.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, user_id: int) -> KeptCounts:
        """How much there is."""
        async with self._database.read() as connection:

            async def rows(table: Table, condition: ColumnElement[bool]) -> int:
                return await connection.scalar(select(func.count()).select_from(table).where(condition)) or 0

            days = select(usage.c.day).where(usage.c.user_id == user_id).distinct().subquery()
            return KeptCounts(
                jobs=await rows(jobs, jobs.c.user_id == user_id),
                days_of_usage=await connection.scalar(select(func.count()).select_from(days)) or 0,
                guilds_with_choices=await rows(member_settings, member_settings.c.user_id == user_id),
                favourites=await rows(favourite_voices, favourite_voices.c.user_id == user_id),
                transcripts=await rows(kept_transcripts, _is_in_transcript(user_id)),
                limits=await rows(limit_overrides, _is_about(limit_overrides, user_id)),
                blocks=await rows(blocked, _is_about(blocked, user_id)),
                is_not_transcribed=await rows(not_transcribed, not_transcribed.c.user_id == user_id) > 0,
            )

    async def export(self, user_id: int, *, max_characters: int) -> KeptRows:
        """All of it; of transcripts the newest, as many as have ``max_characters`` together: each may be hours long."""
        transcripts, left_out = await self._transcripts(user_id, max_characters)
        shown = [column for column in jobs.c if column.name not in _OF_NO_INTEREST]
        return KeptRows(
            jobs=await self._rows(select(*shown).where(jobs.c.user_id == user_id).order_by(jobs.c.created_at.desc())),
            usage=await self._rows(select(usage).where(usage.c.user_id == user_id).order_by(usage.c.day.desc())),
            budgets=await self._rows(select(spent).where(spent.c.key.like(f"member:%:{user_id}:%"))),
            limits=await self._rows(select(limit_overrides).where(_is_about(limit_overrides, user_id))),
            # Who blocked them is about somebody else.
            blocks=await self._rows(
                select(blocked.c.scope_id, blocked.c.blocked_at).where(_is_about(blocked, user_id))
            ),
            last_voices=await self._rows(select(member_voices).where(member_voices.c.user_id == user_id)),
            choices=await self._rows(select(member_settings).where(member_settings.c.user_id == user_id)),
            favourites=await self._rows(select(favourite_voices).where(favourite_voices.c.user_id == user_id)),
            transcripts=transcripts,
            transcripts_left_out=left_out,
            is_not_transcribed=bool(
                await self._rows(select(not_transcribed).where(not_transcribed.c.user_id == user_id))
            ),
        )

    async def _transcripts(self, user_id: int, max_characters: int) -> tuple[list[Row], int]:
        """Those that fit, and how many do not."""
        length, newest = func.length(kept_transcripts.c.text), kept_transcripts.c.ends_at.desc()
        lengths = select(kept_transcripts.c.job_id, length.label("length"))
        found = await self._rows(lengths.where(_is_in_transcript(user_id)).order_by(newest))
        together = accumulate(row["length"] for row in found)
        fitting = [row["job_id"] for row, so_far in zip(found, together, strict=True) if so_far <= max_characters]
        rows: list[Row] = []
        for start in range(0, len(fitting), ROWS_AT_ONCE):
            some = kept_transcripts.c.job_id.in_(fitting[start : start + ROWS_AT_ONCE])
            rows += await self._rows(select(kept_transcripts).where(some, _is_in_transcript(user_id)).order_by(newest))
        return [_told_to(user_id, row) for row in rows], len(found) - len(fitting)

    async def _rows(self, query: Select[*tuple[Any, ...]]) -> list[Row]:
        async with self._database.read() as connection:
            return [dict(row) for row in (await connection.execute(query.limit(MAX_ROWS))).mappings()]

    async def count_unfinished(self, user_id: int) -> int:
        """How many jobs of the member, anywhere, are not over."""
        async with self._database.read() as connection:
            query = select(func.count()).where(jobs.c.user_id == user_id, jobs.c.state.in_(UNFINISHED))
            return await connection.scalar(query) or 0

    async def finished_jobs(self, user_id: int) -> list[Job]:
        """The member's jobs that are over; the newest of them where there are more than ``MAX_ROWS``."""
        query = select(jobs).where(_is_over(user_id)).order_by(jobs.c.created_at.desc()).limit(MAX_ROWS)
        async with self._database.read() as connection:
            return [from_row(row) for row in await connection.execute(query)]

    async def forget(self, user_id: int) -> None:
        """Remove what the member did and chose, but neither jobs that are not over, nor what holds limits.

        Budgets, limits and blocks stay, and so does the wish not to be transcribed.
        """
        for table, is_theirs in (
            (jobs, _is_over(user_id)),
            (usage, usage.c.user_id == user_id),
            (member_voices, member_voices.c.user_id == user_id),
            (member_settings, member_settings.c.user_id == user_id),
            (favourite_voices, favourite_voices.c.user_id == user_id),
            (kept_transcripts, _is_in_transcript(user_id)),
        ):
            while await self._remove_some(table, is_theirs) == ROWS_AT_ONCE:
                pass

    async def _remove_some(self, table: Table, is_theirs: ColumnElement[bool]) -> int:
        """Look for them without holding up whoever writes, then remove just those, if they are still what they were."""
        key: tuple[ColumnExpressionArgument[Any], ...] = tuple(table.primary_key)
        async with self._database.read() as connection:
            found = [tuple(row) for row in await connection.execute(select(*key).where(is_theirs).limit(ROWS_AT_ONCE))]
        if found:
            removed = delete(table).where(tuple_(*key).in_(found), is_theirs)
            async with self._database.write() as connection:
                if table is jobs:
                    await _remove_jobs(connection, removed)
                else:
                    await connection.execute(removed)
        return len(found)

    async def end_transcripts(self, scope_id: int, latest: datetime) -> None:
        """Have what is kept of the guild's transcripts end then, where it would end later."""
        ends_later = and_(kept_transcripts.c.scope_id == scope_id, kept_transcripts.c.ends_at > latest)
        async with self._database.write() as connection:
            await connection.execute(update(kept_transcripts).where(ends_later).values(ends_at=latest))

    async def remove_transcripts(self, scope_id: int) -> None:
        """Remove what is kept of the guild's transcripts."""
        async with self._database.write() as connection:
            await connection.execute(delete(kept_transcripts).where(kept_transcripts.c.scope_id == scope_id))


async def _remove_jobs(connection: AsyncConnection, removed: Delete) -> None:
    """Remove jobs; somebody else's, of which one was the free second try, say, stays one that was repeated: by itself.

    Otherwise a moderator who has their own removed could have the same made again for free without end.
    """
    repeated = list(await connection.scalars(removed.returning(jobs.c.retry_of)))
    originals = jobs.c.id.in_([job_id for job_id in repeated if job_id is not None])
    await connection.execute(update(jobs).where(originals).values(retry_of=jobs.c.id))


def _told_to(user_id: int, transcript: Row) -> Row:
    """What a member is told of a transcript. Who else had them transcribed, a moderator say, is about somebody else."""
    is_theirs = transcript["user_id"] == user_id
    return {name: value for name, value in transcript.items() if is_theirs or name not in {"user_id", "job_id"}}


def _is_over(user_id: int) -> ColumnElement[bool]:
    return and_(jobs.c.user_id == user_id, jobs.c.state.not_in(UNFINISHED))


def _is_about(table: Table, user_id: int) -> ColumnElement[bool]:
    return and_(table.c.subject == Subject.MEMBER, table.c.subject_id == user_id)


def _is_in_transcript(user_id: int) -> ColumnElement[bool]:
    """They asked for it, or their file it was."""
    return or_(kept_transcripts.c.user_id == user_id, kept_transcripts.c.speaker_id == user_id)
