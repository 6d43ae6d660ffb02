"""How loud each hundredth of a second is: what silences, clicks and good places to cut are found by."""

import numpy as np
from numpy.typing import NDArray

from bot.studio.cleaning.track import BLOCK, RATE_HZ, Track

Levels = NDArray[np.float32]

STEP = RATE_HZ // 100
"""Samples of one step."""
QUIETEST_DB = -120.0
_DB_PER_S_AWAY = 200.0


def levels_of(track: Track, *, without_rumble: bool = False) -> Levels:
    """Return the RMS of each 10 ms in dBFS, all channels together; 1.4 MB an hour. A rest at the end counts too.

    ``without_rumble``: of what lies above about 100 Hz, where voices are and traffic is not.
    """
    blocks = track.blocks(BLOCK // STEP * STEP)
    found = [_levels(_without_rumble(block) if without_rumble else block) for block in blocks]
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def _without_rumble(block: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is left of each sample without the mean of the 5 ms around it."""
    wide = STEP // 2
    padded = np.pad(block, ((0, 0), (wide // 2 + 1, wide - wide // 2 - 1)), mode="edge")
    sums = np.cumsum(padded, axis=1, dtype=np.float64)
    means = (sums[:, wide:] - sums[:, :-wide]) / wide
    return block[:, : means.shape[1]] - means.astype(np.float32)


def _levels(block: NDArray[np.float32]) -> Levels:
    missing = -block.shape[1] % STEP
    padded = np.pad(np.square(block, dtype=np.float64).mean(axis=0), (0, missing))
    sums = padded.reshape(-1, STEP).sum(axis=1)
    counts = np.full(sums.size, STEP)
    counts[-1] -= missing
    return (10 * np.log10(np.maximum(sums / counts, 10 ** (QUIETEST_DB / 10)))).astype(np.float32)


def quietest_step(levels: Levels, first_s: float, last_s: float, *, near_s: float) -> float:
    """Return the middle of the quietest 10 ms between two times, in seconds; what is near ``near_s`` is preferred.

    A tenth of a second away it has to be 20 dB quieter, or the pause inside of a ``t`` would be taken for one between
    words.
    """
    low, high = max(round(first_s * 100), 0), min(round(last_s * 100) + 1, levels.size)
    if high <= low:
        return near_s
    away_s = np.abs((np.arange(low, high) + 0.5) / 100 - near_s)
    return (low + int(np.argmin(levels[low:high] + _DB_PER_S_AWAY * away_s)) + 0.5) / 100
