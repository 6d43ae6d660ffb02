"""Downloads that break off: gone on with where they stopped, begun anew where they must be, given up in the end."""

import random
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.fetch.fetcher import FIRST_PAUSE_S, MAX_RESUMES, Fetcher
from bot.fetch.resuming import Entity, continues, entity_of, is_nothing_left, range_headers
from tests.fetch.file_server import SOUND, Files, failure, fetch, redirects_to, refusal, running_files, sends

NEW_SOUND = SOUND[:10] + bytes(len(SOUND) // 2)
LONG_AGO = "Sun, 01 Nov 2026 12:00:00 GMT"


@dataclass
class Patchy:
    """A server of one file that breaks off after so many bytes of each answer, until there are no more to break.

    So few bytes that they arrive together: of more, those that were not read yet are lost with the connection.
    """

    cuts: list[int]
    headers: dict[str, str] = field(default_factory=lambda: {"ETag": '"v1"'})
    body: bytes = SOUND
    knows_ranges: bool = True
    part_headers: dict[str, str] = field(default_factory=dict[str, str])
    """What is said instead in a 206."""
    is_chunked: bool = False
    ranges: list[str | None] = field(default_factory=list[str | None])
    if_ranges: list[str | None] = field(default_factory=list[str | None])

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        wanted = request.headers.get("Range")
        self.ranges.append(wanted)
        self.if_ranges.append(request.headers.get("If-Range"))
        first = self._first(wanted, request.headers.get("If-Range"))
        body = self.body[first:]
        headers = dict(self.headers)
        if first:
            headers |= {"Content-Range": f"bytes {first}-{len(self.body) - 1}/{len(self.body)}"} | self.part_headers
        if not self.is_chunked:
            headers.setdefault("Content-Length", str(len(body)))
        response = web.StreamResponse(status=206 if first else 200, headers=headers)
        await response.prepare(request)
        cut = self.cuts.pop(0) if self.cuts else None
        await response.write(body[:cut])
        if cut is not None:
            assert request.transport is not None
            request.transport.close()
        return response

    def _first(self, wanted: str | None, if_range: str | None) -> int:
        match = re.fullmatch(r"bytes=(\d+)-", wanted or "")
        is_same = if_range in {self.headers.get("ETag"), self.headers.get("Last-Modified")}
        return int(match[1]) if match and is_same and self.knows_ranges else 0


@pytest.fixture
async def files() -> AsyncIterator[Files]:
    async with running_files() as running:
        yield running


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
async def fetcher(files: Files, pauses: list[float]) -> AsyncIterator[Fetcher]:
    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    origins = frozenset({files.url})
    async with Fetcher(timeout_s=5, trusted_origins=origins, sleep=sleep, rng=random.Random(1)) as trusting:
        yield trusting


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "result"


async def test_a_file_that_breaks_off_is_gone_on_with(
    *, fetcher: Fetcher, files: Files, target: Path, pauses: list[float]
) -> None:
    server = Patchy([8_000, 9_000])
    assert await fetch(fetcher, files.serve("/a", server), target) == len(SOUND)
    assert target.read_bytes() == SOUND
    assert server.ranges == [None, "bytes=8000-", "bytes=17000-"]
    assert server.if_ranges == [None, '"v1"', '"v1"']
    assert [FIRST_PAUSE_S / 2 <= pauses[0] <= FIRST_PAUSE_S, FIRST_PAUSE_S <= pauses[1] <= 2 * FIRST_PAUSE_S] == [
        True
    ] * 2


async def test_an_old_date_is_as_good_as_an_etag(fetcher: Fetcher, files: Files, target: Path) -> None:
    server = Patchy([8_000], {"Last-Modified": LONG_AGO})
    await fetch(fetcher, files.serve("/a", server), target)
    assert target.read_bytes() == SOUND
    assert server.if_ranges == [None, LONG_AGO]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ETag": 'W/"v1"'},
        {"ETag": "v1"},
        {"Last-Modified": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)},
        {"Last-Modified": "yesterday"},
    ],
)
async def test_a_file_that_cannot_be_named_is_begun_anew(
    *, fetcher: Fetcher, files: Files, target: Path, headers: dict[str, str]
) -> None:
    server = Patchy([8_000], headers)
    assert await fetch(fetcher, files.serve("/a", server), target) == len(SOUND)
    assert target.read_bytes() == SOUND
    assert server.ranges == [None, None]


async def test_a_server_that_ignores_ranges_begins_anew(fetcher: Fetcher, files: Files, target: Path) -> None:
    server = Patchy([8_000], knows_ranges=False)
    assert await fetch(fetcher, files.serve("/a", server), target) == len(SOUND)
    assert target.read_bytes() == SOUND


