"""A server on 127.0.0.1 that answers as it is told: well, wrongly, late, in part or without an end."""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from aiohttp import web
from multidict import CIMultiDict

Mode: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Call:
    """A request as it arrived."""

    method: str
    raw_path: str
    query: dict[str, str]
    headers: CIMultiDict[str]
    body: object


@dataclass
class FakeApi:
    """What it was asked, and what it answers: one mode a request, the last one for ever."""

    base_url: str = ""
    calls: list[Call] = field(default_factory=list[Call])
    modes: list[Mode] = field(default_factory=list[Mode])
    is_closing: asyncio.Event = field(default_factory=asyncio.Event)

    def answers(self, *modes: Mode) -> None:
        self.modes = list(modes)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = cast("object", json.loads(raw)) if raw else None
        headers = CIMultiDict(request.headers)
        self.calls.append(Call(request.method, request.raw_path, dict(request.query), headers, body))
        mode = self.modes.pop(0) if len(self.modes) > 1 else self.modes[0]
        return await mode(request)

    async def never_answers(self, _: web.Request) -> web.StreamResponse:
        """Takes the request and says nothing."""
        await self.is_closing.wait()
        return web.Response()

    def stops_in_the_body(self, status: int = 200) -> Mode:
        """Sends the start of a body and then nothing more, keeping the connection."""

        async def mode(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(status=status, headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b'{"taskId": ')
            await self.is_closing.wait()
            return response

        return mode


def says(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Mode:
    """An answer in JSON."""
    return sends(json.dumps(body).encode(), status, {"Content-Type": "application/json", **(headers or {})})


def sends(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Mode:
    """An answer of any bytes."""

    async def mode(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, headers=headers)

    return mode


async def cuts_before_headers(request: web.Request) -> web.StreamResponse:
    """Takes the request and hangs up."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def cuts_in_the_body(status: int = 200, start: bytes = b'{"taskId": "t', promised: int = 100) -> Mode:
    """Sends fewer bytes than it promised and hangs up."""

    async def mode(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers={"Content-Length": str(promised)})
        await response.prepare(request)
        await response.write(start)
        assert request.transport is not None
        request.transport.close()
        return response

    return mode


def never_ends(status: int = 200, start: bytes = b"[") -> Mode:
    """A body without an end, as fast as it is taken."""

    async def mode(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=status)
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(start)
        while True:
            await response.write(b"0," * 128 * 1024)

    return mode


def is_a_bomb(size: int) -> Mode:
    """A small body that grows a thousandfold when it is unpacked."""
    return sends(gzip.compress(b" " * size), headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})


def not_http(raw: bytes) -> Mode:
    """Bytes on the connection that are no HTTP answer, or a strange one."""

    async def mode(request: web.Request) -> web.StreamResponse:
        assert isinstance(request.transport, asyncio.Transport)
        request.transport.write(raw)
        request.transport.close()
        return web.Response()

    return mode
