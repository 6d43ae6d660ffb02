"""One bot's sessions at the gateway: what was sent is kept for a while, so that a lost connection can resume.

Source: discord-api-docs events/gateway.mdx, "Resuming", read 2026-11-22.
"""

import asyncio
import json
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.wire import JsonObject

SESSIONS_LIMIT = 16
_REPLAY_LIMIT = 500
_FRAMES_WAITING_LIMIT = 2000
_SHARD_SHIFT = 22


@dataclass(eq=False)
class Connection:
    """One websocket of a bot, with a queue so that whoever dispatches never waits."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    waiting: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue[str | None](_FRAMES_WAITING_LIMIT))
    close_code: int = 1000

    def send(self, op: int, data: object = None) -> None:
        """Queue a frame that is not an event."""
        self.send_text(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def send_text(self, text: str) -> None:
        """Queue a finished frame; a connection that does not read is cut."""
        try:
            self.waiting.put_nowait(text)
        except asyncio.QueueFull:
            self.cut()

    def close(self, code: int) -> None:
        """Close after what is queued has been sent."""
        self.close_code = code
        try:
            self.waiting.put_nowait(None)
        except asyncio.QueueFull:
            self.cut()

    def cut(self) -> None:
        """Drop the connection without a word, as a failing network does."""
        if self.transport is not None:
            self.transport.abort()

    async def write(self) -> None:
        """Send what is queued until the end."""
        try:
            while (text := await self.waiting.get()) is not None:
                await self.socket.send_str(text)
        except ConnectionError:
            return
        await self.socket.close(code=self.close_code)


@dataclass(eq=False)
class Session:
    """What the gateway knows of one identified bot process, connected or not."""

    id: str
    intents: int
    shard: tuple[int, int]
    connection: Connection | None = None
    sequence: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque[tuple[int, str]](maxlen=_REPLAY_LIMIT))

    def dispatch(self, event: str, data: JsonObject) -> None:
        """Send an event, and keep it for a resume."""
        self.sequence += 1
        text = json.dumps({"op": 0, "t": event, "s": self.sequence, "d": data})
        self.sent.append((self.sequence, text))
        if self.connection is not None:
            self.connection.send_text(text)

    def can_resume_from(self, sequence: int) -> bool:
        """Say whether everything after ``sequence`` is still at hand."""
        if not 0 <= sequence <= self.sequence:
            return False
        return sequence == self.sequence or (bool(self.sent) and self.sent[0][0] <= sequence + 1)

    def replay(self, sequence: int) -> None:
        """Send everything after ``sequence`` again."""
        for number, text in self.sent:
            if number > sequence and self.connection is not None:
                self.connection.send_text(text)

    def is_responsible_for(self, guild_id: str | None) -> bool:
        """Say whether this shard gets a guild's events; direct messages belong to shard 0."""
        number, count = self.shard
        return number == (0 if guild_id is None else (int(guild_id) >> _SHARD_SHIFT) % count)


class Sessions:
    """All sessions, the newest last. When there are too many, those nobody listens to go first, then the oldest."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[str, Session] = OrderedDict()

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._by_id.values()))

    def add(self, session: Session) -> None:
        """Keep a new session."""
        self._by_id[session.id] = session
        while len(self._by_id) > SESSIONS_LIMIT:
            silent = (one for one in self._by_id.values() if one.connection is None)
            gone = next(silent, next(iter(self._by_id.values())))
            self.forget(gone)
            if gone.connection is not None:
                gone.connection.close(4009)

    def find(self, session_id: object) -> Session | None:
        """Find a session by what a bot claims to be its id."""
        return self._by_id.get(session_id) if isinstance(session_id, str) else None

    def forget(self, session: Session) -> None:
        """End a session for good."""
        self._by_id.pop(session.id, None)

    def connected(self) -> list[Session]:
        """List the sessions somebody listens to."""
        return [session for session in self._by_id.values() if session.connection is not None]
