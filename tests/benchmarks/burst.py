"""How fast the bot answers when 500 commands arrive within one second, of every member in two guilds at once.

The sandbox hands the commands over the gateway by itself, without its page, and takes the time until the callback is
there. The service is a fake that accepts at once and takes a minute. The least possible is a bot that answers at once
and does nothing else. Prints a Markdown table. Run it with `make bench`.
"""

# pyright: reportPrivateUsage=false
# The parts of the sandbox are used one by one: its page would be measured along.
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.sandbox.acting import Acting
from bot.sandbox.command_access import CommandAccess
from bot.sandbox.interaction_payloads import InteractionWriter
from bot.sandbox.interactions import Interaction, State
from bot.sandbox.server import SandboxServer
from bot.sandbox.starting_world import GENERAL, LOUNGE, NOOR, ROBIN, SAM
from tests.benchmarks.machine import machine
from tests.end_to_end.driver import BotProcess, Member, until

COMMANDS = 500
WITHIN_S = 1.0
TOO_LATE_S = 3.0
PATIENCE_S = 20.0
TOKEN = "token-of-the-benchmark"
ASKERS = ((ROBIN, GENERAL), (SAM, GENERAL), (NOOR, LOUNGE), (ROBIN, LOUNGE))
FAR_AWAY = "1000000"


async def _accept(_: web.Request) -> web.Response:
    return web.json_response({"status": 202, "taskId": "slow"})


async def _voices(_: web.Request) -> web.Response:
    voices = [{"name": "harper", "displayName": "Harper", "gender": "female", "language": "en-US"}]
    return web.json_response({"page": 0, "limit": 100, "total": 1, "voices": voices})


@asynccontextmanager
async def slow_service() -> AsyncGenerator[str]:
    """A service whose tasks never end while this runs."""
    app = web.Application()
    app.add_routes([
        web.post("/v1/audio/speech-synthesis", _accept),
        web.get("/v1/task/{id}", _accept),
        web.get("/v1/voice/pagevoices", _voices),
    ])  # fmt: skip
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@dataclass(frozen=True)
class Waits:
    """Seconds until each command was answered at all ("thinking…" counts), and until its card was there.

    What never was counts as infinite.
    """

    first: list[float]
    card: list[float]


async def answers(folder: Path, *program: str, is_ours: bool) -> Waits:
    """Fire a few commands to warm up, then all of them."""
    async with SandboxServer(token=TOKEN) as sandbox, slow_service() as service, aiohttp.ClientSession() as session:
        environment = {
            "DISCORD_TOKEN": TOKEN,
            "FINEVOICE_API_KEY": "key",
            "SOUNDBOOTH_FINEVOICE__BASE_URL": service,
            "SOUNDBOOTH_DISCORD__API_URL": sandbox.api_url,
            "SOUNDBOOTH_DISCORD__GATEWAY_URL": sandbox.gateway_url,
            "SOUNDBOOTH_STORAGE__URL": f"sqlite+aiosqlite:///{folder}/soundbooth.db",
            "SOUNDBOOTH_STORAGE__WORK_DIR": f"{folder}/work",
            **{
                f"SOUNDBOOTH_LIMITS__{whose}_{what}": FAR_AWAY
                for whose in ("MEMBER", "GUILD")
                for what in ("BURST", "IN_FLIGHT", "DAY", "MONTH")
            },
        }
        async with BotProcess(folder, environment) as bot:
            await bot.start_program(*program)
            member = Member(session, sandbox.url, ROBIN, GENERAL)

            async def connected() -> bool:
                world = await member.world()
                return bool(world["bot"]["connected"] and world["commands"])

            await (member.bot_is_ready() if is_ours else until(connected, "the bot"))
            await _fire(sandbox, 20)
            return await _fire(sandbox, COMMANDS)


async def _fire(sandbox: SandboxServer, count: int) -> Waits:
    acting = Acting(
        sandbox.world,
        access=CommandAccess(sandbox.world, sandbox._commands),
        interactions=sandbox._interactions,
        posting=sandbox._posting,
        gateway=sandbox._gateway,
        writer=InteractionWriter(sandbox.world, sandbox._writer),
    )
    command = next(one for one in sandbox._commands.all() if one["name"] == "tts")
    sent: list[tuple[Interaction, float]] = []
    first: dict[str, float] = {}
    card: dict[str, float] = {}
    acknowledge = sandbox._interactions.acknowledge

    def noted(interaction: Interaction, state: State) -> None:
        first.setdefault(interaction.id, time.perf_counter())
        if state is State.ANSWERED:
            card[interaction.id] = time.perf_counter()
        acknowledge(interaction, state)

    sandbox._interactions.acknowledge = noted  # pyright: ignore[reportAttributeAccessIssue]
    began = time.perf_counter()
    for number in range(count):
        user_id, channel_id = ASKERS[number % len(ASKERS)]
        body = {"command_id": command["id"], "options": [{"name": "text", "type": 3, "value": f"Hello {number}"}]}
        interaction = acting.use_command(user_id, sandbox.world.channels[channel_id], body, {})
        sent.append((interaction, time.perf_counter()))
        await asyncio.sleep(max(0.0, began + number * WITHIN_S / count - time.perf_counter()))
    give_up_at = time.perf_counter() + PATIENCE_S
    while len(card) < count and time.perf_counter() < give_up_at:  # noqa: ASYNC110 - the sandbox has no such event
        await asyncio.sleep(0.1)
    sandbox._interactions.acknowledge = acknowledge
    never = float("inf")
    return Waits(
        [first.get(interaction.id, never) - at for interaction, at in sent],
        [card.get(interaction.id, never) - at for interaction, at in sent],
    )


def row(name: str, seconds: list[float]) -> str:
    seconds = sorted(seconds)
    p99 = seconds[int(len(seconds) * 0.99)]
    late = sum(one > TOO_LATE_S for one in seconds)
    return f"| {name} | {statistics.median(seconds) * 1000:.0f} ms | {p99 * 1000:.0f} ms | {late} |"


async def measure() -> None:
    print(f"\n{COMMANDS} commands within {WITHIN_S:.0f} s, on {machine()}:\n")
    print("| what is waited for | median | 99 % within | later than 3 s |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        least = await answers(Path(folder), "-m", "tests.benchmarks.echo_bot", is_ours=False)
    print(row("the answer of a bot that does nothing else", least.first))
    with tempfile.TemporaryDirectory() as folder:
        ours = await answers(Path(folder), "-m", "bot", "run", is_ours=True)
    print(row("the first answer to `/tts`", ours.first))
    print(row("its card, with the job written down", ours.card))


if __name__ == "__main__":
    asyncio.run(measure())
