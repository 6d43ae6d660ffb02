"""The FineVoice client: ``async with FineVoice(...) as api: await api.speech.synthesize(...)``.

Methods are grouped as the API groups them, one for each of its 24 operations. All of them raise the errors of
bot/finevoice/errors.py and nothing else. What is submitted spends credits. The answer may be done at once or name a
task to ask for; a failure inside a success is given as an answer, not raised. Never repeat a submit after
``ApiOutcomeUnknown``, ``ApiBroken`` or ``ApiUnexpected``: it may be running, and is paid for.

    speech         synthesize
    voices         list, get, design, train
    effects        generate
    transcription  transcribe
    conversion     convert
    separation     separate
    podcast        generate
    music          compose_song, compose_background, cover
    enhancement    enhance_speech, raise_resolution, isolate_speaker, remove_mouth_sounds, remove_long_silences,
                   detect_filler_words, remove_filler_words, remove_stuttering, normalize, run_pipeline
    tasks          get
"""

from pathlib import Path
from typing import Self

import aiohttp
from yarl import URL

from bot.fetch import Fetcher, FetchFailed, FetchRefused
from bot.fetch.file_kinds import Promised
from bot.finevoice.conversion import Conversions
from bot.finevoice.effects import Effects
from bot.finevoice.enhancement import Enhancement
from bot.finevoice.errors import ApiNotFound, ApiUnreachable, DownloadRefused
from bot.finevoice.music import Music
from bot.finevoice.places import Places
from bot.finevoice.podcast import Podcasts
from bot.finevoice.separation import Separations
from bot.finevoice.speech import Speech
from bot.finevoice.tasks import Tasks
from bot.finevoice.transcription import Transcriptions
from bot.finevoice.transport import Conduct, Transport
from bot.finevoice.voices import Voices

DOWNLOAD_TIMEOUT_S = 600.0
# The smallest plan's number of tasks at once. Source: the provider's documentation of 2026-05-23.
SMALLEST_PLAN = 5
# Said by file servers that are busy, not about the file.
PASSING_STATUSES = frozenset({408, 425, 429})


class FineVoice:
    """An async client. Opens one session of its own and closes it with the block.

    ``base_url`` is where the API is; results may also be fetched from there even if its address is private (the
    embedded studio on loopback). ``timeout_s`` bounds each call but downloads, which are bounded per read by it and
    in all by ten minutes. ``concurrency`` is the plan's number of tasks at once; ``places`` tells how many of them
    the service allows at the moment. ``changes_port``: the service is on this machine and takes another port at each
    start, so that what it made before lies at the new one.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        timeout_s: float = 30.0,
        concurrency: int = SMALLEST_PLAN,
        changes_port: bool = False,
        conduct: Conduct | None = None,
    ) -> None:
        conduct = conduct or Conduct()
        self.places = Places(concurrency, conduct.now)
        self._base_url = URL(base_url)
        self._changes_port = changes_port
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._fetcher = Fetcher(
            timeout_s=timeout_s,
            trusted_origins=frozenset({URL(base_url)}),
            sleep=conduct.sleep,
            rng=conduct.rng,
        )
        transport = Transport(self._session, base_url, api_key, timeout_s, places=self.places, conduct=conduct)
        self.speech = Speech(transport)
        self.voices = Voices(transport)
        self.effects = Effects(transport)
        self.transcription = Transcriptions(transport)
        self.conversion = Conversions(transport)
        self.separation = Separations(transport)
        self.podcast = Podcasts(transport)
        self.music = Music(transport)
        self.enhancement = Enhancement(transport)
        self.tasks = Tasks(transport)

    async def __aenter__(self) -> Self:
        """Nothing to open: connections are made on first use."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self._fetcher.__aexit__()
        await self._session.close()

    async def download(self, url: str, target: Path, *, max_bytes: int, promised: Promised = Promised.AUDIO) -> int:
        """Stream a result into ``target``, which is complete afterwards or not there; return its size in bytes.

        Raises:
            DownloadRefused: too large, empty, not what was promised, or at an address that may not be fetched from.
            ApiNotFound: the result is not there (any more).
            ApiUnreachable: the network failed; asking again is safe.
        """
        try:
            return await self._fetcher.fetch(
                self._where_it_is_now(url),
                target,
                promised=promised,
                max_bytes=max_bytes,
                total_timeout_s=DOWNLOAD_TIMEOUT_S,
            )
        except FetchFailed as error:
            raise ApiUnreachable(str(error)) from error
        except FetchRefused as error:
            if error.status in {403, 404, 410}:
                raise ApiNotFound(error.status, "result_gone") from error
            if error.status is not None and (error.status >= 500 or error.status in PASSING_STATUSES):
                raise ApiUnreachable(f"download {error.status}") from error
            raise DownloadRefused(error.reason) from error

    def _where_it_is_now(self, url: str) -> str:
        if not self._changes_port:
            return url
        try:
            given = URL(url)
        except ValueError:
            # The fetcher says what is wrong with it.
            return url
        return str(given.with_port(self._base_url.port)) if given.host == self._base_url.host else url
