"""Emotion tags by their names in the languages of members. What is sent to the service stays the English tag."""

from functools import lru_cache

from bot.emotions import canonical_tag
from bot.languages import folded
from bot.replies.language import LANGUAGES, N_, _, speaking, spoken

# Pauses have none: at the start of a text, where tags are chosen, they do nothing.
NAMED_TAGS = (
    # Translators: how a voice speaks, shown beside the tag: “[happy] Hello!”. Adjectives, as one says of a person.
    N_("happy"), N_("sad"), N_("angry"), N_("excited"), N_("calm"), N_("nervous"), N_("confident"), N_("surprised"),
    # Translators: how a voice speaks. “moved” is touched in one's heart.
    N_("satisfied"), N_("delighted"), N_("scared"), N_("worried"), N_("upset"), N_("frustrated"), N_("moved"),
    # Translators: how a voice speaks.
    N_("depressed"), N_("empathetic"), N_("embarrassed"), N_("disgusted"), N_("proud"), N_("relaxed"), N_("grateful"),
    # Translators: how a voice speaks.
    N_("curious"), N_("sarcastic"), N_("disdainful"), N_("unhappy"), N_("anxious"), N_("hysterical"),
    # Translators: how a voice speaks.
    N_("indifferent"), N_("uncertain"), N_("doubtful"), N_("confused"), N_("disappointed"), N_("regretful"),
    # Translators: how a voice speaks.
    N_("guilty"), N_("ashamed"), N_("jealous"), N_("envious"), N_("hopeful"), N_("optimistic"), N_("pessimistic"),
    # Translators: how a voice speaks.
    N_("nostalgic"), N_("lonely"), N_("bored"), N_("contemptuous"), N_("sympathetic"), N_("compassionate"),
    # Translators: how a voice speaks. “resigned” is having given up.
    N_("determined"), N_("resigned"),
    # Translators: how a voice speaks, shown beside the tag: “[whispering] Can you hear me?”.
    N_("in a hurry tone"), N_("shouting"), N_("screaming"), N_("whispering"), N_("soft tone"),
    # Translators: a sound that a voice makes at one moment, shown beside the tag: “[laughing]”.
    N_("laughing"), N_("chuckling"), N_("sobbing"), N_("sighing"), N_("groaning"), N_("panting"), N_("gasping"),
    # Translators: a sound that a voice makes at one moment. “breathe” is a breath that can be heard.
    N_("yawning"), N_("snoring"), N_("breathe"), N_("crying loudly"),
    # Translators: a sound of many people behind the voice.
    N_("audience laughing"), N_("background laughter"), N_("crowd laughing"),
)  # fmt: skip


def name_of(tag: str) -> str:
    """What a documented tag is called in the language that is spoken; the tag itself where it has no name there."""
    return _(tag)


# For each letter that somebody types all names are compared; there are some 400 of them, in all languages.
_folded_name = lru_cache(maxsize=1024)(folded)


def folded_names() -> list[tuple[str, str]]:
    """All tags by their names in the language that is spoken, as names are compared."""
    return [(_folded_name(_(tag)), tag) for tag in NAMED_TAGS]


def tag_called(name: str) -> str | None:
    """The documented tag of this name, or of this other English word for it; None where there is none.

    First of the language that is spoken, then of all others: what members see and what their server speaks may differ.
    """
    return canonical_tag(name) or next(
        (tag for locale in (spoken(), *LANGUAGES) if (tag := _tag_called_in(locale, folded(name))) is not None), None
    )


def _tag_called_in(locale: str, name: str) -> str | None:
    with speaking(locale):
        return next((tag for known, tag in folded_names() if known == name), None)
