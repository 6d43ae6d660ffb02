"""How long a member waits: for the first answer to /tts, and for the clip.

The bot runs as a process against the sandbox, so Discord's own round trip is left out; the least possible is a bot that
answers at once and does nothing else. Prints a Markdown table. Run it with `make bench`.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.sandbox.server import SandboxServer
from bot.sandbox.starting_world import GENERAL, ROBIN
from tests.benchmarks.machine import machine
from tests.end_to_end.driver import BotProcess, Json, Member, is_voice_message, until
from tests.end_to_end.environment import bot_environment

COMMANDS = 60
CLIPS = 15
WARM_UP = 3
TOKEN = "token-of-the-benchmark"
SENTENCE = "Hello there! Can you hear me?"


@dataclass
class Figures:
    """Waiting times in milliseconds."""

    name: str
    samples_ms: list[float]

    @property
    def median_ms(self) -> float:
        return statistics.median(self.samples_ms)

    @property
    def p95_ms(self) -> float:
        return statistics.quantiles(self.samples_ms, n=20)[-1]


@asynccontextmanager
async def running(folder: Path, *program: str) -> AsyncGenerator[tuple[Member, aiohttp.ClientWebSocketResponse]]:
    """A bot connected to a sandbox: a member, and what the page is told."""
    async with SandboxServer(token=TOKEN) as sandbox, aiohttp.ClientSession() as session:
        environment = bot_environment(sandbox, TOKEN, folder, limits__enabled="false")
        async with BotProcess(folder, environment) as bot:
            await bot.start_program(*program)
            member = Member(session, sandbox.url, ROBIN, GENERAL)

            async def connected() -> bool:
                world = await member.world()
                return bool(world["bot"]["connected"] and world["commands"])

            await until(connected, "the bot")
            async with session.ws_connect(f"{sandbox.url}/sandbox/api/events?as={ROBIN}") as socket:
                yield member, socket


async def first_answer(member: Member, socket: aiohttp.ClientWebSocketResponse, number: int) -> float:
    """Milliseconds from sending the command until Discord has the answer."""
    began = time.perf_counter()
    interaction_id = await member.command("tts", text=f"{SENTENCE} {number}")
    async for message in socket:
        event: Json = message.json()
        if event.get("id") == interaction_id and event.get("state") == "answered":
            break
    return (time.perf_counter() - began) * 1000


async def one_after_the_other(member: Member, socket: aiohttp.ClientWebSocketResponse) -> list[float]:
    """First answers to commands that follow each other at once, so that earlier clips are being made meanwhile."""
    return [await first_answer(member, socket, number) for number in range(COMMANDS + WARM_UP)][WARM_UP:]


async def clip_by_clip(member: Member, socket: aiohttp.ClientWebSocketResponse) -> tuple[list[float], list[float]]:
    """First answers, and milliseconds until the voice message is in the channel; nothing else going on."""
    answers: list[float] = []
    clips: list[float] = []
    seen: set[str] = set()

    async def arrived() -> str | None:
        messages = [message for message in await member.messages() if is_voice_message(message)]
        return next((message["id"] for message in messages if message["id"] not in seen), None)

    for number in range(CLIPS + WARM_UP):
        began = time.perf_counter()
        answers.append(await first_answer(member, socket, number))
        seen.add(await until(arrived, "the clip"))
        clips.append((time.perf_counter() - began) * 1000)
        # Discord takes five messages in five seconds from one channel: stay below that.
        await asyncio.sleep(1.2)
    return answers[WARM_UP:], clips[WARM_UP:]


async def measure() -> list[Figures]:
    figures: list[Figures] = []
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder), "-m", "tests.benchmarks.echo_bot") as (member, socket):
            figures.append(
                Figures("first answer of a bot that does nothing else", await one_after_the_other(member, socket))
            )
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder), "-m", "bot", "run") as (member, socket):
            await member.bot_is_ready()
            answers, clips = await clip_by_clip(member, socket)
            figures.append(Figures("first answer to `/tts`", answers))
            busy = await one_after_the_other(member, socket)
            figures.append(Figures("first answer to `/tts` while other clips are made", busy))
            figures.append(Figures("the clip in the channel (embedded studio, 2 s of speech)", clips))
    return figures


def main() -> None:
    figures = asyncio.run(measure())
    least = figures[0].median_ms
    print(f"{machine()}\n")
    print("| what a member waits for | median | 95 % within | median, times the least |")
    print("|---|---|---|---|")
    for row in figures:
        print(f"| {row.name} | {row.median_ms:.0f} ms | {row.p95_ms:.0f} ms | {row.median_ms / least:.1f} |")


if __name__ == "__main__":
    main()
