"""What members can do beyond a plain command: subcommands, menus of people and places, richer windows."""

import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.page_events import PageEvents
from tests.sandbox.clients import TOKEN, Api, Json, Page, RawBot

OPTION = {"type": 3, "name": "name", "description": "d", "required": True}
COMMANDS = [
    {
        "type": 1,
        "name": "voices",
        "description": "Voices",
        "options": [
            {"type": 1, "name": "list", "description": "All of them"},
            {
                "type": 2,
                "name": "mine",
                "description": "Your own",
                "options": [{"type": 1, "name": "add", "description": "One more", "options": [OPTION]}],
            },
        ],
    },
    {"type": 2, "name": "Greet"},
    {
        "type": 1,
        "name": "pick",
        "description": "Pick",
        "options": [
            {"type": 3, "name": "size", "description": "d", "choices": [{"name": "Big", "value": "big"}]},
            {"type": 5, "name": "loud", "description": "d"},
            {"type": 7, "name": "where", "description": "d"},
            {"type": 8, "name": "role", "description": "d"},
            {"type": 9, "name": "who", "description": "d"},
            {"type": 10, "name": "pitch", "description": "d", "min_value": 0.5},
        ],
    },
    {"type": 1, "name": "private", "description": "Only in DMs", "contexts": [1]},
    {"type": 1, "name": "public", "description": "Only in servers", "dm_permission": False},
]


@pytest.fixture(autouse=True)
async def synced(api: Api) -> None:
    assert (await api.call("PUT", f"/applications/{places.BOT}/commands", COMMANDS)).status == 200


async def test_a_subcommand_in_a_group_arrives_nested(raw_bot: RawBot, page: Page) -> None:
    add = {"name": "add", "type": 1, "options": [{"name": "name", "type": 3, "value": "Mira"}]}
    assert (await page.use("voices", [{"name": "mine", "type": 2, "options": [add]}])).status == 200
    options = (await raw_bot.event("INTERACTION_CREATE"))["data"]["options"]
    assert options == [{"name": "mine", "type": 2, "options": [add]}]
    await page.use("voices", [{"name": "list", "type": 1}])
    options = (await raw_bot.event("INTERACTION_CREATE"))["data"]["options"]
    assert options == [{"name": "list", "type": 1, "options": []}]
    for wrong in ([], [{"name": "other", "type": 1}], [{"name": "mine", "type": 2, "options": [{"name": "add"}]}]):
        assert (await page.use("voices", wrong)).status == 400


async def test_the_answer_to_a_subcommand_tells_its_whole_name(raw_bot: RawBot, page: Page, api: Api) -> None:
    add = {"name": "add", "type": 1, "options": [{"name": "name", "type": 3, "value": "Mira"}]}
    await page.use("voices", [{"name": "mine", "type": 2, "options": [add]}])
    event = await raw_bot.event("INTERACTION_CREATE")
    path = f"/interactions/{event['id']}/{event['token']}/callback?with_response=true"
    answer = await api.call("POST", path, {"type": 4, "data": {"content": "Added"}})
    assert answer.json["resource"]["message"]["interaction_metadata"]["name"] == "voices mine add"


async def test_people_places_and_numbers_as_options(raw_bot: RawBot, page: Page) -> None:
    role_id = next(iter(page.server.world.guild(places.TAVERN).roles))
    values: list[Json] = [
        {"name": "size", "type": 3, "value": "big"},
        {"name": "loud", "type": 5, "value": True},
        {"name": "where", "type": 7, "value": places.GAME_NIGHT},
        {"name": "role", "type": 8, "value": role_id},
        {"name": "who", "type": 9, "value": places.ADA},
        {"name": "pitch", "type": 10, "value": 1.25},
    ]
    assert (await page.use("pick", values)).status == 200
    data = (await raw_bot.event("INTERACTION_CREATE"))["data"]
    assert data["options"] == values
    assert data["resolved"]["channels"][places.GAME_NIGHT]["name"] == "game-night"
    assert data["resolved"]["roles"][role_id]["name"] == "@everyone"
    assert places.ADA in data["resolved"]["members"]
    for wrong in (
        {"name": "size", "type": 3, "value": "small"},
        {"name": "loud", "type": 5, "value": "yes"},
        {"name": "where", "type": 7, "value": places.NOTES},
        {"name": "pitch", "type": 10, "value": 0.1},
    ):
        assert (await page.use("pick", [wrong])).status == 400


async def test_a_user_menu_carries_the_member(raw_bot: RawBot, page: Page) -> None:
    assert (await page.use("Greet", target_id=places.SAM)).status == 200
    event = await raw_bot.event("INTERACTION_CREATE")
    assert (event["data"]["target_id"], event["data"]["type"]) == (places.SAM, 2)
    assert event["data"]["resolved"]["users"][places.SAM]["username"] == "sam"
    page.user_id = places.NOOR
    assert (await page.use("Greet", channel_id=places.NOTES, target_id=places.ADA)).status == 404


