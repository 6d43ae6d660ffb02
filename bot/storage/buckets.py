"""Rates: GCRA, one row a bucket, one atomic statement a decision.

A bucket's ``full_at`` is the time at which it would be full again if nothing more came (the theoretical arrival time).
Each job moves it ``refill_s`` ahead; a job that would move it further ahead of now than ``burst`` refills is refused.
Source of the algorithm: ITU-T I.371 (generic cell rate algorithm).
"""

from datetime import UTC, datetime
from functools import cache

from sqlalchemy import BindParameter, Executable, and_, bindparam, case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LimitReached
from bot.limits import LimitName, Rate, Subject
from bot.storage.database import upsert
from bot.storage.tables import buckets

# Times are floats: without a little room, rounding would now and then refuse the last job of a burst.
ROUNDING_S = 0.001


_KEY: BindParameter[str] = bindparam("of")
_NOW, _REFILL_S, _BELIEVED_UNTIL, _FULL_BY = (
    bindparam(name, type_=buckets.c.full_at.type) for name in ("now", "refill_s", "believed_until", "full_by")
)


@cache
def _taken(engine: str) -> Executable:
    """Moves the bucket ahead and returns it; no row when that would be too far."""
    is_ahead = and_(buckets.c.full_at > _NOW, buckets.c.full_at <= _BELIEVED_UNTIL)
    next_full_at = case((is_ahead, buckets.c.full_at), else_=_NOW) + _REFILL_S
    return (
        upsert(engine, buckets)
        .on_conflict_do_update(
            index_elements=[buckets.c.key], set_={"full_at": next_full_at}, where=next_full_at <= _FULL_BY
        )
        .returning(buckets.c.full_at)
    )


_FULL_AT = select(buckets.c.full_at).where(buckets.c.key == _KEY)
_GIVEN_BACK = update(buckets).where(buckets.c.key == _KEY).values(full_at=buckets.c.full_at - _REFILL_S)


async def take(connection: AsyncConnection, key: str, rate: Rate, now: datetime, subject: Subject) -> None:
    """Take one job's worth from the bucket, inside the caller's transaction.

    Raises:
        LimitReached: there is not enough in it; it says when there will be.
    """
    seconds = now.timestamp()
    whole_s = rate.burst * rate.refill_s
    # A bucket is never more than ``whole_s`` ahead of now, unless the clock was set back or the rate was changed. Up
    # to as much again is waited for; beyond that it would lock members out for no reason, and it starts anew.
    room_s = min(ROUNDING_S, rate.refill_s / 10)
    values = {
        "key": key,
        "full_at": seconds + rate.refill_s,
        "now": seconds,
        "refill_s": rate.refill_s,
        "believed_until": seconds + 2 * whole_s,
        "full_by": seconds + whole_s + room_s,
    }
    if (await connection.execute(_taken(connection.dialect.name), values)).first() is not None:
        return
    full_at = await connection.scalar(_FULL_AT, {"of": key})
    free_at = (full_at or seconds) - (rate.burst - 1) * rate.refill_s
    raise LimitReached(
        LimitName.BURST,
        subject,
        allowed=rate.burst,
        used=rate.burst,
        resets_at=datetime.fromtimestamp(free_at, UTC),
        refill_s=rate.refill_s,
    )


async def give_back(connection: AsyncConnection, key: str, refill_s: float) -> None:
    """Undo one ``take`` of that rate, inside the caller's transaction. The caller makes sure that it happens once."""
    await connection.execute(_GIVEN_BACK, {"of": key, "refill_s": refill_s})
