"""/tts over the wire: the bot as a process, the sandbox as Discord."""

import asyncio
import base64
from pathlib import Path

import av
import numpy as np
import pytest

from tests.end_to_end.conftest import API_KEY, TOKEN, Bots, FakeFineVoice, Members
from tests.end_to_end.driver import is_finished, is_private, is_voice_message, text_of

pytestmark = pytest.mark.process


def decode(path: Path) -> tuple[np.ndarray, str]:
    """Samples at 48 kHz mono and the codec's name, by a decoder that is not ours."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000)
        frames = [out for frame in container.decode(stream) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
        codec = stream.codec_context.name
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames]), codec


async def test_a_member_without_any_account_gets_a_voice_message(bots: Bots, members: Members, tmp_path: Path) -> None:
    bot = await bots.new()
    await bot.start()
    await members.robin.bot_is_ready()

    choices = await members.robin.choices("tts", "voice", "")
    assert len(choices) >= 12
    await members.robin.command(
        "tts", text="[hapy] Hello there! [whispering] Can you hear me?", voice=choices[1]["value"]
    )
    message = await members.robin.see(is_voice_message, "the voice message")

    (attachment,) = message["attachments"]
    samples, codec = decode(await members.robin.download(attachment, tmp_path / "clip.ogg"))
    assert codec in {"opus", "libopus"}
    assert attachment["duration_secs"] == pytest.approx(samples.size / 48_000, abs=0.05)
    assert 1.0 < attachment["duration_secs"] < 10.0
    assert np.sqrt(np.mean(samples**2)) > 0.01, "silent"
    waveform = np.frombuffer(base64.b64decode(attachment["waveform"]), np.uint8)
    assert 8 <= waveform.size <= 256
    loudness = np.array([np.abs(part).max() for part in np.array_split(samples, waveform.size)])
    assert np.corrcoef(loudness, waveform)[0, 1] > 0.8

    card = await members.robin.see(is_finished, "the finished card")
    assert message["message_reference"]["message_id"] == card["id"]
    labels = [part["label"] for row in card["components"] for part in row["components"]]
    assert "Delete" in labels
    assert "Cancel" not in labels
    assert "📝 Unknown tag" in text_of(card), "what was left out is said"
    remembered = await members.robin.choices("tts", "voice", "")
    assert remembered[0]["value"] == choices[1]["value"]
    assert "used last" in remembered[0]["name"]
    assert TOKEN not in bot.log


async def test_a_file_carries_a_speaking_name_and_the_text_for_screen_readers(
    with_finevoice: Bots, members: Members
) -> None:
    bot = await with_finevoice.new()
    await bot.start()
    await members.robin.bot_is_ready()
    await members.robin.command("tts", text="[happy] Dinner is ready, everyone!", as_="file", voice="james")
    card = await members.robin.see(lambda message: bool(message["attachments"]), "the file")
    (attachment,) = card["attachments"]
    assert attachment["filename"] == "dinner-is-ready-everyone.mp3"
    assert attachment["description"] == "James says: Dinner is ready, everyone!"
    assert is_finished(card)
    assert not any(is_voice_message(message) for message in await members.robin.messages())


async def test_nothing_that_a_member_writes_pings_anyone(with_finevoice: Bots, members: Members) -> None:
    bot = await with_finevoice.new()
    await bot.start()
    await members.sam.bot_is_ready()
    await members.sam.command("tts", text=f"@everyone <@{members.robin.user_id}> @here **wake up**", voice="harper")
    card = await members.sam.see(is_finished, "the finished card")
    voice = await members.sam.see(is_voice_message, "the voice message")
    for message in (card, voice):
        assert message["mentions"] == []
        assert message["mention_everyone"] is False
    assert "@everyone" not in text_of(card).replace("@\u200beveryone", "")


async def test_an_unknown_voice_is_refused_privately_with_the_nearest_names(
    with_finevoice: Bots, members: Members, finevoice: FakeFineVoice
) -> None:
    bot = await with_finevoice.new()
    await bot.start()
    await members.sam.bot_is_ready()
    await members.sam.command("tts", text="Hello", voice="Harpr")
    refusal = await members.sam.see(is_private, "the refusal")
    assert "Harpr" in text_of(refusal)
    assert "Harper" in text_of(refusal)
    assert not any(is_private(message) for message in await members.robin.messages())
    assert finevoice.submits == []


async def test_a_reached_limit_says_when_it_ends_and_spends_nothing(
    with_finevoice: Bots, members: Members, finevoice: FakeFineVoice
) -> None:
    bot = await with_finevoice.new(limits__member_burst="1", limits__member_refill_s="3600")
    await bot.start()
    await members.sam.bot_is_ready()
    await members.sam.command("tts", text="One", voice="harper")
    await members.sam.see(is_finished, "the first clip")
    await members.sam.command("tts", text="Two", voice="harper")
    refusal = await members.sam.see(is_private, "the refusal")
    assert "<t:" in text_of(refusal)
    await members.robin.command("tts", text="Three", voice="harper")
    await members.robin.see(lambda message: "Three" in text_of(message) and is_finished(message), "another's clip")
    assert finevoice.submits == ["One", "Three"]


async def test_an_error_of_the_service_is_explained_refunded_and_can_be_retried_once(
    with_finevoice: Bots, members: Members, finevoice: FakeFineVoice
) -> None:
    finevoice.broken_submits = 1
    bot = await with_finevoice.new(limits__member_burst="1", limits__member_refill_s="3600")
    await bot.start()
    await members.sam.bot_is_ready()
    await members.sam.command("tts", text="Hello", voice="harper")
    failed = await members.sam.see(lambda message: "⚠️" in text_of(message), "the failure")
    assert "does not count against your limit" in text_of(failed)
    short_id = text_of(failed).split("id ")[-1]
    assert f"job_id={short_id}" in bot.log
    assert finevoice.submits == ["Hello"], "a submit that failed is not sent again by itself"

    await members.robin.press(failed, "Retry")
    assert "Only the one who asked" in text_of(await members.robin.see(is_private, "the refusal to a stranger"))
    # Two presses before the first is answered: only one may count.
    await asyncio.gather(members.sam.press(failed, "Retry"), members.sam.press(failed, "Retry"))
    await members.sam.see(is_voice_message, "the clip")
    assert finevoice.submits == ["Hello", "Hello"]
    await members.sam.see(lambda message: message["id"] == failed["id"] and is_finished(message), "the same card")
    assert "already tried again" in text_of(await members.sam.see(is_private, "the refusal of a second retry"))
    assert finevoice.submits == ["Hello", "Hello"]


async def test_without_permission_for_voice_messages_a_file_comes_instead(
    with_finevoice: Bots, members: Members
) -> None:
    bot = await with_finevoice.new()
    await bot.start()
    await members.sam.bot_is_ready()
    await members.robin.forbid("send_voice_messages")
    await members.sam.command("tts", text="Hello", voice="harper")
    card = await members.sam.see(lambda message: bool(message["attachments"]), "the file")
    assert is_finished(card)
    assert not is_voice_message(card)


async def test_a_permission_lost_while_the_clip_is_made_is_noticed_on_delivery(
    with_finevoice: Bots, members: Members, finevoice: FakeFineVoice
) -> None:
    finevoice.finish.clear()
    bot = await with_finevoice.new()
    await bot.start()
    await members.sam.bot_is_ready()
    await members.sam.command("tts", text="Hello", voice="harper")
    await members.sam.see(lambda message: "Working" in text_of(message), "the card at work")
    await members.robin.forbid("send_voice_messages")
    finevoice.finish.set()
    card = await members.sam.see(lambda message: bool(message["attachments"]), "the file")
    assert not is_voice_message(card)


async def test_without_any_permission_for_audio_nothing_is_paid_for(
    with_finevoice: Bots, members: Members, finevoice: FakeFineVoice
) -> None:
    bot = await with_finevoice.new()
    await bot.start()
    await members.sam.bot_is_ready()
    await members.robin.forbid("send_voice_messages")
    await members.robin.forbid("attach_files")
    await members.sam.command("tts", text="Hello", voice="harper")
    assert "Attach Files" in text_of(await members.sam.see(is_private, "the refusal"))
    assert finevoice.submits == []


async def test_the_asker_and_moderators_can_cancel_and_others_cannot(
    with_finevoice: Bots, members: Members, finevoice: FakeFineVoice
) -> None:
    finevoice.finish.clear()
    bot = await with_finevoice.new()
    await bot.start()
    await members.robin.bot_is_ready()
    await members.robin.command("tts", text="Oops", voice="harper")
    card = await members.robin.see(lambda message: "Working" in text_of(message), "the card at work")
    await members.sam.press(card, "Cancel")
    assert "moderator" in text_of(await members.sam.see(is_private, "the refusal"))
    await members.ada.press(card, "Cancel")
    cancelled = await members.robin.see(lambda message: "Cancelled" in text_of(message), "the cancelled card")
    assert cancelled["components"] == []
    finevoice.finish.set()
    assert API_KEY not in bot.log
