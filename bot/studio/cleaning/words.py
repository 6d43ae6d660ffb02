"""Fillers and stutters by the times of words, and where exactly to cut them out.

Both depend on a recogniser that was trained to leave them out: naming the fillers to it as words to expect makes it
write down many more of them, but not all. That has to be said with every answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from bot.studio.cleaning.cuts import Span
from bot.studio.cleaning.levels import Levels, quietest_step
from bot.transcripts import Word

RECALL_WARNING = (
    "Whisper tends to leave such sounds out of what it writes, so some of them were not found; what it does not write "
    "down stays in the recording."
)

_LEAST_PROBABILITY = 0.1
_HINTED_WORDS = 4  # with more of them the recogniser begins to write down what nobody says
_MADE_UP_RUN = 3  # nobody says the same filler three times on end; Whisper does, in pauses
_BEFORE_S, _AFTER_S = 0.15, 0.15
_INTO_NEIGHBOUR_S = 0.05
# Said twice on purpose more often than by stuttering.
_MEANT_TWICE = frozenset(
    {"again", "bye", "come", "far", "ha", "had", "hey", "knock", "long", "many", "more", "much", "no", "now"}
    | {"really", "so", "that", "there", "very", "well", "yeah", "yes"}
)
_PUNCTUATION = " \t\n.,!?;:…-–—'\"()[]"  # noqa: RUF001 - dashes of all kinds end a word that breaks off


@dataclass(frozen=True, slots=True)
class Found:
    """Something to cut: the words at ``first`` to ``last`` in the list of words."""

    first: int
    last: int
    start_s: float
    end_s: float
    text: str


def hints_for(fillers: Sequence[str]) -> str:
    """Return the fillers as words that the recogniser is to expect."""
    return ", ".join(fillers[:_HINTED_WORDS]).capitalize() + "."


def fillers_in(words: Sequence[Word], fillers: Sequence[str]) -> tuple[Found, ...]:
    """Return where ``fillers`` (small letters; several words each, if need be) are said."""
    spoken = [_plain(word.text) for word in words]
    wanted = {tuple(filler.split()) for filler in fillers if filler.split()}
    longest = max(map(len, wanted), default=0)
    found: list[Found] = []
    at = 0
    while at < len(words):
        length = next((n for n in range(longest, 0, -1) if tuple(spoken[at : at + n]) in wanted), 0)
        if length and (words[at].probability or 0.0) >= _LEAST_PROBABILITY:
            last = at + length - 1
            text = " ".join(spoken[at : last + 1])
            found.append(Found(at, last, words[at].start_s, words[last].end_s, text))
        at += max(length, 1)
    return tuple(_without_made_up(found))


def _without_made_up(found: Sequence[Found]) -> Iterator[Found]:
    """Leave out what stands there again and again."""
    for text, group in groupby(found, key=lambda one: one.text):
        run = list(group)
        on_end = [one for one in run if any(abs(one.first - other.last) <= 1 for other in run if other is not one)]
        if len(on_end) < _MADE_UP_RUN or not text:
            yield from run


def stutters_in(words: Sequence[Word], *, min_similarity: float, max_gap_s: float) -> tuple[Found, ...]:
    """Return words that are begun and said again at once: all but the last time.

    ``min_similarity`` (0.5 to 1): the share of the second word that the first has to hold, letter by letter; whole
    words count 1, and so do beginnings that are written as such (``b-``). Words that are often doubled on purpose
    (``very, very``) stay.
    """
    found: list[Found] = []
    for at, (word, following) in enumerate(pairwise(words)):
        is_near = following.start_s - word.end_s <= max_gap_s
        if is_near and _similarity(word.text, following.text) >= min_similarity:
            found.append(Found(at, at, word.start_s, word.end_s, _plain(word.text)))
    return tuple(found)


def cuts_for(found: Sequence[Found], words: Sequence[Word], levels: Levels) -> Iterator[Span]:
    """Yield what to cut for each: from and to the quietest moments between it and its neighbours."""
    for one in found:
        floor_s = words[one.first - 1].end_s - _INTO_NEIGHBOUR_S if one.first else 0.0
        start_s = quietest_step(levels, max(floor_s, one.start_s - _BEFORE_S), one.start_s + 0.02, near_s=one.start_s)
        is_last = one.last + 1 >= len(words)
        ceiling_s = one.end_s + _AFTER_S if is_last else words[one.last + 1].start_s + _INTO_NEIGHBOUR_S
        latest_s = max(min(ceiling_s, one.end_s + _AFTER_S), one.end_s)
        end_s = quietest_step(levels, max(one.end_s - 0.02, start_s), latest_s, near_s=one.end_s)
        if end_s > start_s:
            yield Span(start_s, end_s)


def _plain(text: str) -> str:
    return text.casefold().strip(_PUNCTUATION)


def _similarity(text: str, following: str) -> float:
    first, second = _plain(text), _plain(following)
    if not first or not second.startswith(first) or first in _MEANT_TWICE or first.isdigit():
        return 0.0
    is_broken_off = text.rstrip(" ,.").endswith(("-", "–", "—"))  # noqa: RUF001 - as above
    return 1.0 if is_broken_off else len(first) / len(second)
