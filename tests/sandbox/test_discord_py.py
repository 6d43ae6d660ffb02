"""An unmodified discord.py bot against the sandbox, over real sockets, in real time."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import discord
import pytest
from discord.http import Route

from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import PATIENCE_S, TOKEN, UNHURRIED_S, Events, File, Json, Page
from tests.sandbox.openapi import OpenApi
from tests.sandbox.real_client import point_client_at
from tests.sandbox.studio_bot import SOUND, StudioBot

TEXT = {"name": "text", "type": 3, "value": "hello"}
GIVEN_SPEC = Path(__file__).parents[3] / "shared/discord/openapi.json"


@pytest.fixture(scope="session")
def discords_description() -> OpenApi | None:
    return OpenApi(GIVEN_SPEC.read_text()) if GIVEN_SPEC.exists() else None


@pytest.fixture
async def live(discords_description: OpenApi | None) -> AsyncIterator[SandboxServer]:
    """Run a sandbox; where Discord's own description is at hand, every request is held against it."""
    async with SandboxServer(token=TOKEN, interaction_timeout_s=UNHURRIED_S) as server:
        yield server
    for request in server.requests:
        if discords_description is not None and request["json"] is not None:
            assert discords_description.problems(request) == []


@pytest.fixture
def page(live: SandboxServer, session: aiohttp.ClientSession) -> Page:
    return Page(live, session)


