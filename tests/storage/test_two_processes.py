"""Two processes on one PostgreSQL that want the last of something at the same moment: one gets it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.errors import LimitReached
from bot.limits import Allowance, LimitName, Limits, Rate
from bot.models import Job, JobState, NewJob
from bot.storage.database import Database
from bot.storage.jobs import JobStore
from tests.storage.samples import START, new_job

ROUNDS = 25
MANY = Rate(1_000, 1.0)
FREE = Allowance(MANY)


@pytest.fixture
async def databases(postgres_url: str) -> AsyncIterator[tuple[Database, Database]]:
    async with Database(postgres_url) as one, Database(postgres_url) as other:
        yield one, other


async def _race(stores: list[JobStore], jobs: list[NewJob]) -> tuple[list[Job], list[LimitReached]]:
    """What each of them is answered when all ask at once."""
    asking = [store.admit(job) for store, job in zip(stores, jobs, strict=True)]
    answers = await asyncio.gather(*asking, return_exceptions=True)
    admitted = [answer for answer in answers if isinstance(answer, Job)]
    refused = [answer for answer in answers if isinstance(answer, LimitReached)]
    assert len(admitted) + len(refused) == len(jobs), answers
    return admitted, refused


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits(Allowance(MANY, day=len("Hello there")), FREE), LimitName.DAY),
        (Limits(Allowance(MANY, month=len("Hello there")), FREE), LimitName.MONTH),
        (Limits(Allowance(MANY, in_flight=1), FREE), LimitName.IN_FLIGHT),
        (Limits(Allowance(Rate(1, 3_600.0)), FREE), LimitName.BURST),
        (Limits(FREE, Allowance(MANY, day=len("Hello there"))), LimitName.DAY),
    ],
    ids=["member's day", "member's month", "member's jobs in flight", "member's burst", "guild's day"],
)
async def test_only_one_of_two_processes_gets_a_members_last_unit(
    databases: tuple[Database, Database], limits: Limits, name: LimitName
) -> None:
    stores = [JobStore(database, limits, owner=str(number)) for number, database in enumerate(databases)]
    for guild_id in range(1, ROUNDS + 1):
        admitted, refused = await _race(stores, [new_job(guild_id=guild_id), new_job(guild_id=guild_id)])
        assert (len(admitted), [error.limit for error in refused]) == (1, [name])


async def test_a_refund_in_one_process_lets_the_other_spend_it_once(databases: tuple[Database, Database]) -> None:
    limits = Limits(Allowance(MANY, day=len("Hello there")), FREE)
    one, other = (JobStore(database, limits, owner=str(number)) for number, database in enumerate(databases))
    job = await one.admit(new_job())
    ended = await asyncio.gather(
        *[store.finish_without_result(job, JobState.CANCELLED, START) for store in (one, other, one, other)]
    )
    assert len([job for job in ended if job is not None]) == 1
    admitted, refused = await _race([one, other], [new_job(), new_job()])
    assert (len(admitted), len(refused)) == (1, 1)


async def test_a_job_is_claimed_by_one_and_places_hold_over_both(databases: tuple[Database, Database]) -> None:
    stores = [JobStore(database, None, owner=str(number)) for number, database in enumerate(databases)]
    for number in range(12):
        job = await stores[number % 2].admit(new_job(user_id=number + 1, guild_id=number % 3 + 1))
        await stores[0].set_card(job.id, number + 1, START + timedelta(seconds=number))
    claimed = await asyncio.gather(*[stores[number % 2].claim(START, 5) for number in range(12)])
    ids = [job.id for job in claimed if job is not None]
    assert len(ids) == len(set(ids)) == 5