async def test_a_file_that_changed_meanwhile_is_begun_anew(fetcher: Fetcher, files: Files, target: Path) -> None:
    server = Patchy([8_000])

    async def changes(request: web.Request) -> web.StreamResponse:
        if server.ranges:
            server.headers, server.body = {"ETag": '"v2"'}, NEW_SOUND
        return await server(request)

    assert await fetch(fetcher, files.serve("/a", changes), target) == len(NEW_SOUND)
    assert target.read_bytes() == NEW_SOUND


@pytest.mark.parametrize(
    "lie",
    [
        {"ETag": '"v2"'},
        {"Content-Range": f"bytes 7999-{len(SOUND) - 1}/{len(SOUND)}"},
        {"Content-Range": f"bytes 8000-{len(SOUND) - 1}/{len(SOUND) + 1}"},
        {"Content-Range": f"bytes 8000-{len(SOUND)}/{len(SOUND)}"},
        {"Content-Range": "bytes 8000-200000/*"},
        {"Content-Range": "nonsense"},
        {"Content-Encoding": "gzip"},
    ],
)
async def test_a_part_that_does_not_fit_is_thrown_away_and_all_of_it_asked_for(
    *, fetcher: Fetcher, files: Files, target: Path, lie: dict[str, str]
) -> None:
    server = Patchy([8_000], part_headers=lie)
    assert await fetch(fetcher, files.serve("/a", server), target) == len(SOUND)
    assert target.read_bytes() == SOUND
    assert server.ranges == [None, "bytes=8000-", None]


async def test_a_part_shorter_than_asked_for_is_followed_by_the_next(
    fetcher: Fetcher, files: Files, target: Path
) -> None:
    whole = Patchy([8_000])

    async def in_slices(request: web.Request) -> web.StreamResponse:
        if "Range" not in request.headers:
            return await whole(request)
        first = int(request.headers["Range"][6:-1])
        piece = SOUND[first : first + 500_000]
        content_range = f"bytes {first}-{first + len(piece) - 1}/{len(SOUND)}"
        return web.Response(status=206, body=piece, headers={"ETag": '"v1"', "Content-Range": content_range})

    assert await fetch(fetcher, files.serve("/a", in_slices), target) == len(SOUND)
    assert target.read_bytes() == SOUND


async def test_a_file_whose_end_alone_was_lost_is_whole(fetcher: Fetcher, files: Files, target: Path) -> None:
    """In chunks, the last of which says that there are no more: all bytes came, and that word did not."""
    server = Patchy([8_000], body=SOUND[:8_000], is_chunked=True)

    async def nothing_left(request: web.Request) -> web.StreamResponse:
        if "Range" in request.headers:
            return web.Response(status=416, headers={"Content-Range": "bytes */8000"})
        return await server(request)

    assert await fetch(fetcher, files.serve("/a", nothing_left), target) == 8_000
    assert len(files.seen) == 2


async def test_a_range_that_the_server_cannot_satisfy_is_followed_by_a_new_beginning(
    fetcher: Fetcher, files: Files, target: Path
) -> None:
    server = Patchy([8_000])

    async def not_satisfiable(request: web.Request) -> web.StreamResponse:
        if "Range" in request.headers:
            return web.Response(status=416, headers={"Content-Range": "bytes */7"})
        return await server(request)

    assert await fetch(fetcher, files.serve("/a", not_satisfiable), target) == len(SOUND)
    assert target.read_bytes() == SOUND


async def test_a_resume_goes_through_the_redirects_again(fetcher: Fetcher, files: Files, target: Path) -> None:
    server = Patchy([8_000])
    files.serve("/b", server)
    assert await fetch(fetcher, files.serve("/a", redirects_to("/b")), target) == len(SOUND)
    assert [request.path for request in files.seen] == ["/a", "/b", "/a", "/b"]


async def test_a_resume_is_as_guarded_as_the_first_request(fetcher: Fetcher, files: Files, target: Path) -> None:
    server = Patchy([8_000])

    async def turns(request: web.Request) -> web.StreamResponse:
        if "Range" in request.headers:
            return await redirects_to("http://169.254.169.254/latest")(request)
        return await server(request)

    assert (await refusal(fetcher, files.serve("/a", turns), target)).reason == "address"


async def test_a_file_that_is_gone_meanwhile_is_refused(fetcher: Fetcher, files: Files, target: Path) -> None:
    server = Patchy([8_000])

    async def goes(request: web.Request) -> web.StreamResponse:
        return await (sends(b"", 404) if "Range" in request.headers else server)(request)

    assert (await refusal(fetcher, files.serve("/a", goes), target)).status == 404


async def test_a_file_that_breaks_off_again_and_again_is_given_up(
    *, fetcher: Fetcher, files: Files, target: Path, pauses: list[float]
) -> None:
    server = Patchy([1_000] * 100)
    await failure(fetcher, files.serve("/a", server), target)
    assert len(server.ranges) == 1 + MAX_RESUMES
    assert len(pauses) == MAX_RESUMES


