"""The bot in a sandbox, over sockets, and a member at the sandbox's page."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import aiohttp
import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord_bot import SoundboothBot
from bot.models import Job
from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from bot.storage.jobs import JobStore
from tests.sandbox.clients import PATIENCE_S, TOKEN, Json, Page
from tests.sandbox.openapi import OpenApi

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
async def connected(bot: SoundboothBot, store: JobStore, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Wire]:
    """Where Discord's own description is at hand, every request of the bot is held against it."""
    async with SandboxServer(token=TOKEN) as server:
        monkeypatch.setattr(Route, "BASE", server.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url))
        monkeypatch.setattr(discord.Asset, "BASE", server.url)
        is_connected = asyncio.Event()

        async def note() -> None:
            is_connected.set()

        bot.add_listener(note, "on_connect")
        async with contextlib.AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)))
            await stack.enter_async_context(bot)
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            tasks.create_task(bot.start(TOKEN))
            async with asyncio.timeout(PATIENCE_S):
                await is_connected.wait()
            yield Wire(server, bot, Page(server, session), store)
            await bot.close()
        if GIVEN_SPEC.exists():
            description = discords_description()
            sent = [one for one in server.requests if one["json"] is not None]
            assert [problems for one in sent if (problems := description.problems(one))] == []
