"""The language that members are answered in: ``_`` translates a sentence into the one that is set for the moment.

It is set where an interaction comes in (bot/discord_bot.py, cogs/pressing.py) and where a card is built later
(bot/delivery), and holds for everything that is awaited, started or sent to a thread from there. English stands in the
code; the other languages are in bot/replies/locales (see bot/catalogues.py for how they are kept up to date).
"""

import gettext
import io
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import cast

from babel import Locale
from babel.dates import format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LOCALES = Path(__file__).parent / "locales"
ENGLISH = "en-US"
# Discord's names (its documentation, "Locales", read 2026-11) and those of our catalogues. All others get English.
LANGUAGES = {"de": "de", "fr": "fr", "es-ES": "es", "es-419": "es", "pt-BR": "pt_BR", "ja": "ja"}
# How numbers are written, as Unicode describes it: whole, to the hundredth as far as needed, to the tenth always.
WHOLE, HUNDREDTHS, TENTHS = "#,##0", "#,##0.##", "#,##0.0"

_locale = ContextVar("locale", default=ENGLISH)


def _(sentence: str) -> str:
    """The sentence in the language of whoever reads it."""
    # Under the empty text catalogues keep what is to be said about themselves.
    return catalogue(_locale.get()).gettext(sentence) if sentence else ""


def N_(sentence: str) -> str:  # noqa: N802 - the name that gettext's tools and translators know
    """The sentence as it stands: marks one to be translated that ``_`` is called with later."""
    return sentence


def n_(one: str, many: str, count: float) -> str:
    """The form of the sentence that fits the count; some languages have other forms than English, or only one."""
    # Not whole: "1.5 jobs" is no "one" in English. Other languages' rules know whole numbers only.
    return catalogue(_locale.get()).ngettext(one, many, int(count) if count == int(count) else 2)


def number(value: float, pattern: str = WHOLE) -> str:
    """A number as it is written in the language: 1,200.5 or 1.200,5."""
    return format_decimal(Decimal(str(value)), format=pattern, locale=_rules())


def language_called(code: str) -> str:
    """What a language is called by those who read it, as Unicode has it; empty where it has no name there."""
    # Babel says of its tables only that they are some.
    return cast("Mapping[str, str]", _rules().languages).get(code, "")


def day_and_month(day: date) -> str:
    """A date of the last months: 22 Nov. Some languages end it with a dot; see ``with_one_stop``."""
    return format_skeleton("MMMd", day, locale=_rules())


def with_one_stop(sentence: str) -> str:
    """The sentence, where what it ends with has a dot of its own already: am 22. Nov."""
    return sentence[:-1] if sentence.endswith("..") and not sentence.endswith("...") else sentence


def spoken() -> str:
    """The language that is set for the moment, as Discord names it."""
    return _locale.get()


def speak(locale: str | None) -> None:
    """Answer in this language, as Discord names it, until the end of the task. None stands for English."""
    _locale.set(locale or ENGLISH)


@contextmanager
def speaking(locale: str | None) -> Generator[None]:
    """Answer in this language, as Discord names it, inside. None stands for English."""
    before = _locale.set(locale or ENGLISH)
    try:
        yield
    finally:
        _locale.reset(before)


def catalogue(locale: str) -> gettext.NullTranslations:
    """The translations into a language that Discord names so; those of English change nothing.

    Read from disk at the first time: ``load_catalogues`` does it for all, in a thread.
    """
    name = LANGUAGES.get(locale)
    return _english() if name is None else _read(name)


def load_catalogues() -> None:
    """Read all languages, which takes some tenths of a second."""
    for locale in (ENGLISH, *LANGUAGES):
        with speaking(locale):
            catalogue(locale)
            number(1)
            day_and_month(date(2026, 1, 1))


@cache
def _english() -> gettext.NullTranslations:
    return gettext.NullTranslations()


@cache
def _read(name: str) -> gettext.NullTranslations:
    with (LOCALES / f"{name}.po").open("rb") as file:
        entries = read_po(file, locale=name)
    compiled = io.BytesIO()
    write_mo(compiled, entries)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _rules() -> Locale:
    return _parsed(LANGUAGES.get(_locale.get(), "en_GB"))


@cache
def _parsed(name: str) -> Locale:
    return Locale.parse(name)
