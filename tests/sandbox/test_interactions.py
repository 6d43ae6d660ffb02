import asyncio

import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import TOKEN, Api, Clock, Events, File, Json, Page, RawBot, Talk

COMMANDS = [
    {
        "type": 1,
        "name": "speak",
        "description": "Say it",
        "options": [
            {"type": 3, "name": "text", "description": "What", "required": True, "max_length": 20},
            {"type": 3, "name": "voice", "description": "Who", "autocomplete": True},
            {"type": 4, "name": "speed", "description": "How fast", "min_value": 1, "max_value": 3},
            {"type": 11, "name": "file", "description": "From a file"},
            {"type": 6, "name": "member", "description": "For whom"},
        ],
    },
    {"type": 3, "name": "Read aloud"},
    {"type": 1, "name": "admin", "description": "For managers", "default_member_permissions": str(1 << 5)},
]
TEXT = {"name": "text", "type": 3, "value": "hello"}


@pytest.fixture
async def synced(api: Api) -> None:
    assert (await api.call("PUT", f"/applications/{places.BOT}/commands", COMMANDS)).status == 200
    api.token = None  # From here on the interaction's token is what counts.
    api.pace_s = 0.5


@pytest.fixture
async def talk(synced: None, raw_bot: RawBot, page: Page, api: Api) -> Talk:  # noqa: ARG001 - order
    assert (await page.use("speak", [TEXT])).status == 200
    return Talk(api, await raw_bot.event("INTERACTION_CREATE"))


@pytest.mark.usefixtures("synced")
async def test_a_command_arrives_complete(raw_bot: RawBot, page: Page) -> None:
    options = [TEXT, {"name": "file", "type": 11, "value": "0"}, {"name": "member", "type": 6, "value": places.SAM}]
    assert (await page.use("speak", options, files=[File("take one.ogg")])).status == 200
    event = await raw_bot.event("INTERACTION_CREATE")
    assert event["type"] == 2
    assert event["version"] == 1
    assert event["attachment_size_limit"] == 10 * 1024 * 1024
    assert event["entitlements"] == []
    assert event["context"] == 0
    assert event["authorizing_integration_owners"] == {"0": places.TAVERN}
    assert event["member"]["user"]["id"] == places.ROBIN
    assert int(event["member"]["permissions"]) & 1 << 5
    assert int(event["app_permissions"]) & 1 << 15
    assert (event["guild_locale"], event["locale"]) == ("en-US", "en-US")
    resolved = event["data"]["resolved"]
    attachment = next(iter(resolved["attachments"].values()))
    assert attachment["filename"] == "take_one.ogg"
    assert event["data"]["options"][1]["value"] == attachment["id"]
    assert resolved["users"][places.SAM]["username"] == "sam"
    assert places.SAM in resolved["members"]
    async with page.session.get(attachment["url"]) as response:
        assert await response.read() == b"OggS sound"


@pytest.mark.usefixtures("synced")
async def test_whom_a_text_mentions_is_told_with_it_unless_they_are_not_here(raw_bot: RawBot, page: Page) -> None:
    text = f"<@{places.SAM}> and <@!{places.ADA}> of <@&{places.TAVERN}> in <#{places.GAME_NIGHT}> <@{places.GROUP}>"
    assert (await page.use("speak", [TEXT, {"name": "voice", "type": 3, "value": text}])).status == 200
    resolved = (await raw_bot.event("INTERACTION_CREATE"))["data"]["resolved"]
    assert set(resolved["users"]) == set(resolved["members"]) == {places.SAM, places.ADA}
    assert resolved["roles"][places.TAVERN]["name"] == "@everyone"
    assert set(resolved["channels"]) == {places.GAME_NIGHT}


@pytest.mark.usefixtures("synced")
async def test_app_permissions_follow_the_switches(raw_bot: RawBot, page: Page) -> None:
    switch = {"guild_id": places.TAVERN, "permission": "attach_files", "allowed": False}
    assert (await page.post("/permissions", switch)).json == {}
    role = (await raw_bot.event("GUILD_ROLE_UPDATE"))["role"]
    assert not int(role["permissions"]) & 1 << 15
    await page.use("speak", [TEXT])
    event = await raw_bot.event("INTERACTION_CREATE")
    assert not int(event["app_permissions"]) & 1 << 15
    assert (
        await Talk(Api(page.server, page.session, Clock()), event).answer(4, {}, files=[File("a.ogg")])
    ).code == 50013


@pytest.mark.usefixtures("synced")
@pytest.mark.parametrize(
    "options",
    [
        [],
        [TEXT, TEXT],
        [{**TEXT, "value": "x" * 21}],
        [{**TEXT, "value": 5}],
        [TEXT, {"name": "speed", "type": 4, "value": 4}],
        [TEXT, {"name": "speed", "type": 4, "value": 1.5}],
        [TEXT, {"name": "file", "type": 11, "value": "3"}],
        [TEXT, {"name": "member", "type": 6, "value": "1"}],
        [TEXT, {"name": "unknown", "type": 3, "value": "x"}],
        ["text"],
    ],
)
async def test_wrong_options_never_reach_the_bot(page: Page, options: list[Json]) -> None:
    answer = await page.use("speak", options)
    assert answer.status == 400
    assert answer.json["message"]


@pytest.mark.usefixtures("synced")
async def test_a_command_for_managers_is_closed_to_others(page: Page) -> None:
    assert (await page.use("admin")).status == 200
    page.user_id = places.SAM
    assert (await page.use("admin")).status == 403


async def test_an_answer_is_a_message_with_its_origin(talk: Talk) -> None:
    answer = await talk.answer(4, {"content": f"<@{places.SAM}> @everyone", "flags": 64})
    message = answer.json["resource"]["message"]
    assert answer.json["interaction"]["response_message_id"] == message["id"]
    assert answer.json["interaction"]["response_message_ephemeral"] is True
    assert (message["type"], message["flags"]) == (20, 64)
    assert message["interaction_metadata"]["user"]["id"] == places.ROBIN
    assert [user["id"] for user in message["mentions"]] == [places.SAM]
    assert message["mention_everyone"] is False


async def test_a_callback_without_response_has_no_body(talk: Talk, api: Api) -> None:
    path = f"/interactions/{talk.event['id']}/{talk.event['token']}/callback"
    answer = await api.call("POST", path, {"type": 4, "data": {"content": "x"}})
    assert (answer.status, answer.content) == (204, b"")


async def test_only_one_first_answer(talk: Talk) -> None:
    assert (await talk.answer(5)).status == 200
    second = await talk.answer(4, {"content": "x"})
    assert (second.status, second.code) == (400, 40060)


async def test_a_refused_first_answer_can_be_tried_again(talk: Talk) -> None:
    wrong = await talk.answer(4, {"content": "x" * 2001})
    assert wrong.code == 50035
    assert wrong.json["errors"]["data"]["content"]["_errors"]
    assert (await talk.answer(4, {})).code == 50006
    assert (await talk.answer(4, {"content": "x"})).status == 200


async def test_a_late_first_answer_is_unknown(talk: Talk, clock: Clock) -> None:
    clock.advance(3.0)
    answer = await talk.answer(4, {"content": "x"})
    assert (answer.status, answer.code) == (404, 10062)


async def test_a_wrong_token_is_unknown(talk: Talk) -> None:
    talk.event["token"] = "wrong"
    assert (await talk.answer(4, {"content": "x"})).code == 10062


async def test_a_defer_takes_only_the_ephemeral_flag(talk: Talk) -> None:
    assert (await talk.answer(5, {"flags": 8192})).code == 50035
    deferred = await talk.answer(5, {"flags": 64})
    assert deferred.json["interaction"]["response_message_loading"] is True
    assert deferred.json["resource"]["message"]["flags"] == 64 | 128


async def test_a_deferred_answer_is_edited_into_the_result(talk: Talk, events: Events) -> None:
    await talk.answer(5)
    await events.next("interaction", state="deferred")
    edited = (await talk.edit({"content": "done", "attachments": [{"id": 0}]}, files=[File("a.ogg")])).json
    assert (edited["content"], edited["flags"], edited["edited_timestamp"]) == ("done", 0, None)
    assert edited["attachments"][0]["filename"] == "a.ogg"
    await events.next("interaction", state="answered")
    assert (await talk.get()).json["id"] == edited["id"]


async def test_an_unanswered_interaction_has_no_webhook(talk: Talk) -> None:
    answer = await talk.edit({"content": "x"})
    assert (answer.status, answer.code) == (404, 10015)
    assert (await talk.follow_up({"content": "x"})).code == 10015


async def test_the_token_dies_after_fifteen_minutes(talk: Talk, clock: Clock) -> None:
    await talk.answer(5)
    clock.advance(890)
    assert (await talk.edit({"content": "still fine"})).status == 200
    clock.advance(10)
    for answer in (await talk.edit({"content": "x"}), await talk.follow_up({"content": "x"}), await talk.get()):
        assert (answer.status, answer.code) == (401, 50027)


async def test_a_followup_after_a_defer_becomes_the_answer(talk: Talk, page: Page) -> None:
    original = (await talk.answer(5)).json["resource"]["message"]
    first = (await talk.follow_up({"content": "one"})).json
    second = (await talk.follow_up({"content": "two"})).json
    assert first["id"] == original["id"]
    assert second["id"] != original["id"]
    assert [message["content"] for message in await page.messages()][-2:] == ["one", "two"]


async def test_followups_are_not_deduplicated(talk: Talk) -> None:
    await talk.answer(4, {"content": "x"})
    body = {"content": "again", "nonce": "n", "enforce_nonce": True}
    assert (await talk.follow_up(body)).json["id"] != (await talk.follow_up(body)).json["id"]


async def test_an_ephemeral_message_is_for_one_member_only(talk: Talk, page: Page, api: Api, raw_bot: RawBot) -> None:
    secret = (await talk.answer(4, {"content": "secret", "flags": 64})).json["resource"]["message"]
    public = (await talk.follow_up({"content": "public"})).json
    assert (await raw_bot.event("MESSAGE_CREATE"))["id"] == public["id"], "not sent over the gateway"
    assert secret["id"] in [message["id"] for message in await page.messages()]
    page.user_id = places.SAM
    assert secret["id"] not in [message["id"] for message in await page.messages()]
    assert (await page.press(secret, "x")).status == 404
    api.token = TOKEN
    assert (await api.call("GET", f"/channels/{places.GENERAL}/messages/{secret['id']}")).code == 10008
    changed = (await talk.edit({"content": "changed", "flags": 0})).json
    assert (changed["content"], changed["flags"]) == ("changed", 64), "ephemeral once, ephemeral for good"


async def test_a_token_reaches_only_its_own_messages(talk: Talk, page: Page) -> None:
    await talk.answer(4, {"content": "x"})
    other = (await page.messages())[0]
    assert (await talk.edit({"content": "x"}, message=other["id"])).code == 10008


async def test_a_voice_message_is_a_first_answer_but_no_followup_or_edit(talk: Talk) -> None:
    entry = {"id": 0, "filename": "v.ogg", "duration_secs": 1.0, "waveform": "AAAA"}
    body = {"flags": 8192, "attachments": [entry]}
    message = (await talk.answer(4, body, files=[File("v.ogg")])).json["resource"]["message"]
    assert message["flags"] == 8192
    assert (await talk.follow_up(body, files=[File("v.ogg")])).code == 50035
    assert (await talk.edit({"content": "x"})).code == 50162


async def test_no_answer_in_time_fails_on_the_page(clock: Clock, session: Json) -> None:
    async with SandboxServer(token=TOKEN, clock=clock, interaction_timeout_s=0.05) as server:
        api, page = Api(server, session, clock), Page(server, session)
        await api.call("PUT", f"/applications/{places.BOT}/commands", COMMANDS)
        async with session.ws_connect(page.url("/events"), params={"as": page.user_id}) as socket:
            used = await page.use("speak", [TEXT])
            failed = await Events(socket).next("interaction", state="failed")
    assert failed["id"] == used.json["interaction_id"]
    assert failed["reason"] == "The application did not respond"


