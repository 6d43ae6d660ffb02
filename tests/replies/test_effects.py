"""The words and buttons around sound effects and the soundboard, at the edges of what Discord takes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidRequest
from bot.models import EffectRequest, Job, JobState
from bot.replies.effects import AVOID_CHARACTERS, also_avoiding, effect_buttons, longer, say_takes
from bot.replies.job_cards import build_card
from bot.replies.job_list import ListPlace, Whose, build_details
from bot.replies.results import build_result_card
from bot.replies.soundboard import (
    LONGEST_NAME,
    Replaceable,
    SoundEmoji,
    build_added,
    build_full,
    read_emoji,
    read_name,
    read_take,
    suggested_name,
)
from cogs.soundboard import SwapMenu
from tests.replies.conftest import NOW, formatting_in, make_job

FAMILY = "👨‍👩‍👧‍👦"
# Emoji that are marks, signs of mathematics or a letter otherwise.
SIGNS = ("‼️", "⁉️", "\u2139\ufe0f", "\u2139", "↔️", "◼️", "◾", "〰️", "〽️")
ID_LIMIT, LABEL_LIMIT = 100, 80


def effect_job(**changes: object) -> Job:
    request = EffectRequest("rain", 5.0)
    return replace(make_job(), request=replace(request, **changes))  # pyright: ignore[reportArgumentType] - fields by name


def test_a_finished_effect_has_four_buttons_that_fit() -> None:
    job = replace(effect_job(takes=4), takes_made=4)
    buttons = effect_buttons(job)
    assert [button.label for button in buttons] == ["Again", "Longer", "Avoid…", "Add to soundboard"]
    assert buttons[-1].custom_id == f"effect:soundboard:{job.id}:4"
    assert all(len(button.custom_id or "") <= ID_LIMIT and len(button.label or "") <= LABEL_LIMIT for button in buttons)


def test_what_cannot_be_done_has_no_button() -> None:
    assert "Longer" not in [button.label for button in effect_buttons(effect_job(duration_s=30.0))]
    job = effect_job()
    alone = replace(job, place=replace(job.place, guild_id=None))
    assert "Add to soundboard" not in [button.label for button in effect_buttons(alone)]
    assert effect_buttons(make_job()) == []


@pytest.mark.parametrize(("length_s", "longer_s"), [(0.5, 1.0), (14.9, 29.8), (15.1, 30.0), (30.0, 30.0)])
def test_longer_is_twice_as_long_as_far_as_there_is_room(length_s: float, longer_s: float) -> None:
    assert longer(length_s) == longer_s


def test_what_to_avoid_adds_up() -> None:
    assert also_avoiding("", " wind\n ") == "wind"
    assert also_avoiding("voices", "wind") == "voices, wind"


def test_what_to_avoid_now_goes_before_what_was_said_first() -> None:
    assert also_avoiding(f"traffic, {'a' * 280}", "dogs barking") == f"{'a' * 280}, dogs barking"
    assert also_avoiding(f"traffic, {'a' * 290}", "dogs barking") == "dogs barking"
    assert also_avoiding("wind", "b" * 400) == "b" * AVOID_CHARACTERS


@pytest.mark.parametrize("state", JobState)
def test_what_is_avoided_stands_on_the_card_before_and_after(state: JobState) -> None:
    job = replace(effect_job(avoid="wind,\nvoices"), state=state)
    details = build_details(job, ListPlace(Whose.MINE), is_asker=True)
    for card in (build_card(job), details, build_result_card(job, 5.0, NOW)):
        assert "> rain\n🔇 without: wind, voices" in str(card.embed.description)
    assert "without" not in str(build_card(replace(effect_job(), state=state)).embed.description)


def test_what_is_avoided_is_shortened_and_harmless() -> None:
    line = str(build_card(effect_job(avoid="**@everyone** " * 30)).embed.description).split("\n")[2]
    assert len(line) < 400
    assert formatting_in(line) == []


def test_takes_are_counted() -> None:
    assert say_takes(3, 3).startswith("3 takes")
    assert say_takes(3, 2) == "2 of 3 takes could be made. The others cost nothing."


@pytest.mark.parametrize(
    ("typed", "emoji"),
    [
        ("", SoundEmoji()),
        (" 🐶 ", SoundEmoji(name="🐶")),
        (FAMILY, SoundEmoji(name=FAMILY)),
        ("1️⃣", SoundEmoji(name="1️⃣")),
        ("🇩🇪", SoundEmoji(name="🇩🇪")),
        ("☎️", SoundEmoji(name="☎️")),
        *((sign, SoundEmoji(name=sign)) for sign in SIGNS),
        ("<:wave:123456789012345678>", SoundEmoji(emoji_id=123456789012345678)),
        ("<a:wave:123456789012345678>", SoundEmoji(emoji_id=123456789012345678)),
    ],
)
def test_emoji_are_read_and_survive_in_a_custom_id(typed: str, emoji: SoundEmoji) -> None:
    assert read_emoji(typed) == emoji
    assert SoundEmoji.read(emoji.as_id()) == emoji


def test_takes_are_chosen_by_their_number() -> None:
    assert [read_take(chosen) for chosen in "1234"] == [1, 2, 3, 4]


@pytest.mark.parametrize("chosen", ["", "0", "5", "12", "-1", "one", "²", "1\n", "１"])  # noqa: RUF001 - digits of others
def test_what_is_no_take_is_refused(chosen: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_take(chosen)
    assert refused.value.reason == "not_offered"


@pytest.mark.parametrize(
    "typed",
    ["dog", ":dog:", "<@123456789012345678>", "🐶dog", "7", "🐶" * 20, "<:x:1>", "🐶:", "+", "a\ufe0f", "\u2139nfo"],
)
def test_what_is_no_emoji_is_refused(typed: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_emoji(typed)
    assert refused.value.reason == "soundboard_emoji"


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("2-of-4-rain-on-a-tin-roof.mp3", "rain on a tin roof"),
        ("heavy-door-slam-then-slow-footsteps-in.ogg", "heavy door slam then slow"),
        ("sound.mp3", "sound"),
        ("x.mp3", ""),
        ("", ""),
    ],
)
def test_a_name_is_suggested_from_the_files(file_name: str, name: str) -> None:
    assert suggested_name(file_name) == name


@pytest.mark.parametrize("typed", ["", "x", "   x   ", "x" * 33, "\u202e\n\0", "\u200b\u200b\u200b"])
def test_names_that_discord_refuses_are_refused_here(typed: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_name(typed)
    assert refused.value.reason == "soundboard_name"


@given(st.text(min_size=2, max_size=40), st.sampled_from(["", "🐶", FAMILY, "<:wave:12345678901234567890>"]))
def test_any_name_survives_in_the_menus_id_and_cannot_break_out_of_the_card(typed: str, emoji: str) -> None:
    try:
        name = read_name(typed)
    except InvalidRequest:
        return
    sounds = [Replaceable(number, f"Sound {number}", None) for number in range(30)]
    card = build_full(name, read_emoji(emoji), job_id="a" * 32, take=4, sounds=sounds)
    menus = [menu for row in card.view.to_components() for menu in row["components"]]
    assert [len(menu["options"]) for menu in menus] == [25, 5]
    assert len({menu["custom_id"] for menu in menus}) == 2
    menu = menus[-1]
    assert len(menu["custom_id"]) <= ID_LIMIT
    match = SwapMenu.__discord_ui_compiled_template__.fullmatch(menu["custom_id"])
    assert match is not None
    assert (match["take"], SoundEmoji.read(match["emoji"]), match["name"]) == ("4", read_emoji(emoji), name)
    assert all(len(option["value"]) <= ID_LIMIT for option in menu["options"])
    assert "@everyone" not in (card.embed.description or "")


def test_names_are_shown_so_that_they_neither_ping_nor_format() -> None:
    card = build_added("**@everyone** `x`"[:LONGEST_NAME], was_cut=True, instead_of="<@1>")
    assert "@everyone" not in (card.embed.description or "")
    assert r"**\<@1>**" in (card.embed.description or "")
    assert "fades out" in (card.embed.description or "")
