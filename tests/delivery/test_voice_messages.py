"""A voice message arrives once, whatever happens on the way, and where it may not be sent a file comes instead."""

import base64
import dataclasses
from pathlib import Path

import pytest

from bot.delivery.history import nonce_of
from bot.delivery.uploads import MARGIN_BYTES
from bot.errors import AudioUnreadable, DiscordUnavailable
from bot.sandbox import starting_world as places
from tests.delivery.conftest import Stage, text_of, write_tone
from tests.sandbox.clients import File

POSTS = "/messages$"
A_WHILE_S = 20 * 60.0


async def test_it_answers_the_card_which_then_says_how_long_it_is(stage: Stage, result: Path) -> None:
    job = await stage.job()
    await stage.delivery.deliver(job, result, again=False)

    (voice,) = await stage.voice_messages()
    assert voice["message_reference"]["message_id"] == str(job.card_message_id)
    (attachment,) = voice["attachments"]
    assert attachment["duration_secs"] == pytest.approx(1.0, abs=0.1)
    assert attachment["content_type"].startswith("audio/ogg")
    assert 1 <= len(base64.b64decode(attachment["waveform"])) <= 256
    card = await stage.card(job)
    assert "1.0 s of audio · made in" in text_of(card) or "1.1 s of audio" in text_of(card)
    labels = [part["label"] for row in card["components"] for part in row["components"]]
    assert "Delete" in labels
    assert "Cancel" not in labels


async def test_the_nonce_is_the_jobs_own_and_nothing_may_ping(stage: Stage, result: Path) -> None:
    job = await stage.job("@everyone <@1234567890123456789> hello")
    await stage.delivery.deliver(job, result, again=False)

    (post,) = stage.asked("POST", f"/channels/{places.GENERAL}/messages")
    assert post["json"]["nonce"] == nonce_of(job)
    assert post["json"]["enforce_nonce"] is True
    for request in stage.asked("POST", "/messages") + stage.asked("PATCH", "/messages"):
        assert request["json"]["allowed_mentions"]["parse"] == []
    (voice,) = await stage.voice_messages()
    for message in (voice, await stage.card(job)):
        assert message["mentions"] == []
        assert message["mention_everyone"] is False


async def test_an_error_after_discord_acted_does_not_double_it(stage: Stage, result: Path) -> None:
    job = await stage.job()
    await stage.fault("POST", POSTS, status=500, after_acting=True)
    await stage.delivery.deliver(job, result, again=False)
    assert len(stage.asked("POST", "/channels/")) == 2
    assert len(await stage.voice_messages()) == 1


@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 503}])
async def test_an_answer_that_was_lost_long_ago_is_not_doubled(
    stage: Stage, result: Path, fault: dict[str, object]
) -> None:
    job = await stage.job()
    await stage.fault("POST", POSTS, after_acting=True, **fault)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, result, again=False)
    # Long enough for Discord to forget the nonce.
    stage.clock.ahead_s += A_WHILE_S
    await stage.delivery.deliver(job, result, again=True)
    assert len(await stage.voice_messages()) == 1
    assert "of audio" in text_of(await stage.card(job))


async def test_one_that_never_arrived_is_sent_at_the_next_try(stage: Stage, result: Path) -> None:
    job = await stage.job()
    await stage.fault("POST", POSTS, drop=True)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, result, again=False)
    assert await stage.voice_messages() == []
    await stage.delivery.deliver(job, result, again=True)
    assert len(await stage.voice_messages()) == 1


async def test_voice_messages_of_others_and_of_other_jobs_are_not_taken_for_it(stage: Stage, result: Path) -> None:
    other = await stage.job("Another")
    job = await stage.job()
    await stage.delivery.deliver(other, result, again=False)
    waveform = (await stage.voice_messages())[0]["attachments"][0]["waveform"]
    spoken = {"content": "", "voice": {"duration_secs": 1.0, "waveform": waveform}}
    sent = await stage.page.post(f"/channels/{places.GENERAL}/messages", spoken, files=[File("voice-message.ogg")])
    assert sent.status == 200

    await stage.delivery.deliver(job, result, again=True)
    answered = [one.get("message_reference", {}).get("message_id") for one in await stage.voice_messages()]
    assert answered == [str(other.card_message_id), None, str(job.card_message_id)]


async def test_the_voice_message_of_a_job_that_was_retried_is_not_taken_for_the_new_one(
    stage: Stage, result: Path
) -> None:
    first = await stage.job()
    await stage.delivery.deliver(first, result, again=False)
    stage.clock.ahead_s += A_WHILE_S
    second = dataclasses.replace(first, id="f" * 32, created_at=stage.clock.now(), updated_at=stage.clock.now())
    await stage.delivery.deliver(second, result, again=True)
    assert len(await stage.voice_messages()) == 2


