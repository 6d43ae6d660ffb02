import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.jobs.voice_search import VoiceSearch, plain
from bot.models import Voice
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


def test_a_label_is_recognised_without_its_accents(search: VoiceSearch) -> None:
    assert search.named(" elodie ") == ELODIE
    assert search.named("elodi") is None


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
def test_every_voice_is_found_by_its_own_label(catalogue: list[Voice]) -> None:
    search = VoiceSearch(catalogue)
    for one in catalogue:
        same = search.named(one.label)
        assert same is not None
        assert plain(same.label) == plain(one.label)
