"""The list of jobs and the card of one opened from it: what they show, where their buttons lead, and that they fit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import FailureReason, Forecast, Job, JobState
from bot.replies.cards import Card
from bot.replies.job_list import ListPlace, Whose, build_details, build_list, message_url, open_id, page_id
from tests.replies.conftest import ASKER, HOSTILE, NOW, UNHURRIED, formatting_in, make_job

MINE = ListPlace(Whose.MINE)
# Source: Discord's documentation, "Embed Limits", "Component Reference", read 2026-11.
DESCRIPTION_LIMIT, CUSTOM_ID_LIMIT, OPTION_LIMIT, FIELD_LIMIT = 4096, 100, 100, 1024


def labels_of(card: Card) -> list[str | None]:
    return [item.label for item in card.view.children if isinstance(item, discord.ui.Button)]


def menu_of(card: Card) -> discord.ui.Select[discord.ui.View]:
    (menu,) = [item for item in card.view.children if isinstance(item, discord.ui.Select)]
    return menu


def state_in(card: Card) -> str | None:
    return card.embed.fields[0].value


@given(st.sampled_from(Whose), st.none() | st.datetimes(datetime(2015, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_place_in_the_list_is_read_from_the_id_it_was_written_into(whose: Whose, before: datetime | None) -> None:
    place = ListPlace(whose, before.replace(tzinfo=UTC) if before else None)
    for custom_id in (page_id(place), open_id(place)):
        assert len(custom_id) <= CUSTOM_ID_LIMIT
        assert ListPlace.read(*custom_id.split(":")[2:]) == place


def test_a_time_beyond_all_calendars_shows_the_newest() -> None:
    assert ListPlace.read("mine", "9" * 18) == MINE


async def test_the_list_shows_each_job_in_a_line() -> None:
    jobs = [make_job(), make_job("**Bye**", state=JobState.DONE)]
    card = build_list(MINE, jobs, has_more=False)
    assert card.embed.description == (
        "⏳ in line · **Harper**: Hello there · <t:1795348800:R>\n"
        "✅ done · **Harper**: \\*\\*Bye\\*\\* · <t:1795348800:R>"
    )
    assert labels_of(card) == ["Refresh"]
    assert card.view.is_finished()


async def test_everyones_list_says_who_asked() -> None:
    card = build_list(ListPlace(Whose.EVERYONES), [make_job()], has_more=False)
    assert str(card.embed.description).endswith(f" · <@{ASKER}>")


async def test_older_and_newer_pages_are_reached() -> None:
    last = replace(make_job(), created_at=NOW - timedelta(hours=1))
    card = build_list(ListPlace(Whose.MINE, NOW), [make_job(), last], has_more=True)
    assert labels_of(card) == ["Refresh", "Newest", "Older"]
    ids = [item.custom_id for item in card.view.children if isinstance(item, discord.ui.Button)]
    assert ids[1:] == [page_id(MINE), page_id(ListPlace(Whose.MINE, last.created_at))]
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (MINE, "Nothing was asked for here yet. Try /tts."),
        (ListPlace(Whose.EVERYONES), "Nobody asked for anything yet."),
        (ListPlace(Whose.MINE, NOW), "There is nothing older."),
    ],
)
async def test_an_empty_list_says_so_and_has_no_menu(place: ListPlace, text: str) -> None:
    card = build_list(place, [], has_more=False)
    assert card.embed.description == text
    assert not [item for item in card.view.children if isinstance(item, discord.ui.Select)]


@UNHURRIED
@given(st.lists(st.tuples(HOSTILE, HOSTILE, st.sampled_from(sorted(JobState))), min_size=1, max_size=10))
async def test_a_list_of_hostile_texts_fits_and_stays_in_its_lines(given: list[tuple[str, str, JobState]]) -> None:
    jobs = [make_job(text, label=label, state=state) for text, label, state in given]
    card = build_list(ListPlace(Whose.EVERYONES), jobs, has_more=True)
    lines = str(card.embed.description).split("\n")
    assert len(lines) == len(jobs)
    assert len(str(card.embed.description)) <= DESCRIPTION_LIMIT
    for line in lines:
        told = line.split(" · ", 1)[1].rsplit(" · <t:", 1)[0].replace("**: ", "", 1).removeprefix("**")
        assert formatting_in(told) == []
    for option in menu_of(card).options:
        assert 1 <= len(option.label) <= OPTION_LIMIT
        assert len(option.description or "") <= OPTION_LIMIT


@pytest.mark.parametrize(
    ("job", "labels", "state"),
    [
        (make_job(), ["Cancel"], "⏳ in line"),
        (make_job(state=JobState.RUNNING), ["Cancel"], "🎛️ working"),
        (make_job(state=JobState.DELIVERING), [], "📬 being posted"),
        (make_job(state=JobState.DONE), ["Send again"], "✅ done"),
        (make_job(state=JobState.CANCELLED), ["Retry"], "🚫 cancelled"),
        (make_job(state=JobState.FAILED, failure=FailureReason.SERVICE_DOWN), ["Retry"], "⚠️ failed"),
        (make_job(state=JobState.FAILED, failure=FailureReason.REJECTED), [], "⚠️ failed"),
        (
            make_job(state=JobState.FAILED, failure=FailureReason.UNDELIVERABLE),
            ["Send again"],
            "📦 made, but not posted",
        ),
        (make_job(state=JobState.EXPIRED, failure=FailureReason.TOO_LATE), ["Retry"], "⚠️ given up"),
    ],
)
async def test_an_opened_job_offers_what_can_be_done_with_it(job: Job, labels: list[str], state: str) -> None:
    card = build_details(job, MINE, is_asker=True)
    assert labels_of(card) == [*labels, "Back to the list"]
    assert state_in(card) == state


async def test_only_the_asker_is_offered_a_retry() -> None:
    failed = make_job(state=JobState.FAILED, failure=FailureReason.SERVICE_DOWN)
    assert labels_of(build_details(failed, MINE, is_asker=False)) == ["Back to the list"]


async def test_an_opened_job_says_where_when_and_what_it_cost() -> None:
    card = build_details(make_job(cost=1, was_refunded=True), MINE, is_asker=True, forecast=Forecast(40.0, 3))
    assert [field.value for field in card.embed.fields[1:]] == ["<t:1795348800:R> in <#5>", "1 unit, given back"]
    assert card.embed.footer.text == "⏳ In line: 3rd · starts in about 40 s"
    over = build_details(make_job(state=JobState.DONE, cost=1200), MINE, is_asker=True)
    assert over.embed.footer.text == "✅ Done · id ababab"
    assert over.embed.fields[2].value == "1,200 units"
    failed = build_details(make_job(state=JobState.FAILED, failure=FailureReason.BUG), MINE, is_asker=True)
    assert failed.embed.footer.text == "id ababab"


async def test_back_leads_to_where_the_job_was_opened() -> None:
    place = ListPlace(Whose.EVERYONES, NOW)
    back = build_details(make_job(), place, is_asker=True).view.children[-1]
    assert isinstance(back, discord.ui.Button)
    assert back.custom_id == page_id(place)


def test_the_link_leads_to_the_result_or_else_to_the_card() -> None:
    job = make_job(card_message_id=77)
    assert message_url(make_job(), is_asker=True) is None
    assert message_url(job, is_asker=True) == "https://discord.com/channels/6/5/77"
    posted = replace(job, result_channel_id=5, result_message_id=99)
    assert message_url(posted, is_asker=False) == "https://discord.com/channels/6/5/99"
    direct = replace(job, place=replace(job.place, guild_id=None))
    assert message_url(direct, is_asker=True) == "https://discord.com/channels/@me/5/77"


def test_a_result_in_the_askers_direct_messages_is_linked_for_the_asker_alone() -> None:
    sent = make_job(card_message_id=77, result_channel_id=8, result_message_id=99)
    assert message_url(sent, is_asker=True) == "https://discord.com/channels/@me/8/99"
    assert message_url(sent, is_asker=False) == "https://discord.com/channels/6/5/77"


def test_where_the_bot_is_not_a_member_nothing_is_linked_but_direct_messages() -> None:
    job = make_job(card_message_id=77)
    brought = replace(job, place=replace(job.place, guild_id=None, has_bot=False))
    assert message_url(brought, is_asker=True) is None
    sent = replace(brought, result_channel_id=8, result_message_id=99)
    assert message_url(sent, is_asker=True) == "https://discord.com/channels/@me/8/99"


async def test_an_opened_job_has_the_link() -> None:
    card = build_details(make_job(card_message_id=77), MINE, is_asker=True)
    urls = [item.url for item in card.view.children if isinstance(item, discord.ui.Button) and item.url]
    assert urls == ["https://discord.com/channels/6/5/77"]


@UNHURRIED
@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from(sorted(JobState)), st.sampled_from(sorted(FailureReason)))
async def test_an_opened_job_fits(text: str, label: str, detail: str, state: JobState, failure: FailureReason) -> None:
    job = make_job(text, label=label, state=state, failure=failure, failure_detail=detail, cost=10**9)
    card = build_details(job, MINE, is_asker=True)
    assert len(card.embed) <= 6000
    assert all(len(field.value or "") <= FIELD_LIMIT for field in card.embed.fields)
    assert len(card.view.children) <= 25
