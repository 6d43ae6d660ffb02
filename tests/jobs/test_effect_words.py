"""What the autocomplete of /sfx offers while a sound is being described."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_limits import CHOICE_CHARACTERS
from bot.jobs.effect_words import EXAMPLES, GLOSSARY, complete
from bot.studio.effects.prompt import read_prompt

MOST = 25


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", EXAMPLES[0]),
        ("ra", "rain"),
        ("heavy ", "heavy door slam"),
        ("heavy door cr", "heavy door creak"),
        ("HEAVY DOOR CR", "HEAVY door creak"),
        ("rain, then thu", "rain, then thunder"),
        ("rain on a ti", "rain on a tin roof"),
        ("rain", "rain with"),
        ("rain, ", "rain, then thunder"),
        ("rain in", "rain in a cave"),
        ("  rain   with  thu", "rain with thunder"),
    ],
)
def test_the_last_word_is_completed_and_after_a_whole_one_it_goes_on(typed: str, offered: str) -> None:
    assert offered in complete(typed, 200)


@pytest.mark.parametrize("typed", ["ra", "heavy", "my own words", "x" * CHOICE_CHARACTERS])
def test_what_was_typed_can_always_be_kept(typed: str) -> None:
    assert complete(typed, MOST)[0] == typed


def test_nothing_is_offered_that_discord_would_refuse() -> None:
    assert complete("a heavy " * 20, MOST) == []
    assert complete("x" * (CHOICE_CHARACTERS - 2) + " r", MOST) == ["x" * (CHOICE_CHARACTERS - 2) + " r"]


@given(st.text(max_size=150))
def test_any_text_gives_few_and_different_choices_of_a_length_that_fits(typed: str) -> None:
    offered = complete(typed, MOST)
    assert len(offered) == len(set(offered)) <= MOST
    assert all(1 <= len(prompt) <= CHOICE_CHARACTERS for prompt in offered)


@pytest.mark.parametrize("prompt", EXAMPLES)
def test_every_example_is_understood_by_the_embedded_studio_as_it_stands(prompt: str) -> None:
    assert read_prompt(prompt).warnings == ()


def test_every_word_offered_is_understood_by_the_embedded_studio() -> None:
    ignored = {entry for entry in GLOSSARY if read_prompt(f"rain, then {entry} thunder").warnings}
    assert ignored == set()
