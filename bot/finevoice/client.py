"""The FineVoice client: ``async with FineVoice(...) as api: await api.speech.synthesize(...)``.

Methods are grouped as the API groups them. All of them raise the errors of bot/finevoice/errors.py and nothing else.
"""

from pathlib import Path
from typing import Self
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.fetch import Fetcher, FetchFailed, FetchRefused
from bot.finevoice.answers import (
    TaskAnswer,
    TaskState,
    VoiceAnswer,
    VoicePage,
    describe_shape,
    read_task,
    read_voice,
    read_voice_page,
)
from bot.finevoice.errors import ApiNotFound, ApiUnexpected, ApiUnreachable, DownloadRefused
from bot.finevoice.requests import SpeechSynthesis, VoiceQuery
from bot.finevoice.transport import Transport

DOWNLOAD_TIMEOUT_S = 600.0
# Said by file servers that are busy, not about the file.
PASSING_STATUSES = frozenset({408, 425, 429})


class Speech:
    """Text to speech."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def synthesize(self, request: SpeechSynthesis) -> TaskAnswer:
        """Ask for ``request.text`` to be spoken. Spends credits.

        The answer may be done at once (``urls``) or name a task to ask for. Never repeat it after
        ``ApiOutcomeUnknown`` or ``ApiBroken``: it may be running, and is paid for.
        """
        body = await self._transport.post("v1/audio/speech-synthesis", request)
        answer = read_task(body)
        if answer.state is TaskState.RUNNING and answer.task_id is None:
            # Nobody could ever ask for it.
            raise ApiUnexpected(describe_shape(body))
        return answer


class Voices:
    """The voice catalogue."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list(self, query: VoiceQuery) -> VoicePage:
        """One page of voices."""
        wire = query.model_dump(by_alias=True, exclude_none=True, mode="json")
        text = {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in wire.items()}
        return read_voice_page(await self._transport.get("v1/voice/pagevoices", text))

    async def get(self, name: str, *, design_uuid: str | None = None) -> VoiceAnswer:
        """One voice by its name; ``design_uuid`` picks a version of a designed voice.

        Raises ApiNotFound where there is none.
        """
        query = {"desigUuid": design_uuid} if design_uuid else None
        return read_voice(await self._transport.get(f"v1/voice/{_segment(name)}", query))


class Tasks:
    """Work that was submitted."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, task_id: str) -> TaskAnswer:
        """What the task is doing now. Raises ApiNotFound where the service does not know it (any more)."""
        return read_task(await self._transport.get(f"v1/task/{_segment(task_id)}"))


class FineVoice:
    """An async client. Opens one session of its own and closes it with the block.

    ``base_url`` is where the API is; results may also be fetched from there even if its address is private (the
    embedded studio on loopback). ``timeout_s`` bounds each call but downloads, which are bounded per read by it and
    in all by ten minutes.
    """

    def __init__(self, *, base_url: str, api_key: str, timeout_s: float = 30.0) -> None:
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._fetcher = Fetcher(timeout_s=timeout_s, trusted_origins=frozenset({URL(base_url)}))
        transport = Transport(self._session, base_url, api_key, timeout_s)
        self.speech = Speech(transport)
        self.voices = Voices(transport)
        self.tasks = Tasks(transport)

    async def __aenter__(self) -> Self:
        """Nothing to open: connections are made on first use."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self._fetcher.__aexit__()
        await self._session.close()

    async def download(self, url: str, target: Path, *, max_bytes: int) -> int:
        """Stream a result into ``target``, which is complete afterwards or not there; return its size in bytes.

        Raises:
            DownloadRefused: too large, empty, or at an address that may not be fetched from.
            ApiNotFound: the result is not there (any more).
            ApiUnreachable: the network failed; asking again is safe.
        """
        try:
            return await self._fetcher.fetch(url, target, max_bytes=max_bytes, total_timeout_s=DOWNLOAD_TIMEOUT_S)
        except FetchFailed as error:
            raise ApiUnreachable(str(error)) from error
        except FetchRefused as error:
            if error.status in {403, 404, 410}:
                raise ApiNotFound(error.status, "result_gone") from error
            if error.status is not None and (error.status >= 500 or error.status in PASSING_STATUSES):
                raise ApiUnreachable(f"download {error.status}") from error
            raise DownloadRefused(error.reason) from error


def _segment(name: str) -> str:
    """``name`` as one segment of a path. Nothing can be called by a name that would lead elsewhere."""
    if name in {"", ".", ".."}:
        raise ApiNotFound(404, "impossible_name")
    return quote(name, safe="", errors="replace")
