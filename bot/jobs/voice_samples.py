"""A short sample of each voice, made once and kept, so that members can listen before they choose.

Nobody is charged for a sample, so it is bounded in every other way: a member may have only so many made in a while and
a guild only so many in a day, one is made at a time, and it takes one of the API key's places like any job does.
"""

import asyncio
import hashlib
import logging
import math
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TypeVar

from bot.audio.decoding import open_audio
from bot.audio.encoding import AudioForm, AudioWriter, Encoding
from bot.errors import AudioUnreadable, InvalidRequest, LimitReached
from bot.finevoice.answers import TaskAnswer, TaskState
from bot.finevoice.client import FineVoice
from bot.finevoice.errors import (
    ApiBroken,
    ApiBusy,
    ApiError,
    ApiNotFound,
    ApiOutcomeUnknown,
    ApiOutOfCredit,
    ApiRejected,
    ApiUnauthorized,
    ApiUnexpected,
    ApiUnreachable,
    TaskFailed,
)
from bot.finevoice.requests import SpeechSynthesis
from bot.jobs.sample_claims import take_claim
from bot.jobs.sample_texts import sample_text
from bot.limits import Rate
from bot.models import Place, Voice
from bot.remembered import Remembered
from bot.storage.voice_samples import SampleStore

log = logging.getLogger(__name__)

K = TypeVar("K")
V = TypeVar("V")

# Small, and played by every client that Discord has.
ENCODING = Encoding(AudioForm.MP3, rate_hz=24_000, channels=1, bitrate_bps=64_000)
MAX_LENGTH_S = 15.0
MAX_RESULT_BYTES = 8 * 1024 * 1024
MAX_WAITING = 10
MAX_KEPT, MAX_KEPT_BYTES = 2_000, 200 * 1024 * 1024
# Samples made for one member; those that are there already may be had at any time.
MEMBER_RATE = Rate(burst=6, refill_s=10.0)
LEFT_BEHIND_AFTER_S = 3600.0
WAIT_FOR_PLACE_S, LOOK_EVERY_S = 30.0, 0.5
# Nobody else of this process has a sample made meanwhile.
WAIT_FOR_OTHERS_S = 30.0
MADE_WITHIN = timedelta(seconds=90)
ASK_EVERY_S, ASK_AT_MOST_EVERY_S = 0.5, 30.0
# A voice that cannot speak is not asked, and perhaps paid for, again and again.
FAILED_FOR = timedelta(minutes=10)
REMEMBERED_FAILURES, REMEMBERED_MEMBERS = 500, 10_000
# These say that nothing was started, so nothing was paid for.
NOTHING_STARTED = (ApiUnreachable, ApiBusy, ApiRejected)
# These say nothing about a task that was started; 404 was seen for one that was accepted a moment before.
NOT_TOLD = (ApiUnreachable, ApiOutcomeUnknown, ApiBusy, ApiBroken, ApiNotFound)


@dataclass(frozen=True, slots=True)
class SampleOptions:
    """Where samples are kept, and how many are made."""

    folder: Path
    guild_day: int
    """Samples made for one guild, or one member's direct messages, in a day (UTC); 0: no limit."""


