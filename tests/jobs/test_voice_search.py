import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import VoiceUnknown
from bot.jobs.voice_search import MAX_ROWS_KEPT, VoiceFilter, VoiceSearch
from bot.jobs.voice_words import fold
from bot.models import Voice
from tests.jobs.made_up_voices import made_up_voices, what_people_type
from tests.storage.samples import ANNA, voice

JESSICA = voice("jessica-3", "Jessica", gender="female", language="en-GB", style="cheerful")
JESS = voice("j-9", "Jess Storyteller", gender="female", language="en-US", style="calm")
ELODIE = voice("elodie-2", "Élodie", gender="female", language="fr-FR")
GUNTHER = voice("gunther-1", "Günther Deep", gender="male", language="de-DE")
SAKURA = voice("sakura-7", "さくら", gender="female", language="ja-JP")
MARCUS = voice("marcus", "Marcus", gender="male", language="en-US")
ALL = (ANNA, JESSICA, JESS, ELODIE, GUNTHER, SAKURA, MARCUS)

TEXTS = st.text(max_size=60)
VOICES = st.builds(
    Voice, name=st.text(min_size=1, max_size=20), label=TEXTS, language=TEXTS, style=TEXTS,
    tags=st.lists(TEXTS, max_size=5).map(tuple),
)  # fmt: skip


@pytest.fixture(scope="module")
def search() -> VoiceSearch:
    return VoiceSearch(ALL)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Jessica", JESSICA),
        ("jessca", JESSICA),
        ("jesssica", JESSICA),
        ("JESSICA  ", JESSICA),
        ("elodie", ELODIE),
        ("elodi", ELODIE),
        ("ÉLODIE", ELODIE),
        ("gunter", GUNTHER),
        ("deep günther", GUNTHER),
        ("female jessica", JESSICA),
        ("jessca female", JESSICA),
        ("storyteller jess", JESS),
        ("jess story", JESS),
        ("british? jessica!", JESSICA),
        ("さく", SAKURA),
        ("japanese ja-JP female", SAKURA),
        ("marcus-", MARCUS),
        ("warm", ANNA),
    ],
)
def test_the_voice_that_is_meant_comes_first(search: VoiceSearch, typed: str, meant: Voice) -> None:
    assert search.find(typed, 25)[0] == meant


def test_a_voice_can_be_found_from_its_first_letters_on(search: VoiceSearch) -> None:
    for length in range(1, len("marcus") + 1):
        assert MARCUS in search.find("marcus"[:length], 25)


def test_an_exact_label_goes_before_a_longer_one_and_that_before_the_rest(search: VoiceSearch) -> None:
    assert VoiceSearch((voice("1", "Anna Maria"), ANNA, voice("2", "Maria Anna"))).find("anna", 3)[0] == ANNA
    assert search.find("jess", 2) == [JESS, JESSICA]


def test_more_fitting_words_go_before_fewer(search: VoiceSearch) -> None:
    assert search.find("female calm en-us", 1)[0] in {ANNA, JESS}


@pytest.mark.parametrize("typed", ["", "   ", "?!", "🎉"])
def test_without_words_the_first_voices_are_offered(search: VoiceSearch, typed: str) -> None:
    assert search.find(typed, 3) == [ANNA, JESSICA, JESS]


def test_words_that_fit_nothing_find_nothing(search: VoiceSearch) -> None:
    assert search.find("xylophone qqq", 25) == []


def test_a_voice_is_meant_by_its_name_its_label_or_the_whole_choice(search: VoiceSearch) -> None:
    for typed in ("elodie-2", "ELODIE-2", "Élodie", " elodie ", "Élodie · female, fr-FR"):
        assert search.resolve(typed) == ELODIE


def test_what_is_only_nearly_a_voice_is_answered_with_the_nearest(search: VoiceSearch) -> None:
    with pytest.raises(VoiceUnknown) as caught:
        search.resolve("elodi" + " " * 200)
    assert caught.value.nearest[0] == "Élodie"
    assert caught.value.detail == "elodi"


def test_a_thousand_words_are_not_all_looked_up(search: VoiceSearch) -> None:
    assert len(search.find("jessica " + "nothing " * 1_000, 25)) <= len(ALL)


@settings(max_examples=40)
@given(catalogue=st.lists(VOICES, max_size=12), typed=TEXTS, limit=st.integers(1, 25))
def test_whatever_is_listed_and_typed_the_answer_is_a_few_of_the_voices(
    catalogue: list[Voice], typed: str, limit: int
) -> None:
    found = VoiceSearch(catalogue).find(typed, limit)
    assert len(found) <= min(limit, len(catalogue))
    assert all(one in catalogue for one in found)


