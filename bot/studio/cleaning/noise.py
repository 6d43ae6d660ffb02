"""Less noise, by the best filter that is installed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.studio.cleaning.deep_filter import DeepFilter, NotInstalled
from bot.studio.cleaning.gains import Gains, blended
from bot.studio.cleaning.levels import levels_of
from bot.studio.cleaning.speech import speech_steps
from bot.studio.cleaning.track import Track, written
from bot.studio.cleaning.wiener import filtered

WIENER, DEEP_FILTER = "wiener", "deepfilternet3"
FILTERS = ("auto", WIENER, DEEP_FILTER)


@dataclass(frozen=True, slots=True)
class NoiseFilter:
    """A filter ready for use. ``deep`` is None for the one in numpy."""

    deep: DeepFilter | None

    @property
    def name(self) -> str:
        """For the answer."""
        return DEEP_FILTER if self.deep is not None else WIENER

    def apply(self, track: Track, target: Path) -> Track:
        """Write ``track`` with less noise to ``target``; it is as long as before."""
        sound = self.deep.filtered(track) if self.deep is not None else filtered(track)
        return written(target, track.channels, sound)


def noise_filter(wanted: str = "auto") -> NoiseFilter:
    """Return DeepFilterNet 3 where it is installed as it was tested, or else the Wiener filter.

    Raises:
        NotInstalled: ``wanted`` is ``deepfilternet3``, and it is not there.
        ValueError: ``wanted`` is none of `FILTERS`.
    """
    if wanted not in FILTERS:
        raise ValueError(f"noise_filter is one of {', '.join(FILTERS)}")
    if wanted == WIENER:
        return NoiseFilter(None)
    try:
        return NoiseFilter(DeepFilter())
    except NotInstalled:
        if wanted == DEEP_FILTER:
            raise
        return NoiseFilter(None)


def share_of_wet(wet: Track, *, strength: float, only_speech: bool) -> Gains:
    """Return how much of the filtered sound to take in each 10 ms: ``strength`` (0 to 1), or 0 outside of words."""
    levels = levels_of(wet, without_rumble=True)
    shares = np.full(levels.size, strength, np.float32)
    if only_speech:
        shares[~speech_steps(levels)] = 0.0
    return shares


def mixed(dry: Track, wet: Track, target: Path, *, strength: float = 1.0, only_speech: bool = False) -> Track:
    """Write ``strength`` of ``wet`` and the rest of ``dry`` to ``target``; with ``only_speech`` none between words."""
    return written(
        target, dry.channels, blended(dry, wet, share_of_wet(wet, strength=strength, only_speech=only_speech))
    )
