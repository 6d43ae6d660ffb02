"""Sounds of games: lasers, jumps, coins, power-ups, menus, magic."""

from collections.abc import Mapping, Sequence

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
    swell,
    tone,
    wander,
    wide,
)

_BOTH = np.ones((2, 1), np.float32)
_CHIP = square(7)


def _notes(traits: Traits, hz: Sequence[float], note_s: float, last_s: float, harmonics: tuple[float, ...]) -> Wave:
    """Notes one after another; the last one is held and dies away."""
    note_s, last_s = note_s / traits.speed, last_s * traits.length
    sound = silence(note_s * (len(hz) - 1) + last_s)
    for index, one in enumerate(hz):
        length_s = last_s if index == len(hz) - 1 else note_s
        body = rich_tone(one * traits.pitch, length_s, harmonics) * decay(length_s, length_s * 0.55)
        add(sound, faded(body, 0.002, 0.004), index * note_s)
    return sound


def _laser(traits: Traits, rng: Random) -> Wave:
    length_s = 0.34 * traits.length * traits.size**0.4
    start = 3_400 * traits.pitch / traits.size**0.7 * float(rng.uniform(0.92, 1.08))
    hz = glide(start, start / 14, length_s, 0.55)
    beam = rich_tone(hz, length_s, (1, 0.4, 0.25, 0.1)) * decay(length_s, length_s / 2.2)
    return faded(driven(beam, 1.3 * traits.strength), 0.004, 0.03)


def _jump(traits: Traits, rng: Random) -> Wave:
    length_s = 0.24 * traits.length
    start = 250 * traits.pitch / traits.size**0.6 * float(rng.uniform(0.96, 1.04))
    return faded(
        rich_tone(glide(start, start * 3, length_s, 0.8), length_s, _CHIP) * decay(length_s, 0.16), 0.003, 0.02
    )


def _coin(traits: Traits, rng: Random) -> Wave:
    del rng
    return _notes(traits, (987.77, 1_318.51), 0.075, 0.5, _CHIP)


def _power_up(traits: Traits, rng: Random) -> Wave:
    del rng
    return _notes(traits, (392, 494, 587, 784, 523, 659, 784, 1_047, 587, 740, 880, 1_175), 0.05, 0.35, _CHIP)


def _level_up(traits: Traits, rng: Random) -> Wave:
    del rng
    return _notes(traits, (523.25, 659.26, 783.99, 1_046.5), 0.11, 0.8, (1, 0.5, 0.3, 0.15, 0.1))


def _success(traits: Traits, rng: Random) -> Wave:
    """A short fanfare: three of one note, then the chord."""
    del rng
    run = _notes(traits, (523.25, 523.25, 523.25), 0.14, 0.12, (1, 0.7, 0.5, 0.35, 0.25, 0.15))
    sound = silence(1.8)
    add(sound, run, 0)
    for hz in (523.25, 659.26, 783.99, 1_046.5):
        add(sound, _notes(traits, (hz,), 0.1, 1.2, (1, 0.6, 0.45, 0.3, 0.2, 0.1)), 0.46 / traits.speed, 0.6)
    return sound


def _game_over(traits: Traits, rng: Random) -> Wave:
    del rng
    return _notes(traits, (523, 494, 440, 392, 349, 330, 262), 0.16, 0.8, _CHIP)


def _sad_horn(traits: Traits, rng: Random) -> Wave:
    """Four notes down, the last one sagging."""
    del rng
    sound = silence(2.9)
    for index, hz in enumerate((293.66, 277.18, 261.63, 246.94)):
        length_s = 1.3 if index == 3 else 0.36
        wobble = 1 + (0.025 if index == 3 else 0) * tone(5.5, length_s)
        bend = line(length_s, (0, 1), (0.4, 1), (1, 0.94 if index == 3 else 1)) * wobble * (hz * traits.pitch)
        note = rich_tone(bend, length_s, (1, 0.9, 0.7, 0.5, 0.35, 0.25, 0.15))
        add(sound, faded(note * line(length_s, (0, 0.3), (0.2, 1), (0.8, 0.8), (1, 0)), 0.02, 0.04), index * 0.42)
    return sound


