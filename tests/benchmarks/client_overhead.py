"""What the client costs over bare aiohttp: time and processor per call, and how long it holds up the event loop.

Both ask the same server in another process, in turns. Prints Markdown tables. Run it with `make bench`.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from bot.finevoice.client import FineVoice
from bot.finevoice.requests import SpeechSynthesis
from tests.benchmarks.local_service import POLL_TAKES_S, running_service
from tests.benchmarks.machine import machine

ROUNDS = 30
CALLS_PER_ROUND = 100
POLLERS = 200
POLL_FOR_S = 5.0
LAG_STEP_S = 0.002
KEY = "key-of-the-benchmark"
TEXT = "Hello there! Can you hear me? " * 5

Call = Callable[[], Awaitable[object]]


@dataclass
class Cost:
    """Milliseconds per call, one figure a round."""

    waited_ms: list[float] = field(default_factory=list[float])
    worked_ms: list[float] = field(default_factory=list[float])

    async def run_round(self, call: Call) -> None:
        began, worked = time.perf_counter(), time.process_time()
        for _ in range(CALLS_PER_ROUND):
            await call()
        self.waited_ms.append((time.perf_counter() - began) / CALLS_PER_ROUND * 1_000)
        self.worked_ms.append((time.process_time() - worked) / CALLS_PER_ROUND * 1_000)


@asynccontextmanager
async def both(base_url: str) -> AsyncGenerator[tuple[FineVoice, aiohttp.ClientSession]]:
    headers = {"Authorization": f"Bearer {KEY}"}
    connector = aiohttp.TCPConnector(limit=POLLERS)
    async with (
        FineVoice(base_url=base_url, api_key=KEY) as api,
        aiohttp.ClientSession(headers=headers, connector=connector) as session,
    ):
        yield api, session


async def bare_get(session: aiohttp.ClientSession, url: str) -> object:
    async with session.get(url) as response:
        response.raise_for_status()
        answer: object = await response.json()
        return answer


async def bare_post(session: aiohttp.ClientSession, url: str) -> object:
    async with session.post(url, json={"voice": "james", "text": TEXT}) as response:
        response.raise_for_status()
        answer: object = await response.json()
        return answer


async def in_turns(bare: Call, ours: Call) -> tuple[Cost, Cost]:
    """The cost of either, after a round that does not count."""
    costs = Cost(), Cost()
    for _ in range(ROUNDS + 1):
        for cost, call in zip(costs, (bare, ours), strict=True):
            await cost.run_round(call)
    for cost in costs:
        del cost.waited_ms[0], cost.worked_ms[0]
    return costs


async def lag_ms(call: Call) -> list[float]:
    """How much later than asked for the event loop comes back, while many poll at once."""
    until = time.perf_counter() + POLL_FOR_S
    late: list[float] = []

    async def poll(number: int) -> None:
        # Spread out as real ones are: together they would show how long a burst takes, not what a call holds up.
        await asyncio.sleep(POLL_TAKES_S * number / POLLERS)
        while time.perf_counter() < until:
            await call()

    async def watch() -> None:
        while time.perf_counter() < until:
            began = time.perf_counter()
            await asyncio.sleep(LAG_STEP_S)
            late.append((time.perf_counter() - began - LAG_STEP_S) * 1_000)

    async with asyncio.TaskGroup() as group:
        group.create_task(watch())
        for number in range(POLLERS):
            group.create_task(poll(number))
    return late


async def measure(base_url: str) -> None:
    async with both(base_url) as (api, session):
        request = SpeechSynthesis(voice="james", text=TEXT)
        submit_url, task_url, slow_url = (
            f"{base_url}/v1/{path}" for path in ("audio/speech-synthesis", "task/p1-a1b2c3d4", "task/slow")
        )
        rows = {
            "ask for a task": await in_turns(lambda: bare_get(session, task_url), lambda: api.tasks.get("p1-a1b2c3d4")),
            "submit speech": await in_turns(
                lambda: bare_post(session, submit_url), lambda: api.speech.synthesize(request)
            ),
        }
        lags = {
            "bare aiohttp": await lag_ms(lambda: bare_get(session, slow_url)),
            "the client": await lag_ms(lambda: api.tasks.get("slow")),
        }
    print_costs(rows)
    print_lags(lags)


def print_costs(rows: dict[str, tuple[Cost, Cost]]) -> None:
    print("| call | bare aiohttp | the client | times | processor, bare | processor, client | times |")
    print("|---|---|---|---|---|---|---|")
    for name, costs in rows.items():
        waited = [statistics.median(cost.waited_ms) for cost in costs]
        worked = [statistics.median(cost.worked_ms) for cost in costs]
        cells = [f"{bare:.3f} ms | {ours:.3f} ms | {ours / bare:.2f}" for bare, ours in (waited, worked)]
        print(f"| {name} | {' | '.join(cells)} |")


def print_lags(lags: dict[str, list[float]]) -> None:
    print(f"\n| {POLLERS} polls in flight | event loop late, median | p99 | worst |")
    print("|---|---|---|---|")
    for name, late in lags.items():
        p99 = statistics.quantiles(late, n=100)[-1]
        print(f"| {name} | {statistics.median(late):.1f} ms | {p99:.1f} ms | {max(late):.1f} ms |")


def main() -> None:
    print(f"{machine()}\n")
    with running_service() as base_url:
        asyncio.run(measure(base_url))


if __name__ == "__main__":
    main()
