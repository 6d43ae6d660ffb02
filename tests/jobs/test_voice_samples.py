"""Samples of voices: made once, kept within bounds, and never in the way of jobs."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from sqlalchemy import update

from bot.audio.probe import probe
from bot.audio.transcode import write_samples
from bot.errors import InvalidRequest
from bot.finevoice.client import FineVoice
from bot.finevoice.transport import Conduct
from bot.jobs.sample_claims import CLAIMED_FOR
from bot.jobs.sample_texts import ENGLISH, TEXTS, sample_text
from bot.jobs.voice_samples import FAILED_FOR, MAX_LENGTH_S, MAX_WAITING, SampleOptions, VoiceSamples
from bot.languages import languages
from bot.limits import Rate
from bot.models import JobState, Voice
from bot.storage.database import Database
from bot.storage.jobs import JobStore
from bot.storage.tables import jobs
from bot.storage.voice_samples import SampleStore
from tests.jobs import fake_finevoice
from tests.jobs.fake_finevoice import FakeFineVoice
from tests.new_database import sqlite_in
from tests.storage.samples import ANNA, START, new_job, place

BERT = Voice("../bert\0", "Bert", language="de-DE")
ROBIN = place(7)
RATE_HZ = 24_000


@dataclass
class Booth:
    """Samples, with the service that makes them."""

    fake: "SpeakingFineVoice"
    api: FineVoice
    database: Database
    options: SampleOptions
    slept: list[float] = field(default_factory=list[float])
    now: datetime = START
    freed: int = 0
    pause_s: float = 0.0
    """How long a sleep really takes."""
    when_sleeping: Callable[[], None] = field(default=lambda: None)

    def __post_init__(self) -> None:
        self.samples = self.open()

    def open(self) -> VoiceSamples:
        """As a process that was just started has it."""
        return VoiceSamples(
            self.api,
            SampleStore(self.database),
            self.options,
            now=lambda: self.now,
            sleep=self.sleep,
            place_came_free=self.note_freed,
        )

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.when_sleeping()
        await asyncio.sleep(self.pause_s)

    def note_freed(self) -> None:
        self.freed += 1

    def kept(self) -> list[Path]:
        return sorted(self.options.folder.iterdir()) if self.options.folder.exists() else []

    async def reason(self, voice: Voice = ANNA, *, user_id: int = 7, guild_id: int = 100) -> str:
        """Why there is no sample."""
        with pytest.raises(InvalidRequest) as refused:
            await self.samples.fetch(voice, place(user_id, guild_id))
        return f"{refused.value.reason} {refused.value.detail}".strip()


class SpeakingFineVoice(FakeFineVoice):
    """One whose results can be listened to."""

    clip = b""

    async def _result(self, request: web.Request) -> web.Response:
        answer = await super()._result(request)
        return web.Response(body=self.clip) if answer.status == 200 and self.is_audible else answer

    is_audible = True


def make_clip(path: Path, length_s: float) -> bytes:
    times = np.arange(int(RATE_HZ * length_s)) / RATE_HZ
    write_samples((0.3 * np.sin(2 * np.pi * 330 * times)).astype(np.float32), RATE_HZ, path)
    return path.read_bytes()


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    SpeakingFineVoice.clip = make_clip(tmp_path / "clip.wav", 1.0)
    async with (
        Database(sqlite_in(tmp_path)) as database,
        SpeakingFineVoice() as fake,
    ):
        booth: list[Booth] = []

        async def sleep(seconds: float) -> None:
            await booth[0].sleep(seconds)

        conduct = Conduct(now=lambda: booth[0].now if booth else START, sleep=sleep)
        async with FineVoice(base_url=fake.base_url, api_key="key", concurrency=2, conduct=conduct) as api:
            booth.append(Booth(fake, api, database, SampleOptions(folder=tmp_path / "samples", guild_day=200)))
            yield booth[0]


async def test_a_sample_is_made_once_and_kept_for_everyone_across_restarts(booth: Booth, tmp_path: Path) -> None:
    first = await booth.samples.fetch(ANNA, ROBIN)
    second = await booth.open().fetch(ANNA, place(8, guild_id=200))
    assert first == second
    assert booth.fake.submits == {ENGLISH: 1}
    (tmp_path / "sample").write_bytes(first)
    facts = probe(tmp_path / "sample")
    assert facts.container == "mp3"
    assert facts.duration_s == pytest.approx(1.0, abs=0.1)
    assert [file.suffix for file in booth.kept()] == [".mp3"]


async def test_two_presses_at_once_make_one(booth: Booth) -> None:
    booth.fake.on(ENGLISH, poll=["running", "running", "done"])
    heard = await asyncio.gather(*(booth.samples.fetch(ANNA, place(user_id)) for user_id in (7, 7, 8)))
    assert len(set(heard)) == 1
    assert booth.fake.submits == {ENGLISH: 1}


async def test_presses_in_two_processes_at_once_make_one(booth: Booth) -> None:
    booth.fake.on(ENGLISH, poll=["running", "running", "done"])
    # The one that waits looks sixty times, and the other one has real work to do.
    booth.pause_s = 0.2
    heard = await asyncio.gather(booth.samples.fetch(ANNA, ROBIN), booth.open().fetch(ANNA, place(8)))
    assert len(set(heard)) == 1
    assert booth.fake.submits == {ENGLISH: 1}
    assert [file.suffix for file in booth.kept()] == [".mp3"]


async def test_what_another_process_began_and_does_not_end_is_begun_anew_after_a_while(booth: Booth) -> None:
    await booth.samples.fetch(ANNA, ROBIN)
    (sample,) = booth.kept()
    claim = sample.with_suffix(".claim")
    sample.rename(claim)
    os.utime(claim, (booth.now.timestamp(), booth.now.timestamp()))
    assert await booth.reason() == "samples_busy"
    booth.now += CLAIMED_FOR
    assert await booth.samples.fetch(ANNA, ROBIN)
    assert [file.suffix for file in booth.kept()] == [".mp3"]


async def test_a_voice_speaks_its_own_language_and_its_name_leads_nowhere(booth: Booth) -> None:
    await booth.samples.fetch(BERT, ROBIN)
    assert booth.fake.submits == {TEXTS["de"]: 1}
    (file,) = booth.kept()
    assert file.parent == booth.options.folder


def test_every_sentence_is_of_a_known_language_and_others_are_english() -> None:
    assert set(TEXTS) <= set(languages())
    assert sample_text("Deutsch") == TEXTS["de"]
    assert [sample_text(language) for language in ("tlh", "", "xx-YY", "en-AU")] == [ENGLISH] * 4
    assert all(len(text) <= 70 for text in TEXTS.values())


async def test_a_long_result_is_cut(booth: Booth, tmp_path: Path) -> None:
    booth.fake.clip = make_clip(tmp_path / "long.wav", MAX_LENGTH_S + 10)
    (tmp_path / "sample").write_bytes(await booth.samples.fetch(ANNA, ROBIN))
    assert probe(tmp_path / "sample").duration_s < MAX_LENGTH_S + 4


async def test_a_member_in_haste_waits_and_others_do_not(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.jobs.voice_samples.MEMBER_RATE", Rate(2, 10.0))
    voices = [replace(ANNA, name=f"voice {number}") for number in range(4)]
    for voice in voices[:2]:
        await booth.samples.fetch(voice, ROBIN)
    reason = await booth.reason(voices[2])
    assert re.fullmatch(r"samples_too_fast ([1-9]|10)", reason)
    await booth.samples.fetch(voices[2], place(8))
    # What is there already is there at any time.
    await booth.samples.fetch(voices[2], ROBIN)
    booth.now += timedelta(seconds=10)
    await booth.samples.fetch(voices[3], ROBIN)


async def test_a_guild_has_so_many_made_in_a_day_and_others_are_not_held_up(booth: Booth) -> None:
    booth.options = replace(booth.options, guild_day=1)
    booth.samples = booth.open()
    await booth.samples.fetch(ANNA, ROBIN)
    assert await booth.reason(BERT) == "samples_used_up 1"
    assert await booth.samples.fetch(ANNA, ROBIN)
    await booth.samples.fetch(BERT, place(7, guild_id=200))


@pytest.mark.parametrize(
    ("submit", "reason"),
    [("busy", "samples_busy"), ("rejected", "sample_failed"), ("unauthorized", "sample_service_down")],
)
async def test_what_was_not_started_does_not_count(booth: Booth, submit: fake_finevoice.Submit, reason: str) -> None:
    booth.options = replace(booth.options, guild_day=1)
    booth.samples = booth.open()
    booth.fake.on(ENGLISH, submit=[submit, "task"])
    assert await booth.reason() == reason
    booth.now += FAILED_FOR + timedelta(seconds=1)
    assert await booth.samples.fetch(ANNA, ROBIN)


async def test_a_service_that_is_away_is_said_to_be(booth: Booth) -> None:
    await booth.fake.refuse_connections()
    assert await booth.reason() == "sample_service_down"
    assert booth.kept() == []


@pytest.mark.parametrize("poll", [["failed"], ["unauthorized"], ["running"]])
async def test_a_voice_that_does_not_speak_is_left_alone_for_a_while(
    booth: Booth, poll: list[fake_finevoice.Poll]
) -> None:
    booth.fake.on(ENGLISH, poll=poll)
    assert await booth.reason() == "sample_failed"
    assert await booth.reason() == "sample_failed"
    assert booth.fake.submits == {ENGLISH: 1}
    booth.fake.on(ENGLISH)
    booth.now += FAILED_FOR
    assert await booth.samples.fetch(ANNA, ROBIN)


@pytest.mark.parametrize("submit", ["broken", "hang up", "bare"])
async def test_what_may_have_been_made_is_not_asked_for_again_at_once(
    booth: Booth, submit: fake_finevoice.Submit
) -> None:
    booth.options = replace(booth.options, guild_day=1)
    booth.samples = booth.open()
    booth.fake.on(ENGLISH, submit=[submit, "task"])
    assert await booth.reason() == "sample_failed"
    booth.now += FAILED_FOR
    assert await booth.reason() == "samples_used_up 1"


@pytest.mark.parametrize("result", ["gone", "too large", "not audio", "empty"])
async def test_a_result_that_is_none_leaves_nothing_behind(booth: Booth, result: fake_finevoice.Result) -> None:
    booth.fake.is_audible = False
    booth.fake.on(ENGLISH, result=[result])
    assert await booth.reason() == "sample_failed"
    assert booth.kept() == []


async def test_asking_goes_on_while_the_service_has_trouble(booth: Booth) -> None:
    booth.fake.on(ENGLISH, poll=["not found", "busy for 9 s", "broken", "running", "done"])
    assert await booth.samples.fetch(ANNA, ROBIN)
    assert max(booth.slept) == 9.0


async def test_a_sample_waits_for_a_place_that_no_job_holds(booth: Booth) -> None:
    store = JobStore(booth.database, None)
    running = [await store.admit(new_job()) for _ in range(2)]
    async with booth.database.write() as connection:
        await connection.execute(update(jobs).values(state=JobState.RUNNING))
    seen: list[int] = []
    one_ends = asyncio.Event()

    def note() -> None:
        # What the runner may use meanwhile: one place less.
        seen.append(booth.api.places.allowed - booth.api.places.taken)
        one_ends.set()

    booth.when_sleeping = note
    fetching = asyncio.create_task(booth.samples.fetch(ANNA, ROBIN))
    await one_ends.wait()
    assert not booth.fake.submits
    async with booth.database.write() as connection:
        await connection.execute(update(jobs).where(jobs.c.id == running[0].id).values(state=JobState.DONE))
    assert await fetching
    assert set(seen) == {1}
    assert booth.freed == 1
    assert booth.api.places.taken == 0


async def test_a_sample_gives_up_where_no_place_comes_free(booth: Booth) -> None:
    store = JobStore(booth.database, None)
    for _ in range(2):
        await store.admit(new_job())
    async with booth.database.write() as connection:
        await connection.execute(update(jobs).values(state=JobState.RUNNING))
    booth.options = replace(booth.options, guild_day=1)
    booth.samples = booth.open()
    assert await booth.reason() == "samples_busy"
    async with booth.database.write() as connection:
        await connection.execute(update(jobs).values(state=JobState.DONE))
    assert await booth.samples.fetch(ANNA, ROBIN)


async def test_only_so_many_wait_for_samples(booth: Booth) -> None:
    booth.fake.on(ENGLISH, submit=["hold"])
    waiting = [asyncio.create_task(booth.samples.fetch(ANNA, place(user_id))) for user_id in range(MAX_WAITING)]
    while not booth.fake.submits:  # noqa: ASYNC110  # nothing tells of it
        await asyncio.sleep(0)
    assert await booth.reason(user_id=99) == "samples_busy"
    booth.fake.let_go.set()
    assert len(set(await asyncio.gather(*waiting))) == 1


async def test_what_a_crash_left_behind_is_removed_with_the_next_sample(booth: Booth) -> None:
    booth.options.folder.mkdir()
    for name, age_s in (("old.raw", 1_000_000), ("old.mp3.part", 1_000_000), ("old.claim", 1_000_000), ("new.raw", 0)):
        (booth.options.folder / name).write_bytes(b"half")
        if age_s:
            os.utime(booth.options.folder / name, (age_s, age_s))
    await booth.samples.fetch(ANNA, ROBIN)
    assert [file.name for file in booth.kept() if file.suffix != ".mp3"] == ["new.raw"]


@pytest.mark.parametrize(("limit", "value"), [("MAX_KEPT", 2), ("MAX_KEPT_BYTES", 20_000)])
async def test_the_samples_that_were_not_heard_the_longest_go_first(
    booth: Booth, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(f"bot.jobs.voice_samples.{limit}", value)
    old, heard, new = (replace(ANNA, name=name) for name in ("old", "heard", "new"))
    for voice, age_s in ((old, 200), (heard, 300)):
        await booth.samples.fetch(voice, ROBIN)
        latest = max(booth.kept(), key=lambda file: file.stat().st_mtime)
        os.utime(latest, (1_000_000 - age_s, 1_000_000 - age_s))
    await booth.samples.fetch(heard, ROBIN)
    await booth.samples.fetch(new, ROBIN)
    assert len(booth.kept()) == 2
    made = booth.fake.submits[ENGLISH]
    await booth.samples.fetch(heard, ROBIN)
    await booth.samples.fetch(new, ROBIN)
    assert booth.fake.submits[ENGLISH] == made
    await booth.samples.fetch(old, ROBIN)
    assert booth.fake.submits[ENGLISH] == made + 1
