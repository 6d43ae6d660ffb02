"""Several processes on one PostgreSQL: what must happen once happens once, and nobody waits for ever."""

import asyncio
import random
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.errors import InvalidRequest, LimitReached
from bot.limits import Allowance, LimitName, Limits, Override, Rate, Subject
from bot.models import Job, JobState
from bot.storage import buckets as bucket_rows
from bot.storage import line
from bot.storage.database import Database
from bot.storage.housekeeping import Housekeeper
from bot.storage.jobs import JobStore
from bot.storage.overrides import OverrideStore
from bot.storage.processes import ProcessStore
from bot.storage.reserving import HOLDING_PLACES
from bot.storage.tables import buckets, jobs
from bot.storage.voices import VoiceStore
from tests.storage.samples import START, WIDE, new_job, place, voice

OPEN = Rate(1_000, 0.001)
UNLIMITED = Allowance(OPEN)
PLACES = 4


@pytest.fixture
async def databases(postgres_url: str) -> AsyncIterator[list[Database]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Database(postgres_url)) for _ in range(3)]


@pytest.mark.parametrize(
    "limits",
    [
        Limits(Allowance(Rate(2, 3_600)), UNLIMITED),
        Limits(UNLIMITED, Allowance(Rate(2, 3_600))),
        Limits(Allowance(OPEN, in_flight=2), UNLIMITED),
        Limits(UNLIMITED, Allowance(OPEN, in_flight=2)),
        Limits(Allowance(OPEN, day=25), UNLIMITED),
        Limits(UNLIMITED, Allowance(OPEN, month=25)),
    ],
    ids=["member rate", "guild rate", "member in flight", "guild in flight", "member day", "guild month"],
)
async def test_of_those_who_race_for_the_last_of_a_limit_one_gets_it(databases: list[Database], limits: Limits) -> None:
    stores = [JobStore(database, limits) for database in databases]
    for guild_id in range(100, 108):
        await stores[0].admit(new_job(guild_id=guild_id, text="x" * 10))
        racing = [store.admit(new_job(guild_id=guild_id, text="x" * 10)) for store in stores * 2]
        answers = await asyncio.gather(*racing, return_exceptions=True)
        assert [type(answer) for answer in answers if not isinstance(answer, Job)] == [LimitReached] * 5


RACER = """
import asyncio, sys
from bot.errors import LimitReached
from bot.limits import Allowance, Limits, Rate
from bot.storage.database import Database
from bot.storage.jobs import JobStore
from dataclasses import replace
from tests.storage.samples import new_job

async def ask(store, number):
    try:
        new = new_job()
        await store.admit(replace(new, id=f"{sys.argv[2]}-{number}"))
    except LimitReached:
        return 0
    return 1

async def main():
    limits = Limits(Allowance(Rate(50, 3600.0)), Allowance(Rate(7, 3600.0)))
    async with Database(sys.argv[1]) as database:
        store = JobStore(database, limits)
        print("ready", flush=True)
        sys.stdin.readline()
        print(sum(await asyncio.gather(*[ask(store, number) for number in range(10)])))

asyncio.run(main())
"""


def test_three_programs_that_race_let_no_more_through_than_one(postgres_url: str) -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, postgres_url, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    admitted = [int(program.communicate(timeout=60)[0]) for program in programs]
    assert sum(admitted) == 7


async def _in_line(store: JobStore, number: int) -> Job:
    job = await store.admit(new_job(1 + number % 5, 100 + number % 7, at=START + timedelta(seconds=number)))
    await store.set_card(job.id, 1, START)
    return job


async def test_twenty_claimers_take_each_job_once_and_never_more_places_than_there_are(
    databases: list[Database],
) -> None:
    stores = [JobStore(database, None, owner=f"process {n}") for n, database in enumerate(databases)]
    waiting = {(await _in_line(stores[0], number)).id for number in range(80)}
    taken: Counter[str] = Counter()

    async def work(store: JobStore, database: Database) -> None:
        while sum(taken.values()) < len(waiting):
            job = await store.claim(START, PLACES)
            async with database.read() as connection:
                holding = select(func.count()).select_from(jobs).where(jobs.c.state.in_(HOLDING_PLACES))
                assert (await connection.scalar(holding) or 0) <= PLACES
            if job is not None:
                taken[job.id] += 1
                running = await store.move(job, JobState.RUNNING, START)
                assert running is not None
                assert await store.move(running, JobState.READY, START) is not None

    async with asyncio.timeout(60):
        await asyncio.gather(*[work(stores[n % 3], databases[n % 3]) for n in range(20)])
    assert taken == Counter(waiting)


