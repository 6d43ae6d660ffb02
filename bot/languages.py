"""What languages are called: by code, in English, by those who speak them, and by where they are spoken (pure)."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale as Readers

from bot.language_table import LANGUAGES, REGIONS

# Names in use that CLDR lists otherwise or not at all.
_OTHER_LANGUAGE_NAMES = {
    "bn": ("Bengali",),
    "cmn": ("Chinese", "Mandarin"),
    "es": ("Castellano", "Castilian"),
    "fa": ("Farsi",),
    "fil": ("Tagalog", "Pilipino"),
    "ht": ("Kreyol",),
    "ku": ("Kurmanji",),
    "my": ("Myanmar",),
    "nan": ("Hokkien", "Taiwanese"),
    "nb": ("Norwegian", "Norsk"),
    "ne": ("Nepalese",),
    "nn": ("Norwegian", "Norsk"),
    "or": ("Oriya",),
    "ps": ("Pushto",),
    "si": ("Sinhalese",),
    "wuu": ("Shanghainese", "Chinese"),
    "yue": ("Chinese",),
    "zh": ("Mandarin", "Putonghua"),
}
# What people and speech of a place are called, where that is not nearly its name.
_OTHER_REGION_NAMES = {
    "AE": ("Emirati", "UAE"),
    "AT": ("Austrian",),
    "AU": ("Aussie",),
    "BE": ("Flemish", "Belgian"),
    "BR": ("Brazilian",),
    "CA": ("Canadian",),
    "CH": ("Swiss",),
    "CN": ("Mainland",),
    "CZ": ("Czech",),
    "EG": ("Egyptian",),
    "ES": ("Castilian", "European"),
    "FR": ("European",),
    "GB": ("British", "Britain", "England", "UK"),
    "IE": ("Irish",),
    "IQ": ("Iraqi",),
    "IT": ("Italian",),
    "KR": ("Korea",),
    "MX": ("Mexican",),
    "NZ": ("Kiwi",),
    "PE": ("Peruvian",),
    "PH": ("Philippine", "Filipino"),
    "PT": ("European",),
    "SA": ("Saudi",),
    "TH": ("Thai",),
    "TW": ("Taiwanese",),
    "US": ("American", "America", "USA"),
}
_ANSWERED_IN = ("de", "fr", "es", "pt_BR", "ja")
_CODE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Locale:
    """A language and, where it was told, a region: ``Locale("pt", "BR")``."""

    language: str
    region: str = ""

    @property
    def code(self) -> str:
        """As it is usually written: ``pt-BR``."""
        return f"{self.language}-{self.region}" if self.region else self.language


@lru_cache(maxsize=1_024)
def read_locale(text: str) -> Locale | None:
    """The locale meant by a code (``en-US``, ``en_us``, ``zh-Hans-CN``) or a name (``German``, ``Deutsch``).

    None where it is neither. A region may stand beside a name: ``English (US)``, ``Portuguese Brazil``.
    """
    text = text.strip()[:100]
    if _CODE.fullmatch(text):
        language, *more = re.split(r"[-_]", text)
        if language.lower() in languages():
            # A script (four letters) may stand between language and region.
            return Locale(language.lower(), next((part.upper() for part in more if part.upper() in regions()), ""))
    named = _by_name().get(folded(text))
    if named is not None:
        return Locale(named)
    first, _, rest = text.replace("(", " ").replace(")", " ").replace("-", " ").partition(" ")
    named, region = _by_name().get(folded(first)), _region(rest)
    return Locale(named, region) if named is not None and region else None


def names_of(locale: Locale) -> tuple[str, ...]:
    """All that the locale's language is called, the English name first, also by members who read other languages."""
    code = locale.language
    return languages().get(code, ()) + _OTHER_LANGUAGE_NAMES.get(code, ()) + _names_elsewhere().get(code, ())


def region_names_of(locale: Locale) -> tuple[str, ...]:
    """All that the locale's region and its people are called, the English name first."""
    return regions().get(locale.region, ()) + _OTHER_REGION_NAMES.get(locale.region, ())


def language_name(text: str) -> str:
    """A locale for people: ``German (DE)`` for ``de-DE``. What is no known locale comes back as it is."""
    locale = read_locale(text)
    if locale is None:
        return text
    name = names_of(locale)[0]
    return f"{name} ({locale.region})" if locale.region else name


@cache
def languages() -> Mapping[str, tuple[str, ...]]:
    """Codes of languages with their names: the English one, then their own."""
    return _read(LANGUAGES)


@cache
def regions() -> Mapping[str, tuple[str, ...]]:
    """Codes of regions with their names: the English one, then that in the language spoken most there."""
    return _read(REGIONS)


def _read(table: str) -> Mapping[str, tuple[str, ...]]:
    entries = (entry.strip().partition(" ") for entry in table.replace("\n", " ").split(";"))
    return {code: tuple(names.split("=")) for code, _, names in entries}


@cache
def _by_name() -> Mapping[str, str]:
    known = languages()
    found: dict[str, str] = {}
    for code in sorted(known, key=lambda code: (len(code), code)):
        for name in known[code]:
            found.setdefault(folded(name), code)
    for code, names in _OTHER_LANGUAGE_NAMES.items():
        for name in names:
            found.setdefault(folded(name), code)
    for code, names in _names_elsewhere().items():
        for name in names:
            found.setdefault(folded(name), code)
    return found


@cache
def _names_elsewhere() -> Mapping[str, tuple[str, ...]]:
    """Codes of languages with their names in the languages that members are answered in: they type what they read."""
    readers = [Readers.parse(name) for name in _ANSWERED_IN]
    return {
        code: tuple(reader.languages[code] for reader in readers if code in reader.languages) for code in languages()
    }


def _region(text: str) -> str:
    wanted = folded(text)
    if wanted.upper() in regions():
        return wanted.upper()
    return next((code for code, names in _all_region_names() if wanted in names), "") if wanted else ""


@cache
def _all_region_names() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(
        (code, frozenset(map(folded, (*names, *_OTHER_REGION_NAMES.get(code, ())))))
        for code, names in regions().items()
    )


def folded(name: str) -> str:
    """A name for comparing: capitals, accents, how letters are composed and spaces in excess make no difference."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())
