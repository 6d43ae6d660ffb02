from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import pytest

from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import TOKEN, Api, Clock, Events, Page, RawBot

Connect = Callable[[], Awaitable[RawBot]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(token=TOKEN, clock=clock) as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield session


@pytest.fixture
def api(server: SandboxServer, session: aiohttp.ClientSession, clock: Clock) -> Api:
    return Api(server, session, clock)


@pytest.fixture
def page(server: SandboxServer, session: aiohttp.ClientSession) -> Page:
    return Page(server, session)


@pytest.fixture
async def connect(server: SandboxServer, session: aiohttp.ClientSession) -> AsyncIterator[Connect]:
    async with AsyncExitStack() as stack:

        async def _connect() -> RawBot:
            return RawBot(await stack.enter_async_context(session.ws_connect(server.gateway_url)))

        yield _connect


@pytest.fixture
async def raw_bot(connect: Connect) -> RawBot:
    return await (await connect()).start()


@pytest.fixture
async def events(page: Page) -> AsyncIterator[Events]:
    async with page.session.ws_connect(page.url("/events"), params={"as": page.user_id}) as socket:
        yield Events(socket)
