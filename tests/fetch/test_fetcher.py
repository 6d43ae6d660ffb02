"""The guarded way to fetch a file: what arrives, what does not, and what is left on the disk."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from yarl import URL

from bot.fetch.fetcher import MAX_REDIRECTS, Fetcher, FetchFailed
from tests.fetch.file_server import (
    LIMIT,
    PATIENCE_S,
    SOUND,
    Files,
    failure,
    fetch,
    names_in,
    never_ends,
    no_pause,
    redirects_to,
    refusal,
    running_files,
    sends,
    sends_in_part,
)


@pytest.fixture
async def files() -> AsyncIterator[Files]:
    async with running_files() as running:
        yield running


@pytest.fixture
async def fetcher(files: Files) -> AsyncIterator[Fetcher]:
    """A fetcher that trusts the file server."""
    async with Fetcher(timeout_s=5, trusted_origins=frozenset({files.url}), sleep=no_pause) as trusting:
        yield trusting


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "result"


def content_of(path: Path) -> bytes:
    return path.read_bytes()


@pytest.fixture
def old_target(target: Path) -> Path:
    target.write_bytes(b"old")
    return target


@pytest.fixture
def blocked_target(target: Path) -> Path:
    """A target where there is a folder already."""
    target.mkdir()
    return target


# What arrives


async def test_a_file_arrives_whole(fetcher: Fetcher, files: Files, target: Path) -> None:
    url = files.serve("/a.mp3", sends(SOUND))
    assert await fetch(fetcher, url, target) == len(SOUND)
    assert content_of(target) == SOUND
    assert names_in(target.parent) == ["result"]


async def test_a_file_of_exactly_the_limit_is_taken(fetcher: Fetcher, files: Files, target: Path) -> None:
    url = files.serve("/a.mp3", sends(SOUND))
    assert await fetch(fetcher, url, target, max_bytes=len(SOUND)) == len(SOUND)


async def test_redirects_are_followed_a_few_times(fetcher: Fetcher, files: Files, target: Path) -> None:
    for hop, status in zip(range(MAX_REDIRECTS), (301, 303, 307, 308), strict=True):
        files.serve(f"/{hop}", redirects_to(f"/{hop + 1}?hop={hop}", status))
    files.serve(f"/{MAX_REDIRECTS}", sends(SOUND))
    assert await fetch(fetcher, str(files.url / "0"), target) == len(SOUND)
    assert len(files.seen) == MAX_REDIRECTS + 1


async def test_nothing_is_told_about_us_on_the_way(fetcher: Fetcher, files: Files, target: Path) -> None:
    files.serve("/b.mp3", sends(SOUND))
    url = files.serve("/a.mp3", sends(b"", 302, {"Location": "/b.mp3", "Set-Cookie": "id=1"}))
    await fetch(fetcher, url, target)
    for request in files.seen:
        assert not {"Authorization", "Cookie", "Referer"} & set(request.headers)


async def test_a_new_file_takes_the_place_of_an_old_one(fetcher: Fetcher, files: Files, old_target: Path) -> None:
    await fetch(fetcher, files.serve("/a.mp3", sends(SOUND)), old_target)
    assert content_of(old_target) == SOUND


async def test_an_old_file_stays_whole_when_the_new_one_breaks_off(
    fetcher: Fetcher, files: Files, old_target: Path
) -> None:
    with pytest.raises(FetchFailed):
        await fetch(fetcher, files.serve("/a.mp3", sends_in_part(files, then_waits=False)), old_target)
    assert content_of(old_target) == b"old"
    assert names_in(old_target.parent) == ["result"]


# What does not


async def test_too_many_redirects_are_refused(fetcher: Fetcher, files: Files, target: Path) -> None:
    url = files.serve("/loop", redirects_to("/loop"))
    assert (await refusal(fetcher, url, target)).reason == "redirects"
    assert len(files.seen) == MAX_REDIRECTS + 1


@pytest.mark.parametrize("status", [204, 206, 304, 400, 403, 404, 410, 500, 503])
async def test_any_status_but_200_is_refused_and_told(
    fetcher: Fetcher, files: Files, target: Path, status: int
) -> None:
    error = await refusal(fetcher, files.serve("/a", sends(b"", status)), target)
    assert (error.reason, error.status, str(error)) == ("status", status, f"status {status}")


async def test_a_redirect_to_nowhere_is_a_status(fetcher: Fetcher, files: Files, target: Path) -> None:
    assert (await refusal(fetcher, files.serve("/a", sends(b"", 302)), target)).status == 302


async def test_an_empty_file_is_refused(fetcher: Fetcher, files: Files, target: Path) -> None:
    assert (await refusal(fetcher, files.serve("/a", sends(b"")), target)).reason == "empty"


async def test_a_file_that_says_it_is_too_large_is_not_read(fetcher: Fetcher, files: Files, target: Path) -> None:
    url = files.serve("/a", sends(SOUND))
    assert (await refusal(fetcher, url, target, max_bytes=len(SOUND) - 1)).reason == "too_large"


async def test_a_file_without_an_end_is_cut_off(fetcher: Fetcher, files: Files, target: Path) -> None:
    assert (await refusal(fetcher, files.serve("/a", never_ends), target)).reason == "too_large"


async def test_a_file_that_grows_when_unpacked_is_cut_off(fetcher: Fetcher, files: Files, target: Path) -> None:
    bomb = gzip.compress(SOUND + bytes(4 * LIMIT))
    assert len(bomb) < LIMIT / 100
    url = files.serve("/a", sends(bomb, headers={"Content-Encoding": "gzip"}))
    assert (await refusal(fetcher, url, target)).reason == "too_large"
    assert files.seen[0].headers["Accept-Encoding"] == "identity"


async def test_a_file_that_breaks_off_may_be_tried_again(fetcher: Fetcher, files: Files, target: Path) -> None:
    url = files.serve("/a", sends_in_part(files, then_waits=False))
    assert str(await failure(fetcher, url, target)) == "ClientPayloadError"


async def test_a_file_that_is_packed_wrongly_may_be_tried_again(fetcher: Fetcher, files: Files, target: Path) -> None:
    await failure(fetcher, files.serve("/a", sends(SOUND, headers={"Content-Encoding": "gzip"})), target)


async def test_a_file_that_takes_too_long_in_all_may_be_tried_again(
    fetcher: Fetcher, files: Files, target: Path
) -> None:
    url = files.serve("/a", sends_in_part(files, then_waits=True))
    await failure(fetcher, url, target, total_timeout_s=0.1)


async def test_a_file_that_stands_still_may_be_tried_again(files: Files, target: Path) -> None:
    url = files.serve("/a", sends_in_part(files, then_waits=True))
    async with Fetcher(timeout_s=0.1, trusted_origins=frozenset({files.url}), sleep=no_pause) as hasty:
        await failure(hasty, url, target)


@pytest.mark.parametrize("times", [1, 2])
async def test_a_fetch_that_is_cancelled_leaves_nothing(
    fetcher: Fetcher, files: Files, target: Path, times: int
) -> None:
    url = files.serve("/a", sends_in_part(files, then_waits=True))
    task = asyncio.create_task(fetch(fetcher, url, target))
    async with asyncio.timeout(PATIENCE_S):
        while "result.part" not in names_in(target.parent):  # noqa: ASYNC110  # a file gives no signal
            await asyncio.sleep(0)
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert names_in(target.parent) == []


async def test_a_folder_that_is_not_there_is_a_failure_of_ours(fetcher: Fetcher, files: Files, tmp_path: Path) -> None:
    url = files.serve("/a", sends(SOUND))
    with pytest.raises(FetchFailed):
        await fetch(fetcher, url, tmp_path / "nowhere" / "result")


async def test_a_target_that_cannot_be_replaced_leaves_nothing(
    fetcher: Fetcher, files: Files, blocked_target: Path
) -> None:
    with pytest.raises(FetchFailed):
        await fetch(fetcher, files.serve("/a", sends(SOUND)), blocked_target)
    assert names_in(blocked_target.parent) == ["result"]


async def test_nobody_there_may_be_tried_again(target: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/a"
        async with Fetcher(timeout_s=5, trusted_origins=frozenset({URL(url).origin()})) as fetcher:
            await failure(fetcher, url, target)
