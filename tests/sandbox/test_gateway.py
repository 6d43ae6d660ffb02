import asyncio

import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.gateway import CONTENT_INTENT
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import TOKEN, Api, Json, Page, RawBot
from tests.sandbox.conftest import Connect

CONTENT = 1 << 15
USUAL = 53575421


async def test_ready_and_the_guilds_of_the_bot(connect: Connect) -> None:
    bot = await connect()
    assert (await bot.hello())["heartbeat_interval"] == 41250
    await bot.identify()
    ready = await bot.event("READY")
    assert ready["user"]["id"] == places.BOT
    assert {guild["id"] for guild in ready["guilds"]} == {places.TAVERN, places.STUDY_HALL}
    guild = await bot.event("GUILD_CREATE")
    assert guild["name"] == "Moonlight Tavern"
    assert [channel["name"] for channel in guild["channels"]] == ["general", "voice-clips", "game-night"]
    assert [member["user"]["id"] for member in guild["members"]] == [places.BOT], "others need the members intent"
    assert guild["member_count"] == 5


async def test_heartbeats_are_acknowledged_no_faster_than_a_bot_notes_when_it_sent_them(raw_bot: RawBot) -> None:
    clock = asyncio.get_running_loop().time
    sent_at = clock()
    await raw_bot.send(1, raw_bot.sequence)
    assert (await raw_bot.receive())["op"] == 11
    assert clock() - sent_at > 0.04


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 0}}, 4004),
        ({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}, 4004),
        ({"op": 2, "d": {"token": TOKEN, "intents": 1 << 40}}, 4013),
        ({"op": 2, "d": {"token": TOKEN, "intents": "all"}}, 4013),
        ({"op": 2, "d": {"token": TOKEN, "intents": 1 << 1}}, 4014),
        ({"op": 2, "d": {"token": TOKEN, "intents": 0, "shard": [2, 2]}}, 4010),
        ({"op": 2, "d": "no object"}, 4002),
        ({"op": 99, "d": None}, 4001),
        ({"op": 8, "d": {}}, 4003),
        ([], 4002),
    ],
)
async def test_close_codes(connect: Connect, frame: Json, code: int) -> None:
    bot = await connect()
    await bot.hello()
    await bot.socket.send_json(frame)
    assert await bot.close_code() == code


async def test_garbage_and_large_frames_are_decode_errors(connect: Connect) -> None:
    for text in ("{", "x" * 5000, "[" * 4000):
        bot = await connect()
        await bot.hello()
        await bot.socket.send_str(text)
        assert await bot.close_code() == 4002


async def test_identifying_twice_and_sending_too_much_is_refused(connect: Connect) -> None:
    bot = await (await connect()).start()
    await bot.identify()
    assert await bot.close_code() == 4005
    bot = await (await connect()).start()
    for _ in range(121):
        await bot.send(1, 1)
    assert await bot.close_code() == 4008


async def test_a_privileged_intent_must_be_switched_on(session: Json) -> None:
    async with (
        SandboxServer(token=TOKEN, privileged_intents=0) as server,
        session.ws_connect(server.gateway_url) as socket,
    ):
        bot = RawBot(socket)
        await bot.hello()
        await bot.identify(CONTENT_INTENT)
        assert await bot.close_code() == 4014


async def test_without_the_content_intent_messages_of_others_are_empty(connect: Connect, page: Page, api: Api) -> None:
    without, with_content = await (await connect()).start(USUAL), await (await connect()).start(USUAL | CONTENT)
    path = f"/channels/{places.GENERAL}/messages"
    await page.post(path, {"content": "hello there"})
    assert (await without.event("MESSAGE_CREATE"))["content"] == ""
    assert (await with_content.event("MESSAGE_CREATE"))["content"] == "hello there"
    await page.post(path, {"content": f"<@{places.BOT}> read this"})
    assert (await without.event("MESSAGE_CREATE"))["content"].endswith("read this")
    own = (await api.post_message({"content": "mine"})).json
    assert (await without.event("MESSAGE_CREATE"))["content"] == own["content"]
    dm = (await api.call("POST", "/users/@me/channels", {"recipient_id": places.ROBIN})).json
    await page.post(f"/channels/{dm['id']}/messages", {"content": "just us"})
    received = await without.event("MESSAGE_CREATE")
    assert (received["content"], received.get("guild_id")) == ("just us", None)


