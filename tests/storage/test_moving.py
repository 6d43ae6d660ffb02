"""From one database to another: everything arrives, or nothing does."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.errors import LimitReached
from bot.learned_time import LearnedTime
from bot.limits import Block, LimitName, Override, Subject
from bot.models import JobState
from bot.preferences import GuildSettings, MemberSettings
from bot.storage import moving
from bot.storage.database import Database, StorageError
from bot.storage.favourites import FavouriteStore
from bot.storage.jobs import JobStore
from bot.storage.moving import move
from bot.storage.overrides import OverrideStore
from bot.storage.pace import PaceStore
from bot.storage.preferences import PreferenceStore
from bot.storage.processes import ProcessStore
from bot.storage.tables import metadata
from bot.storage.transcripts import KeptTranscript, TranscriptStore
from bot.storage.voices import GoneVoice, VoiceStore
from tests.storage.samples import ANNA, START, TIGHT, new_job

LATER = START + timedelta(hours=1)


@pytest.fixture
async def target(postgres_url: str) -> AsyncIterator[Database]:
    async with Database(postgres_url) as database:
        yield database


@pytest.fixture
async def source(sqlite_url: str) -> AsyncIterator[Database]:
    """An SQLite file that has something in each table."""
    async with Database(sqlite_url, exclusive=True) as database:
        store = JobStore(database, TIGHT, owner="old process")
        await ProcessStore(database, "old process").start(START)
        for number in range(3):
            job = await store.admit(new_job(1, text=f"{number} 世界 🎉\0"))
            await store.set_card(job.id, 1, START)
        assert await store.claim(START, 9) is not None
        await VoiceStore(database).save_catalogue([ANNA], gone=[GoneVoice("old", "Old\0", None)], at=START)
        await VoiceStore(database).remember(100, 1, "anna-1")
        await PaceStore(database).save("speech", LearnedTime(0.1, 0.2, 3.0))
        await OverrideStore(database, TIGHT).set(100, Override(Subject.MEMBER, 2, LimitName.DAY, 5))
        await OverrideStore(database, TIGHT).block(100, Block(Subject.ROLE, 3, 4, START))
        await _fill_choices(database)
        yield database


async def _fill_choices(database: Database) -> None:
    preferences, transcripts = PreferenceStore(database), TranscriptStore(database)
    await preferences.set_guild(100, GuildSettings(voice="anna-1", channel_voices={2**60: "old"}, channels=(2**60,)))
    await preferences.set_member(100, 1, MemberSettings(voice="anna-1"))
    await transcripts.opt_out(7)
    await transcripts.take_note(2**60, START)
    await transcripts.keep(KeptTranscript("0" * 32, 100, 55, 1, 2, "Hello 世界\0", LATER))
    await FavouriteStore(database).add(1, "anna-1", START, at_most=5)


async def _rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    async with database.read() as connection:
        return {
            table.name: [tuple(row) for row in await connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


async def test_everything_arrives_but_the_leases_of_programs(source: Database, target: Database) -> None:
    before = await _rows(source)
    assert all(before.values()), "a table is empty here"
    counts = await move(source, target, LATER)
    arrived = await _rows(target)
    assert arrived.pop("processes") == []
    assert before.pop("processes")
    assert {name: len(rows) for name, rows in arrived.items()} == counts
    assert arrived.pop("gone_voices") == [("old", "Old", None, START)]
    before.pop("gone_voices")
    assert arrived == before


async def test_limits_the_line_and_jobs_in_hand_go_on_in_the_new_place(source: Database, target: Database) -> None:
    await move(source, target, LATER)
    store = JobStore(target, TIGHT, owner="new process")
    with pytest.raises(LimitReached):
        await store.admit(new_job(1))
    waiting = [job.id for job in await store.waiting(9)]
    assert len(waiting) == 2
    claimed = await store.claim(LATER, 9)
    assert claimed is not None
    assert claimed.id == waiting[0]
    taken = await store.take_over(LATER)
    assert {job.state for job in taken} == {JobState.SUBMITTING}
    assert len(taken) == 2


async def test_many_rows_arrive_in_parts(source: Database, target: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "ROWS_AT_ONCE", 2)
    counts = await move(source, target, LATER)
    assert counts["jobs"] == 3


async def test_a_database_that_holds_something_is_not_touched(source: Database, target: Database) -> None:
    await JobStore(target, None).admit(new_job())
    before = await _rows(target)
    with pytest.raises(StorageError, match="holds jobs already"):
        await move(source, target, LATER)
    assert await _rows(target) == before


async def test_what_a_bot_writes_by_itself_when_it_starts_is_replaced(source: Database, target: Database) -> None:
    await VoiceStore(target).save_catalogue([ANNA], gone=(), at=START)
    await ProcessStore(target, "tried it").start(START)
    assert (await move(source, target, LATER))["voices"] == 1


async def test_a_server_that_programs_work_on_is_refused(source: Database, target: Database) -> None:
    await ProcessStore(target, "alive").renew(LATER)
    with pytest.raises(StorageError, match="is used by a running Soundbooth; stop it first"):
        await move(source, target, LATER)


async def test_what_fails_in_the_middle_leaves_the_new_place_empty(source: Database, target: Database) -> None:
    async with source.write() as connection:
        await connection.execute(text("UPDATE voices SET tags = 'no json at all'"))
    before = await _rows(target)
    with pytest.raises(StorageError):
        await move(source, target, LATER)
    assert await _rows(target) == before


async def test_a_table_that_does_not_arrive_whole_is_an_error(source: Database, target: Database) -> None:
    async with target.write() as connection:
        await connection.execute(text("CREATE RULE lose AS ON INSERT TO usage DO INSTEAD NOTHING"))
    with pytest.raises(StorageError, match="The table usage did not arrive whole; nothing was copied"):
        await move(source, target, LATER)
    assert all(not rows for rows in (await _rows(target)).values())


async def test_a_server_can_be_moved_back_into_a_file(source: Database, target: Database, tmp_path: object) -> None:
    await move(source, target, LATER)
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/back.db") as back:
        await move(target, back, LATER)
        assert await _rows(back) == await _rows(target)
