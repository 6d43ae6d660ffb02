"""Who and what is not imitated: certain persons, and accents. Pure."""

import re
from collections.abc import Callable

from bot.studio.refusal import Refusal, not_possible

_ACCENT_WORDS = (
    "british scottish irish welsh cockney australian aussie canadian indian african nigerian southern texan bostonian "
    "brooklyn jamaican caribbean french german spanish italian russian polish ukrainian swedish norwegian danish dutch "
    "greek turkish arabic arab persian hebrew israeli chinese mandarin cantonese japanese korean vietnamese thai "
    "filipino indonesian hindi latino latina mexican brazilian portuguese european asian slavic scandinavian posh "
    "cajun hillbilly liverpudlian scouse geordie yorkshire kiwi foreign regional"
)
_ACCENTS = frozenset(_ACCENT_WORDS.split())
_SPOKEN_HERE = frozenset({"american", "neutral", "standard", "no", "without", "any", "us", "general"})
_LIKENESS = re.compile(
    r"\b(?:clone|cloning|impersonat\w*|imitat\w*|mimic\w*|celebrit\w*|soundalike|sound-alike|lookalike"
    r"|same voice as|voice of (?=[A-Z])|in the style of (?=[A-Z])|my (?:own )?voice|deepfake)\b"
)
_LIKE_SOMEBODY = re.compile(r"\b(?:[Ll]ike|similar to|resembl\w+|as) (?:the |an? )?(?=[A-Z][a-z])")
_NAME = re.compile(r"\b[A-Z][a-z]+(?:[ -][A-Z](?:[a-z]+|\.)){1,3}")
_FIRST_WORDS = re.compile(r"[\w'-]+")


def refuse_likeness(prompt: str, is_known: Callable[[str], bool]) -> None:
    """Refuse a description that names somebody. ``is_known`` says of a word whether it describes voices.

    Raises:
        Refusal: 501 ``likeness_not_available``.
    """
    if _LIKENESS.search(prompt) or _compares_with_a_name(prompt, is_known) or _holds_a_name(prompt, is_known):
        raise likeness_refusal()


def refuse_accent(words: list[str]) -> None:
    """Refuse a description (its words in small letters) that asks for another accent than the one there is.

    Raises:
        Refusal: 501 ``accent_not_available``.
    """
    asked = [word for word in words if word in _ACCENTS]
    if "accent" in words:
        before = words[max(words.index("accent") - 3, 0) : words.index("accent")]
        asked += [] if _SPOKEN_HERE.intersection(before) else ["another"]
    if asked:
        raise not_possible(
            "The embedded studio has no accents: all its voices speak American English.",
            instead="Describe the voice without the accent: its age, pitch, timbre, mood and pace can be chosen.",
            code="accent_not_available",
        )


def likeness_refusal() -> Refusal:
    """Return the refusal (501) of a wish to sound like a certain person."""
    return not_possible(
        "The embedded studio cannot make a voice sound like a certain person: it only reshapes pitch and timbre.",
        instead="Describe the sound instead, such as 'deep, warm, slow man', or choose a listed voice.",
        code="likeness_not_available",
    )


def _compares_with_a_name(prompt: str, is_known: Callable[[str], bool]) -> bool:
    return any(not is_known(_word_at(prompt, match.end())) for match in _LIKE_SOMEBODY.finditer(prompt))


def _holds_a_name(prompt: str, is_known: Callable[[str], bool]) -> bool:
    """Two capitalised words in a row of which none describes a voice: a name, or a title that can be reworded."""
    for match in _NAME.finditer(prompt):
        unknown = [word for word in re.split(r"[ -]", match[0]) if not is_known(word.casefold().rstrip("."))]
        if len(unknown) >= 2:
            return True
    return False


def _word_at(prompt: str, position: int) -> str:
    found = _FIRST_WORDS.match(prompt, position)
    return found[0].casefold() if found else ""
