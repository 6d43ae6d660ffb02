"""The bot where it is no member: brought along by somebody who added it to their own account."""

import asyncio

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import PATIENCE_S, TOKEN, Api, Events, File, Json, Page, RawBot, Talk
from tests.sandbox.real_client import point_client_at

EVERYWHERE = {"integration_types": [0, 1], "contexts": [0, 1, 2]}
COMMANDS = [
    {"type": 1, "name": "everywhere", "description": "d", **EVERYWHERE},
    {"type": 1, "name": "managers", "description": "d", "default_member_permissions": "32", **EVERYWHERE},
    {"type": 1, "name": "server", "description": "d", "integration_types": [0], "contexts": [0, 1, 2]},
    {"type": 1, "name": "mine", "description": "d", "integration_types": [1], "contexts": [0]},
    {"type": 1, "name": "plain", "description": "d"},
]
ATTACH, EMBED, EVERYONE, EMOJI, EXTERNAL = 1 << 15, 1 << 14, 1 << 17, 1 << 18, 1 << 50


@pytest.fixture(autouse=True)
async def synced(api: Api) -> None:
    assert (await api.call("PUT", f"/applications/{places.BOT}/commands", COMMANDS)).status == 200


async def offered(page: Page, channel_id: str) -> set[str]:
    """The names of the commands a channel offers."""
    world = await page.world()
    names = {command["id"]: command["name"] for command in world["commands"]}
    channels = [channel for guild in world["guilds"] for channel in guild["channels"]] + world["dms"]
    return {names[one] for channel in channels if channel["id"] == channel_id for one in channel["commands"]}


async def use(page: Page, raw_bot: RawBot, api: Api, channel_id: str, name: str = "everywhere") -> Talk:
    assert (await page.use(name, channel_id=channel_id)).status == 200
    return Talk(api, await raw_bot.event("INTERACTION_CREATE"))


async def test_commands_are_offered_by_installation_and_context(page: Page, api: Api) -> None:
    dm = (await api.call("POST", "/users/@me/channels", {"recipient_id": places.ROBIN})).json["id"]
    assert await offered(page, places.GENERAL) == {"everywhere", "managers", "server", "mine", "plain"}
    assert await offered(page, places.PIER) == {"everywhere", "managers", "mine"}
    assert await offered(page, places.GROUP) == {"everywhere", "managers"}
    assert await offered(page, dm) == {"everywhere", "managers", "server", "plain"}
    page.user_id = places.SAM
    assert await offered(page, places.GENERAL) == {"everywhere", "server", "plain"}
    assert await offered(page, places.PIER) == set()
    assert (await page.use("everywhere", channel_id=places.PIER)).status == 403


async def test_a_strangers_server_arrives_as_such(page: Page, raw_bot: RawBot, api: Api) -> None:
    event = (await use(page, raw_bot, api, places.PIER)).event
    assert (event["context"], event["guild_id"]) == (0, places.HARBOUR)
    assert event["authorizing_integration_owners"] == {"1": places.ROBIN}
    assert event["guild"]["id"] == places.HARBOUR
    assert event["member"]["user"]["id"] == places.ROBIN
    assert int(event["app_permissions"]) & ATTACH
    assert event["app_permissions"] == event["member"]["permissions"]


async def test_both_installations_are_named_where_both_apply(page: Page, raw_bot: RawBot, api: Api) -> None:
    for name, owners in (
        ("everywhere", {"0": places.TAVERN, "1": places.ROBIN}),
        ("plain", {"0": places.TAVERN}),
        ("mine", {"1": places.ROBIN}),
    ):
        talk = await use(page, raw_bot, api, places.GENERAL, name)
        assert talk.event["authorizing_integration_owners"] == owners


@pytest.mark.parametrize(
    ("channel_id", "kind", "people"),
    [
        (places.GROUP, 3, {places.ROBIN, places.SAM, places.NOOR}),
        (places.ROBIN_AND_ADA, 1, {places.ROBIN, places.ADA}),
    ],
)
async def test_a_talk_between_people_arrives_as_such(
    page: Page, raw_bot: RawBot, api: Api, channel_id: str, kind: int, people: set[str]
) -> None:
    event = (await use(page, raw_bot, api, channel_id)).event
    assert event["context"] == 2
    assert event["authorizing_integration_owners"] == {"1": places.ROBIN}
    assert event["user"]["id"] == places.ROBIN
    assert not {"guild_id", "member"} & set(event)
    assert event["channel"]["type"] == kind
    assert {user["id"] for user in event["channel"]["recipients"]} == people
    assert int(event["app_permissions"]) == ATTACH | EMBED | EVERYONE


async def test_direct_messages_tell_of_four_permissions_and_allow_more(page: Page, raw_bot: RawBot, api: Api) -> None:
    dm = (await api.call("POST", "/users/@me/channels", {"recipient_id": places.ROBIN})).json["id"]
    talk = await use(page, raw_bot, api, dm)
    assert int(talk.event["app_permissions"]) == ATTACH | EMBED | EVERYONE | EMOJI
    assert talk.event["authorizing_integration_owners"] == {"0": "0", "1": places.ROBIN}
    entry = {"id": "0", "filename": "voice-message.ogg", "duration_secs": 1.0, "waveform": "AAAA"}
    sent = await api.call(
        "POST", f"/channels/{dm}/messages", {"flags": 8192, "attachments": [entry]}, files=[File("voice-message.ogg")]
    )
    assert sent.status == 200


