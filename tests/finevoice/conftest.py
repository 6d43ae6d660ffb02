import random
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.finevoice.client import FineVoice
from bot.finevoice.retry import ONCE, Retries
from bot.finevoice.transport import Conduct
from tests.finevoice.clock import Clock
from tests.finevoice.fake_api import FakeApi

KEY = "key-that-nobody-may-see"
TIMEOUT_S = 5.0


@pytest.fixture
async def server() -> AsyncIterator[FakeApi]:
    fake = FakeApi()
    app = web.Application()
    app.router.add_route("*", r"/{path:[\s\S]*}", fake.handle)
    async with TestServer(app) as running:
        fake.base_url = str(running.make_url("")).rstrip("/")
        yield fake
        fake.is_closing.set()


@pytest.fixture
def clock() -> Clock:
    """The clock of the clients: no pause before another try takes real time."""
    return Clock()


@pytest.fixture
async def api(server: FakeApi, clock: Clock) -> AsyncIterator[FineVoice]:
    async with FineVoice(
        base_url=server.base_url, api_key=KEY, timeout_s=TIMEOUT_S, conduct=conduct_by(clock)
    ) as client:
        yield client


@pytest.fixture
async def hasty_api(server: FakeApi, clock: Clock) -> AsyncIterator[FineVoice]:
    """A client that waits half a second for an answer."""
    async with FineVoice(base_url=server.base_url, api_key=KEY, timeout_s=0.5, conduct=conduct_by(clock)) as client:
        yield client


def conduct_by(clock: Clock, *, submits: Retries = ONCE) -> Conduct:
    """How clients behave by default, by the clock of the test."""
    return Conduct(submits=submits, now=clock.now, sleep=clock.sleep, rng=random.Random(1))
