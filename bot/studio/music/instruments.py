"""How a note of each instrument sounds: one channel at 48 kHz, of a pitch, a length and a loudness of about 1."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from bot.studio.effects.waves import (
    Mode,
    Wave,
    clock,
    decay,
    driven,
    faded,
    line,
    rich_tone,
    saw,
    square,
    struck,
    tone,
)

MakeNote: TypeAlias = Callable[[float, float], Wave]
"""Frequency in Hz and length in seconds into sound; what rings on after the length is part of it."""

_HIGHEST_HZ = 15_000


def _limited(harmonics: tuple[float, ...], hz: float) -> tuple[float, ...]:
    """Only the harmonics that can be heard, at least one."""
    return harmonics[: max(int(_HIGHEST_HZ / hz), 1)]


def _shaped(sound: Wave, length_s: float, *, attack_s: float, release_s: float) -> Wave:
    """Sound that is held for ``length_s`` and then dies away; it must be ``release_s`` longer."""
    whole_s = length_s + release_s
    rise = min(attack_s, 0.6 * length_s) / whole_s
    hold = length_s / whole_s
    return faded(sound * line(whole_s, (0, 0), (rise, 1), (max(hold, rise), 0.85), (1, 0)), 0.001, 0.01)


def _vibrato(hz: float, length_s: float, depth: float = 0.006, rate_hz: float = 5.2) -> Wave:
    """A tone's frequency that begins to tremble after a moment."""
    growing = np.minimum(clock(length_s) * 2.5, 1)
    return hz * (1 + depth * tone(rate_hz, length_s) * growing)


def _piano(hz: float, length_s: float) -> Wave:
    """Strings that lose their highs first; low ones ring longer."""
    whole_s = min(length_s + 0.35, 6.0)
    slow_s = 1.3 * (262 / hz) ** 0.5
    body = rich_tone(hz, whole_s, _limited((1, 0.55, 0.32, 0.16, 0.1, 0.06), hz)) * decay(whole_s, slow_s)
    stretched = hz * 1.0015
    shine = rich_tone(stretched, whole_s, _limited((0, 0.3, 0.4, 0.4, 0.35, 0.3, 0.22, 0.16, 0.1, 0.07), hz))
    sound = body + 0.5 * shine * decay(whole_s, slow_s * 0.22)
    return _damped(sound, length_s, 0.3)


def _damped(sound: Wave, length_s: float, release_s: float) -> Wave:
    """The key is let go after ``length_s``."""
    whole_s = sound.size / 48_000
    held = min(length_s / whole_s, 0.98)
    gone = min((length_s + release_s) / whole_s, 1.0)
    ends = ((0.0, 1.0), (held, 1.0), (gone, 0.0)) if gone >= 1 else ((0.0, 1.0), (held, 1.0), (gone, 0.0), (1.0, 0.0))
    return faded(sound * line(whole_s, *ends), 0.002, 0.01)


def _electric_piano(hz: float, length_s: float) -> Wave:
    whole_s = min(length_s + 0.4, 5.0)
    tine = tone(min(hz * 14, 12_000), whole_s) * decay(whole_s, 0.05)
    body = rich_tone(hz, whole_s, _limited((1, 0.35, 0.08, 0.05), hz)) * decay(whole_s, 1.1)
    return _damped((body + 0.07 * tine) * (1 + 0.12 * tone(4.6, whole_s)), length_s, 0.35)


def _plucked(brightness: float, hold_s: float) -> MakeNote:
    """A string: each harmonic dies away faster than the one below it."""

    def note(hz: float, length_s: float) -> Wave:
        whole_s = min(max(length_s, 0.3) + 0.5, 3.0)
        slow_s = hold_s * (220 / hz) ** 0.4
        modes = [
            Mode(hz * number * (1 + 0.0002 * number**2), brightness ** (number - 1) / number**0.6, slow_s / number**0.8)
            for number in range(1, 11)
            if hz * number < _HIGHEST_HZ
        ]
        return _damped(struck(modes, whole_s), max(length_s, 0.3), 0.3)

    return note


def _bars(ratios: tuple[tuple[float, float, float], ...], tremolo: float = 0.0) -> MakeNote:
    """Bells and bars: partials with (ratio, gain, seconds)."""

    def note(hz: float, length_s: float) -> Wave:
        del length_s  # they ring as long as they ring
        scale = (523 / hz) ** 0.35
        whole_s = min(max(fall for _, _, fall in ratios) * scale * 4, 4.0)
        sound = struck([Mode(hz * ratio, gain, fall * scale) for ratio, gain, fall in ratios], whole_s)
        return faded(sound * (1 + tremolo * tone(5.5, whole_s)) if tremolo else sound, 0.001, 0.03)

    return note


def _pad(hz: float, length_s: float) -> Wave:
    whole_s = length_s + 0.9
    soft = tuple(1 / number**1.6 for number in range(1, 13))
    sound = rich_tone(hz * 0.997, whole_s, _limited(soft, hz)) + rich_tone(hz * 1.003, whole_s, _limited(soft, hz))
    return _shaped(0.5 * sound, length_s, attack_s=0.45, release_s=0.9)


def _bowed(attack_s: float, harmonics: int) -> MakeNote:
    """Several strings a little apart, each with its own vibrato."""
    gains = tuple(1 / number**1.15 for number in range(1, harmonics + 1))

    def note(hz: float, length_s: float) -> Wave:
        whole_s = length_s + 0.25
        sound = rich_tone(_vibrato(hz * 0.9975, whole_s, rate_hz=5.6), whole_s, _limited(gains, hz))
        sound = sound + rich_tone(_vibrato(hz * 1.0025, whole_s, rate_hz=4.9), whole_s, _limited(gains, hz))
        return _shaped(0.5 * sound, length_s, attack_s=attack_s, release_s=0.25)

    return note


