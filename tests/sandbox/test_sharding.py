"""Several shards, in one process or in several, on one sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands
from discord.ext import commands

from bot.sandbox import starting_world as places
from bot.sandbox.gateway_sessions import SESSIONS_LIMIT, Connection, Session, Sessions
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import PATIENCE_S, TOKEN, Api, Events, Json, Page, RawBot, Talk
from tests.sandbox.conftest import Connect
from tests.sandbox.real_client import point_client_at

PING = [{"type": 1, "name": "ping", "description": "Answers"}]


@pytest.fixture
async def shards(connect: Connect, api: Api) -> tuple[RawBot, RawBot]:
    await api.call("PUT", f"/applications/{places.BOT}/commands", PING)
    first = await (await connect()).start(shard=(0, 2))
    return first, await (await connect()).start(shard=(1, 2))


def test_the_two_servers_of_the_bot_belong_to_different_shards() -> None:
    shards = {int(guild_id) >> 22 & 1 for guild_id in (places.TAVERN, places.STUDY_HALL)}
    assert shards == {0, 1}
    assert int(places.TAVERN) >> 22 & 1 == places.TAVERN_SHARD
    assert int(places.STUDY_HALL) >> 22 & 1 == places.STUDY_HALL_SHARD
    assert int(places.HARBOUR) >> 22 & 1 == places.HARBOUR_SHARD


@pytest.mark.parametrize("shard", [[2, 2], [-1, 2], [0, 0], [0], ["0", "2"], "0", [True, 2]])
async def test_a_wrong_shard_is_closed_with_4010(connect: Connect, shard: Json) -> None:
    bot = await connect()
    await bot.hello()
    await bot.identify(shard=shard)
    assert await bot.close_code() == 4010


async def test_each_shard_has_its_own_servers_and_the_first_the_direct_messages(
    shards: tuple[RawBot, RawBot], page: Page, api: Api
) -> None:
    zero, one = shards
    await page.post(f"/channels/{places.GENERAL}/messages", {"content": "in the tavern"})
    await page.post(f"/channels/{places.NOTES}/messages", {"content": "in the study hall"})
    dm = (await api.call("POST", "/users/@me/channels", {"recipient_id": places.ROBIN})).json
    await page.post(f"/channels/{dm['id']}/messages", {"content": "just us"})
    assert await zero.heard_before_ack() == ["MESSAGE_CREATE", "CHANNEL_CREATE", "MESSAGE_CREATE"]
    assert await one.heard_before_ack() == ["MESSAGE_CREATE"]


async def test_ready_and_the_kick_come_to_the_servers_shard_only(connect: Connect, page: Page) -> None:
    zero, one = await connect(), await connect()
    for number, (bot, guild_id) in enumerate(((zero, places.STUDY_HALL), (one, places.TAVERN))):
        await bot.hello()
        await bot.identify(shard=[number, 2])
        ready = await bot.event("READY")
        assert ready["shard"] == [number, 2]
        assert [guild["id"] for guild in ready["guilds"]] == [guild_id]
        assert (await bot.event("GUILD_CREATE"))["id"] == guild_id
    await page.happen("kick_bot", guild_id=places.TAVERN)
    assert await one.event("GUILD_DELETE") == {"id": places.TAVERN}
    assert await zero.heard_before_ack() == []


async def test_a_command_goes_to_one_shard_and_can_be_answered_by_any_process(
    shards: tuple[RawBot, RawBot], page: Page, api: Api
) -> None:
    zero, one = shards
    await page.use("ping", channel_id=places.LOUNGE)
    talk = Talk(api, await zero.event("INTERACTION_CREATE"))
    assert await one.heard_before_ack() == []
    assert (await talk.answer(4, {"content": "here"})).status == 200
    assert (await page.messages(places.LOUNGE))[-1]["content"] == "here"


async def test_a_shard_that_died_leaves_the_others_at_work(
    session: aiohttp.ClientSession, shards: tuple[RawBot, RawBot], page: Page, api: Api
) -> None:
    zero, one = shards
    api.pace_s = 3.1
    await page.happen("drop_gateway", shard_id=1)
    await one.close_code()
    assert (await page.world())["bot"]["connected"] is True
    await page.use("ping", channel_id=places.GENERAL)
    assert await zero.heard_before_ack() == [], "nobody takes over another shard's commands"
    async with session.ws_connect(page.server.gateway_url) as socket:
        again = RawBot(socket)
        await again.hello()
        await again.send(6, {"token": TOKEN, "session_id": one.session_id, "seq": one.sequence})
        talk = Talk(api, await again.event("INTERACTION_CREATE"))
        assert (await talk.answer(4, {"content": "late"})).code == 10062, "a resumed shard hears of it too late"


async def test_a_command_for_a_dead_shard_fails_before_the_members_eyes(session: aiohttp.ClientSession) -> None:
    async with SandboxServer(token=TOKEN, interaction_timeout_s=0.05) as server:
        page, headers = Page(server, session), {"Authorization": f"Bot {TOKEN}"}
        url = f"{server.api_url}/applications/{places.BOT}/commands"
        async with session.put(url, json=PING, headers=headers), session.ws_connect(server.gateway_url) as socket:
            await RawBot(socket).start(shard=(0, 2))
            async with session.ws_connect(page.url("/events"), params={"as": page.user_id}) as pushed:
                used = (await page.use("ping", channel_id=places.GENERAL)).json
                failed = await Events(pushed).next("interaction", id=used["interaction_id"], state="failed")
        assert failed["reason"] == "The application did not respond"


async def test_the_gateway_says_how_many_shards_and_logins(api: Api, page: Page, connect: Connect) -> None:
    assert (await page.happen("recommend_shards", shards=2)).status == 200
    await (await connect()).start(shard=(0, 2))
    answer = (await api.call("GET", "/gateway/bot")).json
    assert (answer["url"], answer["shards"]) == (page.server.gateway_url, 2)
    limit = answer["session_start_limit"]
    assert (limit["total"], limit["remaining"], limit["max_concurrency"]) == (1000, 999, 1)
    assert 0 < limit["reset_after"] <= 86_400_000


async def test_dead_sessions_make_room_before_living_ones(session: aiohttp.ClientSession) -> None:
    async with SandboxServer(token=TOKEN) as server, session.ws_connect(server.gateway_url) as socket:
        living = await RawBot(socket).start(shard=(0, 2))
        for _ in range(SESSIONS_LIMIT + 2):
            async with session.ws_connect(server.gateway_url) as dying:
                await (RawBot(dying)).start(shard=(1, 2))
                server.drop_connections(shard_id=1)
                await RawBot(dying).close_code()
        assert await living.heard_before_ack() == []


def test_when_all_sessions_live_the_oldest_goes() -> None:
    sessions = Sessions()
    silent: Any = None
    for number in range(SESSIONS_LIMIT + 1):
        sessions.add(Session(str(number), 0, (0, 1), Connection(silent, None)))
    assert sessions.find("0") is None
    assert len(list(sessions)) == SESSIONS_LIMIT


class _Process(commands.AutoShardedBot):
    """What one of two processes would run: one shard of two."""

    def __init__(self, shard_id: int) -> None:
        super().__init__(
            "!", intents=discord.Intents.default(), shard_ids=[shard_id], shard_count=2, guild_ready_timeout=0.1
        )
        self.mine = shard_id

    async def setup_hook(self) -> None:
        async def ping(interaction: discord.Interaction) -> None:
            await interaction.response.send_message(f"shard {self.mine} of {self.shard_count}")

        self.tree.add_command(app_commands.Command[Any, ..., None](name="ping", description="Answers", callback=ping))
        if self.mine == 0:
            await self.tree.sync()


@pytest.fixture
async def processes(server: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[_Process]]:
    point_client_at(server, monkeypatch)
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        processes = [await stack.enter_async_context(_Process(number)) for number in range(2)]
        for process in processes:
            tasks.create_task(process.start(TOKEN))
        async with asyncio.timeout(PATIENCE_S):
            for process in processes:
                await process.wait_until_ready()
        yield processes
        for process in processes:
            await process.close()


async def test_two_processes_of_discord_py_share_one_sandbox(
    processes: list[_Process], page: Page, events: Events
) -> None:
    assert [[guild.name for guild in process.guilds] for process in processes] == [["Study Hall"], ["Moonlight Tavern"]]
    for channel_id, text in ((places.LOUNGE, "shard 0 of 2"), (places.GENERAL, "shard 1 of 2")):
        assert (await page.use("ping", channel_id=channel_id)).status == 200
        assert (await events.next("message_create"))["message"]["content"] == text
    await processes[1].close()
    assert (await page.use("ping", channel_id=places.LOUNGE)).status == 200
    assert (await events.next("message_create"))["message"]["content"] == "shard 0 of 2"
