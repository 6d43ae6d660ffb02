"""Small things about the house: clocks, keys, switches, paper, zips, records."""

from collections.abc import Mapping

import numpy as np

from bot.studio.effects.generators import Bed, Event, Generator, Rhythm
from bot.studio.effects.traits import Traits
from bot.studio.effects.waves import (
    Mode,
    Random,
    Wave,
    add,
    band,
    burst,
    faded,
    glide,
    line,
    noise,
    rich_tone,
    saw,
    scatter,
    silence,
    struck,
    swell,
    tone,
    wander,
    wide,
)


def _tick(traits: Traits, rng: Random) -> Wave:
    ratio = traits.pitch / traits.size**0.7
    sound = silence(0.5 / traits.speed + 0.1)
    for at_s, shift, gain in ((0.0, 1.0, 1.0), (0.5 / traits.speed, 0.78, 0.8)):
        one = struck([Mode(2_350 * ratio * shift, 1, 0.006), Mode(3_900 * ratio * shift, 0.5, 0.004)], 0.06)
        add(one, burst(rng, 0.01, band(1_500, 9_000), 0.001), 0, 0.8)
        add(sound, one, at_s, gain)
    return sound


def _key(traits: Traits, rng: Random) -> Wave:
    """Down and, softer, up again."""
    sound = silence(0.15)
    for at_s, gain in ((0.0, 1.0), (float(rng.uniform(0.06, 0.09)), 0.45)):
        shift = float(rng.uniform(0.85, 1.2)) * traits.pitch / traits.size**0.5
        add(sound, struck([Mode(480 * shift, 0.5, 0.008), Mode(1_900 * shift, 0.6, 0.005)], 0.05), at_s, gain)
        add(sound, burst(rng, 0.02, band(1_500, 8_000), 0.002), at_s, gain * traits.strength**0.5)
    return sound


def _typewriter(traits: Traits, rng: Random) -> Wave:
    sound = struck(
        [Mode(900 * traits.pitch, 0.6, 0.012), Mode(2_700 * traits.pitch, 0.7, 0.02), Mode(5_200, 0.3, 0.01)], 0.2
    )
    add(sound, burst(rng, 0.03, band(800, 7_000), 0.004), 0, 1.6)
    return sound


def _click(traits: Traits, rng: Random) -> Wave:
    sound = silence(0.12)
    for at_s, gain in ((0.0, 1.0), (0.07, 0.7)):
        add(
            sound,
            struck([Mode(2_900 * traits.pitch, 0.5, 0.003), Mode(4_700 * traits.pitch, 0.4, 0.002)], 0.03),
            at_s,
            gain,
        )
        add(sound, burst(rng, 0.008, band(2_000, 10_000), 0.0008), at_s, gain)
    return sound


def _shutter(traits: Traits, rng: Random) -> Wave:
    sound = silence(0.35)
    for at_s, gain in ((0.0, 1.0), (0.09, 0.8)):
        add(sound, burst(rng, 0.06, band(1_200, 9_000), 0.006), at_s, gain)
        add(
            sound,
            struck([Mode(1_500 * traits.pitch, 0.4, 0.01), Mode(3_600 * traits.pitch, 0.3, 0.006)], 0.08),
            at_s,
            gain,
        )
    motor = rich_tone(310 * traits.pitch, 0.18, saw(10)) * swell(0.18)
    add(sound, motor, 0.14, 0.08)
    return sound


def _lock(traits: Traits, rng: Random) -> Wave:
    """A key turns: two ratchets and the bolt."""
    sound = silence(0.7)
    for at_s, gain in ((0.0, 0.4), (0.14, 0.5), (0.38, 1.0)):
        bolt = struck([Mode(1_150 / traits.size**0.5, 0.6, 0.02), Mode(2_800 / traits.size**0.5, 0.5, 0.012)], 0.15)
        add(bolt, burst(rng, 0.02, band(1_000, 7_000), 0.003), 0, 1)
        add(sound, bolt, at_s, gain)
    return sound


