"""Sounds that tell something: sirens, alarms, horns, telephones, whistles, beeps."""

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
    clock,
    decay,
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
)

_HORN = (1.0, 0.9, 0.8, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15)


def _siren(traits: Traits, length_s: float, _rng: Random) -> Wave:
    """A wail between 650 and 1,450 Hz, one turn in four seconds."""
    turn = (1 - np.cos(clock(length_s) * np.float32(2 * np.pi * 0.26 * traits.speed))) / 2
    hz = 650 * traits.pitch / traits.size**0.4 * np.exp(turn.astype(np.float32) * np.float32(np.log(2.23)))
    return rich_tone(hz, length_s, square(7)) * np.ones((2, 1), np.float32)


def _two_tone_siren(traits: Traits, length_s: float, _rng: Random) -> Wave:
    """The European kind: 435 and 580 Hz in turn (DIN 14610)."""
    high = (clock(length_s) * (0.7 * traits.speed)) % 1 >= 0.5
    hz = np.where(high, 580 * traits.pitch, 435 * traits.pitch)
    return rich_tone(hz, length_s, _HORN) * np.ones((2, 1), np.float32)


def _alarm(traits: Traits, rng: Random) -> Wave:
    """One turn of a fire alarm: high, low."""
    del rng
    length_s = 0.5 / traits.speed
    hz = line(length_s, (0, 960), (0.499, 960), (0.5, 770), (1, 770)) * traits.pitch
    return faded(rich_tone(hz, length_s, square(9)), 0.003, 0.005)


def _alarm_clock(traits: Traits, rng: Random) -> Wave:
    del rng
    sound = silence(0.5)
    beep = faded(rich_tone(2_048 * traits.pitch, 0.07, square(7)), 0.003, 0.005)
    for number in range(4):
        add(sound, beep, number * 0.12)
    return sound


def _beep(traits: Traits, rng: Random) -> Wave:
    del rng
    length_s = 0.2 * traits.length
    return faded(tone(1_000 * traits.pitch / traits.size**0.5, length_s), 0.004, 0.008)


def _censor(traits: Traits, rng: Random) -> Wave:
    del rng
    length_s = 0.8 * traits.length
    return faded(tone(1_000 * traits.pitch, length_s), 0.003, 0.005)


def _monitor(traits: Traits, rng: Random) -> Wave:
    del rng
    return faded(tone(880 * traits.pitch, 0.11) + 0.2 * tone(1_760 * traits.pitch, 0.11), 0.004, 0.02)


def _flatline(traits: Traits, rng: Random) -> Wave:
    del rng
    length_s = min(3.0 * traits.length, 8.0)
    return faded(tone(880 * traits.pitch, length_s) + 0.2 * tone(1_760 * traits.pitch, length_s))


def _car_horn(traits: Traits, rng: Random) -> Wave:
    """Two horns a third apart."""
    del rng
    length_s = 0.6 * traits.length
    low = 415 * traits.pitch / traits.size**0.7
    both = rich_tone(low, length_s, _HORN) + rich_tone(low * 1.21, length_s, _HORN)
    return faded(both, 0.012, 0.04)


def _air_horn(traits: Traits, rng: Random) -> Wave:
    """The stadium kind: three pipes, a little out of tune, that sag as the pressure falls."""
    del rng
    length_s = 0.75 * traits.length
    sag = line(length_s, (0, 0.96), (0.06, 1.0), (0.85, 1.0), (1, 0.95)) * traits.pitch
    pipes = silence(length_s)
    for hz in (466, 554, 622):
        pipes += rich_tone(sag * hz, length_s, saw(24))
    return faded(pipes, 0.008, 0.06)


def _ship_horn(traits: Traits, rng: Random) -> Wave:
    length_s = min(3.0 * traits.length, 6.0)
    hz = 92 * traits.pitch / traits.size**0.5
    deep = rich_tone(wander(rng, length_s, 5, hz * 0.995, hz * 1.005), length_s, (1, 0.8, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1))
    return faded(deep + 0.04 * noise(rng, length_s, band(100, 1_000)), 0.15, 0.4)


