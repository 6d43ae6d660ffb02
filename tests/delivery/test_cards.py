"""The card always ends in the right state, in order, and nothing is kept in memory for it."""

import asyncio
import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery import card_editor
from bot.delivery.card_editor import CardEditor
from bot.delivery.history import History
from bot.delivery.messages import Messages
from bot.errors import DiscordUnavailable
from bot.models import FailureReason, Forecast, Job, JobState, ResultForm
from bot.sandbox import starting_world as places
from tests.delivery.conftest import Stage, later, text_of

TOKEN_IS_DEAD_S = 15 * 60.0
SHOWN = {
    JobState.QUEUED: "In line",
    JobState.SUBMITTING: "Working",
    JobState.RUNNING: "Working",
    JobState.READY: "Working",
    JobState.DELIVERING: "Posting",
    JobState.DONE: "Done",
    JobState.FAILED: "lost this one",
    JobState.CANCELLED: "Cancelled",
    JobState.EXPIRED: "lost this one",
}


def in_line(place: int) -> Forecast:
    return Forecast(60.0, place)


@pytest.fixture
async def job(stage: Stage) -> Job:
    return await stage.job(state=JobState.QUEUED)


@pytest.mark.parametrize("state", JobState)
async def test_each_state_is_shown(stage: Stage, job: Job, state: JobState) -> None:
    await stage.delivery.show(later(job, 1, state=state, failure=FailureReason.TASK_LOST))
    assert SHOWN[state] in text_of(await stage.card(job))


async def test_the_place_in_line_is_shown(stage: Stage, job: Job) -> None:
    await stage.delivery.show(job, in_line(3))
    await stage.delivery.show(job, in_line(2))
    assert "In line: 2nd" in text_of(await stage.card(job))


async def test_nothing_is_edited_after_the_result_was_posted(stage: Stage, job: Job, result: Path) -> None:
    delivering = later(job, 2, state=JobState.DELIVERING)
    await stage.delivery.deliver(delivering, result, again=False)
    finished = text_of(await stage.card(job))
    edits = len(stage.asked("PATCH", "/messages"))
    await stage.delivery.show(later(job, 1, state=JobState.RUNNING))
    await stage.delivery.show(later(job, 3, state=JobState.FAILED))
    assert len(stage.asked("PATCH", "/messages")) == edits
    assert text_of(await stage.card(job)) == finished


async def test_nothing_is_edited_after_a_final_state(stage: Stage, job: Job) -> None:
    await stage.delivery.show(later(job, 1, state=JobState.CANCELLED))
    await stage.delivery.show(later(job, 2, state=JobState.RUNNING))
    assert "Cancelled" in text_of(await stage.card(job))


async def test_a_delivery_that_failed_leaves_the_card_open_for_saying_so(stage: Stage, job: Job, result: Path) -> None:
    await stage.fault("POST", "/messages$", status=503)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(later(job, 1, state=JobState.DELIVERING), result, again=False)
    failed = later(job, 2, state=JobState.FAILED, failure=FailureReason.UNDELIVERABLE)
    await stage.delivery.show(failed)
    assert "Discord did not take it here" in text_of(await stage.card(job))


async def test_an_older_state_that_comes_late_is_left_out(stage: Stage, job: Job) -> None:
    await stage.delivery.show(later(job, 1, state=JobState.RUNNING))
    await stage.delivery.show(job, in_line(4))
    assert "Working" in text_of(await stage.card(job))


async def test_a_job_that_went_back_in_line_is_shown_so(stage: Stage, job: Job) -> None:
    await stage.delivery.show(later(job, 1, state=JobState.RUNNING))
    await stage.delivery.show(later(job, 2, state=JobState.QUEUED))
    assert "In line" in text_of(await stage.card(job))


async def test_edits_at_the_same_time_end_with_the_newest(stage: Stage, job: Job) -> None:
    await asyncio.gather(
        stage.delivery.show(job, in_line(1)),
        stage.delivery.show(later(job, 2, state=JobState.FAILED, failure=FailureReason.TASK_LOST)),
        stage.delivery.show(later(job, 1, state=JobState.RUNNING)),
    )
    assert "lost this one" in text_of(await stage.card(job))


