"""A prompt into what to compose: a table of words, no model. Pure, and without numpy: the server uses it, too.

"slow melancholic piano in D minor, no drums, 70 bpm"  →  sad, piano for the chords, D minor, 70 bpm, no drums
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from bot.studio.music.harmony import Key, Mode
from bot.studio.music.styles import STYLES
from bot.studio.music.words import CHORDAL, FILLERS, INSTRUMENTS, NEAREST, STYLE_WORDS, TURNS
from bot.studio.refusal import Refusal, unprocessable

MAX_PROMPT_CHARACTERS = 2_000
"""As for sound effects."""
SLOWEST_BPM, FASTEST_BPM = 40.0, 220.0

_LONGEST_PHRASE = 3
_MOST_WORDS_SHOWN = 8
_LIKE_ENOUGH = 84.0  # "chipune" is chiptune, "jungle" is no jingle
_DEFAULT_STYLE = "calm"
_TOKEN = re.compile(r"[\w#]+")
_BPM = re.compile(r"\b(\d{2,3}(?:\.\d)?)\s*bpm\b")
_KEY = re.compile(
    r"\b(?:(?:in|key of)\s+)?([a-g])(?:\s*(#|sharp|flat|b(?=\s)))?\s+"
    r"(major|minor|maj|min|dorian|lydian|phrygian|mixolydian)\b"
)
_NO_DRUMS = re.compile(r"\b(?:no|without|minus)\s+(?:drums?|percussion|beats?)\b")
_NO_BASS = re.compile(r"\b(?:no|without|minus)\s+bass\b")
_NO_TUNE = re.compile(r"\b(?:no|without|minus)\s+(?:melody|lead|tune)\b")
_SUNG = re.compile(r"\b(?:vocals?|singing|singer|sung|sing|lyrics|choir|rapper|voices?)\b")
_NOT_SUNG = re.compile(r"\b(?:no|without|minus|not)\s+(?:\w+\s+)?(?:vocals?|singing|singer|sung|lyrics|voices?)\b")
_TONICS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SHIFTS = {"#": 1, "sharp": 1, "flat": -1, "b": -1}
_MOODS: dict[str, tuple[Mode | None, float]] = {
    "happy": (Mode.MAJOR, 1.06),
    "sad": (Mode.MINOR, 0.88),
    "tense": (Mode.PHRYGIAN, 1.0),
    "horror": (Mode.PHRYGIAN, 0.85),
    "calm": (None, 0.92),
    "epic": (Mode.MINOR, 1.05),
}
_MODES = {"maj": Mode.MAJOR, "min": Mode.MINOR}


@dataclass(frozen=True, slots=True)
class Brief:
    """What to compose; None means that the composer chooses."""

    style: str
    bpm: float | None = None
    """Beats a minute, exactly as wished."""
    tempo: float = 1.0
    """Ratio to the style's own pace, where ``bpm`` is None."""
    key: Key | None = None
    mode: Mode | None = None
    chord_sound: str | None = None
    lead_sound: str | None = None
    darkness: float = 1.0
    room: float = 0.0
    has_drums: bool = True
    has_bass: bool = True
    has_tune: bool = True
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Notes:
    """What was read so far."""

    styles: list[str] = field(default_factory=list[str])
    unknown: list[str] = field(default_factory=list[str])
    warnings: list[str] = field(default_factory=list[str])
    understood: int = 0


def read_brief(prompt: str) -> Brief:
    """Read what ``prompt`` asks for.

    Raises:
        Refusal: 422 ``prompt_too_long``, or ``unsupported_prompt`` when no word of it says anything about music.
    """
    if len(prompt) > MAX_PROMPT_CHARACTERS:
        raise unprocessable("prompt_too_long", f"A prompt may have {MAX_PROMPT_CHARACTERS:,} characters.")
    text = re.sub(r"[-_/]", " ", re.sub(r"['\u2019`]", "", unicodedata.normalize("NFKC", prompt).casefold()))
    notes = _Notes()
    brief, text = _read_numbers(text, notes)
    for words in _phrases(text, notes):
        brief = _bent(brief, words, notes)
    if not notes.styles:
        _guess_style(notes)
    if not notes.understood:
        raise _unsupported(notes)
    if notes.unknown:
        notes.warnings.append(f"Not understood, and left out: {', '.join(notes.unknown[:_MOST_WORDS_SHOWN])}.")
    return replace(_with_mood(brief, notes.styles), warnings=tuple(notes.warnings))


