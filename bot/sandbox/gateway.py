"""The gateway: the websocket over which a bot hears what happens.

Frames are plain JSON text, which discord.py accepts although it offers to decompress. Not modelled: voice
(op 4) and presences. The 1000 identifies a day are counted but not enforced, nor is their pace.
Source: discord-api-docs events/gateway.mdx, topics/opcodes-and-status-codes.mdx, read 2026-11-22.
"""

import asyncio
import hmac
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from bot.sandbox.gateway_sessions import Connection, Session, Sessions
from bot.sandbox.payloads import full_member_json, guild_create_json, me_json
from bot.sandbox.wire import JsonObject, is_json_list, is_json_object, read_json
from bot.sandbox.world import World

HEARTBEAT_INTERVAL_MS = 41_250
GUILD_MESSAGE_INTENT, DIRECT_MESSAGE_INTENT = 1 << 9, 1 << 12
MEMBERS_INTENT, PRESENCES_INTENT, CONTENT_INTENT = 1 << 1, 1 << 8, 1 << 15

_PRIVILEGED = MEMBERS_INTENT | PRESENCES_INTENT | CONTENT_INTENT
_ALL_INTENTS = (1 << 26) - 1
_FRAME_LIMIT_BYTES = 4096
_SENDS_PER_MINUTE = 120
_MINUTE_S = 60.0
# As from Discord: discord.py notes when it sent a heartbeat only after it was sent, and takes an answer that was faster
# for one to the heartbeat before, 41 seconds ago.
_ACK_AFTER_S = 0.05
_CONNECTIONS_LIMIT = 32
_HEARTBEAT, _IDENTIFY, _PRESENCE, _VOICE_STATE, _RESUME = 1, 2, 3, 4, 6
_RECONNECT, _MEMBERS, _INVALID_SESSION, _HELLO, _ACK = 7, 8, 9, 10, 11
_UNKNOWN_OP, _DECODE_ERROR, _NOT_AUTHENTICATED, _BAD_TOKEN, _ALREADY = 4001, 4002, 4003, 4004, 4005
_RATE_LIMITED, _TIMED_OUT, _BAD_SHARD, _BAD_INTENTS, _DISALLOWED_INTENTS = 4008, 4009, 4010, 4013, 4014
_CLOSED_FOR_GOOD = (1000, 1001)
_IDENTIFIES_A_DAY = 1000
_MAX_CONCURRENCY = 1
_DAY_S = 86_400.0


@dataclass(frozen=True)
class Audience:
    """Whom an event is for: the shard of a guild (None: direct messages) and those with one of the intents."""

    guild_id: str | None
    intents: int


