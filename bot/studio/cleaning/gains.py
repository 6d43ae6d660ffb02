"""A gain that changes in time, applied to a track without a click."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bot.audio.decoding import Samples
from bot.studio.cleaning.levels import STEP
from bot.studio.cleaning.track import BLOCK, Track

Gains = NDArray[np.float32]


def with_gains(track: Track, gains: Gains) -> Iterator[Samples]:
    """Yield ``track`` times ``gains``, one for the middle of each 10 ms and straight lines between them."""
    for number, block in enumerate(track.blocks(BLOCK)):
        yield block * _curve(gains, number * BLOCK, block.shape[1])


def blended(dry: Track, wet: Track, shares: Gains) -> Iterator[Samples]:
    """Yield both together: ``shares`` (0 to 1, one for each 10 ms) of ``wet`` and the rest of ``dry``."""
    for number, (one, other) in enumerate(zip(dry.blocks(BLOCK), wet.blocks(BLOCK), strict=True)):
        share = _curve(shares, number * BLOCK, one.shape[1])
        yield (one * (1 - share) + other * share).astype(np.float32)


def _curve(values: Gains, start: int, length: int) -> Samples:
    places = (np.arange(start, start + length) + 0.5) / STEP - 0.5
    return np.interp(places, np.arange(values.size), values).astype(np.float32)
