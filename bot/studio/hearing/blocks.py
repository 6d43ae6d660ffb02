"""A recording of any length as pieces that fit into memory, cut where nobody speaks if there is such a place."""

from collections.abc import Iterable, Iterator

import numpy as np

from bot.audio.decoding import Samples

LONGEST_BLOCK_S = 150.0
"""The recogniser needs about 1 MB of memory for every second it is given at once."""
_SEARCHED_S = 30.0  # at the end of a full block
_QUIET_S = 0.3


def quiet_blocks(sound: Iterable[Samples], rate_hz: int, longest_s: float = LONGEST_BLOCK_S) -> Iterator[Samples]:
    """Yield one-dimensional blocks of at most ``longest_s`` seconds that together are ``sound``.

    ``sound`` comes in pieces of one channel, of shape (1, samples) or (samples,). A full block ends in the middle of
    the quietest 0.3 s of its last 30 s (of its last quarter, where that is shorter).
    """
    longest = round(longest_s * rate_hz)
    waiting: list[Samples] = []
    length = 0
    for piece in sound:
        waiting.append(piece.reshape(-1))
        length += waiting[-1].size
        while length >= longest:
            joined = np.concatenate(waiting)
            cut = _quietest(joined[:longest], rate_hz)
            yield joined[:cut]
            waiting, length = [joined[cut:]], joined.size - cut
    if length:
        yield np.concatenate(waiting)


def _quietest(block: Samples, rate_hz: int) -> int:
    """Where to cut: the middle of the quietest stretch near the end."""
    step = max(rate_hz // 100, 1)
    searched = min(round(_SEARCHED_S * rate_hz), block.size // 4) // step * step
    wide = round(_QUIET_S * 100)
    if searched < wide * step:
        return block.size
    first = block.size - searched
    powers = np.square(block[first:], dtype=np.float64).reshape(-1, step).mean(axis=1)
    smooth = np.convolve(powers, np.full(wide, 1 / wide), mode="valid")
    return first + (int(np.argmin(smooth)) + wide // 2) * step
