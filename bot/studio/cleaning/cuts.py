"""Stretches of a recording taken out, so that nobody hears where."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.audio.decoding import Samples
from bot.studio.cleaning.track import RATE_HZ, Track, written

CROSSFADE_S = 0.01
"""Long enough that no click is left, short enough that no word is blurred."""


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start_s`` to ``end_s``, seconds."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """Its length in seconds."""
        return self.end_s - self.start_s


def merged(spans: Iterable[Span], duration_s: float) -> tuple[Span, ...]:
    """Return ``spans`` in order, inside the recording, overlapping ones joined, too short ones left out."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start_s):
        start_s, end_s = max(span.start_s, 0.0), min(span.end_s, duration_s)
        if end_s - start_s <= 2 * CROSSFADE_S:
            continue
        if found and start_s <= found[-1].end_s + CROSSFADE_S:
            found[-1] = Span(found[-1].start_s, max(end_s, found[-1].end_s))
        else:
            found.append(Span(start_s, end_s))
    return tuple(found)


def after_cuts(time_s: float, cuts: Iterable[Span]) -> float:
    """Return where a moment of the recording is once ``cuts`` (merged) are taken out."""
    return time_s - sum(min(max(time_s - cut.start_s, 0.0), cut.length_s) for cut in cuts)


def without(track: Track, cuts: Iterable[Span], target: Path) -> Track:
    """Write ``track`` without ``cuts`` to ``target``; the two ends of each are faded into each other."""
    return written(target, track.channels, _joined(track, merged(cuts, track.duration_s)))


def _joined(track: Track, cuts: tuple[Span, ...]) -> Iterator[Samples]:
    fade = round(CROSSFADE_S * RATE_HZ)
    position = 0
    for cut in cuts:
        first, last = round(cut.start_s * RATE_HZ), min(round(cut.end_s * RATE_HZ), track.samples)
        if last >= track.samples:
            # Nothing follows: fade out.
            first = max(first, position)
            yield from track.parts([(position, first)])
            yield track.read(first, first + fade) * _falling(fade)[: track.samples - first]
            return
        if first > position:
            yield from track.parts([(position, first)])
        elif first < position:
            first = position
        going, coming = track.read(first, first + fade), track.read(last, last + fade)
        length = min(going.shape[1], coming.shape[1])
        ramp = _falling(fade)[:length]
        yield (going[:, :length] * ramp + coming[:, :length] * (1 - ramp)).astype(np.float32)
        position = last + length
    yield from track.parts([(position, track.samples)])


def _falling(length: int) -> Samples:
    """Equal power would be too loud here: both sides are nearly silent or the same voice."""
    return np.linspace(1, 0, length, endpoint=False, dtype=np.float32)
