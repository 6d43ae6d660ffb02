"""Animals that whistle, chirp, buzz or tap, and what a body does without speaking.

Animals with a voice (dogs, cats, lions) are not here: without a model of a vocal tract they would be caricatures.
"""

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
    faded,
    glide,
    line,
    noise,
    panned,
    rich_tone,
    saw,
    scatter,
    silence,
    swell,
    tone,
    wander,
    wide,
)


def _bird(traits: Traits, rng: Random) -> Wave:
    """One bird's phrase: the same syllable a few times, each a quick bend of pitch."""
    base = float(rng.uniform(2_400, 4_600)) * traits.pitch / traits.size**0.5
    start, end = base * float(rng.uniform(0.8, 1.35)), base * float(rng.uniform(0.7, 1.5))
    syllable_s = float(rng.uniform(0.05, 0.13)) / traits.speed**0.5
    trill = 1 + rng.uniform(0, 0.06) * tone(float(rng.uniform(25, 60)), syllable_s)
    syllable = tone(glide(start, end, syllable_s) * trill, syllable_s) * swell(syllable_s)
    number = int(rng.integers(2, 7))
    sound = silence(number * syllable_s * 1.5 + 0.05)
    for index in range(number):
        add(sound, syllable, index * syllable_s * 1.5, float(rng.uniform(0.6, 1)))
    return sound


def _cuckoo(traits: Traits, rng: Random) -> Wave:
    sound = silence(1.0)
    for at_s, hz, length_s in ((0.0, 660, 0.22), (0.36, 528, 0.34)):
        note = tone(hz * traits.pitch, length_s) + 0.15 * tone(hz * 2 * traits.pitch, length_s)
        add(sound, note * swell(length_s), at_s)
    add(sound, noise(rng, 0.6, band(500, 1_500)) * swell(0.6), 0, 0.02)
    return sound


def _owl(traits: Traits, rng: Random) -> Wave:
    sound = silence(2.6)
    hz = 360 * traits.pitch / traits.size**0.4 * float(rng.uniform(0.97, 1.03))
    for at_s, length_s in ((0.0, 0.5), (0.95, 0.22), (1.25, 0.22), (1.6, 0.75)):
        bent = line(length_s, (0, 0.93), (0.3, 1), (1, 0.95)) * hz
        hoot = tone(bent, length_s) + 0.12 * tone(bent * 2, length_s)
        add(sound, hoot * swell(length_s), at_s)
        add(sound, noise(rng, length_s, band(hz * 0.8, hz * 1.4)) * swell(length_s), at_s, 0.04)
    return sound


def _crickets(traits: Traits, length_s: float, rng: Random) -> Wave:
    """Several of them, each with its own pitch, pace and place; a chirp is three or four strokes of the wing."""
    sound = panned(silence(length_s), 0)
    for _ in range(min(int(4 * traits.strength) + 1, 8)):
        chirp_s = float(rng.uniform(0.1, 0.14))
        strokes = np.maximum(tone(30, chirp_s), 0) ** 2
        chirp = tone(float(rng.uniform(4_100, 5_200)) * traits.pitch, chirp_s) * strokes * float(rng.uniform(0.3, 1))
        placed = panned(faded(chirp), float(rng.uniform(-0.9, 0.9)))
        pause_s = 1 / (float(rng.uniform(1.6, 2.6)) * traits.speed)
        at_s = float(rng.uniform(0, pause_s))
        while at_s < length_s:
            add(sound, placed, at_s)
            at_s += pause_s * float(rng.uniform(0.97, 1.03))
    return sound


def _cicadas(traits: Traits, length_s: float, rng: Random) -> Wave:
    buzz = wide(rng, length_s, band(4_600 * traits.pitch, 6_800 * traits.pitch, order=6), 0.9)
    pulse = 0.55 + 0.45 * tone(118 * traits.speed, length_s)
    return buzz * pulse * wander(rng, length_s, 0.8, 0.35, 1.0)


