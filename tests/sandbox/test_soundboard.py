"""Soundboards as strict as Discord's: who may do what, what a sound is, and what everybody is told of it."""

import base64

import aiohttp
import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from bot.sandbox.soundboard_routes import LIMIT_BYTES, SOUNDS_LIMIT
from tests.sandbox.clients import Answer, Api, Json, Page, RawBot
from tests.sandbox.conftest import Connect

SOUNDS = f"/guilds/{places.TAVERN}/soundboard-sounds"
ID3 = b"ID3\x04\x00\x00\x00\x00\x00\x00"
# One frame of MPEG-1 layer III, 48 kbit/s at 48,000 Hz: 144 bytes that last 24 ms.
FRAME = b"\xff\xfb\x34\x00" + bytes(140)
OGG = b"OggS" + bytes(60)


def uri(content: bytes, kind: str = "audio/mpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@pytest.fixture(autouse=True)
async def allowed(page: Page) -> None:
    await switch(page, "create_guild_expressions", allowed=True)


async def switch(page: Page, permission: str, *, allowed: bool) -> None:
    body = {"guild_id": places.TAVERN, "permission": permission, "allowed": allowed}
    assert (await page.post("/permissions", body)).status == 200


async def add(api: Api, name: str = "Gong", content: bytes = ID3 + FRAME, **fields: object) -> Answer:
    return await api.call("POST", SOUNDS, {"name": name, "sound": uri(content), **fields})


async def test_a_sound_is_there_until_it_is_deleted(api: Api, page: Page, server: SandboxServer) -> None:
    made = await add(api, volume=0.5, emoji_name="🔔")
    assert (made.status, made.json["volume"], made.json["emoji_name"]) == (201, 0.5, "🔔")
    assert made.json["user"]["id"] == places.BOT
    sound_id = made.json["sound_id"]
    assert (await api.call("GET", SOUNDS)).json == {"items": [made.json]}
    assert (await api.call("GET", f"{SOUNDS}/{sound_id}")).json == made.json
    (shown,) = (await page.world())["guilds"][0]["sounds"]
    assert (shown["name"], shown["emoji"]) == ("Gong", "🔔")
    async with page.session.get(server.url + shown["url"]) as answer:
        assert (await answer.read(), answer.content_type) == (ID3 + FRAME, "audio/mpeg")
    assert (await api.call("DELETE", f"{SOUNDS}/{sound_id}")).status == 204
    assert (await api.call("GET", SOUNDS)).json == {"items": []}
    assert (await api.call("DELETE", f"{SOUNDS}/{sound_id}")).code == 10097
    async with page.session.get(server.url + shown["url"]) as answer:
        assert answer.status == 404


async def test_bots_that_ask_for_them_are_told(api: Api, raw_bot: RawBot, connect: Connect) -> None:
    uninterested = await (await connect()).start(intents=1)
    sound = (await add(api)).json
    assert (await raw_bot.event("GUILD_SOUNDBOARD_SOUND_CREATE"))["sound_id"] == sound["sound_id"]
    await api.call("DELETE", f"{SOUNDS}/{sound['sound_id']}")
    gone = await raw_bot.event("GUILD_SOUNDBOARD_SOUND_DELETE")
    assert gone == {"guild_id": places.TAVERN, "sound_id": sound["sound_id"]}
    assert await uninterested.heard_before_ack() == []


async def test_a_guild_comes_with_its_sounds(api: Api, connect: Connect) -> None:
    await add(api)
    bot = await connect()
    await bot.hello()
    await bot.identify()
    guilds: list[Json] = [await bot.event("GUILD_CREATE") for _ in range(2)]
    sounds = {guild["id"]: [sound["name"] for sound in guild["soundboard_sounds"]] for guild in guilds}
    assert sounds == {places.TAVERN: ["Gong"], places.STUDY_HALL: []}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "x"}, "name"),
        ({"name": "x" * 33}, "name"),
        ({"name": None}, "name"),
        ({"volume": 1.5}, "volume"),
        ({"volume": -1}, "volume"),
        ({"emoji_name": "dog"}, "emoji_name"),
        ({"sound": None}, "sound"),
        ({"sound": "ID3"}, "sound"),
        ({"sound": uri(b"RIFF" + bytes(60))}, "sound"),
        ({"sound": uri(OGG, "image/png")}, "sound"),
        ({"sound": uri(ID3 + FRAME) + "*"}, "sound"),
        ({"sound": uri(ID3 + bytes(LIMIT_BYTES))}, "sound"),
    ],
)
async def test_what_is_no_sound_is_refused_by_name(api: Api, fields: dict[str, object], wrong: str) -> None:
    answer = await api.call("POST", SOUNDS, {"name": "Gong", "sound": uri(ID3 + FRAME), **fields})
    assert (answer.status, answer.code) == (400, 50035)
    assert set(answer.json["errors"]) == {wrong}


@pytest.mark.parametrize(("frames", "status"), [(216, 201), (217, 400)])
async def test_a_sound_is_at_most_5_2_seconds_long(api: Api, frames: int, status: int) -> None:
    answer = await add(api, content=ID3 + FRAME * frames)
    assert answer.status == status
    assert status == 201 or answer.code == 50124


@pytest.mark.parametrize(("seconds", "status"), [(5.2, 201), (5.25, 400)])
async def test_an_ogg_is_held_to_the_same_length(api: Api, seconds: float, status: int) -> None:
    skipped = 312
    last = skipped + round(48_000 * seconds)
    head = b"OpusHead\x01\x01" + skipped.to_bytes(2, "little") + bytes(7)
    pages = [(0, head), (last, bytes(100))]
    content = b"".join(
        b"OggS\x00\x00" + position.to_bytes(8, "little") + bytes(12) + bytes((1, len(packet))) + packet
        for position, packet in pages
    )
    answer = await add(api, content=content)
    assert answer.status == status
    assert status == 201 or answer.code == 50124


async def test_ogg_is_taken_and_emoji_of_servers_that_have_none_are_not(api: Api) -> None:
    assert (await add(api, content=OGG)).status == 201
    assert (await add(api, emoji_id="123456789012345678")).code == 10014


async def test_a_soundboard_gets_full(api: Api) -> None:
    for _ in range(SOUNDS_LIMIT):
        assert (await add(api)).status == 201
    assert (await add(api)).code == 30045
    assert (await api.call("GET", f"/guilds/{places.STUDY_HALL}/soundboard-sounds")).json == {"items": []}


async def test_without_the_permission_nothing_is_added_and_nobody_is_named(api: Api, page: Page) -> None:
    sound = (await add(api)).json
    await switch(page, "create_guild_expressions", allowed=False)
    assert (await add(api)).code == 50013
    assert "user" not in (await api.call("GET", SOUNDS)).json["items"][0]
    assert (await api.call("DELETE", f"{SOUNDS}/{sound['sound_id']}")).code == 50013
    await switch(page, "manage_guild_expressions", allowed=True)
    assert (await api.call("DELETE", f"{SOUNDS}/{sound['sound_id']}")).status == 204


async def test_where_the_bot_is_no_member_there_is_no_soundboard(api: Api, session: aiohttp.ClientSession) -> None:
    assert (await api.call("GET", f"/guilds/{places.HARBOUR}/soundboard-sounds")).code == 10004
    async with session.get(api.server.api_url + SOUNDS) as answer:
        assert answer.status == 401
