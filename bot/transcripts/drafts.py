"""What the readers of all forms deliver, and how it becomes a transcript that keeps its promises.

A draft says what its document said: times may be missing, out of order, negative or in unknown units.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.transcripts.clock import Moment, Unit
from bot.transcripts.model import (
    MAX_SEGMENTS,
    MAX_TIME_S,
    Segment,
    Transcript,
    TranscriptUnreadable,
    Word,
)
from bot.transcripts.speakers import names_of
from bot.transcripts.wording import clean_line, clean_text, join_pieces

CHARACTERS_PER_SECOND = 15.0
"""How fast speech is taken to be where a time is missing: 150 words a minute, five letters and a space each."""
_SHORTEST_GUESS_S = 0.5
_LONGEST_LANGUAGE = 40

Span = tuple[float | None, float | None]
"""Start and end in seconds, None where unknown."""


@dataclass(slots=True)
class WordDraft:
    """A word as its document has it. ``speaker`` is a label, not yet a name."""

    text: str
    start: Moment | None = None
    end: Moment | None = None
    probability: float | None = None
    speaker: str | None = None


@dataclass(slots=True)
class SegmentDraft:
    """A segment as its document has it. ``text`` may be empty where the words say all."""

    text: str
    start: Moment | None = None
    end: Moment | None = None
    speaker: str | None = None
    words: Sequence[WordDraft] = ()


@dataclass(slots=True)
class Draft:
    """A document as it was read. ``unit`` is what its times count where they do not say themselves."""

    segments: Sequence[SegmentDraft]
    language: str | None = None
    duration: Moment | None = None
    unit: Unit = field(default=Unit.SECONDS)


def build_transcript(draft: Draft) -> Transcript:
    """Make a draft into a transcript as the model promises it.

    Times are rounded to milliseconds; NaN, infinite and later than 100 hours count as missing, negative ones as 0.
    What is missing is taken from the words or the neighbours, else guessed from the length of the text. A segment
    without text is left out. Doing it again to the result changes nothing.

    Raises TranscriptUnreadable for more than ``MAX_SEGMENTS``.
    """
    refuse_too_many(len(draft.segments))
    spoken = [(text, segment) for segment in draft.segments if (text := _text_of(segment))]
    spans = [_span_of(segment, draft.unit) for _, segment in spoken]
    is_timed = any((start or 0) > 0 or (end or 0) > 0 for start, end in spans)
    times = _fill(spans, [len(text) for text, _ in spoken]) if is_timed else [(0.0, 0.0)] * len(spoken)
    names = names_of({segment.speaker for _, segment in spoken if segment.speaker is not None})
    built = (
        _build_segment(text, segment, time, names=names, unit=draft.unit if is_timed else None)
        for (text, segment), time in zip(spoken, times, strict=True)
    )
    return Transcript(
        language=clean_line(draft.language or "")[:_LONGEST_LANGUAGE].strip() or None,
        segments=tuple(sorted(built, key=lambda segment: segment.start_s)),
        duration_s=_usable(draft.duration, draft.unit) or None,
    )


def refuse_too_many(segments: int) -> None:
    """Raise TranscriptUnreadable for a number of segments above ``MAX_SEGMENTS``."""
    if segments > MAX_SEGMENTS:
        raise TranscriptUnreadable(f"{segments} segments, more than {MAX_SEGMENTS}")


def draft_of(transcript: Transcript) -> Draft:
    """Return the draft that a transcript would have been built from, to build it anew."""
    return Draft(
        segments=[_segment_draft(segment) for segment in transcript.segments],
        language=transcript.language,
        duration=None if transcript.duration_s is None else Moment(transcript.duration_s, Unit.SECONDS),
    )


def _segment_draft(segment: Segment) -> SegmentDraft:
    words = [
        WordDraft(word.text, Moment(word.start_s, Unit.SECONDS), Moment(word.end_s, Unit.SECONDS), word.probability)
        for word in segment.words
    ]
    start, end = Moment(segment.start_s, Unit.SECONDS), Moment(segment.end_s, Unit.SECONDS)
    return SegmentDraft(segment.text, start, end, segment.speaker, words)


def _text_of(segment: SegmentDraft) -> str:
    return clean_text(segment.text) or clean_line(join_pieces([word.text for word in segment.words]))


def _usable(moment: Moment | None, unit: Unit) -> float | None:
    if moment is None:
        return None
    seconds = moment.seconds(unit)
    if not math.isfinite(seconds) or seconds > MAX_TIME_S:
        return None
    return round(max(0.0, seconds), 3)


def _span_of(segment: SegmentDraft, unit: Unit) -> Span:
    start, end = _usable(segment.start, unit), _usable(segment.end, unit)
    if start is not None and end is not None and start < end:
        return start, end
    spoken = [(_usable(word.start, unit), _usable(word.end, unit)) for word in segment.words]
    starts = [first for first, _ in spoken if first is not None]
    ends = [last for _, last in spoken if last is not None]
    if not starts or not ends or min(starts) >= max(ends):
        return start, end
    return min(starts), max(ends)


def _fill(spans: Sequence[Span], lengths: Sequence[int]) -> list[tuple[float, float]]:
    filled: list[tuple[float, float]] = []
    spoken_to = 0.0
    following = [*(start for start, _ in spans[1:]), None]
    for (given_start, given_end), next_start, length in zip(spans, following, lengths, strict=True):
        start = given_start
        if start is None:
            bounds = (limit for limit in (given_end, next_start) if limit is not None)
            start = min(spoken_to, *bounds, MAX_TIME_S)
        end = given_end
        if end is None or end <= start:
            end = _guess_end(start, length, next_start)
        filled.append((start, end))
        spoken_to = end
    return filled


def _guess_end(start: float, length: int, next_start: float | None) -> float:
    guess = start + max(length / CHARACTERS_PER_SECOND, _SHORTEST_GUESS_S)
    if next_start is not None and next_start > start:
        guess = min(guess, next_start)
    return round(min(guess, MAX_TIME_S), 3)


def _build_segment(
    text: str,
    segment: SegmentDraft,
    time: tuple[float, float],
    *,
    names: Mapping[str, str | None],
    unit: Unit | None,
) -> Segment:
    speaker = names[segment.speaker] if segment.speaker is not None else None
    words = () if unit is None else tuple(_build_words(segment.words, time, unit))
    return Segment(time[0], time[1], text, speaker, words)


def _build_words(words: Sequence[WordDraft], time: tuple[float, float], unit: Unit) -> Iterator[Word]:
    """Yield words with times inside ``time`` and in order; what is missing reaches from neighbour to neighbour."""
    spoken = [(text, word, _usable(word.start, unit)) for word in words if (text := clean_line(word.text))]
    starts = [start for _, _, start in spoken]
    if all(start is None for start in starts):
        return
    earliest, latest = time
    spoken_to = earliest
    for (text, word, given_start), next_start in zip(spoken, [*starts[1:], None], strict=True):
        start = min(max(spoken_to if given_start is None else given_start, earliest), latest)
        end = _usable(word.end, unit)
        if end is None or end < start:
            end = max(start, latest if next_start is None else next_start)
        end = min(end, latest)
        yield Word(start, end, text, _probability(word.probability))
        earliest, spoken_to = start, end


def _probability(raw: float | None) -> float | None:
    return round(raw, 4) if raw is not None and 0 <= raw <= 1 else None
