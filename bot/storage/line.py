"""Whose turn it is: the scope served least recently, then its member served least recently, then the oldest job."""

from collections import OrderedDict, deque
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, and_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Job, JobState, Place
from bot.storage.database import upsert
from bot.storage.tables import jobs, turns

Columns = TypeVarTuple("Columns")


def in_line(query: Select[*Columns]) -> Select[*Columns]:
    """The query, for jobs that may be claimed; its first row is the one whose turn it is."""
    scope, member = turns.alias("scope_turn"), turns.alias("member_turn")
    return (
        query.select_from(
            jobs.outerjoin(scope, and_(scope.c.scope_id == jobs.c.scope_id, scope.c.user_id == 0)).outerjoin(
                member, and_(member.c.scope_id == jobs.c.scope_id, member.c.user_id == jobs.c.user_id)
            )
        )
        .where(jobs.c.state == JobState.QUEUED, jobs.c.card_message_id.is_not(None))
        .order_by(
            scope.c.served_at.asc().nulls_first(),
            member.c.served_at.asc().nulls_first(),
            jobs.c.created_at,
        )
    )


async def note_turn(connection: AsyncConnection, place: Place, now: datetime) -> None:
    """Write down that the scope and the member were served, inside the caller's transaction."""
    for user_id in (0, place.user_id):
        await connection.execute(
            upsert(connection, turns)
            .values(scope_id=place.scope_id, user_id=user_id, served_at=now)
            .on_conflict_do_update(index_elements=[turns.c.scope_id, turns.c.user_id], set_={"served_at": now})
        )


def take_turns(waiting: Iterable[Job]) -> list[Job]:
    """The jobs of ``in_line`` in the order in which they will be claimed if no other comes: each claim ends a turn."""
    scopes: OrderedDict[int, OrderedDict[int, deque[Job]]] = OrderedDict()
    for job in waiting:
        members = scopes.setdefault(job.place.scope_id, OrderedDict())
        members.setdefault(job.place.user_id, deque()).append(job)
    order: list[Job] = []
    while scopes:
        scope_id, members = scopes.popitem(last=False)
        user_id, own = members.popitem(last=False)
        order.append(own.popleft())
        if own:
            members[user_id] = own
        if members:
            scopes[scope_id] = members
    return order
