"""How a stroke of each drum sounds: one channel at 48 kHz, of a loudness of about 1."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from bot.studio.effects.waves import Mode, Random, Wave, add, band, burst, decay, faded, glide, noise, struck, tone

MakeStroke: TypeAlias = Callable[[Random], Wave]


def _kick(rng: Random) -> Wave:
    sound = tone(glide(150, 46, 0.34, 0.25), 0.34) * decay(0.34, 0.11)
    add(sound, burst(rng, 0.02, band(800, 6_000), 0.002), 0, 0.35)
    return faded(sound, 0.001, 0.02)


def _snare(rng: Random) -> Wave:
    sound = 0.6 * tone(glide(240, 180, 0.24, 0.4), 0.24) * decay(0.24, 0.05)
    return sound + 0.35 * noise(rng, 0.24, band(1_100, 9_000, order=1)) * decay(0.24, 0.06)


def _brush(rng: Random) -> Wave:
    return 0.3 * noise(rng, 0.22, band(1_800, 8_000, order=1)) * decay(0.22, 0.07)


def _clap(rng: Random) -> Wave:
    sound = burst(rng, 0.22, band(900, 4_500), 0.05)
    for at_s in (0.009, 0.019, 0.028):
        add(sound, burst(rng, 0.19, band(900, 4_500), 0.03), at_s, 0.7)
    return sound


def _metal(length_s: float, low_hz: float) -> MakeStroke:
    """Hats, rides and cymbals: noise above ``low_hz`` and a few tones that do not fit each other."""

    def stroke(rng: Random) -> Wave:
        hiss = 0.3 * noise(rng, length_s, band(low_hz, 13_000, order=3)) * decay(length_s, length_s / 4)
        modes = [Mode(hz, 0.05, length_s / 4) for hz in (low_hz * ratio for ratio in (1.0, 1.342, 1.517, 1.786))]
        return faded(hiss + struck(modes, length_s), 0.0005, 0.005)

    return stroke


def _ride(rng: Random) -> Wave:
    ping = struck([Mode(3_150, 0.2, 0.2), Mode(4_780, 0.15, 0.16), Mode(6_900, 0.1, 0.12)], 0.6)
    return ping + _metal(0.6, 5_500)(rng) * 0.5


def _shaker(rng: Random) -> Wave:
    grain = noise(rng, 0.09, band(4_500, 12_000)) * np.sin(np.linspace(0, np.pi, 4_320, dtype=np.float32)) ** 2
    return 0.22 * grain


def _rim(rng: Random) -> Wave:
    sound = struck([Mode(1_720, 0.8, 0.012), Mode(2_640, 0.4, 0.008)], 0.08)
    add(sound, burst(rng, 0.02, band(1_500, 7_000), 0.002), 0, 0.5)
    return sound


def _tom(rng: Random) -> Wave:
    sound = tone(glide(150, 92, 0.4, 0.5), 0.4) * decay(0.4, 0.13)
    add(sound, burst(rng, 0.03, band(300, 3_000), 0.005), 0, 0.4)
    return sound


def _taiko(rng: Random) -> Wave:
    sound = tone(glide(105, 62, 0.9, 0.4), 0.9) * decay(0.9, 0.24)
    add(sound, burst(rng, 0.12, band(120, 1_800), 0.02), 0, 0.9)
    return sound


def _chip_noise(length_s: float, step: int) -> MakeStroke:
    """Noise of an old console: held for ``step`` samples each."""

    def stroke(rng: Random) -> Wave:
        size = round(length_s * 48_000)
        values = rng.choice(np.array([-1, 1], np.float32), size // step + 1)
        return faded(0.4 * np.repeat(values, step)[:size] * decay(length_s, length_s / 3.5), 0.0005, 0.003)

    return stroke


def _chip_kick(rng: Random) -> Wave:
    del rng
    return faded(np.sign(tone(glide(190, 48, 0.14, 0.5), 0.14)) * np.float32(0.6) * decay(0.14, 0.06), 0.001, 0.01)


DRUMS: Mapping[str, MakeStroke] = MappingProxyType(
    {
        "kick": _kick,
        "snare": _snare,
        "brush": _brush,
        "clap": _clap,
        "hat": _metal(0.07, 6_500),
        "open hat": _metal(0.32, 6_000),
        "ride": _ride,
        "shaker": _shaker,
        "rim": _rim,
        "tom": _tom,
        "taiko": _taiko,
        "chip kick": _chip_kick,
        "chip snare": _chip_noise(0.16, 5),
        "chip hat": _chip_noise(0.05, 2),
    }
)
"""All drums by name."""