@pytest.mark.usefixtures("synced")
async def test_autocomplete_brings_the_choices_to_the_page(raw_bot: RawBot, page: Page, api: Api) -> None:
    asked = {
        "channel_id": places.GENERAL,
        "command_id": await page.command_id("speak"),
        "options": [{"name": "voice", "type": 3, "value": "mi", "focused": True}],
    }
    waiting = asyncio.create_task(page.post("/autocomplete", asked))
    event = await raw_bot.event("INTERACTION_CREATE")
    assert event["type"] == 4
    assert event["data"]["options"] == [{"name": "voice", "type": 3, "value": "mi", "focused": True}]
    talk = Talk(api, event)
    assert (await talk.answer(4, {"content": "x"})).code == 50035
    choice = {"name": "Mira", "value": "mira"}
    assert (await talk.answer(8, {"choices": [choice] * 26})).code == 50035
    assert (await talk.answer(8, {"choices": [{"name": "n" * 101, "value": "v"}]})).code == 50035
    assert (await talk.answer(8, {"choices": [choice]})).status == 200
    assert (await waiting).json == {"choices": [choice]}


async def test_autocomplete_without_an_answer_is_a_timeout(clock: Clock, session: Json) -> None:
    async with SandboxServer(token=TOKEN, clock=clock, interaction_timeout_s=0.05) as server:
        api, page = Api(server, session, clock), Page(server, session)
        await api.call("PUT", f"/applications/{places.BOT}/commands", COMMANDS)
        asked = {"channel_id": places.GENERAL, "command_id": await page.command_id("speak"), "options": [TEXT]}
        assert (await page.post("/autocomplete", asked)).status == 504


@pytest.mark.usefixtures("synced")
async def test_a_message_menu_carries_the_message(raw_bot: RawBot, page: Page, api: Api) -> None:
    target = (await page.messages())[0]
    assert (await page.use("Read aloud", target_id="1")).status == 404
    await page.use("Read aloud", target_id=target["id"])
    event = await raw_bot.event("INTERACTION_CREATE")
    assert event["data"]["target_id"] == target["id"]
    assert event["data"]["resolved"]["messages"][target["id"]]["content"] == target["content"]
    message = (await Talk(api, event).answer(4, {"content": "x"})).json["resource"]["message"]
    assert message["type"] == 23
    assert message["message_reference"]["message_id"] == target["id"]


BUTTONS = [
    {
        "type": 1,
        "components": [
            {"type": 2, "style": 1, "label": "Again", "custom_id": "again"},
            {"type": 2, "style": 2, "label": "Off", "custom_id": "off", "disabled": True},
        ],
    },
    {
        "type": 1,
        "components": [
            {
                "type": 3,
                "custom_id": "voice",
                "max_values": 2,
                "options": [{"label": name, "value": name} for name in ("mira", "otto", "lu")],
            }
        ],
    },
]


@pytest.fixture
async def card(talk: Talk) -> Json:
    return (await talk.answer(4, {"content": "card", "components": BUTTONS})).json["resource"]["message"]


async def test_a_button_updates_its_message(card: Json, raw_bot: RawBot, page: Page, api: Api) -> None:
    await page.press(card, "again")
    event = await raw_bot.event("INTERACTION_CREATE")
    assert (event["type"], event["data"]["custom_id"], event["message"]["id"]) == (3, "again", card["id"])
    talk = Talk(api, event)
    updated = (await talk.answer(7, {"content": "pressed"})).json["resource"]["message"]
    assert (updated["id"], updated["content"]) == (card["id"], "pressed")
    assert (await talk.edit({"content": "later"})).json["id"] == card["id"]
    assert (await talk.follow_up({"content": "new"})).json["id"] != card["id"]


