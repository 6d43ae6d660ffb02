"""Text from outside made safe and even, and pieces of text put together as their language does."""

import re
import unicodedata
from collections.abc import Sequence

WORD_JOINER = "\u2060"
"""Invisible; splits what would break a subtitle file (see writing.py), and is taken out of every text that is read."""

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Controls, byte order marks and word joiners say nothing and can break files.
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff" + WORD_JOINER + "]")
_LONE_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Scripts written without spaces: Thai to Myanmar, Khmer, kana, Han, wide forms. Hangul has spaces.
_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_CLOSING = frozenset(".,!?;:%)]}…\u2019”'\"")
SENTENCE_ENDS = frozenset(".!?…。\uff01\uff1f")
"""What ends a sentence, also in Chinese and Japanese."""


def clean_text(raw: str) -> str:
    """Return ``raw`` as lines without blank ones: no control characters, no lone surrogates, single spaces."""
    text = _LONE_SURROGATES.sub("\ufffd", _UNWANTED.sub("", _LINE_ENDS.sub("\n", raw)))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def clean_line(raw: str) -> str:
    """Return ``raw`` cleaned and on one line."""
    stripped = raw.strip()
    if stripped.isprintable() and "  " not in stripped:
        return stripped  # nearly every word; nothing that is cleaned away is printable
    return join_pieces(clean_text(raw).split("\n"))


def join_pieces(pieces: Sequence[str]) -> str:
    """Join words or lines into a sentence.

    Pieces that carry their own spaces (Whisper's " word") are put together as they are; others get a space between
    them unless the script is written without, or the piece is closing punctuation.
    """
    if any(piece[:1].isspace() for piece in pieces[1:]):
        return clean_text("".join(pieces)).replace("\n", " ")
    joined: list[str] = []
    last = ""
    for piece in pieces:
        word = piece.strip()
        if not word:
            continue
        if last and _needs_space(last, word):
            joined.append(" ")
        joined.append(word)
        last = word
    return "".join(joined)


def is_spaceless(character: str) -> bool:
    """Say whether a character belongs to a script that puts no spaces between words."""
    return _SPACELESS.match(character) is not None


def display_width(text: str) -> int:
    """Count columns: characters of East Asian width take two, all others one."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _needs_space(before: str, after: str) -> bool:
    if is_spaceless(before[-1]) and is_spaceless(after[0]):
        return False
    return not all(character in _CLOSING for character in after)
