"""What a job takes from the limits when it is admitted, and how exactly that is given back.

The charges are kept with the job: limits may be changed while it runs, and what was not taken must not be given back.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import BigInteger, Executable, Integer, Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LimitReached
from bot.limits import Allowance, LimitName, Limits, Subject
from bot.models import Job, JobState, NewJob, Place
from bot.storage import buckets, budgets
from bot.storage.database import upsert
from bot.storage.tables import jobs, one_of, usage

UNFINISHED = tuple(state for state in JobState if not state.is_final)
HOLDING_PLACES = tuple(state for state in JobState if state.holds_place)
PLACES_TAKEN = select(func.count()).select_from(jobs).where(one_of(jobs.c.state, HOLDING_PLACES))
"""How many of the key's places jobs hold, in all processes."""
# More in flight than anybody who looks needs to know.
MOST_SHOWN = 1_000

_SCOPE_ID = bindparam("scope", type_=BigInteger)
_USER_ID = bindparam("user", type_=BigInteger)


@dataclass(frozen=True, slots=True)
class Charge:
    """One thing that was taken: seconds of a bucket, or units of a budget."""

    of: Literal["bucket", "budget"]
    key: str
    amount: float


def owner_key(place: Place, subject: Subject) -> str:
    """The beginning of all keys of the member (in this guild) or the guild."""
    return f"guild:{place.scope_id}" if subject is Subject.GUILD else f"member:{place.scope_id}:{place.user_id}"


async def reserve(connection: AsyncConnection, new: NewJob, limits: Limits) -> tuple[list[dict[str, Any]], int]:
    """Take what the job needs, inside the caller's transaction; returns its charges and its cost.

    Raises:
        LimitReached: a limit of the member, or of the guild, does not let it in.
    """
    place, now = new.place, new.created_at
    cost = 0 if new.is_free or new.is_cached else limits.cost(new.request)
    met = allowances(place, limits)
    await _refuse_too_many(connection, place, met)
    charges = await take_rates(connection, place, limits, now)
    wanted = [
        budgets.Budget(owner_key(place, subject), name, subject, allowed)
        for subject, allowance in met
        for name, allowed in ((LimitName.DAY, allowance.day), (LimitName.MONTH, allowance.month))
    ]
    charges += [Charge("budget", key, cost) for key in await budgets.spend(connection, wanted, cost, now)]
    return [asdict(charge) for charge in charges], cost


async def take_rates(connection: AsyncConnection, place: Place, limits: Limits, now: datetime) -> list[Charge]:
    """Count one thing more that was asked for against the rates, inside the caller's transaction.

    Raises:
        LimitReached: too much was asked for lately.
    """
    charges: list[Charge] = []
    for subject, allowance in allowances(place, limits):
        key = owner_key(place, subject)
        await buckets.take(connection, key, allowance.rate, now, subject)
        charges.append(Charge("bucket", key, allowance.rate.refill_s))
    return charges


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


def lowered(charges: list[dict[str, Any]], cost: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The charges of a job that costs only ``cost`` units in the end, and what is to be given back of them."""
    kept, unspent = list[dict[str, Any]](), list[dict[str, Any]]()
    for charge in charges:
        amount = charge["amount"]
        left = min(amount, cost) if charge["of"] == "budget" else amount
        kept.append({**charge, "amount": left})
        unspent += [{**charge, "amount": amount - left}] if left < amount else []
    return kept, unspent


@cache
def _noted(engine: str) -> Executable:
    noted = upsert(engine, usage)
    added = {"units": usage.c.units + noted.excluded.units, "jobs": usage.c.jobs + noted.excluded.jobs}
    return noted.on_conflict_do_update(index_elements=list(usage.primary_key), set_=added)


async def note_usage(connection: AsyncConnection, new: NewJob, cost: int) -> None:
    """Count the job in the day's usage, for people to look at."""
    values = {
        "scope_id": new.place.scope_id,
        "day": new.created_at.astimezone(UTC).date(),
        "user_id": new.place.user_id,
        "kind": new.request.kind,
        "units": cost,
        "jobs": 1,
    }
    await connection.execute(_noted(connection.dialect.name), values)


_TAKEN_OFF = (
    update(usage)
    .where(
        usage.c.scope_id == _SCOPE_ID,
        usage.c.day == bindparam("of_day"),
        usage.c.user_id == _USER_ID,
        usage.c.kind == bindparam("of_kind"),
    )
    .values(units=usage.c.units - bindparam("fewer_units"), jobs=usage.c.jobs - bindparam("fewer_jobs"))
)


async def take_off_usage(connection: AsyncConnection, job: Job, *, units: int, jobs_count: int) -> None:
    """Take what is given back of a job off the usage of the day it was asked for."""
    values = {
        "scope": job.place.scope_id,
        "of_day": job.created_at.astimezone(UTC).date(),
        "user": job.place.user_id,
        "of_kind": job.kind,
        "fewer_units": units,
        "fewer_jobs": jobs_count,
    }
    await connection.execute(_TAKEN_OFF, values)


@cache
def _in_flight(subjects: tuple[Subject, ...]) -> Select[*tuple[Any, ...]]:
    """For each of them, how many of their jobs are not over; counted up to ``at_most_`` and its name."""
    return select(*[_count(subject).scalar_subquery() for subject in subjects])


def _count(subject: Subject) -> Select[int]:
    mine = [jobs.c.scope_id == _SCOPE_ID, one_of(jobs.c.state, UNFINISHED)]
    if subject is Subject.MEMBER:
        mine.append(jobs.c.user_id == _USER_ID)
    at_most = bindparam(f"at_most_{subject}", type_=Integer)
    return select(func.count()).select_from(select(jobs.c.id).where(*mine).limit(at_most).subquery())


async def _refuse_too_many(connection: AsyncConnection, place: Place, met: Sequence[tuple[Subject, Allowance]]) -> None:
    limited = [(subject, allowance.in_flight) for subject, allowance in met if allowance.in_flight]
    if not limited:
        return
    values = {f"at_most_{subject}": allowed for subject, allowed in limited}
    counts = _in_flight(tuple(subject for subject, _ in limited))
    (row,) = await connection.execute(counts, {"scope": place.scope_id, "user": place.user_id, **values})
    for (subject, allowed), in_flight in zip(limited, row, strict=True):
        if in_flight >= allowed:
            raise LimitReached(LimitName.IN_FLIGHT, subject, allowed=allowed, used=in_flight)


async def count_in_flight(connection: AsyncConnection, place: Place, subject: Subject) -> int:
    """How many jobs of the member in this guild, or of the guild, are not over; counted up to ``MOST_SHOWN``."""
    values = {"scope": place.scope_id, "user": place.user_id, f"at_most_{subject}": MOST_SHOWN}
    return await connection.scalar(_in_flight((subject,)), values) or 0
