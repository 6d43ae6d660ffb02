"""Fire, sparks, explosions, shots and fireworks."""

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
    scatter,
    silence,
    swell,
    tone,
    wander,
    wide,
)


def _fire(traits: Traits, length_s: float, rng: Random) -> Wave:
    """A low roar that flickers, and crackles of dry wood."""
    roar = wide(rng, length_s, band(50, 350 / traits.size**0.5, order=1, tilt_db=-2))
    roar *= wander(rng, length_s, 5, 0.5, 1.0)
    snaps = [burst(rng, 0.04, band(900, 7_000), float(rng.uniform(0.0008, 0.006))) for _ in range(16)]
    crackle = scatter(rng, length_s, snaps, per_second=22 * traits.strength * traits.speed, spread=0.9)
    return 0.12 * traits.size * traits.strength**0.5 * roar + driven(crackle, 2)


def _sizzling(traits: Traits, length_s: float, rng: Random) -> Wave:
    fat = [burst(rng, 0.015, band(3_000, 12_000), float(rng.uniform(0.0005, 0.002))) for _ in range(16)]
    spatter = scatter(rng, length_s, fat, per_second=140 * traits.strength, spread=0.8)
    return spatter + 0.07 * wide(rng, length_s, band(3_500, 10_000, order=1))


def _whoomp(traits: Traits, rng: Random) -> Wave:
    """Something catches fire."""
    length_s = 1.4 * traits.size**0.5
    rise = line(length_s, (0, 0), (0.12, 1), (0.35, 0.4), (1, 0))
    air = noise(rng, length_s, band(60, 600, order=1, tilt_db=-2)) * rise
    return air + 0.35 * noise(rng, length_s, band(800, 5_000)) * rise**2


def _match(traits: Traits, rng: Random) -> Wave:
    """A scrape, a flare, and a small flame."""
    sound = silence(1.3)
    scrape = noise(rng, 0.16, band(2_500, 9_000)) * swell(0.16) * wander(rng, 0.16, 80, 0.2, 1)
    add(sound, scrape, 0, 0.5)
    flare = noise(rng, 1.1, band(700, 6_000, order=1)) * line(1.1, (0, 0), (0.06, 1), (0.3, 0.3), (1, 0))
    add(sound, flare, 0.15, 0.7 * traits.strength**0.5)
    return sound


def _explosion(traits: Traits, rng: Random) -> Wave:
    """A falling boom and noise whose high part is gone first, then debris."""
    length_s = min(3.2 * traits.size**0.5 * traits.length, 7.0)
    ratio = 1 / traits.size**0.7
    boom = tone(glide(85 * ratio, 28 * ratio, length_s, 0.5), length_s) * decay(length_s, length_s / 5)
    low = noise(rng, length_s, band(35, 220 * ratio, order=3)) * decay(length_s, length_s / 5)
    middle = noise(rng, length_s, band(150, 1_100 * ratio, order=3)) * decay(length_s, length_s / 12)
    crack = burst(rng, 0.5, band(600, 6_000, order=2), 0.05)
    sound = driven(0.9 * boom + 0.8 * low + 0.7 * middle, 1.5)
    add(sound, crack, 0, 0.8 * (1 - traits.distance))
    stones = [burst(rng, 0.06, band(200, 1_800), float(rng.uniform(0.006, 0.02))) for _ in range(8)]
    debris = scatter(rng, length_s, stones, per_second=16 * traits.strength, spread=0.8, width=0)[0]
    return sound + 0.35 * debris * line(length_s, (0, 0), (0.12, 0), (0.3, 1), (0.8, 0), (1, 0))


def _gunshot(traits: Traits, rng: Random) -> Wave:
    length_s = min(1.1 * traits.size**0.5 * traits.length, 3.0)
    sound = noise(rng, length_s, band(120, 1_200 / traits.size, order=2)) * decay(length_s, 0.1 * traits.size)
    add(sound, burst(rng, 0.12, band(700, 10_000, order=1), 0.012), 0, 4 / traits.size**0.5)
    add(sound, tone(glide(170 / traits.size, 45, 0.18), 0.18) * decay(0.18, 0.05), 0, 1.6)
    return driven(0.5 * sound, 2.5)


