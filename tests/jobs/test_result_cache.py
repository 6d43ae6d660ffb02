"""The cache of results by itself: what is kept, for how long, for whom, and what becomes of it when things go wrong."""

import json
import os
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs import kept_results, result_cache
from bot.jobs.kept_results import write_entry
from bot.jobs.result_cache import CacheOptions, ResultCache, key_of
from bot.models import (
    EffectRequest,
    Job,
    JobState,
    Place,
    Request,
    ResultForm,
    Source,
    SourceKind,
    SpeechRequest,
    TranscriptRequest,
    take_path,
)
from tests.storage.samples import ANNA, START, place

WEEK = timedelta(days=7)
HELLO = SpeechRequest("Hello", ANNA.name, ANNA.label)
FILM = Source("https://cdn.example/film.mp4", "film.mp4", SourceKind.VIDEO, 10, 3)


class Now:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def now() -> Now:
    return Now()


def cache_in(folder: Path, now: Now, *, max_bytes: int = 1_000) -> ResultCache:
    return ResultCache(CacheOptions(folder / "cache", max_bytes, WEEK), now=now)


def done(number: int = 1, request: Request = HELLO, where: Place | None = None, **changes: object) -> Job:
    """A job that was posted."""
    takes = request.takes if isinstance(request, EffectRequest) else 1
    urls = tuple(f"https://made.example/{number}/{take}" for take in range(takes))
    job = Job(f"{number:032x}", JobState.DONE, request, ResultForm.FILE, where or place(), START, START)
    whole = replace(job, takes_made=takes, result_urls=urls, result_file="result")
    return replace(whole, **changes)  # pyright: ignore[reportArgumentType] - fields of Job by name


def write(folder: Path, job: Job, content: bytes = b"x" * 100) -> Path:
    """The work files of a job; each take ends with its number."""
    first = folder / "work" / job.id / "result"
    first.parent.mkdir(parents=True, exist_ok=True)
    for number in range(job.takes_made):
        take_path(first, number).write_bytes(content + str(number).encode())
    return first


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "cache").iterdir())


async def kept(cache: ResultCache, folder: Path, job: Job, content: bytes = b"x" * 100) -> Job:
    first = write(folder, job, content)
    await cache.keep(job, first)
    shutil.rmtree(first.parent)
    return job


def asked_again(number: int, job: Job) -> tuple[Job, str]:
    """The same request as a new job, and the name of its folder."""
    return replace(job, id=f"{number:032x}", result_urls=(), takes_made=0), f"{number:032x}"


async def test_all_takes_come_back_as_they_were_with_what_is_known_of_them(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now)
    job = await kept(cache, tmp_path, done(request=EffectRequest("rain", 2.0, takes=3), notes=("tag",)), b"take ")
    again, name = asked_again(2, job)
    found = await cache.take(again, tmp_path / "work" / name / "result")
    assert found is not None
    assert (found.takes, found.notes, found.result_urls) == (3, ("tag",), job.result_urls)
    first = tmp_path / "work" / name / "result"
    assert [take_path(first, number).read_bytes() for number in range(3)] == [b"take 0", b"take 1", b"take 2"]


async def test_it_is_there_after_a_restart(tmp_path: Path, now: Now) -> None:
    job = await kept(cache_in(tmp_path, now), tmp_path, done())
    reopened = cache_in(tmp_path, now)
    assert await reopened.take(job, tmp_path / "result") is not None
    assert reopened.has(job.request, job.place)


@pytest.mark.parametrize(
    "other",
    [
        replace(HELLO, text="Hello!"),
        replace(HELLO, voice="james"),
        EffectRequest("Hello", 1.0),
    ],
)
async def test_another_request_misses(tmp_path: Path, now: Now, other: Request) -> None:
    cache = cache_in(tmp_path, now)
    await kept(cache, tmp_path, done())
    assert cache.has(HELLO, place())
    assert not cache.has(other, place())


@pytest.mark.parametrize("where", [place(guild_id=200), place(guild_id=None), place(8, None)])
async def test_another_guild_and_direct_messages_miss(tmp_path: Path, now: Now, where: Place) -> None:
    cache = cache_in(tmp_path, now)
    job = await kept(cache, tmp_path, done())
    assert not cache.has(HELLO, where)
    assert await cache.take(replace(job, place=where), tmp_path / "result") is None


async def test_another_member_of_the_guild_hits(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now)
    await kept(cache, tmp_path, done())
    assert cache.has(HELLO, place(8))


