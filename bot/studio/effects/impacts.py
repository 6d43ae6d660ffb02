"""Things that hit things: knocks, blows, breaking, doors, steps."""

import math
from collections.abc import Mapping

from bot.studio.effects.generators import Event, Generator, Rhythm
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
    faded,
    glide,
    line,
    noise,
    rich_tone,
    saw,
    silence,
    struck,
    swell,
    tone,
    wander,
)

# How a struck piece of each material rings: Hz, gain, seconds to 37 %.
_BODIES: Mapping[Material, tuple[Mode, ...]] = {
    Material.WOOD: (Mode(185, 1, 0.05), Mode(420, 0.7, 0.035), Mode(790, 0.4, 0.02), Mode(1_350, 0.2, 0.012)),
    Material.METAL: (Mode(310, 0.6, 0.3), Mode(830, 0.8, 0.35), Mode(1_720, 0.6, 0.22), Mode(2_950, 0.4, 0.15)),
    Material.GLASS: (Mode(1_900, 0.8, 0.09), Mode(3_450, 0.6, 0.06), Mode(5_600, 0.4, 0.04)),
    Material.CONCRETE: (Mode(140, 1, 0.03), Mode(330, 0.5, 0.015), Mode(900, 0.2, 0.008)),
}
_GROUND: Mapping[Material, tuple[float, float, float]] = {
    # What lies loose underfoot: low and high edge of its noise in Hz, and grains per step.
    Material.GRAVEL: (900, 7_000, 26),
    Material.SNOW: (600, 3_500, 40),
    Material.GRASS: (1_500, 6_000, 14),
    Material.WATER: (400, 3_000, 18),
}


def _body(traits: Traits, default: Material) -> tuple[Mode, ...]:
    modes = _BODIES.get(traits.material or default, _BODIES[default])
    ratio = traits.pitch / traits.size**0.6
    return tuple(Mode(hz * ratio, gain, fall * traits.length * traits.size**0.3) for hz, gain, fall in modes)


def _blow(traits: Traits, rng: Random, default: Material, length_s: float) -> Wave:
    shift = float(rng.uniform(0.97, 1.03))
    sound = struck([Mode(hz * shift, gain, fall) for hz, gain, fall in _body(traits, default)], length_s)
    add(sound, burst(rng, 0.02, band(600, 6_000, order=1), 0.003), 0, 1.2 * traits.strength)
    return sound


def _knock(traits: Traits, rng: Random) -> Wave:
    return _blow(traits, rng, Material.WOOD, 0.5 if traits.material in {Material.METAL, Material.GLASS} else 0.25)


def _thud(traits: Traits, rng: Random) -> Wave:
    length_s = 0.6 * traits.size**0.5
    low = tone(glide(95 / traits.size**0.6, 42, length_s, 0.4), length_s) * decay(length_s, 0.09 * traits.size**0.5)
    add(low, burst(rng, 0.15, band(60, 700, order=2), 0.02), 0, 1.0)
    return driven(low, 1.5)


def _punch(traits: Traits, rng: Random) -> Wave:
    sound = 0.8 * _thud(traits.changed(Traits(size=0.7)), rng)
    add(sound, burst(rng, 0.1, band(500, 4_500, order=1, tilt_db=-3), 0.014), 0, 1.3 * traits.strength)
    return sound


def _slap(traits: Traits, rng: Random) -> Wave:
    sound = burst(rng, 0.25, band(700 / traits.size, 6_500, order=1), 0.012)
    add(sound, burst(rng, 0.2, band(250, 1_200), 0.03), 0, 0.4)
    return sound


def _whip(traits: Traits, rng: Random) -> Wave:
    sound = silence(0.8)
    air = noise(rng, 0.26, band(700, 4_000)) * line(0.26, (0, 0), (0.8, 1), (1, 0)) ** 2
    add(sound, air, 0, 0.15)
    add(sound, burst(rng, 0.3, band(1_200, 12_000, order=1), 0.007), 0.25, 3 * traits.strength**0.5)
    return sound


def _hammer(traits: Traits, rng: Random) -> Wave:
    if traits.material is not Material.WOOD:
        modes = [Mode(1_240, 1, 0.35), Mode(2_690, 0.7, 0.28), Mode(4_470, 0.5, 0.16), Mode(6_800, 0.3, 0.08)]
        ratio = traits.pitch / traits.size**0.4
        sound = struck([Mode(hz * ratio, gain, fall * traits.length) for hz, gain, fall in modes], 1.4)
        add(sound, burst(rng, 0.03, band(1_000, 9_000), 0.004), 0, 2)
        return sound
    return _blow(traits.changed(Traits(strength=1.5)), rng, Material.WOOD, 0.3)


