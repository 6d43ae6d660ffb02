"""Which addresses may be connected to when somebody else names them, and a resolver that keeps to it."""

import ipaddress
import socket
from collections.abc import Callable

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

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


class GuardedResolver(AbstractResolver):
    """Resolves names and refuses those with an address that is not public, except the trusted hosts and ports.

    Raises what ``refusal`` makes. aiohttp connects to exactly the addresses that are given here.
    """

    def __init__(self, trusted: frozenset[tuple[str | None, int | None]], *, refusal: Callable[[], Exception]) -> None:
        self._resolver = ThreadedResolver()
        self._trusted = trusted
        self._refusal = refusal

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of ``host``: all of them public, or none is given."""
        found = await self._resolver.resolve(host, port, family)
        if not found:
            raise OSError("no address")
        if (host, port) not in self._trusted and not all(is_public(entry["host"]) for entry in found):
            raise self._refusal()
        return found

    async def close(self) -> None:
        """Nothing of its own to close."""
        await self._resolver.close()


def looks_like_address(host: str) -> bool:
    """Whether aiohttp takes ``host`` for an address, and so does not resolve it."""
    return ":" in host or host.replace(".", "").isdigit()


def is_public(address: str) -> bool:
    """Whether ``address`` is one of the open internet. What cannot be read as an address is not."""
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
