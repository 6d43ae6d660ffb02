"""Sounds whose names are like words that were not understood."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.studio.effects.impossible import ANIMALS, IMPOSSIBLE, MUSIC, VOICES
from bot.studio.effects.words import SOUNDS

KNOWN_SOUNDS: tuple[str, ...] = tuple(sorted(SOUNDS))
"""All words that can be asked for."""

_SHOWN = 5
_LEAST_LIKENESS = 30.0
_MOST_WORDS = 8
# Letters say little here: a dog is not like a jog.
_INSTEAD = {
    ANIMALS: ("bird", "owl", "frog", "cricket", "hooves"),
    VOICES: ("applause", "heartbeat", "breathing", "whistle", "footstep"),
    MUSIC: ("drum roll", "bell", "gong", "fanfare", "wind chime"),
}


def nearest_sounds(unknown: Sequence[str]) -> list[str]:
    """Return up to five known sounds, best first; of each unknown word at least the best, while there is room."""
    ranked: list[tuple[float, int, str]] = []
    for words in unknown[:_MOST_WORDS]:
        if words in IMPOSSIBLE:
            ranked += [(0.0, place, name) for place, name in enumerate(_INSTEAD[IMPOSSIBLE[words]])]
            continue
        found = process.extract(words[:40], KNOWN_SOUNDS, scorer=fuzz.ratio, limit=_SHOWN, score_cutoff=_LEAST_LIKENESS)
        ranked += [(-score, place, name) for place, (name, score, _) in enumerate(found)]
    best_first = sorted(ranked, key=lambda one: (one[1] > 0, one[0]))
    return list(dict.fromkeys(name for _, _, name in best_first))[:_SHOWN]