def _ricochet(traits: Traits, rng: Random) -> Wave:
    length_s = 0.9 * traits.length
    hz = glide(2_600 * traits.pitch, 800 * traits.pitch, length_s, 1.4)
    trill = 1 + 0.03 * tone(35 * traits.speed, length_s)
    sound = tone(hz * trill, length_s) * decay(length_s, 0.25)
    add(sound, burst(rng, 0.05, band(1_500, 9_000), 0.006), 0, 1.5)
    return sound


def _rocket(traits: Traits, rng: Random) -> Wave:
    """A firework climbs, bursts, and its stars crackle away."""
    climb_s, length_s = 1.1, 3.4
    sound = silence(length_s)
    whistle = tone(glide(700 * traits.pitch, 2_300 * traits.pitch, climb_s, 0.7), climb_s)
    add(sound, faded(whistle * line(climb_s, (0, 0.1), (0.8, 0.6), (1, 0)), 0.05, 0.05), 0, 0.25)
    air = noise(rng, climb_s, band(2_000, 9_000)) * line(climb_s, (0, 0.3), (1, 0.1))
    add(sound, faded(air, 0.02, 0.05), 0, 0.1)
    add(sound, _gunshot(traits.changed(Traits(size=2.0)), rng), climb_s + 0.1)
    stars = [burst(rng, 0.03, band(1_500, 9_000), 0.002) for _ in range(8)]
    rest_s = length_s - climb_s - 0.3
    crackle = scatter(rng, rest_s, stars, per_second=70 * traits.strength, width=0)[0]
    add(sound, crackle * decay(rest_s, 0.6), climb_s + 0.25, 0.8)
    return sound


def _sparks(traits: Traits, length_s: float, rng: Random) -> Wave:
    """Arcs: buzzing bursts at twice the mains frequency, with silence between."""
    arcs: list[Wave] = []
    for _ in range(8):
        arc_s = float(rng.uniform(0.03, 0.22))
        buzz = np.abs(tone(50 * traits.pitch, arc_s)) ** 6
        arcs.append(faded(0.5 * noise(rng, arc_s, band(1_500, 11_000, order=1)) * buzz))
    return scatter(rng, length_s, arcs, per_second=5 * traits.strength * traits.speed, spread=0.6, width=0.4)


def _lightning_bolt(traits: Traits, rng: Random) -> Wave:
    length_s = 0.7 * traits.length
    zap = noise(rng, length_s, band(900, 11_000, order=1)) * np.abs(tone(60, length_s)) ** 3 * decay(length_s, 0.16)
    tear = tone(glide(2_400, 90, length_s, 0.4), length_s) * decay(length_s, 0.12)
    return driven(zap + 0.5 * tear, 2)


GENERATORS: Mapping[str, Generator] = {
    "fire": Bed(_fire),
    "sizzling": Bed(_sizzling),
    "sparks": Bed(_sparks),
    "ignition": Event(_whoomp, 1.4, Rhythm(gap_s=2)),
    "match": Event(_match, 1.3, Rhythm(gap_s=2)),
    "explosion": Event(_explosion, 3.2, Rhythm(gap_s=2.2, jitter=0.25, width=0.4)),
    "gunshot": Event(_gunshot, 1.1, Rhythm(gap_s=0.7, jitter=0.25, width=0.3)),
    "ricochet": Event(_ricochet, 0.9, Rhythm(gap_s=0.9, jitter=0.2, width=0.6)),
    "fireworks": Event(_rocket, 3.4, Rhythm(times=None, gap_s=1.5, jitter=0.3, width=0.7)),
    "zap": Event(_lightning_bolt, 0.7, Rhythm(gap_s=0.9, jitter=0.2, width=0.4)),
}
