"""Finds voices by words: in any order, without accents, with typing errors, while they are still being typed."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz, process

from bot.models import Voice

# Of 100, the similarity of two words under which one is no typing error of the other.
MIN_SIMILARITY = 65.0
# A word that contains the typed one says less than one that begins with it; a word of the label says more than others.
CONTAINED, BEGUN, LABEL_BONUS = 80.0, 90.0, 10.0
MAX_QUERY_WORDS = 8
MAX_WORDS_PER_VOICE = 60
_WORD = re.compile(r"\w+")

Index = Mapping[str, Sequence[int]]


class VoiceSearch:
    """An index over one catalogue; built once, asked at every keystroke."""

    def __init__(self, voices: Sequence[Voice]) -> None:
        self._voices = tuple(voices)
        self._labels = [plain(voice.label) for voice in self._voices]
        self._label_words = _index([_WORD.findall(label) for label in self._labels])
        self._other_words = _index([_other_words(voice) for voice in self._voices])

    def find(self, words: str, limit: int) -> list[Voice]:
        """The voices that fit best, at most ``limit``; the first ones where ``words`` has none."""
        query = plain(words)
        typed = _WORD.findall(query)[:MAX_QUERY_WORDS]
        if not typed:
            return list(self._voices[:limit])
        scores: dict[int, float] = defaultdict(float)
        for word in typed:
            for position, score in self._best_matches(word).items():
                scores[position] += score
        ranked = sorted(scores, key=lambda position: (-self._likeness(position, query), -scores[position], position))
        return [self._voices[position] for position in ranked[:limit]]

    def named(self, label: str) -> Voice | None:
        """The first voice of this label, whatever its accents and capitals."""
        wanted = plain(label)
        return next((voice for voice, known in zip(self._voices, self._labels, strict=True) if known == wanted), None)

    def _likeness(self, position: int, query: str) -> int:
        label = self._labels[position]
        return 2 if label == query else int(label.startswith(query))

    def _best_matches(self, word: str) -> dict[int, float]:
        best: dict[int, float] = {}
        for index, bonus in ((self._label_words, LABEL_BONUS), (self._other_words, 0.0)):
            for known, score in _similar(word, index):
                for position in index[known]:
                    best[position] = max(best.get(position, 0.0), score + bonus)
        return best


def plain(text: str) -> str:
    """Lower case, without accents and superfluous space, for comparing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def _similar(word: str, index: Index) -> Iterator[tuple[str, float]]:
    """The known words that may be meant, each with a score up to 100; a word may come twice."""
    for known in index:
        if word in known:
            begins = known.startswith(word)
            yield known, (BEGUN if begins else CONTAINED) + (100 - BEGUN) * len(word) / len(known)
    for known, score, _ in process.extract(
        word, index.keys(), scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=None
    ):
        yield known, score


def _other_words(voice: Voice) -> list[str]:
    parts = (voice.name, voice.gender, voice.language, voice.age, voice.style, voice.category, *voice.tags)
    return _WORD.findall(plain(" ".join(parts)))


def _index(texts: Sequence[list[str]]) -> Index:
    index: dict[str, list[int]] = defaultdict(list)
    for position, words in enumerate(texts):
        for word in dict.fromkeys(words[:MAX_WORDS_PER_VOICE]):
            index[word].append(position)
    return dict(index)
