"""What is kept about a member, handed over as a file and removed from wherever it is remembered."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from bot.errors import InvalidRequest
from bot.finevoice.client import FineVoice
from bot.jobs.favourites import Favourites
from bot.jobs.preferences import Preferences
from bot.jobs.privacy import Memories, Privacy
from bot.jobs.voice_library import VoiceLibrary
from bot.models import Job, JobState, Source, SourceKind, TranscriptRequest, Voice
from bot.preferences import MemberSettings
from bot.storage.database import Database
from bot.storage.favourites import FavouriteStore
from bot.storage.jobs import JobStore
from bot.storage.preferences import PreferenceStore
from bot.storage.privacy import PrivacyStore
from bot.storage.transcripts import KeptTranscript, TranscriptStore
from bot.storage.voices import VoiceStore
from tests.new_database import sqlite_in
from tests.storage.samples import WIDE, kept_texts, new_job

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ME, HERE = 700_000_000_000_000_001, 100
ANNA, BEN = Voice("anna-1", "Anna"), Voice("ben-1", "Ben")


class Setting:
    """One member's data, and everything that remembers it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.store = JobStore(database, WIDE)
        self.preferences = Preferences(PreferenceStore(database))
        self.favourites = Favourites(FavouriteStore(database), now=lambda: NOW)
        api = Mock(spec=FineVoice)
        self.voices = VoiceLibrary(api, VoiceStore(database), default_voice="ben-1", refresh_every_s=3600)
        self.transcripts = TranscriptStore(database)
        self.forgotten_results: list[str] = []
        memories = Memories(self.preferences, self.voices, self._forget)
        self.privacy = Privacy(PrivacyStore(database), memories, now=lambda: NOW)

    async def _forget(self, job: Job) -> None:
        self.forgotten_results.append(job.id)

    async def job(self, text: str = "Hello", *, is_over: bool = True, age_s: int = 0) -> Job:
        job = await self.store.admit(new_job(ME, HERE, text=text, at=NOW - timedelta(seconds=age_s)))
        if is_over:
            await self.store.finish_without_result(job, JobState.CANCELLED, NOW)
        return job

    async def export(self, max_bytes: int = 1_000_000) -> Any:
        export = await self.privacy.export(ME, max_bytes=max_bytes)
        assert len(export.document) <= max_bytes
        document = json.loads(export.document)
        assert document["jobs_left_out"] == export.jobs_left_out
        return document


@pytest.fixture
async def setting(tmp_path: Path) -> AsyncIterator[Setting]:
    async with Database(sqlite_in(tmp_path)) as database:
        setting = Setting(database)
        await setting.voices._use((ANNA, BEN))  # pyright: ignore[reportPrivateUsage] - the catalogue is not the matter
        yield setting


async def test_an_export_is_json_with_everything_in_it(setting: Setting) -> None:
    job = await setting.job("Grüße [happy] 日本")
    await setting.preferences.change_member(HERE, ME, voice="anna-1")
    await setting.favourites.star(ME, "ben-1")
    document = await setting.export()
    assert (document["user_id"], document["written_at"]) == (str(ME), NOW.isoformat())
    (exported,) = document["jobs"]
    assert (exported["id"], exported["request"]["text"]) == (job.id, "Grüße [happy] 日本")
    assert (exported["scope_id"], exported["user_id"]) == (str(HERE), str(ME)), "ids are text"
    assert exported["created_at"] == NOW.isoformat()
    assert document["choices"][0]["settings"]["voice"] == "anna-1"
    assert document["favourite_voices"][0]["voice"] == "ben-1"
    assert document["used_by_day"][0]["day"] == "2026-11-22"
    assert "token" not in json.dumps(document)
    written = (await setting.privacy.export(ME, max_bytes=100_000)).document.decode()
    assert written == json.dumps(document, ensure_ascii=False, indent=1), "for people to read"