async def test_a_card_that_was_deleted_neither_stops_nor_doubles_it(stage: Stage, result: Path) -> None:
    job = await stage.job()
    assert job.card_message_id is not None
    channel = stage.bot.get_partial_messageable(job.place.channel_id)
    await channel.get_partial_message(job.card_message_id).delete()
    await stage.delivery.deliver(job, result, again=False)
    stage.clock.ahead_s += A_WHILE_S
    await stage.delivery.deliver(job, result, again=True)
    (voice,) = await stage.voice_messages()
    assert "message_reference" not in voice or not voice["message_reference"]


async def test_a_message_deleted_by_a_moderator_is_neither_sent_again_nor_a_failure(stage: Stage, result: Path) -> None:
    job = await stage.job()
    await stage.delivery.deliver(job, result, again=False)
    (voice,) = await stage.voice_messages()
    await stage.happen("delete_message", channel_id=places.GENERAL, message_id=voice["id"])
    posted = await stage.restarted().deliver(job, result, again=True)
    assert posted.message_id == job.card_message_id
    assert await stage.voice_messages() == []
    assert (await stage.card(job))["attachments"] == []


@pytest.mark.parametrize("permission", ["send_voice_messages", "read_message_history"])
async def test_without_a_permission_it_needs_the_card_gets_a_file(stage: Stage, result: Path, permission: str) -> None:
    job = await stage.job()
    await stage.forbid(permission)
    await stage.delivery.deliver(job, result, again=False)
    assert await stage.voice_messages() == []
    card = await stage.card(job)
    assert [one["filename"] for one in card["attachments"]] == ["dinner-is-ready.mp3"]
    assert "of audio" in text_of(card)
    assert "I may not post voice messages here, so this comes as a file." in text_of(card)


@pytest.mark.parametrize(("status", "code"), [
    (403, 50013), (403, 50173), (400, 50161), (400, 50192), (400, 160005), (413, 40005), (400, 50045),
])  # fmt: skip
async def test_what_discord_refuses_as_a_voice_message_comes_as_a_file(
    stage: Stage, result: Path, status: int, code: int
) -> None:
    job = await stage.job()
    await stage.fault("POST", POSTS, status=status, code=code)
    await stage.delivery.deliver(job, result, again=False)
    assert len((await stage.card(job))["attachments"]) == 1


async def test_a_short_absence_of_discord_leaves_no_unfinished_card(stage: Stage, result: Path) -> None:
    job = await stage.job()
    await stage.fault("PATCH", "/webhooks/", drop=True, times=2)
    await stage.delivery.deliver(job, result, again=False)
    assert len(await stage.voice_messages()) == 1
    assert "of audio" in text_of(await stage.card(job))
    assert stage.pauses == [1.0, 4.0]


@pytest.mark.parametrize(
    "fault", [{"drop": True, "times": 20}, {"status": 403, "code": 50013}, {"status": 400, "code": 50035}]
)
async def test_a_card_that_cannot_be_finished_does_not_undo_what_was_delivered(
    stage: Stage, result: Path, fault: dict[str, object]
) -> None:
    job = await stage.job()
    await stage.fault("PATCH", "/webhooks/", **fault)
    await stage.delivery.deliver(job, result, again=False)
    assert len(await stage.voice_messages()) == 1


async def test_a_result_that_is_not_audio_is_named_so_and_posts_nothing(stage: Stage, result: Path) -> None:
    job = await stage.job()
    result.write_bytes(b"<html>502 Bad Gateway</html>")
    with pytest.raises(AudioUnreadable):
        await stage.delivery.deliver(job, result, again=False)
    assert await stage.voice_messages() == []


async def test_a_voice_message_that_is_sent_again_is_a_second_one(stage: Stage, result: Path) -> None:
    job = await stage.job()
    await stage.delivery.deliver(job, result, again=False)
    second = await stage.job()
    again = dataclasses.replace(job, deliveries=1, card_message_id=second.card_message_id, place=second.place)
    await stage.delivery.deliver(again, result, again=False)
    answered = [one["message_reference"]["message_id"] for one in await stage.voice_messages()]
    assert answered == [str(job.card_message_id), str(second.card_message_id)]
    assert "of audio" in text_of(await stage.card(second))


async def test_what_is_too_large_for_a_voice_message_comes_as_a_file(stage: Stage, result: Path) -> None:
    job = await stage.job()
    write_tone(result.with_name("long.mp3"), 20.0).replace(result)
    cramped = dataclasses.replace(job.place, upload_limit_bytes=MARGIN_BYTES + 60_000)
    await stage.delivery.deliver(dataclasses.replace(job, place=cramped), result, again=False)
    assert await stage.voice_messages() == []
    assert (await stage.card(job))["attachments"] != []


async def test_longer_speech_keeps_its_length(stage: Stage, result: Path) -> None:
    job = await stage.job()
    write_tone(result.with_name("long.mp3"), 12.0).replace(result)
    await stage.delivery.deliver(job, result, again=False)
    (voice,) = await stage.voice_messages()
    assert voice["attachments"][0]["duration_secs"] == pytest.approx(12.0, abs=0.2)
