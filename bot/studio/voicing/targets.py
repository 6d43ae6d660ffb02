"""A name from outside into the shape a voice is converted to.

A shape is measured against the voice "heart", whether text is spoken or a recording is converted, so every listed
and every designed voice is a target too. Pure.
"""

import difflib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.studio.refusal import unprocessable
from bot.studio.speech.parts import Shape
from bot.studio.voices import Voice, catalogue, find_voice
from bot.studio.voicing.persons import likeness_refusal

PRESETS: Mapping[str, Shape] = MappingProxyType(
    {
        "man": Shape(pitch=0.56, formant=0.84),
        "woman": Shape(),
        "child": Shape(pitch=1.45, formant=1.25, intonation=1.1),
        "teen": Shape(pitch=1.2, formant=1.1),
        "deep": Shape(pitch=0.47, formant=0.78, intonation=0.9),
        "giant": Shape(pitch=0.36, formant=0.66, intonation=0.8),
        "chipmunk": Shape(pitch=1.9, formant=1.45, intonation=1.2),
        "robot": Shape(pitch=0.72, formant=0.93, intonation=0.0, brightness_db=1),
        "whisper": Shape(whispered=True),
        "ghost": Shape(formant=0.8, whispered=True, brightness_db=-1),
        "old man": Shape(pitch=0.54, formant=0.87, intonation=0.8, breath=0.45),
        "old woman": Shape(pitch=0.86, formant=0.95, intonation=0.8, breath=0.4),
    }
)
"""Targets of a conversion beside the voices of the catalogue; ratios are to the voice "heart".

Source of the numbers: no shape between these lost a word in measurements with a recogniser (2026-11-22).
"""

_OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("male", "adult man", "masculine"), "man"),
        **dict.fromkeys(("female", "adult woman", "feminine", "lady"), "woman"),
        **dict.fromkeys(("kid", "boy", "girl", "little kid"), "child"),
        **dict.fromkeys(("teenager", "young"), "teen"),
        **dict.fromkeys(("deep man", "low", "deep voice"), "deep"),
        **dict.fromkeys(("monster", "demon", "ogre"), "giant"),
        **dict.fromkeys(("helium", "squirrel", "tiny"), "chipmunk"),
        **dict.fromkeys(("android", "machine", "monotone"), "robot"),
        **dict.fromkeys(("whispering", "asmr"), "whisper"),
        **dict.fromkeys(("grandfather", "grandpa", "elder"), "old man"),
        **dict.fromkeys(("grandmother", "grandma", "granny"), "old woman"),
    }
)
_LIKENESS = ("http:", "https:", "like ", "clone", "same as", "imitate", "sound like")
_SHOWN_CHARACTERS = 60

FindSavedVoice = Callable[[str], Voice | None]
"""Gives the designed voice of a name, if there is one."""


def _no_saved_voices(name: str) -> None:
    del name


def find_target(name: str, find_saved: FindSavedVoice = _no_saved_voices) -> Shape | None:
    """Return the shape that ``name`` means: a listed voice, a designed one, or a preset. Letter case never matters."""
    voice = find_voice(name) or find_saved(name)
    if voice is not None:
        return voice.shape
    plain = _plain(name)
    return PRESETS.get(_OTHER_NAMES.get(plain, plain))


def conversion_target(name: str, find_saved: FindSavedVoice = _no_saved_voices) -> Shape:
    """Return the shape that ``name`` means.

    Raises:
        Refusal: 422 ``voice_unknown`` with the nearest names; 501 ``likeness_not_available`` for a person's voice.
    """
    found = find_target(name, find_saved)
    if found is not None:
        return found
    if name.strip().casefold().startswith(_LIKENESS):
        raise likeness_refusal()
    near = difflib.get_close_matches(_plain(name), [*catalogue(), *PRESETS, *_OTHER_NAMES], n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Try one of: {', '.join(PRESETS)}."
    shown = " ".join(name.split())[:_SHOWN_CHARACTERS]
    raise unprocessable("voice_unknown", f"There is no voice named {shown!r}. {hint}")


def _plain(name: str) -> str:
    words = name.casefold().replace("-", " ").replace("_", " ").split()
    return " ".join(word for word in words[:8] if word not in {"a", "an", "the", "voice"})[:_SHOWN_CHARACTERS]
