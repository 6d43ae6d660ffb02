"""One bot with the fake service for all tests that need nothing of their own: its start takes longer than they do.

Each test sees only what was posted since it began, asks for texts that no other test asks for (the same again is
served from the cache), and finds service, permissions and bot as a fresh one would.
"""

import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox import starting_world as places
from bot.sandbox.permissions import BOT_PERMISSIONS, SWITCHABLE, bits
from bot.sandbox.server import SandboxServer
from tests.end_to_end.always_there import sandbox_in_a_thread
from tests.end_to_end.driver import BotProcess, Member
from tests.end_to_end.environment import bot_environment
from tests.end_to_end.fake_finevoice import API_KEY, FakeFineVoice, serve_finevoice

TOKEN = "token-of-the-workshop"
WIDE = {
    f"limits__{of}_{name}": value
    for of in ("member", "guild")
    for name, value in {"burst": "1000", "in_flight": "0", "day": "0", "month": "0"}.items()
}


@dataclass
class Workshop:
    """The bot, the service behind it, and three members who are new to each test."""

    sandbox: SandboxServer
    service: FakeFineVoice
    session: aiohttp.ClientSession
    bot: BotProcess
    folder: Path
    port: str
    """Where the bot tells of its health."""
    since: int = 0
    """Members see only messages with a later id."""

    def member(self, user_id: str, channel_id: str = places.GENERAL) -> Member:
        return Member(self.session, self.sandbox.url, user_id, channel_id, since=self.since)

    @property
    def robin(self) -> Member:
        """Owns the guild."""
        return self.member(places.ROBIN)

    @property
    def sam(self) -> Member:
        return self.member(places.SAM)

    @property
    def ada(self) -> Member:
        """Moderates: Manage Messages."""
        return self.member(places.ADA)

    async def begin(self) -> None:
        """Start the bot where it does not run, and forget what was before."""
        self.service.submits.clear()
        if not self.bot.is_running:
            await self.bot.start()
        await self.robin.bot_is_ready()
        self.since = int(self.sandbox.world.ids.make())

    async def tidy_up(self) -> None:
        """Take back what a test did to the service and to the world."""
        self.service.broken_submits = 0
        self.service.finish.set()
        self.service.let_all_go()
        robin, world = self.robin, self.sandbox.world
        await robin.take_back_faults()
        await robin.happen("switch_user", user_id=places.SAM, takes_dms=True)
        if not world.has_bot(world.guilds[places.TAVERN]):
            await robin.happen("invite_bot", guild_id=places.TAVERN)
        granted = world.bot_role(world.guilds[places.TAVERN]).permissions
        for name in (one.name for one in SWITCHABLE):
            if bits((name,)) & BOT_PERMISSIONS & ~granted:
                await robin.permit(name)


@asynccontextmanager
async def open_workshop(folder: Path, clip: bytes, **settings: str) -> AsyncGenerator[Workshop]:
    """A workshop whose bot is not started yet. ``SOUNDBOOTH_LIMITS__MEMBER_BURST="1"`` sets that setting."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    async with (
        sandbox_in_a_thread(TOKEN) as sandbox,
        serve_finevoice(clip) as service,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session,
    ):
        own = bot_environment(sandbox, TOKEN, folder, finevoice__base_url=service.url, http__port=port, **WIDE)
        async with BotProcess(folder, {**own, "FINEVOICE_API_KEY": API_KEY, **settings}) as bot:
            yield Workshop(sandbox, service, session, bot, folder, port)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def open_all_day(tmp_path_factory: pytest.TempPathFactory, clip: bytes) -> AsyncGenerator[Workshop]:
    async with open_workshop(tmp_path_factory.mktemp("workshop"), clip) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def workshop(open_all_day: Workshop) -> AsyncGenerator[Workshop]:
    """The shared bot, at work, as if it were this test's own."""
    await open_all_day.begin()
    yield open_all_day
    await open_all_day.tidy_up()
