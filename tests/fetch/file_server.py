"""A file server on loopback, and what is asked of the fetcher in its tests."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.fetch import Fetcher, FetchFailed, FetchRefused
from bot.fetch.file_kinds import Promised

Mode: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
# An empty ID3 tag, and then what only a player would look at.
SOUND = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(256)) * 4_000
LIMIT = 4_000_000
PATIENCE_S = 20.0


@dataclass
class Files:
    """A file server on loopback: one mode for each path."""

    url: URL = field(default_factory=URL)
    modes: dict[str, Mode] = field(default_factory=dict[str, Mode])
    seen: list[web.Request] = field(default_factory=list[web.Request])
    is_closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        return await self.modes[request.path](request)

    def serve(self, path: str, mode: Mode) -> str:
        self.modes[path] = mode
        return str(self.url / path.removeprefix("/"))


@asynccontextmanager
async def running_files() -> AsyncGenerator[Files]:
    """The server, until the block ends."""
    files = Files()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", files.handle)
    async with TestServer(app) as server:
        files.url = server.make_url("/")
        yield files
        files.is_closing.set()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def no_pause(_: float) -> None:
    """A ``sleep`` for what needs no time to pass."""


async def fetch(fetcher: Fetcher, url: str, target: Path, max_bytes: int = LIMIT) -> int:
    return await fetcher.fetch(url, target, promised=Promised.AUDIO, max_bytes=max_bytes, total_timeout_s=PATIENCE_S)


async def refusal(fetcher: Fetcher, url: str, target: Path, max_bytes: int = LIMIT) -> FetchRefused:
    """The refusal that the fetch ends with, after which nothing is left on the disk."""
    with pytest.raises(FetchRefused) as caught:
        await fetch(fetcher, url, target, max_bytes)
    assert names_in(target.parent) == []
    return caught.value


async def failure(fetcher: Fetcher, url: str, target: Path, total_timeout_s: float = PATIENCE_S) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        await fetcher.fetch(url, target, promised=Promised.AUDIO, max_bytes=LIMIT, total_timeout_s=total_timeout_s)
    assert names_in(target.parent) == []
    return caught.value


def sends(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Mode:
    async def mode(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, headers=headers)

    return mode


def redirects_to(location: str, status: int = 302) -> Mode:
    return sends(b"", status, {"Location": location})


def sends_in_part(files: Files, *, then_waits: bool) -> Mode:
    """Promises a megabyte, sends a little, and waits or hangs up."""

    async def mode(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000000"})
        await response.prepare(request)
        await response.write(SOUND[:1000])
        if then_waits:
            await files.is_closing.wait()
        assert request.transport is not None
        request.transport.close()
        return response

    return mode


async def never_ends(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(SOUND)
