"""Where in the gallery of voices somebody is, in the few characters that a custom id has for it.

Voices and the values of filters stand there as short hashes: the catalogue may be another one when the button is
pressed, and a hash that nothing answers to any more is simply no filter.
"""

import hashlib
import re
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from bot.models import Voice

PAGE_LENGTH = 5
FILTERS = ("language", "gender", "age", "style", "category")
FILTERS_AT_ONCE = 2
"""Each menu takes one of a message's five rows."""
WORDS_LENGTH = 30
"""UTF-16 units of the words that are looked for, which is how Discord's clients count."""
_FILTER_BYTES, _VOICE_BYTES = 3, 6

_VOICE = r"[\w-]{0,8}"
PLACE = rf"[a-z]\d\d{{1,4}}:{_VOICE}:[\w.-]*:[^:]*"
"""What ``as_id`` writes, for the template of a custom id."""
_PARTS = re.compile(
    rf"(?P<shelf>[a-z])(?P<row>\d)(?P<page>\d{{1,4}}):(?P<like>{_VOICE}):(?P<filters>[\w.-]*):(?P<words>[^:]*)"
)


class Shelf(StrEnum):
    """Which voices are shown. The values stand in custom ids."""

    ALL = "a"
    FAVOURITES = "f"
    SIMILAR = "s"


@dataclass(frozen=True, slots=True)
class GalleryPlace:
    """Where somebody is; all that the gallery's buttons and menus need to know."""

    shelf: Shelf = Shelf.ALL
    page: int = 0
    """From 0. One that is not there is the first or the last."""
    words: str = ""
    """As ``searched`` leaves them."""
    filters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(dict[str, str]()))
    """Hashes of values (``filter_key``) by the names of ``FILTERS``."""
    like: str = ""
    """The key of the voice that others are to be similar to."""
    filter_row: int = 0
    """Which of the pairs of filters is shown."""

    def as_id(self) -> str:
        """For a custom id, read again by ``read``; 71 characters at most."""
        filters = ".".join(self.filters.get(name, "") for name in FILTERS)
        return f"{self.shelf}{self.filter_row % 10}{min(self.page, 9999)}:{self.like}:{filters}:{self.words}"

    def filtered(self, name: str, key: str) -> "GalleryPlace":
        """The first page with this filter set; an empty key takes the filter away."""
        others = {other: value for other, value in self.filters.items() if other != name}
        if key and name in FILTERS:
            others[name] = key
        return replace(self, page=0, filters=MappingProxyType(others))

    @classmethod
    def read(cls, text: str) -> "GalleryPlace":
        """What ``as_id`` wrote; anything else is the beginning of the gallery."""
        match = _PARTS.fullmatch(text)
        if match is None or match["shelf"] not in set(Shelf):
            return cls()
        filters = dict(zip(FILTERS, match["filters"].split("."), strict=False))
        return cls(
            Shelf(match["shelf"]),
            int(match["page"]),
            searched(match["words"]),
            MappingProxyType({name: value for name, value in filters.items() if value}),
            match["like"],
            int(match["row"]),
        )


def searched(words: str) -> str:
    """The words that are looked for: letters and digits, cut where a custom id has no room for more."""
    # Scripts of India write vowels with marks that are no letters by themselves.
    kept = "".join(char if unicodedata.category(char)[0] in "LNM" else " " for char in words)
    line = " ".join(kept.split())
    while len(line.encode("utf-16-le", "ignore")) > 2 * WORDS_LENGTH:
        line = line[:-1]
    return line.encode("utf-8", "ignore").decode().strip()


@lru_cache(maxsize=32_768)
def voice_key(name: str) -> str:
    """What stands for the voice in a custom id: 8 characters."""
    return _short_hash(name, _VOICE_BYTES)


@lru_cache(maxsize=2_048)
def filter_key(value: str) -> str:
    """What stands for a filter's value in a custom id: 4 characters."""
    return _short_hash(value, _FILTER_BYTES)


def voice_of(key: str, voices: Iterable[Voice]) -> Voice | None:
    """The voice that the key stands for, if it is there (any more)."""
    return next((voice for voice in voices if voice_key(voice.name) == key), None) if key else None


def gallery_id(action: str, place: GalleryPlace, subject: str = "") -> str:
    """The custom id of a part of the gallery (cogs/voice_gallery.py reads it).

    ``subject`` is the key of a voice, or the name of a filter.
    """
    return f"voices:{action}:{subject}:{place.as_id()}"


def _short_hash(text: str, size_bytes: int) -> str:
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=size_bytes).digest()
    return urlsafe_b64encode(digest).decode()
