"""The buttons of a job: who may press them, what they do, and that they outlive the process."""

import asyncio
import re
from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot.models import FailureReason, Job, JobState
from bot.replies.job_cards import CANCEL, RETRY, SEND
from cogs.job_buttons import JobButton
from cogs.jobs import Jobs
from tests.cogs.conftest import Studio, footer_of, labels_of, text_of

NOT_YOURS = "Only the one who asked for this, or a moderator, can do that. Ask one of them."
ONLY_ASKER = "Only the one who asked for this can do that. Send the command yourself to have one of your own."


async def asked(studio: Studio) -> tuple[Any, Job]:
    """A card and its job, in line."""
    result = await studio.tts(studio.robin)
    (job,) = await studio.jobs()
    return result.response.message, job


async def failed(studio: Studio, reason: FailureReason = FailureReason.SERVICE_DOWN) -> tuple[Any, Job]:
    """A card and its job, which failed."""
    message, job = await asked(studio)
    ended = await studio.store.finish_without_result(job, JobState.FAILED, studio.env.now(), failure=reason)
    assert ended is not None
    await studio.bot.services.delivery.show(ended)
    return message, ended


async def state_of(studio: Studio, job: Job) -> JobState:
    found = await studio.store.get(job.id)
    assert found is not None
    return found.state


@pytest.mark.parametrize("is_slow", [False, True])
@pytest.mark.parametrize("who", ["robin", "moderator", "manager"])
async def test_the_asker_moderators_and_managers_may_cancel(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, who: str, *, is_slow: bool
) -> None:
    message, job = await asked(studio)
    if is_slow:
        studio.slow_down(monkeypatch)
    await getattr(studio, who).click(message, label="Cancel")
    assert await state_of(studio, job) is JobState.CANCELLED
    assert footer_of(studio.seen_by_all()) == "🚫 Cancelled"
    assert labels_of(studio.seen_by_all()) == []
    assert studio.env.errors == []


async def test_others_may_not_cancel(studio: Studio) -> None:
    message, job = await asked(studio)
    result = await studio.sam.click(message, label="Cancel")
    assert result.ephemeral
    assert result.response.content == NOT_YOURS
    assert await state_of(studio, job) is JobState.QUEUED
    assert labels_of(studio.seen_by_all()) == ["Cancel"]


async def test_in_direct_messages_the_asker_may_cancel(studio: Studio) -> None:
    result = await studio.env_dm(studio.robin)
    (job,) = await studio.jobs()
    await studio.user_of(studio.robin).click(result.response.message, label="Cancel")
    assert await state_of(studio, job) is JobState.CANCELLED


async def test_what_is_over_cannot_be_cancelled(studio: Studio) -> None:
    message, job = await asked(studio)
    await studio.store.finish_without_result(job, JobState.FAILED, studio.env.now())
    result = await studio.robin.click(message, label="Cancel")
    assert result.ephemeral
    assert "too late to cancel" in result.response.content


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060), (503, 0)])
async def test_the_card_shows_the_cancelling_even_when_discord_does_not_take_the_answer(
    studio: Studio, status: int, code: int
) -> None:
    message, job = await asked(studio)
    studio.env.inject_error("POST", "/interactions/*/callback", status=status, code=code, times=None)
    await studio.robin.click(message, label="Cancel")
    assert await state_of(studio, job) is JobState.CANCELLED
    assert footer_of(studio.seen_by_all()) == "🚫 Cancelled"


@pytest.mark.parametrize("is_slow", [False, True])
async def test_a_retry_asks_for_the_same_again_on_the_same_card(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, *, is_slow: bool
) -> None:
    message, first = await failed(studio)
    assert labels_of(studio.seen_by_all()) == ["Retry"]
    if is_slow:
        studio.slow_down(monkeypatch)
    await studio.robin.click(message, label="Retry")
    (second,) = await studio.jobs()
    assert second.id != first.id
    assert (second.request, second.form) == (first.request, first.form)
    assert second.card_message_id == first.card_message_id == studio.seen_by_all().id
    assert footer_of(studio.seen_by_all()) == "⏳ In line"
    assert labels_of(studio.seen_by_all()) == ["Cancel"]
    assert studio.env.errors == []


