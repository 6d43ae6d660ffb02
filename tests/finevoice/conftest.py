from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.finevoice.client import FineVoice
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
async def api(server: FakeApi) -> AsyncIterator[FineVoice]:
    async with FineVoice(base_url=server.base_url, api_key=KEY, timeout_s=TIMEOUT_S) as client:
        yield client


@pytest.fixture
async def hasty_api(server: FakeApi) -> AsyncIterator[FineVoice]:
    """A client that waits a tenth of a second for an answer."""
    async with FineVoice(base_url=server.base_url, api_key=KEY, timeout_s=0.1) as client:
        yield client
