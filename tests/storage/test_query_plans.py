"""Each thing that happens often finds its rows by an index, however many jobs have gathered."""

from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import JobState
from bot.storage.database import Database
from bot.storage.housekeeping import Housekeeper
from bot.storage.jobs import JobStore
from bot.storage.overrides import OverrideStore
from bot.storage.processes import ProcessStore
from bot.storage.tables import metadata
from bot.storage.usage import UsageStore
from tests.storage.samples import START, TIGHT, new_job, place

Statement = tuple[str, Any]


async def _admit_show_claim_and_end(database: Database) -> None:
    store = JobStore(database, TIGHT)
    job = await store.admit(new_job(role_ids=(1, 2)))
    for one in (job, await store.admit(new_job())):
        await store.set_card(one.id, 1, START)
    claimed = await store.claim(START, 9)
    assert claimed is not None
    assert await store.move(claimed, JobState.QUEUED, START) is not None
    assert await store.finish_without_result(job, JobState.CANCELLED, START) is not None
    assert await store.get(job.id) is not None


async def _look_after_what_is_left(database: Database) -> None:
    store = JobStore(database, TIGHT)
    await store.take_over(START)
    await store.take_over_ends(START)
    await store.without_card()
    await store.waiting_since_before(START)
    await store.with_files(START)
    await ProcessStore(database, "this one").renew(START)


async def _show_the_line(database: Database) -> None:
    await JobStore(database, TIGHT).waiting(100)


async def _answer_members(database: Database) -> None:
    store, usage = JobStore(database, TIGHT), UsageStore(database)
    await store.page(100, count=10)
    await store.page(100, user_id=7, before=START, count=10)
    await usage.by_day(100, days=30, now=START)
    await usage.most_active(100, days=30, now=START)
    await usage.of_limits(place(), TIGHT, START)
    await OverrideStore(database, TIGHT).all_of(100)
    await OverrideStore(database, TIGHT).blocks(100)
    await OverrideStore(database, TIGHT).is_blocked(place(), (1, 2))


async def _clean_up_jobs_and_budgets(database: Database) -> None:
    await Housekeeper(database, jobs_kept=timedelta(1)).clean_up(START)


OFTEN = [_admit_show_claim_and_end, _look_after_what_is_left, _show_the_line, _answer_members]
# Once an hour and a few rows at a time: these may be looked through. Jobs are many, and never are.
SMALL = {"processes", "buckets", "usage", "turns", "limit_overrides", "blocked"}


@contextmanager
def _noted(database: Database) -> Generator[list[Statement]]:
    engine = database._engine.sync_engine  # pyright: ignore[reportPrivateUsage]  # what is sent is what is looked at
    noted: list[Statement] = []

    def note(_connection: Connection, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE"} and "pg_advisory" not in statement:
            noted.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield noted
    event.remove(engine, "before_cursor_execute", note)


async def _scans_of_sqlite(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    scans = [row.detail for row in rows if row.detail.startswith("SCAN ") and "USING" not in row.detail]
    # Not the few rows that a query inside of the query found.
    return [scan for scan in scans if scan.split()[1] in metadata.tables]


async def _scans_of_postgres(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    # On tables that are nearly empty it would never ask an index of its own accord.
    await connection.execute(text("SET LOCAL enable_seqscan = off"))
    rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return [line for (line,) in rows if "Seq Scan on " in line]


@pytest.mark.parametrize("work", OFTEN, ids=lambda work: work.__name__.strip("_"))
async def test_what_happens_often_looks_through_no_table(
    database: Database, work: Callable[[Database], Coroutine[Any, Any, None]]
) -> None:
    # One row a process.
    assert [scan for scan in await _scans(database, work) if "processes" not in scan.partition(" in ")[0]] == []


async def test_cleaning_up_looks_through_no_large_table(database: Database) -> None:
    found = await _scans(database, _clean_up_jobs_and_budgets)
    assert [scan for scan in found if not SMALL.intersection(scan.split())] == []


async def _scans(database: Database, work: Callable[[Database], Coroutine[Any, Any, None]]) -> list[str]:
    with _noted(database) as statements:
        await work(database)
    assert statements
    found: list[str] = []
    async with database.read() as connection:
        explain = _scans_of_sqlite if connection.dialect.name == "sqlite" else _scans_of_postgres
        for statement, parameters in statements:
            found += [f"{scan} in {statement}" for scan in await explain(connection, statement, parameters)]
    return found