async def test_others_and_moderators_may_not_retry_what_they_did_not_ask_for(studio: Studio) -> None:
    message, _ = await failed(studio)
    for member in (studio.sam, studio.moderator):
        result = await member.click(message, label="Retry")
        assert result.ephemeral
        assert result.response.content == ONLY_ASKER
    assert await studio.jobs() == []


async def test_a_job_is_retried_once(studio: Studio) -> None:
    message, first = await failed(studio)
    await studio.robin.click(message, label="Retry")
    # Somebody's screen may still show the button.
    stale = await studio.post_button(studio.channel, f"job:{RETRY}:{first.id}")
    result = await studio.robin.click(stale, label="Press")
    assert result.ephemeral
    assert "already tried again" in result.response.content
    assert len(await studio.jobs()) == 1


async def test_without_permission_to_post_nothing_is_paid_for_again(studio: Studio) -> None:
    _, job = await failed(studio)
    channel = studio.limited_channel("attach_files", "send_voice_messages")
    result = await studio.robin.click(await studio.post_button(channel, f"job:{RETRY}:{job.id}"), label="Press")
    assert result.ephemeral
    assert "**Attach Files**" in result.response.content
    assert await studio.jobs() == []


async def test_a_retry_whose_card_cannot_be_shown_is_dropped_and_can_be_pressed_again(studio: Studio) -> None:
    message, _ = await failed(studio)
    studio.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await studio.robin.click(message, label="Retry")
    assert await studio.jobs() == []
    await studio.robin.click(message, label="Retry")
    assert len(await studio.jobs()) == 1


async def undelivered(studio: Studio) -> tuple[Any, Job]:
    """A card and its job, whose result was made but could not be posted."""
    return await failed(studio, FailureReason.UNDELIVERABLE)


async def refresh(studio: Studio, job: Job) -> Job:
    found = await studio.store.get(job.id)
    assert found is not None
    return found


@pytest.mark.parametrize("is_slow", [False, True])
@pytest.mark.parametrize("who", ["robin", "moderator", "manager"])
async def test_what_was_not_posted_is_sent_again_under_a_new_card(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, who: str, *, is_slow: bool
) -> None:
    message, job = await undelivered(studio)
    assert labels_of(studio.seen_by_all()) == ["Send again"]
    if is_slow:
        studio.slow_down(monkeypatch)
    result = await getattr(studio, who).click(message, label="Send again")
    again = await refresh(studio, job)
    assert (again.state, again.deliveries, again.cost) == (JobState.READY, 1, job.cost)
    assert again.place.user_id == studio.robin.id, "it stays its asker's"
    old, new = studio.channel.history(viewer=studio.bystander)
    assert old.id == job.card_message_id
    assert (new.id, again.card_message_id) == (result.response.id, new.id)
    assert footer_of(new) == "📬 Posting…"
    assert labels_of(new) == []
    assert studio.env.errors == []


async def test_others_may_not_have_it_sent_again(studio: Studio) -> None:
    message, job = await undelivered(studio)
    result = await studio.sam.click(message, label="Send again")
    assert result.ephemeral
    assert result.response.content == NOT_YOURS
    assert (await refresh(studio, job)).state is JobState.FAILED
    assert len(studio.channel.history(viewer=studio.bystander)) == 1


async def test_what_is_being_sent_is_not_sent_twice_at_once(studio: Studio) -> None:
    message, job = await undelivered(studio)
    await studio.robin.click(message, label="Send again")
    result = await studio.robin.click(message, label="Send again")
    assert result.ephemeral
    assert "is being sent already" in result.response.content
    assert (await refresh(studio, job)).deliveries == 1


