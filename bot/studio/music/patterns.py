"""Rhythms: of drums in sixteenths, of basses and chords in beats. A bar has four beats everywhere."""

from collections.abc import Mapping
from types import MappingProxyType

STEPS_PER_BAR = 16

DRUMS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        # drum → sixteen steps: x loud, o soft, . nothing
        "none": {},
        "lofi": {"kick": "x......o..x.....", "snare": "....x.......x..o", "hat": "x.o.x.o.x.o.x.oo"},
        "boom bap": {"kick": "x.....x...x.....", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
        "trap": {"kick": "x......x..x.....", "clap": "........x.......", "hat": "xoxoxoxoxoxxxoxx"},
        "pop": {"kick": "x.....x.x.......", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
        "rock": {"kick": "x.......x.x.....", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
        "house": {
            "kick": "x...x...x...x...",
            "clap": "....x.......x...",
            "open hat": "..x...x...x...x.",
            "hat": "o.o.o.o.o.o.o.o.",
        },
        "techno": {
            "kick": "x...x...x...x...",
            "hat": "..x...x...x...x.",
            "tom": "......o....o..o.",
            "shaker": "oooooooooooooooo",
        },
        "synthwave": {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "o.o.o.o.o.o.o.o."},
        "chip": {"chip kick": "x.....x.x.......", "chip snare": "....x.......x...", "chip hat": "x.x.x.x.x.x.x.x."},
        "brushes": {"ride": "x...x..ox...x..o", "brush": "....o.......o...", "kick": "o.......o......."},
        "bossa": {"kick": "x..ox..ox..ox..o", "rim": "x..x..x...x..x..", "shaker": "x.o.x.o.x.o.x.o."},
        "march": {"taiko": "x...o.o.x...o.oo", "snare": "........o.o.o.oo"},
        "taiko": {"taiko": "x..x..x.x..x.ooo", "tom": "....o.......o..."},
        "soft": {"shaker": "x.o.x.o.x.o.x.o.", "kick": "o.......o......."},
        "funk": {"kick": "x..x......x..x..", "snare": "....x..o.o..x...", "hat": "xoxoxoxoxoxoxoxo"},
        "pulse": {"tom": "x.......o......."},
    }
)
"""Name → drum → when it is struck."""

BASSES: Mapping[str, tuple[tuple[float, float, str], ...]] = MappingProxyType(
    {
        # (beat, beats, what): root, fifth, octave, or a step towards the next chord's root
        "none": (),
        "long": ((0, 4, "root"),),
        "halves": ((0, 2, "root"), (2, 2, "fifth")),
        "quarters": ((0, 1, "root"), (1, 1, "root"), (2, 1, "fifth"), (3, 1, "root")),
        "walking": ((0, 1, "root"), (1, 1, "third"), (2, 1, "fifth"), (3, 1, "approach")),
        "eighths": tuple((step / 2, 0.5, "root") for step in range(8)),
        "octaves": tuple((step / 2, 0.5, "octave" if step % 2 else "root") for step in range(8)),
        "lazy": ((0, 1.5, "root"), (1.75, 0.25, "root"), (2.5, 1, "fifth"), (3.5, 0.5, "approach")),
        "syncopated": (
            (0, 0.75, "root"),
            (0.75, 0.5, "root"),
            (1.5, 0.75, "octave"),
            (2.5, 0.5, "root"),
            (3.25, 0.5, "fifth"),
        ),
        "sixteenths": tuple((step / 4, 0.25, "octave" if step % 8 == 6 else "root") for step in range(16)),
        "bossa": ((0, 1.5, "root"), (1.5, 0.5, "fifth"), (2, 1.5, "fifth"), (3.5, 0.5, "root")),
    }
)
"""Name → the notes of one bar."""

COMPING: Mapping[str, tuple[tuple[float, float], ...]] = MappingProxyType(
    {
        # (beat, beats) of whole chords
        "none": (),
        "held": ((0, 4),),
        "lazy": ((0, 1.5), (1.5, 2.25)),
        "offbeat": ((0.5, 0.4), (1.5, 0.4), (2.5, 0.4), (3.5, 0.4)),
        "quarters": ((0, 0.9), (1, 0.9), (2, 0.9), (3, 0.9)),
        "strum": ((0, 0.9), (1, 0.45), (1.5, 0.9), (2.5, 0.45), (3, 0.9)),
        "charleston": ((0, 1.25), (1.5, 1.0)),
        "eighths": tuple((step / 2, 0.45) for step in range(8)),
        "stabs": ((0, 0.4), (0.75, 0.4), (1.5, 0.4), (2.5, 0.4), (3.25, 0.4)),
        "staccato": tuple((step / 2, 0.3) for step in range(8)),
    }
)
"""Name → when the chord is struck within a bar."""

ARPEGGIOS: Mapping[str, tuple[int, float]] = MappingProxyType(
    {"none": (0, 0.0), "eighths": (8, 0.5), "sixteenths": (16, 0.25), "quarters": (4, 1.0)}
)
"""Name → notes per bar, and the beats of each."""

MELODIES: Mapping[str, tuple[tuple[float, ...], ...]] = MappingProxyType(
    {
        # Bars of melody as lengths in beats; a negative length is a rest.
        "sparse": ((2, 2), (3, 1), (-1, 1, 2), (4,), (1.5, 2.5), (-2, 2)),
        "medium": ((1, 1, 2), (1.5, 0.5, 2), (1, 0.5, 0.5, 1, 1), (-0.5, 0.5, 1, 2), (2, 1, 1), (1.5, 1.5, 1)),
        "busy": ((0.5, 0.5, 1, 0.5, 0.5, 1), (1, 0.5, 0.5, 0.5, 0.5, 1), (0.75, 0.75, 0.5, 1, 1), (0.5,) * 6 + (1,)),
        "swinging": ((1, 0.5, 0.5, 1.5, 0.5), (-0.5, 0.5, 0.5, 0.5, 2), (0.5, 1, 0.5, 1, -1), (1.5, 0.5, 1, 1)),
        "none": ((-4,),),
    }
)
"""Name → rhythms that a bar of the tune may have."""
