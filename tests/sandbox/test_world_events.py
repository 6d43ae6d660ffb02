"""What can happen while a bot is at work: things vanish, rights are taken, tokens die."""

import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import Answer, Api, Clock, File, Json, Page, RawBot, Talk

PING = [{"type": 1, "name": "ping", "description": "Answers"}]
MESSAGES = f"/channels/{places.GENERAL}/messages"


@pytest.fixture
async def talk(api: Api, raw_bot: RawBot, page: Page) -> Talk:
    assert (await api.call("PUT", f"/applications/{places.BOT}/commands", PING)).status == 200
    assert (await page.use("ping")).status == 200
    return Talk(api, await raw_bot.event("INTERACTION_CREATE"))


async def post_with_nonce(api: Api, nonce: str, channel_id: str = places.GENERAL) -> Answer:
    body = {"content": nonce, "nonce": nonce, "enforce_nonce": True}
    return await api.call("POST", f"/channels/{channel_id}/messages", body)


async def test_a_deleted_message_is_unknown_and_told(api: Api, page: Page, raw_bot: RawBot) -> None:
    posted = (await api.post_message({"content": "x"})).json
    event = {"channel_id": places.GENERAL, "message_id": posted["id"]}
    assert (await page.happen("delete_message", **event)).status == 200
    assert (await raw_bot.event("MESSAGE_DELETE"))["id"] == posted["id"]
    assert (await api.call("PATCH", f"{MESSAGES}/{posted['id']}", {"content": "y"})).code == 10008
    assert (await api.call("GET", f"{MESSAGES}/{posted['id']}")).code == 10008
    assert (await page.happen("delete_message", **event)).status == 404


async def test_a_deleted_channel_is_unknown_to_every_route(api: Api, page: Page, raw_bot: RawBot, talk: Talk) -> None:
    posted = (await post_with_nonce(api, "n")).json
    assert (await talk.answer(5)).status == 200
    assert (await page.happen("delete_channel", channel_id=places.GENERAL)).status == 200
    assert (await raw_bot.event("CHANNEL_DELETE"))["id"] == places.GENERAL
    assert (await api.post_message({"content": "x"})).code == 10003
    assert (await api.call("PATCH", f"{MESSAGES}/{posted['id']}", {"content": "y"})).code == 10003
    assert (await talk.edit({"content": "y"})).code == 10003
    assert (await post_with_nonce(api, "n", places.VOICE_CLIPS)).code == 10003
    names = [channel["name"] for channel in (await page.world())["guilds"][0]["channels"]]
    assert names == ["voice-clips", "game-night"]


async def test_an_archived_thread_takes_neither_messages_nor_edits(api: Api, page: Page) -> None:
    posted = (await api.post_message({"content": "x"})).json
    await page.happen("archive_channel", channel_id=places.GENERAL)
    refused = await api.post_message({"content": "y"})
    assert (refused.status, refused.code) == (400, 50083)
    assert (await api.call("PATCH", f"{MESSAGES}/{posted['id']}", {"content": "y"})).code == 50083
    await page.happen("archive_channel", channel_id=places.GENERAL, archived=False)
    assert (await api.post_message({"content": "y"})).status == 200


async def test_a_kicked_bot_has_lost_the_server_until_it_is_invited(api: Api, page: Page, raw_bot: RawBot) -> None:
    assert (await page.happen("kick_bot", guild_id=places.TAVERN)).status == 200
    assert await raw_bot.event("GUILD_DELETE") == {"id": places.TAVERN}
    assert (await api.post_message({"content": "x"})).code == 50001
    assert (await api.call("GET", f"/guilds/{places.TAVERN}")).code == 10004
    assert (await api.call("PUT", f"/applications/{places.BOT}/guilds/{places.TAVERN}/commands", [])).code == 50001
    switch = {"guild_id": places.TAVERN, "permission": "attach_files", "allowed": False}
    assert (await page.post("/permissions", switch)).status == 404
    await page.post(MESSAGES, {"content": "is it gone?"})
    assert await raw_bot.heard_before_ack() == []
    assert (await page.happen("kick_bot", guild_id=places.TAVERN)).status == 400
    assert (await page.happen("invite_bot", guild_id=places.TAVERN)).status == 200
    assert (await raw_bot.event("GUILD_CREATE"))["id"] == places.TAVERN
    assert (await api.post_message({"content": "back"})).status == 200
    assert (await page.happen("invite_bot", guild_id=places.TAVERN)).status == 400


