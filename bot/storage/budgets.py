"""Budgets: cost units used in a day or a month (UTC), one row each, one atomic statement a decision."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import case, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LimitReached
from bot.models import LimitName, Subject
from bot.storage.database import upsert
from bot.storage.tables import spent


def period(name: LimitName, now: datetime) -> tuple[str, datetime]:
    """What the running day or month is called, and when it ends."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if name is LimitName.DAY:
        return f"day:{today:%Y-%m-%d}", today + timedelta(days=1)
    return f"month:{today:%Y-%m}", (today.replace(day=1) + timedelta(days=32)).replace(day=1)


async def spend(
    connection: AsyncConnection,
    owner: str,
    name: LimitName,
    subject: Subject,
    *,
    allowed: int,
    cost: int,
    now: datetime,
) -> str:
    """Add ``cost`` to what ``owner`` used in the running day or month, inside the caller's transaction.

    ``allowed`` 0 refuses nothing. Returns the key of the row, for ``give_back``.

    Raises:
        LimitReached: ``allowed`` would be exceeded; it says how much is used and when the period ends.
    """
    label, ends_at = period(name, now)
    key = f"{owner}:{label}"
    fits = literal(value=True) if allowed == 0 else spent.c.used + cost <= allowed
    if allowed == 0 or cost <= allowed:
        added = (
            upsert(connection, spent)
            .values(key=key, used=cost, ends_at=ends_at)
            .on_conflict_do_update(index_elements=[spent.c.key], set_={"used": spent.c.used + cost}, where=fits)
            .returning(spent.c.used)
        )
        if (await connection.execute(added)).first() is not None:
            return key
    used = await used_of(connection, key)
    raise LimitReached(name, subject, allowed=allowed, used=used, cost=cost, resets_at=ends_at)


async def used_of(connection: AsyncConnection, key: str) -> int:
    """What was used of the budget."""
    return await connection.scalar(select(spent.c.used).where(spent.c.key == key)) or 0


async def give_back(connection: AsyncConnection, key: str, cost: int) -> None:
    """Undo one ``spend``, inside the caller's transaction. The caller makes sure that it happens once."""
    left = spent.c.used - cost
    await connection.execute(update(spent).where(spent.c.key == key).values(used=case((left > 0, left), else_=0)))