async def test_two_that_take_over_at_once_share_the_jobs_of_the_dead_without_overlap(databases: list[Database]) -> None:
    dead, one, other = (JobStore(database, None, owner=f"process {n}") for n, database in enumerate(databases))
    left = {(await _in_line(dead, number)).id for number in range(30)}
    for _ in left:
        assert await dead.claim(START, 100) is not None
    for number, database in enumerate(databases[1:], start=1):
        await ProcessStore(database, f"process {number}").renew(START)
    for _ in range(5):
        first, second = await asyncio.gather(one.take_over(START), other.take_over(START))
        assert {job.id for job in first}.isdisjoint(job.id for job in second)
        assert {job.id for job in first + second} == left


async def test_the_same_job_is_repeated_once_even_from_two_scopes_at_once(databases: list[Database]) -> None:
    stores = [JobStore(database, WIDE) for database in databases]
    for number in range(5):
        old = await stores[0].admit(new_job())
        repeats = [store.admit(new_job(guild_id=200 + n, retry_of=old.id)) for n, store in enumerate(stores)]
        answers = await asyncio.gather(*repeats, return_exceptions=True)
        refused = [answer for answer in answers if not isinstance(answer, Job)]
        assert [type(answer) for answer in refused] == [InvalidRequest, InvalidRequest], number


async def test_catalogues_that_are_saved_at_once_do_not_mix(databases: list[Database]) -> None:
    catalogues = [tuple(voice(f"{m + n * 200}", f"{n}") for m in range(300)) for n in range(3)]
    stores = [VoiceStore(database) for database in databases]
    for _ in range(3):
        saving = zip(stores, catalogues, strict=True)
        await asyncio.gather(*[store.save_catalogue(catalogue, gone=(), at=START) for store, catalogue in saving])
        assert await stores[0].load_catalogue() in catalogues


async def test_a_bucket_that_is_used_while_it_is_cleaned_up_stays(databases: list[Database]) -> None:
    rate, later = Rate(1, 3_600.0), START + timedelta(days=1)
    async with databases[0].write() as connection:
        await bucket_rows.take(connection, "member:1:1", rate, START, Subject.MEMBER)
        await bucket_rows.take(connection, "member:1:2", rate, START, Subject.MEMBER)
    async with databases[0].write() as connection:
        await bucket_rows.take(connection, "member:1:1", rate, later, Subject.MEMBER)
        # It goes on without the row that is in use: to wait for that would be an error after a while.
        assert await Housekeeper(databases[1], jobs_kept=timedelta(1)).clean_up(later) == 1
    async with databases[0].read() as connection:
        assert list(await connection.scalars(select(buckets.c.key))) == ["member:1:1"]


