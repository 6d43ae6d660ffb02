"""A stream of any length in pieces of a few seconds, cut where it is quiet and joined again without a click.

Each piece has a margin of its neighbours' sound on both sides, so that what is done to it does not start or end
at a hard edge; where two pieces meet they are crossfaded.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from bot.audio.decoding import Samples

SHORTEST_S = 4.0
LONGEST_S = 8.0
"""A piece of this length needs about 25 MB of WORLD's tables at 24 kHz."""

_MARGIN_S = 0.25
_FADE_S = 0.05  # half the crossfade
_QUIET_S = 0.02

Change = Callable[[Samples], Samples]
"""From a piece to another of the same length."""


@dataclass(frozen=True, slots=True)
class _Piece:
    samples: Samples
    margin_before: int
    margin_after: int


def changed_in_pieces(blocks: Iterable[Samples], rate_hz: int, change: Change) -> Iterator[Samples]:
    """Yield the mono ``blocks`` after ``change``: in other blocks, of the same length altogether.

    Memory holds two pieces, however long the stream is.
    """
    fade = round(_FADE_S * rate_hz)
    pending = np.zeros(0, np.float32)  # the end of the piece before, faded out, not given away yet
    for piece in _pieces(blocks, rate_hz):
        sound = change(piece.samples)
        start = piece.margin_before - fade if piece.margin_before else 0
        end = sound.size - piece.margin_after + fade if piece.margin_after else sound.size
        kept = sound[start:end].copy()
        ramp = np.linspace(0, 1, 2 * fade, dtype=np.float32)
        if piece.margin_before:
            kept[: 2 * fade] *= ramp
            kept[: 2 * fade] += pending
        if piece.margin_after:
            kept[-2 * fade :] *= ramp[::-1]
            pending = kept[-2 * fade :]
            kept = kept[: -2 * fade]
        yield kept


def _pieces(blocks: Iterable[Samples], rate_hz: int) -> Iterator[_Piece]:
    margin, longest = round(_MARGIN_S * rate_hz), round(LONGEST_S * rate_hz)
    gathered = np.zeros(0, np.float32)
    margin_before = 0
    for block in _in_seconds(blocks, rate_hz):
        gathered = np.concatenate((gathered, block))
        while gathered.size >= margin_before + longest + margin:
            cut = margin_before + _quietest(gathered[margin_before : margin_before + longest], rate_hz)
            yield _Piece(gathered[: cut + margin], margin_before, margin)
            gathered = gathered[cut - margin :]
            margin_before = margin
    if gathered.size > margin_before:
        yield _Piece(gathered, margin_before, 0)


def _in_seconds(blocks: Iterable[Samples], rate_hz: int) -> Iterator[Samples]:
    """Decoders give 20 ms at a time, and could be made to give hours: yield between one and two seconds."""
    waiting: list[Samples] = []
    waiting_size = 0
    for block in blocks:
        for start in range(0, block.size, rate_hz):
            part = block[start : start + rate_hz]
            waiting.append(part)
            waiting_size += part.size
            if waiting_size >= rate_hz:
                yield np.concatenate(waiting)
                waiting, waiting_size = [], 0
    if waiting:
        yield np.concatenate(waiting)


def _quietest(samples: Samples, rate_hz: int) -> int:
    """Return the middle of the quietest 20 ms after `SHORTEST_S`."""
    step, first = round(_QUIET_S * rate_hz), round(SHORTEST_S * rate_hz)
    late = samples[first : first + (samples.size - first) // step * step].reshape(-1, step)
    loudness = np.mean(np.square(late), axis=1)
    return first + int(np.argmin(loudness)) * step + step // 2