class _Close(Exception):
    """Ends a connection with one of Discord's close codes."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Gateway:
    """Accepts bots, keeps their sessions and sends them events."""

    def __init__(self, world: World, *, token: str, allowed_intents: int, on_change: Callable[[], None]) -> None:
        self._world = world
        self._token = token
        self._allowed_intents = allowed_intents | (_ALL_INTENTS & ~_PRIVILEGED)
        self._on_change = on_change
        self._connections: set[Connection] = set()
        self._identified_at: deque[float] = deque(maxlen=_IDENTIFIES_A_DAY)
        self.sessions = Sessions()
        self.url = ""
        self.recommended_shards = 1

    def is_bot_connected(self) -> bool:
        """Say whether a bot is listening right now."""
        return bool(self.sessions.connected())

    def dispatch(
        self, event: str, data: JsonObject, audience: Audience, *, without_content: JsonObject | None = None
    ) -> None:
        """Send an event to every session it is for.

        ``without_content`` replaces ``data`` for sessions that lack the message content intent.
        """
        for session in self.sessions:
            is_wanted = not audience.intents or session.intents & audience.intents
            if is_wanted and session.is_responsible_for(audience.guild_id):
                is_hidden = without_content is not None and not session.intents & CONTENT_INTENT
                session.dispatch(event, without_content if is_hidden and without_content else data)

    def about(self) -> JsonObject:
        """Write what ``GET /gateway/bot`` answers. The pace of identifying is told, not enforced."""
        now = self._world.clock()
        lately = [at for at in self._identified_at if now - at < _DAY_S]
        reset_after_s = _DAY_S - (now - lately[0]) if lately else 0.0
        limit = {
            "total": _IDENTIFIES_A_DAY,
            "remaining": _IDENTIFIES_A_DAY - len(lately),
            "reset_after": int(reset_after_s * 1000),
            "max_concurrency": _MAX_CONCURRENCY,
        }
        return {"url": self.url, "shards": self.recommended_shards, "session_start_limit": limit}

    def drop_connections(self, shard_id: int | None = None) -> None:
        """Cut every connection, or those of one shard; the sessions can be resumed."""
        if shard_id is None:
            lost = list(self._connections)
        else:
            lost = [one.connection for one in self.sessions.connected() if one.shard[0] == shard_id and one.connection]
        for connection in lost:
            connection.cut()

    def ask_to_reconnect(self) -> None:
        """Send every bot op 7: reconnect and resume."""
        for connection in list(self._connections):
            connection.send(_RECONNECT)

    def invalidate_sessions(self, *, can_resume: bool) -> None:
        """Send every bot op 9; without ``can_resume`` they have to identify again."""
        for session in self.sessions.connected():
            if not can_resume:
                self.sessions.forget(session)
            if session.connection is not None:
                session.connection.send(_INVALID_SESSION, can_resume)

    def close(self) -> None:
        """Close every connection, when the sandbox ends."""
        for connection in list(self._connections):
            connection.close(1001)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Speak with one connection until it ends."""
        if len(self._connections) >= _CONNECTIONS_LIMIT:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(max_msg_size=4 * _FRAME_LIMIT_BYTES, compress=False)
        await socket.prepare(request)
        connection = Connection(socket, request.transport)
        self._connections.add(connection)
        talk = _Talk(self, connection)
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(connection.write())
                await talk.run()
                writer.cancel()
        finally:
            self._connections.discard(connection)
            talk.end()
        return socket

    # What a connection asks for ---------------------------------------------------------------

    def has_token(self, token: object) -> bool:
        """Compare a token in constant time."""
        return isinstance(token, str) and hmac.compare_digest(token.encode(), self._token.encode())

    def open_session(self, data: JsonObject, connection: Connection) -> Session:
        """Answer IDENTIFY: a new session, READY and one GUILD_CREATE for each guild of its shard."""
        if not self.has_token(data.get("token")):
            raise _Close(_BAD_TOKEN)
        session = Session(
            secrets.token_hex(16), self._check_intents(data.get("intents")), _read_shard(data.get("shard")), connection
        )
        self.sessions.add(session)
        self._identified_at.append(self._world.clock())
        guilds = [guild for guild in self._world.guilds_of_bot() if session.is_responsible_for(guild.id)]
        ready: JsonObject = {
            "v": 10,
            "user": me_json(self._world.users[self._world.bot_id]),
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": self._world.application_id, "flags": 1 << 18},
            "private_channels": [],
            "relationships": [],
            "presences": [],
        }
        session.dispatch("READY", ready)
        for guild in guilds:
            with_members = bool(session.intents & MEMBERS_INTENT)
            session.dispatch("GUILD_CREATE", guild_create_json(self._world, guild, with_members=with_members))
        self._on_change()
        return session

    def resume_session(self, data: JsonObject, connection: Connection) -> Session | None:
        """Answer RESUME: replay what was missed, or op 9 when that is impossible."""
        if not self.has_token(data.get("token")):
            raise _Close(_BAD_TOKEN)
        session, sequence = self.sessions.find(data.get("session_id")), data.get("seq")
        if session is None or not isinstance(sequence, int) or not session.can_resume_from(sequence):
            connection.send(_INVALID_SESSION, data=False)
            return None
        if session.connection is not None:
            session.connection.cut()
        session.connection = connection
        session.replay(sequence)
        session.dispatch("RESUMED", {})
        self._on_change()
        return session

    def leave(self, session: Session, connection: Connection, *, for_good: bool) -> None:
        """Note that a connection ended; ``for_good`` when the bot said goodbye and will not resume."""
        if session.connection is connection:
            session.connection = None
            if for_good:
                self.sessions.forget(session)
            self._on_change()

    def send_members(self, session: Session, data: JsonObject) -> None:
        """Answer op 8 with the members asked for, by ids or by the start of their names."""
        guild = self._world.guilds.get(str(data.get("guild_id")))
        if guild is None or not self._world.has_bot(guild) or not session.is_responsible_for(guild.id):
            return
        wanted = data.get("user_ids")
        ids = [wanted] if isinstance(wanted, str) else wanted if is_json_list(wanted) else None
        prefix, limit = str(data.get("query", "")).lower(), data.get("limit")
        if ids is None:
            found = [one for one in guild.member_roles if self._world.users[one].username.startswith(prefix)]
            found = found[: limit or None] if isinstance(limit, int) else found
        else:
            found = [one for one in ids if isinstance(one, str) and one in guild.member_roles]
        members = [full_member_json(self._world, guild, one) for one in found]
        chunk: JsonObject = {
            "guild_id": guild.id,
            "members": members,
            "chunk_index": 0,
            "chunk_count": 1,
            "nonce": data.get("nonce"),
        }
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def _check_intents(self, intents: object) -> int:
        if not isinstance(intents, int) or not 0 <= intents <= _ALL_INTENTS:
            raise _Close(_BAD_INTENTS)
        if intents & ~self._allowed_intents:
            raise _Close(_DISALLOWED_INTENTS)
        return intents


