"""Tunes: a motif of two bars that returns, chord tones on the strong beats, steps between them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.studio.music.harmony import Chord
from bot.studio.music.patterns import MELODIES

LOWEST, HIGHEST = -2, 11
"""Degrees about the tonic within which a tune stays."""

_LEAP = 4  # degrees; beyond it a tune is hard to sing
_HOME_S = (0, 2, 4)


@dataclass(frozen=True, slots=True)
class Tone:
    """One note of a tune, in beats from the beginning of its bar."""

    beat: float
    beats: float
    degree: int


def tune(chords: Sequence[Chord], density: str, rng: np.random.Generator) -> list[list[Tone]]:
    """Return one list of tones for each bar of ``chords``.

    Phrases have four bars: the third takes up the rhythm of the first, the fourth comes to rest. Every other phrase
    begins as the first did, so that one recognises it.
    """
    rhythms = MELODIES[density]
    motif = [rhythms[int(rng.integers(len(rhythms)))] for _ in range(3)]
    opening = [int(step) for step in rng.integers(-2, 3, 8)]
    bars: list[list[Tone]] = []
    degree = int(rng.choice(_HOME_S)) + (7 if rng.random() < 0.3 else 0)
    for number, chord in enumerate(chords):
        place = number % 4
        is_last = place == 3 or number == len(chords) - 1
        rhythm = _resting(motif[2]) if is_last else motif[place % 2]
        steps = opening if place in {0, 2} else [int(step) for step in rng.integers(-2, 3, 8)]
        bar, degree = _bar(rhythm, chord, degree, steps)
        bars.append(bar)
    return bars


def _resting(rhythm: tuple[float, ...]) -> tuple[float, ...]:
    """A bar that ends a phrase: its first half, then a long note."""
    if all(beats < 0 for beats in rhythm):
        return rhythm
    head: list[float] = []
    for beats in rhythm:
        if sum(abs(one) for one in head) + abs(beats) > 1.5:
            break
        head.append(beats)
    return (*head, 4 - sum(abs(one) for one in head))


def _bar(rhythm: tuple[float, ...], chord: Chord, degree: int, steps: Sequence[int]) -> tuple[list[Tone], int]:
    tones: list[Tone] = []
    beat = 0.0
    for place, beats in enumerate(rhythm):
        if beats > 0:
            wanted = degree + steps[place % len(steps)]
            is_strong = beat in {0.0, 2.0} or beats >= 1.5
            degree = _within(_nearest_chord_tone(wanted, degree, chord) if is_strong else wanted)
            tones.append(Tone(beat, beats, degree))
        beat += abs(beats)
    return tones, degree


def _nearest_chord_tone(wanted: int, before: int, chord: Chord) -> int:
    candidates = [
        degree for degree in range(LOWEST, HIGHEST + 1) if chord.has(degree) and abs(degree - before) <= _LEAP
    ]
    return min(candidates, key=lambda degree: (abs(degree - wanted), degree), default=wanted)


def _within(degree: int) -> int:
    while degree > HIGHEST:
        degree -= 7
    while degree < LOWEST:
        degree += 7
    return degree
