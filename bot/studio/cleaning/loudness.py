"""A recording brought to a level."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.audio.decoding import Samples
from bot.audio.loudness import PEAK_LIMIT_DB, LoudnessMeter
from bot.studio.cleaning.track import RATE_HZ, Track

_AUDIBLE_DB = 0.1


@dataclass(frozen=True, slots=True)
class Level:
    """What was measured: loudness in LUFS (minus infinity for silence) and true peak in dBFS."""

    lufs: float
    peak_db: float


def measured(track: Track) -> Level:
    """Measure ``track`` by ITU-R BS.1770-4."""
    meter = LoudnessMeter(RATE_HZ, track.channels)
    for block in track.blocks():
        meter.add(block)
    return Level(meter.integrated_lufs(), meter.true_peak_db())


def gain_to(level: Level, *, loudness_db: float | None, peak_db: float | None) -> tuple[float, tuple[str, ...]]:
    """Return the gain in dB and sentences about what could not be reached.

    ``loudness_db``: the target of the average; the API calls it RMS, here it is the loudness of BS.1770, which for
    one channel at 1 kHz is the same number, and for speech leaves pauses out and weighs as ears do.
    ``peak_db``: the target of the true peak; with a loudness beside it the highest it may be.
    """
    if not math.isfinite(level.peak_db):
        return 0.0, ("The recording is silent, so its level was left as it is.",)
    if loudness_db is None:
        return (0.0 if peak_db is None else peak_db - level.peak_db), ()
    if not math.isfinite(level.lufs):
        return 0.0, ("The recording is too quiet to have a loudness, so its level was left as it is.",)
    ceiling_db = PEAK_LIMIT_DB if peak_db is None else peak_db
    wanted_db, possible_db = loudness_db - level.lufs, ceiling_db - level.peak_db
    if wanted_db > possible_db + _AUDIBLE_DB:
        short_db = wanted_db - possible_db
        return possible_db, (f"Its loudest moment kept it {short_db:.1f} dB below the level that was asked for.",)
    return min(wanted_db, possible_db), ()


def amplified(track: Track, gain_db: float) -> Iterator[Samples]:
    """Yield ``track`` with ``gain_db``."""
    factor = np.float32(10 ** (gain_db / 20))
    for block in track.blocks():
        yield block * factor