async def test_a_last_edit_is_made_even_when_the_clock_was_set_back(stage: Stage, job: Job) -> None:
    await stage.delivery.show(later(job, 60, state=JobState.RUNNING))
    await stage.delivery.show(later(job, 5, state=JobState.CANCELLED))
    assert "Cancelled" in text_of(await stage.card(job))


async def test_a_last_edit_waits_until_discord_is_back(stage: Stage, job: Job) -> None:
    await stage.fault("PATCH", "/webhooks/", drop=True, times=3)
    await stage.delivery.show(later(job, 1, state=JobState.CANCELLED))
    assert "Cancelled" in text_of(await stage.card(job))
    assert stage.pauses == [1.0, 4.0, 15.0]


async def test_progress_is_not_worth_waiting_for(stage: Stage, job: Job) -> None:
    await stage.fault("PATCH", "/webhooks/", drop=True)
    await stage.delivery.show(later(job, 1, state=JobState.RUNNING))
    assert "In line" in text_of(await stage.card(job))
    assert stage.pauses == []


async def test_a_last_edit_is_still_made_when_discord_was_away_for_long(stage: Stage, job: Job) -> None:
    await stage.fault("PATCH", "/webhooks/", drop=True, times=30)
    await stage.delivery.show(later(job, 1, state=JobState.FAILED, failure=FailureReason.TASK_LOST))
    assert "lost this one" in text_of(await stage.card(job))
    assert stage.pauses == [1.0, 4.0, 15.0] + [60.0] * 27


async def test_a_last_edit_waits_as_long_as_discord_asks(stage: Stage, job: Job) -> None:
    await stage.page.order("rate_limited", "edit_answer", retry_after_s=100.0)
    await stage.delivery.show(later(job, 1, state=JobState.CANCELLED))
    assert "Cancelled" in text_of(await stage.card(job))
    assert stage.pauses == [100.0]


async def test_a_failure_takes_the_first_parts_of_a_result_off_its_card(stage: Stage, job: Job, result: Path) -> None:
    delivering = later(job, 1, state=JobState.DELIVERING, form=ResultForm.FILE)
    await stage.delivery.deliver(delivering, result, again=False)
    await stage.restarted().show(later(job, 2, state=JobState.FAILED, failure=FailureReason.UNDELIVERABLE))
    assert (await stage.card(job))["attachments"] == []


async def test_a_result_that_is_sent_again_has_its_own_last_edit(stage: Stage, job: Job, result: Path) -> None:
    await stage.delivery.show(later(job, 1, state=JobState.FAILED, failure=FailureReason.UNDELIVERABLE))
    again = later(job, 2, state=JobState.READY, deliveries=1)
    await stage.delivery.show(again)
    assert "Working" in text_of(await stage.card(job))
    await stage.delivery.deliver(later(again, 3, state=JobState.DELIVERING), result, again=False)
    assert "of audio" in text_of(await stage.card(job))


@pytest.mark.parametrize("fault", [{"status": 400, "code": 50035}, {"status": 403, "code": 50013}])
async def test_what_discord_refuses_is_not_worth_a_job(stage: Stage, job: Job, fault: dict[str, object]) -> None:
    await stage.fault("PATCH", "/webhooks/", **fault)
    await stage.delivery.show(later(job, 1, state=JobState.CANCELLED))
    assert "In line" in text_of(await stage.card(job))


async def test_a_job_without_a_card_is_not_shown(stage: Stage, job: Job) -> None:
    await stage.delivery.show(dataclasses.replace(job, card_message_id=None))
    assert stage.asked("PATCH", "") == []


async def test_a_job_that_was_retried_leaves_its_card_to_the_new_one(stage: Stage, job: Job) -> None:
    retried = dataclasses.replace(
        later(job, 2, state=JobState.RUNNING), id="f" * 32, created_at=later(job, 2).updated_at
    )
    await stage.delivery.show(retried)
    await stage.delivery.show(later(job, 1, state=JobState.FAILED, failure=FailureReason.TASK_LOST))
    assert "Working" in text_of(await stage.card(job))


