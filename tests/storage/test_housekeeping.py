"""What is old goes, what is needed stays, and nobody waits for it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Table, func, insert, select

from bot.models import FailureReason, JobState
from bot.storage import housekeeping
from bot.storage.database import Database
from bot.storage.housekeeping import BUDGETS_KEPT, TURNS_KEPT, USAGE_KEPT, Housekeeper
from bot.storage.jobs import JobStore
from bot.storage.processes import LEASE, ProcessStore
from bot.storage.tables import buckets, jobs, processes, spent, turns, usage
from tests.storage.samples import START, TOKEN_LIFE, new_job

KEPT = timedelta(days=30)


@pytest.fixture
def housekeeper(database: Database) -> Housekeeper:
    return Housekeeper(database, jobs_kept=KEPT)


async def _count(database: Database, table: Table) -> int:
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def _insert(database: Database, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    async with database.write() as connection:
        await connection.execute(insert(table), [dict(row) for row in rows])


async def test_jobs_stay_for_their_time_after_their_end_and_then_go(housekeeper: Housekeeper, store: JobStore) -> None:
    over = await store.admit(new_job())
    assert await store.move(over, JobState.DONE, START + timedelta(days=1)) is not None
    await housekeeper.clean_up(START + KEPT + timedelta(days=1))
    assert await store.get(over.id) is not None
    await housekeeper.clean_up(START + KEPT + timedelta(days=1, seconds=1))
    assert await store.get(over.id) is None


@pytest.mark.parametrize("state", [state for state in JobState if not state.is_final])
async def test_a_job_that_is_not_over_stays_however_old_it_is(
    housekeeper: Housekeeper, store: JobStore, state: JobState
) -> None:
    job = await store.admit(new_job())
    if state is not JobState.QUEUED:
        assert await store.move(job, state, START) is not None
    await housekeeper.clean_up(START + 10 * KEPT)
    assert await store.get(job.id) is not None


async def test_what_a_job_took_can_still_be_given_back_after_cleaning_up(
    database: Database, housekeeper: Housekeeper, tight: JobStore
) -> None:
    job = await tight.admit(new_job(text="x" * 100))
    await tight.admit(new_job(text="x" * 7))
    # The last moment in which both budgets still run.
    late = START.replace(hour=23, minute=59, second=59)
    await housekeeper.clean_up(late)
    assert await tight.finish_without_result(job, JobState.FAILED, late) is not None
    async with database.read() as connection:
        assert set(await connection.scalars(select(spent.c.used))) == {7}
        assert await connection.scalar(select(usage.c.units)) == 7


async def test_a_refund_after_everything_of_its_time_is_gone_is_no_error(
    database: Database, housekeeper: Housekeeper, tight: JobStore
) -> None:
    job = await tight.admit(new_job())
    late = START + timedelta(days=500)
    await housekeeper.clean_up(late)
    assert await _count(database, spent) == 0
    ended = await tight.finish_without_result(job, JobState.EXPIRED, late)
    assert ended is not None
    assert ended.was_refunded
    assert await _count(database, spent) == await _count(database, usage) == 0


async def test_buckets_go_when_they_are_full_again(
    database: Database, housekeeper: Housekeeper, tight: JobStore
) -> None:
    for _ in range(3):
        await tight.admit(new_job())
    await housekeeper.clean_up(START + timedelta(seconds=15))
    assert await _count(database, buckets) == 2
    await housekeeper.clean_up(START + timedelta(seconds=16))
    assert await _count(database, buckets) == 1
    await housekeeper.clean_up(START + timedelta(seconds=61))
    assert await _count(database, buckets) == 0


async def test_budgets_stay_a_while_after_their_time(
    database: Database, housekeeper: Housekeeper, tight: JobStore
) -> None:
    await tight.admit(new_job())
    midnight = START.replace(hour=0) + timedelta(days=1)
    await housekeeper.clean_up(midnight + BUDGETS_KEPT)
    assert await _count(database, spent) == 4
    await housekeeper.clean_up(midnight + BUDGETS_KEPT + timedelta(seconds=1))
    assert await _count(database, spent) == 2


async def test_usage_is_kept_for_more_than_a_year(
    database: Database, housekeeper: Housekeeper, store: JobStore
) -> None:
    await store.admit(new_job())
    await housekeeper.clean_up(START + USAGE_KEPT)
    assert await _count(database, usage) == 1
    await housekeeper.clean_up(START + USAGE_KEPT + timedelta(days=1))
    assert await _count(database, usage) == 0


async def test_processes_are_forgotten_a_day_after_their_death(database: Database, housekeeper: Housekeeper) -> None:
    await ProcessStore(database, "old").renew(START)
    await ProcessStore(database, "new").renew(START + timedelta(days=1))
    await housekeeper.clean_up(START + timedelta(days=1) + LEASE + timedelta(seconds=1))
    async with database.read() as connection:
        assert list(await connection.scalars(select(processes.c.id))) == ["new"]


async def test_turns_are_kept_as_long_as_they_decide_anything(database: Database, housekeeper: Housekeeper) -> None:
    last = TURNS_KEPT + 10
    await _insert(
        database,
        turns,
        [
            {"scope_id": 1, "user_id": 0, "served": 9, "waiting_since": None},
            {"scope_id": 2, "user_id": 0, "served": 9, "waiting_since": START},
            {"scope_id": 3, "user_id": 0, "served": 10, "waiting_since": None},
            {"scope_id": 4, "user_id": 0, "served": 0, "waiting_since": None},
            {"scope_id": 5, "user_id": 0, "served": 0, "waiting_since": START},
            {"scope_id": 6, "user_id": 0, "served": last, "waiting_since": None},
        ],
    )
    assert await housekeeper.clean_up(START) == 2
    async with database.read() as connection:
        kept = await connection.scalars(select(turns.c.scope_id).order_by(turns.c.scope_id))
        # The highest number stays, whoever has it: the next turn gets the one after it.
        assert list(kept) == [2, 3, 5, 6]


async def test_tokens_go_when_they_open_nothing_any_more_and_nobody_needs_them(
    database: Database, housekeeper: Housekeeper, store: JobStore
) -> None:
    running = await store.admit(new_job())
    over = await store.admit(new_job())
    assert await store.move(over, JobState.DONE, START) is not None
    await housekeeper.clean_up(START + TOKEN_LIFE)
    tokens = await _tokens(database)
    assert tokens == {running.id: "token", over.id: "token"}
    await housekeeper.clean_up(START + TOKEN_LIFE + timedelta(seconds=1))
    assert await _tokens(database) == {running.id: "token", over.id: ""}
    await housekeeper.clean_up(START + TOKEN_LIFE + timedelta(hours=1, seconds=1))
    assert await _tokens(database) == {running.id: "", over.id: ""}


async def _tokens(database: Database) -> dict[str, str]:
    async with database.read() as connection:
        return {row.id: row.interaction_token for row in await connection.execute(select(jobs))}


async def test_a_result_that_nobody_got_keeps_its_job(housekeeper: Housekeeper, store: JobStore) -> None:
    job = await store.admit(new_job())
    failed = await store.finish_without_result(
        job, JobState.FAILED, START, refund=False, failure=FailureReason.UNDELIVERABLE
    )
    assert failed is not None
    await housekeeper.clean_up(START + timedelta(days=3))
    kept = await store.get(job.id)
    assert kept is not None
    assert kept.can_send_again


async def test_it_goes_in_small_steps_and_leaves_nothing_old(
    database: Database, housekeeper: Housekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "ROWS_AT_ONCE", 7)
    rows = [{"key": f"member:1:{number}", "full_at": START.timestamp() - 1} for number in range(50)]
    await _insert(database, buckets, [*rows, {"key": "in use", "full_at": START.timestamp() + 1}])
    sizes: list[int] = []
    remove_some = Housekeeper._remove_some  # pyright: ignore[reportPrivateUsage]  # the size of its steps is meant

    async def counting(self: Housekeeper, table: Table, is_old: object) -> int:
        gone = await remove_some(self, table, is_old)  # pyright: ignore[reportArgumentType]  # handed on as it came
        sizes.append(gone)
        return gone

    monkeypatch.setattr(Housekeeper, "_remove_some", counting)
    assert await housekeeper.clean_up(START) == sum(sizes) == 50
    assert max(sizes) == 7
    assert await _count(database, buckets) == 1
