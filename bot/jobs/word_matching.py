"""Which words of a list may be meant by a typed one: itself, as a beginning, inside it, or misspelt (pure)."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

# How sure each kind of hit is, against 1.0 for the word itself.
BEGINNING, BEGINNING_SPAN = 0.8, 0.15
MISSPELT = 0.9
MISSPELT_BEGINNING = 0.55
INSIDE, INSIDE_SPAN = 0.5, 0.2
MAX_HITS_OF_A_KIND = 200
MIN_INSIDE = 2
MIN_MISSPELT_BEGINNING, MAX_MISSPELT_BEGINNING = 4, 12


def allowed_errors(length: int) -> int:
    """How many letters may be wrong, missing, added or swapped with their neighbour in a word of this length."""
    if length <= 2:
        return 0
    return 1 if length <= 4 else 2 if length <= 8 else 3


class WordList:
    """A sorted list of different words; a word's number is its place in it."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = sorted(words)
        self._numbers = {word: number for number, word in enumerate(self.words)}
        self._text = "\n".join(self.words)
        self._starts = [0, *accumulate(len(word) + 1 for word in self.words[:-1])]
        # Nobody misspells a number or an id. By length, so that only words of about the typed one's are compared.
        spellable = [number for number, word in enumerate(self.words) if not any(map(str.isdigit, word))]
        self._by_length = sorted(spellable, key=lambda number: len(self.words[number]))
        self._spellings = [self.words[number] for number in self._by_length]
        self._lengths = [len(word) for word in self._spellings]
        lengths = range(MIN_MISSPELT_BEGINNING, MAX_MISSPELT_BEGINNING + 1)
        self._beginnings = {length: _beginnings(self.words, spellable, length) for length in lengths}

    def exact(self, word: str) -> int | None:
        """The number of the word itself."""
        return self._numbers.get(word)

    def matches(self, word: str, *, is_unfinished: bool) -> dict[int, float]:
        """The numbers of the words that may be meant, with how sure that is (0 to 1).

        ``is_unfinished``: the word is still being typed, so a misspelt beginning of a longer one counts as well.
        """
        found: dict[int, float] = {}
        for number, quality in self._all_matches(word, is_unfinished=is_unfinished):
            if quality > found.get(number, 0.0):
                found[number] = quality
        return found

    def nearly(self, word: str) -> dict[int, float]:
        """As ``matches``, but only the word itself or with one typing error."""
        number = self.exact(word)
        return dict(self._misspelt(word, 1)) if number is None else {number: 1.0}

    def _all_matches(self, word: str, *, is_unfinished: bool) -> Iterator[tuple[int, float]]:
        number = self.exact(word)
        if number is not None:
            yield number, 1.0
        yield from self._beginning_with(word)
        yield from self._containing(word)
        yield from self._misspelt(word, allowed_errors(len(word)))
        if is_unfinished:
            yield from self._beginning_nearly_with(word)

    def _beginning_with(self, word: str) -> Iterator[tuple[int, float]]:
        for number in range(bisect_left(self.words, word), self._end_of(word)):
            yield number, BEGINNING + BEGINNING_SPAN * len(word) / len(self.words[number])

    def _end_of(self, beginning: str) -> int:
        """The number after the last word that begins so. Nothing sorts after the last character of Unicode."""
        return bisect_left(self.words, beginning + chr(0x10FFFF))

    def _containing(self, word: str) -> Iterator[tuple[int, float]]:
        if len(word) < MIN_INSIDE and word.isascii():
            return
        # All words in one string are searched at the speed of memory.
        at = self._text.find(word)
        for _ in range(MAX_HITS_OF_A_KIND):
            if at < 0:
                return
            number = bisect_left(self._starts, at + 1) - 1
            known = self.words[number]
            yield number, INSIDE + INSIDE_SPAN * len(word) / len(known)
            at = self._text.find(word, self._starts[number] + len(known))

    def _misspelt(self, word: str, errors: int) -> Iterator[tuple[int, float]]:
        first = bisect_left(self._lengths, len(word) - errors)
        known = self._spellings[first : bisect_left(self._lengths, len(word) + errors + 1)]
        for place, distance in _within(word, known, errors):
            number = self._by_length[first + place]
            yield number, MISSPELT * (1 - distance / max(len(word), len(self.words[number])))

    def _beginning_nearly_with(self, word: str) -> Iterator[tuple[int, float]]:
        beginnings, starts = self._beginnings.get(len(word), ([], []))
        for place, _ in _within(word, beginnings, 1):
            first = starts[place]
            for number in range(first, min(self._end_of(beginnings[place]), first + MAX_HITS_OF_A_KIND)):
                yield number, MISSPELT_BEGINNING


def _beginnings(words: Sequence[str], numbers: Sequence[int], length: int) -> tuple[list[str], list[int]]:
    """The different beginnings of that length, with the number of the first word of each."""
    firsts: dict[str, int] = {}
    for number in numbers:
        if len(words[number]) > length:
            firsts.setdefault(words[number][:length], number)
    return list(firsts), list(firsts.values())


def _within(word: str, known: Sequence[str], errors: int) -> Iterator[tuple[int, int]]:
    """The places of the known words at most ``errors`` away, nearest first, with their distances."""
    if not errors or not known:
        return
    distances = process.cdist([word], known, scorer=OSA.distance, score_cutoff=errors, dtype=np.uint8)[0]
    near = np.flatnonzero(distances <= errors)
    nearest_first = near[np.argsort(distances[near], kind="stable")][:MAX_HITS_OF_A_KIND]
    yield from zip(nearest_first.tolist(), distances[nearest_first].tolist(), strict=True)
