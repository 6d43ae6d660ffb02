"""A voice from words: "an old, raspy wizard, very slow" becomes a shape of the one neural voice. Pure.

Gender and age choose a body; every other word multiplies onto it, the stronger for "very", the weaker for
"slightly". The same words and seed make the same voice under the same name.
"""

import difflib
import hashlib
import re
import uuid
from dataclasses import dataclass, field

from bot.studio.refusal import unprocessable
from bot.studio.speech.parts import Shape
from bot.studio.voices import PrimaryCategory, Voice
from bot.studio.voicing.persons import refuse_accent, refuse_likeness
from bot.studio.voicing.words import (
    BODIES,
    CHARACTERS,
    EMOTION_WORDS,
    FILLER,
    LEXICON,
    NEGATIONS,
    STRENGTHS,
    Age,
    Gender,
    Meaning,
    meaning_of,
)

MAX_PROMPT_CHARACTERS = 2_000
PREVIEW_TEXT = "Hello! This is how I sound. I can read a story, announce a game, or simply talk with you."

# Beyond these, words get lost or the voice stops sounding like one.
_PITCH, _FORMANT, _INTONATION, _SPEED = (0.34, 2.0), (0.65, 1.45), (0.0, 2.2), (0.6, 1.6)
_LOWERED = 0.92  # adjectives that lower the pitch this far speak of a man, where no gender is named
_MOST_UNKNOWN_NAMED = 10
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*|\d{1,3}")
_NAMESPACE = uuid.UUID("7f0c8d52-2b52-4c0f-9d1c-5b8f5f7e3a10")  # any fixed one; design ids are told apart by it


@dataclass(frozen=True, slots=True)
class Design:
    """A designed voice. ``design_uuid`` names this version of it."""

    voice: Voice
    design_uuid: str
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Understood:
    shape: Shape = field(default_factory=Shape)
    gender: Gender | None = None
    age: str | None = None
    character: str = ""
    style: str = ""
    used: list[str] = field(default_factory=list[str])
    unknown: list[str] = field(default_factory=list[str])

    def take(self, word: str, meaning: Meaning, strength: float) -> None:
        self.used.append(word)
        self.shape = self.shape.combined(_stronger(meaning.shape, strength))
        self.gender = meaning.gender or self.gender
        self.age = meaning.age or self.age
        self.character = meaning.character or self.character
        if meaning.is_style:
            self.style = word


def design_voice(prompt: str, *, seed: int | None = None, base: Voice | None = None) -> Design:
    """Make a voice of a description; with ``base`` the words change that voice instead of starting anew.

    Raises:
        Refusal: 422 ``nothing_understood`` or ``prompt_too_long``; 501 ``accent_not_available`` or
            ``likeness_not_available``.
    """
    if len(prompt) > MAX_PROMPT_CHARACTERS:
        message = f"The description has {len(prompt):,} characters; at most {MAX_PROMPT_CHARACTERS:,} are read."
        raise unprocessable("prompt_too_long", message)
    refuse_likeness(prompt, _describes)
    words = _words_of(prompt)
    refuse_accent(words)
    understood = _understand(words)
    if not understood.used:
        raise unprocessable("nothing_understood", _nothing_understood(understood.unknown))
    warnings = [_unknown_warning(word) for word in understood.unknown[:_MOST_UNKNOWN_NAMED]]
    more = len(understood.unknown) - _MOST_UNKNOWN_NAMED
    if more > 0:
        warnings.append(f"{more} more words were not understood.")
    if base is None and understood.gender is None and not understood.character and understood.age is None:
        warnings.append(_assumed_gender(understood))
    shape = _within_limits(_varied(_shape_of(understood, base), seed))
    identity = hashlib.sha256(f"{' '.join(words)}|{seed}|{base.name if base else ''}".encode()).hexdigest()
    voice = _voice(understood, shape, base, identity)
    return Design(voice, uuid.uuid5(_NAMESPACE, identity).hex, tuple(warnings))


def _describes(word: str) -> bool:
    folded = word.casefold()
    return folded in FILLER or folded in STRENGTHS or folded in NEGATIONS or meaning_of(folded) is not None


def _words_of(prompt: str) -> list[str]:
    """The words in small letters; what is hyphenated stays so only where it is known that way."""
    found: list[str] = []
    for word in _WORD.findall(prompt.casefold().replace("'", "").replace("\u2019", "")):
        found += [word] if word in LEXICON or word in FILLER else word.split("-")
    return _with_known_pairs(found)


def _with_known_pairs(words: list[str]) -> list[str]:
    joined: list[str] = []
    for word in words:
        if joined and (f"{joined[-1]}-{word}" in LEXICON or f"{joined[-1]}-{word}" in FILLER):
            joined[-1] = f"{joined[-1]}-{word}"
        else:
            joined.append(word)
    return joined


def _understand(words: list[str]) -> _Understood:
    understood = _Understood()
    strength, is_negated = 1.0, False
    for word in words:
        if word in NEGATIONS:
            is_negated = True
        elif word in STRENGTHS:
            strength = STRENGTHS[word]
        elif word.isdecimal():
            understood.take(word, Meaning(age=_age_of_years(int(word))), 1.0)
        elif word in FILLER:
            is_negated = is_negated and word != "accent"  # "no accent, soft": soft is wanted
        else:
            _take_word(understood, word, strength, is_negated=is_negated)
            strength, is_negated = 1.0, False
    return understood