@pytest.mark.parametrize(
    "job",
    [
        done(request=TranscriptRequest(FILM, 3.0)),
        done(request=EffectRequest("", 2.0, source=FILM)),
        done(where=replace(place(), is_private=True)),
        done(request=EffectRequest("rain", 2.0, takes=2), takes_made=1),
        done(is_cached=True),
    ],
    ids=["a transcript", "from a file", "private", "a take is missing", "from here itself"],
)
async def test_what_is_not_to_be_shared_or_not_whole_is_not_kept(tmp_path: Path, now: Now, job: Job) -> None:
    cache = cache_in(tmp_path, now)
    await kept(cache, tmp_path, job)
    assert not cache.has(job.request, job.place)
    assert not (tmp_path / "cache").exists()


async def test_what_only_one_member_may_see_is_not_answered_from_what_all_may(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now)
    await kept(cache, tmp_path, done())
    assert not cache.has(HELLO, replace(place(), is_private=True))


async def test_what_was_wanted_least_lately_makes_room(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now, max_bytes=350)
    requests = [replace(HELLO, text=f"number {number}") for number in range(4)]
    jobs = [await kept(cache, tmp_path, done(number, request)) for number, request in enumerate(requests[:3])]
    assert await cache.take(jobs[0], tmp_path / "out") is not None
    await kept(cache, tmp_path, done(3, requests[3]))
    assert [cache.has(request, place()) for request in requests] == [True, False, True, True]
    assert len(names_in(tmp_path)) == 3


async def test_the_order_of_wanting_survives_a_restart(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now)
    jobs = [await kept(cache, tmp_path, done(number, replace(HELLO, text=str(number)))) for number in range(3)]
    for age, folder in enumerate(sorted((tmp_path / "cache").iterdir(), key=lambda path: path.name[65:])):
        os.utime(folder, (1_000_000 + age, 1_000_000 + age))
    assert await cache.take(jobs[0], tmp_path / "out") is not None
    smaller = cache_in(tmp_path, now, max_bytes=250)
    assert await smaller.take(jobs[0], tmp_path / "out") is not None
    assert [smaller.has(job.request, job.place) for job in jobs] == [True, False, True]


async def test_more_results_than_there_may_be_make_room_whatever_their_size(
    tmp_path: Path, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_cache, "MAX_ENTRIES", 2)
    cache = cache_in(tmp_path, now)
    for number in range(4):
        await kept(cache, tmp_path, done(number, replace(HELLO, text=str(number))), b"")
    assert len(names_in(tmp_path)) == 2


async def test_what_is_larger_than_the_whole_cache_is_not_kept(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now, max_bytes=50)
    await kept(cache, tmp_path, done())
    assert not cache.has(HELLO, place())
    assert names_in(tmp_path) == []


async def test_a_cache_of_no_size_keeps_nothing_and_removes_what_was_kept(tmp_path: Path, now: Now) -> None:
    await kept(cache_in(tmp_path, now), tmp_path, done())
    off = cache_in(tmp_path, now, max_bytes=0)
    await kept(off, tmp_path, done(2))
    assert await off.take(done(), tmp_path / "out") is None
    assert names_in(tmp_path) == []


async def test_what_is_old_is_neither_given_nor_kept(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now)
    job = await kept(cache, tmp_path, done())
    now.now = START + WEEK
    assert cache.has(HELLO, place())
    now.now += timedelta(seconds=1)
    assert not cache.has(HELLO, place())
    assert await cache.take(job, tmp_path / "out") is None
    await cache.tidy()
    assert names_in(tmp_path) == []


async def test_a_new_take_replaces_the_old_one_and_an_old_one_sent_again_does_not(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now)
    old = await kept(cache, tmp_path, done(1), b"old ")
    new = await kept(cache, tmp_path, done(2), b"new ")
    await kept(cache, tmp_path, replace(old, deliveries=1), b"old ")
    assert await cache.take(asked_again(3, old)[0], tmp_path / "out") is not None
    assert (tmp_path / "out").read_bytes() == b"new 0"
    assert len(names_in(tmp_path)) == 1
    assert not await cache.take_back(old, tmp_path / "theirs"), "another take is not this job's own"
    assert await cache.take_back(new, tmp_path / "theirs")


