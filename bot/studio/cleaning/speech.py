"""Where somebody speaks, by loudness alone: good enough to leave words untouched, and there for every language."""

import numpy as np
from numpy.typing import NDArray

from bot.studio.cleaning.levels import Levels

Mask = NDArray[np.bool_]

_LOUD_SHARE, _QUIET_SHARE = 0.95, 0.1
_BELOW_LOUD_DB = (26.0, 18.0)  # without noise, and with as much as there may be
_ABOVE_NOISE_DB = 9.0
_SHORTEST_STEPS = 5  # 50 ms: what is shorter and stands alone is a click
_ALONE_STEPS = 8
_BEFORE_STEPS, _AFTER_STEPS = 6, 12  # soft beginnings and ends of words


def speech_steps(levels: Levels) -> Mask:
    """Return for each 10 ms whether it belongs to a word; levels are those without rumble."""
    if not levels.size:
        return np.zeros(0, np.bool_)
    loudest_db, noise_db = (float(np.quantile(levels, share)) for share in (_LOUD_SHARE, _QUIET_SHARE))
    loud = levels > min(max(loudest_db - _BELOW_LOUD_DB[0], noise_db + _ABOVE_NOISE_DB), loudest_db - _BELOW_LOUD_DB[1])
    for first, last in runs_of(loud):
        around = loud[max(first - _ALONE_STEPS, 0) : first].any() or loud[last : last + _ALONE_STEPS].any()
        if last - first < _SHORTEST_STEPS and not around:
            loud[first:last] = False
    widened = loud.copy()
    for first, last in runs_of(loud):
        widened[max(first - _BEFORE_STEPS, 0) : last + _AFTER_STEPS] = True
    return widened


def runs_of(mask: Mask) -> list[tuple[int, int]]:
    """Return where ``mask`` is true: first step, and the step after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]
