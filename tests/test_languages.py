import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.languages import Locale, language_name, languages, names_of, read_locale, region_names_of, regions


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("de-DE", Locale("de", "DE")),
        ("en_us", Locale("en", "US")),
        ("EN", Locale("en")),
        ("zh-Hans-CN", Locale("zh", "CN")),
        ("es-419", Locale("es", "419")),
        ("fil-PH", Locale("fil", "PH")),
        ("German", Locale("de")),
        ("deutsch", Locale("de")),
        ("日本語", Locale("ja")),
        ("Español", Locale("es")),
        ("espanol", Locale("es")),
        ("English (US)", Locale("en", "US")),
        ("Portuguese - Brazil", Locale("pt", "BR")),
        ("English British", Locale("en", "GB")),
        ("Mandarin", Locale("cmn")),
        ("klingon", None),
        ("xx-XX", None),
        ("", None),
    ],
)
def test_a_locale_is_read_from_codes_and_names(text: str, locale: Locale | None) -> None:
    assert read_locale(text) == locale


def test_a_language_has_its_english_name_its_own_and_those_in_use() -> None:
    assert names_of(Locale("ja"))[:2] == ("Japanese", "日本語")
    assert "Japanisch" in names_of(Locale("ja"))
    assert "Castellano" in names_of(Locale("es"))
    assert {"United Kingdom", "British"} <= set(region_names_of(Locale("en", "GB")))


def test_a_language_is_shown_by_its_name() -> None:
    assert language_name("de-AT") == "German (AT)"
    assert language_name("ja") == "Japanese"
    assert language_name("something else") == "something else"


def test_the_table_is_whole() -> None:
    assert {"en", "de", "ja", "zh", "yue", "sw", "fil", "zu"} <= languages().keys()
    assert {"US", "GB", "BR", "419"} <= regions().keys()
    for code, names in (*languages().items(), *regions().items()):
        assert re.fullmatch(r"[a-z]{2,3}|[A-Z]{2}|\d{3}", code)
        assert all(name == name.strip() and name for name in names)
    assert len(languages()) > 200


@given(st.text(max_size=200))
def test_any_text_is_a_locale_or_none(text: str) -> None:
    locale = read_locale(text)
    assert locale is None or locale.language in languages()
    assert isinstance(language_name(text), str)


@pytest.mark.parametrize("name", ["Alemán", "allemand", "alemão", "ドイツ語", "Deutsch", "german"])
def test_a_language_is_known_by_what_members_read(name: str) -> None:
    assert read_locale(name) == Locale("de")