async def test_a_permission_can_be_taken_in_one_channel(api: Api, page: Page, raw_bot: RawBot) -> None:
    switch = {"channel_id": places.GENERAL, "permission": "send_messages", "allowed": False}
    assert (await page.happen("switch_channel_permission", **switch)).status == 200
    overwrites = (await raw_bot.event("CHANNEL_UPDATE"))["permission_overwrites"]
    assert [(one["type"], one["deny"]) for one in overwrites] == [(0, str(1 << 11))]
    assert (await api.post_message({"content": "x"})).code == 50013
    assert (await api.call("POST", f"/channels/{places.NOTES}/messages", {"content": "x"})).status == 200
    await page.happen("switch_channel_permission", **{**switch, "allowed": True})
    assert (await api.post_message({"content": "x"})).status == 200
    assert (await page.happen("switch_channel_permission", **{**switch, "permission": "fly"})).status == 400


@pytest.mark.parametrize(("code", "status"), [(40005, 413), (50045, 400)])
async def test_a_channel_can_take_smaller_files_only(
    api: Api, page: Page, raw_bot: RawBot, talk: Talk, code: int, status: int
) -> None:
    api.pace_s = 0.3
    small, large = File("a.ogg", b"x" * 1000), File("b.ogg", b"x" * 1001)
    await page.happen("limit_files", channel_id=places.GENERAL, size_bytes=1000, code=code)
    refused = await api.post_message({"content": "x"}, files=[large])
    assert (refused.status, refused.code) == (status, code)
    assert (await api.post_message({"content": "x"}, files=[small, small])).status == 200
    assert (await talk.answer(4, {"content": "x"}, files=[large])).code == code
    assert (await talk.answer(5)).status == 200
    assert (await talk.edit({"content": "x"}, files=[large])).code == code
    assert (await talk.follow_up({"content": "x"}, files=[large])).code == code
    assert (await api.call("POST", f"/channels/{places.NOTES}/messages", {}, files=[large])).status == 200
    await page.use("ping")
    assert (await raw_bot.event("INTERACTION_CREATE"))["attachment_size_limit"] == 1000
    await page.happen("limit_files", channel_id=places.GENERAL, size_bytes=1000, told_bytes=5_000_000)
    await page.use("ping")
    assert (await raw_bot.event("INTERACTION_CREATE"))["attachment_size_limit"] == 5_000_000
    await page.happen("limit_files", channel_id=places.GENERAL)
    assert (await api.post_message({"content": "x"}, files=[large])).status == 200


@pytest.mark.parametrize(("code", "status"), [(50027, 401), (10015, 404)])
async def test_a_token_can_die_early(api: Api, page: Page, talk: Talk, code: int, status: int) -> None:
    deferred = (await talk.answer(5)).json
    wanted = {"interaction_id": talk.event["id"], "code": code}
    assert (await page.happen("expire_tokens", **wanted)).json == {"expired": 1}
    for refused in (await talk.edit({"content": "x"}), await talk.follow_up({"content": "x"}), await talk.get()):
        assert (refused.status, refused.code) == (status, code)
    message_id = deferred["resource"]["message"]["id"]
    edited = await api.call("PATCH", f"{MESSAGES}/{message_id}", {"content": "by its own token"})
    assert edited.status == 200
    assert (await page.happen("expire_tokens")).json == {"expired": 0}


async def test_a_token_that_died_before_the_first_answer_is_an_unknown_interaction(page: Page, talk: Talk) -> None:
    assert (await page.happen("expire_tokens")).json == {"expired": 1}
    assert (await talk.answer(5)).code == 10062


async def test_nonces_are_remembered_as_long_as_one_says(api: Api, page: Page, clock: Clock) -> None:
    first = (await post_with_nonce(api, "job")).json["id"]
    clock.advance(200)
    assert (await post_with_nonce(api, "job")).json["id"] == first
    await page.happen("remember_nonces", seconds=100)
    second = (await post_with_nonce(api, "job")).json["id"]
    assert second != first
    await page.happen("remember_nonces", seconds=0)
    assert (await post_with_nonce(api, "job")).json["id"] not in {first, second}


async def test_answers_to_interactions_are_not_compared_by_nonce(api: Api, talk: Talk) -> None:
    body = {"content": "x", "nonce": "n", "enforce_nonce": True}
    await talk.answer(4, {"content": "first"})
    first, second = (await talk.follow_up(body)).json["id"], (await talk.follow_up(body)).json["id"]
    assert len({first, second, (await api.post_message(body)).json["id"]}) == 3


