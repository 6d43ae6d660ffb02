"""Clients that speak to the sandbox without discord.py: REST, the page and a bare gateway connection."""

import asyncio
import io
import json
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import aiohttp

from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer

Json: TypeAlias = Any
"""Decoded JSON of any shape: a test that expects another one fails at its index."""

TOKEN = "test-token"
START_S = 1_900_000_000.0
PATIENCE_S = 60.0
# Discord gives a bot three seconds for its first answer. A busy machine may stand still for longer, which says nothing
# about the bot: only the tests of that rule keep to it.
UNHURRIED_S = 60.0


class Clock:
    """Time that only moves when a test says so."""

    def __init__(self) -> None:
        self.now_s = START_S

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds


@dataclass(frozen=True)
class Answer:
    status: int
    json: Json
    headers: dict[str, str]
    content: bytes = b""

    @property
    def code(self) -> int:
        return self.json["code"]


@dataclass(frozen=True)
class File:
    name: str
    content: bytes = b"OggS sound"
    content_type: str = "audio/ogg"


async def _answer(response: aiohttp.ClientResponse) -> Answer:
    content = await response.read()
    is_json = response.headers.get("Content-Type") == "application/json"
    body = json.loads(content) if is_json and content else None
    return Answer(response.status, body, {name.lower(): text for name, text in response.headers.items()}, content)


def _multipart(payload_name: str, file_name: str, payload: object, files: list[File]) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field(payload_name, json.dumps(payload), content_type="application/json")
    for number, file in enumerate(files):
        name = file_name.format(number)
        form.add_field(name, io.BytesIO(file.content), filename=file.name, content_type=file.content_type)
    return form


@dataclass
class Api:
    """The bot's REST client. Each call lets ``pace_s`` pass, so that rate limits do not get in the way."""

    server: SandboxServer
    session: aiohttp.ClientSession
    clock: Clock
    token: str | None = TOKEN
    pace_s: float = 1.1

    async def call(
        self, method: str, path: str, body: object = None, *, files: list[File] | None = None, raw: bytes | None = None
    ) -> Answer:
        self.clock.advance(self.pace_s)
        headers = {} if self.token is None else {"Authorization": f"Bot {self.token}"}
        data: Json = raw
        if files is not None:
            data = _multipart("payload_json", "files[{}]", body, files)
        elif raw is None and body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        async with self.session.request(method, self.server.api_url + path, data=data, headers=headers) as response:
            return await _answer(response)

    async def post_message(self, body: object, *, files: list[File] | None = None) -> Answer:
        return await self.call("POST", f"/channels/{places.GENERAL}/messages", body, files=files)


@dataclass
class Page:
    """The page, acting as one member."""

    server: SandboxServer
    session: aiohttp.ClientSession
    user_id: str = places.ROBIN
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def url(self, path: str) -> str:
        return f"{self.server.url}/sandbox/api{path}"

    async def get(self, path: str, **query: str) -> Answer:
        params = {"as": self.user_id, **query}
        async with self.session.get(self.url(path), params=params, headers=self.headers) as response:
            return await _answer(response)

    async def post(self, path: str, payload: object, *, files: list[File] | None = None) -> Answer:
        params = {"as": self.user_id}
        data: Json = json.dumps(payload)
        headers = {**self.headers, "Content-Type": "application/json"}
        if files is not None or path.endswith(("messages", "interactions")):
            data, headers = _multipart("payload", "file{}", payload, files or []), self.headers
        async with self.session.post(self.url(path), params=params, data=data, headers=headers) as response:
            return await _answer(response)

    async def happen(self, event: str, **fields: object) -> Answer:
        """Let something happen to the world."""
        return await self.post("/world-events", {"event": event, **fields})

    async def order(self, fault: str, on: str, **fields: object) -> None:
        """Let the next request of a kind go wrong."""
        answer = await self.post("/faults", {"fault": fault, "on": on, **fields})
        assert answer.status == 200, answer.json

    async def world(self) -> Json:
        return (await self.get("/world")).json

    async def messages(self, channel_id: str = places.GENERAL) -> list[Json]:
        return (await self.get(f"/channels/{channel_id}/messages")).json["messages"]

    async def command_id(self, name: str) -> str:
        return next(one["id"] for one in (await self.world())["commands"] if one["name"] == name)

    async def use(
        self,
        name: str,
        options: list[Json] | None = None,
        *,
        channel_id: str = places.GENERAL,
        files: list[File] | None = None,
        **extra: str,
    ) -> Answer:
        payload = {
            "kind": "command",
            "channel_id": channel_id,
            "command_id": await self.command_id(name),
            "options": options or [],
            **extra,
        }
        return await self.post("/interactions", payload, files=files)

    async def press(
        self, message: Json, custom_id: str, component_type: int = 2, values: list[str] | None = None
    ) -> Answer:
        payload = {
            "kind": "component",
            "channel_id": message["channel_id"],
            "message_id": message["id"],
            "custom_id": custom_id,
            "component_type": component_type,
            "values": values or [],
        }
        return await self.post("/interactions", payload)