def _read_shard(value: object) -> tuple[int, int]:
    if value is None:
        return 0, 1
    match value:
        case [int(number), int(count)] if 0 <= number < count and not isinstance(number, bool):
            return number, count
        case _:
            raise _Close(_BAD_SHARD)


class _Talk:
    """One connection from HELLO to its end."""

    def __init__(self, gateway: Gateway, connection: Connection) -> None:
        self._gateway = gateway
        self._connection = connection
        self._session: Session | None = None
        self._received: deque[float] = deque(maxlen=_SENDS_PER_MINUTE)

    async def run(self) -> None:
        """Read frames until the connection ends."""
        self._connection.send(_HELLO, {"heartbeat_interval": HEARTBEAT_INTERVAL_MS})
        try:
            while await self._read_one():
                pass
        except _Close as close:
            await self._connection.socket.close(code=close.code)
        except TimeoutError:
            await self._connection.socket.close(code=_TIMED_OUT)

    def end(self) -> None:
        """Put the session aside, or away if the bot closed it on purpose."""
        if self._session is not None:
            for_good = self._connection.socket.close_code in _CLOSED_FOR_GOOD
            self._gateway.leave(self._session, self._connection, for_good=for_good)

    async def _read_one(self) -> bool:
        # A bot that misses a heartbeat and half of another is a zombie.
        message = await self._connection.socket.receive(timeout=HEARTBEAT_INTERVAL_MS * 1.5 / 1000)
        if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
            return False
        self._check_pace()
        frame = _decode(message.data)
        await self._answer(frame.get("op"), frame.get("d"))
        return True

    def _check_pace(self) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._received) == _SENDS_PER_MINUTE and now - self._received[0] < _MINUTE_S:
            raise _Close(_RATE_LIMITED)
        self._received.append(now)

    async def _answer(self, op: object, data: object) -> None:
        if op == _HEARTBEAT:
            await asyncio.sleep(_ACK_AFTER_S)
            self._connection.send(_ACK)
        elif op in {_IDENTIFY, _RESUME}:
            self._begin(op == _IDENTIFY, data)
        elif op not in {_PRESENCE, _VOICE_STATE, _MEMBERS}:
            raise _Close(_UNKNOWN_OP)
        elif self._session is None:
            raise _Close(_NOT_AUTHENTICATED)
        elif op == _MEMBERS and is_json_object(data):
            self._gateway.send_members(self._session, data)

    def _begin(self, is_new: bool, data: object) -> None:  # noqa: FBT001 - one private caller
        if not is_json_object(data):
            raise _Close(_DECODE_ERROR)
        if self._session is not None:
            raise _Close(_ALREADY)
        begin = self._gateway.open_session if is_new else self._gateway.resume_session
        self._session = begin(data, self._connection)


def _decode(data: str | bytes) -> JsonObject:
    if len(data) > _FRAME_LIMIT_BYTES:
        raise _Close(_DECODE_ERROR)
    try:
        frame = read_json(data)
    except ValueError as error:
        raise _Close(_DECODE_ERROR) from error
    if not is_json_object(frame):
        raise _Close(_DECODE_ERROR)
    return frame
