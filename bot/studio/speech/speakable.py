"""What of a text can be read aloud by an English voice.

The engine itself reads ``<@1234>`` as "less than at", spells out addresses, and answers nothing at all for other
scripts. So text is made plain first, and what would vanish or be mangled is refused or reported.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.studio.refusal import unprocessable

_CUSTOM_EMOJI = re.compile(r"<a?:(\w{2,32}):\d{1,20}>")
_MENTION = re.compile(r"<(?:@[!&]?|#|/[\w -]{1,64}:|id:|t:)[\w:\-]{1,40}>")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S{1,2048}", re.IGNORECASE)
# The engine would take [word](/phonemes/) as phonemes, and code marks as words.
_MARKUP = re.compile(r"[`*_~|\\\[\]{}]+")
_SENTENCE_END = re.compile(r"""(?<=[.!?…;]) +|(?<=[.!?…;]["')]) +""")
_SPACES = re.compile(r"[ \t]+")

_SCRIPTS: Mapping[str, str] = MappingProxyType(
    {
        "CJK": "Chinese",
        "HIRAGANA": "Japanese",
        "KATAKANA": "Japanese",
        "HANGUL": "Korean",
        "BOPOMOFO": "Chinese",
    }
)
_KEPT_SYMBOLS = frozenset("°")
_LONG_NUMBER = re.compile(r"\d{13,}")
_LONG_WORD = re.compile(r"\S{40}(?=\S)")

_ZERO_WIDTH = frozenset("\u200b\u200c\u200d\u2060\ufeff")


def make_speakable(text: str) -> tuple[str, tuple[str, ...]]:
    """Return ``text`` as it can be spoken, and a sentence for each kind of thing that was changed.

    Raises:
        Refusal: 422 ``language_unavailable`` when it holds letters of another script than Latin.
    """
    plain = unicodedata.normalize("NFKC", text)
    warnings: list[str] = []
    for pattern, spoken, warning in (
        (_CUSTOM_EMOJI, " ", "Emoji are not spoken."),
        (_MENTION, " ", "Mentions are not spoken."),
        (_ADDRESS, " link ", 'Web addresses are spoken as "link".'),
    ):
        plain, count = pattern.subn(spoken, plain)
        if count:
            warnings.append(warning)
    _refuse_other_scripts(plain)
    plain = _MARKUP.sub(" ", plain)
    kept = "".join(_kept(character) for character in plain)
    if _has_symbols(plain) and "Emoji are not spoken." not in warnings:
        warnings.append("Emoji are not spoken.")
    if any(character.isalpha() and not character.isascii() for character in kept):
        warnings.append("Only English is spoken; letters with accents are read with English sounds.")
    return _SPACES.sub(" ", _broken_words(kept)).strip(" "), tuple(warnings)


def has_words(text: str) -> bool:
    """Say whether anything in ``text`` makes a sound: a letter or a digit."""
    return any(character.isalnum() for character in text)


def sentences_of(text: str, longest: int) -> Iterator[str]:
    """Split into sentences, and long ones at commas or spaces, so that no piece has over ``longest`` characters.

    The engine's memory grows with the square of a sentence, which it does not limit itself.
    """
    for line in text.splitlines():
        for sentence in _SENTENCE_END.split(line):
            yield from _pieces(sentence.strip(), longest)


def _pieces(sentence: str, longest: int) -> Iterator[str]:
    rest = sentence
    while len(rest) > longest:
        head = rest[:longest]
        cut = max(head.rfind(", "), head.rfind(": "), head.rfind(" - ")) + 1
        if cut < longest // 3:
            cut = head.rfind(" ")
        cut = cut if cut > 0 else longest
        yield rest[:cut].strip()
        rest = rest[cut:].strip()
    if rest:
        yield rest


def _refuse_other_scripts(text: str) -> None:
    foreign = next((c for c in text if _is_letter(c) and not _name(c).startswith("LATIN")), None)
    if foreign is None:
        return
    first_word = _name(foreign).split(" ")[0].split("-")[0]
    script = _SCRIPTS.get(first_word, first_word.capitalize())
    raise unprocessable(
        "language_unavailable",
        f"The text contains {script} letters. The embedded voices speak English only.",
    )


def _is_letter(character: str) -> bool:
    return unicodedata.category(character) in {"Lu", "Ll", "Lt", "Lo"}


def _name(character: str) -> str:
    return unicodedata.name(character, "UNKNOWN")


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) in {"So", "Co", "Cn"} and character not in _KEPT_SYMBOLS


def _has_symbols(text: str) -> bool:
    return any(_is_symbol(character) for character in text)


def _kept(character: str) -> str:
    if character == "\n":
        return character
    category = unicodedata.category(character)
    if character in _ZERO_WIDTH or category in {"Mn", "Me"}:
        return ""
    if category[0] in "CZ" or category in {"Sk", "Lm"} or _is_symbol(character):
        return " "
    return character


def _broken_words(text: str) -> str:
    """Long numbers are read digit by digit (the engine has no name for them), endless words in pieces."""
    digits = _LONG_NUMBER.sub(lambda match: " ".join(match[0]), text)
    return _LONG_WORD.sub(lambda match: f"{match[0]} ", digits)
