"""Roles: what members may do through them, and how they arrive in options and menus."""

import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.permissions import bits
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import Api, Json, Page, RawBot, Talk

MODERATOR = str(int(places.TAVERN) + 2000)
COMMANDS = [
    {
        "type": 1,
        "name": "pick",
        "description": "Pick",
        "options": [
            {"type": 6, "name": "user", "description": "d"},
            {"type": 8, "name": "role", "description": "d"},
            {"type": 9, "name": "anyone", "description": "d"},
        ],
    },
    {"type": 1, "name": "moderate", "description": "d", "default_member_permissions": str(1 << 13)},
    {"type": 1, "name": "admins", "description": "d", "default_member_permissions": "0"},
]


@pytest.fixture(autouse=True)
async def synced(api: Api) -> None:
    assert (await api.call("PUT", f"/applications/{places.BOT}/commands", COMMANDS)).status == 200


async def picked(page: Page, raw_bot: RawBot, kind: int, name: str, value: str) -> Json:
    assert (await page.use("pick", [{"name": name, "type": kind, "value": value}])).status == 200
    return (await raw_bot.event("INTERACTION_CREATE"))["data"]["resolved"]


async def test_a_member_arrives_with_roles_and_permissions(page: Page, raw_bot: RawBot) -> None:
    page.user_id = places.ADA
    await page.use("pick")
    member = (await raw_bot.event("INTERACTION_CREATE"))["member"]
    assert member["roles"] == [str(int(places.TAVERN) + 1000), MODERATOR]
    assert int(member["permissions"]) & bits(("manage_messages",))
    assert not int(member["permissions"]) & bits(("manage_guild",))


async def test_users_and_roles_are_resolved_by_what_they_are(page: Page, raw_bot: RawBot) -> None:
    user = await picked(page, raw_bot, 6, "user", places.SAM)
    assert user["users"][places.SAM]["username"] == "sam"
    assert user["members"][places.SAM]["roles"] == [str(int(places.TAVERN) + 1000)]
    role = await picked(page, raw_bot, 8, "role", MODERATOR)
    assert (list(role), role["roles"][MODERATOR]["name"]) == (["roles"], "Moderator")
    assert (await picked(page, raw_bot, 9, "anyone", MODERATOR))["roles"][MODERATOR]["id"] == MODERATOR
    assert set(await picked(page, raw_bot, 9, "anyone", places.ADA)) == {"users", "members"}
    everyone = await picked(page, raw_bot, 8, "role", places.TAVERN)
    assert everyone["roles"][places.TAVERN]["name"] == "@everyone"


async def test_a_role_is_no_user_and_none_of_another_server(page: Page) -> None:
    for kind, name, value in ((6, "user", MODERATOR), (8, "role", places.SAM), (8, "role", places.STUDY_HALL)):
        assert (await page.use("pick", [{"name": name, "type": kind, "value": value}])).status == 400


async def test_commands_are_hidden_from_members_without_the_permission(page: Page, server: SandboxServer) -> None:
    names = {one["id"]: one["name"] for one in (await page.world())["commands"]}
    seen: dict[str, set[str]] = {}
    for user_id in (places.ROBIN, places.ADA, places.SAM):
        page.user_id = user_id
        channel = (await page.world())["guilds"][0]["channels"][0]
        seen[user_id] = {names[one] for one in channel["commands"]}
    assert seen[places.ROBIN] == {"pick", "moderate", "admins"}, "the owner is an administrator"
    assert seen[places.ADA] == {"pick", "moderate"}
    assert seen[places.SAM] == {"pick"}
    assert (await page.use("moderate")).status == 403
    server.world.guilds[places.TAVERN].member_roles[places.SAM].append(MODERATOR)
    assert (await page.use("moderate")).status == 200


async def test_a_role_menu_offers_the_servers_roles(page: Page, raw_bot: RawBot, api: Api) -> None:
    await page.use("pick")
    talk = Talk(api, await raw_bot.event("INTERACTION_CREATE"))
    rows = [{"type": 1, "components": [{"type": kind, "custom_id": str(kind)}]} for kind in (6, 7)]
    message = (await talk.answer(4, {"content": "who?", "components": rows})).json["resource"]["message"]
    for kind in (6, 7):
        assert (await page.press(message, str(kind), kind, [MODERATOR])).status == 200
        data = (await raw_bot.event("INTERACTION_CREATE"))["data"]
        assert (data["values"], list(data["resolved"]["roles"])) == ([MODERATOR], [MODERATOR])
    assert (await page.press(message, "6", 6, [places.STUDY_HALL])).status == 400
