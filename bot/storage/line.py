"""Whose turn it is: the scope served least recently, then its member served least recently, then the oldest job.

The line is kept as an index: who has something waiting, and the number of their last turn. So a claim costs the same
few lookups however many jobs wait, and no clock decides. All changes to it happen under one lock.
"""

from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import JobKind, Place
from bot.storage.database import lock, upsert
from bot.storage.tables import MEMBER_WAITS, SCOPE_WAITS, WAITING_IN_LINE, UtcTime, jobs, turns

LOCK = "line"

# The ids decide where nothing else does: the order must be the same each time it is asked for.
_TURN = (turns.c.served, turns.c.waiting_since)


@cache
def _first_job(paused: frozenset[JobKind]) -> Select[*tuple[Any, ...]]:
    """The scope, the member and the job whose turn it is; no row when nobody waits for a kind that may go on."""
    may_start = [jobs.c.kind.not_in(sorted(paused))] if paused else []

    def has_one(*whose: ColumnElement[bool]) -> list[ColumnElement[bool]]:
        # Whoever is in the index has something waiting; only a pause makes it necessary to look at what that is.
        return [exists(select(jobs.c.id).where(*whose, WAITING_IN_LINE, *may_start))] if paused else []

    scope = (
        select(turns.c.scope_id)
        .where(SCOPE_WAITS, *has_one(jobs.c.scope_id == turns.c.scope_id))
        .order_by(*_TURN, turns.c.scope_id)
        .limit(1)
        .subquery("scope")
    )
    of_scope = turns.c.scope_id == scope.c.scope_id
    member_id = (
        select(turns.c.user_id)
        .where(of_scope, MEMBER_WAITS, *has_one(jobs.c.scope_id == turns.c.scope_id, jobs.c.user_id == turns.c.user_id))
        .order_by(*_TURN, turns.c.user_id)
        .limit(1)
        .scalar_subquery()
    )
    member = select(scope.c.scope_id, member_id.label("user_id")).subquery("member")
    job_id = (
        select(jobs.c.id)
        .where(jobs.c.scope_id == member.c.scope_id, jobs.c.user_id == member.c.user_id, WAITING_IN_LINE, *may_start)
        .order_by(jobs.c.created_at, jobs.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return select(member, job_id.label("job_id"))


_SCOPE_ID = bindparam("scope", type_=turns.c.scope_id.type)
_USER_ID = bindparam("user", type_=turns.c.user_id.type)


async def lock_line(connection: AsyncConnection) -> None:
    """Let nobody else change the line until the caller's transaction ends."""
    await lock(connection, LOCK)


@cache
def _entered(engine: str) -> Executable:
    """Rows for the scope and the member, who wait from now on where they did not already."""
    rows = [select(_SCOPE_ID, who, literal(0), bindparam("now", type_=UtcTime)) for who in (literal(0), _USER_ID)]
    # Not ``values`` with a list: such a statement is compiled at every call.
    columns = ["scope_id", "user_id", "served", "waiting_since"]
    entered = upsert(engine, turns).from_select(columns, union_all(*rows))
    return entered.on_conflict_do_update(
        index_elements=[turns.c.scope_id, turns.c.user_id],
        set_={"waiting_since": func.coalesce(turns.c.waiting_since, entered.excluded.waiting_since)},
    )


async def enter(connection: AsyncConnection, place: Place, now: datetime) -> None:
    """Something of this scope and member waits, inside the caller's transaction."""
    await lock_line(connection)
    await connection.execute(_entered(connection.dialect.name), {**_who(place), "now": now})


_others = turns.alias("others")
_next_turn = func.coalesce(select(func.max(_others.c.served)).scalar_subquery(), 0) + 1
_of_scope = and_(jobs.c.scope_id == _SCOPE_ID, WAITING_IN_LINE)
_of_member = and_(_of_scope, jobs.c.user_id == _USER_ID)
_still_waits = or_(
    and_(turns.c.user_id == 0, exists(select(jobs.c.id).where(_of_scope))),
    and_(turns.c.user_id != 0, exists(select(jobs.c.id).where(_of_member))),
)
_THEIRS = update(turns).where(turns.c.scope_id == _SCOPE_ID, turns.c.user_id.in_((literal(0), _USER_ID)))
"""The rows of a scope and one member of it."""
_LEFT = _THEIRS.where(~_still_waits).values(waiting_since=null())
_TURN_TAKEN = _THEIRS.values(served=_next_turn, waiting_since=case((_still_waits, turns.c.waiting_since), else_=null()))


async def leave(connection: AsyncConnection, place: Place) -> None:
    """A job of this scope and member waits no more; they leave the line where it was their last."""
    await lock_line(connection)
    await connection.execute(_LEFT, _who(place))


async def take_turn(connection: AsyncConnection, place: Place) -> None:
    """A job of this scope and member was served: write the turn down, and leave the line where it was their last."""
    await connection.execute(_TURN_TAKEN, _who(place))


def _who(place: Place) -> dict[str, Any]:
    return {"scope": place.scope_id, "user": place.user_id}


async def next_in_line(connection: AsyncConnection, paused: AbstractSet[JobKind] = frozenset()) -> str | None:
    """The id of the job whose turn it is, or None when none waits. Call it under the lock of the line.

    Jobs of ``paused`` kinds keep their places and let others pass.
    """
    statement = _first_job(frozenset(paused))
    while (first := (await connection.execute(statement)).first()) is not None:
        if first.job_id is not None:
            return str(first.job_id)
        # Rows were removed by hand. Whoever has nothing in line any more must not keep all others from their turn.
        await connection.execute(
            update(turns)
            .where(turns.c.scope_id == first.scope_id, turns.c.user_id == (first.user_id or 0))
            .values(waiting_since=null())
        )
    return None


async def first_in_line(connection: AsyncConnection, count: int) -> list[Row[Any]]:
    """The rows of the first ``count`` waiting jobs, in the order in which they are claimed if no other comes."""
    scope = (
        select(turns.c.scope_id, turns.c.served, turns.c.waiting_since)
        .where(SCOPE_WAITS)
        .order_by(*_TURN, turns.c.scope_id)
        .limit(count)
        .subquery("scope")
    )
    member = turns.alias("member")
    # A member's second job comes after the first one of each other member: rounds, in a scope and among the scopes.
    # Only what the order needs is read of all of them; thousands may wait for one guild.
    theirs = (
        select(
            jobs.c.id,
            jobs.c.scope_id,
            jobs.c.user_id,
            member.c.served,
            member.c.waiting_since,
            scope.c.served.label("scope_served"),
            scope.c.waiting_since.label("scope_waiting_since"),
            func.row_number()
            .over(partition_by=(jobs.c.scope_id, jobs.c.user_id), order_by=(jobs.c.created_at, jobs.c.id))
            .label("member_round"),
        )
        .join(scope, scope.c.scope_id == jobs.c.scope_id)
        .join(member, and_(member.c.scope_id == jobs.c.scope_id, member.c.user_id == jobs.c.user_id))
        .where(WAITING_IN_LINE)
        .subquery("theirs")
    )
    scope_round = func.row_number().over(
        partition_by=theirs.c.scope_id,
        order_by=(theirs.c.member_round, theirs.c.served, theirs.c.waiting_since, theirs.c.user_id),
    )
    ranked = select(theirs, scope_round.label("scope_round")).subquery("ranked")
    first = select(ranked).order_by(*_by_turn(ranked)).limit(count).subquery("first")
    rows = await connection.execute(select(jobs).join(first, first.c.id == jobs.c.id).order_by(*_by_turn(first)))
    return list(rows)


def _by_turn(ranked: Subquery) -> tuple[ColumnElement[Any], ...]:
    return ranked.c.scope_round, ranked.c.scope_served, ranked.c.scope_waiting_since, ranked.c.scope_id