async def test_the_new_card_goes_away_again_where_somebody_else_was_faster(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, _ = await undelivered(studio)

    async def too_late(*_: object, **__: object) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(studio.store, "send_again", too_late)
    await studio.robin.click(message, label="Send again")
    assert len(studio.channel.history(viewer=studio.bystander)) == 1, "no card promises what does not come"
    (told,) = [one for one in studio.channel.history(viewer=studio.robin) if one.content]
    assert "is being sent already" in told.content


async def test_nothing_is_sent_again_where_it_could_not_be_posted(studio: Studio) -> None:
    _, job = await undelivered(studio)
    channel = studio.limited_channel("attach_files", "send_voice_messages")
    result = await studio.robin.click(await studio.post_button(channel, f"job:{SEND}:{job.id}"), label="Press")
    assert result.ephemeral
    assert "**Attach Files**" in result.response.content
    assert (await refresh(studio, job)).state is JobState.FAILED


@pytest.mark.parametrize("action", [CANCEL, RETRY, SEND])
async def test_nothing_of_a_job_can_be_done_from_another_server_by_its_managers(studio: Studio, action: str) -> None:
    _, job = await (asked(studio) if action == CANCEL else undelivered(studio) if action == SEND else failed(studio))
    there = studio.elsewhere
    result = await there.manager.click(await studio.post_button(there.channel, f"job:{action}:{job.id}"), label="Press")
    assert result.ephemeral
    assert result.response.content == (ONLY_ASKER if action == RETRY else NOT_YOURS)
    assert (await refresh(studio, job)).state is job.state


async def test_what_was_made_in_one_server_is_not_sent_into_another_even_by_its_asker(studio: Studio) -> None:
    _, job = await undelivered(studio)
    there = studio.elsewhere
    result = await there.robin.click(await studio.post_button(there.channel, f"job:{SEND}:{job.id}"), label="Press")
    assert result.response.content == "This was made somewhere else. Ask for it there."
    assert (await refresh(studio, job)).state is JobState.FAILED


async def test_a_button_of_an_unknown_job_is_explained(studio: Studio) -> None:
    message = await studio.post_button(studio.channel, f"job:{CANCEL}:{'0' * 32}")
    result = await studio.robin.click(message, label="Press")
    assert result.ephemeral
    assert result.response.content == "I do not know this job any more. Send the command again to have it made anew."


@pytest.mark.parametrize("custom_id", ["job:cancel:short", "job:explode:" + "0" * 32, "job:cancel:" + "0" * 33])
async def test_other_custom_ids_are_not_ours(custom_id: str) -> None:
    template = re.compile(JobButton.__discord_ui_compiled_template__.pattern)
    assert template.fullmatch(custom_id) is None


async def test_a_custom_id_on_something_else_than_a_button_is_refused() -> None:
    match = JobButton.__discord_ui_compiled_template__.fullmatch(f"job:{CANCEL}:{'0' * 32}")
    assert match is not None
    with pytest.raises(TypeError):
        await JobButton.from_custom_id(Mock(spec=discord.Interaction), discord.ui.Select[Any](), match)


async def test_a_bug_behind_a_button_is_told_with_its_id(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    message, _ = await asked(studio)

    async def broken(_: str) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(studio.store, "get", broken)
    result = await studio.robin.click(message, label="Cancel")
    assert result.ephemeral
    told = re.search(r"the id `([0-9a-f]{6})`", result.response.content)
    assert told is not None
    assert f"id={told[1]}" in caplog.text


async def test_buttons_work_after_a_restart(studio: Studio) -> None:
    message, job = await asked(studio)
    await studio.restart()
    await studio.robin.click(message, label="Cancel")
    assert await state_of(studio, job) is JobState.CANCELLED
    assert "Cancelled" in text_of(studio.seen_by_all()) + str(footer_of(studio.seen_by_all()))


async def test_the_cog_stops_listening_when_it_is_unloaded(studio: Studio) -> None:
    message, job = await asked(studio)
    await studio.bot.unload_extension("cogs.jobs")
    assert not any(isinstance(cog, Jobs) for cog in studio.bot.cogs.values())
    result = await studio.robin.click(message, label="Cancel")
    assert "not offered any more" in result.response.content
    assert await state_of(studio, job) is JobState.QUEUED
