"""Who is not transcribed, which notes were, and what is kept: in the database, and gone from it in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.database import Database
from bot.storage.housekeeping import Housekeeper
from bot.storage.transcripts import KeptTranscript, TranscriptStore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEPT = KeptTranscript("a" * 32, 1, 10, user_id=100, speaker_id=200, text="Good\0 evening", ends_at=NOW)


@pytest.fixture
def store(database: Database) -> TranscriptStore:
    return TranscriptStore(database)


async def test_a_member_opts_out_and_in_again_however_often(store: TranscriptStore) -> None:
    for _ in range(2):
        await store.opt_out(7)
    assert await store.is_opted_out(7)
    assert not await store.is_opted_out(8)
    for _ in range(2):
        await store.opt_in(7)
    assert not await store.is_opted_out(7)


async def test_a_note_is_taken_once_and_forgotten_after_a_month(store: TranscriptStore, database: Database) -> None:
    assert await store.take_note(5, NOW)
    assert not await store.take_note(5, NOW)
    assert await store.take_note(6, NOW)
    housekeeper = Housekeeper(database, jobs_kept=timedelta(days=1))
    assert await housekeeper.clean_up(NOW + timedelta(days=29)) == 0
    assert await housekeeper.clean_up(NOW + timedelta(days=31)) == 2
    assert await store.take_note(5, NOW)


async def test_kept_texts_belong_to_asker_and_speaker_and_end_in_time(
    store: TranscriptStore, database: Database
) -> None:
    await store.keep(KEPT)
    await store.keep(replace(KEPT, text="another text of the same job"))
    later = replace(KEPT, job_id="b" * 32, scope_id=2, user_id=300, speaker_id=300, ends_at=NOW + timedelta(days=1))
    await store.keep(later)
    stored = replace(KEPT, text="Good evening")
    assert await store.kept_of(100) == await store.kept_of(200) == await store.kept_in(1) == [stored]
    assert [one.job_id for one in await store.kept_of(300)] == [later.job_id]
    assert await Housekeeper(database, jobs_kept=timedelta(days=1)).clean_up(NOW + timedelta(seconds=1)) == 1
    assert await store.kept_in(1) == []
    assert len(await store.kept_in(2)) == 1


async def test_what_is_kept_is_forgotten_for_a_member_or_a_guild(store: TranscriptStore) -> None:
    for number in range(3):
        await store.keep(replace(KEPT, job_id=f"{number:032x}", scope_id=number, speaker_id=200 + number))
    await store.forget_one(0, f"{1:032x}")
    assert await store.forget(201) == 1, "one of another guild is not touched"
    assert await store.forget_guild(2) == 1
    assert [one.speaker_id for one in await store.kept_of(100)] == [200]
    await store.forget_one(0, f"{0:032x}")
    assert await store.kept_of(200) == []
    assert await store.forget(100) == 0
