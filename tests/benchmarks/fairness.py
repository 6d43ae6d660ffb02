"""How long a guild waits for its turn while another floods the line with 500 jobs, and restarts with 1,000 running.

The first is counted in turns, on the database alone: who is served when, beside a line of first come, first served.
The second starts the bot as a process on a database in which 1,000 jobs are with the service, and takes the time until
the service was asked for each of them again. Prints Markdown tables. Run it with `make bench`.
"""

import asyncio
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.models import JobState
from bot.sandbox.server import SandboxServer
from bot.storage.database import Database
from bot.storage.jobs import JobStore
from tests.benchmarks.machine import machine
from tests.end_to_end.driver import BotProcess, until
from tests.end_to_end.environment import bot_environment
from tests.storage.samples import new_job

FLOOD = 500
QUIET_GUILDS = 5
RUNNING = 1_000
TOKEN = "token-of-the-benchmark"


async def turns_waited(folder: Path) -> list[int]:
    """For each quiet guild, how many turns of others came between its job and its turn."""
    async with Database(f"sqlite+aiosqlite:///{folder}/line.db") as database:
        store = JobStore(database, None)
        now = datetime.now(UTC)
        for number in range(FLOOD):
            job = await store.admit(new_job(user_id=number % 50 + 1, guild_id=100, at=now))
            await store.set_card(job.id, 1, now)
        served: list[int] = []
        for guild in range(QUIET_GUILDS):
            job = await store.admit(new_job(guild_id=200 + guild, at=now + timedelta(seconds=1)))
            await store.set_card(job.id, 1, now)
            waited = 0
            while (claimed := await store.claim(now, FLOOD)) is not None and claimed.id != job.id:
                waited += 1
            served.append(waited)
        return served


async def seconds_until_all_are_asked_for(folder: Path) -> tuple[float, float]:
    """From the start of the process to the first question for a task, and to that for the last of them."""
    asked: dict[str, float] = {}

    async def task(request: web.Request) -> web.Response:
        task_id = request.match_info["id"]
        asked.setdefault(task_id, time.perf_counter())
        return web.json_response({"status": 202, "taskId": task_id})

    app = web.Application()
    app.add_routes([web.get("/v1/task/{id}", task)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"sqlite+aiosqlite:///{folder}/soundbooth.db"
    await _leave_running(url)
    async with SandboxServer(token=TOKEN) as sandbox, aiohttp.ClientSession():
        service = f"http://127.0.0.1:{runner.addresses[0][1]}"
        environment = bot_environment(sandbox, TOKEN, folder, finevoice__base_url=service, storage__url=url)
        async with BotProcess(folder, {**environment, "FINEVOICE_API_KEY": "key"}) as bot:
            began = time.perf_counter()
            await bot.start()

            async def all_asked() -> bool:
                return len(asked) == RUNNING

            await until(all_asked, "all tasks to be asked for")
    await runner.cleanup()
    return min(asked.values()) - began, max(asked.values()) - began


async def _leave_running(url: str) -> None:
    """What a process leaves behind that had so many jobs with the service when it died."""
    async with Database(url) as database:
        store = JobStore(database, None, owner="dead")
        now = datetime.now(UTC)
        for number in range(RUNNING):
            new = new_job(user_id=number + 1, at=now)
            job = await store.admit(replace(new, place=replace(new.place, channel_id=1)))
            await store.set_card(job.id, number + 1, now)
        for number in range(RUNNING):
            job = await store.claim(now, RUNNING)
            assert job is not None
            await store.move(job, JobState.RUNNING, now, api_task_id=f"task-{number}", accepted_at=now)


async def measure() -> None:
    print(f"\nOn {machine()}:\n")
    with tempfile.TemporaryDirectory() as folder:
        waited = await turns_waited(Path(folder))
    print(f"| line, while one guild has {FLOOD} jobs in it | turns that another guild's job waits |")
    print("|---|---|")
    print(f"| the guild served least recently goes first | {max(waited)} at most |")
    print(f"| first come, first served | {FLOOD} |")
    with tempfile.TemporaryDirectory() as folder:
        first_s, last_s = await seconds_until_all_are_asked_for(Path(folder))
    print(f"\n| restart with {RUNNING:,} jobs at the service | after the start of the process |")
    print("|---|---|")
    print(f"| first asked for again | {first_s:.1f} s |")
    print(f"| all asked for again | {last_s:.1f} s |")


if __name__ == "__main__":
    asyncio.run(measure())
