"""Jobs in the database. Every change of state is one guarded UPDATE: whoever loses a race changes nothing."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, insert, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import InvalidRequest
from bot.models import FailureReason, Job, JobKind, JobState, Limits, NewJob, Place, ResultForm, SpeechRequest
from bot.storage.database import Database
from bot.storage.limits import buckets_of, give_back, take
from bot.storage.line import in_line, note_turn, take_turns
from bot.storage.tables import jobs

UNFINISHED = tuple(state for state in JobState if not state.is_final)
HOLDING_PLACES = tuple(state for state in JobState if state.holds_place)
MAX_WAITING_SHOWN = 2_000


class JobStore:
    """All reading and writing of jobs."""

    def __init__(self, database: Database, limits: Limits | None) -> None:
        """``limits`` None admits everything."""
        self._database = database
        self._limits = limits

    async def admit(self, new: NewJob) -> Job:
        """Take from the limits and write the job as QUEUED, in one transaction.

        Raises:
            LimitReached: nothing was written.
            InvalidRequest: ``nothing_to_retry``: the job that this one repeats was repeated before.
        """
        async with self._database.write() as connection:
            if new.retry_of is not None and await _was_repeated(connection, new.retry_of):
                raise InvalidRequest("nothing_to_retry")
            if self._limits is not None:
                for bucket in buckets_of(new.place, self._limits):
                    await take(connection, bucket, new.created_at)
            await connection.execute(insert(jobs).values(_to_row(new)))
            return _one(await _load(connection, new.id))

    async def get(self, job_id: str) -> Job | None:
        """The job, or None."""
        async with self._database.read() as connection:
            return await _load(connection, job_id)

    async def set_card(self, job_id: str, card_message_id: int) -> None:
        """Note the message that shows the job; from then on it may be claimed."""
        async with self._database.write() as connection:
            await connection.execute(
                update(jobs)
                .where(jobs.c.id == job_id, jobs.c.card_message_id.is_(None))
                .values(card_message_id=card_message_id)
            )

    async def claim(self, now: datetime, places: int) -> Job | None:
        """Take the next job in line and mark it SUBMITTING, or None when no job waits or all ``places`` are taken.

        The next is of the scope served least recently, then of its member served least recently, then the oldest.
        """
        async with self._database.write() as connection:
            taken = await connection.scalar(
                select(func.count()).select_from(jobs).where(jobs.c.state.in_(HOLDING_PLACES))
            )
            if (taken or 0) >= places:
                return None
            next_id = await connection.scalar(in_line(select(jobs.c.id)).limit(1))
            if next_id is None:
                return None
            claimed = await connection.execute(
                update(jobs)
                .where(jobs.c.id == next_id, jobs.c.state == JobState.QUEUED)
                .values(state=JobState.SUBMITTING, attempts=jobs.c.attempts + 1, updated_at=now)
            )
            if claimed.rowcount != 1:
                # PostgreSQL only: another process claimed it between the two statements.
                return None
            job = _one(await _load(connection, next_id))
            await note_turn(connection, job.place, now)
            return job

    async def move(self, job: Job, to: JobState, now: datetime, **changes: object) -> Job | None:
        """Move the job from the state it is in to ``to``; None when somebody else moved it first."""
        async with self._database.write() as connection:
            moved = await connection.execute(
                update(jobs)
                .where(jobs.c.id == job.id, jobs.c.state == job.state)
                .values(state=to, updated_at=now, **changes)
            )
            return await _load(connection, job.id) if moved.rowcount == 1 else None

    async def finish_without_result(
        self,
        job: Job,
        to: JobState,
        now: datetime,
        *,
        refund: bool = True,
        failure: FailureReason | None = None,
        detail: str = "",
    ) -> Job | None:
        """End the job as FAILED, CANCELLED or EXPIRED, by default giving back what it took from the limits.

        A repeat that ends before its member saw it does not count as one: the first job may be repeated again.

        None when it was moved first; nothing is given back then.
        """
        async with self._database.write() as connection:
            moved = await connection.execute(
                update(jobs)
                .where(jobs.c.id == job.id, jobs.c.state == job.state, jobs.c.was_refunded.is_(False))
                .values(
                    state=to,
                    updated_at=now,
                    failure=failure,
                    failure_detail=detail,
                    was_refunded=refund,
                    retry_of=case((jobs.c.card_message_id.is_(None), null()), else_=jobs.c.retry_of),
                )
            )
            if moved.rowcount != 1:
                return None
            if refund and self._limits is not None:
                for bucket in buckets_of(job.place, self._limits):
                    await give_back(connection, bucket)
            return await _load(connection, job.id)

    async def unfinished(self) -> list[Job]:
        """All jobs that are not final, the oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(jobs).where(jobs.c.state.in_(UNFINISHED)).order_by(jobs.c.created_at)
            )
            return [_from_row(row) for row in rows]

    async def waiting(self) -> list[Job]:
        """The jobs in line, in the order in which they will be claimed if no other comes; at most 2,000."""
        async with self._database.read() as connection:
            rows = await connection.execute(in_line(select(jobs)).limit(MAX_WAITING_SHOWN))
            return take_turns(_from_row(row) for row in rows)


async def _was_repeated(connection: AsyncConnection, job_id: str) -> bool:
    return await connection.scalar(select(jobs.c.id).where(jobs.c.retry_of == job_id)) is not None


async def _load(connection: AsyncConnection, job_id: str) -> Job | None:
    row = (await connection.execute(select(jobs).where(jobs.c.id == job_id))).first()
    return None if row is None else _from_row(row)


def _one(job: Job | None) -> Job:
    if job is None:
        raise LookupError("a job vanished inside its own transaction")
    return job


def _to_row(new: NewJob) -> dict[str, Any]:
    place = new.place
    return {
        "id": new.id,
        "kind": new.request.kind,
        "state": JobState.QUEUED,
        "request": asdict(new.request),
        "form": new.form,
        "scope_id": place.scope_id,
        "guild_id": place.guild_id,
        "channel_id": place.channel_id,
        "user_id": place.user_id,
        "application_id": place.application_id,
        "interaction_token": place.interaction_token,
        "token_expires_at": place.token_expires_at,
        "result_urls": [],
        "notes": [],
        "failure_detail": "",
        "was_refunded": False,
        "attempts": 0,
        "retry_of": new.retry_of,
        "created_at": new.created_at,
        "updated_at": new.created_at,
    }


def _from_row(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        state=JobState(row.state),
        request=_request(JobKind(row.kind), row.request),
        form=ResultForm(row.form),
        place=Place(
            user_id=row.user_id,
            channel_id=row.channel_id,
            guild_id=row.guild_id,
            application_id=row.application_id,
            interaction_token=row.interaction_token,
            token_expires_at=row.token_expires_at,
        ),
        created_at=row.created_at,
        updated_at=row.updated_at,
        card_message_id=row.card_message_id,
        api_task_id=row.api_task_id,
        result_urls=tuple(row.result_urls),
        result_file=row.result_file,
        notes=tuple(row.notes),
        failure=None if row.failure is None else FailureReason(row.failure),
        failure_detail=row.failure_detail,
        was_refunded=row.was_refunded,
        attempts=row.attempts,
    )


def _request(kind: JobKind, fields: dict[str, Any]) -> SpeechRequest:
    match kind:
        case JobKind.SPEECH:
            return SpeechRequest(**fields)
