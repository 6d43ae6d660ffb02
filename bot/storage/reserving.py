"""What a job takes from the limits when it is admitted, and how exactly that is given back.

The charges are kept with the job: limits may be changed while it runs, and what was not taken must not be given back.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any, Literal

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Blocked, LimitReached
from bot.models import Allowance, Job, JobState, LimitName, Limits, NewJob, Place, Subject
from bot.storage import buckets, budgets
from bot.storage.database import upsert
from bot.storage.overrides import effective_limits
from bot.storage.tables import blocked, jobs, usage

UNFINISHED = tuple(state for state in JobState if not state.is_final)


@dataclass(frozen=True, slots=True)
class Charge:
    """One thing that was taken: seconds of a bucket, or units of a budget."""

    of: Literal["bucket", "budget"]
    key: str
    amount: float


def owner_key(place: Place, subject: Subject) -> str:
    """The beginning of all keys of the member (in this guild) or the guild."""
    return f"guild:{place.scope_id}" if subject is Subject.GUILD else f"member:{place.scope_id}:{place.user_id}"


async def reserve(connection: AsyncConnection, new: NewJob, defaults: Limits) -> tuple[list[dict[str, Any]], int]:
    """Take what the job needs, inside the caller's transaction; returns its charges and its cost.

    Raises:
        LimitReached: a limit of the member, or of the guild, does not let it in.
    """
    place, now = new.place, new.created_at
    limits = await effective_limits(connection, place, new.role_ids, defaults)
    cost = limits.cost(new.request)
    met = allowances(place, limits)
    await _refuse_too_many(connection, place, met)
    charges: list[Charge] = []
    for subject, allowance in met:
        key = owner_key(place, subject)
        await buckets.take(connection, key, allowance.rate, now, subject)
        charges.append(Charge("bucket", key, allowance.rate.refill_s))
    wanted = [
        budgets.Budget(owner_key(place, subject), name, subject, allowed)
        for subject, allowance in met
        for name, allowed in ((LimitName.DAY, allowance.day), (LimitName.MONTH, allowance.month))
    ]
    charges += [Charge("budget", key, cost) for key in await budgets.spend(connection, wanted, cost, now)]
    return [asdict(charge) for charge in charges], cost


def allowances(place: Place, limits: Limits) -> list[tuple[Subject, Allowance]]:
    """Whose limits a job from ``place`` meets. In a direct message there is only the member."""
    own = [(Subject.MEMBER, limits.member)]
    return own if place.guild_id is None else [*own, (Subject.GUILD, limits.guild)]


async def give_back(connection: AsyncConnection, charges: list[dict[str, Any]]) -> None:
    """Undo one ``reserve``, inside the caller's transaction. The caller makes sure that it happens once."""
    for charge in (Charge(**fields) for fields in charges):
        if charge.of == "bucket":
            await buckets.give_back(connection, charge.key, charge.amount)
        else:
            await budgets.give_back(connection, charge.key, int(charge.amount))


async def note_usage(connection: AsyncConnection, new: NewJob, cost: int) -> None:
    """Count the job in the day's usage, for people to look at."""
    day = new.created_at.astimezone(UTC).date()
    await connection.execute(
        upsert(connection, usage)
        .values(
            scope_id=new.place.scope_id, day=day, user_id=new.place.user_id, kind=new.request.kind, units=cost, jobs=1
        )
        .on_conflict_do_update(
            index_elements=[usage.c.scope_id, usage.c.day, usage.c.user_id, usage.c.kind],
            set_={"units": usage.c.units + cost, "jobs": usage.c.jobs + 1},
        )
    )


async def take_off_usage(connection: AsyncConnection, job: Job) -> None:
    """Take a job that is given back off the usage of the day it was asked for."""
    await connection.execute(
        update(usage)
        .where(
            usage.c.scope_id == job.place.scope_id,
            usage.c.day == job.created_at.astimezone(UTC).date(),
            usage.c.user_id == job.place.user_id,
            usage.c.kind == job.kind,
        )
        .values(units=usage.c.units - job.cost, jobs=usage.c.jobs - 1)
    )


async def refuse_blocked(connection: AsyncConnection, place: Place, role_ids: tuple[int, ...]) -> None:
    """Whatever the limits: whom a guild blocked may ask for nothing there.

    Raises:
        Blocked: the member, or a role of theirs, is.
    """
    if place.guild_id is None:
        return
    is_meant = or_(
        and_(blocked.c.subject == Subject.MEMBER, blocked.c.subject_id == place.user_id),
        and_(blocked.c.subject == Subject.ROLE, blocked.c.subject_id.in_(role_ids)),
    )
    query = select(blocked.c.subject_id).where(blocked.c.scope_id == place.scope_id, is_meant).limit(1)
    if await connection.scalar(query) is not None:
        raise Blocked


async def _refuse_too_many(connection: AsyncConnection, place: Place, met: Sequence[tuple[Subject, Allowance]]) -> None:
    limited = [(subject, allowance.in_flight) for subject, allowance in met if allowance.in_flight]
    if not limited:
        return
    counts = select(*[_in_flight(place, subject, at_most).scalar_subquery() for subject, at_most in limited])
    (row,) = await connection.execute(counts)
    for (subject, allowed), in_flight in zip(limited, row, strict=True):
        if in_flight >= allowed:
            raise LimitReached(LimitName.IN_FLIGHT, subject, allowed=allowed, used=in_flight)


async def count_in_flight(connection: AsyncConnection, place: Place, subject: Subject, *, at_most: int = 1_000) -> int:
    """How many jobs of the member in this guild, or of the guild, are not over; counted up to ``at_most``."""
    return await connection.scalar(_in_flight(place, subject, at_most)) or 0


def _in_flight(place: Place, subject: Subject, at_most: int) -> Select[int]:
    mine = [jobs.c.scope_id == place.scope_id, jobs.c.state.in_(UNFINISHED)]
    if subject is Subject.MEMBER:
        mine.append(jobs.c.user_id == place.user_id)
    return select(func.count()).select_from(select(jobs.c.id).where(*mine).limit(at_most).subquery())
