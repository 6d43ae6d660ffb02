"""The last resort for what is too large: the service's own link, where it is one that members can use."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from bot.fetch.public_addresses import GuardedResolver, looks_like_address
from bot.models import Job

MAX_LENGTH = 1_500
LOOKUP_TIMEOUT_S = 5.0

ResolvesPublicly = Callable[[str], Awaitable[bool]]


async def resolves_publicly(host: str) -> bool:
    """Whether all addresses of the name are of the open internet."""
    resolver = GuardedResolver(frozenset(), refusal=lambda: OSError("an address that is not public"))
    try:
        async with asyncio.timeout(LOOKUP_TIMEOUT_S):
            await resolver.resolve(host, 443)
    except (OSError, UnicodeError, TimeoutError):
        return False
    finally:
        await resolver.close()
    return True


async def public_link(job: Job, resolves: ResolvesPublicly = resolves_publicly) -> str | None:
    """The link of the job's result, made safe for a place inside ``[…](…)``; None where there is none to show.

    Shown are https links to a name (no address, no port, no user) that leads to the open internet: the server of an
    operator's own network would mean nothing to members, and is nobody's business.
    """
    url = job.result_urls[0] if job.result_urls else ""
    host = _host_of(url)
    if host is None or not await resolves(host):
        return None
    # Percent signs stay: what is escaped already must not be escaped again.
    return quote(url, safe=":/?#@!$&',;=%~+*-._")


def _host_of(url: str) -> str | None:
    if len(url) > MAX_LENGTH or not url.isprintable() or any(char.isspace() for char in url):
        return None
    try:
        parts = urlsplit(url)
        is_plain = parts.port is None and parts.username is None and parts.password is None
    except ValueError:
        return None
    host = (parts.hostname or "").removesuffix(".")
    is_name = "." in host and host.isascii() and not looks_like_address(host)
    return host if parts.scheme == "https" and is_plain and is_name else None