class VoiceSamples:
    """The samples of all voices."""

    def __init__(
        self,
        api: FineVoice,
        store: SampleStore,
        options: SampleOptions,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        place_came_free: Callable[[], None],
    ) -> None:
        """``place_came_free`` is called when a place of the key may be used by a job again."""
        self._api = api
        self._store = store
        self._options = options
        self._now = now
        self._sleep = sleep
        self._place_came_free = place_came_free
        self._making = asyncio.Lock()
        self._waiting = 0
        self._full_at: Remembered[int, datetime] = Remembered(REMEMBERED_MEMBERS)
        self._failed_until: Remembered[str, datetime] = Remembered(REMEMBERED_FAILURES)

    async def fetch(self, voice: Voice, place: Place) -> bytes:
        """The sample as an MP3 file, made now if there is none yet.

        Raises:
            InvalidRequest: ``samples_too_fast`` with the seconds to wait; ``samples_busy``; ``samples_used_up`` with
                the number a day; ``sample_failed``: this voice did not speak; ``sample_service_down``.
            StorageError: the database failed.
        """
        path = self._path(voice)
        kept = await asyncio.to_thread(_read, path)
        if kept is not None:
            return kept
        self._refuse_failed(voice)
        self._take_turn(place.user_id)
        if self._waiting >= MAX_WAITING:
            raise InvalidRequest("samples_busy")
        self._waiting += 1
        try:
            async with self._making, self._claimed(voice, path) as sample:
                return sample or await self._make(voice, path, place.scope_id)
        finally:
            self._waiting -= 1

    def _path(self, voice: Voice) -> Path:
        """The names of voices are text from outside, and no names for files."""
        said = f"{voice.name}\0{sample_text(voice.language)}"
        return self._options.folder / f"{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:32]}.mp3"

    def _take_turn(self, user_id: int) -> None:
        """One more of the member's; GCRA, as for jobs, but in memory: it protects from haste, not from spending."""
        now, rate = self._now(), MEMBER_RATE
        one = timedelta(seconds=rate.refill_s)
        full_at = max(self._full_at.get(user_id, now), now) + one
        wait_s = (full_at - now - rate.burst * one).total_seconds()
        if wait_s > 0:
            raise InvalidRequest("samples_too_fast", str(math.ceil(wait_s)))
        self._full_at.keep(user_id, full_at)

    def _refuse_failed(self, voice: Voice) -> None:
        if self._failed_until.get(voice.name, self._now()) > self._now():
            raise InvalidRequest("sample_failed")

    @asynccontextmanager
    async def _claimed(self, voice: Voice, path: Path) -> AsyncGenerator[bytes | None]:
        """Keep other processes from making the same; gives the sample where somebody was first."""
        claim = path.with_suffix(".claim")
        try:
            sample = await self._read_or_claim(path, claim)
        except OSError as error:
            raise self._refusal(voice, error) from error
        if sample is not None:
            yield sample
            return
        try:
            # It may have been made between the last look and the claim.
            yield await asyncio.to_thread(_read, path)
        finally:
            await asyncio.to_thread(claim.unlink, missing_ok=True)

    async def _read_or_claim(self, path: Path, claim: Path) -> bytes | None:
        for _ in range(int(WAIT_FOR_OTHERS_S / LOOK_EVERY_S)):
            sample = await asyncio.to_thread(_read, path)
            if sample is not None or await asyncio.to_thread(take_claim, claim, self._now()):
                return sample
            await self._sleep(LOOK_EVERY_S)
        raise InvalidRequest("samples_busy")

    async def _make(self, voice: Voice, path: Path, scope_id: int) -> bytes:
        self._refuse_failed(voice)
        counted = await self._count(scope_id)
        try:
            await self._speak(voice, path)
        except NOTHING_STARTED as error:
            await self._store.undo(counted)
            raise self._refusal(voice, error) from error
        except (ApiError, AudioUnreadable, OSError) as error:
            raise self._refusal(voice, error) from error
        except InvalidRequest:
            await self._store.undo(counted)
            raise
        await asyncio.to_thread(_forget_oldest, self._options.folder, path)
        log.info("Sample made: voice=%r guild_id=%s", voice.name, scope_id)
        return await asyncio.to_thread(path.read_bytes)

    async def _count(self, scope_id: int) -> str:
        try:
            return await self._store.count_one(scope_id, self._now(), at_most=self._options.guild_day)
        except LimitReached as error:
            raise InvalidRequest("samples_used_up", str(error.allowed)) from error

    def _refusal(self, voice: Voice, error: Exception) -> InvalidRequest:
        log.warning("No sample: voice=%r error=%s", voice.name, type(error).__name__)
        if isinstance(error, ApiBusy):
            return InvalidRequest("samples_busy")
        if isinstance(error, ApiUnreachable | ApiUnauthorized | ApiOutOfCredit):
            return InvalidRequest("sample_service_down")
        self._failed_until.keep(voice.name, self._now() + FAILED_FOR)
        return InvalidRequest("sample_failed")

    async def _speak(self, voice: Voice, path: Path) -> None:
        """Have the sentence spoken and written to ``path``. Spends credits."""
        raw = path.with_suffix(".raw")
        try:
            async with self._api.places.place():
                await self._until_free()
                request = SpeechSynthesis(voice=voice.name, text=sample_text(voice.language))
                answer = await self._api.speech.synthesize(request)
                url = await self._result_of(answer)
        finally:
            self._place_came_free()
        try:
            await self._fetch_result(url, raw)
            await asyncio.to_thread(_write_sample, raw, path)
        finally:
            await asyncio.to_thread(raw.unlink, missing_ok=True)

    async def _fetch_result(self, url: str, raw: Path) -> None:
        try:
            await self._api.download(url, raw, max_bytes=MAX_RESULT_BYTES)
        except (ApiUnreachable, ApiRejected) as error:
            # It was made, and paid for.
            raise ApiUnexpected("a result that cannot be fetched") from error

    async def _until_free(self) -> None:
        """Wait for the place that is taken here to be one that no job holds: they leave one, and no more is taken."""
        for _ in range(int(WAIT_FOR_PLACE_S / LOOK_EVERY_S)):
            if await self._store.jobs_with_service() + self._api.places.taken <= self._api.places.allowed:
                return
            await self._sleep(LOOK_EVERY_S)
        raise InvalidRequest("samples_busy")

    async def _result_of(self, answer: TaskAnswer) -> str:
        """Ask until the task is over; the address of what it made."""
        until = self._now() + MADE_WITHIN
        while answer.state is TaskState.RUNNING:
            if answer.task_id is None or self._now() > until:
                raise ApiUnexpected("a task without an end")
            answer = await self._ask(answer.task_id)
        if answer.state is TaskState.FAILED or not answer.urls:
            raise TaskFailed(answer.error_code, answer.error_message)
        return answer.urls[0]

    async def _ask(self, task_id: str) -> TaskAnswer:
        await self._sleep(ASK_EVERY_S)
        try:
            return await self._api.tasks.get(task_id)
        except NOT_TOLD as error:
            asked_for_s = error.retry_after_s if isinstance(error, ApiBusy) else None
            await self._sleep(min(asked_for_s or ASK_EVERY_S, ASK_AT_MOST_EVERY_S))
            return TaskAnswer(state=TaskState.RUNNING, task_id=task_id)
        except ApiRejected as error:
            raise TaskFailed(error.code) from error


