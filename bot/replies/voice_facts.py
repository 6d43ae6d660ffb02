"""What is known of a voice, in the words of people. All of it is text from outside."""

from types import MappingProxyType

from bot.languages import language_name, languages
from bot.models import Voice
from bot.replies.language import N_, _
from bot.replies.sentences import plain, quiet

FACT_LENGTH = 40
LABEL_LENGTH = 60
# Services use these words; everything else is shown as it comes.
_KNOWN = MappingProxyType({
    "female": N_("female"),
    "male": N_("male"),
    "neutral": N_("neutral"),
    "child": N_("child"),
    "young": N_("young"),
    "adult": N_("adult"),
    "middle-aged": N_("middle-aged"),
    "senior": N_("senior"),
    "old": N_("old"),
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
        return plain(languages().get(value, (value,))[0] if value in languages() else language_name(value), FACT_LENGTH)
    known = _KNOWN.get(value.casefold())
    if known is not None:
        return _(known)
    return plain(value.replace("-", " ").replace("_", " "), FACT_LENGTH)


def facts_of(voice: Voice) -> list[str]:
    """Language, gender, age and style, as far as they are known, for places without formatting."""
    found = [
        plain(language_name(voice.language), FACT_LENGTH),
        value_words("gender", voice.gender),
        value_words("age", voice.age),
        value_words("style", voice.style),
    ]
    return [fact for fact in found if fact]


def label_of(voice: Voice) -> str:
    """The name people know, so that it can do no harm in a text."""
    return quiet(voice.label, LABEL_LENGTH) or quiet(voice.name, LABEL_LENGTH) or "?"


def plain_label(voice: Voice, limit: int) -> str:
    """The name people know, for places without formatting; never empty, which Discord refuses."""
    return plain(voice.label, limit) or plain(voice.name, limit) or "?"
