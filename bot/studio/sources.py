"""Recordings that a request names: brought to this machine, within limits, and from nowhere private.

An address of the studio's own results is not fetched at all but looked up: asking itself over the network would need
a private address to be trusted, and anything else that listens there with it.
"""

import asyncio
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from yarl import URL

from bot.fetch import Fetcher, FetchFailed, FetchRefused, Promised
from bot.fetch.public_addresses import is_public, looks_like_address
from bot.studio.options import StudioOptions
from bot.studio.refusal import Refusal, unprocessable

RESULT_NAME = re.compile(r"[0-9a-f]{40}\.(mp3|wav|flac|m4a|ogg|srt|vtt|json|txt)")
"""What a result is called under ``/files/``."""

_TIMEOUT_S = 30.0
_TOTAL_TIMEOUT_S = 300.0

_REFUSED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "scheme": ("source_address", "The source must have an http or https address, also where it redirects to."),
        "address": ("source_not_public", "The source is at an address that the studio may not fetch from."),
        "redirects": ("source_redirects", "The source redirects too often."),
        "status": ("source_not_there", "The source's server did not give it out."),
        "empty": ("source_empty", "The source is empty."),
        "length": ("source_damaged", "The source's server sent another length than it said."),
        "content": ("source_not_audio", "The source is not a recording in mp3, aac, ogg, wav, flac, m4a, mp4 or webm."),
    }
)


class Sources:
    """Fetches recordings; one for the life of a server, closed with ``async with``."""

    def __init__(self, options: StudioOptions) -> None:
        self._options = options
        self._allowed = frozenset(URL(origin).origin() for origin in options.allowed_origins)
        self._fetcher = Fetcher(timeout_s=_TIMEOUT_S, trusted_origins=self._allowed)

    async def __aenter__(self) -> Self:
        """Nothing to open."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._fetcher.__aexit__()

    def check(self, url: str) -> None:
        """Refuse at once what can be seen to be private without asking anybody.

        Raises:
            Refusal: 422 ``source_not_public``.
        """
        parsed = URL(url)
        host = parsed.host or ""
        is_private = (looks_like_address(host) and not is_public(host)) or host.rstrip(".").endswith("localhost")
        has_password = parsed.user is not None or parsed.password is not None
        if has_password or (is_private and parsed.origin() not in self._allowed):
            raise unprocessable(*_REFUSED["address"])

    async def fetch(self, url: str, target: Path) -> None:
        """Stream the recording to ``target``.

        Raises:
            Refusal: 413 ``source_too_large``, or 422 with the reason.
        """
        limit = self._options.source_bytes
        try:
            await self._fetcher.fetch(
                url, target, promised=Promised.AUDIO, max_bytes=limit, total_timeout_s=_TOTAL_TIMEOUT_S
            )
        except FetchRefused as error:
            if error.reason == "too_large":
                raise source_too_large(limit) from error
            code, message = _REFUSED.get(error.reason, _REFUSED["status"])
            told = f"{message[:-1]} (it answered {error.status})." if error.status is not None else message
            raise unprocessable(code, told) from error
        except FetchFailed as error:
            message = "The source's server cannot be reached, is too slow or broke off."
            raise unprocessable("source_unreachable", message) from error


def source_too_large(limit_bytes: int) -> Refusal:
    """Return the refusal of a larger file than that."""
    return Refusal(413, "source_too_large", f"The source is larger than {limit_bytes / 1024 / 1024:g} MiB.")


def own_result_name(url: str, origins: frozenset[str]) -> str | None:
    """Return the file name when ``url`` is that of a result under one of ``origins``; None for every other address."""
    parsed = URL(url)
    folder, _, name = parsed.path.rpartition("/")
    is_ours = str(parsed.origin()) in {str(URL(origin).origin()) for origin in origins}
    return name if is_ours and folder == "/files" and RESULT_NAME.fullmatch(name) else None


async def take_own_result(find: Callable[[str], Path | None], name: str, target: Path) -> None:
    """Put a result of the studio at ``target``, where it stays even if the result is removed meanwhile.

    Raises:
        Refusal: 422 ``source_not_there``.
    """
    path = find(name)
    gone = unprocessable("source_not_there", "The source is a result of this studio that is not there (any more).")
    if path is None:
        raise gone
    try:
        await asyncio.to_thread(_link_or_copy, path, target)
    except FileNotFoundError as error:
        raise gone from error


def _link_or_copy(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without links
        shutil.copyfile(path, target)
