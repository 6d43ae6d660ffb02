"""Several takes of one sound effect: all on one card, each a file that can be played."""

import dataclasses
from pathlib import Path

import pytest

from bot.audio.probe import probe
from bot.delivery.uploads import MARGIN_BYTES
from bot.errors import AudioUnreadable, DiscordUnavailable
from bot.models import EffectRequest, Job, ResultForm, take_path
from tests.delivery.conftest import Stage, text_of, write_tone
from tests.sandbox.clients import Json

NAMES = [f"{number}-of-3-rain-on-a-tin-roof.mp3" for number in (1, 2, 3)]
LENGTHS_S = (1.0, 2.0, 1.5)


def names(message: Json) -> list[str]:
    return [one["filename"] for one in message["attachments"]]


@pytest.fixture
async def job(stage: Stage) -> Job:
    asked = await stage.job(form=ResultForm.FILE)
    return dataclasses.replace(asked, request=EffectRequest("Rain on a tin roof!", 2.0, takes=3), takes_made=3)


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    """Three takes as the service sends them, without suffixes; the path of the first."""
    folder = tmp_path / "job"
    folder.mkdir()
    first = folder / "result"
    for number, length_s in enumerate(LENGTHS_S):
        write_tone(folder / f"made-{number}.mp3", length_s).rename(take_path(first, number))
    return first


async def test_all_takes_come_on_one_card_in_their_order(stage: Stage, job: Job, takes: Path, tmp_path: Path) -> None:
    before = len(await stage.page.messages())
    posted = await stage.delivery.deliver(job, takes, again=False)
    assert posted.message_id == job.card_message_id
    card = await stage.card(job)
    assert names(card) == NAMES
    assert [one["description"] for one in card["attachments"]] == [
        f"Take {number} of 3. Sound effect: Rain on a tin roof!" for number in (1, 2, 3)
    ]
    assert "3 takes" in text_of(card)
    assert "too large" not in text_of(card)
    assert "2.0 s of audio" in text_of(card), "the longest of them"
    assert len(await stage.page.messages()) == before
    for attachment, length_s in zip(card["attachments"], LENGTHS_S, strict=True):
        async with stage.page.session.get(attachment["url"]) as answer:
            (tmp_path / "heard").write_bytes(await answer.read())
        assert probe(tmp_path / "heard").duration_s == pytest.approx(length_s, abs=0.1)


async def test_fewer_takes_than_asked_for_are_said(stage: Stage, job: Job, takes: Path) -> None:
    await stage.delivery.deliver(dataclasses.replace(job, takes_made=2), takes, again=False)
    card = await stage.card(job)
    assert names(card) == [name.replace("of-3", "of-2") for name in NAMES[:2]]
    assert "2 of 3 takes could be made. The others cost nothing." in text_of(card)


async def test_the_only_take_that_could_be_made_is_a_file_as_ever(stage: Stage, job: Job, takes: Path) -> None:
    await stage.delivery.deliver(dataclasses.replace(job, takes_made=1), takes, again=False)
    card = await stage.card(job)
    assert names(card) == ["rain-on-a-tin-roof.mp3"]
    assert "1 of 3 takes could be made. The others cost nothing." in text_of(card)


async def test_takes_are_never_a_voice_message_which_holds_one(stage: Stage, job: Job, takes: Path) -> None:
    await stage.delivery.deliver(dataclasses.replace(job, form=ResultForm.VOICE_MESSAGE), takes, again=False)
    assert names(await stage.card(job)) == NAMES
    assert await stage.voice_messages() == []


async def test_where_files_may_not_be_attached_any_more_all_takes_go_to_the_member(
    stage: Stage, job: Job, takes: Path
) -> None:
    await stage.forbid("attach_files")
    await stage.delivery.deliver(job, takes, again=False)
    assert [names(one) for one in await stage.direct_messages() if one["attachments"]] == [NAMES]
    assert await stage.voice_messages() == []
    assert "direct message" in text_of(await stage.card(job))


async def test_takes_that_are_too_large_are_each_encoded_again(stage: Stage, job: Job, takes: Path) -> None:
    for number in range(3):
        write_tone(takes.with_name("long.wav"), 3.0, rate_hz=48_000).replace(take_path(takes, number))
    limit = MARGIN_BYTES + 40_000
    small = dataclasses.replace(job, place=dataclasses.replace(job.place, upload_limit_bytes=limit))
    await stage.delivery.deliver(small, takes, again=False)
    card = await stage.card(job)
    assert len(card["attachments"]) == 3
    assert all(0 < one["size"] <= 40_000 for one in card["attachments"])


async def test_takes_that_do_not_fit_in_one_request_are_added_one_after_the_other(
    stage: Stage, job: Job, takes: Path
) -> None:
    await stage.page.order("request_too_large", "edit_answer")
    await stage.delivery.deliver(job, takes, again=False)
    assert names(await stage.card(job)) == NAMES
    footers = [one["json"]["embeds"][0]["footer"]["text"] for one in stage.asked("PATCH", "/webhooks/")]
    assert ["part 2 of 3" in footers[1], "part 3 of 3" in footers[2]] == [True, True]


async def test_after_a_crash_there_are_as_many_takes_as_before(stage: Stage, job: Job, takes: Path) -> None:
    await stage.page.order("dropped", "edit_answer", after_acting=True)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, takes, again=False)
    await stage.restarted().deliver(job, takes, again=True)
    assert names(await stage.card(job)) == NAMES


async def test_one_take_that_is_no_sound_is_told(stage: Stage, job: Job, takes: Path) -> None:
    take_path(takes, 1).write_bytes(b"<html>")
    with pytest.raises(AudioUnreadable):
        await stage.delivery.deliver(job, takes, again=False)
