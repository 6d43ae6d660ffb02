"""Short-lived links to files at Discord's CDN that lead through the bot's own HTTP server.

For the case that Discord refuses the audio service's fetcher. A link names one attachment at one of the CDN's own
hosts, and until when; it is signed, so nobody can make one for anything else: this is no open proxy. It holds all that
is needed to serve it, so any process with the same key serves it, also after a restart.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import aiohttp
from aiohttp import web
from yarl import URL

log = logging.getLogger(__name__)

PATH = "/relay"
LINK_LIFE = timedelta(hours=1)
# Source: what Discord's attachment links look like, seen 2026-11; those of commands are called ephemeral.
ATTACHMENT_PATH = re.compile(r"/(ephemeral-)?attachments/\d{1,20}/\d{1,20}/[^/?#]{1,300}")
_SIGNED_PARAMETERS = ("ex", "is", "hm")
_MAX_TOKEN = 2_000
_AT_ONCE = 8
_CHUNK_BYTES = 64 * 1024
_CONNECT_S, _READ_S, _TOTAL_S = 10.0, 30.0, 900.0
# Whoever takes nothing for so long does not keep one of the few places.
_WRITE_S = 30.0
_PASSED_ON = ("Content-Length", "Content-Range", "Accept-Ranges", "Last-Modified", "ETag")


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """Where the links lead and what they are signed with."""

    public_url: str
    """The address at which the bot's HTTP server is reached from outside, without a slash at its end."""
    key: bytes
    max_bytes: int
    origins: Sequence[URL]
    """The CDN: files come from there and from nowhere else."""


class Relay:
    """Makes the links and serves them."""

    def __init__(self, options: RelayOptions, *, now: Callable[[], datetime]) -> None:
        self._options = options
        self._now = now
        # Not the key itself: that may be used for something else, too.
        self._key = hmac.new(options.key, b"soundbooth relay", hashlib.sha256).digest()
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._session: aiohttp.ClientSession | None = None

    def link(self, url: str) -> str | None:
        """A link through this relay to an attachment's signed ``url``; None where that is no attachment of the CDN."""
        target = URL(url)
        if target.origin() not in self._options.origins or not ATTACHMENT_PATH.fullmatch(target.raw_path):
            return None
        named = {
            "origin": self._options.origins.index(target.origin()),
            "path": target.raw_path,
            "query": {name: target.query[name] for name in _SIGNED_PARAMETERS if name in target.query},
            "until": int((self._now() + LINK_LIFE).timestamp()),
        }
        token = _encoded(json.dumps(named, separators=(",", ":")).encode())
        return f"{self._options.public_url}{PATH}/{token}.{self._signature(token)}"

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Hold the connections to the CDN."""
        timeout = aiohttp.ClientTimeout(total=_TOTAL_S, sock_connect=_CONNECT_S, sock_read=_READ_S)
        async with aiohttp.ClientSession(
            timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        ) as session:
            self._session = session
            yield
            self._session = None

    def routes(self) -> list[web.RouteDef]:
        """What the bot's HTTP server is to serve."""
        return [web.get(f"{PATH}/{{token}}", self._serve, allow_head=False)]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """Stream the file that the link names: whole, or the range that was asked for."""
        target = self._target(request.match_info["token"])
        if target is None or self._session is None:
            return web.Response(status=404, text="This link is not valid, or not any more.")
        if self._free.locked():
            return web.Response(status=503, headers={"Retry-After": "5"})
        async with self._free:
            headers = {"Accept-Encoding": "identity"}
            if "Range" in request.headers:
                headers["Range"] = request.headers["Range"][:100]
            try:
                async with self._session.get(target, headers=headers, allow_redirects=False) as found:
                    return await self._pass_on(request, found)
            except (aiohttp.ClientError, TimeoutError) as error:
                log.warning("A file could not be relayed: %s", type(error).__name__)
                return web.Response(status=502)

    def _target(self, given: str) -> URL | None:
        token, _, signature = given[:_MAX_TOKEN].rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(token).encode()):
            return None
        # Signed: it was written above.
        named = cast("dict[str, object]", json.loads(_decoded(token)))
        until, number = cast("int", named["until"]), cast("int", named["origin"])
        if self._now().timestamp() >= until or number >= len(self._options.origins):
            return None
        path, query = cast("str", named["path"]), cast("dict[str, str]", named["query"])
        return self._options.origins[number].joinpath(path.removeprefix("/"), encoded=True).with_query(query)

    async def _pass_on(self, request: web.Request, found: aiohttp.ClientResponse) -> web.StreamResponse:
        if found.status not in {200, 206}:
            # 416 says something about the range; all else is between the CDN and us.
            return web.Response(status=found.status if found.status == 416 else 404)
        if (found.content_length or 0) > self._options.max_bytes:
            return web.Response(status=413)
        kind = found.content_type if found.content_type.startswith(("audio/", "video/")) else "application/octet-stream"
        answer = web.StreamResponse(
            status=found.status,
            headers={
                **{name: found.headers[name] for name in _PASSED_ON if name in found.headers},
                "Content-Type": kind,
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": "attachment",
                "Cache-Control": "no-store",
            },
        )
        await answer.prepare(request)
        if await self._stream(found, answer):
            await answer.write_eof()
        elif request.transport is not None:
            # Cut off in the middle, so that nobody takes what came for the whole file.
            request.transport.abort()
        return answer

    async def _stream(self, found: aiohttp.ClientResponse, answer: web.StreamResponse) -> bool:
        """Pass the bytes on as they come; False where they break off or are more than allowed."""
        left = self._options.max_bytes
        try:
            async for chunk in found.content.iter_chunked(_CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    return False
                async with asyncio.timeout(_WRITE_S):
                    await answer.write(chunk)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            log.warning("A file that was relayed broke off: %s", type(error).__name__)
            return False
        return True

    def _signature(self, token: str) -> str:
        return _encoded(hmac.new(self._key, token.encode(), hashlib.sha256).digest())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
