"""What is struck to be heard: bells, gongs, chimes, drums, cymbals."""

from collections.abc import Mapping

from bot.studio.effects.generators import Event, Generator, Rhythm
from bot.studio.effects.traits import Traits
from bot.studio.effects.waves import (
    Mode,
    Random,
    Wave,
    add,
    band,
    burst,
    decay,
    glide,
    line,
    noise,
    silence,
    struck,
    tone,
)

# Partials of a church bell against its prime, with gains and decays in seconds: hum, prime, tierce, quint, nominal
# and above. Ratios: Fletcher and Rossing, The Physics of Musical Instruments, 2nd edition, table 21.1.
_CHURCH = (
    (0.5, 0.5, 4.5), (1.0, 0.7, 3.0), (1.19, 0.6, 2.4), (1.5, 0.25, 1.4), (2.0, 1.0, 1.8), (2.51, 0.35, 0.9),
    (2.66, 0.3, 0.8), (3.01, 0.45, 0.7), (4.16, 0.35, 0.45), (5.43, 0.25, 0.3), (6.79, 0.15, 0.2), (8.21, 0.1, 0.15),
)  # fmt: skip
_SMALL = ((1.0, 1.0, 0.9), (2.76, 0.6, 0.5), (5.40, 0.35, 0.25), (8.93, 0.2, 0.12))  # a bar, free at both ends


def _ring(hz: float, partials: tuple[tuple[float, float, float], ...], length_s: float, hold: float = 1) -> Wave:
    """The slow partials are pairs a little apart, as no bell is quite round: the beats make it live."""
    modes = [Mode(hz * ratio, gain, fall * hold) for ratio, gain, fall in partials]
    for ratio, gain, fall in partials[:5]:
        modes.append(Mode(hz * ratio * 1.0012 + 0.35, gain * 0.6, fall * hold * 0.9))
    return struck(modes, length_s)


def _church_bell(traits: Traits, rng: Random) -> Wave:
    hz = 330 * traits.pitch / traits.size
    length_s = min(6.0 * traits.length, 9.0)
    sound = _ring(hz, _CHURCH, length_s, traits.size**0.5 * traits.length)
    add(sound, burst(rng, 0.06, band(1_800, 9_000), 0.008), 0, 1.6 * traits.strength)  # the clapper
    return sound


def _small_bell(traits: Traits, rng: Random) -> Wave:
    hz = 1_568 * traits.pitch / traits.size
    sound = _ring(hz, _SMALL, min(2.2 * traits.length, 5.0), traits.length)
    add(sound, burst(rng, 0.02, band(3_000, 12_000), 0.002), 0, 0.8)
    return sound


def _doorbell(traits: Traits, rng: Random) -> Wave:
    sound = silence(2.2)
    for at_s, hz in ((0.0, 659.26), (0.55, 523.25)):
        bar = struck([Mode(hz * traits.pitch, 1, 0.5), Mode(hz * 2.76 * traits.pitch, 0.25, 0.15)], 1.6)
        add(bar, burst(rng, 0.01, band(2_000, 8_000), 0.001), 0, 0.3)
        add(sound, bar, at_s)
    return sound


def _gong(traits: Traits, rng: Random) -> Wave:
    """Low modes at once; the shimmer of the high ones comes half a second later, as in real tam-tams."""
    length_s = min(6.0 * traits.length, 9.0)
    ratios = (1, 1.52, 2.03, 2.71, 3.43, 4.12, 5.2, 6.37)
    hz = 92 * traits.pitch / traits.size**0.6
    sound = struck([Mode(hz * ratio, 1 / place, 2.6 / place**0.4) for place, ratio in enumerate(ratios, 1)], length_s)
    bloom = line(length_s, (0, 0), (0.1, 1), (0.35, 0.4), (1, 0)) ** 1.5
    shimmer = noise(rng, length_s, band(500, 4_200, order=2, tilt_db=-3)) * bloom
    add(sound, burst(rng, 0.2, band(100, 900), 0.03), 0, 1.0)
    return sound + 0.25 * traits.strength * shimmer


def _singing_bowl(traits: Traits, rng: Random) -> Wave:
    hz = 262 * traits.pitch / traits.size**0.6
    partials = ((1.0, 1.0, 3.6), (2.71, 0.5, 2.4), (5.14, 0.2, 1.1), (8.2, 0.08, 0.5))
    sound = _ring(hz, partials, min(6.0 * traits.length, 9.0))
    add(sound, burst(rng, 0.05, band(300, 1_500), 0.01), 0, 0.25)
    return sound


def _chime(traits: Traits, rng: Random) -> Wave:
    """One rod of a wind chime, of a pentatonic scale."""
    hz = float(rng.choice([1_047, 1_175, 1_319, 1_568, 1_760, 2_093])) * traits.pitch / traits.size
    return _ring(hz, _SMALL, 2.0) * (rng.uniform(0.4, 1))


