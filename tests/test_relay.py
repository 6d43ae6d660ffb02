"""The bot's own links to attachments: signed, short-lived, and to nowhere else than the CDN."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.relay import LINK_LIFE, Relay, RelayOptions

CONTENT = bytes(range(256)) * 1_000
PATH = "/attachments/1/2/voice%20note.ogg"


@dataclass
class Place:
    """A CDN, a relay in front of it, and somebody who fetches."""

    cdn: URL
    session: aiohttp.ClientSession
    relay: Relay
    ahead: timedelta = timedelta()
    asked: list[web.Request] = field(default_factory=list[web.Request])
    size_told: bool = True

    def link(self, path: str = f"{PATH}?ex=abc&is=1&hm=2&other=3") -> str:
        link = self.relay.link(f"{self.cdn}{path.removeprefix('/')}")
        assert link is not None
        return link

    async def get(self, link: str, **headers: str) -> tuple[int, bytes]:
        async with self.session.get(link, headers=headers) as answer:
            return answer.status, await answer.read()


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async def serve(request: web.Request) -> web.StreamResponse:
        place.asked.append(request)
        if request.query.get("ex") != "abc":
            return web.Response(status=404)
        if not place.size_told:
            answer = web.StreamResponse(headers={"Content-Type": "audio/ogg"})
            answer.enable_chunked_encoding()
            await answer.prepare(request)
            await answer.write(CONTENT)
            return answer
        wanted = request.http_range
        part = CONTENT[wanted]
        headers = {"Content-Type": "audio/ogg"}
        if "Range" in request.headers:
            headers["Content-Range"] = f"bytes {wanted.start}-{wanted.start + len(part) - 1}/{len(CONTENT)}"
        return web.Response(status=206 if "Range" in request.headers else 200, body=part, headers=headers)

    cdn = web.Application()
    cdn.router.add_get("/attachments/{channel}/{id}/{name}", serve)
    front = web.Application()
    async with TestServer(cdn) as files, aiohttp.ClientSession() as session:
        origin = files.make_url("/")
        options = RelayOptions("", b"token", len(CONTENT), (origin.origin(),))
        relay = Relay(options, now=lambda: datetime(2026, 11, 22, tzinfo=UTC) + place.ahead)
        front.router.add_routes(relay.routes())
        place = Place(origin, session, relay)
        async with TestServer(front) as server, relay.open():
            object.__setattr__(options, "public_url", str(server.make_url("")).rstrip("/"))
            yield place


async def test_the_whole_file_comes_through_with_what_discord_signed(place: Place) -> None:
    assert await place.get(place.link()) == (200, CONTENT)
    (asked,) = place.asked
    assert (asked.raw_path, dict(asked.query)) == (f"{PATH}?ex=abc&is=1&hm=2", {"ex": "abc", "is": "1", "hm": "2"})
    assert "Authorization" not in asked.headers


async def test_a_part_of_it_can_be_asked_for(place: Place) -> None:
    async with place.session.get(place.link(), headers={"Range": "bytes=10-19"}) as answer:
        assert (answer.status, await answer.read()) == (206, CONTENT[10:20])
        assert answer.headers["Content-Range"] == f"bytes 10-19/{len(CONTENT)}"
        assert answer.headers["Content-Type"] == "audio/ogg"


async def test_a_link_ends(place: Place) -> None:
    link = place.link()
    place.ahead = LINK_LIFE + timedelta(seconds=1)
    assert (await place.get(link))[0] == 404
    assert place.asked == []


@pytest.mark.parametrize("where", ["token", "signature", "none"])
async def test_a_link_that_was_tampered_with_leads_nowhere(place: Place, where: str) -> None:
    start, _, token = place.link().rpartition("/")
    named, _, signature = token.partition(".")
    forged = {"token": f"{named[:-4]}AAAA.{signature}", "signature": f"{named}.{signature[:-1]}_", "none": named}[where]
    assert (await place.get(f"{start}/{forged}"))[0] == 404
    assert place.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/attachments/1/2/a.ogg",
        "{cdn}healthz",
        "{cdn}attachments/1/2/..%2F..%2Fx/y",
        "{cdn}attachments/1/a/x.ogg",
    ],
)
async def test_only_attachments_of_the_cdn_get_a_link(place: Place, url: str) -> None:
    assert place.relay.link(url.format(cdn=place.cdn)) is None


async def test_another_bots_links_are_not_ours(place: Place) -> None:
    other = Relay(RelayOptions("", b"another token", 1, (place.cdn.origin(),)), now=lambda: datetime.now(UTC))
    start, _, _ = place.link().rpartition("/")
    theirs = other.link(f"{place.cdn}{PATH.removeprefix('/')}")
    assert theirs is not None
    assert (await place.get(f"{start}/{theirs.rpartition('/')[2]}"))[0] == 404


async def test_what_discord_does_not_have_is_not_there(place: Place) -> None:
    assert (await place.get(place.link(f"{PATH}?ex=over")))[0] == 404


@pytest.mark.parametrize("size_told", [True, False])
async def test_a_file_that_is_too_large_never_comes_whole(place: Place, *, size_told: bool) -> None:
    place.size_told = size_told
    object.__setattr__(place.relay._options, "max_bytes", len(CONTENT) - 1)  # pyright: ignore[reportPrivateUsage] - a limit that is smaller than the file
    if size_told:
        assert (await place.get(place.link()))[0] == 413
    else:
        with pytest.raises(aiohttp.ClientError):
            await place.get(place.link())


async def test_who_takes_nothing_of_a_file_does_not_keep_others_out_for_long(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = bytes(16 * 1024 * 1024)
    monkeypatch.setattr("tests.test_relay.CONTENT", large)
    monkeypatch.setattr("bot.relay._WRITE_S", 0.05)
    object.__setattr__(place.relay._options, "max_bytes", len(large))  # pyright: ignore[reportPrivateUsage] - a limit that lets it through
    place.relay._free = asyncio.Semaphore(1)  # pyright: ignore[reportPrivateUsage] - one is enough to keep others out
    link = URL(place.link())
    with socket.socket() as idle:
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        idle.setblocking(False)  # noqa: FBT003 - the library's own parameter
        loop = asyncio.get_running_loop()
        await loop.sock_connect(idle, (link.host, link.port))
        await loop.sock_sendall(idle, f"GET {link.raw_path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert await loop.sock_recv(idle, 12) == b"HTTP/1.1 200"
        assert (await place.get(str(link)))[0] == 503
        async with asyncio.timeout(60):
            while (await place.get(str(link)))[0] == 503:  # noqa: ASYNC110 - what is waited for is another answer
                await asyncio.sleep(0.02)
