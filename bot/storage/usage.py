"""What was used: by day, kind and member for people to look at, and of each limit."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.limits import DayOfKind, LimitName, Limits, UsedLimit
from bot.models import JobKind, Place
from bot.storage import budgets
from bot.storage.database import Database
from bot.storage.reserving import allowances, count_in_flight, owner_key
from bot.storage.tables import usage

MAX_MEMBERS = 10


class UsageStore:
    """All reading of usage."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_day(self, scope_id: int, *, days: int, now: datetime, user_id: int | None = None) -> list[DayOfKind]:
        """The last ``days`` days, today included, the oldest first; of one member or of all."""
        first = (now.astimezone(UTC) - timedelta(days=days - 1)).date()
        query = (
            select(
                usage.c.day, usage.c.kind, func.sum(usage.c.units).label("units"), func.sum(usage.c.jobs).label("jobs")
            )
            .where(usage.c.scope_id == scope_id, usage.c.day >= first)
            .group_by(usage.c.day, usage.c.kind)
            .order_by(usage.c.day, usage.c.kind)
        )
        if user_id is not None:
            query = query.where(usage.c.user_id == user_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [DayOfKind(row.day, JobKind(row.kind), int(row.units), int(row.jobs)) for row in rows]

    async def most_active(self, scope_id: int, *, days: int, now: datetime) -> list[tuple[int, int]]:
        """The ids of the members who used the most in that time, with their units, most first; at most 10."""
        first = (now.astimezone(UTC) - timedelta(days=days - 1)).date()
        units = func.sum(usage.c.units)
        query = (
            select(usage.c.user_id, units.label("units"))
            .where(usage.c.scope_id == scope_id, usage.c.day >= first)
            .group_by(usage.c.user_id)
            .order_by(units.desc())
            .limit(MAX_MEMBERS)
        )
        async with self._database.read() as connection:
            return [(row.user_id, int(row.units)) for row in await connection.execute(query)]

    async def of_limits(self, place: Place, limits: Limits, now: datetime) -> list[UsedLimit]:
        """Jobs in flight and budgets, of the member and of the guild, against what ``limits`` allow."""
        found: list[UsedLimit] = []
        async with self._database.read() as connection:
            for subject, allowance in allowances(place, limits):
                in_flight = await count_in_flight(connection, place, subject)
                found.append(UsedLimit(subject, LimitName.IN_FLIGHT, allowance.in_flight, in_flight, None))
                for name, allowed in ((LimitName.DAY, allowance.day), (LimitName.MONTH, allowance.month)):
                    label, ends_at = budgets.period(name, now)
                    used = await budgets.used_of(connection, f"{owner_key(place, subject)}:{label}")
                    found.append(UsedLimit(subject, name, allowed, used, ends_at))
        return found
