"""What makes each style: pace, scale, chords, who plays what. All bars have four beats."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.studio.music.harmony import Mode

Progression = tuple[int, ...]
"""Degrees of the scale, one chord for each bar; 0 is the tonic's."""

_BRIGHT = ((0, 4, 5, 3), (0, 3, 4, 3), (0, 5, 3, 4), (0, 3, 0, 4))
_DARK = ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 6), (0, 5, 3, 4))
_JAZZ = ((1, 4, 0, 5), (0, 5, 1, 4), (3, 2, 1, 0))
_FLOATING = ((0, 3, 0, 3), (0, 5, 3, 3), (0, 2, 3, 2))


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece of this kind is made. The names lead into patterns.py, instruments.py and drums.py."""

    bpm: float
    mode: Mode
    progressions: tuple[Progression, ...]
    drums: str
    bass: str
    comping: str
    melody: str
    bass_sound: str
    chord_sound: str
    lead_sound: str
    arpeggio: str = "none"
    arpeggio_sound: str = "pluck"
    chord_size: int = 3
    bars_per_chord: int = 1
    swing: float = 0.0
    """How late the second of two eighths comes, as a share of a beat: 0 is straight, 0.17 a triplet."""
    room: float = 0.25
    """Share of reverb, 0 to 1."""
    dullness_hz: float = 16_000
    """Where the highs end."""
    crackle: float = 0.0
    """Of a record, 0 to 1."""
    pump: float = 0.0
    """How far everything steps back for the kick drum, 0 to 1."""
    tonics: tuple[int, ...] = (0, 2, 5, 7, 9)
    """Keys to choose from where nobody says; 0 is C."""


STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "lo-fi": Style(
            76, Mode.MAJOR, _JAZZ, "lofi", "lazy", "lazy", "sparse", "upright bass", "electric piano", "vibraphone",
            chord_size=4, swing=0.1, room=0.22, dullness_hz=5_200, crackle=0.5, tonics=(0, 3, 5, 8, 10),
        ),
        "hip-hop": Style(
            88, Mode.MINOR, _DARK, "boom bap", "lazy", "lazy", "sparse", "sub bass", "electric piano", "pluck",
            chord_size=4, swing=0.07, room=0.18, dullness_hz=9_000, crackle=0.2, tonics=(0, 2, 5, 9),
        ),
        "trap": Style(
            140, Mode.MINOR, _DARK, "trap", "long", "none", "sparse", "sub bass", "pad", "bell",
            arpeggio="eighths", bars_per_chord=2, room=0.3, tonics=(0, 1, 3, 5),
        ),
        "chiptune": Style(
            150, Mode.MAJOR, _BRIGHT, "chip", "octaves", "none", "busy", "chip triangle", "chip pulse", "chip square",
            arpeggio="sixteenths", arpeggio_sound="chip pulse", room=0.04, tonics=(0, 2, 5, 7, 9),
        ),
        "game": Style(
            126, Mode.MAJOR, _BRIGHT, "pop", "octaves", "offbeat", "medium", "synth bass", "pluck", "flute",
            arpeggio="eighths", arpeggio_sound="marimba", room=0.22,
        ),
        "ambient": Style(
            60, Mode.LYDIAN, _FLOATING, "none", "long", "held", "sparse", "sub bass", "pad", "bell",
            chord_size=4, bars_per_chord=2, room=0.6, dullness_hz=9_000,
        ),
        "epic": Style(
            92, Mode.MINOR, _DARK, "taiko", "eighths", "staccato", "medium", "low strings", "strings", "brass",
            room=0.42, tonics=(0, 2, 4, 7, 9),
        ),
        "happy": Style(
            116, Mode.MAJOR, _BRIGHT, "pop", "quarters", "strum", "medium", "upright bass", "guitar", "flute", room=0.2,
        ),
        "sad": Style(
            66, Mode.MINOR, _DARK, "none", "halves", "held", "sparse", "low strings", "piano", "violin",
            arpeggio="eighths", arpeggio_sound="piano", room=0.42, dullness_hz=11_000,
        ),
        "tense": Style(
            96, Mode.PHRYGIAN, ((0, 0, 1, 0), (0, 1, 0, 6), (0, 5, 1, 0)), "pulse", "eighths", "held", "sparse",
            "synth bass", "strings", "bell", arpeggio="sixteenths", arpeggio_sound="muted synth", room=0.4,
            dullness_hz=9_000,
        ),
        "horror": Style(
            58, Mode.PHRYGIAN, ((0, 1, 0, 1), (0, 0, 1, 4)), "none", "long", "held", "sparse", "low strings", "pad",
            "music box", bars_per_chord=2, room=0.6, dullness_hz=7_000,
        ),
        "jazz": Style(
            128, Mode.MAJOR, _JAZZ, "brushes", "walking", "charleston", "swinging", "upright bass", "piano",
            "vibraphone",
            chord_size=5, swing=0.16, room=0.2, tonics=(0, 3, 5, 8, 10),
        ),
        "bossa nova": Style(
            132, Mode.MAJOR, _JAZZ, "bossa", "bossa", "charleston", "medium", "upright bass", "guitar", "flute",
            chord_size=4, room=0.18, tonics=(0, 2, 5, 7),
        ),
        "house": Style(
            124, Mode.MINOR, _DARK, "house", "syncopated", "stabs", "sparse", "synth bass", "organ", "saw lead",
            chord_size=4, room=0.22, pump=0.5,
        ),
        "techno": Style(
            130, Mode.MINOR, ((0, 0, 5, 5), (0, 0, 0, 6)), "techno", "sixteenths", "stabs", "none", "synth bass",
            "muted synth", "saw lead", room=0.26, pump=0.55, tonics=(0, 2, 5, 9),
        ),
        "synthwave": Style(
            104, Mode.MINOR, _DARK, "synthwave", "eighths", "held", "medium", "synth bass", "pad", "saw lead",
            arpeggio="sixteenths", arpeggio_sound="muted synth", room=0.35, pump=0.3,
        ),
        "rock": Style(
            124, Mode.MINOR, _DARK, "rock", "eighths", "eighths", "medium", "synth bass", "driven guitar",
            "driven lead",
            room=0.15, tonics=(2, 4, 7, 9),
        ),
        "funk": Style(
            106, Mode.DORIAN, ((0, 0, 3, 3), (0, 3, 0, 4)), "funk", "syncopated", "stabs", "busy", "synth bass",
            "electric piano", "brass", chord_size=4, room=0.12, tonics=(2, 4, 7, 9),
        ),
        "folk": Style(
            104, Mode.MIXOLYDIAN, ((0, 6, 3, 0), (0, 3, 0, 4)), "soft", "halves", "strum", "medium", "upright bass",
            "guitar", "flute", arpeggio="eighths", arpeggio_sound="guitar", room=0.18, tonics=(0, 2, 7, 9),
        ),
        "classical": Style(
            96, Mode.MAJOR, ((0, 4, 5, 2), (0, 3, 4, 0), (0, 1, 4, 0)), "none", "halves", "none", "medium",
            "low strings",
            "strings", "violin", arpeggio="sixteenths", arpeggio_sound="piano", room=0.35,
        ),
        "piano": Style(
            80, Mode.MAJOR, (*_BRIGHT, *_FLOATING), "none", "halves", "none", "medium", "piano", "piano", "piano",
            arpeggio="eighths", arpeggio_sound="piano", room=0.35,
        ),
        "fantasy": Style(
            84, Mode.DORIAN, ((0, 6, 3, 0), (0, 3, 6, 0)), "soft", "halves", "held", "medium", "low strings", "strings",
            "flute", arpeggio="eighths", arpeggio_sound="harp", room=0.45, tonics=(2, 4, 7, 9),
        ),
        "adventure": Style(
            120, Mode.MAJOR, ((0, 4, 5, 3), (0, 6, 3, 4), (0, 3, 1, 4)), "march", "quarters", "staccato", "medium",
            "low strings", "strings", "brass", room=0.36,
        ),
        "calm": Style(
            72, Mode.MAJOR, _FLOATING, "none", "long", "held", "sparse", "sub bass", "pad", "piano",
            arpeggio="quarters", arpeggio_sound="harp", chord_size=4, room=0.45, dullness_hz=11_000,
        ),
    }
)  # fmt: skip
"""All styles by name."""
