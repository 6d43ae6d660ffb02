"""HTTP calls to the API: the only place where foreign errors become ours.

Each call goes through the breaker of its group (bot/finevoice/breaker.py), is repeated where that is safe
(bot/finevoice/retry.py), and tells the limiter when the service says 429 (bot/finevoice/places.py).
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiohttp
from pydantic import BaseModel
from yarl import URL

from bot.fetch.file_kinds import HEAD_BYTES, is_audio
from bot.fetch.partial_file import FileTooLong, PartialFile
from bot.finevoice.breaker import Breakers, Outcome, outcome_of
from bot.finevoice.errors import ApiBusy, ApiError, ApiOutcomeUnknown, ApiUnreachable, DownloadRefused
from bot.finevoice.places import Places
from bot.finevoice.refusals import MAX_ANSWER_BYTES, read_at_most, refusal, understood
from bot.finevoice.retry import ONCE, READS, Retries, next_pause_s

log = logging.getLogger(__name__)

# Audio that is made while the caller waits takes as long as it takes, and then is megabytes.
FILE_TIMEOUT_S = 600.0

T = TypeVar("T")


def utc_now() -> datetime:
    """The clock of a client that is given no other."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Conduct:
    """How the client behaves when the service is in trouble, and by which clock and dice.

    Submits are not repeated unless asked for: a caller with a line of its own puts the work back into it.
    """

    reads: Retries = READS
    submits: Retries = ONCE
    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    rng: random.Random = field(default_factory=random.Random)


class Transport:
    """Sends requests with the key and reads the answers."""

    def __init__(  # what it needs, each given by name from the one place that builds it
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        api_key: str,
        timeout_s: float,
        *,
        places: Places,
        conduct: Conduct,
    ) -> None:
        self._session = session
        self._base_url = URL(base_url.rstrip("/") + "/")
        self._headers = {"Authorization": f"Bearer {api_key}", "Accept": "application/json"}
        connect_s = min(10.0, timeout_s)
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=connect_s)
        self._file_timeout = aiohttp.ClientTimeout(total=max(FILE_TIMEOUT_S, timeout_s), sock_connect=connect_s)
        self._places = places
        self._conduct = conduct
        self.breakers = Breakers(conduct.now)

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> object:
        """Read a resource. ``path`` is relative, its variable parts already quoted."""
        exchange = partial(self._exchange, "GET", path, _parsed, time_limit=self._timeout, query=query)
        return await self._persist(path, exchange, is_submit=False)

    async def post(self, path: str, body: BaseModel) -> object:
        """Submit work. Only what was set is sent, under the API's own names."""
        exchange = partial(self._exchange, "POST", path, _parsed, time_limit=self._timeout, body=_wire(body))
        return await self._persist(path, exchange, is_submit=True)

    async def post_for_file(self, path: str, body: BaseModel, target: Path, max_bytes: int) -> object | None:
        """Submit work that is answered with the audio itself, or with JSON like any other.

        Audio, known by its first bytes whatever its Content-Type says, is streamed into ``target``, which is complete
        afterwards, and None is returned. JSON is returned parsed, and ``target`` is not touched. May take ten minutes.

        Raises, beside what ``post`` does:
            DownloadRefused: ``too_large``, with more than ``max_bytes`` bytes. It was made, and is paid for.
            ApiUnreachable: ``target`` cannot be written to; nothing was sent.
        """
        with ExitStack() as stack:
            try:
                # Opened first: what cannot be kept is not asked for.
                file = stack.enter_context(PartialFile(target, max_bytes))
            except OSError as error:
                raise ApiUnreachable(type(error).__name__) from error
            read = partial(_saved_or_parsed, file=file)
            exchange = partial(self._exchange, "POST", path, read, time_limit=self._file_timeout, body=_wire(body))
            return await self._persist(path, exchange, is_submit=True)

    async def _persist(self, path: str, exchange: Callable[[], Awaitable[T]], *, is_submit: bool) -> T:
        """Make a call, and again where that is safe and worth the wait."""
        conduct = self._conduct
        began_at = conduct.now()
        tries_made = 0
        while True:
            try:
                return await self._guarded(path, exchange)
            except ApiError as error:
                tries_made += 1
                pause_s = next_pause_s(
                    error,
                    conduct.submits if is_submit else conduct.reads,
                    is_submit=is_submit,
                    tries_made=tries_made,
                    elapsed_s=(conduct.now() - began_at).total_seconds(),
                    rng=conduct.rng,
                )
                if pause_s is None:
                    raise
                log.info("Asking again: error=%s try=%s pause_s=%.1f", type(error).__name__, tries_made, pause_s)
            await conduct.sleep(pause_s)

    async def _guarded(self, path: str, exchange: Callable[[], Awaitable[T]]) -> T:
        """One try, if the breaker lets it through, and what it says about the service's health."""
        breaker = self.breakers.of(path)
        era = breaker.admit()
        outcome = Outcome.UNTOLD
        try:
            result = await exchange()
            outcome = Outcome.WELL
        except ApiError as error:
            outcome = outcome_of(error)
            if isinstance(error, ApiBusy):
                self._places.lower(error.retry_after_s)
            raise
        finally:
            breaker.report(era, outcome)
        return result

    async def _exchange(
        self,
        method: str,
        path: str,
        read: Callable[[aiohttp.ClientResponse], Awaitable[T]],
        *,
        time_limit: aiohttp.ClientTimeout,
        query: Mapping[str, str] | None = None,
        body: dict[str, object] | None = None,
    ) -> T:
        """One request, its answer read by ``read``; whatever goes wrong is raised as an error of ours."""
        url = self._base_url.join(URL(path, encoded=True))
        try:
            async with self._session.request(
                method,
                url,
                params=query,
                json=body,
                headers=self._headers,
                timeout=time_limit,
                allow_redirects=False,
            ) as response:
                if response.status not in {200, 201, 202}:
                    raise await refusal(response)
                return await read(response)
        except ApiError:
            raise
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise ApiUnreachable(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # ValueError: what a library makes of a host or a header it cannot send, or of an answer it cannot read.
            raise ApiOutcomeUnknown(type(error).__name__) from error


def _wire(body: BaseModel) -> dict[str, object]:
    return body.model_dump(by_alias=True, exclude_none=True, mode="json")


async def _parsed(response: aiohttp.ClientResponse) -> object:
    return understood(response, await read_at_most(response, MAX_ANSWER_BYTES))


async def _saved_or_parsed(response: aiohttp.ClientResponse, file: PartialFile) -> object | None:
    """Keep the body as a file where it is audio (None), or read it as any answer."""
    head = await read_at_most(response, HEAD_BYTES)
    if not is_audio(head[:HEAD_BYTES]):
        return understood(response, head + await read_at_most(response, MAX_ANSWER_BYTES))
    try:
        file.check(response.content_length or 0)
        await file.write(head)
        async for chunk in response.content.iter_any():
            await file.write(chunk)
    except FileTooLong as error:
        raise DownloadRefused("too_large") from error
    await file.keep()
    return None
