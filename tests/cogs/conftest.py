"""The cogs with the real services behind them, in a simulated Discord; only the runner and the service are missing."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from unittest.mock import AsyncMock, Mock

import discord
import pytest
import simcord
import simcord.interactions
from sqlalchemy import select

from bot.delivery.automod import AutoMod
from bot.delivery.delivery import DiscordDelivery
from bot.discord_bot import Services, SoundboothBot
from bot.finevoice.client import FineVoice
from bot.jobs.carrier import Carrier
from bot.jobs.fair_use import FairUse
from bot.jobs.favourites import Favourites
from bot.jobs.learned_pace import LearnedPace
from bot.jobs.line_display import LineDisplay
from bot.jobs.preferences import Preferences
from bot.jobs.privacy import Memories, Privacy
from bot.jobs.result_cache import CacheOptions, ResultCache
from bot.jobs.runner import Runner
from bot.jobs.service import JobService
from bot.jobs.transcribing import Keeping, Transcribing, TranscriptBounds
from bot.jobs.voice_library import VoiceLibrary
from bot.jobs.voice_samples import VoiceSamples
from bot.limits import Allowance, Limits, Rate
from bot.models import Job, JobKind, ResultForm, SpeechRequest, Voice
from bot.replies import answer
from bot.storage.database import Database
from bot.storage.favourites import FavouriteStore
from bot.storage.job_rows import from_row
from bot.storage.jobs import JobStore
from bot.storage.overrides import OverrideStore
from bot.storage.preferences import PreferenceStore
from bot.storage.privacy import PrivacyStore
from bot.storage.reserving import UNFINISHED
from bot.storage.tables import jobs
from bot.storage.transcripts import TranscriptStore
from bot.storage.usage import UsageStore
from bot.storage.voices import VoiceStore
from tests.cogs.wire import Wire, wired
from tests.new_database import sqlite_in

MAX_TEXT = 200
SLOW_S = 0.05
CATALOGUE = tuple(
    [Voice("harper", "Harper", gender="female", language="English"), Voice("james", "James", gender="male")]
    + [Voice(f"choir-{number}", f"Choir {number}") for number in range(40)]
)


LIMITS = Limits(
    member=Allowance(Rate(3, 20.0), in_flight=0, day=1000, month=0),
    guild=Allowance(Rate(50, 1.0), in_flight=40, day=5000, month=0),
    weights={JobKind.SPEECH: 1.0},
)


def furnish(
    bot: SoundboothBot, now: Callable[[], datetime], store: JobStore, voices: VoiceLibrary, database: Database
) -> None:
    """Give the bot its services; the runner is there but does not run."""
    preferences, transcripts = Preferences(PreferenceStore(database)), TranscriptStore(database)
    keeping = Keeping(transcripts, preferences, now=now)
    delivery = DiscordDelivery(bot, now=now, sleep=no_time, keep_text=keeping.keep)
    runner = Runner(store, Mock(spec=Carrier), delivery, places=lambda: 5, now=now, sleep=no_time)
    pace = LearnedPace(None, now=now, rng=random.Random(1))
    line = LineDisplay(store, delivery, pace, places=lambda: 5, running=list, is_shown_here=lambda _: True)
    cache = ResultCache(CacheOptions(Path("no results are kept"), max_bytes=0, kept=timedelta()), now=now)
    service = JobService(
        store, runner, line,
        now=now, max_text_length=MAX_TEXT, is_opted_out=transcripts.is_opted_out, cache=cache,
    )  # fmt: skip
    fair_use = FairUse(OverrideStore(database, LIMITS), UsageStore(database), defaults=LIMITS, is_enabled=True, now=now)
    favourites = Favourites(FavouriteStore(database), now=now)
    memories = Memories(preferences, voices, cache.forget)
    bot.services = Services(
        jobs=service,
        fair_use=fair_use,
        voices=voices,
        delivery=delivery,
        preferences=preferences,
        privacy=Privacy(PrivacyStore(database), memories, now=now),
        default_form=ResultForm.VOICE_MESSAGE,
        max_text_length=MAX_TEXT,
        favourites=favourites,
        transcribing=Transcribing(service, transcripts, preferences, TranscriptBounds(), now=now),
        automod=AutoMod(bot, now=now),
        voice_samples=Mock(spec=VoiceSamples, fetch=AsyncMock(return_value=b"ID3 a sample")),
    )


async def no_time(_: float) -> None:
    """No time passes."""


@dataclass
class Studio:
    """A guild with a channel, some members and the bot; and another guild, which robin and its own manager are in."""

    env: simcord.Env
    bot: SoundboothBot
    store: JobStore
    voices: VoiceLibrary
    database: Database
    service: Mock
    guild: Any
    channel: Any
    robin: Any
    sam: Any
    moderator: Any
    manager: Any
    bystander: Any
    elsewhere: "Elsewhere"
    users: dict[int, Any] = field(default_factory=dict[int, Any])
    installed_by_user: bool = False
    """Whether commands come from a member who brought the bot along, to where it is not a member itself."""
    context: int = 0
    """Discord's number for where such a command comes from: 0 a server, 2 a private channel of others."""

    async def jobs(self) -> list[Job]:
        """What is in line or at work, the oldest first."""
        async with self.database.read() as connection:
            query = select(jobs).where(jobs.c.state.in_(UNFINISHED)).order_by(jobs.c.created_at)
            return [from_row(row) for row in await connection.execute(query)]

    async def tts(self, member: Any, text: str = "Hello there", **options: str) -> Any:
        return await member.slash(self.channel, "tts", text=text, **options)

    def user_of(self, member: Any) -> Any:
        """The member outside of the guild."""
        return self.users[member.id]

    async def env_dm(self, member: Any) -> Any:
        """/tts in a direct message to the bot."""
        return await self.user_of(member).slash("tts", text="Hello there")

    def limited_channel(self, *forbidden: str) -> Any:
        """A channel in which the bot may not do some things."""
        assert self.bot.user is not None
        overwrite = discord.PermissionOverwrite(**dict.fromkeys(forbidden, False))
        return self.guild.create_text_channel("limited", overwrites={self.bot.user: overwrite})

    async def post_button(self, channel: Any, custom_id: str) -> discord.Message:
        """A message of the bot with a button."""
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button[discord.ui.View](label="Press", custom_id=custom_id))
        view.stop()
        return await self.bot.get_partial_messageable(channel.id).send("card", view=view)

    def slow_down(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on reading from storage takes longer than Discord waits."""
        monkeypatch.setattr(answer, "DEFER_AFTER_S", 0.0)
        resolve, default = self.voices.resolve, self.voices.default
        get, page = self.store.get, self.store.page

        async def resolve_slowly(typed: str) -> Voice:
            await asyncio.sleep(SLOW_S)
            return await resolve(typed)

        async def default_slowly() -> Voice:
            await asyncio.sleep(SLOW_S)
            return await default()

        async def get_slowly(job_id: str) -> Job | None:
            await asyncio.sleep(SLOW_S)
            return await get(job_id)

        async def page_slowly(*arguments: Any, **options: Any) -> list[Job]:
            await asyncio.sleep(SLOW_S)
            return await page(*arguments, **options)

        monkeypatch.setattr(self.store, "page", page_slowly)
        monkeypatch.setattr(self.voices, "resolve", resolve_slowly)
        monkeypatch.setattr(self.voices, "default", default_slowly)
        monkeypatch.setattr(self.store, "get", get_slowly)

    def callbacks(self) -> list[int]:
        """The kinds of first answers so far, by Discord's numbers: 4 a message, 5 thinking, 6 a deferred edit."""
        posts = [one for one in self.env.http_requests if one.path.endswith("/callback")]
        return [cast("dict[str, int]", post.json)["type"] for post in posts]

    def seen_by_all(self) -> Any:
        """The only message that everyone sees in the channel."""
        (message,) = self.channel.history(viewer=self.bystander)
        return message

    async def restart(self) -> None:
        """The process ends and another begins; database and Discord stay."""
        self.bot = SoundboothBot(sync_commands=True)
        furnish(self.bot, self.env.now, self.store, self.voices, self.database)
        await self.env.restart_bot(self.bot)

    def owners(self, payload: dict[str, Any]) -> None:
        """What Discord says in each interaction of who installed the bot, which the simulation leaves out.

        Source: Discord's documentation, "Authorizing Integration Owners Object", read 2026-11.
        """
        if self.installed_by_user:
            person = payload.get("user") or payload["member"]["user"]
            payload["authorizing_integration_owners"] = {"1": person["id"]}
            payload["context"] = self.context
        else:
            payload["authorizing_integration_owners"] = {"0": payload.get("guild_id", "0")}


def allow_automod(studio: Studio) -> None:
    """Give the bot Manage Server, and the server a rule."""
    backend = studio.env.backend
    assert studio.bot.user is not None
    served = studio.bot.get_guild(studio.guild.id)
    assert served is not None
    served.features.append("AUTO_MODERATION")
    role = studio.guild.create_role("Bots", permissions=discord.Permissions(manage_guild=True))
    backend.get_guild(studio.guild.id).members[studio.bot.user.id].role_ids.append(role.id)
    rule: dict[str, Any] = {
        "name": "words", "event_type": 1, "trigger_type": 1, "enabled": True, "actions": [{"type": 1}],
        "trigger_metadata": {"keyword_filter": ["cat*"]},
    }  # fmt: skip
    backend.create_auto_mod_rule(studio.guild.id, studio.bot.user.id, rule)


@dataclass
class Elsewhere:
    """Another guild with the same bot."""

    guild: Any
    channel: Any
    robin: Any
    manager: Any


def speech_of(job: Job) -> SpeechRequest:
    """The request of a job that /tts or Read aloud made."""
    assert isinstance(job.request, SpeechRequest)
    return job.request


def text_of(message: Any) -> str:
    return message.content + "".join(embed.description or "" for embed in message.embeds)


def footer_of(message: Any) -> str | None:
    return message.embeds[0].footer.text


def labels_of(message: discord.Message) -> list[str | None]:
    """The labels of a message's buttons."""
    view = discord.ui.View.from_message(message)
    return [item.label for item in view.children if isinstance(item, discord.ui.Button)]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(sqlite_in(tmp_path)) as database:
        yield database


@pytest.fixture
async def studio(database: Database, cogs_run_once: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Studio]:
    del cogs_run_once
    store = JobStore(database, LIMITS)
    service = Mock(spec=FineVoice)
    voices = VoiceLibrary(service, VoiceStore(database), default_voice="harper", refresh_every_s=3600)
    await voices._use(CATALOGUE)  # pyright: ignore[reportPrivateUsage] - reading the catalogue is not the matter here
    bot = SoundboothBot(sync_commands=True)
    # Patient: the first picture is drawn after seconds of reading the library, more of them on a busy machine.
    env = simcord.Env(bot, settle_timeout=60.0)
    furnish(bot, env.now, store, voices, database)
    await env.start()
    guild = env.create_guild("Here")
    robin, sam, ada, mira, noor, eve = (
        env.create_user(name) for name in ("robin", "sam", "ada", "mira", "noor", "eve")
    )
    moderates = guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    manages = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    studio = Studio(
        env,
        bot,
        store,
        voices,
        database,
        service,
        guild,
        guild.create_text_channel("general"),
        guild.add_member(robin),
        guild.add_member(sam),
        guild.add_member(ada, roles=[moderates]),
        guild.add_member(mira, roles=[manages]),
        guild.add_member(noor),
        elsewhere_of(env, robin, eve),
        {user.id: user for user in (robin, sam, ada)},
    )
    whole = simcord.interactions.base_payload

    def with_owners(*arguments: Any, **options: Any) -> Any:
        record, payload = whole(*arguments, **options)
        studio.owners(payload)
        return record, payload

    monkeypatch.setattr(simcord.interactions, "base_payload", with_owners)
    yield studio
    await env.shutdown()


def elsewhere_of(env: simcord.Env, member: Any, manager: Any) -> Elsewhere:
    guild = env.create_guild("Elsewhere")
    manages = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    channel = guild.create_text_channel("general")
    return Elsewhere(guild, channel, guild.add_member(member), guild.add_member(manager, roles=[manages]))


@pytest.fixture
async def wire(database: Database, cogs_run_once: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """The bot in a sandbox, with the real services behind its commands."""
    del cogs_run_once
    store = JobStore(database, LIMITS)
    voices = VoiceLibrary(Mock(spec=FineVoice), VoiceStore(database), default_voice="harper", refresh_every_s=3600)
    await voices._use(CATALOGUE)  # pyright: ignore[reportPrivateUsage] - reading the catalogue is not the matter here
    bot = SoundboothBot(sync_commands=True)
    furnish(bot, lambda: datetime.now(UTC), store, voices, database)
    async with wired(bot, store, monkeypatch) as wire:
        yield wire