def _zipper(traits: Traits, rng: Random) -> Wave:
    length_s = 0.6 * traits.length / traits.speed
    rate = line(length_s, (0, 90), (0.6, 170), (1, 140))
    teeth = np.maximum(tone(rate, length_s), 0) ** 4
    bright = noise(rng, length_s, band(2_500 * traits.pitch, 9_000, order=1))
    return faded(bright * teeth * line(length_s, (0, 0.5), (0.6, 1), (1, 0.4)), 0.01, 0.03)


def _tearing(traits: Traits, rng: Random) -> Wave:
    length_s = 0.9 * traits.length / traits.speed
    fibres = wander(rng, length_s, 150, 0.05, 1) ** 2
    return faded(
        noise(rng, length_s, band(1_200, 9_000, order=1)) * fibres * line(length_s, (0, 0.4), (0.8, 1), (1, 0)), 0.01
    )


def _paper(traits: Traits, length_s: float, rng: Random) -> Wave:
    """Paper crumpled: crackles in handfuls."""
    creases = [burst(rng, 0.02, band(1_500, 10_000), float(rng.uniform(0.0006, 0.004))) for _ in range(16)]
    crackle = scatter(rng, length_s, creases, per_second=110 * traits.strength * traits.speed, spread=0.9, width=0.4)
    return crackle * wander(rng, length_s, 4 * traits.speed, 0.05, 1.0)


def _page(traits: Traits, rng: Random) -> Wave:
    length_s = 0.5 * traits.length / traits.speed
    lift = noise(rng, length_s, band(900, 7_000, order=1)) * line(length_s, (0, 0), (0.3, 0.5), (0.75, 1), (1, 0)) ** 2
    sound = lift * wander(rng, length_s, 25, 0.4, 1)
    add(sound, burst(rng, 0.05, band(500, 4_000), 0.01), length_s * 0.75, 0.8)
    return sound


def _writing(traits: Traits, rng: Random) -> Wave:
    length_s = float(rng.uniform(0.1, 0.24)) / traits.speed
    return noise(rng, length_s, band(2_200, 8_000)) * swell(length_s) * wander(rng, length_s, 60, 0.3, 1)


def _sweeping(traits: Traits, rng: Random) -> Wave:
    length_s = 0.55 / traits.speed
    return noise(rng, length_s, band(1_500, 7_500, order=1)) * line(length_s, (0, 0), (0.3, 1), (1, 0)) ** 1.5


def _vinyl(traits: Traits, length_s: float, rng: Random) -> Wave:
    dust = [burst(rng, 0.01, band(1_000, 8_000), float(rng.uniform(0.0003, 0.002))) for _ in range(12)]
    crackle = scatter(rng, length_s, dust, per_second=16 * traits.strength, spread=0.9, width=0.5)
    return crackle + 0.012 * wide(rng, length_s, band(40, 3_000, order=1, tilt_db=-3))


def _record_scratch(traits: Traits, rng: Random) -> Wave:
    """The hand on the record: forward, back, and off."""
    length_s = 0.75
    hz = line(length_s, (0, 300), (0.2, 1_900), (0.4, 200), (0.6, 1_500), (1, 90)) * traits.pitch
    speed = line(length_s, (0, 0.4), (0.2, 1), (0.4, 0.2), (0.6, 1), (1, 0))
    groove = rich_tone(hz, length_s, saw(9)) + 0.7 * noise(rng, length_s, band(600, 6_000, order=1))
    return faded(groove * speed, 0.01, 0.03)


def _coins(traits: Traits, rng: Random) -> Wave:
    """A coin falls and bounces ever faster."""
    sound = silence(1.5)
    at_s, pause_s, gain = 0.0, 0.24, 1.0
    hz = 4_100 * traits.pitch / traits.size**0.5 * float(rng.uniform(0.95, 1.05))
    ring = struck([Mode(hz, 1, 0.1), Mode(hz * 1.47, 0.7, 0.08), Mode(hz * 2.09, 0.5, 0.05)], 0.5)
    while pause_s > 0.02:
        add(sound, ring, at_s, gain)
        at_s, pause_s, gain = at_s + pause_s, pause_s * 0.72, gain * 0.75
    return sound


