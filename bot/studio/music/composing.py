"""A brief into a piece: bars that fill the wished time exactly, so that the end meets the beginning."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from bot.studio.music.brief import FASTEST_BPM, SLOWEST_BPM, Brief, read_brief
from bot.studio.music.harmony import Chord, Key, voiced
from bot.studio.music.melody import tune
from bot.studio.music.patterns import ARPEGGIOS, BASSES, COMPING, DRUMS, STEPS_PER_BAR
from bot.studio.music.styles import STYLES, Style

MAX_LENGTH_S = 300
"""Five minutes, as the studio's request has it."""
USUAL_LENGTH_S = 30
"""Where nobody says."""

_LONGEST_LOOP_S = 75.0  # longer pieces repeat it: memory stays under 150 MB
_BEATS_PER_BAR = 4
_NOTICEABLE = 0.02  # share by which a tempo may differ without a word
_SEEDS = 2**64
_CHORD_NOTES = 4  # more are mud; a ninth chord goes without its root, which the bass has


class Note(NamedTuple):
    """A tone of a part, in beats from the beginning."""

    part: str
    beat: float
    beats: float
    pitch: int
    loudness: float
    """0 to 1."""


class Beat(NamedTuple):
    """A stroke of a drum."""

    drum: str
    beat: float
    loudness: float


@dataclass(frozen=True, slots=True)
class Piece:
    """What is to be played. Its loop repeats without a seam; ``repeats`` of it are the piece."""

    style: Style
    brief: Brief
    key: Key
    bpm: float
    beats: int
    """Of the loop."""
    repeats: int
    length_s: int
    chords: tuple[Chord, ...]
    """One for each bar of the loop; the last bar may be cut short."""
    notes: tuple[Note, ...]
    drums: tuple[Beat, ...]
    seed: int
    warnings: tuple[str, ...]


def compose(prompt: str, *, duration_s: int | None = None, seed: int | None = None) -> Piece:
    """Compose a piece of ``duration_s`` seconds (1 to 300; None: 30) for ``prompt``.

    ``seed`` (any whole number) gives another piece for the same words; None: made from the words.

    Raises:
        Refusal: 422, as `read_brief` says.
    """
    brief = read_brief(prompt)
    length_s = min(max(duration_s or USUAL_LENGTH_S, 1), MAX_LENGTH_S)
    chosen = _seed(prompt, seed)
    rng = np.random.default_rng(chosen)
    style = _fitted(STYLES[brief.style], brief)
    key = _key(brief, style, rng)
    style = replace(style, mode=key.mode)
    repeats = math.ceil(length_s / _LONGEST_LOOP_S)
    loop_s = length_s / repeats
    wished_bpm = brief.bpm or min(max(style.bpm * brief.tempo, SLOWEST_BPM), FASTEST_BPM)
    beats = _beats(loop_s, wished_bpm, is_exact=brief.bpm is not None)
    bpm = beats * 60 / loop_s
    warnings = list(brief.warnings)
    if brief.bpm is not None and abs(bpm / brief.bpm - 1) > _NOTICEABLE:
        warnings.append(f"The tempo is {bpm:.1f} bpm, so that {length_s} seconds are whole beats and can be looped.")
    chords = tuple(_chords(style, math.ceil(beats / _BEATS_PER_BAR), rng))
    notes = [note for note in _all_notes(style, key, chords, brief, rng) if note.beat < beats]
    drums = [beat for beat in _drums(style, len(chords), rng) if beat.beat < beats] if brief.has_drums else []
    return Piece(
        style, brief, key, bpm, beats, repeats, length_s, chords, tuple(notes), tuple(drums), chosen, tuple(warnings)
    )


def _seed(prompt: str, seed: int | None) -> int:
    if seed is not None:
        return seed % _SEEDS
    words = " ".join(prompt.casefold().split())
    return int.from_bytes(hashlib.sha256(words.encode("utf-8", "replace")).digest()[:8], "big")


def _fitted(style: Style, brief: Brief) -> Style:
    return replace(
        style,
        mode=brief.mode or style.mode,
        chord_sound=brief.chord_sound or style.chord_sound,
        lead_sound=brief.lead_sound or style.lead_sound,
        arpeggio_sound=brief.chord_sound or style.arpeggio_sound,
        # Somebody who asks for an instrument wants to hear it.
        melody="sparse" if brief.lead_sound and style.melody == "none" else style.melody,
        comping="held" if brief.chord_sound and style.comping == style.arpeggio == "none" else style.comping,
        dullness_hz=max(style.dullness_hz * brief.darkness, 1_500),
        room=min(max(style.room + brief.room, 0.0), 0.8),
    )


def _key(brief: Brief, style: Style, rng: np.random.Generator) -> Key:
    if brief.key is not None:
        return brief.key
    return Key(int(rng.choice(style.tonics)), style.mode)


def _beats(loop_s: float, bpm: float, *, is_exact: bool) -> int:
    """How many beats fill the time: whole bars, best of all four at a time, unless the tempo would suffer."""
    wished = max(loop_s * bpm / 60, 1.0)
    if is_exact:
        bars = max(round(wished / _BEATS_PER_BAR), 1) * _BEATS_PER_BAR
        return bars if abs(bars / wished - 1) <= _NOTICEABLE else max(round(wished), 1)
    candidates = range(max(int(wished * 0.8), 1), int(wished * 1.25) + 2)

    def cost(beats: int) -> float:
        roundness = 0.0 if beats % 16 == 0 else 0.06 if beats % 8 == 0 else 0.1 if beats % 4 == 0 else 0.3
        return abs(math.log(beats / wished)) + roundness

    return min(candidates, key=cost)


