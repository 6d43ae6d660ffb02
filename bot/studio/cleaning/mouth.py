"""Clicks and breaths between words turned down to the noise that is there anyway. Words are left as they are."""

import numpy as np

from bot.studio.cleaning.gains import Gains
from bot.studio.cleaning.levels import Levels
from bot.studio.cleaning.speech import speech_steps

_MOST_DB = -36.0
_OVER_NOISE_DB = 2.0
_QUIETEST_SHARE = 0.2
_SMOOTH_STEPS = 2


def pause_gains(levels: Levels) -> Gains:
    """Return the gain for each 10 ms: 1 in words, and in pauses what makes them as quiet as their quietest fifth."""
    speech = speech_steps(levels)
    if speech.all() or not speech.any():
        return np.ones(levels.size, np.float32)
    noise_db = float(np.quantile(levels[~speech], _QUIETEST_SHARE)) + _OVER_NOISE_DB
    wanted_db = np.where(speech, 0.0, np.minimum(noise_db - levels, 0.0))
    # The step before and after turn down, too: straight lines between the middles would let half a click through.
    lowest = wanted_db.copy()
    for shift in range(1, _SMOOTH_STEPS):
        lowest[shift:] = np.minimum(lowest[shift:], wanted_db[:-shift])
        lowest[:-shift] = np.minimum(lowest[:-shift], wanted_db[shift:])
    gains_db = np.where(speech, 0.0, np.maximum(lowest, _MOST_DB))
    return (10 ** (gains_db / 20)).astype(np.float32)


def turned_down_steps(gains: Gains) -> int:
    """Return how many hundredths of a second are turned down by 6 dB or more."""
    return int((gains <= 0.5).sum())
