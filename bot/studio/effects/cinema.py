"""Sounds of films and cartoons: whooshes, booms, risers, drones, springs."""

from collections.abc import Mapping

import numpy as np

from bot.studio.effects.generators import Bed, Event, Generator, Rhythm
from bot.studio.effects.traits import Traits
from bot.studio.effects.waves import (
    Random,
    Wave,
    add,
    band,
    burst,
    decay,
    driven,
    faded,
    glide,
    line,
    noise,
    panned,
    rich_tone,
    saw,
    silence,
    tone,
    wander,
    wide,
)


def _whoosh(traits: Traits, rng: Random) -> Wave:
    """Air in three bands; the higher ones only at the moment it is nearest."""
    length_s = 0.7 * traits.length * traits.size**0.5 / traits.speed
    rise = line(length_s, (0, 0), (0.45, 1), (1, 0)) ** 2
    ratio = traits.pitch / traits.size**0.5
    low = noise(rng, length_s, band(150 * ratio, 600 * ratio)) * rise
    middle = noise(rng, length_s, band(600 * ratio, 2_200 * ratio)) * rise**2
    high = noise(rng, length_s, band(2_200 * ratio, 8_000)) * rise**4
    return low + 0.9 * middle + 0.5 * high


def _boom(traits: Traits, rng: Random) -> Wave:
    """The trailer's hit: a sub that falls, and the room behind it."""
    length_s = min(3.0 * traits.length * traits.size**0.5, 7.0)
    hz = glide(74 * traits.pitch / traits.size**0.5, 31, length_s, 0.4)
    sub = tone(hz, length_s) * decay(length_s, length_s / 4)
    hit = driven(sub + 0.25 * tone(hz * 2, length_s) * decay(length_s, length_s / 7), 2)
    add(hit, burst(rng, 0.4, band(90, 2_200, order=2, tilt_db=-3), 0.06), 0, 0.9 * traits.strength**0.5)
    tail = noise(rng, length_s, band(60, 700, order=2, tilt_db=-3)) * decay(length_s, length_s / 4)
    return hit + 0.12 * tail


def _riser(traits: Traits, rng: Random) -> Wave:
    length_s = min(3.5 * traits.length / traits.speed**0.5, 10.0)
    rise = line(length_s, (0, 0), (0.97, 1), (1, 0)) ** 2
    hz = glide(110 * traits.pitch, 880 * traits.pitch, length_s, 1.5)
    tones = rich_tone(hz, length_s, saw(10)) + rich_tone(hz * 1.01, length_s, saw(10))
    return faded(tones * rise * 0.5 + noise(rng, length_s, band(1_000, 9_000)) * rise**2 * 0.5)


def _drop(traits: Traits, rng: Random) -> Wave:
    del rng
    length_s = min(2.2 * traits.length, 6.0)
    return faded(
        tone(glide(420 * traits.pitch, 32, length_s, 0.6), length_s) * decay(length_s, length_s / 2), 0.005, 0.1
    )


def _drone(traits: Traits, length_s: float, rng: Random) -> Wave:
    """A dark, slowly moving bed for dread."""
    base = 55 * traits.pitch / traits.size**0.5
    root = rich_tone(base, length_s, saw(12)) + rich_tone(base * 1.006, length_s, saw(12))
    fifth = rich_tone(base * 1.498, length_s, saw(12)) * wander(rng, length_s, 0.4, 0.1, 1)
    air = wide(rng, length_s, band(120, 900, order=2)) * wander(rng, length_s, 0.5, 0.05, 0.3)
    return panned(root * wander(rng, length_s, 0.4, 0.4, 1), -0.25) + panned(fifth, 0.4) + air


def _ghost(traits: Traits, length_s: float, rng: Random) -> Wave:
    """Tones that glide about like wind in a keyhole; eerie, and not a voice."""
    hz = wander(rng, length_s, 0.7 * traits.speed, 320, 620) * traits.pitch
    wail = tone(hz, length_s) + 0.3 * tone(hz * 1.007, length_s)
    breathing = wander(rng, length_s, 0.8, 0.1, 1)
    air = wide(rng, length_s, band(350, 900, order=2)) * wander(rng, length_s, 0.6, 0.1, 0.5)
    return wail * breathing * np.ones((2, 1), np.float32) + air