async def test_ids_inside_of_what_was_asked_for_are_text_too(setting: Setting) -> None:
    source = Source("https://cdn.example/a.ogg", "a.ogg", SourceKind.AUDIO, 10, 900_000_000_000_000_001)
    asked = replace(new_job(ME, HERE, at=NOW), request=TranscriptRequest(source, 3.0))
    await setting.store.finish_without_result(await setting.store.admit(asked), JobState.CANCELLED, NOW)
    (exported,) = (await setting.export())["jobs"]
    assert exported["request"]["source"]["attachment_id"] == "900000000000000001"
    assert exported["request"]["length_s"] == 3.0


async def test_of_more_jobs_than_fit_the_newest_are_in_it(setting: Setting) -> None:
    for age_s in range(6):
        await setting.job("x" * 900, age_s=age_s)
    assert len((await setting.export())["jobs"]) == 6
    document = await setting.export(max_bytes=6_000)
    assert 0 < len(document["jobs"]) < 6
    assert document["jobs_left_out"] == 6 - len(document["jobs"])
    times = [job["created_at"] for job in document["jobs"]]
    assert times == sorted(times, reverse=True)
    assert times[0] == NOW.isoformat()


async def test_an_export_with_many_hours_of_transcripts_fits_and_has_the_newest(setting: Setting) -> None:
    for number in range(6):
        ends_at = NOW + timedelta(days=number)
        kept = KeptTranscript(f"{number:032x}", HERE, 5, ME, 9, "é\n" * 500, ends_at)
        await setting.transcripts.keep(kept)
    for age_s in range(6):
        await setting.job("x" * 900, age_s=age_s)
    whole = await setting.export()
    assert (len(whole["kept_transcripts"]), whole["transcripts_left_out"]) == (6, 0)
    for max_bytes in (6_000, 8_000, 12_000):
        document = await setting.export(max_bytes=max_bytes)
        ends = [transcript["ends_at"] for transcript in document["kept_transcripts"]]
        assert 0 < len(ends) < 6
        assert document["transcripts_left_out"] == 6 - len(ends)
        assert ends == sorted(ends, reverse=True)
        assert ends[0] == (NOW + timedelta(days=5)).isoformat()
    assert document["jobs"], "neither leaves no room for the other"


async def test_an_export_of_nothing_is_a_file_too(setting: Setting) -> None:
    assert (await setting.export())["jobs"] == []


async def test_what_is_deleted_is_forgotten_everywhere(setting: Setting) -> None:
    jobs = [await setting.job() for _ in range(3)]
    await setting.preferences.change_member(HERE, ME, voice="anna-1")
    await setting.favourites.star(ME, "ben-1")
    await setting.voices.remember(HERE, ME, ANNA)
    await setting.privacy.delete(ME)
    assert sorted(setting.forgotten_results) == sorted(job.id for job in jobs)
    assert await setting.preferences.member(HERE, ME) == MemberSettings()
    assert await setting.favourites.load(ME) == ()
    assert await setting.voices.last_used(HERE, ME) is None
    assert (await setting.export())["jobs"] == []


async def test_nothing_is_deleted_while_a_job_is_not_over(setting: Setting) -> None:
    await setting.job()
    job = await setting.job(is_over=False)
    with pytest.raises(InvalidRequest) as refused:
        await setting.privacy.delete(ME)
    assert (refused.value.reason, refused.value.detail) == ("jobs_unfinished", "1")
    assert len((await setting.export())["jobs"]) == 2
    await setting.store.finish_without_result(job, JobState.CANCELLED, NOW)
    await setting.privacy.delete(ME)


async def test_a_shorter_time_holds_for_transcripts_that_are_kept_already(setting: Setting) -> None:
    kept = KeptTranscript("a" * 32, HERE, 5, ME, ME, "Hello", NOW + timedelta(days=90))
    await setting.transcripts.keep(kept)
    await setting.privacy.keep_transcripts_at_most(HERE, days=7)
    (left,) = await kept_texts(setting.database, HERE)
    assert left.ends_at == NOW + timedelta(days=7)
    await setting.privacy.keep_transcripts_at_most(HERE + 1, days=0)
    assert await kept_texts(setting.database, HERE) == [left]
    await setting.privacy.keep_transcripts_at_most(HERE, days=0)
    assert await kept_texts(setting.database, HERE) == []
