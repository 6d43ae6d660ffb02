"""A line of the voice list always fits and always means its voice."""

from typing import Any, cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.voice_search import VoiceSearch
from bot.models import Voice
from bot.replies.language import LANGUAGES, speaking
from bot.replies.voice_facts import facts_of, value_words
from bot.replies.voices import voice_choice
from bot.studio.voices import PrimaryCategory
from tests.replies.conftest import HOSTILE, UNHURRIED

FACTS = {
    "gender": ("female", "male", "neutral"),
    "age": ("child", "young", "adult", "senior", "old"),
    "style": ("announcer", "calm", "character", "conversational", "narration", "robot", "whisper"),
    "category": get_args(PrimaryCategory),
}


def test_a_line_says_what_the_voice_sounds_like() -> None:
    voice = Voice("harper", "Harper", gender="female", language="English", age="young", style="warm")
    assert voice_choice(voice).name == "Harper · female, young, English, warm"
    assert voice_choice(voice).value == "harper"
    assert voice_choice(Voice("james", "James"), is_last=True).name == "James · used last"


def test_a_line_says_it_in_the_members_language() -> None:
    voice = Voice("luna", "Luna", gender="female", language="English", age="adult", style="calm")
    with speaking("de"):
        assert voice_choice(voice).name == "Luna · weiblich, erwachsen, Englisch, ruhig"


def test_a_name_that_is_too_long_to_be_a_value_is_found_by_its_label() -> None:
    assert voice_choice(Voice("n" * 101, "Short label")).value == "Short label"


def test_a_voice_without_a_readable_label_does_not_spoil_the_list() -> None:
    assert voice_choice(Voice("harper", "\u2028\x00")).name == "harper"
    assert voice_choice(Voice("\x00", "")).name == "?"


@UNHURRIED
@given(st.builds(Voice, name=HOSTILE.filter(bool), label=HOSTILE, style=HOSTILE), st.booleans())
def test_every_line_is_one_that_discord_takes(voice: Voice, is_last: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    choice = voice_choice(voice, is_last=is_last)
    assert 1 <= len(choice.name) <= 100
    assert len(choice.name.splitlines()) == 1
    choice.name.encode()
    assert len(choice.value) <= 100


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_voice_is_found_by_what_members_read_of_it_in_their_language(locale: str) -> None:
    facts = [(name, value) for name, values in FACTS.items() for value in values]
    voices = [Voice(f"v{n}", "Some One", **cast("Any", {name: value})) for n, (name, value) in enumerate(facts)]
    search = VoiceSearch(voices)
    with speaking(locale):
        shown = [(voice, value_words(*fact)) for voice, fact in zip(voices, facts, strict=True)]
    assert [words for voice, words in shown if voice not in search.find(words, 3)] == []


@pytest.mark.parametrize("locale", LANGUAGES)
def test_what_services_are_known_to_say_of_a_voice_is_told_in_the_members_language(locale: str) -> None:
    with speaking(locale):
        told = {value_words(name, value) for name, values in FACTS.items() for value in values}
    english = {value_words(name, value) for name, values in FACTS.items() for value in values}
    assert len(told & english) <= 6, "few words are the same in both languages"


@pytest.mark.parametrize(
    ("reader", "german", "english"),
    [("en-US", "German", "English (US)"), ("de", "Deutsch", "Englisch (US)"), ("ja", "ドイツ語", "英語 (US)")],
)
def test_languages_are_called_as_those_who_read_it_call_them(reader: str, german: str, english: str) -> None:
    with speaking(reader):
        assert value_words("language", "de") == german
        assert facts_of(Voice("a", "A", language="en-US")) == [english]
        assert value_words("language", "klingon") == "klingon"
