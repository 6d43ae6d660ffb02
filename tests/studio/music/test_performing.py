"""What is played: key, tempo, seam, loudness, and that styles differ."""

from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.audio.decoding import Samples
from bot.studio.effects.levels import loudness
from bot.studio.music.composing import Piece, compose
from bot.studio.music.performing import perform
from bot.studio.music.styles import STYLES

RATE_HZ = 48_000
Numbers = NDArray[np.float64]


@lru_cache(maxsize=40)
def played(prompt: str, seconds: int = 8, seed: int = 1) -> tuple[Piece, Samples]:
    piece = compose(prompt, duration_s=seconds, seed=seed)
    return piece, perform(piece)


def spectrum(sound: Samples) -> tuple[Numbers, Numbers]:
    mono = sound.mean(axis=0).astype(np.float64)
    hz = np.arange(mono.size // 2 + 1, dtype=np.float64) * (RATE_HZ / mono.size)
    return hz, np.square(np.abs(np.fft.rfft(mono)).astype(np.float64))


def chroma(sound: Samples) -> Numbers:
    """How much of the power between 100 and 2,000 Hz lies near each of the twelve notes."""
    hz, power = spectrum(sound)
    inside = (hz > 100) & (hz < 2_000)
    pitch = 69 + 12 * np.log2(hz[inside] / 440)
    near = np.abs(pitch - np.round(pitch)) < 0.25
    classes = np.round(pitch[near]).astype(int) % 12
    found = np.bincount(classes, weights=power[inside][near], minlength=12)
    return found / found.sum()


def onset_strength(sound: Samples) -> Numbers:
    """How much louder it gets, every 10 ms."""
    mono = sound.mean(axis=0).astype(np.float64)
    mono = mono[: mono.size // 480 * 480].reshape(-1, 480)
    levels = np.log10(np.sqrt(np.square(mono).mean(axis=1)) + 1e-3)
    return np.maximum(np.diff(levels), 0)


def centroid_hz(sound: Samples) -> float:
    hz, power = spectrum(sound)
    return float((hz * power).sum() / power.sum())


@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_stereo_sound_of_the_asked_length_and_loudness(style: str) -> None:
    _, sound = played(style)
    assert sound.dtype == np.float32
    assert sound.shape == (2, 8 * RATE_HZ)
    assert np.isfinite(sound).all()
    assert float(np.abs(sound).max()) <= 10 ** (-1 / 20)
    assert loudness(sound) == pytest.approx(-16, abs=0.7)


@pytest.mark.parametrize("style", STYLES)
def test_the_loop_has_no_seam(style: str) -> None:
    """From the last sample to the first it bends no more than elsewhere; drums would strike just there."""
    _, sound = played(f"{style}, no drums")
    round_the_seam = np.concatenate((sound[:, -2_400:], sound[:, :2_400]), axis=1)
    bends = np.abs(np.diff(sound, n=2, axis=1))
    seam = np.abs(np.diff(round_the_seam, n=2, axis=1))[:, 2_396:2_402]
    assert float(seam.max()) <= float(np.quantile(bends, 0.9999)) * 1.2


def test_what_rings_beyond_the_end_is_heard_at_the_beginning() -> None:
    _, sound = played("ambient")
    assert float(np.sqrt(np.mean(np.square(sound[:, :480])))) > 0.003


@pytest.mark.parametrize("prompt", ["happy in C major", "calm in F# major", "sad in D minor", "chiptune in A minor"])
def test_the_notes_heard_are_those_of_the_key(prompt: str) -> None:
    piece, sound = played(prompt)
    heard = chroma(sound)
    assert sum(heard[note] for note in piece.key.pitch_classes) > 0.85
    assert sum(heard[piece.key.pitch(degree) % 12] for degree in (0, 2, 4)) > 0.35


def test_keys_can_be_told_apart() -> None:
    _, in_c = played("happy in C major, no drums")
    _, in_fis = played("happy in F# major, no drums")
    c_major, fis_major = [0, 2, 4, 5, 7, 9, 11], [6, 8, 10, 11, 1, 3, 5]
    assert chroma(in_c)[c_major].sum() > chroma(in_c)[fis_major].sum()
    assert chroma(in_fis)[fis_major].sum() > chroma(in_fis)[c_major].sum()


@pytest.mark.parametrize(("prompt", "bpm"), [("techno 130 bpm", 130), ("house 120 bpm", 120), ("rock 100 bpm", 100)])
def test_the_tempo_can_be_heard(prompt: str, bpm: float) -> None:
    piece, sound = played(prompt, 24)
    assert piece.bpm == pytest.approx(bpm, rel=0.02)
    strength = onset_strength(sound)
    strength = strength - strength.mean()
    alike = np.correlate(strength, strength, mode="full")[strength.size - 1 :]
    beat = 6_000 / piece.bpm  # in steps of 10 ms
    at_beat = max(float(alike[round(beat * times) - 1 : round(beat * times) + 2].max()) for times in (1, 2, 4))
    beside = max(float(alike[round(beat * times) - 1 : round(beat * times) + 2].max()) for times in (0.83, 1.17, 1.31))
    assert at_beat > 2 * beside
    assert at_beat > 0.3 * float(alike[0])


def test_the_same_seed_gives_the_same_samples() -> None:
    piece = compose("lo-fi", duration_s=4, seed=3)
    np.testing.assert_array_equal(perform(piece), perform(piece))


def test_moods_differ() -> None:
    _, chip = played("chiptune")
    _, lofi = played("lo-fi")
    _, ambient = played("ambient")
    assert centroid_hz(chip) > 1.5 * centroid_hz(lofi)
    assert int((onset_strength(chip) > 0.2).sum()) > 2 * int((onset_strength(ambient) > 0.2).sum())


def test_slow_and_fast_differ() -> None:
    assert played("slow happy")[0].bpm < 0.8 * played("fast happy")[0].bpm


def test_no_drums_leaves_the_highs_quiet() -> None:
    def highs(sound: Samples) -> float:
        hz, power = spectrum(sound)
        return float(power[hz > 7_000].sum() / power.sum())

    assert highs(played("house, no drums")[1]) < 0.5 * highs(played("house")[1])


@pytest.mark.parametrize("seconds", [1, 2, 7])
def test_short_pieces_are_music_too(seconds: int) -> None:
    _, sound = played("chiptune", seconds)
    assert sound.shape == (2, seconds * RATE_HZ)
    assert loudness(sound) > -20


def test_long_pieces_repeat_their_loop() -> None:
    piece, sound = played("calm", 80)
    assert piece.repeats == 2
    np.testing.assert_array_equal(sound[:, : 40 * RATE_HZ], sound[:, 40 * RATE_HZ :])
