"""What the database holds about one member: all of it is found, all of it but what holds limits is removed."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.errors import InvalidRequest
from bot.limits import Block, LimitName, Override, Subject
from bot.models import Job, JobState
from bot.storage import privacy as privacy_module
from bot.storage.database import Database
from bot.storage.favourites import FavouriteStore
from bot.storage.jobs import JobStore
from bot.storage.overrides import OverrideStore
from bot.storage.preferences import MemberSettings, PreferenceStore
from bot.storage.privacy import KeptCounts, PrivacyStore
from bot.storage.tables import kept_transcripts, metadata, not_transcribed
from bot.storage.transcripts import KeptTranscript, TranscriptStore
from bot.storage.voices import VoiceStore
from tests.storage.samples import ANNA, START, TIGHT, WIDE, new_job

ME, OTHER = 700_000_000_000_000_001, 700_000_000_000_000_002
HERE, THERE = 100, 200
NOTHING = KeptCounts(0, 0, 0, 0, 0, 0, 0, is_not_transcribed=False)
# What holds limits, blocks, whose turn it is, and the wish not to be transcribed.
STAYS = {"buckets", "spent", "limit_overrides", "blocked", "turns", "not_transcribed"}


async def live(database: Database, user_id: int) -> None:
    """A life in two guilds, with something in every table that knows members."""
    store = JobStore(database, TIGHT)
    for guild_id in (HERE, THERE):
        done, waiting = [await store.admit(new_job(user_id, guild_id, text=f"Secret of {user_id}")) for _ in range(2)]
        await store.finish_without_result(done, JobState.CANCELLED, START)
        await store.set_card(waiting.id, 1, START)
        await VoiceStore(database).remember(guild_id, user_id, ANNA.name)
        await PreferenceStore(database).set_member(guild_id, user_id, MemberSettings(voice=f"voice of {user_id}"))
        overrides = OverrideStore(database, TIGHT)
        await overrides.set(guild_id, Override(Subject.MEMBER, user_id, LimitName.DAY, 5))
        await overrides.block(guild_id, Block(Subject.MEMBER, user_id, ME + OTHER - user_id, START))
    await FavouriteStore(database).add(user_id, "anna-1", START, at_most=5)
    transcripts = TranscriptStore(database)
    await transcripts.opt_out(user_id)
    for number, (asked_by, speaker) in enumerate(((user_id, user_id), (user_id, 3), (3, user_id), (3, 4))):
        job_id = f"job {user_id % 10}-{number}"
        await transcripts.keep(KeptTranscript(job_id, HERE, 55, asked_by, speaker, f"by {speaker}", START))


async def end_all(database: Database) -> None:
    store = JobStore(database, TIGHT)
    for scope_id in (HERE, THERE):
        for job in await store.page(scope_id, count=10):
            await store.finish_without_result(job, JobState.FAILED, START)


async def tables_that_name(database: Database, user_id: int) -> set[str]:
    async with database.read() as connection:
        return {
            table.name
            for table in metadata.sorted_tables
            if any(str(user_id) in str(tuple(row)) for row in await connection.execute(select(table)))
        }


async def test_everything_that_names_the_member_is_exported_and_nothing_of_others(database: Database) -> None:
    await live(database, ME)
    await live(database, OTHER)
    named = await tables_that_name(database, ME)
    rows = await PrivacyStore(database).export(ME, max_characters=1_000_000)
    found = {name: getattr(rows, name) for name in rows.__slots__ if name != "transcripts_left_out"}
    # Turns and buckets are numbers that mean nothing by themselves.
    assert len(named - {"turns", "buckets"}) == sum(bool(value) for value in found.values())
    assert all(value for value in found.values())
    assert str(OTHER) not in json.dumps(found, default=str)
    assert (len(rows.jobs), len(rows.transcripts)) == (4, 3)
    kept_back = {"interaction_token", "token_expires_at", "result_urls", "api_task_id", "owner", "charges"}
    assert not kept_back & set(rows.jobs[0])
    assert "blocked_by" not in rows.blocks[0], "who did it is about somebody else"


async def test_whoever_had_a_member_transcribed_is_not_told_to_them(database: Database) -> None:
    transcripts = TranscriptStore(database)
    for asked_by in (ME, OTHER):
        await transcripts.keep(KeptTranscript(f"by {asked_by}", HERE, 55, asked_by, ME, "Hello", START))
    rows = (await PrivacyStore(database).export(ME, max_characters=100)).transcripts
    own, other = sorted(rows, key=len, reverse=True)
    assert (own["user_id"], own["job_id"]) == (ME, f"by {ME}")
    assert set(own) - set(other) == {"user_id", "job_id"}
    assert (other["speaker_id"], other["text"]) == (ME, "Hello")


async def test_it_is_counted(database: Database) -> None:
    store = PrivacyStore(database)
    assert await store.count(ME) == NOTHING
    await live(database, ME)
    assert await store.count(ME) == KeptCounts(
        jobs=4,
        days_of_usage=1,
        guilds_with_choices=2,
        favourites=1,
        transcripts=3,
        limits=2,
        blocks=2,
        is_not_transcribed=True,
    )
    assert await store.count(OTHER) == NOTHING


async def test_forgetting_leaves_what_holds_limits_and_all_of_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy_module, "ROWS_AT_ONCE", 2)
    await live(database, ME)
    await live(database, OTHER)
    store = PrivacyStore(database)
    assert await store.count_unfinished(ME) == 2
    await end_all(database)
    of_other = await store.export(OTHER, max_characters=1_000_000)
    assert await store.count_unfinished(ME) == 0
    assert {job.place.guild_id for job in await store.finished_jobs(ME)} == {HERE, THERE}
    await store.forget(ME)
    # The other one's blocks say who did them.
    assert await tables_that_name(database, ME) == STAYS
    now = await store.export(OTHER, max_characters=1_000_000)
    assert {row["id"] for row in now.jobs} == {row["id"] for row in of_other.jobs}
    for name in ("usage", "budgets", "limits", "blocks", "last_voices", "choices", "favourites", "transcripts"):
        assert getattr(now, name) == getattr(of_other, name)
    left = await store.export(ME, max_characters=1_000_000)
    assert left.budgets, "what was used still counts"
    gone = (left.jobs, left.usage, left.last_voices, left.choices, left.favourites, left.transcripts)
    assert not any(gone)


async def test_jobs_that_are_not_over_are_never_removed(database: Database) -> None:
    await live(database, ME)
    await PrivacyStore(database).forget(ME)
    assert await PrivacyStore(database).count_unfinished(ME) == 2


async def test_a_guilds_transcripts_end_earlier_but_never_later_and_those_of_others_as_they_were(
    database: Database,
) -> None:
    ends = {"a": (HERE, 1), "b": (HERE, 10), "c": (THERE, 10)}
    transcripts = TranscriptStore(database)
    for job_id, (scope_id, days) in ends.items():
        end = START + timedelta(days=days)
        await transcripts.keep(KeptTranscript(job_id, scope_id, 5, ME, ME, "Hello", end))
    store = PrivacyStore(database)
    await store.end_transcripts(HERE, START + timedelta(days=7))
    assert await ends_of(database) == {"a": 1, "b": 7, "c": 10}
    await store.remove_transcripts(HERE)
    assert await ends_of(database) == {"c": 10}


async def ends_of(database: Database) -> dict[str, int]:
    """In how many days each of the kept transcripts ends."""
    async with database.read() as connection:
        rows: Any = await connection.execute(select(kept_transcripts.c.job_id, kept_transcripts.c.ends_at))
        return {row.job_id: (row.ends_at - START).days for row in rows}


async def test_a_wish_is_counted_for_the_one_who_has_it(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(not_transcribed).values(user_id=ME))
    assert (await PrivacyStore(database).count(ME)).is_not_transcribed
    assert not (await PrivacyStore(database).count(OTHER)).is_not_transcribed


async def test_what_repeated_somebody_elses_job_is_forgotten_but_not_that_it_was_repeated(database: Database) -> None:
    store = JobStore(database, WIDE)
    first = await store.admit(new_job(OTHER, HERE))
    second = await store.admit(new_job(ME, HERE, retry_of=first.id))
    for job in (first, second):
        await store.set_card(job.id, 5, START)
        assert await store.finish_without_result(await fresh(store, job), JobState.CANCELLED, START)
    await PrivacyStore(database).forget(ME)
    assert await store.get(second.id) is None
    assert await store.was_repeated(first.id)
    with pytest.raises(InvalidRequest):
        await store.admit(new_job(ME, HERE, retry_of=first.id))
    await PrivacyStore(database).forget(OTHER)
    assert await store.get(first.id) is None


async def fresh(store: JobStore, job: Job) -> Job:
    """The job as it is now."""
    found = await store.get(job.id)
    assert found is not None
    return found