class MixedLoad:
    """Everything that programs do to the database, at random and all at once."""

    def __init__(self, databases: list[Database], rng: random.Random) -> None:
        self._databases = databases
        self._stores = [JobStore(database, WIDE, owner=f"process {n}") for n, database in enumerate(databases)]
        self._rng = rng
        self._known: list[Job] = []
        self.done: Counter[str] = Counter()

    async def run(self, steps: int) -> None:
        actions: list[tuple[Callable[[JobStore, Database], Awaitable[object]], int]] = [
            (self._ask, 6), (self._ask_and_give_up, 3), (self._claim, 6), (self._go_on, 9), (self._end, 4),
            (self._send_again, 2), (self._take_over, 2), (self._clean_up, 1), (self._set_limit, 1), (self._show, 2),
        ]  # fmt: skip
        for _ in range(steps):
            action = self._rng.choices([one for one, _ in actions], [weight for _, weight in actions])[0]
            number = self._rng.randrange(len(self._databases))
            await action(self._stores[number], self._databases[number])
            self.done[action.__name__] += 1

    def _some_job(self) -> Job:
        return self._rng.choice(self._known[-40:])

    async def _ask(self, store: JobStore, _: Database) -> None:
        job = await store.admit(new_job(self._rng.randint(1, 3), self._rng.randint(100, 102)))
        self._known.append(job)
        await store.set_card(job.id, 1, START)

    async def _ask_and_give_up(self, store: JobStore, _: Database) -> None:
        """The answer to the member fails while the card is found all the same."""
        job = await store.admit(new_job(self._rng.randint(1, 3), self._rng.randint(100, 102)))
        give_up = store.finish_without_result(job, JobState.CANCELLED, START)
        await asyncio.gather(store.set_card(job.id, 1, START), give_up)

    async def _claim(self, store: JobStore, _: Database) -> None:
        if (job := await store.claim(START, PLACES)) is not None:
            self._known.append(job)

    async def _go_on(self, store: JobStore, _: Database) -> None:
        job = self._some_job()
        to = self._rng.choice([JobState.RUNNING, JobState.READY, JobState.DONE, JobState.QUEUED])
        if not job.state.is_final and (moved := await store.move(job, to, START)) is not None:
            self._known.append(moved)

    async def _end(self, store: JobStore, _: Database) -> None:
        await store.finish_without_result(self._some_job(), JobState.FAILED, START)

    async def _send_again(self, store: JobStore, _: Database) -> None:
        job = self._some_job()
        await store.send_again(job, place(job.place.user_id, job.place.guild_id), 9, START)

    async def _take_over(self, store: JobStore, _: Database) -> None:
        self._known += await store.take_over(START)
        await store.take_over_ends(START)

    async def _clean_up(self, _: JobStore, database: Database) -> None:
        await Housekeeper(database, jobs_kept=timedelta(0)).clean_up(START + timedelta(minutes=5))

    async def _set_limit(self, _: JobStore, database: Database) -> None:
        override = Override(Subject.ROLE, self._rng.randint(1, 3), LimitName.DAY, 0)
        await OverrideStore(database, WIDE).set(self._rng.randint(100, 102), override)

    async def _show(self, store: JobStore, _: Database) -> None:
        await store.waiting(20)
        await store.without_card()


async def test_no_mixture_of_actions_makes_programs_wait_for_each_other(databases: list[Database]) -> None:
    """A deadlock would be broken by the server, and be an error in one of them."""
    loads = [MixedLoad(databases, random.Random(seed)) for seed in range(12)]
    for load in loads:
        await load._ask(load._stores[0], databases[0])  # pyright: ignore[reportPrivateUsage]  # each needs a first job
    async with asyncio.timeout(120):
        await asyncio.gather(*[load.run(40) for load in loads])
    assert sum((load.done for load in loads), Counter[str]()).total() == 12 * 40
    # Whoever is in line at the end can have a turn.
    store = JobStore(databases[0], None)
    shown = [job.id for job in await store.waiting(1_000)]
    claimed = [await store.claim(START, 10_000) for _ in shown]
    assert [job.id for job in claimed if job is not None] == shown
    assert await store.claim(START, 10_000) is None


async def test_a_program_that_vanishes_inside_a_transaction_stops_the_others_for_a_moment_only(
    postgres_url: str, databases: list[Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a machine does that loses its network: its connection stays, and so would its locks."""
    monkeypatch.setattr("bot.storage.database.SERVER_SETTINGS", {"idle_in_transaction_session_timeout": "300ms"})
    job = await _in_line(JobStore(databases[0], None), 1)
    async with Database(postgres_url) as vanishing:
        connection = await vanishing._engine.connect()  # pyright: ignore[reportPrivateUsage]  # it never ends its work
        await line.lock_line(connection)
        async with asyncio.timeout(20):
            claimed = await JobStore(databases[1], None).claim(START, PLACES)
        assert claimed is not None
        assert claimed.id == job.id
        await connection.invalidate()
        await connection.close()
