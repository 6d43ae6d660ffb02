"""Scales and chords as numbers: pitches are MIDI note numbers (60 is middle C), degrees count from 0."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Mode(StrEnum):
    """Scales of seven notes."""

    MAJOR = "major"
    MINOR = "minor"
    DORIAN = "dorian"
    PHRYGIAN = "phrygian"
    LYDIAN = "lydian"
    MIXOLYDIAN = "mixolydian"


STEPS: Mapping[Mode, tuple[int, ...]] = MappingProxyType(
    {
        Mode.MAJOR: (0, 2, 4, 5, 7, 9, 11),
        Mode.MINOR: (0, 2, 3, 5, 7, 8, 10),
        Mode.DORIAN: (0, 2, 3, 5, 7, 9, 10),
        Mode.PHRYGIAN: (0, 1, 3, 5, 7, 8, 10),
        Mode.LYDIAN: (0, 2, 4, 6, 7, 9, 11),
        Mode.MIXOLYDIAN: (0, 2, 4, 5, 7, 9, 10),
    }
)
"""Semitones above the tonic."""

NOTE_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic (0 is C, 11 is B) and a scale on it."""

    tonic: int
    mode: Mode

    def pitch(self, degree: int, octave: int = 4) -> int:
        """Return the pitch of ``degree`` steps above the tonic of ``octave``; may be negative or beyond the octave."""
        octaves, step = divmod(degree, 7)
        return 12 * (octave + 1 + octaves) + self.tonic + STEPS[self.mode][step]

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The seven notes, 0 to 11."""
        return frozenset((self.tonic + step) % 12 for step in STEPS[self.mode])

    def __str__(self) -> str:
        return f"{NOTE_NAMES[self.tonic]} {self.mode.value}"


@dataclass(frozen=True, slots=True)
class Chord:
    """Thirds piled up on a degree of the scale: 3 notes are a triad, 4 a seventh chord, 5 a ninth chord."""

    degree: int
    size: int = 3

    @property
    def degrees(self) -> tuple[int, ...]:
        """Its notes as degrees, the root first."""
        return tuple(self.degree + 2 * third for third in range(self.size))

    def has(self, degree: int) -> bool:
        """Whether a degree, in whatever octave, is one of its notes."""
        return any((degree - own) % 7 == 0 for own in self.degrees)


def voiced(key: Key, chord: Chord, near: Sequence[int], *, low: int = 52, high: int = 76) -> tuple[int, ...]:
    """Return the chord's pitches between ``low`` and ``high``, each note moved as little as possible from ``near``."""
    centre = sum(near) / len(near) if near else (low + high) / 2
    best: tuple[int, ...] = ()
    least = float("inf")
    for turn in range(-chord.size, 2 * chord.size):
        degrees = [chord.degrees[(turn + place) % chord.size] for place in range(chord.size)]
        pitches: list[int] = []
        floor = low + 12 * max(turn // chord.size, 0)
        for degree in degrees:
            pitch = key.pitch(degree, 0)
            while pitch < floor or (pitches and pitch <= pitches[-1]):
                pitch += 12
            pitches.append(pitch)
        if pitches[-1] > high:
            continue
        moved = abs(sum(pitches) / len(pitches) - centre)
        if near:
            moved = sum(min(abs(pitch - other) for other in near) for pitch in pitches) + 0.1 * moved
        if moved < least:
            best, least = tuple(pitches), moved
    return best or tuple(key.pitch(degree, 4) for degree in chord.degrees)