def _spring(traits: Traits, rng: Random) -> Wave:
    """Boing: a tone whose wobble slows down."""
    length_s = 0.9 * traits.length
    wobble_hz = glide(26 * traits.speed, 9 * traits.speed, length_s)
    depth = decay(length_s, 0.4)
    bend = np.exp(tone(wobble_hz, length_s) * depth * 0.35)
    hz = bend * (190 * traits.pitch / traits.size**0.5 * float(rng.uniform(0.95, 1.05)))
    return faded(rich_tone(hz, length_s, (1, 0.7, 0.5, 0.3, 0.2)) * decay(length_s, 0.3), 0.003, 0.03)


def _slide_whistle(traits: Traits, rng: Random) -> Wave:
    length_s = 0.8 * traits.length / traits.speed
    bend = line(length_s, (0, 520), (0.7, 1_900), (1, 1_800)) * traits.pitch
    flutter = 1 + 0.012 * tone(6, length_s)
    air = noise(rng, length_s, band(900, 4_000)) * 0.04
    return faded(tone(bend * flutter, length_s) + air, 0.03, 0.06)


def _slide_down(traits: Traits, rng: Random) -> Wave:
    """Something falls from very high: the whistle of cartoons."""
    length_s = min(1.7 * traits.length / traits.speed, 5.0)
    hz = glide(2_000 * traits.pitch, 380 * traits.pitch, length_s, 1.4)
    air = noise(rng, length_s, band(900, 4_000)) * 0.03
    return faded(tone(hz * (1 + 0.008 * tone(7, length_s)), length_s) + air, 0.05, 0.05)


def _splat(traits: Traits, rng: Random) -> Wave:
    sound = burst(rng, 0.5, band(180 / traits.size**0.5, 2_400, order=1, tilt_db=-2), 0.035)
    for _ in range(int(9 * traits.strength)):
        hz = float(rng.uniform(250, 900))
        add(sound, tone(glide(hz, hz * 0.5, 0.06), 0.06) * decay(0.06, 0.015), float(rng.exponential(0.06)), 0.35)
    return sound


def _squish(traits: Traits, rng: Random) -> Wave:
    sound = silence(0.5)
    for _ in range(int(16 * traits.strength)):
        hz = float(rng.uniform(250, 1_100)) / traits.size**0.5
        wet = tone(glide(hz, hz * float(rng.uniform(0.6, 1.7)), 0.05), 0.05) * decay(0.05, 0.012)
        add(sound, wet, float(rng.beta(1.4, 1.8)) * 0.4, float(rng.uniform(0.3, 1)))
    add(sound, burst(rng, 0.4, band(300, 1_800), 0.08), 0, 0.4)
    return sound


def _rumble(traits: Traits, length_s: float, rng: Random) -> Wave:
    """The ground shakes."""
    deep = wide(rng, length_s, band(26, 120 / traits.size**0.5, order=3), 0.6)
    return deep * wander(rng, length_s, 5 * traits.speed, 0.3, 1)


GENERATORS: Mapping[str, Generator] = {
    "whoosh": Event(_whoosh, 0.7, Rhythm(gap_s=1.0, jitter=0.2, width=0.5)),
    "boom": Event(_boom, 3.0, Rhythm(gap_s=3.0, takes=2)),
    "riser": Event(_riser, 3.5, Rhythm(gap_s=4.5, takes=1)),
    "drop": Event(_drop, 2.0, Rhythm(gap_s=3.0, takes=1)),
    "drone": Bed(_drone),
    "ghost": Bed(_ghost),
    "spring": Event(_spring, 0.9, Rhythm(gap_s=1.1)),
    "slide whistle": Event(_slide_whistle, 0.8, Rhythm(gap_s=1.2, takes=2)),
    "fall": Event(_slide_down, 1.7, Rhythm(gap_s=2.2, takes=2)),
    "splat": Event(_splat, 0.35, Rhythm(gap_s=0.8)),
    "squish": Event(_squish, 0.45, Rhythm(times=2, gap_s=0.6, jitter=0.2)),
    "rumble": Bed(_rumble),
}