def _take_word(understood: _Understood, word: str, strength: float, *, is_negated: bool) -> None:
    meaning = meaning_of(word)
    if meaning is None and word not in understood.unknown:
        understood.unknown.append(word)
    elif meaning is not None and not is_negated and word not in understood.used:
        understood.take(word, meaning, strength)


def _age_of_years(years: int) -> Age | None:
    limits: tuple[tuple[int, Age], ...] = ((13, "child"), (35, "young"), (60, "adult"), (121, "senior"))
    return next((age for limit, age in limits if years < limit), None)


def _stronger(shape: Shape, strength: float) -> Shape:
    return Shape(
        pitch=shape.pitch**strength,
        formant=shape.formant**strength,
        intonation=shape.intonation**strength if shape.intonation else 0.0,
        breath=min(shape.breath * strength, 0.75),
        whispered=shape.whispered,
        brightness_db=shape.brightness_db * strength,
        speed=shape.speed**strength,
        gain_db=shape.gain_db * strength,
    )


def _shape_of(understood: _Understood, base: Voice | None) -> Shape:
    says_a_body = understood.gender or understood.age or understood.character
    if base is not None and not says_a_body:
        return base.shape.combined(understood.shape)
    if understood.character:
        return CHARACTERS[understood.character].combined(understood.shape)
    gender = understood.gender or (base.gender if base else _likely_gender(understood))
    return BODIES[gender, understood.age or (base.age if base else "adult")].combined(understood.shape)


def _likely_gender(understood: _Understood) -> Gender:
    if understood.age == "child":
        return "neutral"
    return "male" if understood.shape.pitch <= _LOWERED else "female"


def _assumed_gender(understood: _Understood) -> str:
    taken = "man" if _likely_gender(understood) == "male" else "woman"
    return f"No gender was named; a {taken}'s voice was taken."


def _varied(shape: Shape, seed: int | None) -> Shape:
    """Give another voice of the same description for every seed; without one, the plain one."""
    if seed is None:
        return shape
    digest = hashlib.sha256(f"{seed}".encode()).digest()
    pitch, size, melody, pace = (2 * digest[place] / 255 - 1 for place in range(4))
    variation = {
        "pitch": 2 ** (0.12 * pitch),
        "formant": 2 ** (0.05 * size),
        "intonation": 2 ** (0.2 * melody),
        "speed": 2 ** (0.08 * pace),
    }
    return shape.combined(Shape.model_validate(variation))


def _within_limits(shape: Shape) -> Shape:
    return shape.model_copy(
        update={
            "pitch": _clamped(shape.pitch, _PITCH),
            "formant": _clamped(shape.formant, _FORMANT),
            "intonation": _clamped(shape.intonation, _INTONATION),
            "speed": _clamped(shape.speed, _SPEED),
            "breath": min(shape.breath, 0.75),
            "brightness_db": _clamped(shape.brightness_db, (-5, 5)),
            "gain_db": _clamped(shape.gain_db, (-6, 4)),
        }
    )


def _clamped(value: float, limits: tuple[float, float]) -> float:
    return round(min(max(value, limits[0]), limits[1]), 4)


def _voice(understood: _Understood, shape: Shape, base: Voice | None, identity: str) -> Voice:
    told = [word for word in understood.used if not word.isdecimal()][:3] or ["voice"]
    listed: Gender = "neutral" if understood.character else base.gender if base else _likely_gender(understood)
    category: PrimaryCategory = "characters-and-animation" if understood.character else "companions"
    return Voice(
        name=f"{'-'.join(told)[:32].strip('-')}-{identity[:6]}",
        displayName=" ".join(told).title()[:60],
        gender=understood.gender or listed,
        language="en-US",
        age=_listed_age(understood.age or (base.age if base else "adult")),
        style=understood.style or (base.style if base else "designed"),
        primary_category=category,
        sub_category="designed",
        tags=tuple(understood.used[:8]),
        description=f"Designed from words: {', '.join(understood.used[:12])}. Made from the voice Heart.",
        shape=shape,
    )


def _listed_age(age: str) -> Age:
    listed: dict[str, Age] = {"child": "child", "teen": "young", "young": "young", "senior": "senior"}
    return listed.get(age, "adult")


def _nearest(word: str) -> list[str]:
    return difflib.get_close_matches(word[:40], [*LEXICON, *sorted(EMOTION_WORDS)], n=2, cutoff=0.72)


def _unknown_warning(word: str) -> str:
    near = _nearest(word)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"The word {word[:40]!r} was not understood.{hint}"


def _nothing_understood(unknown: list[str]) -> str:
    near = list(dict.fromkeys(suggestion for word in unknown[:5] for suggestion in _nearest(word)))[:5]
    hint = f"Did you mean {', '.join(near)}?" if near else "Try words such as: old, warm, deep, man, slow, robot."
    return f"No word of the description says how a voice could sound. {hint}"
