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
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 as seen from a network without it. Source: RFC 6052 section 2.1."""
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # Azure's platform service, public by its number only (learn.microsoft.com)
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # relays of 6to4, withdrawn
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "64:ff9b:1::/48",  # NAT64 inside one network
        "fec0::/10",  # site-local, withdrawn
    )
)
"""What ``is_global`` of early Python 3.11 does not know.

Source: IANA's special-purpose address registries, and python/cpython issue 113171 about the gaps.
"""


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
    """Resolves names and refuses those with an address that is not public, except the trusted hosts and ports."""

    def __init__(self, trusted: frozenset[tuple[str | None, int | None]]) -> None:
        self._resolver = ThreadedResolver()
        self._trusted = trusted

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not found:
            raise OSError("no address")
        if (host, port) not in self._trusted and not all(_is_public(entry["host"]) for entry in found):
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
        trusted = frozenset((origin.raw_host, origin.port) for origin in self._trusted_origins)
        # A cached name would be as good as a second look-up that was not checked: the check is in the resolver.
        connector = aiohttp.TCPConnector(resolver=_PublicResolver(trusted), limit=20)
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

    async def fetch(self, url: str, target: Path, *, max_bytes: int, total_timeout_s: float) -> int:
        """Stream ``url`` into ``target`` and return its size in bytes. ``target`` is complete or not there.

        Raises:
            FetchRefused: a scheme, address, status or size that is not allowed, or an empty body.
            FetchFailed: the network or the disk failed, or it took longer than ``total_timeout_s``.
        """
        partial = target.with_name(target.name + ".part")
        try:
            async with asyncio.timeout(total_timeout_s), self._response(_parsed(url)) as response:
                size = await _save(response, partial, max_bytes)
            await asyncio.to_thread(partial.replace, target)
        except aiohttp.InvalidURL as error:
            # Before ClientError, which it is too: it will be no better the next time.
            raise FetchRefused("address") from error
        except (aiohttp.ClientError, OSError) as error:
            raise FetchFailed(type(error).__name__) from error
        except ValueError as error:
            # A host that cannot be encoded, or whatever else cannot be put into a request.
            raise FetchRefused("address") from error
        finally:
            # Not in a thread either: after a cancellation there may be nobody to wait for it.
            partial.unlink(missing_ok=True)
        return size

    @asynccontextmanager
    async def _response(self, url: URL) -> AsyncGenerator[aiohttp.ClientResponse]:
        for _ in range(MAX_REDIRECTS + 1):
            self._check(url)
            came_from = url
            async with self._session.get(url, allow_redirects=False) as response:
                location = response.headers.get("Location")
                if response.status in {301, 302, 303, 307, 308} and location:
                    url = url.join(_parsed(location))
                    if came_from.scheme == "https" and url.scheme != "https":
                        raise FetchRefused("scheme")
                    continue
                if response.status != 200:
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
        if url.origin() not in self._trusted_origins and _looks_like_address(url.host) and not _is_public(url.host):
            raise FetchRefused("address")


async def _save(response: aiohttp.ClientResponse, target: Path, max_bytes: int) -> int:
    if (response.content_length or 0) > max_bytes:
        raise FetchRefused("too_large")
    size = 0
    # Opened and closed here, which takes microseconds: in a thread, a cancellation would leave the file open.
    with target.open("wb") as file:
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            size += len(chunk)
            if size > max_bytes:
                raise FetchRefused("too_large")
            await asyncio.to_thread(file.write, chunk)
    if size == 0:
        raise FetchRefused("empty")
    return size


def _parsed(url: str) -> URL:
    try:
        return URL(url)
    except ValueError as error:
        raise FetchRefused("scheme") from error


def _looks_like_address(host: str) -> bool:
    # Everything that aiohttp takes for an address, and so does not resolve.
    return ":" in host or host.replace(".", "").isdigit()


def _is_public(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        ip = _carried(ip) or ip
    is_special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _NOT_PUBLIC)
    return ip.is_global and not is_special


def _carried(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address behind an IPv6 one: it is as public as that. Teredo (2001::/32) is never global."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour
