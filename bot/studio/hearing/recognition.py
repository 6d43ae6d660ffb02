"""Sound into words with their times. Runs in a worker process only."""

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, cast

import numpy as np

from bot.audio.decoding import Samples
from bot.studio.hearing.blocks import quiet_blocks
from bot.studio.hearing.models import HearingModel
from bot.transcripts import Segment, Word

RATE_HZ = 16_000
"""What Whisper was trained on."""
SHORTEST_WORD_S = 0.02
"""Whisper's own step of time: a word right after a pause can come out without any length."""

OnBlock: TypeAlias = Callable[[Samples, float, Sequence[Segment]], None]
"""Told of each block: its sound, where it starts (seconds), and what is said in it, in times of the whole."""

_BEAM = 5
_REPETITIVE = 2.4
"""Source: Whisper's own threshold of the compression ratio, above which it takes its words for a loop."""
_LONGEST_REPEAT = 3  # tokens
_UNSURE = 0.5
"""Below this mean probability of the words, clear speech of a language that the model knows is unlikely."""


class _HeardWord(Protocol):
    start: float
    end: float
    word: str
    probability: float


class _HeardSegment(Protocol):
    start: float
    end: float
    text: str
    words: Sequence[_HeardWord] | None
    compression_ratio: float


class _Info(Protocol):
    language: str
    language_probability: float
    duration_after_vad: float


class _WhisperModel(Protocol):
    """The part of faster-whisper used here; the package has no types."""

    @property
    def supported_languages(self) -> list[str]: ...
    def transcribe(self, audio: Samples, **options: object) -> tuple[Iterable[_HeardSegment], _Info]: ...


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said in a recording. ``speech_s`` seconds of ``duration_s`` were taken for speech."""

    language: str | None
    segments: tuple[Segment, ...]
    duration_s: float
    speech_s: float

    @property
    def confidence(self) -> float | None:
        """Mean probability of the words, 0 to 1; None without words."""
        sure = [word.probability for segment in self.segments for word in segment.words if word.probability is not None]
        return float(np.mean(sure)) if sure else None

    @property
    def is_doubtful(self) -> bool:
        """Whether the words are so unsure that the speech may be unclear or of another language."""
        return self.confidence is not None and self.confidence < _UNSURE


@dataclass(slots=True)
class _Hearing:
    """What was heard so far."""

    language: str | None
    segments: list[Segment] = field(default_factory=list[Segment])
    samples: int = 0
    speech_s: float = 0.0


class Recogniser:
    """Loads a model (0.3 to 1 s; 250 MB with tiny.en, 420 MB with base)."""

    def __init__(self, model: HearingModel, *, threads: int = 1) -> None:
        whisper = importlib.import_module("faster_whisper")
        loaded = whisper.WhisperModel(model.location, device="cpu", compute_type="int8", cpu_threads=threads)
        self._model = cast("_WhisperModel", loaded)
        self.name = model.name
        self.languages = frozenset(self._model.supported_languages)
        """Codes of the languages it can write down."""

    @property
    def is_multilingual(self) -> bool:
        """Whether it knows more than English."""
        return len(self.languages) > 1

    def transcribe(
        self,
        sound: Iterable[Samples],
        *,
        language: str | None = None,
        hints: str = "",
        on_block: OnBlock | None = None,
    ) -> Heard:
        """Write down ``sound``: pieces of one channel at `RATE_HZ`. Memory does not grow with its length.

        ``language`` is one of ``languages``; None has it detected where speech first occurs. ``hints`` are words
        that the recogniser is to expect. What the voice activity detector takes for silence is not listened to, as
        Whisper makes up words there. There is no randomness: the same sound gives the same words.
        """
        hearing = _Hearing("en" if not self.is_multilingual else language)
        for block in quiet_blocks(sound, RATE_HZ):
            offset_s, already = hearing.samples / RATE_HZ, len(hearing.segments)
            self._listen(block, hearing, hints)
            if on_block is not None:
                on_block(block, offset_s, hearing.segments[already:])
        return Heard(
            language=hearing.language,
            segments=tuple(hearing.segments),
            duration_s=hearing.samples / RATE_HZ,
            speech_s=hearing.speech_s,
        )

    def _listen(self, block: Samples, hearing: _Hearing, hints: str) -> None:
        found, info = self._heard(block, hearing.language, hints)
        if any(segment.compression_ratio > _REPETITIVE for segment in found):
            # Whisper would try again with words drawn at random; forbidding repetition is the same every time.
            found, info = self._heard(block, hearing.language, "", no_repeat_ngram_size=_LONGEST_REPEAT)
        offset_s = hearing.samples / RATE_HZ
        heard = [_segment(segment, offset_s) for segment in found]
        hearing.segments += [segment for segment in heard if segment is not None]
        hearing.samples += block.size
        hearing.speech_s += info.duration_after_vad
        if hearing.language is None and any(heard):
            hearing.language = info.language

    def _heard(
        self, block: Samples, language: str | None, hints: str, **more: object
    ) -> tuple[list[_HeardSegment], _Info]:
        found, info = self._model.transcribe(
            np.ascontiguousarray(block, dtype=np.float32),
            language=language,
            beam_size=_BEAM,
            # Higher temperatures draw at random, with a generator that cannot be seeded again.
            temperature=0.0,
            # What was misheard once would be repeated for minutes.
            condition_on_previous_text=False,
            hotwords=hints or None,
            word_timestamps=True,
            vad_filter=True,
            **more,
        )
        return list(found), info


def _segment(heard: _HeardSegment, offset_s: float) -> Segment | None:
    words = _words(heard.words or (), offset_s)
    text = heard.text.strip()
    if not text:
        return None
    start_s = words[0].start_s if words else float(heard.start) + offset_s
    end_s = words[-1].end_s if words else float(heard.end) + offset_s
    return Segment(start_s, max(end_s, start_s + SHORTEST_WORD_S), text, words=words)


def _words(heard: Sequence[_HeardWord], offset_s: float) -> tuple[Word, ...]:
    """The words in order, none without length and none before the end of the one before."""
    words: list[Word] = []
    spoken_to_s = offset_s
    for one in heard:
        text = one.word.strip()
        if not text:
            continue
        start_s = max(float(one.start) + offset_s, spoken_to_s)
        end_s = max(float(one.end) + offset_s, start_s + SHORTEST_WORD_S)
        words.append(Word(start_s, end_s, text, probability=float(one.probability)))
        spoken_to_s = end_s
    return tuple(words)