def _triangle(traits: Traits, rng: Random) -> Wave:
    modes = [
        Mode(float(hz) * traits.pitch, float(rng.uniform(0.3, 1)), float(rng.uniform(0.5, 1.4)))
        for hz in (1_660, 3_780, 4_920, 6_130, 7_540, 9_450, 11_200)
    ]
    return struck(modes, 2.5 * traits.length)


def _drum(traits: Traits, rng: Random) -> Wave:
    hz = 110 * traits.pitch / traits.size
    sound = tone(glide(hz * 1.35, hz, 0.7, 0.3), 0.7) * decay(0.7, 0.16 * traits.length)
    add(sound, burst(rng, 0.06, band(300, 3_500), 0.008), 0, 0.9)
    return sound


def _snare(traits: Traits, rng: Random) -> Wave:
    sound = 0.6 * tone(glide(260 / traits.size, 185 / traits.size, 0.3, 0.4), 0.3) * decay(0.3, 0.05)
    return sound + 0.7 * noise(rng, 0.3, band(1_200, 9_500, order=1)) * decay(0.3, 0.06 * traits.length)


def _cymbal(traits: Traits, rng: Random) -> Wave:
    length_s = min(2.6 * traits.length, 5.0)
    sound = noise(rng, length_s, band(3_200 / traits.size**0.5, 13_000, order=2)) * decay(length_s, length_s / 4)
    modes = [Mode(float(hz), 0.12, float(rng.uniform(0.2, 0.8))) for hz in rng.uniform(2_500, 11_000, 14)]
    return 0.6 * sound + struck(modes, length_s)


def _drum_roll(traits: Traits, rng: Random) -> Wave:
    """A roll on the snare that grows and ends in a stroke with the cymbal."""
    roll_s = min(2.4 * traits.length, 6.0)
    sound = silence(roll_s + 2.0)
    strokes = int(roll_s * 22 * traits.speed)
    takes = [_snare(traits.changed(Traits(length=0.6)), rng) for _ in range(3)]
    for number in range(strokes):
        share = number / strokes
        add(sound, takes[number % 3], share * roll_s, 0.18 + 0.4 * share**2)
    add(sound, _snare(traits, rng), roll_s, 1.2)
    add(sound, _cymbal(traits, rng), roll_s, 0.7)
    return sound


def _punchline(traits: Traits, rng: Random) -> Wave:
    """Ba-dum tss."""
    sound = silence(2.8)
    add(sound, _snare(traits, rng), 0, 0.9)
    add(sound, _drum(traits, rng), 0.2, 1.0)
    add(sound, _cymbal(traits, rng), 0.52, 0.8)
    add(sound, _drum(traits.changed(Traits(size=1.5)), rng), 0.52, 0.5)
    return sound


def _cowbell(traits: Traits, rng: Random) -> Wave:
    hz = 562 * traits.pitch / traits.size
    sound = struck([Mode(hz, 1, 0.16), Mode(hz * 1.504, 0.9, 0.13), Mode(hz * 2.9, 0.3, 0.05)], 0.8)
    add(sound, burst(rng, 0.02, band(800, 6_000), 0.003), 0, 0.8)
    return sound


GENERATORS: Mapping[str, Generator] = {
    "bell": Event(_church_bell, 5.0, Rhythm(gap_s=1.8, jitter=0.01, takes=2)),
    "small bell": Event(_small_bell, 2.0, Rhythm(gap_s=0.9, jitter=0.02, takes=2)),
    "doorbell": Event(_doorbell, 2.0, Rhythm(gap_s=2.4, takes=1)),
    "gong": Event(_gong, 5.5, Rhythm(gap_s=3.5, takes=1)),
    "singing bowl": Event(_singing_bowl, 5.5, Rhythm(gap_s=3.5, takes=1)),
    "wind chimes": Event(_chime, 2.0, Rhythm(times=None, gap_s=0.4, jitter=0.7, takes=7, width=0.6)),
    "triangle": Event(_triangle, 2.5, Rhythm(gap_s=1.2, takes=1)),
    "drum": Event(_drum, 0.6, Rhythm(times=4, gap_s=0.5, jitter=0.01)),
    "snare": Event(_snare, 0.3, Rhythm(times=4, gap_s=0.5, jitter=0.01)),
    "cymbal": Event(_cymbal, 2.4, Rhythm(gap_s=1.5)),
    "drum roll": Event(_drum_roll, 4.0, Rhythm(gap_s=5, takes=1)),
    "punchline": Event(_punchline, 2.6, Rhythm(gap_s=3.5, takes=1)),
    "cowbell": Event(_cowbell, 0.6, Rhythm(times=2, gap_s=0.5, takes=2)),
}
