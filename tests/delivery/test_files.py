"""A file is part of its card, fits where it is posted, and says to screen readers what is in it."""

import io
from pathlib import Path

import av
import numpy as np
import pytest

from bot.delivery.history import nonce_of
from bot.errors import DiscordUnavailable
from bot.models import Job, ResultForm
from bot.sandbox import starting_world as places
from tests.delivery.conftest import Stage, text_of

TOKEN_IS_DEAD_S = 15 * 60.0
LIMIT_BYTES = 10 * 1024 * 1024


@pytest.fixture
async def job(stage: Stage) -> Job:
    return await stage.job("[happy] Dinner is ready, everyone!", form=ResultForm.FILE)


async def delete_card(stage: Stage, job: Job) -> None:
    assert job.card_message_id is not None
    await stage.bot.get_partial_messageable(job.place.channel_id).get_partial_message(job.card_message_id).delete()


async def test_it_comes_with_the_finished_card_under_a_speaking_name(stage: Stage, job: Job, result: Path) -> None:
    await stage.delivery.deliver(job, result, again=False)
    card = await stage.card(job)
    (attachment,) = card["attachments"]
    assert attachment["filename"] == "dinner-is-ready-everyone.mp3"
    assert attachment["description"] == "Harper says: Dinner is ready, everyone!"
    assert attachment["size"] == result.stat().st_size, "what fits is not encoded again"
    assert "of audio" in text_of(card)
    labels = [part["label"] for row in card["components"] for part in row["components"]]
    assert "Delete" in labels
    assert "Cancel" not in labels
    assert await stage.voice_messages() == []


@pytest.mark.parametrize("after_acting", [True, False])
async def test_delivered_again_it_is_still_one_file(
    stage: Stage, job: Job, result: Path, *, after_acting: bool
) -> None:
    await stage.fault("PATCH", "/webhooks/", drop=True, after_acting=after_acting)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, result, again=False)
    await stage.delivery.deliver(job, result, again=True)
    assert len((await stage.card(job))["attachments"]) == 1
    assert stage.asked("POST", "/channels/") == []


async def test_a_429_is_waited_for(stage: Stage, job: Job, result: Path) -> None:
    await stage.fault("PATCH", "/webhooks/", status=429)
    await stage.delivery.deliver(job, result, again=False)
    assert len((await stage.card(job))["attachments"]) == 1


async def test_after_the_interactions_15_minutes_the_bot_edits_its_own_message(
    stage: Stage, job: Job, result: Path
) -> None:
    stage.clock.ahead_s += TOKEN_IS_DEAD_S
    await stage.delivery.deliver(job, result, again=False)
    assert len((await stage.card(job))["attachments"]) == 1
    assert stage.asked("PATCH", "/webhooks/") == []
    assert len(stage.asked("PATCH", f"/channels/{places.GENERAL}/messages")) == 1


@pytest.mark.parametrize(("status", "code"), [(401, 50027), (404, 10015), (404, 10062)])
async def test_a_token_that_died_early_does_not_matter(
    stage: Stage, job: Job, result: Path, status: int, code: int
) -> None:
    await stage.fault("PATCH", "/webhooks/", status=status, code=code)
    await stage.delivery.deliver(job, result, again=False)
    assert len((await stage.card(job))["attachments"]) == 1
    assert len(stage.asked("PATCH", f"/channels/{places.GENERAL}/messages")) == 1


@pytest.mark.parametrize("is_dead", [True, False])
async def test_a_deleted_card_is_replaced_by_one_new_message(
    stage: Stage, job: Job, result: Path, *, is_dead: bool
) -> None:
    await delete_card(stage, job)
    stage.clock.ahead_s += TOKEN_IS_DEAD_S if is_dead else 0
    before = len(await stage.page.messages())
    await stage.delivery.deliver(job, result, again=False)
    await stage.delivery.deliver(job, result, again=True)
    messages = await stage.page.messages()
    assert len(messages) == before + 1
    assert [one["description"] for one in messages[-1]["attachments"]] == ["Harper says: Dinner is ready, everyone!"]
    assert messages[-1]["mentions"] == []
    for request in stage.asked("POST", f"/channels/{places.GENERAL}/messages"):
        assert request["json"]["allowed_mentions"]["parse"] == []
        assert request["json"]["nonce"] == nonce_of(job)


async def test_in_an_archived_thread_a_new_message_comes(stage: Stage, job: Job, result: Path) -> None:
    stage.clock.ahead_s += TOKEN_IS_DEAD_S
    await stage.fault("PATCH", "/channels/", status=400, code=50083)
    await stage.delivery.deliver(job, result, again=False)
    assert len((await stage.page.messages())[-1]["attachments"]) == 1


async def test_a_form_that_discord_does_not_play_becomes_one_that_it_plays(
    stage: Stage, job: Job, result: Path
) -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="matroska") as container:
        stream = container.add_stream("libopus", rate=48_000)  # pyright: ignore[reportUnknownMemberType] - PyAV's overloads leave kwargs untyped
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.full((1, 48_000), 0.2, dtype=np.float32), format="flt", layout="mono")
        frame.sample_rate = 48_000
        for part in (frame, None):
            container.mux(stream.encode(part))  # pyright: ignore[reportUnknownMemberType] - its packets are generic without an argument
    result.write_bytes(buffer.getvalue())
    await stage.delivery.deliver(job, result, again=False)
    (attachment,) = (await stage.card(job))["attachments"]
    assert attachment["filename"] == "dinner-is-ready-everyone.mp3"


async def test_without_permission_for_files_a_voice_message_comes(stage: Stage, job: Job, result: Path) -> None:
    await stage.forbid("attach_files")
    await stage.delivery.deliver(job, result, again=False)
    await stage.delivery.deliver(job, result, again=True)
    assert len(await stage.voice_messages()) == 1
    assert (await stage.card(job))["attachments"] == []
    assert "of audio" in text_of(await stage.card(job))


async def test_a_file_that_vanished_is_not_blamed_on_discord(stage: Stage, job: Job, result: Path) -> None:
    result.unlink()
    with pytest.raises(FileNotFoundError):
        await stage.delivery.deliver(job, result, again=False)