def _read(path: Path) -> bytes | None:
    """The file, if it is there; it counts as used now, so that it is among the last to go."""
    try:
        sample = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    return sample or None


def _write_sample(raw: Path, path: Path) -> None:
    """Encode the first seconds of what the service made.

    Raises:
        AudioUnreadable: it is no sound.
    """
    with open_audio(raw) as audio, AudioWriter(path, ENCODING) as writer:
        for block in audio.blocks(rate_hz=ENCODING.rate_hz, channels=ENCODING.channels):
            writer.write(block)
            if writer.samples_written >= MAX_LENGTH_S * ENCODING.rate_hz:
                break


def _forget_oldest(folder: Path, newest: Path) -> None:
    """Remove the samples that were not asked for the longest, beyond the number and the bytes that are kept."""
    found = [(file.stat(), file) for file in folder.glob("*.mp3") if file != newest]
    size = newest.stat().st_size
    for number, (facts, file) in enumerate(sorted(found, key=lambda entry: -entry[0].st_mtime), start=2):
        size += facts.st_size
        if number > MAX_KEPT or size > MAX_KEPT_BYTES:
            file.unlink(missing_ok=True)
    for file in chain.from_iterable(folder.glob(ending) for ending in ("*.claim", "*.raw", "*.part")):
        # What a crash left behind; none that is still needed is nearly that old.
        if newest.stat().st_mtime - file.stat().st_mtime > LEFT_BEHIND_AFTER_S:
            file.unlink(missing_ok=True)
