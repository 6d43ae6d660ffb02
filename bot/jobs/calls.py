"""What of a job is handed to the service: one request for each kind."""

from pathlib import Path
from typing import Protocol

from bot.errors import SourceGone
from bot.fetch import Promised
from bot.finevoice.answers import TaskAnswer
from bot.finevoice.client import FineVoice
from bot.finevoice.requests import SoundEffect, SourceType, SpeechSynthesis, TranscriptFormat, Transcription
from bot.jobs.wishes import IsOptedOut, refuse_unwanted
from bot.models import MOST_TAKES, EffectRequest, Job, JobKind, Source, SourceKind, SpeechRequest, TranscriptRequest


class Sources(Protocol):
    """Where the service can fetch what a member attached."""

    async def link(self, source: Source, *, has_bot: bool) -> str:
        """A link that works for a while; ``has_bot`` as in ``Place``.

        Raises:
            SourceGone: the file, or the message it hung in, is gone.
        """
        ...


class Calls:
    """What the carrier asks the service for."""

    def __init__(
        self,
        api: FineVoice,
        sources: Sources,
        *,
        is_opted_out: IsOptedOut,
        takes_seeds: bool = False,
    ) -> None:
        """``takes_seeds``: the embedded studio makes the same sound of the same words unless it is given a seed."""
        self._api = api
        self._sources = sources
        self._is_opted_out = is_opted_out
        self._takes_seeds = takes_seeds

    async def start(self, job: Job) -> TaskAnswer:
        """Ask for the next result of the job. Spends credits.

        Raises:
            ApiError: as the client does.
            SourceGone: what it is to be made from is not there any more.
            InvalidRequest: ``not_transcribed``: since it was asked for, whoever is heard said that others may not.
        """
        await refuse_unwanted(job.request, job.place, self._is_opted_out)
        match job.request:
            case SpeechRequest() as speech:
                return await self._api.speech.synthesize(SpeechSynthesis(voice=speech.voice, text=speech.text))
            case EffectRequest() as effect:
                return await self._api.effects.generate(await self._effect(effect, job))
            case TranscriptRequest() as transcript:
                return await self._api.transcription.transcribe(await self._transcription(transcript, job))

    async def ask(self, task_id: str) -> TaskAnswer:
        """How a task stands. Raises ApiError."""
        return await self._api.tasks.get(task_id)

    async def fetch(self, job: Job, url: str, path: Path, *, max_bytes: int) -> None:
        """Download a result of the job.

        Raises:
            ApiError: as the client does.
            InvalidRequest: as ``start``: it is not shown to anybody either.
        """
        await refuse_unwanted(job.request, job.place, self._is_opted_out)
        promised = Promised.TRANSCRIPT if job.kind is JobKind.TRANSCRIPT else Promised.AUDIO
        await self._api.download(url, path, max_bytes=max_bytes, promised=promised)

    async def _effect(self, effect: EffectRequest, job: Job) -> SoundEffect:
        # The first one of all has no seed: the words alone decide, so that it can be told to somebody else.
        nth = effect.variation * MOST_TAKES + job.takes_made
        return SoundEffect(
            prompt=effect.prompt or None,
            negative_prompt=effect.avoid or None,
            duration_s=effect.duration_s,
            source_url=None if effect.source is None else await self._link(effect.source, job),
            source_type=None if effect.source is None else _source_type(effect.source),
            seed=nth if nth and self._takes_seeds else None,
        )

    async def _transcription(self, transcript: TranscriptRequest, job: Job) -> Transcription:
        return Transcription(
            url=await self._link(transcript.source, job),
            language=transcript.language,
            format=TranscriptFormat.JSON,
            speaker_diarization=transcript.speakers or None,
            word_level_timestamp_alignment=True,
        )

    async def _link(self, source: Source, job: Job) -> str:
        return await self._sources.link(source, has_bot=job.place.has_bot)


def _source_type(source: Source) -> SourceType:
    match source.kind:
        case SourceKind.IMAGE:
            return SourceType.IMAGE
        case SourceKind.VIDEO:
            return SourceType.VIDEO
        case SourceKind.AUDIO:
            # Refused when the job was asked for.
            raise SourceGone
