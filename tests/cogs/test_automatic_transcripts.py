"""Voice notes in channels that the managers chose are written down without being asked for: over the wire."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import aiohttp
import discord
import pytest

from bot.discord_bot import SoundboothBot
from bot.finevoice.client import FineVoice
from bot.jobs.carrier import Carrier
from bot.jobs.recovery import Recovery
from bot.jobs.voice_library import VoiceLibrary
from bot.models import Job, JobState, TranscriptRequest
from bot.preferences import GuildSettings
from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from bot.storage.database import Database
from bot.storage.jobs import JobStore
from bot.storage.voices import VoiceStore
from tests.cogs.conftest import LIMITS, furnish, no_time
from tests.sandbox.clients import PATIENCE_S, TOKEN, File, Json, Page
from tests.sandbox.real_client import connected, point_client_at

TAVERN = int(places.TAVERN)
CHOSEN = GuildSettings(transcribed_channels=(int(places.GENERAL),), notes_from_s=2.0, notes_to_s=60.0)


@dataclass
class Tavern:
    """A server whose managers want voice notes in one channel written down."""

    bot: SoundboothBot
    page: Page
    store: JobStore

    async def say(
        self, length_s: float = 5.0, channel_id: str = places.GENERAL, *, voice: bool = True, by: str = places.ROBIN
    ) -> Json:
        """Post a voice note, and wait until the bot has heard of it and of all before."""
        self.page.user_id = by
        heard = asyncio.Event()

        async def note(message: discord.Message) -> None:
            if message.author.id == int(by):
                heard.set()

        self.bot.add_listener(note, "on_message")
        payload = {"voice": {"duration_secs": length_s, "waveform": "AAAA"}} if voice else {"content": "a file"}
        answer = await self.page.post(f"/channels/{channel_id}/messages", payload, files=[File("voice-message.ogg")])
        assert answer.status == 200, answer.json
        async with asyncio.timeout(PATIENCE_S):
            await heard.wait()
            await self.settled()
        self.bot.remove_listener(note, "on_message")
        return answer.json

    async def settled(self) -> None:
        """Wait until nothing that a message set off is still going on."""
        while tasks := [one for one in asyncio.all_tasks() if "on_message" in one.get_name()]:
            await asyncio.wait(tasks)

    async def jobs(self) -> list[Job]:
        return await self.store.page(TAVERN, count=10)

    async def cards(self) -> list[Json]:
        return [one for one in await self.page.messages() if one["author"]["id"] == places.BOT]

    async def choose(self, settings: GuildSettings) -> None:
        await self.bot.services.preferences.change_guild(TAVERN, lambda _: settings)


@pytest.fixture
async def tavern(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Tavern]:
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with SandboxServer(token=TOKEN) as server, aiohttp.ClientSession(timeout=timeout) as session:
        point_client_at(server, monkeypatch)
        store = JobStore(database, LIMITS)
        voices = VoiceLibrary(Mock(spec=FineVoice), VoiceStore(database), default_voice="", refresh_every_s=3600)
        bot = SoundboothBot(sync_commands=False, reads_messages=True)
        furnish(bot, lambda: datetime.now(UTC), store, voices, database)
        async with connected(bot, TOKEN):
            async with asyncio.timeout(PATIENCE_S):
                while bot.get_guild(TAVERN) is None:  # noqa: ASYNC110  # nothing public tells of it
                    await asyncio.sleep(0.01)
            tavern = Tavern(bot, Page(server, session), store)
            await tavern.choose(CHOSEN)
            yield tavern


async def test_a_voice_note_is_answered_with_its_card_and_that_with_the_text(tavern: Tavern, tmp_path: Path) -> None:
    said = await tavern.say()
    (job,) = await tavern.jobs()
    assert isinstance(job.request, TranscriptRequest)
    assert (job.request.length_s, job.request.source.message_id) == (5.0, int(said["id"]))
    assert (job.place.user_id, job.place.interaction_token, job.state) == (int(places.ROBIN), "", JobState.QUEUED)
    card = (await tavern.page.messages())[-1]
    assert (card["message_reference"]["message_id"], int(card["id"])) == (said["id"], job.card_message_id)
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "result").write_text(json.dumps({"segments": [{"start": 0, "end": 2, "text": "Dinner is ready"}]}))
    job = dataclasses.replace(job, state=JobState.DELIVERING)
    posted = await tavern.bot.services.delivery.deliver(job, folder / "result", again=False)
    assert posted.message_id == job.card_message_id
    shown = (await tavern.page.messages())[-1]
    assert "Dinner is ready" in shown["embeds"][0]["description"]
    assert [one["filename"].rpartition(".")[2] for one in shown["attachments"]] == ["json", "txt"]


async def test_a_card_whose_answer_was_lost_is_found_and_its_job_goes_on(tavern: Tavern) -> None:
    await tavern.page.order("dropped", "post_message", after_acting=True)
    await tavern.say()
    (job,) = await tavern.jobs()
    (card,) = await tavern.cards()
    assert (job.state, job.card_message_id) == (JobState.QUEUED, int(card["id"]))


@pytest.mark.parametrize("faults", [0, 2])
async def test_a_card_that_the_process_did_not_live_to_note_is_found_by_the_next_one(
    tavern: Tavern, faults: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def an_hour_later() -> datetime:
        return datetime.now(UTC) + timedelta(hours=1)

    monkeypatch.setattr(tavern.bot.services.jobs, "accepted", AsyncMock())
    await tavern.say()
    (job,) = await tavern.jobs()
    assert job.card_message_id is None
    if faults:
        await tavern.page.post("/faults", {"method": "GET", "path": "/messages$", "drop": True, "times": faults})
    delivery = tavern.bot.services.delivery
    recovery = Recovery(tavern.store, Mock(spec=Carrier), delivery, now=an_hour_later, sleep=no_time)
    assert await recovery.find_card(job)
    (card,) = await tavern.cards()
    (job,) = await tavern.jobs()
    assert (job.state, job.card_message_id) == (JobState.QUEUED, int(card["id"]))


async def test_only_notes_of_the_chosen_length_in_the_chosen_channels_are_taken(tavern: Tavern) -> None:
    await tavern.say(1.9)
    await tavern.say(60.1)
    await tavern.say(channel_id=places.VOICE_CLIPS)
    await tavern.say(voice=False)
    assert await tavern.jobs() == []
    await tavern.choose(GuildSettings())
    await tavern.say()
    assert await tavern.jobs() == []


async def test_who_does_not_want_it_is_left_alone(tavern: Tavern) -> None:
    await tavern.bot.services.transcribing.opt_out(int(places.SAM))
    await tavern.say(by=places.SAM)
    assert await tavern.jobs() == []


async def test_the_senders_limits_count_and_nobody_is_bothered_with_them(tavern: Tavern) -> None:
    for _ in range(4):
        await tavern.say()
    assert len(await tavern.jobs()) == 3
    assert len(await tavern.cards()) == 3


async def test_a_note_that_is_heard_of_twice_is_taken_once(tavern: Tavern) -> None:
    said = await tavern.say()
    channel = tavern.bot.get_partial_messageable(int(places.GENERAL), guild_id=TAVERN)
    again = await channel.fetch_message(int(said["id"]))
    again.guild = tavern.bot.get_guild(TAVERN)
    again.channel = tavern.bot.get_channel(int(places.GENERAL))  # pyright: ignore[reportAttributeAccessIssue] - a message over the gateway has its channel
    tavern.bot.dispatch("message", again)
    await tavern.settled()
    assert len(await tavern.jobs()) == 1


async def test_where_the_bot_may_attach_no_files_nothing_is_paid(tavern: Tavern) -> None:
    switch = {"guild_id": places.TAVERN, "permission": "attach_files", "allowed": False}
    changed = asyncio.Event()

    async def note(*_: object) -> None:
        changed.set()

    tavern.bot.add_listener(note, "on_guild_role_update")
    assert (await tavern.page.post("/permissions", switch)).status == 200
    async with asyncio.timeout(PATIENCE_S):
        await changed.wait()
    await tavern.say()
    assert await tavern.jobs() == []
