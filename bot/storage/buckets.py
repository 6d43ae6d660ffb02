"""Rates: GCRA, one row a bucket, one atomic statement a decision.

A bucket's ``full_at`` is the time at which it would be full again if nothing more came (the theoretical arrival time).
Each job moves it ``refill_s`` ahead; a job that would move it further ahead of now than ``burst`` refills is refused.
Source of the algorithm: ITU-T I.371 (generic cell rate algorithm).
"""

from datetime import UTC, datetime

from sqlalchemy import and_, case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LimitReached
from bot.models import LimitName, Rate, Subject
from bot.storage.database import upsert
from bot.storage.tables import buckets

# Times are floats: without a little room, rounding would now and then refuse the last job of a burst.
ROUNDING_S = 0.001


async def take(connection: AsyncConnection, key: str, rate: Rate, now: datetime, subject: Subject) -> None:
    """Take one job's worth from the bucket, inside the caller's transaction.

    Raises:
        LimitReached: there is not enough in it; it says when there will be.
    """
    seconds = now.timestamp()
    whole_s = rate.burst * rate.refill_s
    # A bucket is never more than ``whole_s`` ahead of now, unless the clock was set back or the rate was changed. Up
    # to as much again is waited for; beyond that it would lock members out for no reason, and it starts anew.
    is_ahead = and_(buckets.c.full_at > seconds, buckets.c.full_at <= seconds + 2 * whole_s)
    start = case((is_ahead, buckets.c.full_at), else_=seconds)
    room_s = min(ROUNDING_S, rate.refill_s / 10)
    taken = (
        upsert(connection, buckets)
        .values(key=key, full_at=seconds + rate.refill_s)
        .on_conflict_do_update(
            index_elements=[buckets.c.key],
            set_={"full_at": start + rate.refill_s},
            where=start + rate.refill_s <= seconds + whole_s + room_s,
        )
        .returning(buckets.c.full_at)
    )
    if (await connection.execute(taken)).first() is not None:
        return
    full_at = await connection.scalar(select(buckets.c.full_at).where(buckets.c.key == key))
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
    await connection.execute(update(buckets).where(buckets.c.key == key).values(full_at=buckets.c.full_at - refill_s))
