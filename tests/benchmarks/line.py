"""What a claim costs when 1,000 to 100,000 jobs of up to 5,000 guilds wait, and what it costs to show the line.

The rows are inserted in bulk; each claim is one as the bot does it, followed by the end of the job. The disk is waited
for on both engines. Prints a Markdown table. Run it with `make bench`.
"""

import asyncio
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, literal, select, text

from bot.models import JobState
from bot.storage.database import Database
from bot.storage.job_rows import to_row
from bot.storage.jobs import JobStore
from bot.storage.tables import WAITING_IN_LINE, jobs, turns
from tests.storage.postgres import is_installed, postgres_server
from tests.storage.samples import START, new_job

SIZES = (1_000, 10_000, 100_000)
GUILDS = 5_000
MEMBERS = 4
CLAIMS = 300
SHOWN = 100
SHOWS = 20
ROWS_AT_ONCE = 2_000
SEED = 20_261_122


async def _fill(database: Database, first: int, last: int, rng: random.Random) -> None:
    """Have the jobs from ``first`` to ``last`` wait, beside those that wait already."""
    rows: list[dict[str, Any]] = []
    for number in range(first, last):
        guild_id = 1 + (number if number < GUILDS else rng.randrange(GUILDS))
        new = new_job(10**6 + rng.randrange(MEMBERS), guild_id, at=START + timedelta(seconds=number))
        rows.append(to_row(new, [], 1) | {"card_message_id": 1})
    for start in range(0, len(rows), ROWS_AT_ONCE):
        async with database.write() as connection:
            await connection.execute(insert(jobs), rows[start : start + ROWS_AT_ONCE])
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM turns"))
        for who in (literal(0).label("who"), jobs.c.user_id.label("who")):
            waiting = select(jobs.c.scope_id, who, literal(0), func.min(jobs.c.created_at))
            waiting = waiting.where(WAITING_IN_LINE).group_by(jobs.c.scope_id, "who")
            columns = ["scope_id", "user_id", "served", "waiting_since"]
            await connection.execute(insert(turns).from_select(columns, waiting))
        # As both engines do by themselves after a while.
        await connection.execute(text("ANALYZE"))


async def _claims_ms(store: JobStore) -> list[float]:
    times: list[float] = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        job = await store.claim(START, 10)
        times.append((time.perf_counter() - began) * 1_000)
        if job is None or await store.move(job, JobState.DONE, START) is None:
            raise LookupError("the line has an end")
    return times


async def _shows_ms(store: JobStore) -> list[float]:
    times: list[float] = []
    for _ in range(SHOWS):
        began = time.perf_counter()
        await store.waiting(SHOWN)
        times.append((time.perf_counter() - began) * 1_000)
    return times


async def _measure(name: str, url: str) -> None:
    rng, there = random.Random(SEED), 0
    async with Database(url) as database:
        store = JobStore(database, None)
        for size in SIZES:
            await _fill(database, there, size, rng)
            there = size
            claims = statistics.quantiles(await _claims_ms(store), n=100)
            shows = statistics.median(await _shows_ms(store))
            guilds = min(size, GUILDS)
            print(
                f"| {name} | {size:,} | {guilds:,} | {claims[49]:.2f} ms | {claims[98]:.2f} ms | {shows:.1f} ms |",
                flush=True,
            )


def main() -> None:
    print(f"| engine | jobs waiting | of guilds | claim, median | claim, 99 % within | first {SHOWN} of the line |")
    print("|---|---|---|---|---|---|")
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        asyncio.run(_measure("SQLite", f"sqlite+aiosqlite:///{folder}/soundbooth.db"))
        if is_installed():
            server = stack.enter_context(postgres_server(durable=True))
            asyncio.run(_measure("PostgreSQL", server.url(server.new_database())))


if __name__ == "__main__":
    main()
