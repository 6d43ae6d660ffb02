import struct

import pytest

from bot.sandbox.cdn import LINK_LIFE_S, TOTAL_BYTES, Cdn
from bot.sandbox.models import Attachment
from tests.sandbox.clients import Answer, Api, Clock, File

SOUND = bytes(range(256)) * 4


async def fetch(api: Api, url: str, **headers: str) -> Answer:
    async with api.session.get(url, headers=headers) as response:
        return Answer(
            response.status,
            None,
            {name.lower(): text for name, text in response.headers.items()},
            await response.read(),
        )


@pytest.fixture
async def link(api: Api) -> str:
    return (await api.post_message({}, files=[File("a.ogg", SOUND)])).json["attachments"][0]["url"]


async def test_a_link_needs_no_token_and_says_what_it_is(api: Api, link: str) -> None:
    answer = await fetch(api, link)
    assert (answer.status, answer.content) == (200, SOUND)
    assert answer.headers["content-type"] == "audio/ogg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["accept-ranges"] == "bytes"


async def test_a_link_expires_after_a_day_and_a_fetch_renews_it(api: Api, link: str, clock: Clock) -> None:
    clock.advance(LINK_LIFE_S - 60)
    assert (await fetch(api, link)).status == 200
    clock.advance(61)
    expired = await fetch(api, link)
    assert (expired.status, expired.content) == (404, b"This content is no longer available.")
    channel_id = link.split("/")[4]
    message = (await api.call("GET", f"/channels/{channel_id}/messages?limit=1")).json[0]
    assert (await fetch(api, message["attachments"][0]["url"])).status == 200


@pytest.mark.parametrize(
    ("part", "instead"), [("hm=", "hm=0"), ("ex=", "ex=f"), ("is=", "is=1"), ("a.ogg", "b.ogg"), ("?", "?x")]
)
async def test_a_link_that_was_changed_is_gone(api: Api, link: str, part: str, instead: str) -> None:
    assert (await fetch(api, link.replace(part, instead))).status == 404
    assert (await fetch(api, link.split("?", maxsplit=1)[0])).status == 404


@pytest.mark.parametrize(
    ("wanted", "status", "start", "stop"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=1000-", 206, 1000, 1024),
        ("bytes=-24", 206, 1000, 1024),
        ("bytes=1000-5000", 206, 1000, 1024),
        ("bytes=1024-", 416, 0, 0),
        ("bytes=5-1", 200, 0, 1024),
        ("bytes=0-1,5-6", 200, 0, 1024),
        ("elephants", 200, 0, 1024),
    ],
)
async def test_ranges_let_an_audio_element_seek(
    api: Api, link: str, wanted: str, status: int, start: int, stop: int
) -> None:
    answer = await fetch(api, link, Range=wanted)
    assert (answer.status, answer.content) == (status, SOUND[start:stop])
    if status == 206:
        assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/1024"


@pytest.mark.parametrize(
    ("name", "content_type", "served"),
    [
        ("page.html", "text/html", "application/octet-stream"),
        ("image.svg", "image/svg+xml", "application/octet-stream"),
        ("script.js", "audio/ogg", "audio/ogg"),
        ("words.srt", "text/html", "application/x-subrip"),
    ],
)
async def test_nothing_that_could_run_is_shown(api: Api, name: str, content_type: str, served: str) -> None:
    posted = await api.post_message({}, files=[File(name, b"<script>", content_type)])
    answer = await fetch(api, posted.json["attachments"][0]["url"])
    assert answer.headers["content-type"] == served
    assert "sandbox" in answer.headers["content-security-policy"]
    if not served.startswith("audio/"):
        assert answer.headers["content-disposition"].startswith("attachment")


async def test_default_avatars_are_pictures(api: Api) -> None:
    answer = await fetch(api, f"{api.server.url}/embed/avatars/3.png")
    assert answer.headers["content-type"] == "image/png"
    assert struct.unpack(">II", answer.content[16:24]) == (64, 64)
    assert (await fetch(api, f"{api.server.url}/embed/avatars/x.png")).status == 404


def test_the_oldest_files_go_when_memory_is_used_up(clock: Clock) -> None:
    cdn = Cdn(key=b"k", clock=clock)
    piece = bytes(TOTAL_BYTES // 4)
    for number in range(5):
        cdn.keep(Attachment(str(number), "1", "a.ogg", len(piece), "audio/ogg"), piece)
    assert cdn.kept_ids() == ["1", "2", "3", "4"]
    cdn.forget("1")
    cdn.forget("unknown")
    cdn.keep(Attachment("5", "1", "a.ogg", len(piece), "audio/ogg"), piece)
    assert cdn.kept_ids() == ["2", "3", "4", "5"], "what was forgotten makes room"