def _hurt(traits: Traits, rng: Random) -> Wave:
    length_s = 0.28 * traits.length
    hz = glide(420 * traits.pitch / traits.size**0.5, 110, length_s)
    crunch = np.sign(noise(rng, length_s, band(200, 5_000))) * 0.5
    return faded((rich_tone(hz, length_s, _CHIP) + crunch) * decay(length_s, 0.1), 0.002, 0.02)


def _menu_select(traits: Traits, rng: Random) -> Wave:
    del rng
    return _notes(traits, (880, 1_174.66), 0.05, 0.14, (1, 0.3, 0.15))


def _notification(traits: Traits, rng: Random) -> Wave:
    del rng
    sound = silence(1.2)
    for at_s, hz in ((0.0, 1_174.66), (0.13, 1_567.98)):
        add(sound, struck([Mode(hz * traits.pitch, 1, 0.22), Mode(hz * 2.0 * traits.pitch, 0.25, 0.1)], 1.0), at_s)
    return faded(sound, 0.003, 0.05)


def _error(traits: Traits, rng: Random) -> Wave:
    del rng
    return _notes(traits, (220, 164.81), 0.16, 0.3, square(15))


def _teleport(traits: Traits, rng: Random) -> Wave:
    length_s = 1.2 * traits.length
    hz = glide(180 * traits.pitch, 2_600 * traits.pitch, length_s, 1.6)
    shimmer = tone(hz, length_s) * (0.6 + 0.4 * tone(glide(8, 40, length_s), length_s))
    air = noise(rng, length_s, band(2_000, 10_000)) * swell(length_s)
    return faded(shimmer * line(length_s, (0, 0), (0.7, 1), (1, 0)) + 0.15 * air, 0.01, 0.05)


def _charge(traits: Traits, rng: Random) -> Wave:
    length_s = min(1.8 * traits.length, 5.0)
    hz = glide(90 * traits.pitch / traits.size**0.5, 900 * traits.pitch, length_s, 1.4)
    sound = rich_tone(hz, length_s, saw(9)) * (1 + 0.4 * tone(glide(6, 34, length_s), length_s))
    grain = noise(rng, length_s, band(800, 6_000)) * 0.15
    return faded((sound + grain) * line(length_s, (0, 0.1), (1, 1)), 0.02, 0.02)


def _magic(traits: Traits, rng: Random) -> Wave:
    """Sparkles that run upwards over a soft glow."""
    length_s = min(2.0 * traits.length, 5.0)
    sound = silence(length_s + 0.6)
    scale = (1_046.5, 1_174.7, 1_318.5, 1_568, 1_760, 2_093, 2_349.3, 2_637, 3_136, 3_520, 4_186)
    for index in range(int(26 * traits.strength)):
        share = float(rng.uniform(0, 1))
        place = min(int(share * len(scale) + float(rng.normal(0, 1.2))), len(scale) - 1)
        hz = scale[max(place, 0)] * traits.pitch
        add(
            sound,
            struck([Mode(hz, 1, 0.14), Mode(hz * 2.76, 0.3, 0.06)], 0.6),
            share * length_s,
            0.3 + 0.02 * (index % 9),
        )
    glow = noise(rng, length_s, band(3_000, 9_000, order=2)) * swell(length_s)
    add(sound, glow, 0, 0.06)
    return sound


def _shield(traits: Traits, rng: Random) -> Wave:
    length_s = 0.9 * traits.length
    ring = 0.5 * (tone(310 * traits.pitch, length_s) + tone(467 * traits.pitch, length_s))
    warble = 1 + 0.5 * tone(23 * traits.speed, length_s)
    air = burst(rng, length_s, band(600, 3_500), 0.15)
    return faded(ring * warble * decay(length_s, 0.3) + 0.6 * air, 0.004, 0.03)


def _force_field(traits: Traits, length_s: float, rng: Random) -> Wave:
    base = 70 * traits.pitch / traits.size**0.5
    hum = rich_tone(base, length_s, saw(14)) + rich_tone(base * 1.013, length_s, saw(14))
    pulse = 0.7 + 0.3 * tone(2.2 * traits.speed, length_s)
    return hum * pulse * _BOTH + 0.15 * wide(rng, length_s, band(1_500, 6_000))


def _spaceship(traits: Traits, length_s: float, rng: Random) -> Wave:
    low = wide(rng, length_s, band(28, 190 / traits.size**0.5, order=2))
    throb = rich_tone(41 * traits.pitch / traits.size**0.5, length_s, saw(8)) * wander(rng, length_s, 1, 0.6, 1)
    return low + 0.5 * throb * _BOTH