@settings(max_examples=40)
@given(catalogue=st.lists(VOICES, min_size=1, max_size=12))
def test_every_voice_is_meant_by_its_own_name_and_label(catalogue: list[Voice]) -> None:
    search = VoiceSearch(catalogue)
    for one in catalogue:
        assert search.resolve(one.name.strip() or one.label or one.name) is not None
        if fold(one.label):
            same = search.resolve(one.label)
            assert fold(one.label) in {fold(same.label), fold(same.name)} or same.name == one.label.strip()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("german", GUNTHER),
        ("Deutsch", GUNTHER),
        ("germn male", GUNTHER),
        ("austria", None),
        ("日本語", SAKURA),
        ("japanse", SAKURA),
        ("sakura", SAKURA),
        ("サクラ", SAKURA),
        ("sakrua", SAKURA),
        ("français", ELODIE),
        ("france woman", ELODIE),
        ("british", JESSICA),
        ("united kingdom cheerful", JESSICA),
        ("jess ica", JESSICA),
        ("jessstoryteller", JESS),
        ("gunterdeep", GUNTHER),
        ("a voice like marcus", MARCUS),
        ("storytl", JESS),
    ],
)
def test_languages_scripts_and_missing_spaces_do_not_matter(
    search: VoiceSearch, typed: str, meant: Voice | None
) -> None:
    found = search.find(typed, 25)
    assert (found[0] if found else None) == meant


def test_men_go_before_women_when_males_are_asked_for(search: VoiceSearch) -> None:
    assert [one.gender for one in search.find("male", 2)] == ["male", "male"]


@pytest.mark.parametrize(
    ("only", "labels"),
    [
        (VoiceFilter(language="de"), ["Günther Deep"]),
        (VoiceFilter(language="German"), ["Günther Deep"]),
        (VoiceFilter(language="DEUTSCH"), ["Günther Deep"]),
        (VoiceFilter(language="en-gb"), ["Jessica"]),
        (VoiceFilter(language="English", gender="Male"), ["Marcus"]),
        (VoiceFilter(language="en", style="calm"), ["Anna", "Jess Storyteller"]),
        (VoiceFilter(tag="story"), ["Anna"]),
        (VoiceFilter(language="klingon"), []),
        (VoiceFilter(gender="maybe"), []),
    ],
)
def test_a_filter_leaves_only_what_it_says(search: VoiceSearch, only: VoiceFilter, labels: list[str]) -> None:
    assert [one.label for one in search.find("", 25, only)] == labels


def test_words_and_a_filter_work_together(search: VoiceSearch) -> None:
    assert search.find("jess", 5, VoiceFilter(language="en-GB")) == [JESSICA]


def test_a_name_of_two_languages_filters_both_of_them() -> None:
    bokmal, nynorsk = voice("1", "Kari", language="nb-NO"), voice("2", "Ola", language="nn-NO")
    assert VoiceSearch((bokmal, ANNA, nynorsk)).find("", 5, VoiceFilter(language="Norwegian")) == [bokmal, nynorsk]


def test_what_can_be_filtered_for_is_listed_with_numbers(search: VoiceSearch) -> None:
    assert search.values("gender") == [("female", 5), ("male", 2)]
    assert search.values("language") == [("en", 4), ("de", 1), ("fr", 1), ("ja", 1)]


def test_a_choice_that_discord_shortened_still_means_its_voice() -> None:
    long = voice("x" * 150, "The " + "very " * 40 + "long one")
    assert VoiceSearch((ANNA, long)).resolve(long.label[:100]) == long


def test_the_meant_voice_is_among_the_first_five_despite_typing_errors() -> None:
    rng = random.Random(20261122)
    voices = made_up_voices(1_600, rng)
    search = VoiceSearch(voices)
    asked = what_people_type(voices, 200, rng)
    assert sum(one.meant in search.find(one.typed, 5) for one in asked) >= 0.95 * len(asked)


def test_what_is_kept_between_keystrokes_is_bounded() -> None:
    voices = made_up_voices(1_000, random.Random(1))
    search = VoiceSearch(voices)
    row_bytes = 4 * len(voices)
    tracemalloc.start()
    for number in range(10 * MAX_ROWS_KEPT):
        search.find(f"word{number}", 5)
    grown_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown_bytes < 3 * MAX_ROWS_KEPT * row_bytes


def test_in_the_gallery_all_are_found_that_fit_each_word() -> None:
    voices = made_up_voices(1_600, random.Random(3))
    search = VoiceSearch(voices)
    german_women = {one.name for one in voices if one.language.startswith("de") and one.gender == "female"}
    assert len(german_women) > 25
    found = search.find("german female", len(voices), every_word=True)
    assert {one.name for one in found} >= german_women
    assert {one.gender for one in found} == {"female"}
    assert len(found) < len(german_women) + 5, "some have a name like German"
    women = {one.name for one in voices if one.gender == "female"}
    assert {one.name for one in search.find("female", len(voices), every_word=True)} == women
    only = VoiceFilter(age="child")
    young = search.find("female", len(voices), only, every_word=True)
    assert {one.name for one in young} == {one.name for one in voices if one.gender == "female" and one.age == "child"}


def test_where_nobody_fits_each_word_those_are_found_that_fit_some() -> None:
    search = VoiceSearch([Voice("a", "Anna", gender="female"), Voice("b", "Bruno", gender="male")])
    assert [one.name for one in search.find("bruno female", 5, every_word=True)] == ["b", "a"]
