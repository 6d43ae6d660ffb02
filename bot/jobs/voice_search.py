"""Finds voices by words: in any order, without accents, with typing errors, while they are still being typed (pure).

Built once for a catalogue, asked at every keystroke. Each typed word is looked up among the catalogue's different
words (exactly, as a beginning, inside a word, with typing errors); what is found leads to voices by posting lists; a
voice's score is the sum over the typed words of its best hit. The first few dozen are then put in order by label.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from itertools import accumulate, chain, pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from bot.discord_limits import CHOICE_CHARACTERS
from bot.errors import VoiceUnknown
from bot.jobs.voice_words import fold, weighed_words, words_of
from bot.jobs.word_matching import WordList
from bot.languages import languages, names_of, read_locale
from bot.models import Voice

MAX_QUERY_LENGTH = 200
MAX_QUERY_WORDS = 8
MAX_NEAREST = 3
MAX_SHOWN_OF_TYPED = 100
# What replies/voices.py puts between a label and what is known of the voice, in case all of it is typed or pasted.
FACTS_FOLLOW = " · "
# Only the best by score are compared by their labels; and what scores far less than the best is noise.
RANKED_BY_LABEL = 50
LEAST_OF_BEST = 0.3
# What is worth this much of the best hit of a word is a hit as well; less are other words that look alike.
MUCH_OF_BEST, LEAST_HIT = 0.65, 1e-6
LABEL_LIKENESS = 0.15
# Two typed words that are one word of the catalogue ("jess ica") count nearly as much as two words that are found.
JOINED = 0.9
# A row is four bytes a voice: 5 MB in the largest catalogue.
MAX_ROWS_KEPT = 64
_FILLER = frozenset(["a", "an", "and", "for", "in", "like", "of", "that", "the", "voice", "voices", "with", "who"])

Scores = NDArray[np.float32]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class VoiceFilter:
    """What a voice has to be. An empty field asks for nothing; letter case and accents never matter.

    ``language`` is a code (``de``, ``pt-BR``) or a name of the language (``German``, ``Deutsch``).
    """

    language: str = ""
    gender: str = ""
    age: str = ""
    style: str = ""
    category: str = ""
    tag: str = ""


ANY_VOICE = VoiceFilter()


class VoiceSearch:
    """An index over one catalogue. Building it takes some 100 µs a voice, so large ones are built in a thread."""

    def __init__(self, voices: Sequence[Voice]) -> None:
        self._voices = tuple(voices)
        self._labels = [fold(voice.label) for voice in self._voices]
        self._by_name = {voice.name: voice for voice in self._voices}
        # The first of several with one label is meant by it, and a label goes before another voice's own name.
        self._by_folded = {fold(voice.name): voice for voice in reversed(self._voices)}
        self._by_folded |= {fold(voice.label): voice for voice in reversed(self._voices)}
        self._words, self._postings = _index(self._voices)
        self._facets = _facets(self._voices)
        self._rows: dict[tuple[str, bool], Scores] = {}

    @property
    def voices(self) -> tuple[Voice, ...]:
        """All voices in the catalogue's own order."""
        return self._voices

    def get(self, name: str) -> Voice | None:
        """The voice of exactly this name."""
        return self._by_name.get(name)

    def find(self, words: str, limit: int, only: VoiceFilter = ANY_VOICE, *, every_word: bool = False) -> list[Voice]:
        """The voices that pass the filter and fit best, at most ``limit``; the first ones where nothing is typed.

        With ``every_word`` those alone to which each word leads, where there are any.
        """
        allowed = self._allowed(only)
        query = words[:MAX_QUERY_LENGTH]
        typed = words_of(query)[:MAX_QUERY_WORDS]
        typed = [word for word in typed if word not in _FILLER] or typed
        if not typed:
            return [self._voices[position] for position in np.flatnonzero(allowed)[:limit].tolist()]
        rows = self._rows_for(typed, is_unfinished=not query[-1].isspace())
        scores = self._scores(typed, rows)
        if every_word:
            complete = np.all([row >= max(MUCH_OF_BEST * row.max(), LEAST_HIT) for row in rows], axis=0)
            allowed = allowed & complete if (allowed & complete).any() else allowed
        scores[~allowed] = 0.0
        return [self._voices[position] for position in self._ranked(scores, fold(query), limit)]

    def resolve(self, typed: str) -> Voice:
        """The voice that is meant by its name or its label, whatever the capitals and accents.

        Raises:
            VoiceUnknown: there is none; carries the labels of the nearest.
        """
        wanted = typed.strip()
        label = wanted.partition(FACTS_FOLLOW)[0]
        found = self._by_name.get(wanted) or self._by_folded.get(fold(wanted)) or self._by_folded.get(fold(label))
        if found is None and len(wanted) >= CHOICE_CHARACTERS:
            # Of a longer label only so much fits into a choice; it means its voice all the same.
            found = next((voice for voice in self._voices if voice.label.startswith(wanted)), None)
        if found is None:
            nearest = tuple(voice.label for voice in self.find(wanted, MAX_NEAREST))
            raise VoiceUnknown("voice_unknown", wanted[:MAX_SHOWN_OF_TYPED], nearest)
        return found

    def values(self, field: str) -> list[tuple[str, int]]:
        """The values that a field of `VoiceFilter` can be asked for, folded, with their voices; the most common first.

        A language is listed as its code without a region.
        """
        found = [(value, len(positions)) for value, positions in self._facets[field].items()]
        if field == "language":
            found = [(value, count) for value, count in found if value in languages()]
        return sorted(found, key=lambda entry: (-entry[1], entry[0]))

    def _allowed(self, only: VoiceFilter) -> NDArray[np.bool_]:
        allowed = np.ones(len(self._voices), dtype=np.bool_)
        for field, wanted in asdict(only).items():
            if not wanted.strip():
                continue
            key = _language_key(wanted) if field == "language" else fold(wanted)
            passing = np.zeros(len(self._voices), dtype=np.bool_)
            passing[self._facets[field].get(key, [])] = True
            allowed &= passing
        return allowed

    def _rows_for(self, typed: Sequence[str], *, is_unfinished: bool) -> list[Scores]:
        """What each word is worth for each voice; the last one may be unfinished."""
        *finished, last = typed
        return [
            *(self._row(word, is_unfinished=False) for word in finished),
            self._row(last, is_unfinished=is_unfinished),
        ]

    def _scores(self, typed: Sequence[str], rows: Sequence[Scores]) -> Scores:
        total: Scores = np.asarray(np.sum(rows, axis=0), dtype=np.float32)
        for place, (first, second) in enumerate(pairwise(typed)):
            if self._words.exact(first) is None or self._words.exact(second) is None:
                as_one = self._best_hits(self._words.nearly(first + second))
                total = np.maximum(total, total - rows[place] - rows[place + 1] + 2 * JOINED * as_one)
        return total

    def _row(self, word: str, *, is_unfinished: bool) -> Scores:
        """Each voice's best hit for one typed word. Kept for a while: the words before the last are asked for again."""
        key = (word, is_unfinished)
        row = self._rows.pop(key, None)
        if row is None:
            row = self._best_hits(self._words.matches(word, is_unfinished=is_unfinished))
        self._rows[key] = row
        if len(self._rows) > MAX_ROWS_KEPT:
            del self._rows[next(iter(self._rows))]
        return row

    def _best_hits(self, matches: Mapping[int, float]) -> Scores:
        """For each voice the best of the words that lead to it."""
        best = np.zeros(len(self._voices), dtype=np.float32)
        numbers = np.fromiter(matches, dtype=np.int64, count=len(matches))
        qualities = np.fromiter(matches.values(), dtype=np.float32, count=len(matches))
        hits, lengths = self._postings.of(numbers)
        np.maximum.at(best, self._postings.positions[hits], self._postings.weights[hits] * qualities.repeat(lengths))
        return best

    def _ranked(self, scores: Scores, query: str, limit: int) -> list[int]:
        best = float(scores.max(initial=0.0))
        if best <= 0.0:
            return []
        fitting = np.flatnonzero(scores >= LEAST_OF_BEST * best)
        by_score = fitting[np.argsort(-scores[fitting], kind="stable")][: max(limit, RANKED_BY_LABEL)].tolist()

        def worse(position: int) -> tuple[int, float, int]:
            label = self._labels[position]
            likeness = 2 if label == query else int(label.startswith(query))
            alike = LABEL_LIKENESS * fuzz.ratio(query, label) / 100
            return -likeness, -round(float(scores[position]) + alike, 4), position

        return sorted(by_score, key=worse)[:limit]


