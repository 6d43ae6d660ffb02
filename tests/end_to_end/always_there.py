"""A sandbox that goes on answering while no test runs on the event loop from which it was started.

A loop that pytest-asyncio shares among tests stands still between them, and with it everything that is served on it:
a bot would lose its connection to the sandbox meanwhile.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from threading import Thread

from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import UNHURRIED_S


@asynccontextmanager
async def sandbox_in_a_thread(token: str) -> AsyncGenerator[SandboxServer]:
    """Open it on a loop of its own that never stands still, and close it there."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="sandbox")
    thread.start()
    server = SandboxServer(token=token, interaction_timeout_s=UNHURRIED_S)
    try:
        yield await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(server.__aenter__(), loop))
    finally:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()
