"""Budgets: cost units used in a day or a month (UTC), one row each, one statement for all that a job uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import BindParameter, Executable, bindparam, case, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LimitReached
from bot.limits import LimitName, Subject, UsedLimit
from bot.storage.database import upsert
from bot.storage.tables import UtcTime, spent

_KEY: BindParameter[str] = bindparam("of")
_COST: BindParameter[int] = bindparam("cost", type_=spent.c.used.type)


def period(name: LimitName, now: datetime) -> tuple[str, datetime]:
    """What the running day or month is called, and when it ends."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if name is LimitName.DAY:
        return f"day:{today:%Y-%m-%d}", today + timedelta(days=1)
    return f"month:{today:%Y-%m}", (today.replace(day=1) + timedelta(days=32)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Budget:
    """What somebody may use in the running day or month. ``allowed`` 0 is no limit: it is only counted."""

    owner: str
    name: LimitName
    subject: Subject
    allowed: int


@cache
def _added(engine: str, budgets: int) -> Executable:
    """Adds the cost to so many budgets and returns what is used of each."""
    rows = [
        select(bindparam(f"key_{n}", type_=spent.c.key.type), _COST, bindparam(f"ends_at_{n}", type_=UtcTime))
        for n in range(budgets)
    ]
    # Not ``values`` with a list: such a statement is compiled at every call.
    added = upsert(engine, spent).from_select(["key", "used", "ends_at"], union_all(*rows))
    return added.on_conflict_do_update(
        index_elements=[spent.c.key], set_={"used": spent.c.used + added.excluded.used}
    ).returning(spent.c.key, spent.c.used)


async def spend(connection: AsyncConnection, budgets: Sequence[Budget], cost: int, now: datetime) -> list[str]:
    """Add ``cost`` to all of the budgets, inside the caller's transaction, and return their keys for ``give_back``.

    They are added to first and looked at afterwards, in one statement: whoever is refused is rolled back.

    Raises:
        LimitReached: one of them would be exceeded; see ``refuse_beyond``.
    """
    rows = [(f"{budget.owner}:{label}", ends_at) for budget in budgets for label, ends_at in [period(budget.name, now)]]
    values: dict[str, object] = {"cost": cost}
    for n, (key, ends_at) in enumerate(rows):
        values |= {f"key_{n}": key, f"ends_at_{n}": ends_at}
    used = await connection.execute(_added(connection.dialect.name, len(rows)), values)
    used_by_key = {row.key: row.used for row in used}
    for budget, (key, ends_at) in zip(budgets, rows, strict=True):
        before = used_by_key[key] - cost
        refuse_beyond(UsedLimit(budget.subject, budget.name, budget.allowed, before, ends_at), cost)
    return [key for key, _ in rows]


def refuse_beyond(budget: UsedLimit, cost: int) -> None:
    """Refuse what costs more than is left of a budget.

    Raises:
        LimitReached: it says how much of it was used and when it begins anew.
    """
    if 0 < budget.allowed < budget.used + cost:
        raise LimitReached(
            budget.name, budget.subject, budget.allowed, budget.used, cost=cost, resets_at=budget.resets_at
        )


_USED = select(spent.c.used).where(spent.c.key == _KEY)


async def used_of(connection: AsyncConnection, key: str) -> int:
    """What was used of the budget."""
    return await connection.scalar(_USED, {"of": key}) or 0


_LEFT = spent.c.used - _COST
_GIVEN_BACK = update(spent).where(spent.c.key == _KEY).values(used=case((_LEFT > 0, _LEFT), else_=0))


async def give_back(connection: AsyncConnection, key: str, cost: int) -> None:
    """Undo one ``spend``, inside the caller's transaction. The caller makes sure that it happens once."""
    await connection.execute(_GIVEN_BACK, {"of": key, "cost": cost})