def _frog(traits: Traits, rng: Random) -> Wave:
    length_s = 0.42 * traits.length
    hz = 520 * traits.pitch / traits.size * float(rng.uniform(0.9, 1.1))
    pulses = np.maximum(tone(wander(rng, length_s, 4, 28, 42), length_s), 0) ** 3
    voice = rich_tone(line(length_s, (0, hz), (0.7, hz * 1.15), (1, hz)), length_s, (0.5, 1, 0.6, 0.4, 0.2))
    return faded(voice * pulses * swell(length_s))


def _bee(traits: Traits, length_s: float, rng: Random) -> Wave:
    hz = wander(rng, length_s, 3, 190, 235) * (traits.pitch / traits.size)
    buzz = rich_tone(hz, length_s, saw(18)) * wander(rng, length_s, 2, 0.3, 1.0)
    return _flying(buzz, wander(rng, length_s, 0.8 * traits.speed, -0.9, 0.9))


def _mosquito(traits: Traits, length_s: float, rng: Random) -> Wave:
    hz = wander(rng, length_s, 2.5, 540, 660) * traits.pitch
    whine = rich_tone(hz, length_s, (1, 0.7, 0.5, 0.35, 0.2)) * wander(rng, length_s, 1.2, 0.05, 1.0)
    return _flying(whine, wander(rng, length_s, 0.7 * traits.speed, -1, 1))


def _flying(sound: Wave, pan: Wave) -> Wave:
    angle = (pan + 1) * np.float32(np.pi / 4)
    return np.stack((np.cos(angle) * sound, np.sin(angle) * sound))


def _woodpecker(traits: Traits, rng: Random) -> Wave:
    sound = silence(0.9)
    strokes = int(rng.integers(11, 17))
    hit = burst(rng, 0.05, band(700, 3_200), 0.006)
    for index in range(strokes):
        add(sound, hit, index * 0.047 / traits.speed, 1 - 0.6 * index / strokes)
    return sound


def _rattlesnake(traits: Traits, rng: Random) -> Wave:
    length_s = 1.6 * traits.length
    shape = line(length_s, (0, 0), (0.15, 1), (0.8, 0.9), (1, 0))
    pulses = np.maximum(tone(58 * traits.speed, length_s), 0) ** 2
    return noise(rng, length_s, band(3_500, 12_000)) * pulses * shape


def _wings(traits: Traits, rng: Random) -> Wave:
    sound = silence(1.2)
    for index in range(8):
        flap = noise(rng, 0.09, band(150, 1_600, order=1, tilt_db=-3)) * swell(0.09)
        add(sound, flap, index * 0.12 * traits.size**0.5 / traits.speed, 1 - 0.09 * index)
    return sound


def _heartbeat(traits: Traits, rng: Random) -> Wave:
    sound = silence(0.6)
    for at_s, hz, gain in ((0.0, 52, 1.0), (0.28, 66, 0.7)):
        beat = tone(glide(hz * 1.3, hz * 0.8, 0.2), 0.2) * decay(0.2, 0.045)
        add(beat, burst(rng, 0.1, band(40, 220), 0.02), 0, 0.5)
        add(sound, faded(beat, 0.006), at_s / traits.speed**0.5, gain)
    return sound


def _breath(traits: Traits, rng: Random) -> Wave:
    in_s, out_s = 1.1 / traits.speed, 1.4 / traits.speed
    sound = silence(in_s + out_s + 0.15)
    add(sound, noise(rng, in_s, band(900, 4_500, order=1)) * swell(in_s), 0, 0.7)
    add(
        sound,
        noise(rng, out_s, band(350, 2_600, order=1, tilt_db=-2)) * line(out_s, (0, 0), (0.2, 1), (1, 0)),
        in_s + 0.1,
    )
    return sound


