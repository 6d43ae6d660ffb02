"""Waves, streams, drips, bubbles, splashes, steam, and what lies under water."""

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
    count,
    decay,
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


def _bubble(hz: float, length_s: float) -> Wave:
    """One bubble: its tone rises as it nears the surface. Source: Minnaert 1933, by way of van den Doel 2005."""
    return faded(tone(glide(hz, hz * 1.5, length_s, 2), length_s) * decay(length_s, length_s / 4), 0.001)


def _many_bubbles(traits: Traits, rng: Random, low_hz: float, high_hz: float) -> list[Wave]:
    ratio = traits.pitch / traits.size**0.5
    pitches = np.exp(rng.uniform(np.log(low_hz * ratio), np.log(high_hz * ratio), 24))
    return [_bubble(float(hz), min(0.03 + 14 / float(hz), 0.2)) for hz in pitches]


def _stream(traits: Traits, length_s: float, rng: Random) -> Wave:
    babble = scatter(rng, length_s, _many_bubbles(traits, rng, 450, 2_400), per_second=55 * traits.strength)
    flow = wide(rng, length_s, band(400, 3_500, order=1, tilt_db=-3))
    return babble + 0.1 * traits.strength * flow * wander(rng, length_s, 1, 0.7, 1.1)


def _bubbles(traits: Traits, length_s: float, rng: Random) -> Wave:
    return scatter(
        rng, length_s, _many_bubbles(traits, rng, 180, 1_100), per_second=14 * traits.strength * traits.speed
    )


def _boiling(traits: Traits, length_s: float, rng: Random) -> Wave:
    pot = scatter(rng, length_s, _many_bubbles(traits, rng, 120, 700), per_second=90 * traits.strength * traits.speed)
    return pot + 0.12 * wide(rng, length_s, band(90, 500, order=2))


def _waterfall(traits: Traits, length_s: float, rng: Random) -> Wave:
    low = wide(rng, length_s, band(70, 900 / traits.size**0.5, order=1, tilt_db=-2))
    spray = wide(rng, length_s, band(900, 8_000, order=1, tilt_db=-4), 0.9)
    return low + 0.35 * traits.strength * spray * wander(rng, length_s, 3, 0.85, 1.1)


def _waves(traits: Traits, length_s: float, rng: Random) -> Wave:
    """Breakers: each swells, breaks bright, and hisses back down the beach."""
    swells, foams = silence(length_s), silence(length_s)
    period_s = 5.5 * traits.size**0.5 / traits.speed
    at_s = -float(rng.uniform(0.2, 0.5)) * period_s
    while at_s < length_s:
        one_s = period_s * float(rng.uniform(0.9, 1.3))
        missed = count(-at_s) if at_s < 0 else 0
        rise = line(one_s, (0, 0), (0.35, 0.35), (0.45, 1), (0.6, 0.5), (1, 0)) ** 1.5
        foam = line(one_s, (0, 0), (0.38, 0.05), (0.5, 1), (1, 0)) ** 1.5
        add(swells, rise[missed:], max(at_s, 0.0))
        add(foams, foam[missed:], max(at_s, 0.0))
        at_s += period_s * float(rng.uniform(0.85, 1.15))
    body = noise(rng, length_s, band(70, 800, order=1, tilt_db=-3))
    spray = wide(rng, length_s, band(1_200, 7_000, order=1, tilt_db=-3), 0.9)
    return body * (0.12 + swells) + 0.5 * traits.strength * spray * foams


def _underwater(traits: Traits, length_s: float, rng: Random) -> Wave:
    deep = wide(rng, length_s, band(30, 210, order=3)) * wander(rng, length_s, 0.6, 0.6, 1.0)
    return deep + 0.9 * _bubbles(traits, length_s, rng)