@dataclass(frozen=True, slots=True)
class _Postings:
    """Which voices each word leads to and how much it says of them, one word's after the other's."""

    starts: Positions
    """Where each word's entries begin, and at last where all of them end."""
    positions: Positions
    weights: Scores

    def of(self, numbers: Positions) -> tuple[Positions, Positions]:
        """Where the entries of these words are, and how many each of them has."""
        lengths = self.starts[numbers + 1] - self.starts[numbers]
        before = np.cumsum(lengths) - lengths
        return np.repeat(self.starts[numbers] - before, lengths) + np.arange(lengths.sum(), dtype=np.int64), lengths


def _index(voices: Sequence[Voice]) -> tuple[WordList, _Postings]:
    """The catalogue's words, and the voices they lead to."""
    found: dict[str, tuple[list[int], list[float]]] = {}
    for position, voice in enumerate(voices):
        for word, weight in weighed_words(voice).items():
            positions, weights = found.setdefault(word, ([], []))
            positions.append(position)
            weights.append(weight)
    words = WordList(list(found))
    entries = [found[word] for word in words.words]
    return words, _Postings(
        starts=np.array([0, *accumulate(len(positions) for positions, _ in entries)], dtype=np.int64),
        positions=np.fromiter(chain.from_iterable(positions for positions, _ in entries), dtype=np.int64),
        weights=np.fromiter(chain.from_iterable(weights for _, weights in entries), dtype=np.float32),
    )


def _facets(voices: Sequence[Voice]) -> Mapping[str, Mapping[str, list[int]]]:
    """For each field of the filter and each value, folded, the voices that have it."""
    found: dict[str, dict[str, list[int]]] = {field.name: {} for field in fields(VoiceFilter)}
    for position, voice in enumerate(voices):
        for field, value in (*voice.traits.items(), *(("tag", tag) for tag in voice.tags)):
            if value:
                found[field].setdefault(fold(value), []).append(position)
        for key in _language_keys(voice.language):
            found["language"].setdefault(key, []).append(position)
    return found


@lru_cache(maxsize=1_024)
def _language_keys(language: str) -> frozenset[str]:
    """By which filters a voice of this language is found: its code with and without region, and its names."""
    locale = read_locale(language)
    if locale is None:
        return frozenset({fold(language)} - {""})
    return frozenset({locale.language, locale.code.lower(), *map(fold, names_of(locale))})


def _language_key(wanted: str) -> str:
    """What a filter of this language looks for. A name of several languages ("Norwegian") stays a name."""
    locale = read_locale(wanted)
    if locale is None or (fold(wanted) in set(map(fold, names_of(locale))) and not locale.region):
        return fold(wanted)
    return locale.code.lower()