@pytest.fixture
async def bot(live: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StudioBot]:
    point_client_at(live, monkeypatch)
    bot = StudioBot()
    running = asyncio.create_task(bot.start(TOKEN))
    ready = asyncio.create_task(bot.is_set_up.wait())
    await asyncio.wait([running, ready], timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
    if not ready.done():
        ready.cancel()
        await running
    yield bot
    await bot.close()
    await running


async def until(page: Page, wanted: Callable[[Json], bool], channel_id: str = places.GENERAL) -> Json:
    """Ask for the channel's messages until one fits."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for message in reversed(await page.messages(channel_id)):
                if wanted(message):
                    return message
            await asyncio.sleep(0.02)


def says(text: str) -> Callable[[Json], bool]:
    return lambda message: text in message["content"]


async def test_a_wrong_token_cannot_log_in(live: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    point_client_at(live, monkeypatch)
    bot = StudioBot()
    with pytest.raises(discord.LoginFailure):
        await bot.login("wrong")
    await bot.close()


async def test_the_bot_sees_its_guilds_and_rights(bot: StudioBot) -> None:
    assert [guild.name for guild in bot.guilds] == ["Moonlight Tavern", "Study Hall"]
    channel = bot.channel(places.GENERAL)
    rights = channel.permissions_for(channel.guild.me)
    assert rights.send_voice_messages
    assert rights.attach_files
    assert not rights.manage_messages
    assert (await bot.application_info()).id == int(places.BOT)
    assert (await bot.fetch_guild(int(places.TAVERN))).name == "Moonlight Tavern"
    assert (await channel.guild.fetch_member(int(places.SAM))).display_name == "Sam"
    fetched = await bot.fetch_channel(int(places.GENERAL))
    assert isinstance(fetched, discord.TextChannel)
    assert fetched.topic == "Pull up a chair"
    assert await bot.user.display_avatar.read() if bot.user else False


async def test_a_command_from_option_to_file(bot: StudioBot, page: Page) -> None:
    assert {one.name for one in await bot.tree.fetch_commands()} == {"speak", "card", "Read aloud"}
    options = [TEXT, {"name": "file", "type": 11, "value": "0"}]
    await page.use("speak", options, files=[File("take.ogg", b"12345")])
    answer = await until(page, says("hello by nobody from 5 bytes"))
    assert answer["attachments"][0]["description"] == "Speech"
    assert answer["flags"] == 0
    async with page.session.get(answer["attachments"][0]["url"]) as response:
        assert await response.read() == SOUND
    secret = await until(page, says("for your eyes only"))
    assert secret["flags"] == 64


async def test_autocomplete(bot: StudioBot, page: Page) -> None:
    assert bot.is_ready()
    asked = {
        "channel_id": places.GENERAL,
        "command_id": await page.command_id("speak"),
        "options": [TEXT, {"name": "voice", "type": 3, "value": "mi", "focused": True}],
    }
    answer = await page.post("/autocomplete", asked)
    assert answer.json == {"choices": [{"name": "Mira", "value": "mira"}]}


async def test_button_select_and_modal(bot: StudioBot, page: Page) -> None:
    assert bot.is_ready()
    await page.use("card")
    card = await until(page, lambda message: bool(message["components"]))
    assert card["embeds"][0]["title"] == "Card"
    await page.press(card, "again")
    await until(page, says("pressed"))
    await page.press(card, "voice", 3, ["Otto"])
    await until(page, says("chose Otto"))
    async with page.session.ws_connect(page.url("/events"), params={"as": page.user_id}) as socket:
        await page.press(card, "write")
        shown = await Events(socket).next("modal")
    field = {"type": 4, "custom_id": "line", "value": "a line"}
    label = shown["modal"]["components"][0]
    key = "component" if label["type"] == 18 else "components"
    filled = {"type": label["type"], "id": label["id"], key: field if key == "component" else [field]}
    sent = {"kind": "modal", "interaction_id": shown["interaction_id"], "custom_id": "window", "components": [filled]}
    assert (await page.post("/interactions", sent)).status == 200
    await until(page, says("submitted a line"))


async def test_a_message_menu_reads_the_message_without_any_intent(bot: StudioBot, page: Page) -> None:
    assert not bot.intents.message_content
    target = (await page.messages())[0]
    await page.use("Read aloud", target_id=target["id"])
    await until(page, says(f"read: {target['content']}"))


async def send_voice_message(bot: StudioBot, channel_id: str) -> Json:
    payload = {
        "flags": 8192,
        "nonce": "job-1",
        "enforce_nonce": True,
        "attachments": [
            {
                "id": 0,
                "filename": "voice-message.ogg",
                "duration_secs": 2.0,
                "waveform": base64.b64encode(bytes(64)).decode(),
            }
        ],
    }
    part = {"filename": "voice-message.ogg", "content_type": "audio/ogg"}
    file = discord.File(io.BytesIO(SOUND), "voice-message.ogg")
    form = [
        {"name": "payload_json", "value": json.dumps(payload)},
        {"name": "files[0]", "value": file.fp, **part},
    ]
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=int(channel_id))
    return await bot.http.request(route, form=form, files=[file])


async def test_a_voice_message_is_recognised_as_one(bot: StudioBot) -> None:
    sent = await send_voice_message(bot, places.VOICE_CLIPS)
    again = await send_voice_message(bot, places.VOICE_CLIPS)
    assert sent["id"] == again["id"], "the nonce holds for voice messages too"
    message = await bot.channel(places.VOICE_CLIPS).fetch_message(int(sent["id"]))
    assert message.flags.voice
    assert message.attachments[0].is_voice_message()
    assert await message.attachments[0].read() == SOUND
    with pytest.raises(discord.Forbidden) as refused:
        await message.edit(content="x")
    assert refused.value.code == 50162


async def test_a_lost_right_is_known_and_enforced(bot: StudioBot, page: Page) -> None:
    channel = bot.channel(places.GENERAL)
    switch = {"guild_id": places.TAVERN, "permission": "attach_files", "allowed": False}
    await page.post("/permissions", switch)
    async with asyncio.timeout(PATIENCE_S):
        await bot.role_changed.wait()
    assert not channel.permissions_for(channel.guild.me).attach_files
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send(file=discord.File(io.BytesIO(b"x"), "a.ogg"))
    assert refused.value.code == 50013


async def test_sending_again_after_a_500_posts_once(bot: StudioBot, page: Page) -> None:
    fault = {"method": "POST", "path": "/messages$", "status": 500, "after_acting": True}
    await page.post("/faults", fault)
    await bot.channel(places.GENERAL).send("only once", nonce="job-7")
    assert [message["content"] for message in await page.messages()].count("only once") == 1


async def test_a_cut_connection_is_an_error_of_aiohttp(bot: StudioBot, page: Page) -> None:
    await page.post("/faults", {"method": "POST", "path": "/messages$", "drop": True})
    with pytest.raises(aiohttp.ClientError):
        await bot.channel(places.GENERAL).send("lost")


async def test_a_429_is_waited_for(bot: StudioBot, page: Page) -> None:
    await page.post("/faults", {"method": "POST", "path": "/messages$", "status": 429, "times": 2})
    assert (await bot.channel(places.GENERAL).send("patient")).content == "patient"


async def test_a_dropped_connection_resumes_and_misses_nothing(bot: StudioBot, live: SandboxServer, page: Page) -> None:
    live.drop_connections()
    await page.post(f"/channels/{places.GENERAL}/messages", {"content": f"<@{places.BOT}> missed?"})
    async with asyncio.timeout(PATIENCE_S):
        await bot.has_resumed.wait()
        assert "missed?" in (await bot.heard.get()).content


async def test_a_bot_started_again_can_still_edit_its_messages(bot: StudioBot, page: Page) -> None:
    sent = await bot.channel(places.GENERAL).send("before the restart")
    await bot.close()
    second = StudioBot()
    running = asyncio.create_task(second.start(TOKEN))
    async with asyncio.timeout(PATIENCE_S):
        await second.is_set_up.wait()
    message = second.channel(places.GENERAL).get_partial_message(sent.id)
    kept = discord.File(io.BytesIO(SOUND), "late.ogg")
    await message.edit(content="after the restart", attachments=[kept])
    assert (await until(page, says("after the restart")))["attachments"][0]["filename"] == "late.ogg"
    await second.close()
    await running


async def test_direct_messages_and_replies(bot: StudioBot, page: Page) -> None:
    user = await bot.fetch_user(int(places.ROBIN))
    told = await user.send("done")
    channel_id = str(told.channel.id)
    assert (await page.messages(channel_id))[0]["content"] == "done"
    original = await bot.channel(places.GENERAL).send("first")
    reply = await original.reply("second")
    assert reply.reference is not None
    assert reply.reference.message_id == original.id
    history = [message.id async for message in bot.channel(places.GENERAL).history(limit=2)]
    assert history == [reply.id, original.id]
    await reply.delete()
    with pytest.raises(discord.NotFound):
        await bot.channel(places.GENERAL).fetch_message(reply.id)


async def test_every_request_is_what_discords_own_description_allows(
    bot: StudioBot, live: SandboxServer, page: Page, discords_description: OpenApi | None
) -> None:
    if discords_description is None:
        pytest.skip("Discord's OpenAPI document is not part of the repository")
    await page.use("speak", [TEXT])
    await until(page, says("for your eyes only"))
    await page.use("card")
    await until(page, lambda message: bool(message["components"]))
    await send_voice_message(bot, places.VOICE_CLIPS)
    sent = await bot.channel(places.GENERAL).send("hello", embed=discord.Embed(title="t"))
    await sent.edit(content="changed")
    checked = [request for request in live.requests if request["json"] is not None]
    assert len(checked) >= 7
    for request in checked:
        assert discords_description.problems(request) == []
    bad = {**checked[-1], "json": {"content": "x" * 5000, "flags": "many"}}
    assert discords_description.problems(bad), "a wrong request must not pass"
