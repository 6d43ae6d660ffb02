"""Engines, vehicles, tools, appliances: things that run."""

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
    count,
    decay,
    driven,
    faded,
    glide,
    line,
    noise,
    rich_tone,
    saw,
    silence,
    square,
    struck,
    tone,
    wander,
    wide,
)

_BOTH = np.ones((2, 1), np.float32)
_FIRING = (0.5, 0.8, 1.0, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.1)
"""Exhaust pipes pass what lies around 100 to 400 Hz best."""


def _engine(traits: Traits, length_s: float, rng: Random) -> Wave:
    """A piston engine that idles with small unevenness; the trait ``speed`` is its revolutions."""
    hz = wander(rng, length_s, 4, 0.97, 1.03) * (38 * traits.speed * traits.pitch / traits.size**0.7)
    return _pistons(hz, length_s, rng, traits)


def _pistons(hz: Wave, length_s: float, rng: Random, traits: Traits) -> Wave:
    firing = rich_tone(hz, length_s, _FIRING)
    lumps = rich_tone(hz / 2, length_s, (1, 0.6, 0.8, 0.3, 0.5, 0.2))  # no two cylinders are alike
    exhaust = wide(rng, length_s, band(90, 1_400, order=1, tilt_db=-4)) * (0.4 + np.maximum(firing, 0))
    tones = driven(0.7 * firing + 0.6 * lumps, 1.2 + traits.strength)
    return tones * _BOTH + 0.3 * exhaust


def _revving(traits: Traits, rng: Random) -> Wave:
    length_s = min(2.6 * traits.length, 6.0)
    revs = line(length_s, (0, 1), (0.12, 1), (0.4, 3.1), (0.5, 3.2), (1, 1.05))
    hz = revs * (38 * traits.pitch / traits.size**0.7) * wander(rng, length_s, 6, 0.985, 1.015)
    loud = line(length_s, (0, 0.4), (0.12, 0.5), (0.4, 1), (1, 0.35))
    return faded(_pistons(hz, length_s, rng, traits)[0] * loud, 0.05, 0.15)


def _engine_start(traits: Traits, rng: Random) -> Wave:
    """The starter turns the engine over a few times, then it catches."""
    crank_s, length_s = 1.0, 2.8
    sound = silence(length_s)
    turning = rich_tone(wander(rng, crank_s, 5, 75, 95), crank_s, saw(14))
    labour = 0.5 + 0.5 * np.abs(tone(4.5, crank_s))
    add(sound, faded(turning * labour, 0.01, 0.03), 0, 0.5)
    rest_s = length_s - crank_s
    hz = line(rest_s, (0, 0.6), (0.15, 1.8), (0.5, 1.05), (1, 1)) * (38 * traits.pitch / traits.size**0.7)
    add(sound, faded(_pistons(hz, rest_s, rng, traits)[0], 0.02, 0.2), crank_s)
    return sound


def _helicopter(traits: Traits, length_s: float, rng: Random) -> Wave:
    blades = 11 * traits.speed / traits.size**0.4
    beat = np.maximum(tone(blades, length_s), 0) ** 3
    chop = wide(rng, length_s, band(50, 700, order=1, tilt_db=-3)) * (0.15 + beat)
    turbine = 0.05 * tone(wander(rng, length_s, 1, 2_350, 2_450) * traits.pitch, length_s)
    return chop + turbine + 0.5 * (tone(blades * 2, length_s) * beat) * _BOTH


def _propeller(traits: Traits, length_s: float, rng: Random) -> Wave:
    hz = wander(rng, length_s, 2, 0.985, 1.015) * (82 * traits.pitch * traits.speed / traits.size**0.5)
    drone = rich_tone(hz, length_s, saw(16)) + rich_tone(hz * 1.012, length_s, saw(12))
    return drone * _BOTH + 0.35 * wide(rng, length_s, band(100, 1_800, order=1, tilt_db=-3))


