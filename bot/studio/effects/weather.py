"""Rain, hail, wind, thunder, leaves, ice."""

from collections.abc import Mapping

import numpy as np

from bot.studio.effects.generators import Bed, Event, Generator, Rhythm
from bot.studio.effects.traits import Material, Traits
from bot.studio.effects.waves import (
    Mode,
    Random,
    Wave,
    add,
    band,
    burst,
    decay,
    driven,
    noise,
    scatter,
    silence,
    struck,
    tone,
    wander,
    wide,
)

# What a drop or a stone makes of the thing it falls on: ringing frequencies in Hz with their decays.
_ROOFS: Mapping[Material, tuple[tuple[float, float], ...]] = {
    Material.METAL: ((1_150, 0.035), (2_300, 0.025), (3_900, 0.012)),
    Material.WOOD: ((420, 0.012), (900, 0.008)),
    Material.GLASS: ((2_600, 0.012), (4_800, 0.008)),
    Material.WATER: ((700, 0.03), (1_300, 0.015)),
}
_OPEN_GROUND = ((1_800, 0.004), (3_200, 0.003))


def _drops(traits: Traits, rng: Random, number: int, hardness: float) -> list[Wave]:
    modes = _ROOFS.get(traits.material, _OPEN_GROUND) if traits.material else _OPEN_GROUND
    drops: list[Wave] = []
    for _ in range(number):
        ratio = float(rng.uniform(0.7, 1.4)) / traits.size**0.5
        ring = struck([Mode(hz * ratio, 1 / (place + 1), fall) for place, (hz, fall) in enumerate(modes)], 0.08)
        tick = burst(rng, 0.01, band(1_500 / hardness, 9_000), 0.0015)
        add(ring, tick, 0, hardness)
        drops.append(ring * 0.5)
    return drops


def _rain(traits: Traits, length_s: float, rng: Random) -> Wave:
    """A tilted wash of far drops, and near ones that can be told apart."""
    wash = wide(rng, length_s, band(300, 7_000, order=1, tilt_db=-3.5))
    wash *= wander(rng, length_s, 0.7, 0.85, 1.1)
    near = scatter(rng, length_s, _drops(traits, rng, 12, 1.0), per_second=70 * traits.strength, spread=0.7)
    hitting = 1.0 if traits.material is None else 2.0
    return 0.16 * traits.strength**0.5 * wash + 1.3 * hitting * near


def _hail(traits: Traits, length_s: float, rng: Random) -> Wave:
    wash = wide(rng, length_s, band(900, 9_000, order=1))
    stones = scatter(rng, length_s, _drops(traits, rng, 12, 2.5), per_second=130 * traits.strength, spread=0.9)
    return 0.05 * wash + stones


def _wind(traits: Traits, length_s: float, rng: Random) -> Wave:
    """Three bands whose strength wanders, the highest the most: gusts get brighter as they grow."""
    pace = 0.5 * traits.speed
    gusts = wander(rng, length_s, pace, 0.25, 1.0)
    ratio = traits.pitch / traits.size**0.5
    low = wide(rng, length_s, band(60, 260 * ratio, order=2), 0.8)
    middle = wide(rng, length_s, band(280 * ratio, 520 * ratio, order=3), 0.8)
    whistle = wide(rng, length_s, band(700 * ratio, 840 * ratio, order=6), 0.8)
    whistling = gusts**3 * wander(rng, length_s, 1.3 * pace, 0.0, 1.0)
    strength = 0.4 * traits.strength
    return low * gusts + 0.8 * middle * gusts**2 + strength * whistle * whistling


def _thunder(traits: Traits, rng: Random) -> Wave:
    """A crack where it is near, then rolls that get lower and slower. Nothing hisses on."""
    length_s = min(4.5 * traits.size**0.5 * traits.length, 8.0)
    ratio = 1 / traits.size**0.5
    rolls = wander(rng, length_s, 3.5, 0.1, 1.0) ** 2
    low = noise(rng, length_s, band(28, 95 * ratio, order=4)) * decay(length_s, length_s / 3) * rolls
    body = noise(rng, length_s, band(80, 330 * ratio, order=3)) * decay(length_s, length_s / 6) * rolls
    crack = silence(length_s)
    for at_s in (0.0, *rng.uniform(0.02, 0.35, 5)):
        snap = burst(rng, 0.35, band(250, 2_800, order=2, tilt_db=-3), 0.05)
        add(crack, snap, float(at_s), float(rng.uniform(0.4, 1)))
    closeness = (1 - traits.distance) ** 2 * traits.strength**0.5
    return driven(0.5 * low + 0.8 * body + 1.6 * closeness * crack, 1.2)


def _rustling(traits: Traits, length_s: float, rng: Random) -> Wave:
    """Dry leaves: many tiny scrapes in gusts."""
    scrapes = [burst(rng, 0.05, band(2_000, 9_000, order=1), float(rng.uniform(0.004, 0.016))) for _ in range(16)]
    rustle = scatter(rng, length_s, scrapes, per_second=160 * traits.strength, spread=0.8)
    return rustle * wander(rng, length_s, 1.2 * traits.speed, 0.15, 1.0)


def _cracking_ice(traits: Traits, rng: Random) -> Wave:
    """A row of sharp cracks over a low groan; far ice sings as its high tones arrive first."""
    length_s = 1.2 * traits.size**0.5
    sound = silence(length_s)
    for _ in range(int(7 * traits.strength) + 2):
        add(sound, burst(rng, 0.08, band(900, 7_000), 0.008), float(rng.uniform(0, 0.6)), float(rng.uniform(0.3, 1)))
    falling = 900 * np.exp(-np.linspace(0, 2.2, sound.size, dtype=np.float32)) + 120
    return sound + 0.25 * tone(falling, length_s) * decay(length_s, 0.2)


GENERATORS: Mapping[str, Generator] = {
    "rain": Bed(_rain),
    "hail": Bed(_hail),
    "wind": Bed(_wind),
    "rustling": Bed(_rustling),
    "thunder": Event(_thunder, 4.5, Rhythm(times=None, gap_s=6.5, jitter=0.25, takes=2, width=0.4)),
    "ice": Event(_cracking_ice, 1.2, Rhythm(gap_s=2.0, jitter=0.3, takes=2)),
}