async def test_a_deferred_update_changes_nothing_yet(card: Json, raw_bot: RawBot, page: Page, api: Api) -> None:
    await page.press(card, "again")
    talk = Talk(api, await raw_bot.event("INTERACTION_CREATE"))
    assert "resource" not in (await talk.answer(6)).json
    assert (await talk.get()).json["content"] == "card"


async def test_a_menu_sends_what_was_chosen(card: Json, raw_bot: RawBot, page: Page) -> None:
    assert (await page.press(card, "voice", 3, ["nobody"])).status == 400
    assert (await page.press(card, "voice", 3, ["mira", "otto", "lu"])).status == 400
    assert (await page.press(card, "voice", 3, ["mira", "lu"])).status == 200
    assert (await raw_bot.event("INTERACTION_CREATE"))["data"]["values"] == ["mira", "lu"]


async def test_components_that_are_not_there_cannot_be_used(card: Json, page: Page) -> None:
    assert (await page.press(card, "off")).status == 400
    assert (await page.press(card, "missing")).status == 400
    assert (await page.press({**card, "id": "1"}, "again")).status == 404


MODAL = {
    "custom_id": "window",
    "title": "Your text",
    "components": [
        {"type": 18, "label": "Text", "component": {"type": 4, "custom_id": "text", "style": 2, "max_length": 5}},
        {"type": 18, "label": "Take", "component": {"type": 19, "custom_id": "take", "required": False}},
    ],
}


def filled(text: str, *files: str) -> Json:
    return [
        {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "text", "value": text}},
        {"type": 18, "id": 3, "component": {"type": 19, "id": 4, "custom_id": "take", "values": list(files)}},
    ]


async def test_a_modal_goes_to_the_page_and_back(
    talk: Talk, page: Page, events: Events, raw_bot: RawBot, api: Api
) -> None:
    assert (await talk.answer(9, MODAL)).status == 200
    shown = await events.next("modal")
    assert shown["modal"]["title"] == "Your text"
    sent = {"kind": "modal", "interaction_id": shown["interaction_id"], "custom_id": "window"}
    assert (await page.post("/interactions", {**sent, "components": filled("")})).status == 400
    assert (await page.post("/interactions", {**sent, "components": filled("too long")})).status == 400
    assert (await page.post("/interactions", {**sent, "components": filled("hi", "0")}, files=[])).status == 400
    answer = await page.post("/interactions", {**sent, "components": filled("hi", "0")}, files=[File("t.ogg")])
    assert answer.status == 200
    event = await raw_bot.event("INTERACTION_CREATE")
    assert (event["type"], event["data"]["custom_id"]) == (5, "window")
    take = event["data"]["components"][1]["component"]["values"][0]
    assert event["data"]["resolved"]["attachments"][take]["filename"] == "t.ogg"
    assert (await page.post("/interactions", {**sent, "components": filled("hi")})).status == 404
    submitted = Talk(api, event)
    assert (await submitted.answer(9, MODAL)).code == 50035
    message = (await submitted.answer(4, {"content": "got it"})).json["resource"]["message"]
    assert message["interaction_metadata"]["triggering_interaction_metadata"]["type"] == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "t" * 46},
        {"custom_id": "c" * 101},
        {"components": []},
        {"components": MODAL["components"] * 3},
        {"components": [{"type": 2, "custom_id": "b", "style": 1, "label": "l"}]},
        {"components": [{"type": 18, "label": "l" * 46, "component": {"type": 4, "custom_id": "t", "style": 1}}]},
        {"components": [{"type": 18, "label": "l"}]},
        {"components": [{"type": 1, "components": [{"type": 4, "custom_id": "t", "style": 1}]}]},
    ],
)
async def test_modal_limits(talk: Talk, changes: Json) -> None:
    assert (await talk.answer(9, {**MODAL, **changes})).code == 50035


async def test_a_member_cannot_submit_anothers_window(talk: Talk, page: Page) -> None:
    await talk.answer(9, MODAL)
    page.user_id = places.SAM
    sent = {"kind": "modal", "interaction_id": talk.event["id"], "custom_id": "window", "components": filled("hi")}
    assert (await page.post("/interactions", sent)).status == 404