def _sword(traits: Traits, rng: Random) -> Wave:
    """Blades meet: dense high modes, and a scrape as they part."""
    modes = [
        Mode(float(hz) * traits.pitch, float(rng.uniform(0.3, 1)), float(rng.uniform(0.12, 0.45)))
        for hz in rng.uniform(1_700, 8_500, 9)
    ]
    sound = struck(modes, 1.3)
    add(sound, burst(rng, 0.05, band(2_000, 11_000), 0.006), 0, 3)
    scrape = noise(rng, 0.3, band(4_000, 9_000)) * swell(0.3)
    add(sound, scrape, 0.05, 0.15)
    return sound


def _glass_break(traits: Traits, rng: Random) -> Wave:
    """The crack, then shards that fall, ring and scatter."""
    length_s = min(1.8 * traits.size**0.5, 3.0)
    sound = silence(length_s)
    add(sound, burst(rng, 0.2, band(1_500, 13_000, order=1), 0.02), 0, 2.2 * traits.strength**0.5)
    for _ in range(int(34 * traits.strength * traits.size**0.5)):
        hz = 2_200 * 4.1 ** float(rng.uniform(0, 1)) / traits.size**0.4
        modes = [Mode(hz, 1, 0.04), Mode(hz * 1.61, 0.6, 0.03), Mode(hz * 2.41, 0.3, 0.02)]
        at_s = float(rng.exponential(0.25))
        add(sound, struck(modes, 0.2), at_s, float(rng.uniform(0.08, 0.45)) * math.exp(-at_s * 1.5))
    return sound


def _crash(traits: Traits, rng: Random) -> Wave:
    """Metal folds and falls apart."""
    length_s = min(2.2 * traits.size**0.5, 4.0)
    sound = noise(rng, length_s, band(150, 3_500, order=1, tilt_db=-2)) * decay(length_s, 0.18)
    for _ in range(int(22 * traits.strength)):
        modes = [
            Mode(float(hz) / traits.size**0.4, 0.5, float(rng.uniform(0.05, 0.3))) for hz in rng.uniform(250, 5_500, 3)
        ]
        at_s = float(rng.exponential(0.3))
        add(sound, struck(modes, 0.7), at_s, float(rng.uniform(0.2, 0.9)) * math.exp(-at_s))
    add(sound, _thud(traits.changed(Traits(size=1.6)), rng), 0, 1.5)
    return driven(sound, 1.2)


def _crack(traits: Traits, rng: Random) -> Wave:
    """Wood splits: a row of snaps that ends in the loudest."""
    sound = silence(0.9)
    for _ in range(int(6 * traits.strength) + 1):
        add(sound, burst(rng, 0.05, band(500, 5_000), 0.006), float(rng.uniform(0, 0.35)), float(rng.uniform(0.2, 0.7)))
    add(sound, _blow(traits, rng, Material.WOOD, 0.3), 0.38, 1.4)
    return sound


def _rockfall(traits: Traits, rng: Random) -> Wave:
    length_s = min(3.5 * traits.size**0.5 * traits.length, 7.0)
    rise = line(length_s, (0, 0), (0.2, 1), (0.5, 0.7), (1, 0))
    sound = noise(rng, length_s, band(30, 260, order=2)) * rise * 0.35
    for _ in range(int(70 * traits.strength)):
        share = float(rng.beta(1.6, 2.6))
        size = float(rng.uniform(0.5, 2.2))
        stone = struck([Mode(330 / size, 1, 0.03), Mode(870 / size, 0.5, 0.02)], 0.2)
        add(stone, burst(rng, 0.03, band(400, 4_000), 0.005), 0, 0.8)
        add(sound, stone, share * length_s * 0.95, float(rng.uniform(0.2, 0.9)))
    return sound


def _door_slam(traits: Traits, rng: Random) -> Wave:
    sound = silence(0.9)
    add(sound, _thud(traits, rng), 0, 1.2)
    add(sound, _blow(traits, rng, Material.WOOD, 0.5), 0.004, 1.2)
    add(sound, burst(rng, 0.08, band(1_500, 6_000), 0.01), 0.035, 0.5)  # the latch
    return driven(sound, 1.3)


def _creak(traits: Traits, rng: Random) -> Wave:
    """Stick and slip: pulses whose rate glides, ringing in the wood."""
    length_s = min(1.6 * traits.length / traits.speed, 5.0)
    rate = wander(rng, length_s, 2.5, 45, 150) * (traits.pitch / traits.size**0.5)
    pulses = rich_tone(rate, length_s, saw(24)) ** 3
    ringing = pulses * (1 + 0.6 * tone(rate * 6.3, length_s) + 0.4 * tone(rate * 11.7, length_s))
    shape = line(length_s, (0, 0), (0.1, 0.7), (0.6, 1), (0.9, 0.5), (1, 0))
    return faded(ringing * shape * wander(rng, length_s, 6, 0.4, 1), 0.02, 0.03)