async def test_the_card_of_an_answered_command_is_found(stage: Stage, job: Job) -> None:
    assert await stage.delivery.find_card(job) == job.card_message_id


async def test_a_command_that_was_never_answered_has_no_card(stage: Stage, job: Job) -> None:
    unanswered = dataclasses.replace(job.place, interaction_token="never-answered")
    assert await stage.delivery.find_card(dataclasses.replace(job, place=unanswered)) is None


async def test_once_the_token_is_dead_no_card_can_be_found(stage: Stage, job: Job) -> None:
    stage.clock.ahead_s += TOKEN_IS_DEAD_S
    assert await stage.delivery.find_card(job) is None
    assert stage.asked("GET", "/webhooks/") == []


async def test_without_a_token_the_card_is_looked_for_in_the_channel(stage: Stage, job: Job) -> None:
    other = await stage.job(state=JobState.QUEUED)
    ended = stage.clock.now() - timedelta(hours=1)
    for one in (job, other):
        note = dataclasses.replace(one.place, interaction_token="", token_expires_at=ended)
        lost = dataclasses.replace(one, place=note, card_message_id=None)
        assert await stage.delivery.find_card(lost) == one.card_message_id
    assert stage.asked("GET", "/webhooks/") == []


async def test_without_a_token_a_card_that_was_never_posted_is_not_found(stage: Stage, job: Job) -> None:
    note = dataclasses.replace(job.place, interaction_token="")
    assert await stage.delivery.find_card(dataclasses.replace(job, id="f" * 32, place=note)) is None
    deleted = dataclasses.replace(note, channel_id=1)
    assert await stage.delivery.find_card(dataclasses.replace(job, place=deleted, card_message_id=None)) is None


async def test_while_discord_is_away_nobody_knows_whether_there_is_a_card(stage: Stage, job: Job) -> None:
    await stage.fault("GET", "/webhooks/", status=503)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.find_card(job)


async def test_buttons_cost_no_memory(stage: Stage, job: Job) -> None:
    store = stage.bot._connection._view_store  # pyright: ignore[reportPrivateUsage] - nothing public tells what discord.py keeps
    for place in range(1, 4):
        await stage.delivery.show(job, in_line(place))
    await stage.delivery.show(later(job, 1, state=JobState.FAILED, failure=FailureReason.TASK_LOST))
    assert store._views == {}  # pyright: ignore[reportPrivateUsage] - same
    assert store._synced_message_views == {}  # pyright: ignore[reportPrivateUsage] - same


async def test_what_is_remembered_of_jobs_is_bounded(stage: Stage, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_editor, "REMEMBERED_JOBS", 3)

    async def sleep(_: float) -> None:
        """No time passes."""

    editor = CardEditor(Messages(stage.bot), History(stage.bot), now=stage.clock.now, sleep=sleep)
    for number in range(5):
        one = dataclasses.replace(job, id=f"{number:032x}")
        for last in (False, True):
            async with editor.turn(one, last=last) as is_open:
                assert is_open
        async with editor.turn(one, last=False) as is_open:
            assert not is_open
    kept = (editor._lines, editor._closed)  # pyright: ignore[reportPrivateUsage] - what is kept is the point
    assert [len(one) for one in kept] == [3, 3]


async def test_an_edit_goes_to_the_bots_own_message_once_the_token_is_dead(stage: Stage, job: Job) -> None:
    stage.clock.ahead_s += TOKEN_IS_DEAD_S
    await stage.delivery.show(later(job, TOKEN_IS_DEAD_S, state=JobState.CANCELLED))
    assert "Cancelled" in text_of(await stage.card(job))
    (edit,) = stage.asked("PATCH", f"/channels/{places.GENERAL}/messages")
    assert edit["json"]["allowed_mentions"]["parse"] == []
