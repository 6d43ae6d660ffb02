import math

import numpy as np
import pytest

from bot.audio.loudness import integrated_loudness
from bot.studio.effects.levels import CEILING, levelled, limited, loudness
from bot.studio.effects.waves import RATE_HZ, band, noise, tone, wander, wide


def test_a_tone_reads_as_its_level() -> None:
    """BS.1770-4 annex 1: a 997 Hz sine at 0 dBFS in one channel reads -3.01 LKFS, so in both 0."""
    sine = np.float32(0.1) * np.stack((tone(997, 2.0), tone(997, 2.0)))
    assert loudness(sine) == pytest.approx(-20.0, abs=0.1)


@pytest.mark.parametrize(("low_hz", "high_hz"), [(40, 300), (100, 5_000), (3_000, 12_000)])
def test_the_quick_measure_agrees_with_the_exact_one(low_hz: float, high_hz: float) -> None:
    rng = np.random.default_rng(3)
    sound = (0.1 * wide(rng, 4, band(low_hz, high_hz)) * wander(rng, 4, 1, 0.01, 1)).astype(np.float32)
    assert loudness(sound) == pytest.approx(integrated_loudness(sound, RATE_HZ), abs=0.3)


def test_silence_has_no_loudness_and_stays() -> None:
    silent = np.zeros((2, 4_800), np.float32)
    assert loudness(silent) == -math.inf
    assert not levelled(silent).any()


@pytest.mark.parametrize("gain", [0.001, 0.1, 30])
def test_whatever_the_input_the_loudness_is_the_target(gain: float) -> None:
    rng = np.random.default_rng(4)
    sound = np.float32(gain) * wide(rng, 3, band(100, 6_000))
    result = levelled(sound)
    assert loudness(result) == pytest.approx(-16, abs=0.3)
    assert float(np.abs(result).max()) <= CEILING + 1e-6


def test_the_limiter_turns_down_only_where_it_is_too_loud() -> None:
    rng = np.random.default_rng(5)
    sound = np.float32(0.1) * np.stack((noise(rng, 1, band(100, 5_000)),) * 2)
    sound[:, 24_000:24_100] *= 20
    result = limited(sound)
    assert float(np.abs(result).max()) <= CEILING + 1e-6
    np.testing.assert_allclose(result[:, :20_000], sound[:, :20_000], rtol=1e-5)
    np.testing.assert_allclose(result[:, 30_000:], sound[:, 30_000:], rtol=1e-5)