def _dice(traits: Traits, rng: Random) -> Wave:
    sound = silence(1.0)
    at_s, gain = 0.0, 1.0
    while at_s < 0.75:
        shift = float(rng.uniform(0.8, 1.3)) * traits.pitch
        one = struck([Mode(1_250 * shift, 1, 0.01), Mode(2_700 * shift, 0.6, 0.007)], 0.08)
        add(one, burst(rng, 0.01, band(1_000, 7_000), 0.002), 0, 0.7)
        add(sound, one, at_s, gain)
        at_s, gain = at_s + float(rng.uniform(0.03, 0.12)), gain * 0.86
    return sound


def _squeak(traits: Traits, rng: Random) -> Wave:
    length_s = 0.22 * traits.length / traits.speed
    hz = glide(950 * traits.pitch / traits.size**0.5, 1_750 * traits.pitch / traits.size**0.5, length_s, 0.6)
    return faded(rich_tone(hz * wander(rng, length_s, 30, 0.98, 1.02), length_s, (1, 0.6, 0.5, 0.2)) * swell(length_s))


def _bottle_open(traits: Traits, rng: Random) -> Wave:
    """The ring pull, and what was under pressure."""
    sound = silence(1.1)
    add(sound, burst(rng, 0.05, band(1_000, 9_000), 0.005), 0, 1.6)
    add(sound, struck([Mode(1_450 * traits.pitch, 0.6, 0.015), Mode(3_100 * traits.pitch, 0.4, 0.01)], 0.1), 0)
    hiss = noise(rng, 0.9, band(3_500, 12_000, order=1)) * line(0.9, (0, 0.2), (0.06, 1), (0.3, 0.4), (1, 0))
    add(sound, hiss, 0.04, 0.5)
    return sound


GENERATORS: Mapping[str, Generator] = {
    "clock": Event(_tick, 0.6, Rhythm(times=None, gap_s=1.0, jitter=0, takes=1, width=0)),
    "typing": Event(_key, 0.15, Rhythm(times=None, gap_s=0.14, jitter=0.5, takes=7, width=0.15)),
    "typewriter": Event(_typewriter, 0.2, Rhythm(times=None, gap_s=0.19, jitter=0.4, takes=5, width=0.15)),
    "click": Event(_click, 0.12, Rhythm(gap_s=0.4, jitter=0.1, width=0)),
    "camera": Event(_shutter, 0.35, Rhythm(gap_s=0.8, jitter=0.1)),
    "lock": Event(_lock, 0.6, Rhythm(gap_s=1.2, takes=2)),
    "zipper": Event(_zipper, 0.6, Rhythm(gap_s=1.0, takes=2)),
    "tearing": Event(_tearing, 0.9, Rhythm(gap_s=1.3, takes=2)),
    "paper": Bed(_paper),
    "page": Event(_page, 0.5, Rhythm(gap_s=1.2, takes=3)),
    "writing": Event(_writing, 0.2, Rhythm(times=None, gap_s=0.24, jitter=0.4, takes=7)),
    "sweeping": Event(_sweeping, 0.55, Rhythm(times=None, gap_s=0.85, jitter=0.05)),
    "vinyl": Bed(_vinyl),
    "record scratch": Event(_record_scratch, 0.75, Rhythm(gap_s=1.2, takes=2)),
    "coins": Event(_coins, 1.3, Rhythm(gap_s=0.9, jitter=0.3)),
    "dice": Event(_dice, 0.9, Rhythm(gap_s=1.3, takes=2)),
    "squeak": Event(_squeak, 0.22, Rhythm(times=2, gap_s=0.4, jitter=0.1)),
    "can": Event(_bottle_open, 1.0, Rhythm(gap_s=1.5, takes=2)),
}