def _flying_saucer(traits: Traits, length_s: float, _rng: Random) -> Wave:
    wobble = np.exp(tone(6.5 * traits.speed, length_s) * 0.42)
    return tone(560 * traits.pitch * wobble, length_s) * _BOTH


def _lightsaber(traits: Traits, rng: Random) -> Wave:
    """A beam of energy swung through the air: its hum bends and swells."""
    length_s = 0.8 * traits.length / traits.speed
    bend = 1 + 0.35 * swell(length_s)
    beam = rich_tone(bend * (92 * traits.pitch), length_s, saw(20))
    second = rich_tone(bend * (93.5 * traits.pitch), length_s, saw(20))
    air = noise(rng, length_s, band(300, 2_500)) * swell(length_s)
    return faded((beam + second) * (0.35 + swell(length_s)) + 0.2 * air, 0.03, 0.06)


def _droid(traits: Traits, rng: Random) -> Wave:
    """A friendly machine chatters in chirps."""
    sound = silence(1.2)
    at_s = 0.0
    while at_s < 0.9:
        length_s = float(rng.uniform(0.05, 0.15)) / traits.speed
        start, end = (float(hz) * traits.pitch for hz in rng.uniform(500, 2_600, 2))
        add(sound, faded(tone(glide(start, end, length_s), length_s), 0.005, 0.01), at_s)
        at_s += length_s + float(rng.uniform(0.01, 0.05))
    return sound


def _glitch(traits: Traits, rng: Random) -> Wave:
    sound = silence(0.7 * traits.length)
    for _ in range(int(14 * traits.strength)):
        length_s = float(rng.choice([0.012, 0.025, 0.05]))
        scrap = rich_tone(float(rng.uniform(80, 3_000)), length_s, square(5))
        if rng.random() < 0.4:
            scrap = burst(rng, length_s, band(800, 12_000), 0.02)
        add(sound, faded(scrap, 0.001, 0.001), float(rng.uniform(0, sound.size / 48_000)), float(rng.uniform(0.3, 1)))
    return sound


GENERATORS: Mapping[str, Generator] = {
    "laser": Event(_laser, 0.34, Rhythm(gap_s=0.42, jitter=0.25, width=0.5)),
    "jump": Event(_jump, 0.24, Rhythm(gap_s=0.6, jitter=0.1)),
    "coin": Event(_coin, 0.55, Rhythm(gap_s=0.7, jitter=0.1, takes=1)),
    "power up": Event(_power_up, 0.9, Rhythm(gap_s=1.4, takes=1)),
    "level up": Event(_level_up, 1.1, Rhythm(gap_s=1.5, takes=1)),
    "success": Event(_success, 1.6, Rhythm(gap_s=2.2, takes=1)),
    "game over": Event(_game_over, 1.8, Rhythm(gap_s=2.5, takes=1)),
    "sad horn": Event(_sad_horn, 2.7, Rhythm(gap_s=3.2, takes=1)),
    "hurt": Event(_hurt, 0.28, Rhythm(gap_s=0.6)),
    "menu": Event(_menu_select, 0.19, Rhythm(gap_s=0.4, jitter=0.1, takes=1)),
    "notification": Event(_notification, 0.9, Rhythm(gap_s=1.5, takes=1)),
    "error": Event(_error, 0.45, Rhythm(gap_s=0.9, takes=1)),
    "teleport": Event(_teleport, 1.2, Rhythm(gap_s=1.6, takes=2)),
    "charge": Event(_charge, 1.8, Rhythm(gap_s=2.2, takes=2)),
    "magic": Event(_magic, 2.3, Rhythm(gap_s=2.5, takes=2)),
    "shield": Event(_shield, 0.8, Rhythm(gap_s=1.2, takes=2)),
    "force field": Bed(_force_field),
    "spaceship": Bed(_spaceship),
    "ufo": Bed(_flying_saucer),
    "energy sword": Event(_lightsaber, 0.8, Rhythm(times=3, gap_s=0.9, jitter=0.15, width=0.6)),
    "droid": Event(_droid, 1.1, Rhythm(times=2, gap_s=1.5, jitter=0.2)),
    "glitch": Event(_glitch, 0.7, Rhythm(times=2, gap_s=1.0, jitter=0.2)),
}
