"""The buttons under each kind of result, the marks of what was made earlier, and the menu of voices."""

from dataclasses import replace
from datetime import timedelta

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_limits import MAX_OPTIONS
from bot.errors import ChannelGone
from bot.models import EffectRequest, Job, JobState, Posted, ResultForm, Source, SourceKind, TranscriptRequest, Voice
from bot.replies.cards import Card
from bot.replies.job_cards import build_card, build_done_card
from bot.replies.result_buttons import build_voice_menu, buttons_for, fit_for_menu
from bot.replies.results import build_link_card, build_moved_card, build_private_card, build_result_card
from tests.replies.conftest import HOSTILE, NOW, UNHURRIED, formatting_in, make_job

FILE = Source("https://cdn.example/note.ogg", "note.ogg", SourceKind.AUDIO, 10, 3)
# Source: Discord's documentation, "Button Structure", "Select Option Structure", read 2026-11.
LABEL_LIMIT, CUSTOM_ID_LIMIT, OPTION_LIMIT, ROW_LENGTH = 80, 100, 100, 5


def labels(job: Job) -> list[str | None]:
    return [item.label for item in buttons_for(job) if isinstance(item, discord.ui.Button)]


def labels_on(card: Card) -> list[str | None]:
    return [item.label for item in card.view.children if isinstance(item, discord.ui.Button)]


def effect(takes: int = 1, form: ResultForm = ResultForm.FILE) -> Job:
    return replace(make_job(), request=EffectRequest("rain", 2.0, takes=takes), form=form, takes_made=takes)


def test_speech_can_be_said_again_by_another_voice_in_another_form_and_taken_away() -> None:
    assert labels(make_job()) == ["Another voice", "Again", "As voice message", "Transcribe", "Delete"]
    as_voice = replace(make_job(), form=ResultForm.VOICE_MESSAGE)
    assert labels(as_voice) == ["Another voice", "Again", "As file", "Transcribe", "Delete"]


@pytest.mark.parametrize("change", [{"has_bot": False}, {"is_private": True}])
def test_where_only_the_token_reaches_there_is_no_voice_message(change: dict[str, bool]) -> None:
    job = make_job()
    there = replace(job, place=replace(job.place, **change))  # pyright: ignore[reportArgumentType] - fields of Place by name
    assert labels(there) == ["Another voice", "Again", "Transcribe", "Delete"]


def test_effects_have_their_own_buttons_and_several_takes_are_no_voice_message() -> None:
    assert labels(effect())[-2:] == ["As voice message", "Delete"]
    assert "As voice message" not in labels(effect(takes=3))
    assert "Again" in labels(effect())


def test_a_transcript_can_be_taken_away() -> None:
    assert labels(replace(make_job(), request=TranscriptRequest(FILE, 3.0))) == ["Delete"]


@pytest.mark.parametrize("job", [make_job(), effect(), effect(form=ResultForm.VOICE_MESSAGE)], ids=["tts", "sfx", "vm"])
def test_buttons_fit_into_discords_limits(job: Job) -> None:
    buttons = [item for item in buttons_for(job) if isinstance(item, discord.ui.Button)]
    assert len(buttons) <= 2 * ROW_LENGTH
    assert all(0 < len(button.label or "") <= LABEL_LIMIT for button in buttons)
    assert all(0 < len(button.custom_id or "") <= CUSTOM_ID_LIMIT for button in buttons)
    assert len({button.custom_id for button in buttons}) == len(buttons)


def test_a_button_says_everything_in_its_id() -> None:
    ids = [item.custom_id for item in buttons_for(make_job()) if isinstance(item, discord.ui.Button)]
    actions = ("voices", "again", "voice", "transcribe", "delete")
    assert ids == [f"job:{action}:{'ab' * 16}" for action in actions]


async def test_what_stands_in_a_file_offers_the_voice_message_whatever_was_wanted() -> None:
    wanted_as_voice = replace(make_job(), form=ResultForm.VOICE_MESSAGE)
    assert "As voice message" in labels_on(build_result_card(wanted_as_voice, 2.0, NOW))
    moved = build_moved_card(wanted_as_voice, 2.0, NOW, to=Posted(5, 6), why=ChannelGone(5))
    assert "As voice message" in labels_on(moved)
    assert "As voice message" in labels_on(build_link_card(wanted_as_voice, 2.0, NOW, url="https://b.example"))
    assert "As file" in labels_on(build_done_card(wanted_as_voice, 2.0, NOW))


async def test_what_went_to_direct_messages_is_asked_for_again_in_its_server_only() -> None:
    job = make_job()
    assert labels_on(build_private_card(job, 2.0, NOW, why=None)) == ["Delete"]
    own = replace(job, place=replace(job.place, guild_id=None))
    assert "Again" in labels_on(build_private_card(own, 2.0, NOW, why=None))


async def test_what_was_made_earlier_says_so_from_the_first_moment() -> None:
    assert build_card(make_job(is_cached=True)).embed.footer.text == "♻️ Made earlier: it comes at once, free"
    done = build_done_card(make_job(is_cached=True, state=JobState.DELIVERING), 2.0, NOW + timedelta(seconds=3))
    assert done.embed.footer.text == "✅ 2.0 s of audio · from earlier, free"


async def test_what_is_sent_again_does_not_count_the_time_since_it_was_asked_for() -> None:
    done = build_done_card(make_job(deliveries=1), 2.0, NOW + timedelta(days=2))
    assert done.embed.footer.text == "✅ 2.0 s of audio · sent again"


async def test_the_menu_has_names_and_what_the_voices_sound_like() -> None:
    card = build_voice_menu(make_job(), [Voice("james", "James", gender="male", language="en-US"), Voice("x", "X")])
    (menu,) = card.view.children
    assert isinstance(menu, discord.ui.Select)
    assert menu.custom_id == f"job:speak:{'ab' * 16}"
    assert [(option.label, option.value) for option in menu.options] == [("James", "james"), ("X", "x")]
    assert "male" in str(menu.options[0].description).lower()
    assert menu.options[1].description is None
    assert "> Hello there" in str(card.embed.description)


def test_the_menu_takes_each_voice_once_as_many_as_fit_and_none_that_discord_cannot_name() -> None:
    many = [Voice(f"v{number}", "V") for number in range(40)]
    offered = fit_for_menu([Voice("v3", "V"), Voice("n" * 101, "Long"), Voice("", "None"), *many])
    assert len(offered) == MAX_OPTIONS
    assert [voice.name for voice in offered[:3]] == ["v3", "v0", "v1"]
    assert len({voice.name for voice in offered}) == MAX_OPTIONS


@UNHURRIED
@given(HOSTILE, HOSTILE, HOSTILE.filter(bool), st.integers(1, 3))
async def test_hostile_text_stays_in_its_place(text: str, label: str, style: str, count: int) -> None:
    voices = [Voice(f"v{number}", label, style=style, language=label) for number in range(count)]
    card = build_voice_menu(make_job(text), voices)
    assert formatting_in(str(card.embed.description).removeprefix("> ")) == []
    (menu,) = card.view.children
    assert isinstance(menu, discord.ui.Select)
    for option in menu.options:
        assert 0 < len(option.label) <= OPTION_LIMIT
        assert option.description is None or 0 < len(option.description) <= OPTION_LIMIT
