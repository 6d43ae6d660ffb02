"""What may be written down: kinds, sizes, lengths, prices and languages, decided before anything is fetched."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from bot.errors import InvalidRequest
from bot.jobs.preferences import Preferences
from bot.jobs.service import JobService
from bot.jobs.transcribing import MIB, Keeping, Offered, Transcribing, TranscriptBounds, Wishes, kind_of
from bot.models import Job, JobState, Place, ResultForm, Source, SourceKind, TranscriptRequest
from bot.preferences import GuildSettings
from bot.storage.database import Database
from bot.storage.preferences import PreferenceStore
from bot.storage.transcripts import KeptTranscript, TranscriptStore
from tests.new_database import sqlite_in
from tests.storage.samples import kept_texts

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLACE = Place(1, 2, 3, 4, "token", NOW)
NOTE = Offered("https://cdn/x", "voice-message.ogg", "audio/ogg", 20_000, 5, 2, 6, author_id=7, length_s=10.0)


def transcribing(*, opted_out: int = 0) -> Transcribing:
    async def is_opted_out(user_id: int) -> bool:
        return user_id == opted_out

    return Transcribing(
        Mock(spec=JobService),
        Mock(spec=TranscriptStore, is_opted_out=is_opted_out),
        Mock(spec=Preferences),
        TranscriptBounds(max_source_bytes=100 * MIB, max_length_s=600.0),
        now=lambda: NOW,
    )


@pytest.mark.parametrize(
    ("name", "content_type", "kind"),
    [
        ("a", "audio/ogg; codecs=opus", SourceKind.AUDIO),
        ("a.txt", "video/mp4", SourceKind.VIDEO),
        ("A.M4A", "", SourceKind.AUDIO),
        ("a.mkv", "application/octet-stream", SourceKind.VIDEO),
        ("a.mp3", "text/plain", None),
        ("a.pdf", "application/pdf", None),
        ("mp3", "", None),
    ],
)
def test_what_can_be_heard_is_told_by_type_then_by_name(name: str, content_type: str, kind: SourceKind | None) -> None:
    assert kind_of(replace(NOTE, name=name, content_type=content_type)) is kind


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        ({"content_type": "image/png"}, "nothing_to_hear", ""),
        ({"size_bytes": 100 * MIB + 1}, "source_too_large", "100"),
        ({"length_s": 600.5}, "recording_too_long", "10"),
    ],
)
async def test_what_is_too_much_is_refused(changes: dict[str, Any], reason: str, detail: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await transcribing().request(replace(NOTE, **changes), PLACE, Wishes())
    assert (refused.value.reason, refused.value.detail) == (reason, detail)


async def test_the_largest_and_longest_are_taken() -> None:
    largest = replace(NOTE, size_bytes=100 * MIB, length_s=600.0)
    assert (await transcribing().request(largest, PLACE, Wishes())).size == 600


@pytest.mark.parametrize(
    ("changes", "length_s"),
    [
        ({"length_s": 10.0}, 10.0),
        ({"length_s": None, "size_bytes": 80_000}, 10.0),
        ({"length_s": 0.0, "size_bytes": 80_000}, 10.0),
        ({"length_s": None, "size_bytes": 1_764_000, "name": "a.WAV"}, 10.0),
        ({"length_s": None, "size_bytes": 1_250_000, "content_type": "video/mp4", "name": "a.mp4"}, 10.0),
        ({"length_s": None, "size_bytes": 100 * MIB}, 600.0),
        ({"length_s": None, "size_bytes": 1}, 1.0),
        ({"length_s": 1.0, "size_bytes": 6_400_000}, 100.0),
        ({"length_s": 1.0, "size_bytes": 6_400_000, "name": "a.wav"}, 6_400_000 / 1_536_000),
        ({"length_s": 1.0, "size_bytes": 25_000_000, "content_type": "video/mp4", "name": "a.mp4"}, 2.0),
        ({"length_s": 1.0, "size_bytes": 100 * MIB}, 600.0),
    ],
)
async def test_an_unknown_length_and_one_that_cannot_be_are_guessed_from_the_size_within_bounds(
    changes: dict[str, Any], length_s: float
) -> None:
    assert (await transcribing().request(replace(NOTE, **changes), PLACE, Wishes())).length_s == length_s


@pytest.mark.parametrize(
    ("wishes", "length_s", "language"),
    [
        (Wishes("Deutsch", "fr"), 2.0, "de"),
        (Wishes("", "pt-BR"), 4.9, "pt"),
        (Wishes("", "pt-BR"), 5.0, None),
        (Wishes("", "pt-BR"), None, None),
        (Wishes(), 2.0, None),
    ],
)
async def test_the_language_is_the_option_or_a_guess_for_very_short_notes(
    wishes: Wishes, length_s: float | None, language: str | None
) -> None:
    request = await transcribing().request(replace(NOTE, length_s=length_s), PLACE, wishes)
    assert request.language == language


async def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InvalidRequest) as refused:
        await transcribing().request(NOTE, PLACE, Wishes("Elvish"))
    assert refused.value.reason == "language_unknown"


async def test_who_opted_out_is_transcribed_for_themselves_alone() -> None:
    with pytest.raises(InvalidRequest) as refused:
        await transcribing(opted_out=7).request(NOTE, PLACE, Wishes())
    assert refused.value.reason == "not_transcribed"
    own = await transcribing(opted_out=7).request(NOTE, replace(PLACE, user_id=7), Wishes())
    assert own.source.author_id == 7


@pytest.mark.parametrize(("size_bytes", "is_taken"), [(20_000, True), (6_400_000, False)])
async def test_a_note_that_cannot_be_as_short_as_it_says_is_left_alone(size_bytes: int, *, is_taken: bool) -> None:
    chosen = GuildSettings(transcribed_channels=(2,), notes_from_s=2.0, notes_to_s=60.0)
    jobs, store = Mock(spec=JobService), Mock(spec=TranscriptStore)
    store.is_opted_out.return_value = False
    preferences = Mock(spec=Preferences, guild=AsyncMock(return_value=chosen))
    notes = Transcribing(jobs, store, preferences, TranscriptBounds(), now=lambda: NOW)
    note = replace(NOTE, size_bytes=size_bytes, author_id=PLACE.user_id)
    await notes.take_note(note, PLACE, frozenset({2}), role_ids=(), locale="de")
    assert jobs.submit.called is is_taken


class KeepingGuild:
    """A database that two processes use, of which one works on a job and the managers reach the other."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.store = TranscriptStore(database)
        self.here, self.there = (Preferences(PreferenceStore(database)) for _ in range(2))
        self.keeping = Keeping(self.store, self.here, now=lambda: NOW)

    async def choose(self, days: int) -> None:
        await self.there.change_guild(3, lambda now: replace(now, keep_transcripts_days=days))

    async def kept(self, job_id: str, speaker_id: int = 0) -> bool:
        request = TranscriptRequest(Source("u", "note.ogg", SourceKind.AUDIO, 1, 2, author_id=speaker_id), 3.0)
        job = Job(job_id, JobState.DELIVERING, request, ResultForm.FILE, PLACE, NOW, NOW)
        await self.keeping.keep(job, "Good evening")
        return job_id in [one.job_id for one in await kept_texts(self.database, 3)]


@pytest.fixture
async def keeping(tmp_path: Path) -> AsyncIterator[KeepingGuild]:
    async with Database(sqlite_in(tmp_path)) as database:
        yield KeepingGuild(database)


async def test_nothing_is_kept_once_another_process_was_told_so(keeping: KeepingGuild) -> None:
    await keeping.choose(7)
    assert await keeping.kept("a" * 32)
    await keeping.choose(0)
    assert not await keeping.kept("b" * 32)


async def test_nothing_is_kept_of_who_opted_out_while_it_was_written_down(keeping: KeepingGuild) -> None:
    await keeping.choose(7)
    assert await keeping.kept("a" * 32, speaker_id=77)
    await keeping.store.opt_out(77)
    assert not await keeping.kept("b" * 32, speaker_id=77)


async def test_what_was_being_kept_when_the_time_was_shortened_is_not(
    keeping: KeepingGuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keeping.choose(7)
    keep = TranscriptStore.keep

    async def turned_off_first(store: TranscriptStore, kept: KeptTranscript) -> None:
        await keeping.choose(0)
        await keep(store, kept)

    monkeypatch.setattr(TranscriptStore, "keep", turned_off_first)
    assert not await keeping.kept("a" * 32)
