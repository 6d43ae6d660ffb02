import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.audio.loudness import (
    SILENCE_LUFS,
    LoudnessMeter,
    gain_to_loudness,
    integrated_loudness,
    to_loudness,
    true_peak_db,
)

Samples = NDArray[np.float32]


def sine(hz: float, level_db: float, seconds: float, rate_hz: int = 48_000) -> Samples:
    at_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return (10 ** (level_db / 20) * np.sin(2 * np.pi * hz * at_s)).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 24_000, 44_100, 48_000, 96_000])
def test_a_sine_in_both_channels_reads_its_level(rate_hz: int) -> None:
    # EBU Tech 3341 (2016), test signals 1 and 2; tolerance 0.1 LU.
    for level_db in (-23.0, -33.0):
        tone = sine(997, level_db, 3, rate_hz)
        assert integrated_loudness(np.stack([tone, tone]), rate_hz) == pytest.approx(level_db, abs=0.1)


def test_a_full_sine_in_one_channel_reads_three_less() -> None:
    # ITU-R BS.1770-4, annex 1: 0 dBFS at 997 Hz in one front channel reads -3.01 LKFS.
    assert integrated_loudness(sine(997, 0, 5), 48_000) == pytest.approx(-3.01, abs=0.03)


@pytest.mark.parametrize(
    "parts",
    [
        # EBU Tech 3341 (2016), test signals 3 and 4: the gates leave the quiet parts out.
        [(-36, 10), (-23, 60), (-36, 10)],
        [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
        # Test signal 5.
        [(-26, 20), (-20, 20.1), (-26, 20)],
    ],
)
def test_quiet_parts_do_not_count(parts: list[tuple[float, float]]) -> None:
    tone = np.concatenate([sine(1_000, level_db, seconds, 16_000) for level_db, seconds in parts])
    assert integrated_loudness(np.stack([tone, tone]), 16_000) == pytest.approx(-23.0, abs=0.1)


def test_high_tones_count_more_and_rumble_does_not_count() -> None:
    # The two curves of BS.1770-4, figures 2 and 4: about +4 dB at 10 kHz, and far down at 20 Hz.
    reference = integrated_loudness(sine(997, -20, 5), 48_000)
    assert integrated_loudness(sine(10_000, -20, 5), 48_000) - reference == pytest.approx(3.3, abs=0.3)
    assert integrated_loudness(sine(20, -20, 5), 48_000) - reference < -12


@pytest.mark.parametrize("hz", [997.0, 6_000.0, 12_000.0])
def test_peaks_between_samples_are_found(hz: float) -> None:
    # EBU Tech 3341 (2016), test signals 15 to 19: within +0.2 and -0.4 dB.
    tone = sine(hz, -6, 0.5)
    at_s = np.arange(tone.size) / 48_000
    shifted = (10 ** (-6 / 20) * np.sin(2 * np.pi * hz * at_s + np.pi / 4)).astype(np.float32)
    shifted *= np.hanning(tone.size).astype(np.float32)  # no edges: they have peaks of their own
    assert -6.4 <= true_peak_db(shifted) <= -5.8


def test_silence_has_no_loudness_and_stays_as_it_is() -> None:
    silence = np.zeros((2, 48_000), np.float32)
    assert integrated_loudness(silence, 48_000) == SILENCE_LUFS
    assert true_peak_db(silence) == -math.inf
    assert np.array_equal(to_loudness(silence, 48_000), silence)
    assert integrated_loudness(np.zeros(0, np.float32), 48_000) == SILENCE_LUFS


def test_what_is_shorter_than_a_block_is_measured_as_one() -> None:
    assert integrated_loudness(sine(997, -20, 0.2), 48_000) == pytest.approx(-23.0, abs=0.5)


def test_a_gain_brings_sound_to_its_target() -> None:
    loud = to_loudness(sine(440, -40, 3), 48_000, target_lufs=-20)
    assert integrated_loudness(loud, 48_000) == pytest.approx(-20, abs=0.05)


def test_no_gain_lets_the_peak_clip() -> None:
    clicks = np.zeros(48_000, np.float32)
    clicks[::4_800] = 0.5
    louder = to_loudness(clicks, 48_000, target_lufs=-10, limit_db=-1)
    assert true_peak_db(louder) == pytest.approx(-1, abs=0.05)
    assert gain_to_loudness(-30, -2) == pytest.approx(1.0)


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 60_000), max_size=6), seed=st.integers(0, 9))
def test_blocks_of_any_size_read_the_same(cuts: list[int], seed: int) -> None:
    sound = (np.random.default_rng(seed).standard_normal((2, 60_000)) * 0.1).astype(np.float32)
    meter = LoudnessMeter(44_100, 2)
    for block in np.split(sound, sorted(cuts), axis=1):
        meter.add(block)
    assert meter.integrated_lufs() == pytest.approx(integrated_loudness(sound, 44_100), abs=0.01)
    assert meter.true_peak_db() == pytest.approx(true_peak_db(sound), abs=0.01)
