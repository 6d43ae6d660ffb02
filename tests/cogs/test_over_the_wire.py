"""What the simulation in this process cannot show: the commands through the real client, over sockets."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import aiohttp
import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord_bot import SoundboothBot
from bot.finevoice.client import FineVoice
from bot.jobs.voice_library import VoiceLibrary
from bot.models import Job, LimitName, ResultForm, Subject
from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from bot.storage.database import Database
from bot.storage.jobs import JobStore
from bot.storage.overrides import Override
from bot.storage.voices import VoiceStore
from tests.cogs.conftest import CATALOGUE, LIMITS, furnish
from tests.sandbox.clients import PATIENCE_S, TOKEN, Json, Page
from tests.sandbox.openapi import OpenApi

GIVEN_SPEC = Path(__file__).parents[3] / "shared/discord/openapi.json"
EPHEMERAL = 64
TEXT, INTEGER, MENTIONABLE, SUBCOMMAND = 3, 4, 9, 1


@dataclass
class Wire:
    """A sandbox with the bot in it, and a member at the page."""

    server: SandboxServer
    bot: SoundboothBot
    page: Page
    store: JobStore

    async def sees(self, what: Callable[[Json], bool], channel_id: str = places.GENERAL) -> Json:
        """The message that the member waits for."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = [one for one in await self.page.messages(channel_id) if what(one)]
                if found:
                    return found[-1]
                await asyncio.sleep(0.02)

    async def job_of_card(self, scope_id: int, card_message_id: int) -> Job:
        """The newest job of the scope, once it is noted which card shows it."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                job = (await self.store.page(scope_id, count=1))[0]
                if job.card_message_id == card_message_id:
                    return job
                await asyncio.sleep(0.02)


def says(*words: str) -> Callable[[Json], bool]:
    return lambda message: all(word in str([message["content"], message["embeds"]]) for word in words)


def option(name: str, kind: int, value: object) -> Json:
    return {"name": name, "type": kind, "value": value}


@pytest.fixture
async def wire(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """Where Discord's own description is at hand, every request of the bot is held against it."""
    async with SandboxServer(token=TOKEN) as server:
        monkeypatch.setattr(Route, "BASE", server.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url))
        monkeypatch.setattr(discord.Asset, "BASE", server.url)
        store = JobStore(database, LIMITS)
        voices = VoiceLibrary(Mock(spec=FineVoice), VoiceStore(database), default_voice="harper", refresh_every_s=3600)
        await voices._use(CATALOGUE)  # pyright: ignore[reportPrivateUsage] - reading the catalogue is not the matter
        bot = SoundboothBot(sync_commands=True)
        furnish(bot, lambda: datetime.now(UTC), store, voices, database)
        is_connected = asyncio.Event()

        async def note() -> None:
            is_connected.set()

        bot.add_listener(note, "on_connect")
        async with contextlib.AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)))
            await stack.enter_async_context(bot)
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            tasks.create_task(bot.start(TOKEN))
            async with asyncio.timeout(PATIENCE_S):
                await is_connected.wait()
            yield Wire(server, bot, Page(server, session), store)
            await bot.close()
        if GIVEN_SPEC.exists():
            description = OpenApi(GIVEN_SPEC.read_text())
            sent = [one for one in server.requests if one["json"] is not None]
            assert [problems for one in sent if (problems := description.problems(one))] == []


async def test_usage_comes_with_its_picture_for_the_member_alone(wire: Wire) -> None:
    await wire.page.use("usage")
    shown = await wire.sees(says("Your usage"))
    assert shown["flags"] & EPHEMERAL
    (picture,) = shown["attachments"]
    assert picture["description"].startswith("Bars of the units used")
    async with wire.page.session.get(picture["url"]) as answer:
        assert (await answer.read()).startswith(b"\x89PNG\r\n")
    wire.page.user_id = places.SAM
    assert not [one for one in await wire.page.messages() if says("Your usage")(one)]


async def test_a_limit_is_set_for_a_member_and_for_everyone(wire: Wire) -> None:
    guild_id = int(places.TAVERN)
    for who in (places.SAM, places.TAVERN):
        options = [option("limit", TEXT, "day"), option("value", INTEGER, 70), option("who", MENTIONABLE, who)]
        answer = await wire.page.use("limits", [{"name": "set", "type": SUBCOMMAND, "options": options}])
        assert answer.status == 200, answer.json
        await wire.sees(says(f"<@{who}>" if who == places.SAM else "Each member", "**70 units a day**"))
    assert await wire.bot.services.fair_use.overrides(guild_id) == [
        Override(Subject.MEMBER, int(places.SAM), LimitName.DAY, 70),
        Override(Subject.ROLE, guild_id, LimitName.DAY, 70),
    ]


@pytest.mark.parametrize("channel_id", [places.PIER, places.GROUP], ids=["in a strangers' server", "in a group"])
async def test_where_the_bot_is_no_member_the_job_is_the_members_own_and_can_be_found_and_cancelled(
    wire: Wire, channel_id: str
) -> None:
    await wire.page.use(
        "tts", [option("text", TEXT, "Hello"), option("as", TEXT, "voice message")], channel_id=channel_id
    )
    card = await wire.sees(says("In line"), channel_id)
    job = await wire.job_of_card(int(places.ROBIN), int(card["id"]))
    assert (job.form, job.place.has_bot, job.place.guild_id) == (ResultForm.FILE, False, None)
    await wire.page.use("jobs", channel_id=channel_id)
    listed = await wire.sees(says("Your jobs here", "in line"), channel_id)
    assert listed["flags"] & EPHEMERAL
    menu = listed["components"][0]["components"][0]
    await wire.page.press(listed, menu["custom_id"], component_type=3, values=[job.id])
    opened = await wire.sees(says("State", "in line"), channel_id)
    await wire.page.press(opened, f"job:cancel:{job.id}")
    await wire.sees(says("State", "cancelled"), channel_id)
    await wire.sees(lambda message: message["id"] == card["id"] and says("🚫 Cancelled")(message), channel_id)