def _train_whistle(traits: Traits, rng: Random) -> Wave:
    """Steam through four pipes at once."""
    length_s = min(1.8 * traits.length, 5.0)
    bend = line(length_s, (0, 0.92), (0.12, 1), (0.8, 1), (1, 0.93)) * (traits.pitch / traits.size**0.5)
    chord = silence(length_s)
    for hz in (311, 370, 440, 523):
        chord += rich_tone(bend * hz, length_s, (1, 0.45, 0.3, 0.15, 0.08))
    return faded(chord + 0.35 * noise(rng, length_s, band(500, 5_000, order=1)), 0.06, 0.15)


def _kettle(traits: Traits, rng: Random) -> Wave:
    length_s = min(3.0 * traits.length, 8.0)
    hz = line(length_s, (0, 1_400), (0.5, 2_250), (1, 2_350)) * traits.pitch
    rise = line(length_s, (0, 0), (0.5, 0.8), (0.95, 1), (1, 0))
    steam = noise(rng, length_s, band(2_000, 9_000)) * 0.15
    return (tone(hz * wander(rng, length_s, 8, 0.99, 1.01), length_s) + steam) * rise


def _referee(traits: Traits, rng: Random) -> Wave:
    """A whistle with a pea: the tone flutters."""
    length_s = 0.7 * traits.length
    flutter = 1 + 0.035 * tone(42, length_s)
    shrill = tone(2_900 * traits.pitch * flutter, length_s) * (1 + 0.5 * tone(42, length_s))
    return faded(shrill + 0.1 * noise(rng, length_s, band(2_000, 6_000)), 0.015, 0.03)


def _telephone(traits: Traits, rng: Random) -> Wave:
    """A bell struck 22 times a second."""
    length_s = 1.4
    sound = silence(length_s + 0.6)
    gongs = [
        struck([Mode(hz * traits.pitch, 1, 0.12), Mode(hz * 2.3 * traits.pitch, 0.4, 0.06)], 0.4)
        for hz in (1_250, 1_500)
    ]
    for index in range(int(length_s * 22)):
        add(sound, gongs[index % 2], index / 22 + float(rng.uniform(0, 0.003)), 0.5)
    return sound


def _ringback(traits: Traits, rng: Random) -> Wave:
    """What a caller hears: 440 and 480 Hz for two seconds (ITU-T E.180, North America)."""
    del rng
    return faded(tone(440 * traits.pitch, 2.0) + tone(480 * traits.pitch, 2.0), 0.01, 0.02)


def _dial_tone(traits: Traits, length_s: float, _rng: Random) -> Wave:
    """350 and 440 Hz (ITU-T E.180, North America)."""
    return (tone(350 * traits.pitch, length_s) + tone(440 * traits.pitch, length_s)) * np.ones((2, 1), np.float32)


def _dialling(traits: Traits, rng: Random) -> Wave:
    """One key: a low and a high tone (ITU-T Q.23)."""
    low, high = float(rng.choice([697, 770, 852, 941])), float(rng.choice([1_209, 1_336, 1_477]))
    length_s = 0.12 * traits.length
    return faded(tone(low * traits.pitch, length_s) + tone(high * traits.pitch, length_s))


def _sonar(traits: Traits, rng: Random) -> Wave:
    """A ping, and its echoes."""
    del rng
    sound = silence(2.6)
    ping = faded(tone(1_150 * traits.pitch / traits.size**0.4, 1.2) * decay(1.2, 0.28), 0.006)
    for at_s, gain in ((0.0, 1.0), (0.55, 0.22), (1.05, 0.08)):
        add(sound, ping, at_s, gain)
    return sound


def _morse(traits: Traits, rng: Random) -> Wave:
    """One letter of dots and dashes at about 18 words a minute."""
    sound = silence(1.1)
    at_s, dot_s = 0.0, 0.066 / traits.speed
    for _ in range(int(rng.integers(2, 5))):
        length_s = dot_s * float(rng.choice([1, 3]))
        add(sound, faded(tone(700 * traits.pitch, length_s), 0.004, 0.004), at_s)
        at_s += length_s + dot_s
    return sound


def _buzzer(traits: Traits, rng: Random) -> Wave:
    del rng
    length_s = 0.8 * traits.length
    return faded(rich_tone(118 * traits.pitch / traits.size**0.4, length_s, square(25)), 0.004, 0.02)