async def test_a_server_of_parts_that_never_fit_is_given_up(fetcher: Fetcher, files: Files, target: Path) -> None:
    server = Patchy([1_000] * 100, part_headers={"ETag": '"v2"'})
    await failure(fetcher, files.serve("/a", server), target)
    assert len(server.ranges) == 1 + MAX_RESUMES


async def test_a_server_of_ever_so_small_parts_is_given_up(fetcher: Fetcher, files: Files, target: Path) -> None:
    whole = Patchy([1_000])

    async def crumbs(request: web.Request) -> web.StreamResponse:
        if "Range" not in request.headers:
            return await whole(request)
        first = int(request.headers["Range"][6:-1])
        content_range = f"bytes {first}-{first + 9}/{len(SOUND)}"
        return web.Response(status=206, body=SOUND[first : first + 10], headers={"Content-Range": content_range})

    assert str(await failure(fetcher, files.serve("/a", crumbs), target)) == "incomplete"
    assert len(files.seen) == 1 + MAX_RESUMES


async def test_the_limit_is_for_all_parts_together(fetcher: Fetcher, files: Files, target: Path) -> None:
    limit = len(SOUND) - 1
    server = Patchy([8_000], is_chunked=True)
    assert (await refusal(fetcher, files.serve("/a", server), target, max_bytes=limit)).reason == "too_large"


async def test_more_bytes_than_the_file_has_are_refused(fetcher: Fetcher, files: Files, target: Path) -> None:
    whole = Patchy([8_000])

    async def overflows(request: web.Request) -> web.StreamResponse:
        if "Range" not in request.headers:
            return await whole(request)
        content_range = f"bytes 8000-{len(SOUND) - 1}/{len(SOUND)}"
        response = web.StreamResponse(status=206, headers={"Content-Range": content_range})
        await response.prepare(request)
        await response.write(SOUND)
        return response

    assert (await refusal(fetcher, files.serve("/a", overflows), target)).reason == "length"


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><html>", b'{"error": "expired"}', b"MZ\x90\x00", b"\x7fELF" + bytes(9_000)]
)
@pytest.mark.parametrize("content_type", ["audio/mpeg", "application/octet-stream"])
async def test_what_is_no_audio_is_refused_whatever_it_calls_itself(
    *, fetcher: Fetcher, files: Files, target: Path, page: bytes, content_type: str
) -> None:
    url = files.serve("/a.mp3", sends(page, headers={"Content-Type": content_type}))
    assert (await refusal(fetcher, url, target)).reason == "content"


async def test_audio_is_taken_whatever_it_calls_itself(fetcher: Fetcher, files: Files, target: Path) -> None:
    assert await fetch(fetcher, files.serve("/a", sends(SOUND, headers={"Content-Type": "text/html"})), target)


async def test_a_page_that_comes_instead_of_the_rest_is_refused(fetcher: Fetcher, files: Files, target: Path) -> None:
    server = Patchy([8_000])

    async def turns(request: web.Request) -> web.StreamResponse:
        return await (sends(b"<html>Log in</html>") if "Range" in request.headers else server)(request)

    assert (await refusal(fetcher, files.serve("/a", turns), target)).reason == "content"


# The rules alone


HEADER = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ['"v1"', 'W/"v1"', "bytes 5-9/10", "bytes 5-9/*", "bytes */10", "gzip", "identity", "10", "5", LONG_AGO]
    ),
    st.builds("bytes {}-{}/{}".format, st.integers(0, 20), st.integers(0, 20), st.integers(0, 20)),
)
HEADERS = st.dictionaries(
    st.sampled_from(["ETag", "Last-Modified", "Date", "Content-Range", "Content-Length", "Content-Encoding"]), HEADER
)


@given(first=HEADERS, second=HEADERS, arrived=st.integers(0, 20))
def test_no_headers_lead_to_a_part_at_the_wrong_place(
    first: dict[str, str], second: dict[str, str], arrived: int
) -> None:
    entity = entity_of(first)
    asked = range_headers(entity, arrived)
    assert not asked or (asked["Range"] == f"bytes={arrived}-" and "\n" not in asked["If-Range"])
    known = continues(second, entity, arrived)
    if known is not None:
        assert second["Content-Range"].strip().lower().startswith(f"bytes {arrived}-")
        assert known.size_bytes is None or known.size_bytes > arrived
        assert entity.size_bytes in {None, known.size_bytes}
    assert is_nothing_left(second, arrived) in {True, False}


def test_a_packed_file_is_never_gone_on_with() -> None:
    assert entity_of({"ETag": '"v1"', "Content-Length": "9", "Content-Encoding": "gzip"}) == Entity()