def _with_mood(brief: Brief, styles: list[str]) -> Brief:
    """The first genre is the style; a mood beside it only colours it: "sad lo-fi" is lo-fi in minor."""
    genres = [style for style in styles if style not in _MOODS]
    moods = [style for style in styles if style in _MOODS]
    if not genres or not moods:
        return replace(brief, style=(styles or [_DEFAULT_STYLE])[0])
    mode, tempo = _MOODS[moods[0]]
    return replace(brief, style=genres[0], mode=brief.mode or mode, tempo=brief.tempo * tempo)


def _read_numbers(text: str, notes: _Notes) -> tuple[Brief, str]:
    """Read tempo, key and what is to be left out; return the rest of the text."""
    brief = Brief(_DEFAULT_STYLE)
    if found := _BPM.search(text):
        brief = replace(brief, bpm=min(max(float(found[1]), SLOWEST_BPM), FASTEST_BPM))
        notes.understood += 1
    if found := _KEY.search(text):
        mode = _MODES.get(found[3]) or Mode(found[3])
        brief = replace(brief, key=Key((_TONICS[found[1]] + _SHIFTS.get(found[2] or "", 0)) % 12, mode))
        notes.understood += 1
    if _SUNG.search(_NOT_SUNG.sub(" ", text)):
        notes.warnings.append("Nobody sings here: the music is instrumental.")
    brief = replace(
        brief,
        has_drums=_NO_DRUMS.search(text) is None,
        has_bass=_NO_BASS.search(text) is None,
        has_tune=_NO_TUNE.search(text) is None,
    )
    for pattern in (_BPM, _KEY, _NO_DRUMS, _NO_BASS, _NO_TUNE, _NOT_SUNG, _SUNG):
        text = pattern.sub(" ", text)
    return brief, re.sub(r"\b\d+\b(?!\s*(?:bit|s\b))", " ", text)


def _phrases(text: str, notes: _Notes) -> Iterator[str]:
    """Yield the known words and phrases, longest first; note the others."""
    tokens: list[str] = _TOKEN.findall(text)
    at = 0
    while at < len(tokens):
        for size in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
            words = " ".join(tokens[at : at + size])
            if words in STYLE_WORDS or words in TURNS or words in INSTRUMENTS or words in NEAREST:
                yield words
                at += size
                break
        else:
            word = tokens[at][:40]
            if word not in FILLERS and word not in notes.unknown:
                notes.unknown.append(word)
            at += 1


def _bent(brief: Brief, words: str, notes: _Notes) -> Brief:
    notes.understood += 1
    if words in NEAREST:
        notes.styles.append(NEAREST[words])
        notes.warnings.append(f"{words} is not among the styles here; {NEAREST[words]} is the nearest.")
    elif words in INSTRUMENTS:
        sound = INSTRUMENTS[words]
        if sound in CHORDAL:
            return replace(brief, chord_sound=sound)
        return replace(brief, lead_sound=sound)
    elif words in TURNS:
        turn = TURNS[words]
        return replace(
            brief,
            tempo=min(max(brief.tempo * turn.tempo, 0.6), 1.6),
            mode=turn.mode or brief.mode,
            darkness=brief.darkness * turn.darkness,
            room=brief.room + turn.room,
        )
    else:
        notes.styles.append(STYLE_WORDS[words])
    return brief


def _guess_style(notes: _Notes) -> None:
    """Take a word that is almost a style's for it, and say so."""
    for word in notes.unknown[:_MOST_WORDS_SHOWN]:
        found = process.extractOne(word, list(STYLE_WORDS), scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH)
        if found is not None and len(word) > 3:
            notes.styles.append(STYLE_WORDS[found[0]])
            notes.unknown.remove(word)
            notes.understood += 1
            notes.warnings.append(f"{word} was read as {found[0]}.")
            return
    if notes.understood and notes.unknown:
        notes.warnings.append(f"No style was named that is known here; it was taken to be {_DEFAULT_STYLE}.")


def _unsupported(notes: _Notes) -> Refusal:
    unknown = ", ".join(f'"{word}"' for word in notes.unknown[:_MOST_WORDS_SHOWN])
    said = (
        f"Nothing in this prompt says what music it is: {unknown}." if unknown else "The prompt names no kind of music."
    )
    return unprocessable("unsupported_prompt", f"{said} Known styles: {', '.join(STYLES)}.")
