"""What a transcript is, whatever form it came in, and how much of one is taken.

All times are seconds from the start of the recording, rounded to milliseconds.
"""

from dataclasses import dataclass
from enum import StrEnum

MAX_BYTES = 8 * 1024 * 1024
"""Some 150 hours of speech as text, or 15 hours as JSON with a time for every word."""
MAX_SEGMENTS = 50_000
"""Some 40 hours at the three seconds of an ordinary subtitle."""
MAX_TIME_S = 360_000.0
"""100 hours. A later time is taken as missing: subtitle clocks have two digits for hours."""


class TranscriptForm(StrEnum):
    """The forms a transcript is read and written in. The values are the API's and the file endings."""

    TXT = "txt"
    SRT = "srt"
    VTT = "vtt"
    JSON = "json"


class TranscriptUnreadable(ValueError):
    """The bytes are not a transcript that can be taken.

    ``shape`` says what they are instead (kinds, sizes and JSON keys, never what was said) and may be logged.
    """

    def __init__(self, shape: str) -> None:
        super().__init__(f"not a transcript: {shape}")
        self.shape = shape


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or one character of a language written without spaces."""

    start_s: float
    end_s: float
    text: str
    probability: float | None = None
    """How sure the recogniser was, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What one speaker said in one go. Both times are 0 in a transcript without times."""

    start_s: float
    end_s: float
    text: str
    """Never empty after reading; lines are separated by single newlines."""
    speaker: str | None = None
    """A name to show: ``Ann``, ``Speaker 1``; None when nobody said who."""
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in a recording.

    As read, segments are ordered by start, every segment ends after it starts, and words lie inside their segment.
    Segments may overlap (people do); only written cues never do. No segments means that nothing was said.
    """

    language: str | None
    """As the recogniser names it: ``en``, ``en-US``, ``english``; None when it did not say."""
    segments: tuple[Segment, ...]
    duration_s: float | None = None
    """Length of the recording where the document tells it."""

    @property
    def is_timed(self) -> bool:
        """False when it is only known what was said, not when."""
        return any(segment.end_s > 0 for segment in self.segments)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Everyone who is named, each once, in order of appearance."""
        return tuple(dict.fromkeys(segment.speaker for segment in self.segments if segment.speaker is not None))

    @property
    def text(self) -> str:
        """Everything that was said, one segment per line, without speakers."""
        return "\n".join(segment.text for segment in self.segments)
