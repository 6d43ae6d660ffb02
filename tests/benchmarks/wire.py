"""A bot as a process, with a sandbox that hands it commands over the gateway by itself and takes the time.

The sandbox's page is left out: it would be measured along. The service is a fake that accepts at once and never ends.
"""

# pyright: reportPrivateUsage=false
# The parts of the sandbox are used one by one.
import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox.acting import Acting
from bot.sandbox.command_access import CommandAccess
from bot.sandbox.interaction_payloads import InteractionWriter
from bot.sandbox.interactions import Interaction, State
from bot.sandbox.models import User
from bot.sandbox.server import SandboxServer
from bot.sandbox.starting_world import GENERAL, LOUNGE, ROBIN, STUDY_HALL, TAVERN
from bot.sandbox.uploads import UploadedFile
from tests.end_to_end.driver import BotProcess, Member, until
from tests.end_to_end.environment import bot_environment

TOKEN = "token-of-the-benchmark"
FAR_AWAY = "1000000"
PATIENCE_S = 20.0
GUILDS = ((TAVERN, GENERAL), (STUDY_HALL, LOUNGE))
LANGUAGES = ("en-US", "de-DE", "fr-FR", "es-ES", "pt-BR", "ja-JP", "it-IT", "ko-KR")
STYLES = ("calm", "cheerful", "serious", "whispering", "narration", "news")
Option = dict[str, Any]


@dataclass(frozen=True)
class Waits:
    """Seconds until each command was answered at all ("thinking…" counts), and until its card was there.

    What never was counts as infinite.
    """

    first: list[float]
    card: list[float]


class Wire:
    """Members who use commands."""

    def __init__(self, sandbox: SandboxServer, members: int) -> None:
        self._sandbox = sandbox
        self._acting = Acting(
            sandbox.world,
            access=CommandAccess(sandbox.world, sandbox._commands),
            interactions=sandbox._interactions,
            posting=sandbox._posting,
            gateway=sandbox._gateway,
            writer=InteractionWriter(sandbox.world, sandbox._writer),
        )
        self._members = [self._new_member(number) for number in range(members)]

    def _new_member(self, number: int) -> tuple[str, str]:
        """Somebody in one of the two guilds; the id of theirs, and of the channel where they are."""
        world = self._sandbox.world
        guild_id, channel_id = GUILDS[number % len(GUILDS)]
        user = User(str(int(ROBIN) + 1_000_000 + number), f"member{number}", f"Member {number}", "#888888")
        world.users[user.id] = user
        world.guild(guild_id).member_roles[user.id] = [str(int(guild_id) + 1000)]
        return user.id, channel_id

    def _command(self, name: str) -> Option:
        return next(one for one in self._sandbox._commands.all() if one["name"] == name)

    async def use(
        self,
        name: str,
        options: Callable[[int], Sequence[Option]],
        count: int,
        *,
        within_s: float,
        file: UploadedFile | None = None,
    ) -> Waits:
        """Have ``count`` members use the command within that time, and wait for all answers.

        An option that takes a file has the value 0, for ``file``.
        """
        files = {} if file is None else {0: file}
        command = self._command(name)
        sent: list[tuple[Interaction, float]] = []
        first: dict[str, float] = {}
        card: dict[str, float] = {}
        acknowledge = self._sandbox._interactions.acknowledge

        def noted(interaction: Interaction, state: State) -> None:
            first.setdefault(interaction.id, time.perf_counter())
            if state is State.ANSWERED:
                card[interaction.id] = time.perf_counter()
            acknowledge(interaction, state)

        self._sandbox._interactions.acknowledge = noted  # pyright: ignore[reportAttributeAccessIssue]
        began = time.perf_counter()
        for number in range(count):
            user_id, channel_id = self._members[number % len(self._members)]
            body: Option = {"command_id": command["id"], "options": list(options(number))}
            interaction = self._acting.use_command(user_id, self._sandbox.world.channels[channel_id], body, files)
            sent.append((interaction, time.perf_counter()))
            await asyncio.sleep(max(0.0, began + number * within_s / count - time.perf_counter()))
        give_up_at = time.perf_counter() + PATIENCE_S
        while len(card) < count and time.perf_counter() < give_up_at:  # noqa: ASYNC110 - the sandbox has no such event
            await asyncio.sleep(0.1)
        self._sandbox._interactions.acknowledge = acknowledge
        never = float("inf")
        return Waits(
            [first.get(interaction.id, never) - at for interaction, at in sent],
            [card.get(interaction.id, never) - at for interaction, at in sent],
        )

    async def complete(self, name: str, options: Sequence[Option], number: int) -> float:
        """Have one member's client ask for choices; the seconds until they are there."""
        user_id, channel_id = self._members[number % len(self._members)]
        body: Option = {"command_id": self._command(name)["id"], "options": list(options)}
        began = time.perf_counter()
        await self._acting.complete(user_id, self._sandbox.world.channels[channel_id], body)
        return time.perf_counter() - began


@asynccontextmanager
async def bot_on_the_wire(
    folder: Path, *program: str, is_ours: bool = True, voices: int = 1, members: int = 4
) -> AsyncGenerator[Wire]:
    """A running bot, and ``members`` in two guilds who can use its commands."""
    async with (
        SandboxServer(token=TOKEN) as sandbox,
        endless_service(voices) as service,
        aiohttp.ClientSession() as session,
    ):
        far = {
            f"limits__{whose}_{what}": FAR_AWAY
            for whose in ("member", "guild")
            for what in ("burst", "in_flight", "day", "month")
        }
        environment = bot_environment(sandbox, TOKEN, folder, finevoice__base_url=service, **far)
        async with BotProcess(folder, {**environment, "FINEVOICE_API_KEY": "key"}) as bot:
            await bot.start_program(*(program or ("-m", "bot", "run")))
            member = Member(session, sandbox.url, ROBIN, GENERAL)

            async def connected() -> bool:
                world = await member.world()
                return bool(world["bot"]["connected"] and world["commands"])

            await (member.bot_is_ready() if is_ours else until(connected, "the bot"))
            yield Wire(sandbox, members)


@asynccontextmanager
async def endless_service(voices: int) -> AsyncGenerator[str]:
    """A service with so many voices, whose tasks never end."""

    async def accept(_: web.Request) -> web.Response:
        return web.json_response({"status": 202, "taskId": "endless"})

    async def page_of_voices(request: web.Request) -> web.Response:
        page, limit = int(request.query.get("page", "0")), int(request.query.get("limit", "100"))
        numbers = range(page * limit, min(voices, (page + 1) * limit))
        listed = [_voice(number) for number in numbers]
        return web.json_response({"page": page, "limit": limit, "total": voices, "voices": listed})

    app = web.Application()
    app.add_routes([
        web.post("/v1/audio/{what}", accept),
        web.get("/v1/task/{id}", accept),
        web.get("/v1/voice/pagevoices", page_of_voices),
    ])  # fmt: skip
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def _voice(number: int) -> dict[str, str]:
    return {
        "name": f"voice-{number}",
        "displayName": f"Harper {number}",
        "gender": ("female", "male")[number % 2],
        "language": LANGUAGES[number % len(LANGUAGES)],
        "style": STYLES[number % len(STYLES)],
    }
