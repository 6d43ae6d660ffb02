"""What is too large is encoded again, then split, then linked: nothing that was paid for is dropped."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audio.probe import probe
from bot.delivery import uploads
from bot.delivery.messages import Upload
from bot.delivery.uploads import MARGIN_BYTES, MIB, Clip, Room, room_for
from bot.errors import DiscordUnavailable, FileTooLarge
from bot.models import Job, ResultForm
from bot.sandbox import starting_world as places
from tests.delivery.conftest import Stage, text_of, write_tone
from tests.sandbox.clients import Json

LENGTH_S = 30.0
LIMIT_BYTES = 10 * MIB
PARTS = [f"{number}-of-5-dinner-is-ready.ogg" for number in range(1, 6)]
LINK = "https://files.example.org/result.wav?signature=a%2Fb(c)"
EDITS = "/webhooks/.*/messages/"


@pytest.fixture
async def job(stage: Stage) -> Job:
    """Half a minute of sound fits in five parts of the place's 60,000 bytes."""
    job = await stage.job(form=ResultForm.FILE)
    return dataclasses.replace(job, place=dataclasses.replace(job.place, upload_limit_bytes=MARGIN_BYTES + 60_000))


@pytest.fixture
def long_result(result: Path) -> Path:
    write_tone(result.with_name("long.wav"), LENGTH_S).replace(result)
    return result


