"""A recording into a transcript."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.audio.decoding import Samples, open_audio
from bot.errors import AudioUnreadable
from bot.studio.hearing.languages import refuse_unknown
from bot.studio.hearing.recognition import RATE_HZ, Heard, Recogniser
from bot.studio.hearing.speakers import MOST_SPEAKERS, VoiceCollector
from bot.studio.refusal import Refusal, unprocessable
from bot.transcripts import Segment, Transcript

LONGEST_S = 2 * 3600.0
"""On one slow core the multilingual model takes some 20 minutes for it."""

_SPEAKERS_WARNING = (
    "Speaker labels are experimental: similar voices are taken for one, and people who talk at once are not told apart"
)
_DOUBTFUL_WARNING = "Most words were recognised with little confidence: the recording may be unclear"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a transcription. ``language`` is Whisper's code; None has it detected."""

    language: str | None = None
    has_words: bool = False
    """Whether the transcript tells when each word is said."""
    has_speakers: bool = False
    min_speakers: int | None = None
    max_speakers: int | None = None


@dataclass(frozen=True, slots=True)
class Transcribed:
    """A transcript, what was found on the way, and sentences about what to be careful with."""

    transcript: Transcript
    speech_s: float
    confidence: float | None
    """Mean probability of the words, 0 to 1."""
    warnings: tuple[str, ...]


def refuse_speakers(wanted: Wanted) -> None:
    """Refuse more speakers than can be told apart.

    Raises:
        Refusal: 422 ``too_many_speakers``.
    """
    if wanted.has_speakers and (wanted.min_speakers or 1) > MOST_SPEAKERS:
        message = f"At most {MOST_SPEAKERS} speakers can be told apart here; ask for fewer, or for none."
        raise unprocessable("too_many_speakers", message)


def transcribe_file(recogniser: Recogniser, source: Path, wanted: Wanted) -> Transcribed:
    """Write down what is said in ``source``; silence gives a transcript without segments.

    Memory does not grow with the length but for the words themselves.

    Raises:
        Refusal: 413 ``too_long`` above `LONGEST_S`; 422 ``language_unavailable`` or ``too_many_speakers``.
        AudioUnreadable: as bot/audio/decoding says; a truncated file gives what is there, with a warning.
    """
    refuse_speakers(wanted)
    refuse_unknown(wanted.language, recogniser.languages)
    voices = VoiceCollector() if wanted.has_speakers else None
    warnings: list[str] = []
    heard = _heard(recogniser, source, wanted.language, voices, warnings)
    segments = heard.segments
    if voices is not None and segments:
        most = min(wanted.max_speakers or MOST_SPEAKERS, MOST_SPEAKERS)
        segments = voices.label(segments, fewest=min(wanted.min_speakers or 1, most), most=most)
        warnings.append(_SPEAKERS_WARNING)
    if heard.is_doubtful:
        hint = "." if recogniser.is_multilingual else ", or in another language than English."
        warnings.append(_DOUBTFUL_WARNING + hint)
    if not wanted.has_words:
        segments = tuple(replace(segment, words=()) for segment in segments)
    transcript = Transcript(language=heard.language, segments=_timed(segments), duration_s=round(heard.duration_s, 3))
    return Transcribed(transcript, heard.speech_s, heard.confidence, tuple(warnings))


def _heard(
    recogniser: Recogniser, source: Path, language: str | None, voices: VoiceCollector | None, warnings: list[str]
) -> Heard:
    with open_audio(source) as audio:

        def sound() -> Iterator[Samples]:
            try:
                for block in audio.blocks(rate_hz=RATE_HZ, channels=1):
                    if audio.decoded_s > LONGEST_S:
                        message = f"The recording is longer than {LONGEST_S / 3600:g} hours."
                        raise Refusal(413, "too_long", message)
                    yield block
            except AudioUnreadable as error:
                if error.reason != "truncated":
                    raise
                warnings.append("The recording breaks off before the end that it declares.")

        return recogniser.transcribe(sound(), language=language, on_block=voices.add if voices else None)


def _timed(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Round to milliseconds, as the model of transcripts promises."""
    return tuple(
        replace(segment, start_s=round(segment.start_s, 3), end_s=round(segment.end_s, 3)) for segment in segments
    )
