"""Seconds or milliseconds: decided once for a document, from what it says and how fast people speak.

In order of weight:
1. what the document says: ``time_unit``, a key such as ``start_ms``, a clock such as ``00:00:01,000``;
2. the length of the recording: times that reach more than 20 times beyond it are milliseconds, and it is seconds;
3. how much is said per unit of time. People speak 5 to 25 characters a second. Read as seconds, a document in
   milliseconds would hold less than 0.1 characters a second; one in seconds holds more than 0.3 even when a short
   sentence is spread over half a minute. The border is at 0.2 for whole numbers, and at 0.02 where a number has a
   fraction, because hardly any program writes fractions of milliseconds. No time beyond 100 means seconds.
"""

from collections.abc import Iterator, Sequence

from bot.transcripts.clock import Moment, Unit
from bot.transcripts.drafts import SegmentDraft, WordDraft

_LEAST_CHARACTERS_PER_UNIT = 0.2
_LEAST_WITH_FRACTIONS = 0.02
_LONGEST_OBVIOUS_SECONDS = 100
_TIMES_BEYOND_LENGTH = 20


def decide_unit(segments: Sequence[SegmentDraft], duration: Moment | None) -> Unit:
    """Return what the times that do not say so themselves count."""
    values = list(_unsure_values(segments))
    if not values:
        length = _unsure(duration)
        return Unit.SECONDS if length is None else _by_speed(_characters(segments), length, [length])
    if duration is not None and max(values) > _TIMES_BEYOND_LENGTH * duration.seconds(Unit.SECONDS) > 0:
        return Unit.MILLISECONDS
    timed = [segment for segment in segments if _unsure(segment.start) is not None] or [
        word for segment in segments for word in segment.words if _unsure(word.start) is not None
    ]
    return _by_speed(_characters(timed), sum(map(_length, timed)) or max(values), values)


def decide_duration(segments: Sequence[SegmentDraft], duration: Moment | None, unit: Unit) -> Moment | None:
    """Return the length of the recording with its unit: that of the times, unless they would reach beyond it."""
    length = _unsure(duration)
    if length is None:
        return duration
    is_too_short = unit is Unit.MILLISECONDS and length < max(_unsure_values(segments), default=0.0)
    return Moment(length, Unit.SECONDS if is_too_short else unit)


def _by_speed(characters: int, length: float, values: Sequence[float]) -> Unit:
    if max(values) <= _LONGEST_OBVIOUS_SECONDS or length <= 0:
        return Unit.SECONDS
    has_fractions = any(not value.is_integer() for value in values)
    least = _LEAST_WITH_FRACTIONS if has_fractions else _LEAST_CHARACTERS_PER_UNIT
    return Unit.SECONDS if characters / length >= least else Unit.MILLISECONDS


def _unsure(moment: Moment | None) -> float | None:
    return moment.value if moment is not None and moment.unit is None else None


def _unsure_values(segments: Sequence[SegmentDraft]) -> Iterator[float]:
    for segment in segments:
        for timed in (segment, *segment.words):
            for moment in (timed.start, timed.end):
                value = _unsure(moment)
                if value is not None:
                    yield value


def _characters(timed: Sequence[SegmentDraft | WordDraft]) -> int:
    return sum(len(piece.text) or _characters_of_words(piece) for piece in timed)


def _characters_of_words(piece: SegmentDraft | WordDraft) -> int:
    return sum(len(word.text) for word in piece.words) if isinstance(piece, SegmentDraft) else 0


def _length(piece: SegmentDraft | WordDraft) -> float:
    start, end = _unsure(piece.start), _unsure(piece.end)
    return max(0.0, end - start) if start is not None and end is not None else 0.0
