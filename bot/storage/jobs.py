"""Jobs in the database. Every change of state is one guarded UPDATE: whoever loses a race changes nothing.

Where a transaction takes several locks it takes them in this order: the scope's, the line's, the job's row. Nobody
holds a row and then waits for one of the others, so no two transactions wait for each other.
"""

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Executable, Select, and_, bindparam, case, literal, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import InvalidRequest
from bot.limits import Limits
from bot.models import FailureReason, Job, JobKind, JobState, NewJob, Place, ResultForm
from bot.storage import line, reserving
from bot.storage.database import Database, lock, upsert
from bot.storage.job_changes import CARD_NOTED, CLAIMED, ENDED, MOVED, as_read
from bot.storage.job_rows import from_row, place_columns, to_row
from bot.storage.overrides import effective_limits, limits_for, overrides_unless_blocked
from bot.storage.reserving import PLACES_TAKEN, UNFINISHED
from bot.storage.tables import WAITING_FOR_CARD, WAITING_IN_LINE, UtcTime, jobs, processes

OWNED = tuple(state for state in UNFINISHED if state is not JobState.QUEUED)
WITHOUT_RESULT = (JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED)
MAX_EXPIRED_AT_ONCE = 200
MAX_ENDS_AT_ONCE = 200
SHOWN_WITHIN = timedelta(days=1)
NOTHING_TO_RETRY = "nothing_to_retry"


_WITH_ID = select(jobs).where(jobs.c.id == bindparam("job_id"))


def _living(now: datetime) -> Select[str]:
    """The processes that said lately that they live."""
    return select(processes.c.id).where(processes.c.alive_until > now)


@cache
def _written(engine: str) -> Executable:
    """Writes the job, unless the one it repeats was repeated before."""
    return upsert(engine, jobs).on_conflict_do_nothing(index_elements=[jobs.c.retry_of]).returning(jobs)