def _clap(traits: Traits, rng: Random) -> Wave:
    """Two hands: a few tiny hits within 10 ms, ringing in the hollow between them."""
    sound = silence(0.18)
    hz = float(rng.uniform(900, 1_500)) / traits.size**0.4
    for at_s in (0.0, 0.006, 0.011):
        add(sound, burst(rng, 0.06, band(hz * 0.7, hz * 2.6, order=2), 0.004), at_s, 0.7)
    add(sound, burst(rng, 0.15, band(hz * 0.6, hz * 2.2), 0.022), 0.011)
    return sound


def _applause(traits: Traits, length_s: float, rng: Random) -> Wave:
    hands = [_clap(traits, rng) for _ in range(20)]
    return scatter(rng, length_s, hands, per_second=min(130 * traits.strength * traits.size, 260), spread=0.5, width=1)


def _finger_snap(traits: Traits, rng: Random) -> Wave:
    sound = burst(rng, 0.15, band(1_800 * traits.pitch, 5_500), 0.008)
    add(sound, tone(2_300 * traits.pitch, 0.06) * decay(0.06, 0.009), 0, 0.7)
    return sound


def _whistling(traits: Traits, rng: Random) -> Wave:
    """A person's whistle: up, and up again."""
    sound = silence(1.1)
    for at_s, low, high, length_s in ((0.0, 1_250, 1_900, 0.36), (0.5, 1_150, 2_100, 0.5)):
        note = tone(glide(low * traits.pitch, high * traits.pitch, length_s, 0.7), length_s)
        add(sound, note * swell(length_s) ** 0.6, at_s)
        add(sound, noise(rng, length_s, band(1_500, 5_000)) * swell(length_s), at_s, 0.02)
    return sound


def _crunch(traits: Traits, rng: Random) -> Wave:
    sound = silence(0.32)
    for _ in range(int(22 * traits.strength)):
        grain = burst(rng, 0.02, band(900 / traits.size, 6_000), float(rng.uniform(0.0015, 0.005)))
        add(sound, grain, float(rng.beta(1.2, 2)) * 0.25, float(rng.uniform(0.3, 1)))
    return sound


GENERATORS: Mapping[str, Generator] = {
    "birds": Event(_bird, 0.7, Rhythm(times=None, gap_s=0.75, jitter=0.8, takes=7, width=0.9)),
    "cuckoo": Event(_cuckoo, 0.8, Rhythm(times=3, gap_s=1.3, jitter=0.02, takes=1)),
    "owl": Event(_owl, 2.5, Rhythm(times=None, gap_s=5.0, jitter=0.2, takes=2)),
    "crickets": Bed(_crickets),
    "cicadas": Bed(_cicadas),
    "frog": Event(_frog, 0.42, Rhythm(times=None, gap_s=0.8, jitter=0.4, takes=4, width=0.7)),
    "bee": Bed(_bee),
    "mosquito": Bed(_mosquito),
    "woodpecker": Event(_woodpecker, 0.8, Rhythm(times=None, gap_s=2.2, jitter=0.25, takes=3, width=0.4)),
    "rattlesnake": Event(_rattlesnake, 1.6, Rhythm(times=None, gap_s=2.2, jitter=0.2, takes=2)),
    "wings": Event(_wings, 1.1, Rhythm(gap_s=1.5, takes=2, width=0.5)),
    "heartbeat": Event(_heartbeat, 0.5, Rhythm(times=None, gap_s=0.95, jitter=0.01, takes=2, width=0.0)),
    "breath": Event(_breath, 2.6, Rhythm(times=None, gap_s=3.0, jitter=0.04, takes=3, width=0.0)),
    "clap": Event(_clap, 0.18, Rhythm(times=None, gap_s=0.5, jitter=0.05, takes=6)),
    "applause": Bed(_applause),
    "finger snap": Event(_finger_snap, 0.15, Rhythm(times=2, gap_s=0.6)),
    "whistle": Event(_whistling, 1.0, Rhythm(gap_s=1.6, takes=2)),
    "crunch": Event(_crunch, 0.3, Rhythm(times=3, gap_s=0.55, jitter=0.15)),
}
