import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.jobs.bot_process import BotProcess, CountingExecutor, World
from tests.jobs.fake_delivery import FakeDelivery
from tests.jobs.fake_finevoice import FakeFineVoice
from tests.jobs.virtual_clock import VirtualClock
from tests.new_database import sqlite_in


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    sqlite_in(tmp_path)
    executor = CountingExecutor()
    asyncio.get_running_loop().set_default_executor(executor)
    async with FakeFineVoice() as fake:
        yield World(tmp_path, fake, FakeDelivery(), VirtualClock(), executor)


@pytest.fixture
async def bot(world: World) -> AsyncIterator[BotProcess]:
    """A process that runs, without limits, with two places."""
    async with world.process() as bot:
        bot.start()
        yield bot
