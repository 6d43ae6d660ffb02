"""Which voice stands in for one that is gone (pure)."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from bot.jobs.voice_words import fold
from bot.languages import read_locale
from bot.models import Voice
from bot.storage.voices import GoneVoice

# In this order of importance: who cannot be understood is no replacement, then who sounds like somebody else.
SAME_LANGUAGE, SAME_REGION, SAME_GENDER, SAME_STYLE, SAME_AGE, SAME_CATEGORY = 16.0, 1.5, 8.0, 3.0, 2.5, 1.0
ALL_TAGS, SAME_LABEL = 1.0, 0.9
CHILD = "child"
# Comparing takes 2 µs a pair; a service that renames everything at once is not compared voice by voice.
MAX_COMPARED = 500


def find_replacements(before: Iterable[Voice], after: Sequence[Voice]) -> tuple[GoneVoice, ...]:
    """What is in ``before`` and no more in ``after``, each with the most alike that is left.

    Beyond the first ``MAX_COMPARED`` they come without one.
    """
    left = {voice.name for voice in after}
    gone = [voice for voice in before if voice.name not in left]
    compared = [GoneVoice(voice.name, voice.label, _nearest_name(voice, after)) for voice in gone[:MAX_COMPARED]]
    return (*compared, *(GoneVoice(voice.name, voice.label, None) for voice in gone[MAX_COMPARED:]))


def find_nearest(wanted: Voice, voices: Sequence[Voice]) -> Voice | None:
    """The voice most like ``wanted``: in language, speaker, style, age, category, tags and label, in this order.

    None where nobody speaks the language.
    """
    language = _language(wanted)
    same = [voice for voice in voices if _language(voice) == language]
    # max keeps the first of equals: the catalogue's own order.
    return max(same, key=lambda voice: likeness(wanted, voice), default=None)


def likeness(one: Voice, other: Voice) -> float:
    """How alike two voices are; only good for comparing."""
    facts = (
        (SAME_LANGUAGE, _language(one), _language(other)),
        (SAME_REGION, one.language.lower(), other.language.lower()),
        (SAME_GENDER, _speaker(one), _speaker(other)),
        (SAME_STYLE, one.style, other.style),
        (SAME_AGE, one.age, other.age),
        (SAME_CATEGORY, one.category, other.category),
    )
    score = sum(weight for weight, here, there in facts if here and here == there)
    both, either = set(one.tags) & set(other.tags), set(one.tags) | set(other.tags)
    score += ALL_TAGS * len(both) / len(either) if either else 0.0
    return score + SAME_LABEL * fuzz.ratio(fold(one.label), fold(other.label)) / 100


def _speaker(voice: Voice) -> str:
    """A child, or somebody of a gender: a girl sounds more like a boy than like a woman."""
    return CHILD if voice.age.casefold() == CHILD else voice.gender


def _nearest_name(wanted: Voice, voices: Sequence[Voice]) -> str | None:
    nearest = find_nearest(wanted, voices)
    return None if nearest is None else nearest.name


def _language(voice: Voice) -> str:
    locale = read_locale(voice.language)
    return voice.language.lower() if locale is None else locale.language
