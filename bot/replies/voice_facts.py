"""What is known of a voice, in the words of people. All of it is text from outside."""

from types import MappingProxyType

from bot.languages import names_of, read_locale
from bot.models import Voice
from bot.replies.language import N_, _, language_called
from bot.replies.sentences import plain, quiet

FACT_LENGTH = 40
LABEL_LENGTH = 60
# Services use these words, and these are FineVoice's categories (its OpenAPI document, List Voice Models,
# ``primary_category``, read 2026-11) and the embedded studio's styles; everything else is shown as it comes.
_KNOWN = MappingProxyType({
    "female": N_("female"),
    "male": N_("male"),
    "neutral": N_("neutral"),
    "child": N_("child"),
    "young": N_("young"),
    "adult": N_("adult"),
    "middle aged": N_("middle-aged"),
    "senior": N_("senior"),
    "old": N_("old"),
    "announcer": N_("announcer"),
    "calm": N_("calm"),
    "character": N_("character"),
    "conversational": N_("conversational"),
    "narration": N_("narration"),
    "robot": N_("robot"),
    "whisper": N_("whisper"),
    "social media": N_("social media"),
    "advertisement": N_("advertisement"),
    "characters and animation": N_("characters and animation"),
    "entertainment and tv": N_("entertainment and TV"),
    "informative and educational": N_("informative and educational"),
    "narrative and story": N_("narrative and story"),
    "interactive media": N_("interactive media"),
    "healthcare": N_("healthcare"),
    "companions": N_("companions"),
    "education training": N_("education and training"),
    "enterprise": N_("enterprise"),
})  # fmt: skip
_FILTER_NAMES = MappingProxyType({
    "language": N_("Language"),
    "gender": N_("Gender"),
    "age": N_("Age"),
    "style": N_("Style"),
    "category": N_("Category"),
})  # fmt: skip


def filter_name(name: str) -> str:
    """What a field of a voice is called."""
    return _(_FILTER_NAMES[name])


def value_words(name: str, value: str) -> str:
    """A value of a field for people, in one plain line: ``German`` for the language ``de``."""
    if name == "language":
        return plain(_language(value), FACT_LENGTH)
    words = value.replace("-", " ").replace("_", " ")
    known = _KNOWN.get(words.casefold())
    return plain(words, FACT_LENGTH) if known is None else _(known)


def facts_of(voice: Voice) -> list[str]:
    """Language, gender, age and style, as far as they are known, for places without formatting."""
    found = [
        plain(_language(voice.language), FACT_LENGTH),
        value_words("gender", voice.gender),
        value_words("age", voice.age),
        value_words("style", voice.style),
    ]
    return [fact for fact in found if fact]


def _language(text: str) -> str:
    """A locale for people: ``German (DE)`` for ``de-DE``, in their language. What is no known one comes as it is."""
    locale = read_locale(text)
    if locale is None:
        return text
    name = language_called(locale.language) or names_of(locale)[0]
    return f"{name} ({locale.region})" if locale.region else name


def label_of(voice: Voice) -> str:
    """The name people know, so that it can do no harm in a text."""
    return quiet(voice.label, LABEL_LENGTH) or quiet(voice.name, LABEL_LENGTH) or "?"


def say_gone(label: str, nearest: Voice | None) -> str:
    """A voice that left the catalogue, and the one that may stand in for it."""
    gone = f"~~{quiet(label, LABEL_LENGTH)}~~ · " + _("gone from the catalogue")
    return gone if nearest is None else f"{gone}\n{say_nearest(nearest)}"


def say_nearest(nearest: Voice) -> str:
    """Which voice may stand in for one that is gone."""
    return _("The nearest there is: **{voice}**").format(voice=label_of(nearest))


def plain_label(voice: Voice, limit: int) -> str:
    """The name people know, for places without formatting; never empty, which Discord refuses."""
    return plain(voice.label, limit) or plain(voice.name, limit) or "?"