def _jet(traits: Traits, length_s: float, rng: Random) -> Wave:
    roar = wide(rng, length_s, band(70, 1_500 / traits.size**0.5, order=1, tilt_db=-2))
    whine = tone(wander(rng, length_s, 0.7, 3_050, 3_150) * traits.pitch, length_s)
    return roar * wander(rng, length_s, 2, 0.85, 1.1) + 0.08 * whine


def _train(traits: Traits, length_s: float, rng: Random) -> Wave:
    """The rumble of the carriages, and wheels over rail joints in pairs."""
    sound = 0.5 * wide(rng, length_s, band(45, 420, order=1, tilt_db=-3))
    clack = struck([Mode(210, 1, 0.04), Mode(560, 0.6, 0.03), Mode(1_900, 0.25, 0.03)], 0.25)
    add(clack, burst(rng, 0.08, band(300, 3_500), 0.012), 0, 1.2)
    period_s = 1.05 / traits.speed
    for number in range(int(length_s / period_s) + 1):
        for offset_s, gain in ((0.0, 1.0), (0.14, 0.8), (0.42, 0.9), (0.56, 0.7)):
            add(sound, clack, (number + offset_s) * period_s + float(rng.uniform(0, 0.01)), 1.4 * gain)
    return sound


def _steam_train(traits: Traits, length_s: float, rng: Random) -> Wave:
    pace = 3.6 * traits.speed
    puff = np.maximum(tone(pace, length_s), 0) ** 2
    chuff = wide(rng, length_s, band(180, 3_200, order=1, tilt_db=-3)) * (0.08 + puff)
    return chuff + 0.3 * wide(rng, length_s, band(40, 250, order=2))


def _traffic(traits: Traits, length_s: float, rng: Random) -> Wave:
    """A road some way off: tyres and engines that come and go."""
    sound = 0.3 * wide(rng, length_s, band(50, 900, order=1, tilt_db=-3))
    for _ in range(min(int(length_s * 0.5 * traits.strength) + 1, 12)):
        one_s = float(rng.uniform(2.2, 4.0)) / traits.speed
        at_s = float(rng.uniform(-1, length_s))
        tyres = noise(rng, one_s, band(250, 2_600, order=1, tilt_db=-3))
        motor = rich_tone(glide(105, 88, one_s), one_s, saw(10))
        passing = (tyres + 0.4 * motor) * line(one_s, (0, 0), (0.5, 1), (1, 0)) ** 2
        left = line(one_s, (0, 0.9), (1, 0.2)) if rng.random() < 0.5 else line(one_s, (0, 0.2), (1, 0.9))
        missed = count(-at_s) if at_s < 0 else 0
        add(sound, (np.stack((left, 1 - left)) * passing)[:, missed:], max(at_s, 0))
    return sound


def _fan(traits: Traits, length_s: float, rng: Random) -> Wave:
    air = wide(rng, length_s, band(90, 1_300, order=1, tilt_db=-3))
    blades = 1 + 0.15 * tone(14 * traits.speed, length_s)
    return air * blades + 0.15 * tone(118 * traits.pitch, length_s)


def _hum(traits: Traits, length_s: float, rng: Random) -> Wave:
    """Mains hum: twice 50 Hz and its harmonics."""
    steady = rich_tone(50 * traits.pitch, length_s, (0.5, 1, 0.2, 0.6, 0.1, 0.35, 0.05, 0.2))
    return steady * _BOTH + 0.01 * wide(rng, length_s, band(100, 4_000, order=1))


def _motor(traits: Traits, length_s: float, rng: Random) -> Wave:
    """A small electric motor: vacuum cleaner, hair dryer, blender, drill."""
    hz = wander(rng, length_s, 3, 0.99, 1.01) * (310 * traits.pitch * traits.speed / traits.size**0.6)
    whine = rich_tone(hz, length_s, (1, 0.5, 0.7, 0.3, 0.4, 0.2, 0.15, 0.1))
    air = wide(rng, length_s, band(300, 6_000, order=1, tilt_db=-2))
    return 0.6 * whine * _BOTH + 0.5 * air


