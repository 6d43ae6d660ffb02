"""Keeps a server answering while no test runs on the event loop from which it was started.

A loop that pytest-asyncio shares among tests stands still between them, and with it everything that is served on it:
a bot would lose its connection to the sandbox meanwhile.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


@asynccontextmanager
async def in_a_thread(opening: AbstractAsyncContextManager[T]) -> AsyncGenerator[T]:
    """Open it on a loop of its own that never stands still, and close it there."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="server")
    thread.start()
    try:
        yield await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_entered(opening), loop))
    finally:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_left(opening), loop))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()


async def _entered(opening: AbstractAsyncContextManager[T]) -> T:
    return await opening.__aenter__()


async def _left(opening: AbstractAsyncContextManager[T]) -> None:
    await opening.__aexit__(None, None, None)