async def test_a_person_can_stop_taking_direct_messages(api: Api, page: Page) -> None:
    await page.happen("switch_user", user_id=places.SAM, takes_dms=False)
    dm = (await api.call("POST", "/users/@me/channels", {"recipient_id": places.SAM})).json
    refused = await api.call("POST", f"/channels/{dm['id']}/messages", {"content": "x"})
    assert (refused.status, refused.code) == (403, 50007)
    await page.happen("switch_user", user_id=places.SAM, takes_dms=True)
    assert (await api.call("POST", f"/channels/{dm['id']}/messages", {"content": "x"})).status == 200
    sam = next(one for one in (await page.world())["users"] if one["id"] == places.SAM)
    assert (sam["takes_dms"], sam["has_app"]) == (True, False)
    assert (await page.happen("switch_user", user_id=places.BOT, takes_dms=False)).status == 404


async def test_nobody_without_a_common_server_gets_direct_messages(api: Api, page: Page) -> None:
    for guild_id in (places.TAVERN, places.STUDY_HALL):
        await page.happen("kick_bot", guild_id=guild_id)
    codes: list[int] = []
    for user_id in (places.SAM, places.ROBIN):
        dm = (await api.call("POST", "/users/@me/channels", {"recipient_id": user_id})).json
        codes.append((await api.call("POST", f"/channels/{dm['id']}/messages", {"content": "x"})).status)
    assert codes == [403, 200], "Robin has added the bot to his own account"


async def test_history_after_a_message_needs_the_right_to_read_it(api: Api, page: Page) -> None:
    ids = [(await api.post_message({"content": str(number)})).json["id"] for number in range(4)]
    after = await api.call("GET", f"{MESSAGES}?after={ids[0]}&limit=2")
    assert [message["id"] for message in after.json] == [ids[2], ids[1]]
    switch = {"channel_id": places.GENERAL, "permission": "read_message_history", "allowed": False}
    await page.happen("switch_channel_permission", **switch)
    assert (await api.call("GET", f"{MESSAGES}?after={ids[0]}")).json == []
    assert (await api.call("GET", f"{MESSAGES}/{ids[0]}")).code == 50013


async def test_gateway_events_can_be_ordered(page: Page, raw_bot: RawBot) -> None:
    await page.happen("reconnect_gateway")
    assert (await raw_bot.receive())["op"] == 7
    await page.happen("invalidate_sessions", can_resume=True)
    assert (await raw_bot.receive())["d"] is True
    await page.happen("drop_gateway")
    assert await raw_bot.close_code() == 1006


async def test_the_events_there_are_can_be_listed(page: Page) -> None:
    names = (await page.get("/world-events")).json["events"]
    assert {"delete_role", "delete_message", "delete_channel", "kick_bot", "expire_tokens", "limit_files"} <= set(names)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": "snow"},
        {"event": "delete_channel"},
        {"event": "delete_channel", "channel_id": "x"},
        {"event": "kick_bot", "guild_id": "1"},
        {"event": "limit_files", "channel_id": places.GENERAL, "size_bytes": 0},
        {"event": "limit_files", "channel_id": places.GENERAL, "size_bytes": 1, "code": 1},
        {"event": "switch_user", "user_id": places.SAM, "has_app": "yes"},
        {"event": "expire_tokens", "code": 7},
        {"event": "remember_nonces"},
        {"event": "remember_nonces", "seconds": -1},
        {"event": "recommend_shards", "shards": 0},
    ],
)
async def test_an_event_that_makes_no_sense_is_refused(page: Page, body: Json) -> None:
    assert (await page.post("/world-events", body)).status in {400, 404}


async def test_a_deleted_role_is_gone_for_everybody(page: Page, raw_bot: RawBot, server: SandboxServer) -> None:
    tavern = server.world.guild(places.TAVERN)
    role = next(role for role in tavern.roles.values() if role.name == "Moderator")
    assert (await page.happen("delete_role", guild_id=tavern.id, role_id=role.id)).status == 200
    assert await raw_bot.event("GUILD_ROLE_DELETE") == {"guild_id": tavern.id, "role_id": role.id}
    assert all(role.id not in role_ids for role_ids in tavern.member_roles.values())
    for kept in (role.id, tavern.id, server.world.bot_role(tavern).id, "x"):
        assert (await page.happen("delete_role", guild_id=tavern.id, role_id=kept)).status in {400, 404}