async def test_what_is_forgotten_is_gone(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now)
    job = await kept(cache, tmp_path, done())
    await cache.forget(job)
    await cache.forget(job)
    assert not cache.has(HELLO, place())
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("has_links", [True, False], ids=["linked", "copied"])
async def test_what_was_copied_out_stays_when_the_kept_one_makes_room(
    tmp_path: Path, now: Now, monkeypatch: pytest.MonkeyPatch, *, has_links: bool
) -> None:
    def no_link(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    if not has_links:
        monkeypatch.setattr(kept_results.os, "link", no_link)
    cache = cache_in(tmp_path, now, max_bytes=150)
    job = await kept(cache, tmp_path, done(1), b"kept ")
    assert await cache.take(job, tmp_path / "out") is not None
    await kept(cache, tmp_path, done(2, replace(HELLO, text="other")), b"x" * 149)
    assert not cache.has(HELLO, place())
    assert (tmp_path / "out").read_bytes() == b"kept 0"


async def test_taking_it_twice_into_one_folder_leaves_one_file(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now)
    job = await kept(cache, tmp_path, done())
    for _ in range(2):
        assert await cache.take(job, tmp_path / "work" / "again" / "result") is not None
    assert [path.name for path in (tmp_path / "work" / "again").iterdir()] == ["result"]


async def test_of_takes_of_which_one_is_gone_none_is_given(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now)
    job = await kept(cache, tmp_path, done(request=EffectRequest("rain", 2.0, takes=2)))
    (folder,) = (tmp_path / "cache").iterdir()
    take_path(folder / "result", 1).unlink()
    assert await cache.take(job, tmp_path / "work" / "again" / "result") is None
    assert list((tmp_path / "work" / "again").iterdir()) == []
    assert not cache.has(job.request, job.place), "it is not promised again"


async def test_a_file_that_lost_its_end_is_not_given(tmp_path: Path, now: Now) -> None:
    cache = cache_in(tmp_path, now)
    job = await kept(cache, tmp_path, done())
    (folder,) = (tmp_path / "cache").iterdir()
    (folder / "result").write_bytes(b"x")
    assert await cache.take(job, tmp_path / "out") is None
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"made_at": 5}', '{"made_at": "x", "sizes": [1], "result": {}}', "\x00", "{" * 50],
)
async def test_damaged_facts_are_removed_at_the_start(tmp_path: Path, now: Now, text: str) -> None:
    job = await kept(cache_in(tmp_path, now), tmp_path, done())
    (folder,) = (tmp_path / "cache").iterdir()
    (folder / "facts.json").write_text(text)
    assert await cache_in(tmp_path, now).take(job, tmp_path / "out") is None
    assert names_in(tmp_path) == []


async def test_a_process_that_died_while_keeping_leaves_no_half(
    tmp_path: Path, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    job, tidy = done(), shutil.rmtree
    first = write(tmp_path, job)
    for step in ("rename", "write_text"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, step, die)
            # A process that is killed tidies nothing up either.
            patch.setattr(kept_results.shutil, "rmtree", lambda *_, **__: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - takes whatever it is given
            with pytest.raises(Killed):
                write_entry(tmp_path / "cache", key_of(100, HELLO), job, first, START)
        assert [name[:5] for name in names_in(tmp_path)] == ["part-"]
        reopened = cache_in(tmp_path, now)
        assert await reopened.take(job, tmp_path / "out") is None
        assert names_in(tmp_path) == []
        tidy(tmp_path / "cache")


async def test_what_else_lies_in_the_folder_is_left_alone(tmp_path: Path, now: Now) -> None:
    (tmp_path / "cache" / "notes of the operator").mkdir(parents=True)
    await kept(cache_in(tmp_path, now), tmp_path, done())
    assert await cache_in(tmp_path, now).take(done(), tmp_path / "out") is not None
    assert "notes of the operator" in names_in(tmp_path)


async def test_a_disk_that_fails_costs_the_cache_and_not_the_job(
    tmp_path: Path, now: Now, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache = cache_in(tmp_path, now)
    await kept(cache, tmp_path, done())
    assert not cache.has(HELLO, place())
    assert "A result was not kept" in caplog.text


@given(st.text(), st.text(), st.integers(0, 2**63), st.integers(0, 2**63))
def test_a_key_is_that_of_one_scope_and_one_request(text: str, other: str, scope: int, another: int) -> None:
    request = replace(HELLO, text=text)
    assert (key_of(scope, request) == key_of(another, replace(HELLO, text=other))) == (
        (scope, text) == (another, other)
    )


def test_a_key_is_the_same_for_what_a_database_gives_back() -> None:
    assert key_of(1, EffectRequest("rain", 5)) == key_of(1, EffectRequest("rain", 5.0))
    assert key_of(1, EffectRequest("rain", 5.0)) != key_of(1, EffectRequest("rain", 5.0, variation=1))
    assert json.dumps(5) != json.dumps(5.0)
