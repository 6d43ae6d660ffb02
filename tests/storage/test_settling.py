"""Jobs that get fewer takes than they asked for: whoever else ends them meanwhile, each unit is given back once."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from bot.limits import Allowance, Limits, Rate
from bot.models import EffectRequest, Job, JobState, NewJob, ResultForm
from bot.storage.database import Database
from bot.storage.jobs import JobStore
from bot.storage.usage import UsageStore
from tests.storage.samples import START, new_job, place

DAY = 10_000
BUDGETED = Limits(Allowance(Rate(1_000, 1.0), day=DAY, month=DAY), Allowance(Rate(1_000, 1.0), day=DAY, month=DAY))
NEXT_MONTH = START + timedelta(days=31)
TAKES = 4


@pytest.fixture
async def stores(url: str) -> AsyncIterator[list[JobStore]]:
    """What three connections of one process see; on PostgreSQL they could as well be three processes."""
    async with AsyncExitStack() as stack:
        yield [JobStore(await stack.enter_async_context(Database(url)), BUDGETED) for _ in range(3)]


async def begun(store: JobStore, made: int, state: JobState) -> Job:
    """A job with some of its takes made, and the next one in line, at work or being asked for."""
    new = new_job()
    request = EffectRequest("rain", duration_s=2.5, takes=TAKES)
    job = await store.admit(NewJob(new.id, request, ResultForm.FILE, place(), START))
    await store.set_card(job.id, 1, START)
    claimed = await store.claim(START, 1_000)
    assert claimed is not None
    urls = [f"https://x.invalid/{number}" for number in range(made)]
    moved = await store.move(claimed, JobState.RUNNING, START, takes_made=made, result_urls=urls)
    if moved is not None and state is not JobState.RUNNING:
        moved = await store.move(moved, state, START)
    assert moved is not None
    return moved


async def used(store: JobStore) -> set[float]:
    """What is used of all budgets: one number, as long as they agree."""
    usage = await UsageStore(store._database).of_limits(place(), BUDGETED, START)  # pyright: ignore[reportPrivateUsage]  # the same one
    return {one.used for one in usage if one.allowed == DAY}


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.SUBMITTING, JobState.RUNNING])
@pytest.mark.parametrize("seed", range(2))
async def test_of_all_who_end_it_at_once_one_gives_back_and_once(
    stores: list[JobStore], state: JobState, seed: int
) -> None:
    rng, expected = random.Random(seed), 0
    for _ in range(4):
        job = await begun(stores[0], rng.randrange(1, TAKES), state)
        ends = [
            *(store.settle_for_fewer(job, START, paid=TAKES) for store in stores),
            *(store.finish_without_result(job, JobState.CANCELLED, START, refund=False) for store in stores),
            *(store.finish_without_result(job, JobState.EXPIRED, NEXT_MONTH) for store in stores),
        ]
        rng.shuffle(ends)
        (winner,) = [one for one in await asyncio.gather(*ends) if one is not None]
        expected += 0 if winner.was_refunded else winner.cost
        assert await used(stores[0]) == {expected}
        assert [one.id for one in await stores[0].waiting(10)] == []


async def test_what_fails_after_it_was_settled_gives_back_the_rest_and_a_new_month_gives_back_nothing_of_its_own(
    stores: list[JobStore],
) -> None:
    job = await begun(stores[0], 3, JobState.SUBMITTING)
    settled = await stores[0].settle_for_fewer(job, NEXT_MONTH, paid=TAKES)
    assert settled is not None
    assert (settled.cost, settled.result_urls, settled.api_task_id) == (8, job.result_urls, None)
    assert await used(stores[0]) == {8}
    over = await stores[1].finish_without_result(settled, JobState.FAILED, NEXT_MONTH)
    assert over is not None
    assert await used(stores[0]) == {0}
    assert await stores[2].finish_without_result(settled, JobState.FAILED, NEXT_MONTH) is None
    assert await stores[2].settle_for_fewer(job, NEXT_MONTH, paid=TAKES) is None
    assert await used(stores[0]) == {0}


async def test_one_that_waited_gives_its_turn_to_the_next(stores: list[JobStore]) -> None:
    first = await begun(stores[0], 1, JobState.QUEUED)
    behind = await stores[0].admit(new_job())
    await stores[0].set_card(behind.id, 2, START)
    assert await stores[1].settle_for_fewer(first, START, paid=TAKES) is not None
    claimed = await stores[2].claim(START, 1_000)
    assert claimed is not None
    assert claimed.id == behind.id
    assert await stores[2].claim(START, 1_000) is None
