"""What it costs to decide whether a job is let in, and whether the limit holds when many ask at once.

The bot's way is one transaction with the job's row: rate, jobs in flight, budgets a day and a month, of member and
guild. Beside it stand a limiter that reads, decides and then writes (one rate, and the job's row), and one that only
remembers (one rate). The disk is waited for on both engines. Prints a Markdown table. Run it with `make bench`.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import insert, select

from bot.errors import LimitReached
from bot.limits import Allowance, Limits, Rate
from bot.models import NewJob
from bot.storage.database import Database, upsert
from bot.storage.job_rows import to_row
from bot.storage.jobs import JobStore
from bot.storage.tables import buckets, jobs
from tests.storage.postgres import is_installed, postgres_server
from tests.storage.samples import new_job

MEASURED_S = 1.0
TASKS = (1, 10, 100)
GUILDS, MEMBERS = 20, 10
BURST = 5
REFILL_S = 3_600.0
WIDE = Rate(1_000_000, 0.001)
NARROW = Rate(BURST, REFILL_S)

Ask = Callable[[NewJob], Awaitable[bool]]
"""True when the job was let in."""
Limiter = Callable[[Rate], Ask]


def soundbooth(database: Database) -> Limiter:
    def with_rate(rate: Rate) -> Ask:
        member = Allowance(rate, in_flight=1_000_000, day=10**9, month=10**9)
        store = JobStore(database, Limits(member, replace(member, rate=WIDE)))

        async def ask(new: NewJob) -> bool:
            try:
                await store.admit(new)
            except LimitReached:
                return False
            return True

        return ask

    return with_rate


def read_then_write(database: Database) -> Limiter:
    """What is often seen: nothing keeps two from reading the same number."""

    def with_rate(rate: Rate) -> Ask:
        async def ask(new: NewJob) -> bool:
            key, now = f"naive:{new.place.scope_id}:{new.place.user_id}", new.created_at.timestamp()
            async with database.read() as connection:
                full_at = await connection.scalar(select(buckets.c.full_at).where(buckets.c.key == key)) or now
            full_at = max(full_at, now) + rate.refill_s
            if full_at > now + rate.burst * rate.refill_s + 0.001:
                return False
            async with database.write() as connection:
                row = upsert(connection.dialect.name, buckets).values(key=key, full_at=full_at)
                await connection.execute(
                    row.on_conflict_do_update(index_elements=[buckets.c.key], set_={"full_at": full_at})
                )
                await connection.execute(insert(jobs).values(to_row(new, [], new.request.size)))
            return True

        return ask

    return with_rate


def in_memory(rate: Rate) -> Ask:
    """Forgotten at the next start, and not shared by programs."""
    full: dict[tuple[int, int], float] = {}

    async def ask(new: NewJob) -> bool:
        key, now = (new.place.scope_id, new.place.user_id), new.created_at.timestamp()
        full_at = max(full.get(key, now), now) + rate.refill_s
        if full_at > now + rate.burst * rate.refill_s + 0.001:
            return False
        full[key] = full_at
        # Other tasks have their turn, as they have while a database works.
        await asyncio.sleep(0)
        return True

    return ask


def _asked(numbers: Iterator[int]) -> NewJob:
    number = next(numbers)
    return new_job(1 + number % MEMBERS, 1 + number % GUILDS, at=datetime.now(UTC), text="x" * 80)


async def _measure(ask: Ask, tasks: int) -> tuple[list[float], float]:
    """How long each decision took, and all of them, in seconds."""
    numbers, times = count(), list[float]()
    start = time.perf_counter()
    until = start + MEASURED_S

    async def go_on() -> None:
        while (began := time.perf_counter()) < until:
            await ask(_asked(numbers))
            times.append(time.perf_counter() - began)

    await asyncio.gather(*[go_on() for _ in range(tasks)])
    return times, time.perf_counter() - start


async def _let_through(ask: Ask, tasks: int, guild_id: int) -> int:
    """Of so many jobs that one member asks for at once."""
    now = datetime.now(UTC)
    return sum(await asyncio.gather(*[ask(new_job(1, guild_id, at=now)) for _ in range(tasks)]))


async def _rows(name: str, limiter: Limiter) -> None:
    for tasks in TASKS:
        wide = limiter(WIDE)
        await wide(_asked(count()))
        times, took_s = await _measure(wide, tasks)
        passed = await _let_through(limiter(NARROW), tasks, guild_id=10**6 + tasks)
        p50, p99 = (statistics.quantiles(times, n=100)[n] * 1_000 for n in (49, 98))
        print(
            f"| {name} | {tasks} | {len(times) / took_s:,.0f} | {p50:.2f} ms | {p99:.2f} ms "
            f"| {passed} of {min(tasks, BURST)} |",
            flush=True,
        )


async def _of_engine(name: str, url: str) -> None:
    async with Database(url) as database:
        await _rows(f"{name}, Soundbooth", soundbooth(database))
        await _rows(f"{name}, read, then write", read_then_write(database))


def main() -> None:
    print(f"A member who may ask for {BURST} jobs asks for as many as there are tasks: so many are let in.\n")
    print("| limiter | tasks at once | decisions a second | median | 99 % within | let in, allowed |")
    print("|---|---|---|---|---|---|")
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        asyncio.run(_of_engine("SQLite", f"sqlite+aiosqlite:///{folder}/soundbooth.db"))
        if is_installed():
            server = stack.enter_context(postgres_server(durable=True))
            asyncio.run(_of_engine("PostgreSQL", server.url(server.new_database())))
        asyncio.run(_rows("in memory", in_memory))


if __name__ == "__main__":
    main()