def _step(traits: Traits, rng: Random) -> Wave:
    """Heel, then toe a tenth of a second later, on the ground the material says."""
    sound = silence(0.42)
    toe_s = 0.085 / traits.speed**0.3
    for at_s, gain in ((0.0, 1.0), (toe_s, 0.4)):
        low = tone(glide(130 / traits.size**0.7, 60, 0.09), 0.09) * decay(0.09, 0.02 * traits.size**0.4)
        ground = _GROUND.get(traits.material) if traits.material else None
        add(sound, low, at_s, gain * (0.3 if ground else 0.55))
        if ground:
            _loose_ground(sound, ground, rng, at_s, gain)
        else:
            add(sound, _blow(traits, rng, Material.CONCRETE, 0.25), at_s, 0.6 * gain)
    return sound


def _loose_ground(sound: Wave, ground: tuple[float, float, float], rng: Random, at_s: float, gain: float) -> None:
    low_hz, high_hz, grains = ground
    for _ in range(int(grains)):
        grain = burst(rng, 0.03, band(low_hz, high_hz, order=1), float(rng.uniform(0.002, 0.008)))
        add(sound, grain, at_s + float(rng.beta(1.3, 3)) * 0.11, gain * float(rng.uniform(0.15, 0.6)))


def _hoof(traits: Traits, rng: Random) -> Wave:
    hard = struck([Mode(640 / traits.size**0.5, 1, 0.018), Mode(1_270 / traits.size**0.5, 0.6, 0.012)], 0.2)
    add(hard, burst(rng, 0.03, band(300, 2_500), 0.006), 0, 0.8)
    return hard


def _pop(traits: Traits, rng: Random) -> Wave:
    """A cork or a balloon: air lets go all at once."""
    hz = glide(420 * traits.pitch / traits.size, 1_300 * traits.pitch / traits.size, 0.16)
    return tone(hz, 0.16) * decay(0.16, 0.018) + 1.2 * burst(rng, 0.16, band(500, 7_000), 0.006)


def _clink(traits: Traits, rng: Random) -> Wave:
    hz = 2_350 * traits.pitch / traits.size**0.5 * float(rng.uniform(0.97, 1.03))
    modes = [Mode(hz, 1, 0.22), Mode(hz * 1.52, 0.5, 0.16), Mode(hz * 2.31, 0.5, 0.1), Mode(hz * 3.4, 0.2, 0.05)]
    sound = struck(modes, 1.0)
    add(sound, burst(rng, 0.01, band(3_000, 12_000), 0.001), 0, 0.8)
    return sound


def _rattle(traits: Traits, rng: Random) -> Wave:
    """Keys, chains, dice: many small blows close together."""
    length_s = 0.8 * traits.length
    sound = silence(length_s + 0.3)
    modes = _body(traits.changed(Traits(pitch=2.0)), Material.METAL)
    for _ in range(int(16 * traits.strength)):
        shift = float(rng.uniform(0.8, 1.6))
        one = struck([Mode(hz * shift, gain, fall * 0.35) for hz, gain, fall in modes], 0.25)
        add(sound, one, float(rng.uniform(0, length_s)), float(rng.uniform(0.2, 1)))
    return sound


GENERATORS: Mapping[str, Generator] = {
    "knock": Event(_knock, 0.25, Rhythm(times=3, gap_s=0.32, jitter=0.04, width=0.02)),
    "thud": Event(_thud, 0.6, Rhythm(gap_s=0.9)),
    "punch": Event(_punch, 0.4, Rhythm(gap_s=0.6, jitter=0.2)),
    "slap": Event(_slap, 0.25, Rhythm(gap_s=0.6)),
    "whip": Event(_whip, 0.8, Rhythm(gap_s=1.0)),
    "hammer": Event(_hammer, 1.0, Rhythm(times=None, gap_s=0.75, jitter=0.05)),
    "sword": Event(_sword, 1.0, Rhythm(times=3, gap_s=0.6, jitter=0.25, width=0.4)),
    "glass break": Event(_glass_break, 1.8, Rhythm(gap_s=1.8)),
    "crash": Event(_crash, 2.2, Rhythm(gap_s=2.5)),
    "crack": Event(_crack, 0.8, Rhythm(gap_s=1.2, jitter=0.2)),
    "rockfall": Event(_rockfall, 3.5, Rhythm(gap_s=4)),
    "door slam": Event(_door_slam, 0.8, Rhythm(gap_s=1.2)),
    "creak": Event(_creak, 1.6, Rhythm(gap_s=2.2, jitter=0.2)),
    "footsteps": Event(_step, 0.42, Rhythm(times=None, gap_s=0.55, jitter=0.03, takes=6, width=0.12)),
    "hooves": Event(_hoof, 0.2, Rhythm(times=None, gap_s=0.22, jitter=0.12, takes=6, width=0.1)),
    "pop": Event(_pop, 0.16, Rhythm(gap_s=0.5, jitter=0.2, width=0.3)),
    "clink": Event(_clink, 0.8, Rhythm(gap_s=0.9)),
    "rattle": Event(_rattle, 1.1, Rhythm(times=2, gap_s=1.1)),
}