async def test_events_need_their_intent(connect: Connect, page: Page, api: Api) -> None:
    bot = await (await connect()).start(1)
    await page.post(f"/channels/{places.GENERAL}/messages", {"content": "x"})
    await api.call("POST", f"/channels/{places.GENERAL}/typing")
    switch = {"guild_id": places.TAVERN, "permission": "speak", "allowed": True}
    await page.post("/permissions", switch)
    assert (await bot.receive())["t"] == "GUILD_ROLE_UPDATE", "neither the message nor the typing arrived"


async def test_edits_and_deletions_are_told(raw_bot: RawBot, api: Api) -> None:
    posted = (await api.post_message({"content": "one"})).json
    path = f"/channels/{places.GENERAL}/messages/{posted['id']}"
    await api.call("PATCH", path, {"content": "two"})
    await api.call("DELETE", path)
    assert (await raw_bot.event("MESSAGE_UPDATE"))["content"] == "two"
    assert (await raw_bot.event("MESSAGE_DELETE"))["id"] == posted["id"]


async def test_a_resume_replays_what_was_missed(
    raw_bot: RawBot, connect: Connect, server: SandboxServer, page: Page
) -> None:
    server.drop_connections()
    await raw_bot.close_code()
    for content in ("a", "b"):
        await page.post(f"/channels/{places.GENERAL}/messages", {"content": content})
    again = await connect()
    await again.hello()
    await again.send(6, {"token": TOKEN, "session_id": raw_bot.session_id, "seq": raw_bot.sequence})
    frames = [await again.receive() for _ in range(3)]
    assert [frame["t"] for frame in frames] == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"]
    assert [frame["s"] for frame in frames] == [raw_bot.sequence + number for number in (1, 2, 3)]


async def test_a_resume_of_the_unknown_or_forgotten_is_invalid(raw_bot: RawBot, connect: Connect, api: Api) -> None:
    for _ in range(501):
        await api.post_message({"content": "x"})
    for session_id, sequence in (("unknown", 1), (raw_bot.session_id, 1), (raw_bot.session_id, 10_000)):
        again = await connect()
        await again.hello()
        await again.send(6, {"token": TOKEN, "session_id": session_id, "seq": sequence})
        frame = await again.receive()
        assert (frame["op"], frame["d"]) == (9, False)


async def test_a_session_closed_on_purpose_cannot_be_resumed(raw_bot: RawBot, connect: Connect, page: Page) -> None:
    assert (await page.world())["bot"]["connected"] is True
    await raw_bot.socket.close(code=1000)
    again = await connect()
    await again.hello()
    await again.send(6, {"token": TOKEN, "session_id": raw_bot.session_id, "seq": raw_bot.sequence})
    assert (await again.receive())["op"] == 9
    assert (await page.world())["bot"]["connected"] is False


async def test_reconnect_and_invalid_session_can_be_ordered(raw_bot: RawBot, server: SandboxServer) -> None:
    server.ask_to_reconnect()
    assert (await raw_bot.receive())["op"] == 7
    server.invalidate_sessions(can_resume=True)
    assert (await raw_bot.receive())["d"] is True
    server.invalidate_sessions(can_resume=False)
    assert (await raw_bot.receive())["d"] is False


async def test_shards_share_the_guilds(connect: Connect) -> None:
    seen: list[str] = []
    for number in range(2):
        bot = await connect()
        await bot.hello()
        await bot.identify(shard=[number, 2])
        seen += [guild["id"] for guild in (await bot.event("READY"))["guilds"]]
    assert sorted(seen) == sorted([places.TAVERN, places.STUDY_HALL])


async def test_members_can_be_asked_for(raw_bot: RawBot) -> None:
    await raw_bot.send(8, {"guild_id": places.TAVERN, "user_ids": [places.SAM, "1"], "nonce": "n"})
    chunk = await raw_bot.event("GUILD_MEMBERS_CHUNK")
    assert ([member["user"]["id"] for member in chunk["members"]], chunk["nonce"]) == ([places.SAM], "n")
    await raw_bot.send(8, {"guild_id": places.TAVERN, "query": "ro", "limit": 5})
    members = (await raw_bot.event("GUILD_MEMBERS_CHUNK"))["members"]
    assert [member["user"]["id"] for member in members] == [places.ROBIN]