def _chords(style: Style, bars: int, rng: np.random.Generator) -> Iterator[Chord]:
    """Phrases of one progression, with another for every third phrase; home at the end of none: it goes on."""
    first = style.progressions[int(rng.integers(len(style.progressions)))]
    second = style.progressions[int(rng.integers(len(style.progressions)))]
    for bar in range(bars):
        place = bar // style.bars_per_chord
        phrase = place // len(first)
        progression = second if phrase % 4 == 2 else first
        yield Chord(progression[place % len(progression)], style.chord_size)


def _all_notes(
    style: Style, key: Key, chords: tuple[Chord, ...], brief: Brief, rng: np.random.Generator
) -> Iterator[Note]:
    yield from _harmony(style, key, chords)
    if brief.has_bass:
        yield from _bass(style, key, chords)
    if brief.has_tune:
        for bar, tones in enumerate(tune(chords, style.melody, rng)):
            for tone in tones:
                beat = bar * _BEATS_PER_BAR + _swung(tone.beat, style.swing)
                loudness = 0.9 if tone.beat == 0 else 0.72 + 0.1 * float(rng.random())
                yield Note("lead", beat, tone.beats * 0.92, key.pitch(tone.degree, 5), loudness)


def _harmony(style: Style, key: Key, chords: tuple[Chord, ...]) -> Iterator[Note]:
    before: tuple[int, ...] = ()
    held = 0.0
    for bar, chord in enumerate(chords):
        upper = Chord(chord.degree + 2, chord.size - 1) if chord.size > _CHORD_NOTES else chord
        pitches = voiced(key, upper, before)
        before = pitches
        start = bar * _BEATS_PER_BAR
        if style.comping == "held" and bar and chord == chords[bar - 1] and held < 8:
            held += _BEATS_PER_BAR  # still sounding, see below
        else:
            held = _BEATS_PER_BAR
            length = _BEATS_PER_BAR * (style.bars_per_chord if style.comping == "held" else 1)
            for beat, beats in COMPING[style.comping]:
                for pitch in pitches:
                    at = start + _swung(beat, style.swing)
                    yield Note("chords", at, length if style.comping == "held" else beats, pitch, 0.7)
        yield from _arpeggio(style, pitches, start)


def _arpeggio(style: Style, pitches: tuple[int, ...], start: float) -> Iterator[Note]:
    number, beats = ARPEGGIOS[style.arpeggio]
    ladder = (*pitches, pitches[0] + 12, *reversed(pitches[1:]))
    for place in range(number):
        beat = start + _swung(place * beats, style.swing)
        yield Note("arpeggio", beat, beats * 1.6, ladder[place % len(ladder)], 0.62 if place % 4 else 0.8)


def _bass(style: Style, key: Key, chords: tuple[Chord, ...]) -> Iterator[Note]:
    for bar, chord in enumerate(chords):
        following = chords[(bar + 1) % len(chords)]
        for beat, beats, what in BASSES[style.bass]:
            pitch = _bass_pitch(key, chord, following, what)
            yield Note("bass", bar * _BEATS_PER_BAR + _swung(beat, style.swing), beats * 0.95, pitch, 0.85)


def _bass_pitch(key: Key, chord: Chord, following: Chord, what: str) -> int:
    root = _low(key.pitch(chord.degree, 2))
    if what == "octave":
        return root + 12
    if what == "approach":
        goal = _low(key.pitch(following.degree, 2))
        return _low(key.pitch(following.degree + (1 if goal < root else -1), 2))
    shift = {"root": 0, "third": 2, "fifth": 4}[what]
    return _low(key.pitch(chord.degree + shift, 2))


def _low(pitch: int) -> int:
    """Into the octave from E1 up."""
    return 28 + (pitch - 28) % 12


def _drums(style: Style, bars: int, rng: np.random.Generator) -> Iterator[Beat]:
    for bar in range(bars):
        is_turn = bar % 4 == 3
        for drum, steps in DRUMS[style.drums].items():
            for step, mark in enumerate(steps):
                if mark == "." or (is_turn and step >= 14 and "kick" in drum):
                    continue
                loudness = (0.9 if mark == "x" else 0.45) * float(rng.uniform(0.9, 1))
                yield Beat(
                    drum, bar * _BEATS_PER_BAR + _swung(step * _BEATS_PER_BAR / STEPS_PER_BAR, style.swing), loudness
                )
        yield from _fill(style, bar, rng) if is_turn else ()


def _fill(style: Style, bar: int, rng: np.random.Generator) -> Iterator[Beat]:
    """Two or three strokes that lead into the next phrase."""
    name = next(
        (drum for drum in ("snare", "chip snare", "tom", "taiko", "clap", "brush") if drum in DRUMS[style.drums]), None
    )
    if name is not None:
        for step in (13, 14, 15)[int(rng.integers(0, 2)) :]:
            yield Beat(name, bar * _BEATS_PER_BAR + step / 4, 0.4 + 0.08 * (step - 13))


def _swung(beat: float, swing: float) -> float:
    """Put the second of each two eighths later; what lies between moves along."""
    share = beat % 1
    bend = share * (1 + 2 * swing) if share <= 0.5 else 0.5 + swing + (share - 0.5) * (1 - 2 * swing)
    return beat - share + bend
