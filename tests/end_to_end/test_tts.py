"""/tts over the wire: the bot as a process, the sandbox as Discord."""

import asyncio
import base64
from collections.abc import AsyncGenerator
from pathlib import Path

import av
import numpy as np
import pytest
import pytest_asyncio

from bot.sandbox.starting_world import GENERAL, ROBIN
from tests.end_to_end.conftest import API_KEY
from tests.end_to_end.driver import Member, is_finished, is_private, is_voice_message, text_of
from tests.end_to_end.one_bot import TOKEN, OneBot
from tests.end_to_end.workshop import Workshop, open_workshop

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]


def decode(path: Path) -> tuple[np.ndarray, str]:
    """Samples at 48 kHz mono and the codec's name, by a decoder that is not ours."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000)
        frames = [out for frame in container.decode(stream) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
        codec = stream.codec_context.name
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames]), codec


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sparing(tmp_path_factory: pytest.TempPathFactory, clip: bytes) -> AsyncGenerator[Workshop]:
    """A bot of which each member has one clip an hour; each of its tests has askers of its own."""
    rate = {"SOUNDBOOTH_LIMITS__MEMBER_BURST": "1", "SOUNDBOOTH_LIMITS__MEMBER_REFILL_S": "3600"}
    async with open_workshop(tmp_path_factory.mktemp("one-at-a-time"), clip, **rate) as workshop:
        yield workshop


@pytest_asyncio.fixture(loop_scope="session")
async def one_at_a_time(sparing: Workshop) -> Workshop:
    await sparing.begin()
    return sparing


async def test_a_member_without_any_account_gets_a_voice_message(bot: OneBot, tmp_path: Path) -> None:
    robin = Member(bot.session, bot.sandbox.url, ROBIN, GENERAL, since=int(bot.sandbox.world.ids.make()))
    choices = await robin.choices("tts", "voice", "")
    assert len(choices) >= 12
    await robin.command("tts", text="[hapy] Hello there! [whispering] Can you hear me?", voice=choices[1]["value"])
    message = await robin.see(is_voice_message, "the voice message")

    (attachment,) = message["attachments"]
    samples, codec = decode(await robin.download(attachment, tmp_path / "clip.ogg"))
    assert codec in {"opus", "libopus"}
    assert attachment["duration_secs"] == pytest.approx(samples.size / 48_000, abs=0.05)
    assert 1.0 < attachment["duration_secs"] < 10.0
    assert np.sqrt(np.mean(samples**2)) > 0.01, "silent"
    waveform = np.frombuffer(base64.b64decode(attachment["waveform"]), np.uint8)
    assert 8 <= waveform.size <= 256
    loudness = np.array([np.abs(part).max() for part in np.array_split(samples, waveform.size)])
    assert np.corrcoef(loudness, waveform)[0, 1] > 0.8

    card = await robin.see(is_finished, "the finished card")
    assert message["message_reference"]["message_id"] == card["id"]
    labels = [part["label"] for row in card["components"] for part in row["components"]]
    assert "Delete" in labels
    assert "Cancel" not in labels
    assert "Unknown tag" not in text_of(card), "what was left out is said once"
    await robin.see(lambda one: "I know no emotion **[hapy]**" in text_of(one), "what was left out")
    remembered = await robin.choices("tts", "voice", "")
    assert remembered[0]["value"] == choices[1]["value"]
    assert "used last" in remembered[0]["name"]
    assert TOKEN not in bot.process.log


async def test_a_file_carries_a_speaking_name_and_the_text_for_screen_readers(workshop: Workshop) -> None:
    await workshop.robin.command("tts", text="[happy] Dinner is ready, everyone!", as_="file", voice="james")
    card = await workshop.robin.see(lambda message: bool(message["attachments"]), "the file")
    (attachment,) = card["attachments"]
    assert attachment["filename"] == "dinner-is-ready-everyone.mp3"
    assert attachment["description"] == "James says: Dinner is ready, everyone!"
    assert is_finished(card)
    assert not any(is_voice_message(message) for message in await workshop.robin.messages())


async def test_nothing_that_a_member_writes_pings_anyone(workshop: Workshop) -> None:
    await workshop.sam.command("tts", text=f"@everyone <@{workshop.robin.user_id}> @here **wake up**", voice="harper")
    card = await workshop.sam.see(is_finished, "the finished card")
    voice = await workshop.sam.see(is_voice_message, "the voice message")
    for message in (card, voice):
        assert message["mentions"] == []
        assert message["mention_everyone"] is False
    assert "@everyone" not in text_of(card).replace("@\u200beveryone", "")


async def test_an_unknown_voice_is_refused_privately_with_the_nearest_names(workshop: Workshop) -> None:
    await workshop.sam.command("tts", text="Who speaks?", voice="Harpr")
    refusal = await workshop.sam.see(is_private, "the refusal")
    assert "Harpr" in text_of(refusal)
    assert "Harper" in text_of(refusal)
    assert not any(is_private(message) for message in await workshop.robin.messages())
    assert workshop.service.submits == []


async def test_a_reached_limit_says_when_it_ends_and_spends_nothing(one_at_a_time: Workshop) -> None:
    workshop = one_at_a_time
    await workshop.robin.command("tts", text="One", voice="harper")
    await workshop.robin.see(is_finished, "the first clip")
    await workshop.robin.command("tts", text="Two", voice="harper")
    refusal = await workshop.robin.see(is_private, "the refusal")
    assert "<t:" in text_of(refusal)
    await workshop.ada.command("tts", text="Three", voice="harper")
    await workshop.ada.see(lambda message: "Three" in text_of(message) and is_finished(message), "another's clip")
    assert workshop.service.submits == ["One", "Three"]


async def test_an_error_of_the_service_is_explained_refunded_and_can_be_retried_once(one_at_a_time: Workshop) -> None:
    workshop = one_at_a_time
    workshop.service.broken_submits = 1
    await workshop.sam.command("tts", text="Broken", voice="harper")
    failed = await workshop.sam.see(lambda message: "⚠️" in text_of(message), "the failure")
    assert "does not count against your limit" in text_of(failed)
    short_id = text_of(failed).split("id ")[-1]
    assert f"job_id={short_id}" in workshop.bot.log
    assert workshop.service.submits == ["Broken"], "a submit that failed is not sent again by itself"

    await workshop.robin.press(failed, "Retry")
    assert "Only the one who asked" in text_of(await workshop.robin.see(is_private, "the refusal to a stranger"))
    # Two presses before the first is answered: only one may count.
    await asyncio.gather(workshop.sam.press(failed, "Retry"), workshop.sam.press(failed, "Retry"))
    await workshop.sam.see(is_voice_message, "the clip")
    assert workshop.service.submits == ["Broken", "Broken"]
    await workshop.sam.see(lambda message: message["id"] == failed["id"] and is_finished(message), "the same card")
    assert "already tried again" in text_of(await workshop.sam.see(is_private, "the refusal of a second retry"))
    assert workshop.service.submits == ["Broken", "Broken"]


async def test_without_permission_for_voice_messages_a_file_comes_instead(workshop: Workshop) -> None:
    await workshop.robin.forbid("send_voice_messages")
    await workshop.sam.command("tts", text="No voice here", voice="harper")
    card = await workshop.sam.see(lambda message: bool(message["attachments"]), "the file")
    assert is_finished(card)
    assert not is_voice_message(card)


async def test_a_permission_lost_while_the_clip_is_made_is_noticed_on_delivery(workshop: Workshop) -> None:
    workshop.service.finish.clear()
    await workshop.sam.command("tts", text="Lost on the way", voice="harper")
    await workshop.sam.see(lambda message: "Working" in text_of(message), "the card at work")
    await workshop.robin.forbid("send_voice_messages")
    workshop.service.finish.set()
    card = await workshop.sam.see(lambda message: bool(message["attachments"]), "the file")
    assert not is_voice_message(card)


async def test_without_any_permission_for_audio_nothing_is_paid_for(workshop: Workshop) -> None:
    await workshop.robin.forbid("send_voice_messages")
    await workshop.robin.forbid("attach_files")
    await workshop.sam.command("tts", text="Nothing at all", voice="harper")
    assert "Attach Files" in text_of(await workshop.sam.see(is_private, "the refusal"))
    assert workshop.service.submits == []


async def test_the_asker_and_moderators_can_cancel_and_others_cannot(workshop: Workshop) -> None:
    workshop.service.finish.clear()
    await workshop.robin.command("tts", text="Oops", voice="harper")
    card = await workshop.robin.see(lambda message: "Working" in text_of(message), "the card at work")
    await workshop.sam.press(card, "Cancel")
    assert "moderator" in text_of(await workshop.sam.see(is_private, "the refusal"))
    await workshop.ada.press(card, "Cancel")
    cancelled = await workshop.robin.see(lambda message: "Cancelled" in text_of(message), "the cancelled card")
    assert cancelled["components"] == []
    workshop.service.finish.set()
    assert API_KEY not in workshop.bot.log