@pytest.mark.parametrize("channel_id", [places.PIER, places.GROUP, places.ROBIN_AND_ADA])
async def test_the_bots_own_token_has_no_access_there(api: Api, channel_id: str) -> None:
    path = f"/channels/{channel_id}"
    for method, rest in (("POST", "/messages"), ("GET", "/messages"), ("GET", ""), ("POST", "/typing")):
        refused = await api.call(method, path + rest, {"content": "x"} if rest == "/messages" else None)
        assert (refused.status, refused.code) == (403, 50001)


@pytest.mark.parametrize("channel_id", [places.PIER, places.GROUP])
async def test_the_interaction_answers_with_five_follow_ups_at_most(
    page: Page, raw_bot: RawBot, api: Api, channel_id: str
) -> None:
    talk = await use(page, raw_bot, api, channel_id)
    assert (await talk.answer(5)).status == 200
    assert (await talk.edit({"content": "done"}, files=[File("a.ogg")])).status == 200
    assert [(await talk.follow_up({"content": str(number)})).status for number in range(5)] == [200] * 5
    assert (await talk.follow_up({"content": "one too many"})).code == 40094
    assert (await talk.edit({"content": "edits go on"})).status == 200
    page.user_id = places.SAM
    assert "edits go on" in [message["content"] for message in await page.messages(channel_id)]
    assert await raw_bot.heard_before_ack() == [], "the bot hears nothing of messages where it is no member"


async def test_follow_ups_are_not_counted_where_the_bot_is(page: Page, raw_bot: RawBot, api: Api) -> None:
    talk = await use(page, raw_bot, api, places.GENERAL)
    await talk.answer(4, {"content": "x"})
    assert [(await talk.follow_up({"content": "x"})).status for _ in range(6)] == [200] * 6


async def test_without_external_apps_only_the_member_sees_the_answer(
    page: Page, raw_bot: RawBot, api: Api, server: SandboxServer
) -> None:
    members = server.world.guilds[places.HARBOUR].roles[str(int(places.HARBOUR) + 1000)]
    members.permissions &= ~EXTERNAL
    talk = await use(page, raw_bot, api, places.PIER)
    assert (await talk.answer(5)).json["resource"]["message"]["flags"] & 64
    assert (await talk.follow_up({"content": "x"})).json["flags"] & 64
    page.user_id = places.SAM
    assert await page.messages(places.PIER) == []


async def test_a_voice_message_cannot_be_an_answer_among_people(page: Page, raw_bot: RawBot, api: Api) -> None:
    talk = await use(page, raw_bot, api, places.GROUP)
    entry = {"id": "0", "filename": "voice-message.ogg", "duration_secs": 1.0, "waveform": "AAAA"}
    refused = await talk.answer(4, {"flags": 8192, "attachments": [entry]}, files=[File("voice-message.ogg")])
    assert refused.code == 50173


async def test_a_button_there_keeps_who_brought_the_bot(page: Page, raw_bot: RawBot, api: Api) -> None:
    talk = await use(page, raw_bot, api, places.GROUP)
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
    await talk.answer(4, {"content": "x", "components": [row]})
    page.user_id = places.NOOR
    message: Json = (await page.messages(places.GROUP))[-1]
    assert (await page.press(message, "go")).status == 200
    event = await raw_bot.event("INTERACTION_CREATE")
    assert (event["user"]["id"], event["context"]) == (places.NOOR, 2)
    assert event["authorizing_integration_owners"] == {"1": places.ROBIN}


async def test_a_person_can_add_the_bot_to_their_account(page: Page) -> None:
    page.user_id = places.NOOR
    assert await offered(page, places.GROUP) == set()
    await page.happen("switch_user", user_id=places.NOOR, has_app=True)
    assert await offered(page, places.GROUP) == {"everywhere", "managers"}


class _Visitor(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default(), guild_ready_timeout=0.1)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        @app_commands.allowed_installs(guilds=True, users=True)
        @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
        async def where(interaction: discord.Interaction) -> None:
            await interaction.response.defer()
            kind = type(interaction.channel).__name__
            is_mine = interaction.is_user_integration()
            await interaction.edit_original_response(content=f"{kind} {is_mine} {interaction.is_guild_integration()}")

        self.tree.add_command(app_commands.Command(name="where", description="Says where", callback=where))
        await self.tree.sync()


async def test_discord_py_knows_where_it_is(
    server: SandboxServer, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_client_at(server, monkeypatch)
    page = Page(server, session)
    async with asyncio.TaskGroup() as tasks, _Visitor() as bot:
        tasks.create_task(bot.start(TOKEN))
        async with (
            asyncio.timeout(PATIENCE_S),
            session.ws_connect(page.url("/events"), params={"as": page.user_id}) as socket,
        ):
            events = Events(socket)
            await bot.wait_until_ready()
            for channel_id, said in (
                (places.GENERAL, "TextChannel True True"),
                (places.PIER, "TextChannel True False"),
                (places.GROUP, "GroupChannel True False"),
                (places.ROBIN_AND_ADA, "DMChannel True False"),
            ):
                assert (await page.use("where", channel_id=channel_id)).status == 200
                assert (await events.next("message_update"))["message"]["content"] == said