class JobStore:
    """All reading and writing of jobs by one process."""

    def __init__(self, database: Database, limits: Limits | None, *, owner: str = "alone") -> None:
        """``limits`` None admits whoever is not blocked. ``owner`` is this process's id among those on the database."""
        self._database = database
        self._limits = limits
        self._owner = owner

    async def admit(self, new: NewJob) -> Job:
        """Take from the limits and write the job as QUEUED, in one transaction.

        Raises:
            LimitReached, Blocked: nothing was written.
            InvalidRequest: ``nothing_to_retry``: the job that this one repeats was repeated before.
        """
        async with self._database.write() as connection:
            await _lock_scope(connection, new.place)
            overrides = await overrides_unless_blocked(connection, new.place, new.role_ids)
            if new.retry_of is not None and await _was_repeated(connection, new.retry_of):
                raise InvalidRequest(NOTHING_TO_RETRY)
            if self._limits is None:
                charges, cost = [], 0 if new.is_free or new.is_cached else new.request.size
            else:
                limits = effective_limits(new.place, overrides, self._limits)
                charges, cost = await reserving.reserve(connection, new, limits)
            await reserving.note_usage(connection, new, cost)
            # Until its card is noted it is this process that answers the member; then it belongs to the line.
            row = {**to_row(new, charges, cost), "owner": self._owner}
            job = await _job_of(connection, _written(connection.dialect.name), row)
            if job is None:
                # Asked for once more in another scope in the same moment.
                raise InvalidRequest(NOTHING_TO_RETRY)
            return job

    async def take_rates(self, place: Place, role_ids: tuple[int, ...], now: datetime) -> None:
        """Count against the rates what else is asked for, which costs nothing. Who is blocked may still have theirs.

        Raises:
            LimitReached: too much was asked for lately.
        """
        if self._limits is None:
            return
        async with self._database.write() as connection:
            limits = await limits_for(connection, place, role_ids, self._limits)
            await reserving.take_rates(connection, place, limits, now)

    async def get(self, job_id: str) -> Job | None:
        """The job, or None."""
        async with self._database.read() as connection:
            return await _job_of(connection, _WITH_ID, {"job_id": job_id})

    async def was_repeated(self, job_id: str) -> bool:
        """Whether another job repeats this one, or did."""
        async with self._database.read() as connection:
            return await _was_repeated(connection, job_id)

    async def set_card(self, job_id: str, card_message_id: int, now: datetime) -> None:
        """Note the message that shows the job; from then on it is in line."""
        async with self._database.write() as connection:
            await line.lock_line(connection)
            job = await _job_of(connection, CARD_NOTED, {"job_id": job_id, "card": card_message_id})
            if job is not None and job.state is JobState.QUEUED:
                await line.enter(connection, job.place, now)

    async def set_card_of_cached(self, job: Job, card_message_id: int, now: datetime, **result: object) -> Job | None:
        """Note the message that shows a job whose result is there already: it is READY, and never in line.

        None when the job is over, or its card was noted before.
        """
        async with self._database.write() as connection:
            noted = (
                update(jobs)
                .where(jobs.c.id == job.id, jobs.c.state == JobState.QUEUED, jobs.c.card_message_id.is_(None))
                .values(
                    state=JobState.READY,
                    card_message_id=card_message_id,
                    owner=self._owner,
                    updated_at=now,
                    **result,
                )
            )
            return await _job_of(connection, noted.returning(jobs))

    async def claim(self, now: datetime, places: int, *, paused: AbstractSet[JobKind] = frozenset()) -> Job | None:
        """Take the next job in line and mark it SUBMITTING, or None when no job waits or all ``places`` are taken.

        The next is of the scope served least recently, then of its member served least recently, then the oldest.
        Jobs of ``paused`` kinds keep their places in line and let others pass.
        """
        if paused >= set(JobKind):
            return None
        async with self._database.write() as connection:
            await line.lock_line(connection)
            if (await connection.scalar(PLACES_TAKEN) or 0) >= places:
                return None
            next_id = await line.next_in_line(connection, paused)
            if next_id is None:
                return None
            values = {"job_id": next_id, "owner": self._owner, "updated_at": now}
            job = _one(await _job_of(connection, CLAIMED, values))
            await line.take_turn(connection, job.place)
            return job

    async def move(self, job: Job, to: JobState, now: datetime, **changes: object) -> Job | None:
        """Move the job from the state it is in to ``to``; None when somebody else moved it, or took it over, first.

        None too for a job that is over: only ``send_again`` takes it up.
        """
        if job.state.is_final:
            return None
        async with self._database.write() as connection:
            if JobState.QUEUED in {job.state, to}:
                await line.lock_line(connection)
            if to is JobState.QUEUED:
                changes["owner"] = None
            moved = await _job_of(connection, MOVED.values(**changes), {**as_read(job), "state": to, "updated_at": now})
            if moved is None:
                return None
            if to is JobState.QUEUED:
                await line.enter(connection, moved.place, now)
            elif job.state is JobState.QUEUED:
                await line.leave(connection, moved.place)
            return moved

    async def settle_for_fewer(self, job: Job, now: datetime, *, paid: int) -> Job | None:
        """Make a job READY that gets fewer takes than it asked for, and give back what the others cost.

        ``paid`` is how many takes ``job.cost`` is for, at least ``job.takes_made``.

        None: as for ``move``.
        """
        cost = math.ceil(job.cost * job.takes_made / paid)
        kept_urls = list(job.result_urls[: job.takes_made])
        async with self._database.write() as connection:
            await _lock_scope(connection, job.place)
            if job.state is JobState.QUEUED:
                await line.lock_line(connection)
            settled = MOVED.values(cost=cost, api_task_id=None, result_urls=kept_urls)
            values = {**as_read(job), "state": JobState.READY, "updated_at": now}
            row = (await connection.execute(settled, values)).first()
            if row is None:
                return None
            if job.state is JobState.QUEUED:
                await line.leave(connection, job.place)
            kept, unspent = reserving.lowered(row.charges, cost)
            await connection.execute(update(jobs).where(jobs.c.id == job.id).values(charges=kept))
            await reserving.give_back(connection, unspent)
            await reserving.take_off_usage(connection, job, units=job.cost - cost, jobs_count=0)
            return from_row(row)

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

        None when it was moved first, or is over already; nothing is given back then.
        """
        if job.state.is_final:
            return None
        async with self._database.write() as connection:
            await _lock_scope(connection, job.place)
            if job.state is JobState.QUEUED:
                await line.lock_line(connection)
            values = {
                "state": to,
                "updated_at": now,
                "failure": failure,
                "failure_detail": detail,
                "was_refunded": refund,
                "by": self._owner,
            }
            row = (await connection.execute(ENDED, {**as_read(job), **values})).first()
            if row is None:
                return None
            if job.state is JobState.QUEUED:
                await line.leave(connection, job.place)
            if refund:
                await reserving.give_back(connection, row.charges)
                await reserving.take_off_usage(connection, job, units=job.cost, jobs_count=1)
            return from_row(row)

    async def send_again(
        self, job: Job, place: Place, card_message_id: int, now: datetime, *, form: ResultForm | None = None
    ) -> Job | None:
        """Have the result of a job that is over posted once more, under a new card; None when somebody was faster.

        ``form`` is how it is wanted this time; None: as before.

        It takes no place of the API and costs nothing: the result was made and paid for.
        """
        async with self._database.write() as connection:
            # Its owner may change meanwhile: that only says who shows how it ended.
            is_same = and_(jobs.c.id == job.id, jobs.c.state == job.state, jobs.c.deliveries == job.deliveries)
            sent = (
                update(jobs)
                .where(is_same)
                .values(
                    state=JobState.READY,
                    updated_at=now,
                    owner=self._owner,
                    failure=None,
                    failure_detail="",
                    deliveries=jobs.c.deliveries + 1,
                    card_message_id=card_message_id,
                    form=form or job.form,
                    **place_columns(place),
                )
            )
            return await _job_of(connection, sent.returning(jobs))

    async def take_over(self, now: datetime) -> list[Job]:
        """Make the jobs of processes that are dead this one's own, and return all that are its own and not over.

        A job is taken over by one process only. The deadline of one that runs begins anew: while nobody could ask,
        nobody could be told that it is done.
        """
        is_left = and_(jobs.c.state.in_(OWNED), or_(jobs.c.owner.is_(None), not_(jobs.c.owner.in_(_living(now)))))
        async with self._database.write() as connection:
            await lock(connection, "take over")
            since = case((jobs.c.state == JobState.RUNNING, literal(now, UtcTime)), else_=jobs.c.updated_at)
            await connection.execute(update(jobs).where(is_left).values(owner=self._owner, updated_at=since))
            rows = await connection.execute(
                select(jobs).where(jobs.c.state.in_(OWNED), jobs.c.owner == self._owner).order_by(jobs.c.created_at)
            )
            return [from_row(row) for row in rows]

    async def end_is_shown(self, job: Job) -> None:
        """Note that the card of a job that ended without a result says so: nobody has to show it any more."""
        async with self._database.write() as connection:
            await connection.execute(
                update(jobs)
                .where(jobs.c.id == job.id, jobs.c.state.in_(WITHOUT_RESULT), jobs.c.owner == self._owner)
                .values(owner=None)
            )

    async def living(self, now: datetime) -> set[str]:
        """The processes that live: this one, and those that said so lately."""
        async with self._database.read() as connection:
            others = await connection.scalars(_living(now))
            return {self._owner, *others}

    async def take_over_ends(self, now: datetime) -> list[Job]:
        """Jobs that ended without a result while the process that should have shown it died; now this one has to.

        At most 200 at once, and none that ended more than a day ago: nobody waits for those any more.
        """
        is_owed = and_(
            jobs.c.state.in_(WITHOUT_RESULT),
            jobs.c.updated_at > now - SHOWN_WITHIN,
            jobs.c.owner.is_not(None),
            jobs.c.owner != self._owner,
            not_(jobs.c.owner.in_(_living(now))),
        )
        async with self._database.write() as connection:
            await lock(connection, "take over")
            ids = list(await connection.scalars(select(jobs.c.id).where(is_owed).limit(MAX_ENDS_AT_ONCE)))
            if not ids:
                return []
            # The condition once more: a result may be sent again in this moment, and then it is somebody else's.
            await connection.execute(update(jobs).where(jobs.c.id.in_(ids), is_owed).values(owner=self._owner))
            theirs = and_(jobs.c.id.in_(ids), jobs.c.state.in_(WITHOUT_RESULT), jobs.c.owner == self._owner)
            rows = await connection.execute(select(jobs).where(theirs).order_by(jobs.c.updated_at))
            return [from_row(row) for row in rows]

    async def without_card(self) -> list[Job]:
        """The jobs that were admitted but whose member may not have seen a card, the oldest first.

        Their owner is the process that answers the member, if it still lives.
        """
        query = select(jobs).where(WAITING_FOR_CARD).order_by(jobs.c.created_at)
        async with self._database.read() as connection:
            return [from_row(row) for row in await connection.execute(query)]

    async def with_files(self, undelivered_since: datetime) -> set[str]:
        """The ids of the jobs whose work files are needed: those not over, and results since then that nobody got."""
        nobody_got = and_(
            jobs.c.state == JobState.FAILED,
            jobs.c.failure == FailureReason.UNDELIVERABLE,
            jobs.c.updated_at > undelivered_since,
        )
        async with self._database.read() as connection:
            return set(await connection.scalars(select(jobs.c.id).where(or_(jobs.c.state.in_(OWNED), nobody_got))))

    async def waiting_since_before(self, moment: datetime) -> list[Job]:
        """Jobs in line that were asked for before ``moment``, the oldest first; at most 200."""
        query = (
            select(jobs)
            .where(WAITING_IN_LINE, jobs.c.created_at < moment)
            .order_by(jobs.c.created_at)
            .limit(MAX_EXPIRED_AT_ONCE)
        )
        async with self._database.read() as connection:
            return [from_row(row) for row in await connection.execute(query)]

    async def waiting(self, count: int) -> list[Job]:
        """The first ``count`` jobs in line, in the order in which they will be claimed if no other comes."""
        async with self._database.read() as connection:
            return [from_row(row) for row in await line.first_in_line(connection, count)]

    async def page(
        self, scope_id: int, *, user_id: int | None = None, before: datetime | None = None, count: int
    ) -> list[Job]:
        """The newest jobs of a scope, of one member or of all, that were asked for before ``before``."""
        query = select(jobs).where(jobs.c.scope_id == scope_id).order_by(jobs.c.created_at.desc()).limit(count)
        if user_id is not None:
            query = query.where(jobs.c.user_id == user_id)
        if before is not None:
            query = query.where(jobs.c.created_at < before)
        async with self._database.read() as connection:
            return [from_row(row) for row in await connection.execute(query)]


async def _lock_scope(connection: AsyncConnection, place: Place) -> None:
    await lock(connection, f"scope {place.scope_id}")


_REPEATS = select(jobs.c.id).where(jobs.c.retry_of == bindparam("job_id"))


async def _was_repeated(connection: AsyncConnection, job_id: str) -> bool:
    return await connection.scalar(_REPEATS, {"job_id": job_id}) is not None


async def _job_of(
    connection: AsyncConnection, statement: Executable, values: Mapping[str, Any] | None = None
) -> Job | None:
    """The job as a statement found or left it, or None where there was none."""
    row = (await connection.execute(statement, values)).first()
    return None if row is None else from_row(row)


def _one(job: Job | None) -> Job:
    if job is None:
        raise LookupError("a job vanished inside its own transaction")
    return job
