"""Limits that a guild set for itself, its roles and its members, and whom it blocked."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    Row,
    and_,
    bindparam,
    delete,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Blocked, InvalidRequest
from bot.limits import Allowance, Block, LimitName, Limits, Override, Rate, Subject
from bot.models import Place
from bot.storage.database import Database, lock, upsert
from bot.storage.tables import blocked, limit_overrides

# More than people can keep track of, and few enough to read in one go.
MAX_OVERRIDES = 200
MAX_BLOCKED = 1_000


class OverrideStore:
    """All reading and writing of a guild's own limits and blocks."""

    def __init__(self, database: Database, defaults: Limits) -> None:
        self._database = database
        self._defaults = defaults

    async def limits(self, place: Place, role_ids: tuple[int, ...] = ()) -> Limits:
        """What holds for this member here."""
        if place.guild_id is None:
            return self._defaults
        async with self._database.read() as connection:
            return await limits_for(connection, place, role_ids, self._defaults)

    async def all_of(self, guild_id: int) -> list[Override]:
        """What the guild set, sorted."""
        query = (
            select(limit_overrides)
            .where(limit_overrides.c.scope_id == guild_id)
            .order_by(limit_overrides.c.subject, limit_overrides.c.subject_id, limit_overrides.c.name)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [_override(row) for row in rows]

    async def set(self, guild_id: int, override: Override) -> None:
        """Set one limit, in place of what it was.

        Raises:
            InvalidRequest: ``too_many_overrides``: 200 are set already.
        """
        key = {"scope_id": guild_id, "subject": override.subject, "subject_id": override.subject_id}
        async with self._database.write() as connection:
            await lock(connection, f"overrides {guild_id}")
            await connection.execute(
                upsert(connection.dialect.name, limit_overrides)
                .values(**key, name=override.name, value=override.value)
                .on_conflict_do_update(index_elements=list(limit_overrides.primary_key), set_={"value": override.value})
            )
            of_guild = select(func.count()).select_from(limit_overrides).where(limit_overrides.c.scope_id == guild_id)
            if (await connection.scalar(of_guild) or 0) > MAX_OVERRIDES:
                raise InvalidRequest("too_many_overrides", str(MAX_OVERRIDES))

    async def reset(self, guild_id: int, subject: Subject, subject_id: int, name: LimitName | None = None) -> int:
        """Remove one limit, or all of the subject; returns how many there were."""
        which = [
            limit_overrides.c.scope_id == guild_id,
            limit_overrides.c.subject == subject,
            limit_overrides.c.subject_id == subject_id,
        ]
        if name is not None:
            which.append(limit_overrides.c.name == name)
        async with self._database.write() as connection:
            return (await connection.execute(delete(limit_overrides).where(*which))).rowcount

    async def block(self, guild_id: int, block: Block) -> None:
        """Block a member or a role.

        Raises:
            InvalidRequest: ``too_many_blocked``: 1,000 are blocked already; blocking a role takes one place.
        """
        async with self._database.write() as connection:
            await lock(connection, f"overrides {guild_id}")
            await connection.execute(
                upsert(connection.dialect.name, blocked)
                .values(
                    scope_id=guild_id,
                    subject=block.subject,
                    subject_id=block.subject_id,
                    blocked_by=block.blocked_by,
                    blocked_at=block.blocked_at,
                )
                .on_conflict_do_nothing()
            )
            of_guild = select(func.count()).select_from(blocked).where(blocked.c.scope_id == guild_id)
            if (await connection.scalar(of_guild) or 0) > MAX_BLOCKED:
                raise InvalidRequest("too_many_blocked", str(MAX_BLOCKED))

    async def unblock(self, guild_id: int, subject: Subject, subject_id: int) -> bool:
        """Take a block away; False when there was none."""
        which = (blocked.c.scope_id == guild_id, blocked.c.subject == subject, blocked.c.subject_id == subject_id)
        async with self._database.write() as connection:
            return (await connection.execute(delete(blocked).where(*which))).rowcount > 0

    async def blocks(self, guild_id: int) -> list[Block]:
        """Whom the guild blocked, the latest first."""
        query = select(blocked).where(blocked.c.scope_id == guild_id).order_by(blocked.c.blocked_at.desc())
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [Block(Subject(row.subject), row.subject_id, row.blocked_by, row.blocked_at) for row in rows]

    async def is_blocked(self, place: Place, role_ids: tuple[int, ...]) -> bool:
        """Whether the guild blocked this member, or a role of theirs. Nobody is blocked in direct messages."""
        if place.guild_id is None:
            return False
        async with self._database.read() as connection:
            return (await connection.execute(_BLOCKS, _who(place, role_ids))).first() is not None


_SCOPE_ID = bindparam("scope", type_=BigInteger)
_USER_ID = bindparam("user", type_=BigInteger)
_ROLES = bindparam("roles", type_=BigInteger, expanding=True)
# The role of everyone has the guild's own id, and nobody lists it among a member's.
_OVERRIDES = select(
    limit_overrides.c.subject, limit_overrides.c.subject_id, limit_overrides.c.name, limit_overrides.c.value
).where(
    limit_overrides.c.scope_id == _SCOPE_ID,
    or_(
        limit_overrides.c.subject == Subject.GUILD,
        and_(limit_overrides.c.subject == Subject.MEMBER, limit_overrides.c.subject_id == _USER_ID),
        and_(limit_overrides.c.subject == Subject.ROLE, limit_overrides.c.subject_id == _SCOPE_ID),
        and_(limit_overrides.c.subject == Subject.ROLE, limit_overrides.c.subject_id.in_(_ROLES)),
    ),
)
_BLOCKS = select(blocked.c.subject, blocked.c.subject_id, null(), null()).where(
    blocked.c.scope_id == _SCOPE_ID,
    or_(
        and_(blocked.c.subject == Subject.MEMBER, blocked.c.subject_id == _USER_ID),
        and_(blocked.c.subject == Subject.ROLE, blocked.c.subject_id.in_(_ROLES)),
    ),
)
_OVERRIDES_AND_BLOCKS = union_all(_OVERRIDES, _BLOCKS)
"""A block names no limit."""


async def overrides_unless_blocked(
    connection: AsyncConnection, place: Place, role_ids: tuple[int, ...]
) -> list[Override]:
    """What a guild set that holds for this member there, inside the caller's transaction.

    Raises:
        Blocked: whatever the limits, whom a guild blocked may ask for nothing there: the member, or a role of theirs.
    """
    if place.guild_id is None:
        return []
    rows = list(await connection.execute(_OVERRIDES_AND_BLOCKS, _who(place, role_ids)))
    if any(row.name is None for row in rows):
        raise Blocked
    return [_override(row) for row in rows]


async def limits_for(connection: AsyncConnection, place: Place, role_ids: tuple[int, ...], defaults: Limits) -> Limits:
    """What holds for this member there, blocked or not, inside the caller's transaction."""
    rows = await connection.execute(_OVERRIDES, _who(place, role_ids))
    return effective_limits(place, [_override(row) for row in rows], defaults)


def _who(place: Place, role_ids: tuple[int, ...]) -> dict[str, Any]:
    return {"scope": place.scope_id, "user": place.user_id, "roles": role_ids}


def _override(row: Row[*tuple[Any, ...]]) -> Override:
    return Override(Subject(row.subject), row.subject_id, LimitName(row.name), row.value)


def effective_limits(place: Place, found: Sequence[Override], defaults: Limits) -> Limits:
    """The limits of this member here: their own, else the most generous of their roles, else everyone's, else ours."""
    if not found:
        return defaults
    everyone = [one for one in found if one.subject is Subject.ROLE and one.subject_id == place.guild_id]
    by_role = [one for one in found if one.subject is Subject.ROLE and one.subject_id != place.guild_id]
    member = _changed(defaults.member, everyone)
    member = _changed(member, _most_generous(by_role))
    member = _changed(member, (one for one in found if one.subject is Subject.MEMBER))
    guild = _changed(defaults.guild, (one for one in found if one.subject is Subject.GUILD))
    return replace(defaults, member=member, guild=guild)


def _changed(allowance: Allowance, overrides: Iterable[Override]) -> Allowance:
    for override in overrides:
        match override.name:
            case LimitName.BURST:
                allowance = replace(allowance, rate=Rate(override.value, allowance.rate.refill_s))
            case LimitName.REFILL:
                allowance = replace(allowance, rate=Rate(allowance.rate.burst, override.value))
            case LimitName.IN_FLIGHT:
                allowance = replace(allowance, in_flight=override.value)
            case LimitName.DAY:
                allowance = replace(allowance, day=override.value)
            case LimitName.MONTH:
                allowance = replace(allowance, month=override.value)
    return allowance


def _most_generous(overrides: Iterable[Override]) -> Iterable[Override]:
    best: dict[LimitName, Override] = {}
    for override in overrides:
        known = best.get(override.name)
        if known is None or _generosity(override) > _generosity(known):
            best[override.name] = override
    return best.values()


def _generosity(override: Override) -> float:
    """The higher the better for the member: more jobs, shorter waits, and 0, which is no limit, best of all."""
    if override.name is LimitName.REFILL:
        return -override.value
    return float("inf") if override.value == 0 and override.name is not LimitName.BURST else override.value
