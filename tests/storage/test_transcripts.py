"""Who is not transcribed, which notes were, and what is kept: in the database, and gone from it in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.database import Database
from bot.storage.housekeeping import Housekeeper
from bot.storage.transcripts import KeptTranscript, TranscriptStore
from tests.storage.samples import kept_texts

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


async def test_the_first_text_of_a_job_is_kept_until_its_end(store: TranscriptStore, database: Database) -> None:
    await store.keep(KEPT)
    await store.keep(replace(KEPT, text="another text of the same job"))
    later = replace(KEPT, job_id="b" * 32, scope_id=2, text="Later", ends_at=NOW + timedelta(days=1))
    await store.keep(later)
    stored = replace(KEPT, text="Good evening")
    assert await kept_texts(database, 1) == [stored]
    assert await kept_texts(database, 2) == [later]
    assert await Housekeeper(database, jobs_kept=timedelta(days=1)).clean_up(NOW + timedelta(seconds=1)) == 1
    assert await kept_texts(database, 1) == []
    assert await kept_texts(database, 2) == [later]


async def test_the_text_of_one_transcript_is_removed_in_its_guild_only(
    store: TranscriptStore, database: Database
) -> None:
    await store.keep(KEPT)
    await store.forget_one(2, KEPT.job_id)
    assert len(await kept_texts(database, 1)) == 1
    await store.forget_one(1, KEPT.job_id)
    assert await kept_texts(database, 1) == []