def _drip(traits: Traits, rng: Random) -> Wave:
    hz = float(rng.uniform(850, 1_500)) * traits.pitch / traits.size**0.5
    sound = silence(0.3)
    add(sound, burst(rng, 0.01, band(2_000, 9_000), 0.001), 0, 0.5)
    add(sound, _bubble(hz, 0.1), 0.012)
    add(sound, _bubble(hz * 1.7, 0.05), 0.06, 0.35)
    return sound


def _splash(traits: Traits, rng: Random) -> Wave:
    length_s = 1.3 * traits.size**0.5
    blow = noise(rng, length_s, band(150 / traits.size, 1_800, order=1, tilt_db=-2)) * decay(length_s, 0.13)
    spray_rise = line(length_s, (0, 0), (0.1, 1), (0.3, 0.35), (1, 0))
    spray = noise(rng, length_s, band(1_500, 8_000, order=1)) * spray_rise**2
    falling = scatter(rng, length_s, _many_bubbles(traits, rng, 500, 2_500), per_second=60 * traits.strength, width=0)
    return blow + 0.4 * spray + 0.8 * falling[0] * line(length_s, (0, 0), (0.25, 1), (1, 0))


def _pouring(traits: Traits, rng: Random) -> Wave:
    """A vessel fills: the shorter the air in it, the higher it sings."""
    length_s = min(3.0 * traits.length / traits.speed, 8.0)
    sound = silence(length_s)
    for _ in range(int(110 * length_s / 3)):
        share = float(rng.uniform(0, 0.95))
        hz = (420 + 900 * share**2) * float(rng.uniform(0.85, 1.3)) * traits.pitch
        add(sound, _bubble(hz, 0.06), share * length_s, float(rng.uniform(0.2, 0.7)))
    flow = noise(rng, length_s, band(700, 5_000, order=1, tilt_db=-3)) * line(
        length_s, (0, 0), (0.03, 1), (0.93, 1), (1, 0)
    )
    return sound + 0.12 * flow


def _gulp(traits: Traits, rng: Random) -> Wave:
    ratio = traits.pitch / traits.size**0.5
    first = tone(glide(160 * ratio, 420 * ratio, 0.11), 0.11) * swell(0.11)
    second = tone(glide(300 * ratio, 190 * ratio, 0.12), 0.12) * swell(0.12)
    sound = silence(0.32)
    add(sound, first, 0)
    add(sound, second, 0.14, 0.6)
    add(sound, burst(rng, 0.05, band(300, 1_500), 0.01), 0.1, 0.4)
    return sound


def _steam(traits: Traits, length_s: float, rng: Random) -> Wave:
    hiss = wide(rng, length_s, band(2_500 / traits.size**0.5, 11_000, order=2))
    return hiss * wander(rng, length_s, 5, 0.85, 1.1)


def _spray(traits: Traits, rng: Random) -> Wave:
    length_s = 0.7 * traits.length
    shape = line(length_s, (0, 0), (0.04, 1), (0.85, 0.8), (1, 0))
    return noise(rng, length_s, band(3_000, 12_000, order=1))[: count(length_s)] * shape


GENERATORS: Mapping[str, Generator] = {
    "stream": Bed(_stream),
    "bubbles": Bed(_bubbles),
    "boiling": Bed(_boiling),
    "waterfall": Bed(_waterfall),
    "waves": Bed(_waves),
    "underwater": Bed(_underwater),
    "steam": Bed(_steam),
    "drip": Event(_drip, 0.3, Rhythm(times=None, gap_s=0.9, jitter=0.3, takes=5, width=0.4)),
    "splash": Event(_splash, 1.3, Rhythm(gap_s=1.6, jitter=0.2)),
    "pouring": Event(_pouring, 3.0, Rhythm(gap_s=3.5, takes=2)),
    "gulp": Event(_gulp, 0.32, Rhythm(times=3, gap_s=0.65)),
    "spray": Event(_spray, 0.7, Rhythm(times=2, gap_s=1.0)),
}