def _chainsaw(traits: Traits, length_s: float, rng: Random) -> Wave:
    revs = wander(rng, length_s, 1.2 * traits.speed, 75, 165) * (traits.pitch / traits.size**0.4)
    tones = driven(rich_tone(revs, length_s, _FIRING) + 0.5 * rich_tone(revs / 2, length_s, _FIRING), 3)
    return tones * _BOTH + 0.3 * wide(rng, length_s, band(1_000, 7_000, order=1))


def _saw_stroke(traits: Traits, rng: Random) -> Wave:
    length_s = 0.55 / traits.speed
    teeth = 0.4 + 0.6 * np.maximum(tone(95, length_s), 0)
    return (
        noise(rng, length_s, band(700, 6_000, order=1)) * teeth * line(length_s, (0, 0), (0.2, 0.8), (0.8, 1), (1, 0))
    )


def _white_noise(traits: Traits, length_s: float, rng: Random) -> Wave:
    return wide(rng, length_s, band(20, 18_000), 1.0) * traits.strength


def _static(traits: Traits, length_s: float, rng: Random) -> Wave:
    """A receiver between stations."""
    hiss = wide(rng, length_s, band(400, 7_000, order=1), 0.3) * wander(rng, length_s, 9, 0.5, 1.0)
    whistle = tone(wander(rng, length_s, 1.2 * traits.speed, 300, 2_200), length_s)
    return hiss + 0.12 * whistle * wander(rng, length_s, 2, 0, 1)


def _robot_arm(traits: Traits, rng: Random) -> Wave:
    """A servo: starts, runs, stops."""
    length_s = 0.5 * traits.length
    hz = line(length_s, (0, 0.4), (0.15, 1), (0.85, 1.05), (1, 0.5)) * (460 * float(rng.uniform(0.8, 1.3)))
    return faded(rich_tone(hz * traits.pitch, length_s, square(9)), 0.01, 0.03)


def _brakes(traits: Traits, rng: Random) -> Wave:
    length_s = 1.5 * traits.length
    hz = wander(rng, length_s, 8, 0.97, 1.03) * glide(1_250 * traits.pitch, 880 * traits.pitch, length_s)
    squeal = rich_tone(hz, length_s, (1, 0.5, 0.4, 0.2, 0.1)) * wander(rng, length_s, 20, 0.5, 1)
    rubber = noise(rng, length_s, band(600, 4_000, order=1))
    return faded((squeal + 0.4 * rubber) * line(length_s, (0, 0.6), (0.7, 1), (1, 0)), 0.02, 0.05)


def _printer_pass(traits: Traits, rng: Random) -> Wave:
    length_s = 0.6 / traits.speed
    buzz = rich_tone(155 * traits.pitch, length_s, square(15)) * (tone(23, length_s) > 0)
    return faded(buzz + 0.3 * noise(rng, length_s, band(1_000, 6_000)), 0.01, 0.02) * decay(length_s, 3)


GENERATORS: Mapping[str, Generator] = {
    "engine": Bed(_engine),
    "revving": Event(_revving, 2.6, Rhythm(gap_s=2.6, takes=2)),
    "engine start": Event(_engine_start, 2.8, Rhythm(gap_s=3.2, takes=1)),
    "helicopter": Bed(_helicopter),
    "propeller": Bed(_propeller),
    "jet": Bed(_jet),
    "train": Bed(_train),
    "steam train": Bed(_steam_train),
    "traffic": Bed(_traffic),
    "fan": Bed(_fan),
    "hum": Bed(_hum),
    "motor": Bed(_motor),
    "chainsaw": Bed(_chainsaw),
    "saw": Event(_saw_stroke, 0.55, Rhythm(times=None, gap_s=0.62, jitter=0.03)),
    "white noise": Bed(_white_noise),
    "static": Bed(_static),
    "robot": Event(_robot_arm, 0.5, Rhythm(times=4, gap_s=0.7, jitter=0.25)),
    "brakes": Event(_brakes, 1.5, Rhythm(gap_s=2.2, takes=2)),
    "printer": Event(_printer_pass, 0.6, Rhythm(times=None, gap_s=0.75, jitter=0.02, takes=2)),
}
