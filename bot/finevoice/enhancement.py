"""Repairs of recordings."""

from pathlib import Path

from bot.finevoice.answers import FillerWordsAnswer, TaskAnswer, TaskState, read_filler_words, read_submission
from bot.finevoice.requests import (
    EnhancementRequest,
    FillerWords,
    LongSilenceRemoval,
    MouthSoundRemoval,
    Normalization,
    Pipeline,
    SpeakerIsolation,
    SpeechEnhancement,
    StutteringRemoval,
    SuperResolution,
)
from bot.finevoice.transport import Transport


class Enhancement:
    """Repairs of recordings. All spend credits.

    Most are documented as answering with the audio itself. It is then streamed into ``target``, which is complete
    afterwards (the answer is done and has ``file``) or not there; more than ``max_bytes`` raises DownloadRefused. Where
    the service answers as it does elsewhere, with an address or a task, the answer has ``urls`` or ``task_id``.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def enhance_speech(self, request: SpeechEnhancement, target: Path, *, max_bytes: int) -> TaskAnswer:
        """Take the noise away."""
        return await self._repair("speech_enhancement", request, target, max_bytes)

    async def raise_resolution(self, request: SuperResolution, target: Path, *, max_bytes: int) -> TaskAnswer:
        """Make 48 kHz of 8 kHz."""
        return await self._repair("speech_super_resolution", request, target, max_bytes)

    async def isolate_speaker(self, request: SpeakerIsolation, target: Path, *, max_bytes: int) -> TaskAnswer:
        """Keep one of two people."""
        return await self._repair("speech_separation", request, target, max_bytes)

    async def remove_mouth_sounds(self, request: MouthSoundRemoval, target: Path, *, max_bytes: int) -> TaskAnswer:
        """Take clicks, pops and breaths away."""
        return await self._repair("remove_mouth_sounds", request, target, max_bytes)

    async def remove_long_silences(self, request: LongSilenceRemoval, target: Path, *, max_bytes: int) -> TaskAnswer:
        """Cut long silences short."""
        return await self._repair("remove_long_silences", request, target, max_bytes)

    async def detect_filler_words(self, request: FillerWords) -> FillerWordsAnswer:
        """Tell where somebody says "um". No audio is made."""
        return read_filler_words(await self._transport.post("v1/enhancer/filler_words/detect", request))

    async def remove_filler_words(self, request: FillerWords, target: Path, *, max_bytes: int) -> TaskAnswer:
        """Cut every "um" out."""
        return await self._repair("filler_words/remove", request, target, max_bytes)

    async def remove_stuttering(self, request: StutteringRemoval, target: Path, *, max_bytes: int) -> TaskAnswer:
        """Cut repeated beginnings of words out."""
        return await self._repair("stuttering/remove", request, target, max_bytes)

    async def normalize(self, request: Normalization, target: Path, *, max_bytes: int) -> TaskAnswer:
        """Bring the recording to a level."""
        return await self._repair("audio_normalization", request, target, max_bytes)

    async def run_pipeline(self, request: Pipeline, target: Path, *, max_bytes: int) -> TaskAnswer:
        """Do several repairs in one go. Documented as answering with an address."""
        return await self._repair("process/pipeline", request, target, max_bytes)

    async def _repair(self, name: str, request: EnhancementRequest, target: Path, max_bytes: int) -> TaskAnswer:
        body = await self._transport.post_for_file(f"v1/enhancer/{name}", request, target, max_bytes)
        if body is None:
            return TaskAnswer(state=TaskState.DONE, file=target)
        return read_submission(body)
