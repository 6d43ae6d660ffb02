"""How much memory a large result takes on its way to the disk. Prints a Markdown table. Run it with `make bench`.

Each way is measured in a process of its own, because the most memory that a process ever had does not go down again.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
from yarl import URL

from bot.fetch import Fetcher
from bot.fetch.file_kinds import Promised
from tests.benchmarks.local_service import FILE_BYTES, SPAWN, running_service
from tests.benchmarks.machine import machine

MIB = 1024 * 1024
GOAL_MIB = 20

Way = Callable[[str, Path], Awaitable[None]]


async def guarded(url: str, target: Path) -> None:
    async with Fetcher(timeout_s=30, trusted_origins=frozenset({URL(url)})) as fetcher:
        await fetcher.fetch(url, target, promised=Promised.AUDIO, max_bytes=FILE_BYTES, total_timeout_s=120)


async def bare_chunks(url: str, target: Path) -> None:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        with target.open("wb") as file:
            async for chunk in response.content.iter_chunked(256 * 1024):
                await asyncio.to_thread(file.write, chunk)


async def bare_at_once(url: str, target: Path) -> None:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        await asyncio.to_thread(target.write_bytes, await response.read())


WAYS: dict[str, Way] = {
    "the client": guarded,
    "bare aiohttp, chunk by chunk": bare_chunks,
    "bare aiohttp, `read()`": bare_at_once,
}


def peak_bytes() -> int:
    """The most memory that this process ever had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Source: getrusage(2): kilobytes on Linux, bytes on macOS.
    return peak if sys.platform == "darwin" else peak * 1024


def measure(way: str, url: str) -> tuple[float, float]:
    """MiB that the peak grew by, and seconds."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "result"
        before, began = peak_bytes(), time.perf_counter()
        asyncio.run(_go(WAYS[way], url, target))
        took_s = time.perf_counter() - began
        if target.stat().st_size != FILE_BYTES:
            raise RuntimeError("the file is not whole")
        return (peak_bytes() - before) / MIB, took_s


async def _go(way: Way, url: str, target: Path) -> None:
    await way(url, target)


def main() -> None:
    print(f"{machine()}\n")
    print(f"| {FILE_BYTES // MIB} MiB to the disk | peak memory grows by | takes |")
    print("|---|---|---|")
    with running_service() as base_url:
        for way in WAYS:
            with SPAWN.Pool(1) as pool:
                grew_mib, took_s = pool.apply(measure, (way, f"{base_url}/file"))
            print(f"| {way} | {grew_mib:.1f} MiB | {took_s:.2f} s |")
    print(f"\nGoal: under {GOAL_MIB} MiB.")


if __name__ == "__main__":
    main()