class Events:
    """What the page's events socket has pushed."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def next(self, kind: str, **wanted: object) -> Json:
        """Wait for the next event of a type whose fields have certain values."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                event = await self._socket.receive_json()
                if event["type"] == kind and all(event[name] == value for name, value in wanted.items()):
                    return event


class RawBot:
    """A gateway connection that does only what it is told."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.sequence = 0
        self.session_id = ""

    async def send(self, op: int, data: object) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def receive(self) -> Json:
        async with asyncio.timeout(PATIENCE_S):
            frame = await self.socket.receive_json()
        self.sequence = frame["s"] or self.sequence
        return frame

    async def event(self, name: str) -> Json:
        """Wait for an event, letting others pass."""
        while True:
            frame = await self.receive()
            if frame["t"] == name:
                return frame["d"]

    async def hello(self) -> Json:
        frame = await self.receive()
        assert frame["op"] == 10
        return frame["d"]

    async def identify(self, intents: int = 53575421, *, token: str = TOKEN, **extra: object) -> None:
        await self.send(2, {"token": token, "intents": intents, "properties": {}, **extra})

    async def start(self, intents: int = 53575421, *, shard: tuple[int, int] = (0, 1)) -> "RawBot":
        """Identify and let READY and its guilds pass."""
        await self.hello()
        await self.identify(intents, shard=list(shard))
        ready = await self.event("READY")
        self.session_id = ready["session_id"]
        for _ in ready["guilds"]:
            await self.event("GUILD_CREATE")
        return self

    async def heard_before_ack(self) -> list[str]:
        """Say which events came before the answer to a heartbeat sent now."""
        await self.send(1, self.sequence)
        names: list[str] = []
        while (frame := await self.receive())["op"] != 11:
            names.append(frame["t"])
        return names

    async def close_code(self) -> int | None:
        """Wait until the gateway closes and give its code."""
        async with asyncio.timeout(PATIENCE_S):
            while (await self.socket.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
        return self.socket.close_code


class Talk:
    """One interaction as the bot sees it, and what the bot may do with it."""

    def __init__(self, api: Api, event: Json) -> None:
        self.api = api
        self.event = event
        self.webhook = f"/webhooks/{places.BOT}/{event['token']}"

    async def answer(self, kind: int, data: Json = None, *, files: list[File] | None = None) -> Answer:
        body = {"type": kind} if data is None else {"type": kind, "data": data}
        path = f"/interactions/{self.event['id']}/{self.event['token']}/callback?with_response=1"
        return await self.api.call("POST", path, body, files=files)

    async def edit(self, body: Json, *, message: str = "@original", files: list[File] | None = None) -> Answer:
        return await self.api.call("PATCH", f"{self.webhook}/messages/{message}", body, files=files)

    async def get(self, message: str = "@original") -> Answer:
        return await self.api.call("GET", f"{self.webhook}/messages/{message}")

    async def follow_up(self, body: Json, *, files: list[File] | None = None) -> Answer:
        return await self.api.call("POST", self.webhook, body, files=files)