async def test_commands_keep_to_their_contexts(api: Api, page: Page, raw_bot: RawBot) -> None:
    dm = (await api.call("POST", "/users/@me/channels", {"recipient_id": places.ROBIN})).json
    assert (await page.use("private")).status == 403
    assert (await page.use("public", channel_id=dm["id"])).status == 403
    assert (await page.use("private", channel_id=dm["id"])).status == 200
    event = await raw_bot.event("INTERACTION_CREATE")
    assert (event["context"], event["user"]["id"]) == (1, places.ROBIN)
    assert "member" not in event
    assert "guild_id" not in event
    dms = [(one["user_id"], one["name"]) for one in (await page.world())["dms"]]
    assert dms == [(places.BOT, "Soundbooth"), (places.SAM, "Map makers"), (places.ADA, "Ada")]


@pytest.mark.parametrize(
    ("kind", "value", "resolved"),
    [(5, places.SAM, "users"), (6, places.TAVERN, "roles"), (7, places.ADA, "users"), (8, places.GENERAL, "channels")],
)
async def test_menus_of_people_roles_and_channels(
    api: Api, page: Page, raw_bot: RawBot, kind: int, value: str, resolved: str
) -> None:
    rows = [{"type": 1, "components": [{"type": kind, "custom_id": "pick"}]}]
    message = (await api.post_message({"content": "who?", "components": rows})).json
    assert (await page.press(message, "pick", kind, ["1"])).status == 400
    assert (await page.press(message, "pick", kind, [value])).status == 200
    data = (await raw_bot.event("INTERACTION_CREATE"))["data"]
    assert data["values"] == [value]
    assert value in data["resolved"][resolved]


RICH = {
    "custom_id": "rich",
    "title": "Everything",
    "components": [
        {"type": 10, "content": "Please fill this in"},
        {"type": 18, "label": "Voice", "description": "One", "component": {
            "type": 3, "custom_id": "voice", "options": [{"label": "Mira", "value": "mira"}]}},
        {"type": 18, "label": "Mood", "component": {
            "type": 21, "custom_id": "mood", "required": False, "options": [{"label": "Calm", "value": "calm"}]}},
        {"type": 18, "label": "Sure", "component": {"type": 23, "custom_id": "sure", "default": True}},
        {"type": 1, "components": [{"type": 4, "custom_id": "note", "style": 1, "label": "Note", "min_length": 2}]},
    ],
}  # fmt: skip


async def test_a_window_with_every_kind_of_field(api: Api, page: Page, raw_bot: RawBot) -> None:
    await page.use("pick")
    opener = await raw_bot.event("INTERACTION_CREATE")
    path = f"/interactions/{opener['id']}/{opener['token']}/callback"
    assert (await api.call("POST", path, {"type": 9, "data": RICH})).status == 204

    async def submit(*fields: Json, note: str = "hm") -> int:
        row = {"type": 1, "components": [{"type": 4, "custom_id": "note", "value": note}]}
        labels = [{"type": 18, "component": field} for field in fields]
        body = {"kind": "modal", "interaction_id": opener["id"], "custom_id": "rich", "components": [*labels, row]}
        return (await page.post("/interactions", body)).status

    voice = {"type": 3, "custom_id": "voice", "values": ["mira"]}
    assert await submit() == 400, "the voice is required"
    assert await submit({**voice, "type": 5}) == 400
    assert await submit(voice, note="x") == 400, "too short"
    assert await submit(voice, {"type": 23, "custom_id": "extra", "value": True}) == 400
    assert await submit(voice, {"type": 23, "custom_id": "sure", "value": False}) == 200
    assert (await raw_bot.event("INTERACTION_CREATE"))["data"]["custom_id"] == "rich"


async def test_answers_can_be_deleted_and_followups_edited(api: Api, page: Page, raw_bot: RawBot) -> None:
    await page.use("pick")
    event = await raw_bot.event("INTERACTION_CREATE")
    webhook = f"/webhooks/{places.BOT}/{event['token']}"
    await api.call("POST", f"/interactions/{event['id']}/{event['token']}/callback", {"type": 5})
    assert (await api.call("DELETE", f"{webhook}/messages/@original")).status == 204
    assert (await api.call("GET", f"{webhook}/messages/@original")).code == 10008
    followup = (await api.call("POST", webhook, {"content": "instead"})).json
    edited = await api.call("PATCH", f"{webhook}/messages/{followup['id']}", {"content": "better"})
    assert (edited.json["content"], edited.json["edited_timestamp"] is None) == ("better", False)
    assert (await api.call("GET", f"{webhook}/messages/{followup['id']}")).json["content"] == "better"


async def test_a_second_bot_process_gets_events_after_the_first_is_gone(
    raw_bot: RawBot, page: Page, server: Json
) -> None:
    server.drop_connections()
    await raw_bot.close_code()
    async with page.session.ws_connect(server.gateway_url) as socket:
        second = await RawBot(socket).start()
        await page.use("pick")
        assert (await second.event("INTERACTION_CREATE"))["data"]["name"] == "pick"
        assert TOKEN not in str(second.session_id)


async def test_a_page_that_does_not_read_is_let_go() -> None:
    events = PageEvents()
    page = events.open(places.ROBIN)
    for _ in range(1001):
        events.send_to_all({"type": "world"})
    assert events.count == 0
    assert await page.waiting.get() is None, "the writer is told to close"