def _geiger(traits: Traits, rng: Random) -> Wave:
    click = burst(rng, 0.02, band(1_500, 8_000), 0.0012)
    add(click, tone(2_400 * traits.pitch, 0.01) * decay(0.01, 0.0015), 0, 0.5)
    return click


def _modem(traits: Traits, rng: Random) -> Wave:
    """Two modems agree: answer tone, bursts of carriers, then noise."""
    sound = silence(4.0)
    add(sound, faded(tone(2_100 * traits.pitch, 0.9)), 0, 0.5)
    for index in range(7):
        bits = (
            np.where(rng.random(30) < 0.5, 1_070, 1_270) if index % 2 else np.where(rng.random(30) < 0.5, 2_025, 2_225)
        )
        hz = np.repeat(bits, 400).astype(np.float32) * traits.pitch
        add(sound, faded(tone(hz, 0.24)), 0.95 + index * 0.24, 0.5)
    add(sound, faded(noise(rng, 1.2, band(600, 3_200, order=3)), 0.01, 0.1), 2.7, 0.35)
    return sound


def _sweep(traits: Traits, rng: Random) -> Wave:
    del rng
    length_s = min(2.0 * traits.length, 8.0)
    return faded(tone(glide(60, 12_000, length_s), length_s), 0.01, 0.02)


GENERATORS: Mapping[str, Generator] = {
    "siren": Bed(_siren),
    "two-tone siren": Bed(_two_tone_siren),
    "alarm": Event(_alarm, 0.5, Rhythm(times=None, gap_s=0.5, jitter=0, takes=1, width=0)),
    "alarm clock": Event(_alarm_clock, 0.5, Rhythm(times=None, gap_s=1.0, jitter=0, takes=1, width=0)),
    "beep": Event(_beep, 0.2, Rhythm(times=1, gap_s=0.5, jitter=0, takes=1, width=0)),
    "censor": Event(_censor, 0.8, Rhythm(gap_s=1.2, takes=1, width=0)),
    "monitor": Event(_monitor, 0.12, Rhythm(times=None, gap_s=0.85, jitter=0, takes=1, width=0)),
    "flatline": Event(_flatline, 3.0, Rhythm(gap_s=3.5, takes=1, width=0)),
    "car horn": Event(_car_horn, 0.6, Rhythm(times=2, gap_s=0.8, jitter=0.08)),
    "air horn": Event(_air_horn, 0.75, Rhythm(times=3, gap_s=0.5, jitter=0.1, takes=1, width=0)),
    "ship horn": Event(_ship_horn, 3.0, Rhythm(gap_s=4.0, takes=1)),
    "train whistle": Event(_train_whistle, 1.8, Rhythm(times=2, gap_s=2.2, takes=2)),
    "kettle": Event(_kettle, 3.0, Rhythm(gap_s=4, takes=1)),
    "referee": Event(_referee, 0.7, Rhythm(gap_s=1.0, takes=2)),
    "telephone": Event(_telephone, 1.8, Rhythm(times=2, gap_s=2.6, jitter=0, takes=1, width=0)),
    "ringback": Event(_ringback, 2.0, Rhythm(times=None, gap_s=4.0, jitter=0, takes=1, width=0)),
    "dial tone": Bed(_dial_tone),
    "dialling": Event(_dialling, 0.12, Rhythm(times=7, gap_s=0.22, jitter=0.03, takes=7, width=0)),
    "sonar": Event(_sonar, 2.4, Rhythm(times=None, gap_s=3.0, jitter=0, takes=1)),
    "morse": Event(_morse, 1.0, Rhythm(times=None, gap_s=1.15, jitter=0, takes=6, width=0)),
    "buzzer": Event(_buzzer, 0.8, Rhythm(gap_s=1.2, takes=1, width=0)),
    "geiger": Event(_geiger, 0.02, Rhythm(times=None, gap_s=0.16, jitter=1.5, takes=4, width=0.05)),
    "modem": Event(_modem, 4.0, Rhythm(gap_s=4.5, takes=1, width=0)),
    "sweep": Event(_sweep, 2.0, Rhythm(gap_s=2.5, takes=1, width=0)),
}
