"""The card of every state, and that nothing a member or the service writes gets out of its place in it."""

import re
from datetime import timedelta

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import FailureReason, Forecast, Job, JobState, SpeechRequest
from bot.replies.cards import Card
from bot.replies.job_cards import alt_text, build_card, build_done_card, file_name
from bot.replies.requests import spoken_text
from tests.replies.conftest import ASKER, HOSTILE, NOW, UNHURRIED, formatting_in, make_job, read

# Source: Discord's documentation, "Embed Limits" and "Create Message", read 2026-11.
DESCRIPTION_LIMIT, FOOTER_LIMIT, EMBED_LIMIT = 4096, 2048, 6000
ALT_TEXT_LIMIT = 1024
CUSTOM_ID_LIMIT = 100
RESULT_LABELS = ["Another voice", "Again", "As voice message", "Transcribe", "Delete"]


def buttons_of(card: Card) -> list[tuple[str | None, str | None]]:
    """Labels and custom ids."""
    found = [item for item in card.view.children if isinstance(item, discord.ui.Button)]
    assert len(found) == len(card.view.children)
    return [(button.label, button.custom_id) for button in found]


@pytest.mark.parametrize(
    ("state", "footer", "labels"),
    [
        (JobState.QUEUED, "⏳ In line", ["Cancel"]),
        (JobState.SUBMITTING, "🎛️ Working…", ["Cancel"]),
        (JobState.RUNNING, "🎛️ Working…", ["Cancel"]),
        (JobState.READY, "🎛️ Working…", ["Cancel"]),
        (JobState.DELIVERING, "📬 Posting…", []),
        (JobState.DONE, "✅ Done", RESULT_LABELS),
        (JobState.CANCELLED, "🚫 Cancelled", []),
        (JobState.FAILED, "id ababab", ["Retry"]),
        (JobState.EXPIRED, "id ababab", ["Retry"]),
    ],
)
async def test_each_state_has_its_card(state: JobState, footer: str, labels: list[str]) -> None:
    card = build_card(make_job(state=state, failure=FailureReason.TOO_LATE))
    assert card.embed.footer.text == footer
    assert [label for label, _ in buttons_of(card)] == labels
    assert card.embed.description is not None
    assert card.embed.description.startswith(f"**Harper** for <@{ASKER}>\n> Hello there")


async def test_all_states_are_covered_by_a_colour_of_their_own_kind() -> None:
    colours = {state: build_card(make_job(state=state)).embed.colour for state in JobState}
    assert colours[JobState.FAILED] == colours[JobState.EXPIRED] != colours[JobState.DONE]
    assert None not in colours.values()


async def test_buttons_say_everything_in_their_ids_and_are_not_kept() -> None:
    card = build_card(make_job())
    assert buttons_of(card) == [("Cancel", f"job:cancel:{'ab' * 16}")]
    assert card.view.is_finished()


@pytest.mark.parametrize(
    ("place", "ordinal"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (111, "111th"), (1002, "1002nd")],
)  # fmt: skip
async def test_the_place_in_line(place: int, ordinal: str) -> None:
    footer = build_card(make_job(), Forecast(40.0, place)).embed.footer.text
    assert footer == f"⏳ In line: {ordinal} · starts in about 40 s"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "5 s"), (2.4, "5 s"), (12.6, "15 s"), (49.9, "50 s"), (50, "1 min"), (100, "2 min"), (2999, "50 min"),
     (3000, "1 h"), (7000, "2 h")],
)  # fmt: skip
async def test_an_estimate_is_rounded(seconds: float, told: str) -> None:
    working = build_card(make_job(state=JobState.RUNNING), Forecast(seconds))
    assert working.embed.footer.text == f"🎛️ Working… · usually about {told}"


async def test_a_forecast_without_a_place_says_only_that_it_waits() -> None:
    assert build_card(make_job(), Forecast(40.0)).embed.footer.text == "⏳ In line"


@pytest.mark.parametrize("reason", [FailureReason.REJECTED, FailureReason.UNAUTHORIZED])
async def test_what_would_fail_again_cannot_be_retried(reason: FailureReason) -> None:
    assert buttons_of(build_card(make_job(state=JobState.FAILED, failure=reason))) == []


async def test_a_result_that_could_not_be_posted_can_be_sent_again_and_not_paid_for_again() -> None:
    card = build_card(make_job(state=JobState.FAILED, failure=FailureReason.UNDELIVERABLE))
    assert buttons_of(card) == [("Send again", f"job:send:{'ab' * 16}")]
    assert "press Send again. That costs nothing." in str(card.embed.description)


async def test_a_result_that_is_gone_can_be_made_anew() -> None:
    card = build_card(make_job(state=JobState.FAILED, failure=FailureReason.RESULT_GONE))
    assert [label for label, _ in buttons_of(card)] == ["Retry"]


