"""What a gallery of voices asks of the catalogue: what fits, what can be narrowed down to, and what is alike.

Takes about as long as a keystroke of autocomplete, from memory alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from heapq import nlargest

from bot.discord_limits import MAX_OPTIONS
from bot.jobs.voice_library import VoiceLibrary
from bot.jobs.voice_replacement import likeness
from bot.jobs.voice_search import VoiceFilter
from bot.jobs.voice_words import fold
from bot.languages import read_locale
from bot.models import Voice

# As many as a menu offers; in the gallery they are five pages.
MAX_SIMILAR = MAX_OPTIONS


def find_voices(library: VoiceLibrary, words: str, wanted: Mapping[str, str]) -> list[Voice]:
    """What passes the filters (values by their names) and fits the words, the best first; all there is of it."""
    return library.search(words, max(1, len(library.voices)), VoiceFilter(**wanted), every_word=True)


def count_values(library: VoiceLibrary, words: str, wanted: Mapping[str, str], name: str) -> list[tuple[str, int]]:
    """What the filter of this name can be set to while the others stay: values with their voices, most common first."""
    others = {other: value for other, value in wanted.items() if other != name}
    found = Counter(value for voice in find_voices(library, words, others) if (value := value_of(voice, name)))
    return sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))


def useful_filters(library: VoiceLibrary, names: Sequence[str]) -> list[str]:
    """The filters by which voices differ at all."""
    return [name for name in names if len(library.filter_values(name)) > 1]


def value_of(voice: Voice, name: str) -> str:
    """What a filter of this name has to be set to for the voice; empty where nothing is known."""
    if name == "language":
        locale = read_locale(voice.language)
        return "" if locale is None else locale.language
    return fold(voice.traits[name])


def find_similar(voice: Voice, voices: Sequence[Voice]) -> list[Voice]:
    """The voices most like this one, by the measure that finds a replacement for one that is gone."""
    others = [other for other in voices if other.name != voice.name]
    # A label that looks alike says nothing of the sound.
    unnamed = replace(voice, label="")
    return nlargest(MAX_SIMILAR, others, key=lambda other: likeness(unnamed, other))
