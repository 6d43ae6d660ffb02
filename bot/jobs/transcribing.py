"""What may be written down, in which language and at what price; whose voice may not be, and what is kept of it all."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from bot.errors import Blocked, InvalidRequest, LimitReached
from bot.jobs.access import is_of_same_guild, may_touch
from bot.jobs.preferences import Preferences
from bot.jobs.service import JobService
from bot.jobs.wishes import is_unwanted, refuse_unwanted
from bot.languages import read_locale
from bot.models import Job, Place, ResultForm, Source, SourceKind, TranscriptRequest
from bot.storage.database import StorageError
from bot.storage.transcripts import KeptTranscript, TranscriptStore

log = logging.getLogger(__name__)

MIB = 1024 * 1024
# So few words tell no language; the one that the guild writes in is the best guess.
TELLS_NO_LANGUAGE_S = 5.0
_KINDS = {
    **dict.fromkeys(("mp3", "ogg", "oga", "opus", "wav", "flac", "m4a", "aac", "wma", "aiff", "amr"), SourceKind.AUDIO),
    **dict.fromkeys(("mp4", "mov", "qt", "webm", "mkv", "avi", "m4v", "3gp"), SourceKind.VIDEO),
}
# Bytes of a second, for a price where nobody knows the length: speech as people usually record it, so that a file
# rarely costs more than it should. Audio: 64 kbit/s; PCM of CD quality; FLAC of the same; video: 1 Mbit/s.
_BYTES_PER_S = {"wav": 176_400, "aiff": 176_400, "flac": 100_000}
_AUDIO_BYTES_PER_S, _VIDEO_BYTES_PER_S = 8_000, 125_000
# The most that a second takes, for a length that the sender's own program tells. Audio: Opus at 510 kbit/s, its highest
# rate; PCM of 192 kHz, stereo, 32 bits; video: 100 Mbit/s.
_MOST_BYTES_PER_S = {"wav": 1_536_000, "aiff": 1_536_000, "flac": 1_536_000}
_MOST_AUDIO_BYTES_PER_S, _MOST_VIDEO_BYTES_PER_S = 64_000, 12_500_000


@dataclass(frozen=True, slots=True)
class TranscriptBounds:
    """The most that one transcript may be made of."""

    max_source_bytes: int = 100 * MIB
    max_length_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that somebody attached, as Discord describes it. All of it is from outside."""

    url: str
    name: str
    content_type: str
    size_bytes: int
    attachment_id: int
    channel_id: int = 0
    message_id: int = 0
    author_id: int = 0
    length_s: float | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody wants a transcript."""

    language: str = ""
    """A code or a name, as it was typed; empty where nothing was."""
    guild_locale: str = ""
    """What the guild writes in, as Discord names it."""
    speakers: bool = False
    is_moderated: bool = False


class Transcribing:
    """The front door for everything about transcripts but their delivery. Raises StorageError."""

    def __init__(
        self,
        jobs: JobService,
        store: TranscriptStore,
        preferences: Preferences,
        bounds: TranscriptBounds,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._jobs = jobs
        self._store = store
        self._preferences = preferences
        self._bounds = bounds
        self._now = now

    async def request(self, offered: Offered, place: Place, wishes: Wishes) -> TranscriptRequest:
        """What to submit. Nothing is fetched or paid yet.

        Raises:
            InvalidRequest: ``nothing_to_hear``: not audio or video; ``file_empty``; ``source_too_large`` and
                ``recording_too_long`` with what is allowed; ``language_unknown``; ``not_transcribed``: who sent it
                does not want that.
        """
        kind = kind_of(offered)
        if kind is None:
            raise InvalidRequest("nothing_to_hear")
        self._refuse_size(offered)
        request = TranscriptRequest(
            source=Source(
                url=offered.url,
                name=offered.name,
                kind=kind,
                size_bytes=offered.size_bytes,
                attachment_id=offered.attachment_id,
                channel_id=offered.channel_id,
                message_id=offered.message_id,
                author_id=offered.author_id,
            ),
            length_s=self._length_s(offered, kind),
            language=self._language(offered, wishes),
            speakers=wishes.speakers,
            is_moderated=wishes.is_moderated,
        )
        await refuse_unwanted(request, place, self.is_opted_out)
        return request

    def _refuse_size(self, offered: Offered) -> None:
        bounds = self._bounds
        if not offered.size_bytes:
            raise InvalidRequest("file_empty")
        if offered.size_bytes > bounds.max_source_bytes:
            raise InvalidRequest("source_too_large", str(bounds.max_source_bytes // MIB))
        if offered.length_s is not None and offered.length_s > bounds.max_length_s:
            raise InvalidRequest("recording_too_long", f"{round(bounds.max_length_s / 60, 1):g}")

    def _length_s(self, offered: Offered, kind: SourceKind) -> float:
        if offered.length_s is not None and offered.length_s > 0:
            # The sender's program told it, and a lie would be cheap.
            return max(offered.length_s, min(least_s(offered, kind), self._bounds.max_length_s))
        usual = _VIDEO_BYTES_PER_S if kind is SourceKind.VIDEO else _AUDIO_BYTES_PER_S
        guess_s = offered.size_bytes / _BYTES_PER_S.get(_ending(offered.name), usual)
        return min(max(1.0, guess_s), self._bounds.max_length_s)

    def _language(self, offered: Offered, wishes: Wishes) -> str | None:
        """The option, else a guess for what is too short to tell."""
        if wishes.language.strip():
            return language_code(wishes.language)
        is_short = offered.length_s is not None and offered.length_s < TELLS_NO_LANGUAGE_S
        guess = read_locale(wishes.guild_locale) if is_short and wishes.guild_locale else None
        return guess.language if guess else None

    async def again(
        self, job_id: str, language: str, place: Place, *, role_ids: tuple[int, ...], moderates: bool
    ) -> Job:
        """The same once more in another language, for free. Once for each transcript.

        Raises:
            JobNotFound: nobody knows the transcript any more.
            InvalidRequest: ``not_your_job``, ``asked_elsewhere``, ``language_unknown``, ``already_in_other_language``.
            LimitReached, Blocked: as for any job; the free one too takes its turn.
        """
        job = await self.may_be_again(job_id, place, moderates=moderates)
        if not isinstance(job.request, TranscriptRequest):
            raise InvalidRequest("nothing_to_retry")
        request = replace(job.request, language=language_code(language), is_second_try=True)
        there = replace(place, is_private=job.place.is_private)
        try:
            return await self._jobs.submit(request, job.form, there, role_ids=role_ids, retry_of=job.id, is_free=True)
        except InvalidRequest as error:
            if error.reason != "nothing_to_retry":
                raise
            raise InvalidRequest("already_in_other_language") from error

    async def may_be_again(self, job_id: str, place: Place, *, moderates: bool) -> Job:
        """The transcript, if this member may have it in another language here. Raises as ``again``."""
        job = await self._jobs.get(job_id)
        if not is_of_same_guild(job, place):
            raise InvalidRequest("asked_elsewhere")
        if not may_touch(job, place, moderates=moderates):
            raise InvalidRequest("not_your_job")
        is_second = isinstance(job.request, TranscriptRequest) and job.request.is_second_try
        if is_second or await self._jobs.was_repeated(job):
            raise InvalidRequest("already_in_other_language")
        return job

    async def take_note(
        self, note: Offered, place: Place, channel_ids: frozenset[int], *, role_ids: tuple[int, ...], locale: str
    ) -> Job | None:
        """A job for a voice note that nobody asked about, where the managers want that; None where it is left alone.

        ``channel_ids``: the channel and, for a thread, the one it belongs to. Each note is taken once, by whichever
        process sees it first. Its sender's limits count; who has reached them is not bothered with that.
        """
        chosen = await self._preferences.guild(place.scope_id)
        length_s = max(note.length_s or 0.0, least_s(note, SourceKind.AUDIO))
        if not channel_ids & set(chosen.transcribed_channels):
            return None
        if not chosen.notes_from_s <= length_s <= chosen.notes_to_s:
            return None
        try:
            request = await self.request(note, place, Wishes(guild_locale=locale))
            if not await self._store.take_note(note.message_id, self._now()):
                return None
            return await self._jobs.submit(request, ResultForm.FILE, place, role_ids=role_ids)
        except (InvalidRequest, LimitReached, Blocked) as error:
            log.info("A voice note is left alone: guild_id=%s reason=%s", place.guild_id, type(error).__name__)
            return None

    async def opt_out(self, user_id: int) -> None:
        """From now on nobody else may have this member transcribed, in any guild."""
        await self._store.opt_out(user_id)

    async def opt_in(self, user_id: int) -> None:
        """Others may again."""
        await self._store.opt_in(user_id)

    async def is_opted_out(self, user_id: int) -> bool:
        """Whether nobody else may have this member transcribed."""
        return await self._store.is_opted_out(user_id)

    async def forget_one(self, scope_id: int, job_id: str) -> None:
        """Remove the text of one transcript of a guild, where it is kept."""
        await self._store.forget_one(scope_id, job_id)


class Keeping:
    """Keeps the text of transcripts where a guild's managers turned that on, and nowhere else."""

    def __init__(self, store: TranscriptStore, preferences: Preferences, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._preferences = preferences
        self._now = now

    async def keep(self, job: Job, text: str) -> None:
        """Keep the text of a transcript that was posted, for as long as its guild says. A failure is only logged."""
        if job.place.guild_id is None or not isinstance(job.request, TranscriptRequest):
            return
        place, speaker_id = job.place, job.request.source.author_id or job.place.user_id
        try:
            days = await self._days(place.scope_id)
            if days <= 0 or await is_unwanted(job.request, place, self._store.is_opted_out):
                return
            ends_at = self._now() + timedelta(days=days)
            await self._store.keep(
                KeptTranscript(job.id, place.scope_id, place.channel_id, place.user_id, speaker_id, text, ends_at)
            )
            # Whoever shortened the time meanwhile looked for what is kept before this was.
            if await self._days(place.scope_id) < days:
                await self._store.forget_one(place.scope_id, job.id)
        except StorageError as error:
            log.warning("A transcript could not be kept: job_id=%s: %s", job.short_id, error)

    async def _days(self, guild_id: int) -> int:
        return (await self._preferences.stored_guild(guild_id)).keep_transcripts_days


def language_code(typed: str) -> str:
    """The code of a language that somebody typed or picked.

    Raises:
        InvalidRequest: ``language_unknown``.
    """
    locale = read_locale(typed)
    if locale is None:
        raise InvalidRequest("language_unknown", typed)
    return locale.language


def least_s(offered: Offered, kind: SourceKind) -> float:
    """The seconds that the bytes take at the highest rate; less than that no honest program tells."""
    most = _MOST_VIDEO_BYTES_PER_S if kind is SourceKind.VIDEO else _MOST_AUDIO_BYTES_PER_S
    return offered.size_bytes / _MOST_BYTES_PER_S.get(_ending(offered.name), most)


def kind_of(offered: Offered) -> SourceKind | None:
    """Whether it is audio or video by what Discord says, else by its name; None where it is neither."""
    family = offered.content_type.partition("/")[0].strip().lower()
    if family in {SourceKind.AUDIO, SourceKind.VIDEO}:
        return SourceKind(family)
    # Discord goes by names too; it names no type where it knows none.
    return _KINDS.get(_ending(offered.name)) if family in {"", "application"} else None


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()
