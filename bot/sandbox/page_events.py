"""The page's live connection: what happens is pushed to every open page that may see it."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, web

from bot.sandbox.wire import JsonObject

PAGES_LIMIT = 32
_EVENTS_WAITING_LIMIT = 1000
_HEARTBEAT_S = 30.0


@dataclass(eq=False)
class OpenPage:
    """One open page: whose it is, and what it has not been told yet (None: goodbye)."""

    user_id: str
    waiting: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue[str | None](_EVENTS_WAITING_LIMIT))


class PageEvents:
    """Knows the open pages. One that does not keep up is closed; it will load everything anew."""

    def __init__(self) -> None:
        self._pages: set[OpenPage] = set()

    @property
    def count(self) -> int:
        """How many pages are open."""
        return len(self._pages)

    def open(self, user_id: str) -> OpenPage:
        """Note a new page of a member."""
        page = OpenPage(user_id)
        self._pages.add(page)
        return page

    def send_to_all(self, event: JsonObject) -> None:
        """Push an event to every page."""
        self._push(event, self._pages)

    def send(self, event: JsonObject, user_ids: Iterable[str]) -> None:
        """Push an event to the pages of certain members."""
        readers = set(user_ids)
        self._push(event, [page for page in self._pages if page.user_id in readers])

    def _push(self, event: JsonObject, pages: Iterable[OpenPage]) -> None:
        text = json.dumps(event)
        for page in list(pages):
            try:
                page.waiting.put_nowait(text)
            except asyncio.QueueFull:
                self._let_go(page)

    def _let_go(self, page: OpenPage) -> None:
        self._pages.discard(page)
        while not page.waiting.empty():
            page.waiting.get_nowait()
        page.waiting.put_nowait(None)

    def close(self) -> None:
        """Let go of every page."""
        for page in list(self._pages):
            self._let_go(page)

    async def serve(self, request: web.Request, user_id: str) -> web.WebSocketResponse:
        """Keep one page informed until it goes away."""
        if len(self._pages) >= PAGES_LIMIT:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_S, max_msg_size=1024)
        await socket.prepare(request)
        page = self.open(user_id)
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(_write(socket, page.waiting))
                async for _ in socket:
                    pass  # The page has nothing to say here; reading notices when it leaves.
                writer.cancel()
        finally:
            self._pages.discard(page)
        return socket


async def _write(socket: web.WebSocketResponse, waiting: asyncio.Queue[str | None]) -> None:
    try:
        while (text := await waiting.get()) is not None:
            await socket.send_str(text)
    except ConnectionError:
        return
    await socket.close(code=WSCloseCode.GOING_AWAY)
