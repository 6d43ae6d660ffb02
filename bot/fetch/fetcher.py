"""The one guarded way to fetch a file from an address that came from outside.

Only http and https. Every hop's host is resolved once, refused unless all of its addresses are public, and connected
to at exactly the address that was checked. Redirects are followed by hand, a few at most. The body is streamed to disk
and cut off at a size limit; where the connection breaks, the rest is asked for, a few times at most. A file whose
first bytes are not of the promised kind is refused. Its name is the caller's; nothing from the address becomes a path.
"""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import aiohttp
from yarl import URL

from bot.fetch.file_kinds import HEAD_BYTES, Promised, is_as_promised
from bot.fetch.partial_file import FileTooLong, PartialFile
from bot.fetch.public_addresses import GuardedResolver, is_public, looks_like_address
from bot.fetch.resuming import Entity, continues, entity_of, is_nothing_left, range_headers

log = logging.getLogger(__name__)

MAX_REDIRECTS = 4
MAX_RESUMES = 4
FIRST_PAUSE_S = 0.25
CHUNK_BYTES = 256 * 1024

Sleep = Callable[[float], Awaitable[None]]


class FetchRefused(Exception):
    """The file was not fetched and asking again will not help.

    ``reason``: ``scheme``, ``address``, ``redirects``, ``status``, ``too_large``, ``empty``, ``length`` (more bytes
    than the server itself says the file has) or ``content`` (not of the promised kind).
    """

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason if status is None else f"{reason} {status}")
        self.reason = reason
        self.status = status


class FetchFailed(Exception):
    """The other side could not be reached, was too slow or broke off; asking again may help."""


