"""The bot in a sandbox, over sockets, and a member at the sandbox's page."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import aiohttp
import pytest

from bot.discord_bot import SoundboothBot
from bot.models import Job
from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from bot.storage.jobs import JobStore
from tests.sandbox.clients import PATIENCE_S, TOKEN, UNHURRIED_S, Json, Page
from tests.sandbox.openapi import OpenApi
from tests.sandbox.real_client import connected, point_client_at

GIVEN_SPEC = Path(__file__).parents[3] / "shared/discord/openapi.json"


@dataclass
class Wire:
    """A sandbox with the bot in it, and a member at the page."""

    server: SandboxServer
    bot: SoundboothBot
    page: Page
    store: JobStore

    async def sees(self, what: Callable[[Json], bool], channel_id: str = places.GENERAL) -> Json:
        """The message that the member waits for."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = [one for one in await self.page.messages(channel_id) if what(one)]
                if found:
                    return found[-1]
                await asyncio.sleep(0.02)

    async def job_of_card(self, scope_id: int, card_message_id: int) -> Job:
        """The newest job of the scope, once it is noted which card shows it."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                job = (await self.store.page(scope_id, count=1))[0]
                if job.card_message_id == card_message_id:
                    return job
                await asyncio.sleep(0.02)


def says(*words: str) -> Callable[[Json], bool]:
    return lambda message: all(word in str([message["content"], message["embeds"]]) for word in words)


def option(name: str, kind: int, value: object) -> Json:
    return {"name": name, "type": kind, "value": value}


@cache
def discords_description() -> OpenApi:
    """Discord's own description of its API; reading it takes most of a second."""
    return OpenApi(GIVEN_SPEC.read_text())


@contextlib.asynccontextmanager
async def wired(bot: SoundboothBot, store: JobStore, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Wire]:
    """Where Discord's own description is at hand, every request of the bot is held against it."""
    async with SandboxServer(token=TOKEN, interaction_timeout_s=UNHURRIED_S) as server:
        point_client_at(server, monkeypatch)
        timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
        async with aiohttp.ClientSession(timeout=timeout) as session, connected(bot, TOKEN):
            yield Wire(server, bot, Page(server, session), store)
        if GIVEN_SPEC.exists():
            description = discords_description()
            sent = [one for one in server.requests if one["json"] is not None]
            assert [problems for one in sent if (problems := description.problems(one))] == []
