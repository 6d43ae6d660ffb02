"""discord.py as a client of the sandbox: pointed at it, and connected."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import discord
import pytest
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import PATIENCE_S


def point_client_at(server: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let discord.py take the sandbox for Discord."""
    monkeypatch.setattr(Route, "BASE", server.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url))
    monkeypatch.setattr(discord.Asset, "BASE", server.url)


@contextlib.asynccontextmanager
async def connected(bot: commands.AutoShardedBot, token: str) -> AsyncGenerator[None]:
    """Log in, and wait for the gateway: discord.py calls itself ready only two seconds later."""
    is_connected = asyncio.Event()

    async def note() -> None:
        is_connected.set()

    bot.add_listener(note, "on_connect")
    async with bot, asyncio.TaskGroup() as tasks:
        tasks.create_task(bot.start(token))
        async with asyncio.timeout(PATIENCE_S):
            await is_connected.wait()
        yield
        await bot.close()
