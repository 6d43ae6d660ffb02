"""The one guarded way to fetch a file from an address that came from outside.

Only http and https. Every hop's host is resolved once, refused unless all of its addresses are public, and connected
to at exactly the address that was checked. Redirects are followed by hand, a few at most. The body is streamed to disk
and cut off at a size limit. The file's name is the caller's; nothing from the address becomes a path.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

MAX_REDIRECTS = 4
CHUNK_BYTES = 256 * 1024


class FetchRefused(Exception):
    """The file was not fetched and asking again will not help.

    ``reason``: ``scheme``, ``address``, ``redirects``, ``status``, ``too_large`` or ``empty``.
    """

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason if status is None else f"{reason} {status}")
        self.reason = reason
        self.status = status


class FetchFailed(Exception):
    """The other side could not be reached, was too slow or broke off; asking again may help."""


class _PublicResolver(AbstractResolver):
    """Resolves names and refuses those with an address that is not public, except the trusted hosts."""

    def __init__(self, trusted_hosts: frozenset[str]) -> None:
        self._resolver = ThreadedResolver()
        self._trusted_hosts = trusted_hosts

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if host not in self._trusted_hosts and not all(_is_public(entry["host"]) for entry in found):
            raise FetchRefused("address")
        return found

    async def close(self) -> None:
        await self._resolver.close()


class Fetcher:
    """Fetches files; one for the life of the program, closed with ``async with``.

    ``trusted_origins`` are the origins the operator configured (the API's own, perhaps the embedded studio on
    loopback); their hosts may have private addresses.
    """

    def __init__(self, *, timeout_s: float, trusted_origins: frozenset[URL] = frozenset()) -> None:
        self._trusted_origins = {origin.origin() for origin in trusted_origins}
        hosts = frozenset(origin.host or "" for origin in self._trusted_origins)
        # A cached name would be as good as a second look-up that was not checked: the check is in the resolver.
        connector = aiohttp.TCPConnector(resolver=_PublicResolver(hosts), limit=20)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=timeout_s, sock_read=timeout_s)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        )

    async def __aenter__(self) -> Self:
        """Nothing to open: the session connects on first use."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._session.close()

    async def fetch(self, url: str, target: Path, *, max_bytes: int, total_timeout_s: float) -> int:
        """Stream ``url`` into ``target`` and return its size in bytes. ``target`` is complete or not there.

        Raises:
            FetchRefused: a scheme, address, status or size that is not allowed, or an empty body.
            FetchFailed: the network failed or took longer than ``total_timeout_s``.
        """
        partial = target.with_name(target.name + ".part")
        try:
            async with asyncio.timeout(total_timeout_s), self._response(URL(url)) as response:
                size = await _save(response, partial, max_bytes)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            partial.unlink(missing_ok=True)
            raise FetchFailed(type(error).__name__) from error
        except (FetchRefused, ValueError) as error:
            partial.unlink(missing_ok=True)
            raise error if isinstance(error, FetchRefused) else FetchRefused("scheme") from error
        await asyncio.to_thread(partial.replace, target)
        return size

    @asynccontextmanager
    async def _response(self, url: URL) -> AsyncGenerator[aiohttp.ClientResponse]:
        for _ in range(MAX_REDIRECTS + 1):
            self._check(url)
            async with self._session.get(url, allow_redirects=False) as response:
                location = response.headers.get("Location")
                if response.status in {301, 302, 303, 307, 308} and location:
                    url = url.join(URL(location))
                    continue
                if response.status != 200:
                    raise FetchRefused("status", response.status)
                yield response
                return
        raise FetchRefused("redirects")

    def _check(self, url: URL) -> None:
        if url.scheme not in {"http", "https"} or not url.host:
            raise FetchRefused("scheme")
        # aiohttp does not ask the resolver about a host that is an address already. A trusted host is trusted at
        # its configured port only.
        trusted = url.origin() in self._trusted_origins
        is_trusted_host = url.host in {origin.host for origin in self._trusted_origins}
        if not trusted and (is_trusted_host or (_is_address(url.host) and not _is_public(url.host))):
            raise FetchRefused("address")


async def _save(response: aiohttp.ClientResponse, target: Path, max_bytes: int) -> int:
    if (response.content_length or 0) > max_bytes:
        raise FetchRefused("too_large")
    size = 0
    file = await asyncio.to_thread(target.open, "wb")
    try:
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            size += len(chunk)
            if size > max_bytes:
                raise FetchRefused("too_large")
            await asyncio.to_thread(file.write, chunk)
    finally:
        await asyncio.to_thread(file.close)
    if size == 0:
        raise FetchRefused("empty")
    return size


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        # Addresses that carry an IPv4 one are as public as that one.
        ip = ip.ipv4_mapped or ip.sixtofour or ip
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