def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a request take two of the five parts."""
    monkeypatch.setattr(uploads, "REQUEST_BYTES", MARGIN_BYTES + 105_000)


def names(message: Json) -> list[str]:
    return [one["filename"] for one in message["attachments"]]


async def test_too_many_bytes_are_encoded_again_until_they_fit(stage: Stage, job: Job, result: Path) -> None:
    write_tone(result.with_name("long.wav"), 60.0, rate_hz=48_000, channels=2).replace(result)
    assert result.stat().st_size > LIMIT_BYTES
    roomy = dataclasses.replace(job, place=dataclasses.replace(job.place, upload_limit_bytes=LIMIT_BYTES))
    await stage.delivery.deliver(roomy, result, again=False)
    (attachment,) = (await stage.card(job))["attachments"]
    assert attachment["filename"].endswith(".mp3")
    assert MIB < attachment["size"] <= LIMIT_BYTES, "as good as fits"
    assert "1:00 min of audio" in text_of(await stage.card(job))


async def test_before_it_sounds_worse_than_a_voice_message_it_is_split(
    stage: Stage, job: Job, long_result: Path, tmp_path: Path
) -> None:
    await stage.delivery.deliver(job, long_result, again=False)
    card = await stage.card(job)
    assert names(card) == PARTS
    assert "comes in 5 parts" in text_of(card)
    assert card["attachments"][1]["description"] == "Part 2 of 5. Harper says: Dinner is ready"
    lengths = [await length_of(stage, one, tmp_path) for one in card["attachments"]]
    assert sum(lengths) == pytest.approx(LENGTH_S, abs=0.2)
    assert min(lengths) > 5


async def length_of(stage: Stage, attachment: Json, folder: Path) -> float:
    async with stage.page.session.get(attachment["url"]) as answer:
        target = folder / attachment["filename"]
        target.write_bytes(await answer.read())
    return probe(target).duration_s


async def test_parts_that_do_not_fit_in_one_request_are_added_to_the_same_message(
    stage: Stage, job: Job, long_result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_at_once(monkeypatch)
    before = len(await stage.page.messages())
    await stage.delivery.deliver(job, long_result, again=False)
    assert names(await stage.card(job)) == PARTS
    assert len(await stage.page.messages()) == before
    footers = [one["json"]["embeds"][0]["footer"]["text"] for one in stage.asked("PATCH", "/webhooks/")]
    assert ["part 3 of 5 is next" in footers[0], "part 5 of 5 is next" in footers[1]] == [True, True]
    assert "of audio" in footers[2]


@pytest.mark.parametrize("after_acting", [True, False])
async def test_after_a_crash_between_parts_there_are_none_too_few_and_none_too_many(
    stage: Stage, job: Job, long_result: Path, monkeypatch: pytest.MonkeyPatch, *, after_acting: bool
) -> None:
    two_at_once(monkeypatch)
    await stage.delivery.show(job)
    # Discord answers the first edit; the answer to the second is lost with the process.
    await stage.page.order("slow", "edit_answer", delay_s=0.01)
    await stage.page.order("dropped", "edit_answer", after_acting=after_acting)
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, long_result, again=False)
    await stage.restarted().deliver(job, long_result, again=True)
    card = await stage.card(job)
    assert names(card) == PARTS
    assert "of audio" in text_of(card)


@pytest.mark.parametrize("seconds_later", [0.0, 1200.0])
async def test_a_new_message_with_parts_is_completed_after_a_crash(
    stage: Stage, job: Job, long_result: Path, monkeypatch: pytest.MonkeyPatch, seconds_later: float
) -> None:
    two_at_once(monkeypatch)
    await stage.happen("delete_message", channel_id=places.GENERAL, message_id=str(job.card_message_id))
    await stage.page.order("slow", "edit_message", delay_s=0.01)  # of the card that is not there any more
    await stage.page.order("dropped", "edit_message")
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, long_result, again=False)
    assert names((await stage.page.messages())[-1]) == PARTS[:2]
    assert "Posting" in text_of((await stage.page.messages())[-1])
    stage.clock.ahead_s += seconds_later
    posted = await stage.restarted().deliver(job, long_result, again=True)
    message = (await stage.page.messages())[-1]
    assert message["id"] == str(posted.message_id)
    assert names(message) == PARTS
    assert "of audio" in text_of(message)
    assert len([one for one in await stage.page.messages() if one["attachments"]]) == 1


@pytest.mark.parametrize("code", [40005, 50045])
async def test_where_discord_takes_less_than_it_said_it_gets_less(
    stage: Stage, job: Job, result: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "SMALLER_BYTES", (MARGIN_BYTES + 300_000, MARGIN_BYTES + 130_000))
    write_tone(result.with_name("long.wav"), 10.0).replace(result)
    await stage.happen("limit_files", channel_id=places.GENERAL, size_bytes=200_000, code=code)
    roomy = dataclasses.replace(job, place=dataclasses.replace(job.place, upload_limit_bytes=LIMIT_BYTES))
    await stage.delivery.deliver(roomy, result, again=False)
    (attachment,) = (await stage.card(job))["attachments"]
    assert attachment["size"] <= 130_000
    sizes = [len(one["json"]["attachments"]) for one in stage.asked("PATCH", "/webhooks/")]
    assert sizes == [1, 1, 1], "480 kB, then 300 kB, then what fits"


async def test_files_that_are_too_much_together_go_one_by_one(stage: Stage, job: Job, long_result: Path) -> None:
    await stage.page.order("request_too_large", "edit_answer")
    await stage.delivery.deliver(job, long_result, again=False)
    assert names(await stage.card(job)) == PARTS
    assert len(stage.asked("PATCH", "/webhooks/")) == 1 + len(PARTS)


async def test_what_no_parts_are_small_enough_for_is_linked(stage: Stage, job: Job, long_result: Path) -> None:
    cramped = dataclasses.replace(job.place, upload_limit_bytes=MARGIN_BYTES + 3_000)
    linked = dataclasses.replace(job, place=cramped, result_urls=(LINK,))
    posted = await stage.delivery.deliver(linked, long_result, again=False)
    card = await stage.card(job)
    assert posted.message_id == job.card_message_id
    assert card["attachments"] == []
    assert "[Get it here](https://files.example.org/result.wav?signature=a%2Fb%28c%29)" in text_of(card)
    assert "the link ends" in text_of(card)


async def test_what_is_always_refused_is_linked_and_leaves_no_half_result(
    stage: Stage, job: Job, long_result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_at_once(monkeypatch)
    await stage.page.order("slow", "edit_answer", delay_s=0.01)
    await stage.page.order("file_too_large", "edit_answer", times=2)
    linked = dataclasses.replace(job, result_urls=(LINK,))
    monkeypatch.setattr(uploads, "SMALLER_BYTES", ())
    await stage.delivery.deliver(linked, long_result, again=False)
    card = await stage.card(job)
    assert card["attachments"] == []
    assert "[Get it here]" in text_of(card)


@pytest.mark.parametrize("url", ["https://files.internal.example.org/x.wav", "http://files.example.org/x.wav", ""])
async def test_without_a_link_for_members_the_size_is_named_and_nothing_is_posted(
    stage: Stage, job: Job, long_result: Path, url: str
) -> None:
    cramped = dataclasses.replace(job.place, upload_limit_bytes=MARGIN_BYTES + 3_000)
    unlinked = dataclasses.replace(job, place=cramped, result_urls=(url,))
    with pytest.raises(FileTooLarge):
        await stage.delivery.deliver(unlinked, long_result, again=False)
    assert (await stage.card(job))["attachments"] == []
    assert long_result.exists()


async def test_nothing_is_encoded_twice_while_discord_is_away(
    stage: Stage, job: Job, long_result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.page.order("dropped", "edit_answer")
    with pytest.raises(DiscordUnavailable):
        await stage.delivery.deliver(job, long_result, again=False)

    def made_again(*_: object) -> Clip:
        raise AssertionError

    monkeypatch.setattr("bot.delivery.posting.make_clip", made_again)
    await stage.delivery.deliver(job, long_result, again=True)
    assert names(await stage.card(job)) == PARTS


def clip_of(sizes: list[int]) -> Clip:
    files = [Upload(Path(str(number)), str(number), "", size) for number, size in enumerate(sizes)]
    return Clip(tuple(files), 1.0)


@given(sizes=st.lists(st.integers(1, 30 * MIB), min_size=1, max_size=10), request_bytes=st.integers(1, 30 * MIB))
def test_requests_hold_all_files_in_order_and_no_more_than_fits(sizes: list[int], request_bytes: int) -> None:
    clip = clip_of(sizes)
    groups = list(clip.requests(Room(30 * MIB, request_bytes)))
    assert [one for group in groups for one in group] == list(clip.uploads)
    for group in groups:
        assert len(group) == 1 or sum(one.size_bytes for one in group) <= request_bytes


@given(limit=st.integers(1, 200 * MIB), sizes=st.lists(st.integers(1, 200 * MIB), min_size=1, max_size=10))
def test_stepping_down_ends(limit: int, sizes: list[int]) -> None:
    room: Room | None = room_for(limit + MARGIN_BYTES)
    steps = 0
    while room is not None:
        clip = clip_of([min(size, room.file_bytes) for size in sizes])
        refused = next(clip.requests(room))
        smaller = room.after_refusal(sum(one.size_bytes for one in refused), clip.largest_bytes)
        assert smaller is None or (smaller.file_bytes, smaller.request_bytes) < (room.file_bytes, room.request_bytes)
        room = smaller
        steps += 1
        assert steps < 20
