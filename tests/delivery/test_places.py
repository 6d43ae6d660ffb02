"""A result goes to the best place that takes it, once, and its card and its member are told where that is."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.rungs import Rung, note_rung, noted_rung, rungs_for
from bot.errors import ChannelGone, DiscordUnavailable, NotAllowed
from bot.models import FailureReason, Job, JobState, Place, ResultForm, SpeechRequest
from bot.sandbox import starting_world as places
from tests.delivery.conftest import Stage, later, text_of

TOKEN_IS_DEAD_S = 15 * 60.0
A_WHILE_S = 20 * 60.0


@pytest.fixture
async def job(stage: Stage) -> Job:
    return await stage.job(form=ResultForm.FILE)


# In the channel ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds_later", [0.0, A_WHILE_S])
async def test_a_deleted_card_is_replaced_by_one_new_message(
    stage: Stage, job: Job, result: Path, seconds_later: float
) -> None:
    await stage.delete_card(job)
    posted = await stage.delivery.deliver(job, result, again=False)
    stage.clock.ahead_s += seconds_later
    assert await stage.restarted().deliver(job, result, again=True) == posted
    (message,) = await stage.results()
    assert message["id"] == str(posted.message_id)
    assert f"id {job.short_id}" in text_of(message)
    assert message["mentions"] == []


async def test_in_an_archived_thread_a_new_message_comes_and_the_card_says_where(
    stage: Stage, job: Job, result: Path
) -> None:
    stage.clock.ahead_s += TOKEN_IS_DEAD_S
    await stage.page.order("thread_archived", "edit_message")
    posted = await stage.delivery.deliver(job, result, again=False)
    (message,) = await stage.results()
    assert message["id"] == str(posted.message_id)
    link = f"https://discord.com/channels/{places.TAVERN}/{places.GENERAL}/{posted.message_id}"
    assert f"[It is in a message of its own]({link})" in text_of(await stage.card(job))


async def test_the_message_that_opened_a_thread_again_is_not_doubled_by_the_card(
    stage: Stage, job: Job, result: Path
) -> None:
    stage.clock.ahead_s += TOKEN_IS_DEAD_S
    await stage.page.order("thread_archived", "edit_message")
    await stage.page.order("dropped", "post_message", after_acting=True)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, result, again=False)
    stage.clock.ahead_s += A_WHILE_S
    # The card could be edited by now.
    await stage.restarted().deliver(job, result, again=True)
    assert [one["id"] for one in await stage.results()] != [str(job.card_message_id)]
    assert len(await stage.results()) == 1


@pytest.mark.parametrize("after_acting", [True, False])
@pytest.mark.parametrize("fault", ["dropped", "unavailable"])
@pytest.mark.parametrize("seconds_later", [0.0, A_WHILE_S])
async def test_an_answer_that_was_lost_leads_to_one_message(
    stage: Stage, job: Job, result: Path, fault: str, seconds_later: float, *, after_acting: bool
) -> None:
    await stage.delete_card(job)
    await stage.page.order(fault, "post_message", after_acting=after_acting)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, result, again=False)
    assert len(await stage.results()) == after_acting
    stage.clock.ahead_s += seconds_later
    await stage.restarted().deliver(job, result, again=True)
    assert len(await stage.results()) == 1


@pytest.mark.parametrize("on", ["edit_answer", "post_message"])
async def test_a_500_after_discord_acted_leads_to_one_message(stage: Stage, job: Job, result: Path, on: str) -> None:
    if on == "post_message":
        await stage.delete_card(job)
    await stage.page.order("internal_error", on, after_acting=True)
    await stage.delivery.deliver(job, result, again=False)
    assert len(await stage.results()) == 1


async def test_without_the_right_to_embed_the_new_message_is_text(stage: Stage, job: Job, result: Path) -> None:
    await stage.delete_card(job)
    await stage.forbid("embed_links")
    await stage.delivery.deliver(job, result, again=False)
    (message,) = await stage.results()
    assert message["embeds"] == []
    assert message["content"].splitlines()[-1].endswith(f"id {job.short_id}")
    stage.clock.ahead_s += A_WHILE_S
    await stage.restarted().deliver(job, result, again=True)
    assert len(await stage.results()) == 1


async def test_a_new_message_that_a_moderator_deleted_is_not_posted_again(stage: Stage, job: Job, result: Path) -> None:
    await stage.delete_card(job)
    posted = await stage.delivery.deliver(job, result, again=False)
    await stage.happen("delete_message", channel_id=places.GENERAL, message_id=str(posted.message_id))
    await stage.restarted().deliver(job, result, again=True)
    assert await stage.results() == []


async def test_a_member_who_writes_the_mark_of_a_job_does_not_keep_its_result_away(
    stage: Stage, job: Job, result: Path
) -> None:
    await stage.delete_card(job)
    written = await stage.page.post(f"/channels/{places.GENERAL}/messages", {"content": f"✅ · id {job.short_id}"})
    assert written.status == 200
    await stage.restarted().deliver(job, result, again=True)
    assert len(await stage.results()) == 1


async def test_each_round_of_sending_is_a_message_of_its_own(stage: Stage, job: Job, result: Path) -> None:
    await stage.delete_card(job)
    first = await stage.delivery.deliver(job, result, again=False)
    second = await stage.delivery.deliver(dataclasses.replace(job, deliveries=1), result, again=True)
    third = await stage.restarted().deliver(dataclasses.replace(job, deliveries=1), result, again=True)
    assert first != second == third
    assert len(await stage.results()) == 2


# Without permission --------------------------------------------------------------------------------


async def test_without_permission_for_files_a_voice_message_comes(stage: Stage, job: Job, result: Path) -> None:
    await stage.forbid("attach_files")
    await stage.delivery.deliver(job, result, again=False)
    stage.clock.ahead_s += A_WHILE_S
    await stage.restarted().deliver(job, result, again=True)
    (message,) = await stage.results()
    assert [message] == await stage.voice_messages()
    card = await stage.card(job)
    assert "of audio" in text_of(card)
    assert "I may not attach files here, so this comes as a voice message." in text_of(card)
    assert "As file" in str(card["components"])


async def test_a_voice_message_in_place_of_a_file_is_not_doubled_when_files_are_allowed_again(
    stage: Stage, job: Job, result: Path
) -> None:
    await stage.forbid("attach_files")
    await stage.page.order("dropped", "post_message", after_acting=True)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, result, again=False)
    await stage.switch(["attach_files"], allowed=True)
    stage.clock.ahead_s += A_WHILE_S
    await stage.restarted().deliver(job, result, again=True)
    assert len(await stage.results()) == 1


async def test_a_file_in_place_of_a_voice_message_is_not_doubled_when_voice_is_allowed_again(
    stage: Stage, result: Path
) -> None:
    job = await stage.job()
    await stage.forbid("send_voice_messages")
    await stage.page.order("dropped", "edit_answer", after_acting=True)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, result, again=False)
    await stage.switch(["send_voice_messages"], allowed=True)
    await stage.restarted().deliver(job, result, again=True)
    (message,) = await stage.results()
    assert message["id"] == str(job.card_message_id)


async def test_where_no_audio_may_be_posted_the_member_gets_it_and_reads_why(
    stage: Stage, job: Job, result: Path
) -> None:
    await stage.forbid("attach_files")
    await stage.forbid("send_voice_messages")
    posted = await stage.delivery.deliver(job, result, again=False)
    (message,) = await stage.results()
    assert (message["id"], message["channel_id"]) == (str(posted.message_id), str(posted.channel_id))
    assert f"You asked for this in <#{places.GENERAL}>" in text_of(message)
    assert "I may not post audio there without the permission **Attach Files**" in text_of(message)
    assert f"I sent it to <@{places.ROBIN}> as a direct message" in text_of(await stage.card(job))
    labels = [part["label"] for row in (await stage.card(job))["components"] for part in row["components"]]
    assert "Delete" in labels
    assert "Cancel" not in labels


# The member ----------------------------------------------------------------------------------------


async def test_when_the_channel_is_gone_the_member_gets_it(stage: Stage, result: Path) -> None:
    job = await stage.job()
    await stage.happen("delete_channel", channel_id=places.GENERAL)
    posted = await stage.delivery.deliver(job, result, again=False)
    (message,) = await stage.results()
    assert message["id"] == str(posted.message_id)
    assert "it could not be posted there" in text_of(message)


async def test_when_the_bot_was_thrown_out_the_member_gets_it(stage: Stage, job: Job, result: Path) -> None:
    stage.clock.ahead_s += TOKEN_IS_DEAD_S
    await stage.happen("kick_bot", guild_id=places.TAVERN)
    await stage.delivery.deliver(job, result, again=False)
    assert len(await stage.direct_messages()) == 1


@pytest.mark.parametrize("after_acting", [True, False])
@pytest.mark.parametrize("seconds_later", [0.0, A_WHILE_S])
async def test_a_direct_message_comes_once(
    stage: Stage, job: Job, result: Path, seconds_later: float, *, after_acting: bool
) -> None:
    await stage.forbid("attach_files")
    await stage.forbid("send_voice_messages")
    await stage.page.order("missing_permissions", "post_message", times=3)  # voice, and the new message twice
    await stage.page.order("dropped", "post_message", after_acting=after_acting)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, result, again=False)
    await stage.switch(["attach_files"], allowed=True)
    stage.clock.ahead_s += seconds_later
    await stage.restarted().deliver(job, result, again=True)
    assert len(await stage.results()) == 1


async def test_who_takes_no_direct_messages_finds_the_reason_on_the_card_and_keeps_the_result(
    stage: Stage, job: Job, result: Path
) -> None:
    await stage.forbid("attach_files")
    await stage.forbid("send_voice_messages")
    await stage.happen("switch_user", user_id=places.ROBIN, takes_dms=False)
    with pytest.raises(NotAllowed):
        await stage.delivery.deliver(job, result, again=False)
    await stage.delivery.show(later(job, 1, state=JobState.FAILED, failure=FailureReason.UNDELIVERABLE))
    card = await stage.card(job)
    assert "I cannot post audio here. In this server I lack **Attach Files**: somebody with" in text_of(card)
    assert "Server Settings → Roles → **Soundbooth** → Permissions. It is ready and kept for now" in text_of(card)
    assert [part["label"] for row in card["components"] for part in row["components"]] == ["Send again"]
    assert card["attachments"] == []
    assert result.exists()


@pytest.mark.parametrize("fault", ["rate_limited_with_others", "dropped", "unavailable"])
async def test_direct_messages_that_cannot_be_opened_now_are_opened_later(
    stage: Stage, job: Job, result: Path, fault: str
) -> None:
    await stage.happen("delete_channel", channel_id=places.GENERAL)
    await stage.page.order(fault, "open_dm", retry_after_s=100.0)
    with pytest.raises(DiscordUnavailable) as away:
        await stage.delivery.deliver(job, result, again=False)
    assert away.value.retry_after_s == (100.0 if "limited" in fault else 5.0)
    await stage.restarted().deliver(job, result, again=True)
    assert len(await stage.direct_messages()) == 1


async def test_in_the_members_own_messages_there_is_no_further_place(stage: Stage, job: Job, result: Path) -> None:
    channel = await stage.bot.create_dm(await stage.bot.fetch_user(int(places.ROBIN)))
    here = dataclasses.replace(job.place, channel_id=channel.id, guild_id=None)
    stage.clock.ahead_s += TOKEN_IS_DEAD_S
    await stage.happen("switch_user", user_id=places.ROBIN, takes_dms=False)
    with pytest.raises((NotAllowed, ChannelGone)):
        await stage.delivery.deliver(dataclasses.replace(job, place=here, card_message_id=1), result, again=False)
    assert await stage.results() == []


# Where only the token reaches ------------------------------------------------------------------------


def brought_along(job: Job) -> Job:
    """The same job in a place that the bot is not in itself."""
    return dataclasses.replace(job, place=dataclasses.replace(job.place, has_bot=False))


@pytest.mark.parametrize("form", ResultForm)
async def test_with_the_token_a_file_comes_on_the_card(stage: Stage, result: Path, form: ResultForm) -> None:
    job = brought_along(await stage.job(form=form))
    posted = await stage.delivery.deliver(job, result, again=False)
    assert posted.message_id == job.card_message_id
    assert stage.asked("POST", "/channels/") == []


async def test_without_the_token_the_member_gets_it_and_nothing_else_is_asked(
    stage: Stage, job: Job, result: Path
) -> None:
    stage.clock.ahead_s += TOKEN_IS_DEAD_S
    before = len(stage.asked("PATCH", ""))
    await stage.delivery.deliver(brought_along(job), result, again=False)
    (message,) = await stage.direct_messages()
    assert "I am not a member there" in text_of(message)
    assert len(stage.asked("PATCH", "")) == before


# The order of places ------------------------------------------------------------------------------------


@given(form=st.sampled_from(ResultForm), has_bot=st.booleans(), noted=st.none() | st.sampled_from(Rung))
def test_a_noted_place_comes_first_and_none_is_left_out(form: ResultForm, *, has_bot: bool, noted: Rung | None) -> None:
    job = made_up_job(form, has_bot=has_bot)
    rungs = rungs_for(job, noted)
    assert sorted(rungs) == sorted(rungs_for(job, None))
    assert noted is None or noted not in rungs or rungs[0] is noted
    assert (Rung.CHANNEL in rungs) == (Rung.VOICE_MESSAGE in rungs) == has_bot
    assert rungs_for(job, None)[-1] is Rung.DIRECT_MESSAGE


def made_up_job(form: ResultForm = ResultForm.FILE, *, has_bot: bool = True) -> Job:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    place = Place(1, 2, 3, 4, "token", now, has_bot=has_bot)
    return Job("a" * 32, JobState.DELIVERING, SpeechRequest("Hi", "harper", "Harper"), form, place, now, now)


def test_what_was_noted_is_known_afterwards_for_this_round_only(tmp_path: Path) -> None:
    job = made_up_job()
    assert noted_rung(job, tmp_path) is None
    note_rung(job, tmp_path, Rung.CARD)
    note_rung(job, tmp_path, Rung.CHANNEL)
    assert noted_rung(job, tmp_path) is Rung.CHANNEL
    assert noted_rung(dataclasses.replace(job, deliveries=1), tmp_path) is None


def test_a_note_that_was_damaged_says_nothing(tmp_path: Path) -> None:
    job = made_up_job()
    note_rung(job, tmp_path, Rung.CARD)
    (note,) = tmp_path.iterdir()
    note.write_text("the moon")
    assert noted_rung(job, tmp_path) is None