async def test_a_failure_says_why_and_quotes_the_service() -> None:
    job = make_job(state=JobState.FAILED, failure=FailureReason.TASK_FAILED, failure_detail="**too** loud")
    assert r"⚠️ The audio service could not make this: “\*\*too\*\* loud”." in str(build_card(job).embed.description)


async def test_a_failure_without_a_reason_is_told_too() -> None:
    assert "⚠️ This did not work." in str(build_card(make_job(state=JobState.FAILED)).embed.description)


@pytest.mark.parametrize(
    ("length_s", "took_s", "footer"),
    [
        (0.04, 0.0, "✅ 0.0 s of audio · made in 0.0 s"),
        (2.34, 1.26, "✅ 2.3 s of audio · made in 1.3 s"),
        (59.4, 3.0, "✅ 59.4 s of audio · made in 3.0 s"),
        (59.6, 3.0, "✅ 1:00 min of audio · made in 3.0 s"),
        (3725, 90.0, "✅ 62:05 min of audio · made in 90.0 s"),
        (1.0, -5.0, "✅ 1.0 s of audio · made in 0.0 s"),
    ],
)
async def test_a_finished_card_says_how_long(job: Job, length_s: float, took_s: float, footer: str) -> None:
    card = build_done_card(job, length_s, NOW + timedelta(seconds=took_s))
    assert card.embed.footer.text == footer
    assert [label for label, _ in buttons_of(card)] == RESULT_LABELS


async def test_what_the_member_was_told_about_a_tag_does_not_stand_on_the_card_again() -> None:
    notes = ("The tag [happy] has no text of its own and changes nothing there.", "The voice is a likeness.")
    card = build_done_card(make_job("[happy] [sad] Hi.", notes=notes), 1.0, NOW)
    assert str(card.embed.description).split("\n")[2:] == ["📝 The voice is a likeness."]


@UNHURRIED
@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from(sorted(JobState)), st.sampled_from(sorted(FailureReason)))
async def test_hostile_text_stays_in_its_place(
    text: str, label: str, detail: str, state: JobState, failure: FailureReason
) -> None:
    job = make_job(text, label=label, state=state, failure=failure, failure_detail=detail)
    card = build_card(job)
    description = card.embed.description or ""
    assert len(description) <= DESCRIPTION_LIMIT
    assert len(card.embed) <= EMBED_LIMIT
    assert len(card.embed.footer.text or "") <= FOOTER_LIMIT
    assert all(len(custom_id or "") <= CUSTOM_ID_LIMIT for _, custom_id in buttons_of(card))
    head, quote, *rest = description.split("\n")
    assert head.startswith("**")
    assert head.endswith(f"** for <@{ASKER}>")
    assert quote.startswith("> ")
    assert formatting_in(head.removeprefix("**").removesuffix(f"** for <@{ASKER}>")) == []
    assert formatting_in(quote.removeprefix("> ")) == []
    is_failure = state in {JobState.FAILED, JobState.EXPIRED}
    assert [line[:2] for line in rest] == (["", "⚠️"] if is_failure else [])
    assert formatting_in("\n".join(rest)) == []


async def test_a_text_over_the_quotes_length_is_shortened() -> None:
    description = str(build_card(make_job("*" * 5000, label="|" * 5000)).embed.description)
    assert len(description) < 1000
    assert read(description).endswith("*…")


@UNHURRIED
@given(HOSTILE, HOSTILE)
def test_alt_text_and_file_names_fit_and_are_harmless(text: str, label: str) -> None:
    job = make_job(text, label=label)
    described = alt_text(job)
    assert len(described) <= ALT_TEXT_LIMIT
    assert len(described.splitlines()) == 1
    described.encode()
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.ogg", file_name(job, "ogg"))
    assert len(file_name(job, "ogg")) <= 50


def test_alt_text_leaves_the_tags_out_and_keeps_the_words() -> None:
    assert alt_text(make_job("[happy] Hi!  [whispering]\nCan you hear me?")) == "Harper says: Hi! Can you hear me?"
    cut = alt_text(make_job("word " * 1000))
    assert ALT_TEXT_LIMIT - 1 <= len(cut) <= ALT_TEXT_LIMIT
    assert not cut.endswith(" …"), "no gap before the dots"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[happy] Dinner is ready, everyone!", "dinner-is-ready-everyone.mp3"),
        ("../../etc/passwd", "etc-passwd.mp3"),
        ("你好", "speech.mp3"),
        ("", "speech.mp3"),
        ("a" * 41, "speech.mp3"),
        ("one two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight.mp3"),
    ],
)
def test_examples_of_file_names(text: str, name: str) -> None:
    assert file_name(make_job(text), "mp3") == name


def test_text_that_is_nothing_but_tags_says_nothing() -> None:
    assert spoken_text(SpeechRequest("[happy][sad]", "v", "V")) == ""
