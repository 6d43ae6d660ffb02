"""What is said about a result that is in parts, elsewhere, or only linked."""

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ChannelGone, DeliveryError, NotAllowed
from bot.models import Job, JobState, Place, Posted, ResultForm, Source, SourceKind, SpeechRequest, TranscriptRequest
from bot.replies import results
from bot.replies.job_cards import build_done_card

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HERE = Place(7, 21, 100, 9, "token", NOW)
JOB = Job(
    "abcdef" + "0" * 26,
    JobState.DELIVERING,
    SpeechRequest("Dinner is ready", "harper", "Harper"),
    ResultForm.FILE,
    HERE,
    NOW,
    NOW,
)


def test_names_of_parts_sort_in_order() -> None:
    names = [results.part_name(JOB, "ogg", number, 10) for number in range(1, 11)]
    assert names == sorted(names)
    assert names[1] == "02-of-10-dinner-is-ready.ogg"


def test_a_long_text_leaves_room_for_the_number_of_the_part() -> None:
    long = dataclasses.replace(JOB, request=SpeechRequest("word " * 500, "harper", "Harper"))
    said = results.part_alt_text(long, 2, 3)
    assert said.startswith("Part 2 of 3. Harper says: word")
    assert len(said) <= 1024


def test_one_file_is_not_called_a_part() -> None:
    assert "parts" not in (results.build_result_card(JOB, 2.0, NOW).embed.description or "")


@pytest.mark.parametrize(("why", "has_bot", "words"), [
    (NotAllowed(21, "attach_files"), True, "without the permission **Attach Files**"),
    (NotAllowed(21, "something_new"), True, "I may not post audio there."),
    (ChannelGone(21), True, "it could not be posted there"),
    (ChannelGone(21), False, "I am not a member there"),
    (None, True, "it could not be posted there"),
])  # fmt: skip
def test_the_member_and_the_card_are_told_the_same_reason(
    why: DeliveryError | None, words: str, *, has_bot: bool
) -> None:
    job = dataclasses.replace(JOB, place=dataclasses.replace(HERE, has_bot=has_bot))
    card = results.build_moved_card(job, 2.0, NOW, to=Posted(5, 6), why=why)
    private = results.build_private_card(job, 2.0, NOW, why=why)
    assert words in (card.embed.description or "")
    assert words in (private.embed.description or "")
    assert "<@7>" in (card.embed.description or "")
    assert "<#21>" in (private.embed.description or "")


@pytest.mark.parametrize("permission", ["attach_files", ""])
def test_a_transcript_is_not_called_audio_where_it_may_not_be_posted(permission: str) -> None:
    request = TranscriptRequest(Source("u", "note.ogg", SourceKind.AUDIO, 1, 2), 34.0)
    why = NotAllowed(21, permission)
    card = results.build_moved_card(dataclasses.replace(JOB, request=request), 2.0, NOW, to=Posted(5, 6), why=why)
    said = card.embed.description or ""
    assert "I may not post a transcript there" in said
    assert ("without the permission **Attach Files**" in said) is bool(permission)


def test_a_message_beside_the_card_is_linked() -> None:
    card = results.build_moved_card(JOB, 2.0, NOW, to=Posted(21, 6), why=None)
    assert "(https://discord.com/channels/100/21/6)" in (card.embed.description or "")
    private = dataclasses.replace(JOB, place=dataclasses.replace(HERE, guild_id=None))
    card = results.build_moved_card(private, 2.0, NOW, to=Posted(21, 6), why=None)
    assert "(https://discord.com/channels/@me/21/6)" in (card.embed.description or "")


def test_each_round_of_sending_has_a_mark_of_its_own() -> None:
    marks = {results.mark_of(dataclasses.replace(JOB, deliveries=number)) for number in range(3)}
    assert marks == {"id abcdef", "id abcdef, sending 2", "id abcdef, sending 3"}


@given(text=st.text(min_size=1, max_size=2_000), notes=st.lists(st.text(max_size=400), max_size=5))
def test_as_text_it_fits_into_a_message_and_ends_with_the_mark(text: str, notes: list[str]) -> None:
    job = dataclasses.replace(JOB, request=SpeechRequest(text, "harper", "Harper"), notes=tuple(notes))
    said = results.as_text(results.with_mark(build_done_card(job, 2.0, NOW), job))
    assert len(said) <= 2_000
    assert said.splitlines()[-1].endswith(f"· {results.mark_of(job)}")