def _brass(hz: float, length_s: float) -> Wave:
    """It gets brighter as it gets louder."""
    whole_s = length_s + 0.12
    dull = rich_tone(_vibrato(hz, whole_s, 0.004), whole_s, _limited((1, 0.5, 0.25, 0.12), hz))
    bright = rich_tone(hz * 1.001, whole_s, _limited(saw(16), hz))
    blare = line(whole_s, (0, 0), (min(0.09 / whole_s, 0.5), 1), (1, 0.45))
    return _shaped(0.6 * dull + 0.6 * bright * blare, length_s, attack_s=0.05, release_s=0.12)


def _flute(hz: float, length_s: float) -> Wave:
    whole_s = length_s + 0.12
    sound = rich_tone(_vibrato(hz, whole_s, 0.005), whole_s, _limited((1, 0.28, 0.1, 0.03), hz))
    return _shaped(sound, length_s, attack_s=0.06, release_s=0.12)


def _held(harmonics: tuple[float, ...], attack_s: float, release_s: float) -> MakeNote:
    """An organ, a synthesiser: it sounds as long as the key is down."""

    def note(hz: float, length_s: float) -> Wave:
        whole_s = length_s + release_s
        return _shaped(
            rich_tone(hz, whole_s, _limited(harmonics, hz)), length_s, attack_s=attack_s, release_s=release_s
        )

    return note


def _chip(harmonics: tuple[float, ...], fall_s: float) -> MakeNote:
    def note(hz: float, length_s: float) -> Wave:
        sound = rich_tone(hz, length_s, _limited(harmonics, hz)) * (0.35 + 0.65 * decay(length_s, fall_s))
        return faded(sound, 0.002, 0.008)

    return note


def _saw_lead(hz: float, length_s: float) -> Wave:
    whole_s = length_s + 0.15
    sound = rich_tone(_vibrato(hz * 1.004, whole_s), whole_s, _limited(saw(18), hz))
    sound = sound + rich_tone(hz * 0.996, whole_s, _limited(saw(18), hz))
    return _shaped(0.5 * sound, length_s, attack_s=0.02, release_s=0.15)


def _muted_synth(hz: float, length_s: float) -> Wave:
    """A saw-tooth whose highs close at once: what sequencers love."""
    whole_s = length_s + 0.1
    dark = rich_tone(hz, whole_s, _limited((1, 0.5, 0.2, 0.08), hz))
    bright = rich_tone(hz, whole_s, _limited(saw(20), hz)) * decay(whole_s, 0.05)
    return _damped((dark * decay(whole_s, 0.22) + 0.8 * bright), length_s, 0.08)


def _driven_guitar(hz: float, length_s: float) -> Wave:
    string = _plucked(0.95, 1.6)(hz, length_s) + 0.7 * _plucked(0.95, 1.6)(hz * 1.4983, length_s)
    return faded(driven(string, 4) * 0.6, 0.002, 0.02)


def _driven_lead(hz: float, length_s: float) -> Wave:
    return faded(driven(_plucked(0.95, 2.2)(hz, length_s), 5) * 0.7, 0.002, 0.02)


def _synth_bass(hz: float, length_s: float) -> Wave:
    sound = rich_tone(hz, length_s, saw(9)) * decay(length_s, 0.35) + 0.7 * tone(hz, length_s)
    return faded(driven(0.6 * sound, 1.4), 0.003, 0.02)


def _sub_bass(hz: float, length_s: float) -> Wave:
    """A little of the second and third harmonic, or small loudspeakers would have nothing to play."""
    sound = rich_tone(hz, length_s, (1, 0.3, 0.14, 0.05)) * line(length_s, (0, 1), (1, 0.75))
    return faded(sound, 0.012, min(0.06, length_s / 3))


_PULSE = tuple(float(np.sin(np.pi * number * 0.25)) / number for number in range(1, 24))
_TRIANGLE = tuple((number % 2) * (-1) ** (number // 2) / number**2 for number in range(1, 16))

INSTRUMENTS: Mapping[str, MakeNote] = MappingProxyType(
    {
        "piano": _piano,
        "electric piano": _electric_piano,
        "guitar": _plucked(0.8, 0.75),
        "pluck": _plucked(0.62, 0.4),
        "harp": _plucked(0.55, 0.9),
        "upright bass": _plucked(0.6, 0.7),
        "driven guitar": _driven_guitar,
        "driven lead": _driven_lead,
        "vibraphone": _bars(((1, 1, 0.9), (4, 0.28, 0.25), (10.2, 0.06, 0.06)), tremolo=0.2),
        "marimba": _bars(((1, 1, 0.28), (3.93, 0.25, 0.09), (9.2, 0.08, 0.03))),
        "bell": _bars(((1, 1, 0.9), (2.76, 0.45, 0.45), (5.4, 0.2, 0.2))),
        "music box": _bars(((1, 1, 0.7), (3.01, 0.25, 0.3), (6.1, 0.12, 0.12))),
        "pad": _pad,
        "strings": _bowed(0.12, 14),
        "low strings": _bowed(0.05, 12),
        "violin": _bowed(0.08, 16),
        "brass": _brass,
        "flute": _flute,
        "organ": _held((1, 0.7, 0.5, 0.35, 0, 0.25, 0, 0.2), 0.01, 0.05),
        "saw lead": _saw_lead,
        "muted synth": _muted_synth,
        "synth bass": _synth_bass,
        "sub bass": _sub_bass,
        "chip pulse": _chip(_PULSE, 0.12),
        "chip square": _chip(square(23), 0.4),
        "chip triangle": _chip(_TRIANGLE, 2.0),
    }
)
"""All instruments by name."""
