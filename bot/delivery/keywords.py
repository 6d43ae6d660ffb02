"""One pattern for many keywords, whose time grows with the text and hardly with their number (pure).

Python tries the alternatives of a pattern one after the other at each place of a text: with a thousand of them an hour
of speech takes a second, in which nothing else of the program runs. So keywords that begin alike share their beginning,
and text is searched in small letters: a pattern that takes capitals for small ones is several times slower.
"""

import re
from typing import TypeAlias

Pattern: TypeAlias = re.Pattern[str]

_END = ""


class _Branches(dict[str, "_Branches"]):
    """What may follow a beginning, by its next character; ``_END`` where a keyword may end there."""


def any_of(keywords: set[str], open_before: bool, open_after: bool) -> Pattern:  # noqa: FBT001  # the two ends
    """A pattern for any of the keywords, the longest that fits. They are in small letters, with single spaces.

    A space stands for any white space. ``open_before``, ``open_after``: whether a word may go on there.
    """
    root = _Branches()
    for keyword in sorted(keywords):
        branches = root
        for char in keyword:
            branches = branches.setdefault(char, _Branches())
        branches[_END] = _Branches()
    before, after = "" if open_before else r"(?<!\w)", "" if open_after else r"(?!\w)"
    return re.compile(f"{before}(?:{_pattern(root)}){after}")


def in_small_letters(text: str) -> str:
    """The text for searching, as long as it was: what is found stands at the same place in both."""
    small = text.lower()
    if len(small) != len(text):
        # The capital dotted I of Turkish becomes two characters.
        small = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return small.replace("\N{GREEK SMALL LETTER FINAL SIGMA}", "\N{GREEK SMALL LETTER SIGMA}")


def _pattern(branches: _Branches) -> str:
    """What may follow; as deep as a keyword is long, at most."""
    shared = ""
    while len(branches) == 1 and _END not in branches:
        ((char, branches),) = branches.items()
        shared += _one(char)
    following = [_one(char) + _pattern(after) for char, after in branches.items() if char != _END]
    if not following:
        return shared
    return f"{shared}(?:{'|'.join(following)}){'?' if _END in branches else ''}"


def _one(char: str) -> str:
    return r"\s+" if char == " " else re.escape(char)