class Fetcher:
    """Fetches files; one for the life of the program, closed with ``async with``.

    ``trusted_origins`` are the origins the operator configured (the API's own, perhaps the embedded studio on
    loopback); their hosts may have private addresses. ``sleep`` and ``rng`` are for the pauses before a file that broke
    off is gone on with.
    """

    def __init__(
        self,
        *,
        timeout_s: float,
        trusted_origins: frozenset[URL] = frozenset(),
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
    ) -> None:
        self._trusted_origins = {origin.origin() for origin in trusted_origins}
        self._sleep = sleep
        self._rng = rng or random.Random()  # noqa: S311  # jitter, not a secret
        trusted = frozenset((origin.raw_host, origin.port) for origin in self._trusted_origins)
        # A cached name would be as good as a second look-up that was not checked: the check is in the resolver.
        resolver = GuardedResolver(trusted, refusal=lambda: FetchRefused("address"))
        connector = aiohttp.TCPConnector(resolver=resolver, limit=20)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=timeout_s, sock_read=timeout_s)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            # Sizes are then what Content-Length says. A body that is compressed all the same is still cut at the limit.
            headers={"Accept-Encoding": "identity"},
        )

    async def __aenter__(self) -> Self:
        """Nothing to open: the session connects on first use."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._session.close()

    async def fetch(self, url: str, target: Path, *, promised: Promised, max_bytes: int, total_timeout_s: float) -> int:
        """Stream ``url`` into ``target`` and return its size in bytes. ``target`` is complete or not there.

        ``max_bytes`` is for the whole file and ``total_timeout_s`` for all tries together.

        Raises:
            FetchRefused: a scheme, address, status or size that is not allowed; empty, or not what was promised.
            FetchFailed: the network or the disk failed, or it took longer than ``total_timeout_s``.
        """
        try:
            async with asyncio.timeout(total_timeout_s):
                with PartialFile(target, max_bytes) as file:
                    await self._fill(_parsed(url), _Arrival(file, promised))
                    await file.keep()
                    return file.size
        except FileTooLong as error:
            raise FetchRefused("too_large") from error
        except aiohttp.InvalidURL as error:
            # Before ClientError, which it is too: it will be no better the next time.
            raise FetchRefused("address") from error
        except (aiohttp.ClientError, OSError) as error:
            raise FetchFailed(type(error).__name__) from error
        except ValueError as error:
            # A host that cannot be encoded, or whatever else cannot be put into a request.
            raise FetchRefused("address") from error

    async def _fill(self, url: URL, arrival: "_Arrival") -> None:
        """Fetch until the file is whole. Each try begins at ``url``: a signed address may lead elsewhere by now."""
        for tries_made in range(1, MAX_RESUMES + 2):
            try:
                async with self._response(url, arrival.request_headers()) as response:
                    await arrival.take(response)
            except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
                # What never began is the caller's to repeat, at a time of its choosing.
                if not arrival.has_begun or tries_made > MAX_RESUMES:
                    raise
                log.info("A file broke off: error=%s bytes=%s try=%s", type(error).__name__, arrival.size, tries_made)
            if arrival.is_whole:
                return
            await self._sleep(FIRST_PAUSE_S * 2 ** (tries_made - 1) * self._rng.uniform(0.5, 1))
        raise FetchFailed("incomplete")

    @asynccontextmanager
    async def _response(self, url: URL, headers: Mapping[str, str]) -> AsyncGenerator[aiohttp.ClientResponse]:
        usable = {200, 206, 416} if "Range" in headers else {200}
        for _ in range(MAX_REDIRECTS + 1):
            self._check(url)
            came_from = url
            async with self._session.get(url, allow_redirects=False, headers=headers) as response:
                location = response.headers.get("Location")
                if response.status in {301, 302, 303, 307, 308} and location:
                    url = url.join(_parsed(location))
                    if came_from.scheme == "https" and url.scheme != "https":
                        raise FetchRefused("scheme")
                    continue
                if response.status not in usable:
                    raise FetchRefused("status", response.status)
                yield response
                return
        raise FetchRefused("redirects")

    def _check(self, url: URL) -> None:
        if url.scheme not in {"http", "https"} or not url.host:
            raise FetchRefused("scheme")
        # Whoever names an address does not get to choose what we say there in an Authorization header.
        if url.user is not None or url.password is not None:
            raise FetchRefused("address")
        # aiohttp does not ask the resolver about a host that is an address already, so it is looked at here.
        if url.origin() not in self._trusted_origins and looks_like_address(url.host) and not is_public(url.host):
            raise FetchRefused("address")


class _Arrival:
    """A file as it arrives, perhaps in several parts."""

    def __init__(self, file: PartialFile, promised: Promised) -> None:
        self._file = file
        self._promised = promised
        self._entity = Entity()
        self._head = bytearray()
        self.has_begun = False
        self.is_whole = False

    @property
    def size(self) -> int:
        """The bytes that are there."""
        return self._file.size

    def request_headers(self) -> dict[str, str]:
        """The headers that ask for what is missing."""
        return range_headers(self._entity, self.size)

    async def take(self, response: aiohttp.ClientResponse) -> None:
        """Read one answer to its end. Afterwards the file is whole, or what is missing can be asked for."""
        if response.status == 416:
            if is_nothing_left(response.headers, self.size):
                self._finish()
            else:
                self._restart(Entity())
            return
        if response.status == 206:
            entity = continues(response.headers, self._entity, self.size)
            if entity is None:
                # Another file, or a part that nobody asked for: the next try asks for all of it.
                self._restart(Entity())
                return
            self._entity = entity
        else:
            self._restart(entity_of(response.headers))
        self.has_begun = True
        self._file.check(self._entity.size_bytes or 0)
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            await self._add(chunk)
        if self._entity.size_bytes in {None, self.size}:
            self._finish()

    async def _add(self, chunk: bytes) -> None:
        if len(self._head) < HEAD_BYTES:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
            if len(self._head) == HEAD_BYTES:
                self._check_content()
        await self._file.write(chunk)
        if self._entity.size_bytes is not None and self.size > self._entity.size_bytes:
            raise FetchRefused("length")

    def _finish(self) -> None:
        if self.size == 0:
            raise FetchRefused("empty")
        if len(self._head) < HEAD_BYTES:
            self._check_content()
        self.is_whole = True

    def _check_content(self) -> None:
        if not is_as_promised(bytes(self._head), self._promised):
            raise FetchRefused("content")

    def _restart(self, entity: Entity) -> None:
        self._file.restart()
        self._head.clear()
        self._entity = entity


def _parsed(url: str) -> URL:
    try:
        return URL(url)
    except ValueError as error:
        raise FetchRefused("scheme") from error
