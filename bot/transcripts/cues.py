"""A transcript laid out as cues: in order, none empty, none before the last has ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.transcripts.cutting import cut_segment
from bot.transcripts.drafts import CHARACTERS_PER_SECOND
from bot.transcripts.model import Segment, Transcript

SHORTEST_CUE_MS = 40
"""One picture at 25 per second. What is shorter is lengthened, and what follows starts later."""
_CROWDED_MS = 400
"""Segments that overlap and start this close together share their time instead of the first being cut to nothing."""
_SHORTEST_WHOLE_MS = 1000


@dataclass(frozen=True, slots=True)
class Cue:
    """What stands on the screen from ``start_ms`` until just before ``end_ms``."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str | None


def lay_out(transcript: Transcript) -> list[Cue]:
    """Return the cues of a transcript as ``build_transcript`` makes it.

    Each lasts at least ``SHORTEST_CUE_MS`` and starts at or after the end of the one before; a segment that overlaps
    the next is cut where that starts. Segments that fit are left as they are. Text without times becomes one cue
    over the whole recording, or over the time it takes to say it.
    """
    if not transcript.is_timed:
        return list(_whole(transcript))
    parts = [part for segment in transcript.segments for part in cut_segment(segment)]
    return list(_place(sorted((_cue(part) for part in parts), key=lambda cue: cue.start_ms)))


def _whole(transcript: Transcript) -> Iterator[Cue]:
    if transcript.segments:
        lines = [f"{part.speaker}: {part.text}" if part.speaker else part.text for part in transcript.segments]
        length_s = transcript.duration_s or len(transcript.text) / CHARACTERS_PER_SECOND
        yield Cue(0, max(round(length_s * 1000), _SHORTEST_WHOLE_MS), "\n".join(lines), None)


def _cue(segment: Segment) -> Cue:
    return Cue(round(segment.start_s * 1000), round(segment.end_s * 1000), segment.text, segment.speaker)


def _place(cues: Sequence[Cue]) -> Iterator[Cue]:
    free_from = 0
    first = 0
    while first < len(cues):
        behind, end = _crowd(cues, first)
        start = max(cues[first].start_ms, free_from)
        if behind < len(cues):
            end = min(end, cues[behind].start_ms)
        free_from = max(end, start + SHORTEST_CUE_MS * (behind - first))
        yield from _share(cues[first:behind], start, free_from)
        first = behind


def _crowd(cues: Sequence[Cue], first: int) -> tuple[int, int]:
    """Return the index behind those who start to speak together with ``first``, and when the last of them ends."""
    end = cues[first].end_ms
    behind = first + 1
    while behind < len(cues) and cues[behind].start_ms < min(end, cues[first].start_ms + _CROWDED_MS):
        end = max(end, cues[behind].end_ms)
        behind += 1
    return behind, end


def _share(crowd: Sequence[Cue], start_ms: int, end_ms: int) -> Iterator[Cue]:
    """Share a stretch of time by length of text; each gets at least ``SHORTEST_CUE_MS``."""
    extra = end_ms - start_ms - SHORTEST_CUE_MS * len(crowd)
    characters = sum(len(cue.text) for cue in crowd)
    said = 0
    start = start_ms
    for number, cue in enumerate(crowd, 1):
        said += len(cue.text)
        end = start_ms + SHORTEST_CUE_MS * number + extra * said // characters
        yield Cue(start, end, cue.text, cue.speaker)
        start = end
