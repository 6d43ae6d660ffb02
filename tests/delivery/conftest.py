"""Delivery over the wire: the real client, logged in to the sandbox, with a job whose card a real command made."""

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import aiohttp
import discord
import numpy as np
import pytest

from bot.audio.transcode import write_samples
from bot.delivery.automod import AutoMod
from bot.delivery.delivery import DiscordDelivery
from bot.discord_bot import Services, SoundboothBot
from bot.jobs.fair_use import FairUse
from bot.jobs.favourites import Favourites
from bot.jobs.preferences import Preferences
from bot.jobs.privacy import Privacy
from bot.jobs.service import JobService
from bot.jobs.transcribing import Transcribing
from bot.jobs.voice_library import VoiceLibrary
from bot.jobs.voice_samples import VoiceSamples
from bot.models import Job, JobState, Place, Request, ResultForm, Voice
from bot.preferences import GuildSettings, MemberSettings
from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from tests.sandbox.clients import PATIENCE_S, UNHURRIED_S, Json, Page
from tests.sandbox.openapi import OpenApi
from tests.sandbox.real_client import connected, point_client_at

TOKEN = "delivery-tests"
GIVEN_SPEC = Path(__file__).parents[3] / "shared/discord/openapi.json"
VOICE_MESSAGE = 8192


class Clock:
    """The real time, moved ahead on demand: Discord and the bot agree on it."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_s

    def now(self) -> datetime:
        return datetime.fromtimestamp(self(), UTC)


class AdmittingJobs(JobService):
    """Admits everything and runs nothing: the tests deliver by hand."""

    def __init__(self, clock: Clock) -> None:  # pyright: ignore[reportMissingSuperCall] - there is no store behind it
        self._clock = clock
        self._count = 0
        self.admitted: asyncio.Queue[Job] = asyncio.Queue()
        self.dropped: asyncio.Queue[Job] = asyncio.Queue()
        self.looked_for: asyncio.Queue[Job] = asyncio.Queue()

    async def submit(
        self,
        request: Request,
        form: ResultForm,
        place: Place,
        *,
        role_ids: tuple[int, ...] = (),
        retry_of: str | None = None,
        is_free: bool = False,
        is_new_take: bool = False,
    ) -> Job:
        del retry_of, role_ids, is_free, is_new_take
        self._count += 1
        now = self._clock.now()
        return Job(f"{self._count:06x}{self._count:026x}", JobState.QUEUED, request, form, place, now, now)

    def check(self, request: Request) -> None:
        """Everything can be made."""

    def is_kept(self, request: Request, place: Place) -> bool:
        del request, place
        return False

    async def accepted(self, job: Job, card_message_id: int) -> None:
        self.admitted.put_nowait(dataclasses.replace(job, card_message_id=card_message_id))

    async def not_accepted(self, job: Job) -> None:
        self.dropped.put_nowait(job)

    def answer_lost(self, job: Job) -> None:
        self.looked_for.put_nowait(job)


class OneVoice(VoiceLibrary):
    """Knows one voice and remembers nothing."""

    def __init__(self) -> None:  # pyright: ignore[reportMissingSuperCall] - there is no catalogue behind it
        self._voice = Voice("harper", "Harper")

    async def resolve(self, typed: str) -> Voice:
        del typed
        return self._voice

    async def default(self) -> Voice:
        return self._voice

    async def last_used(self, scope_id: int, user_id: int) -> None:
        """Nobody used another one."""

    def get(self, name: str) -> Voice | None:
        return self._voice if name == self._voice.name else None

    async def remember(self, scope_id: int, user_id: int, voice: Voice) -> None:
        """There is only one."""


async def no_time(_: float) -> None:
    """No time passes."""


async def keep_no_text(job: Job, text: str) -> None:
    """As where no guild turned keeping on."""
    del job, text


async def anywhere(host: str) -> bool:
    """A directory of names that knows one public one."""
    return host == "files.example.org"


@dataclass
class Stage:
    """A sandbox, the bot in it, a member, and the delivery under test."""

    server: SandboxServer
    bot: SoundboothBot
    page: Page
    clock: Clock
    delivery: DiscordDelivery
    jobs: AdmittingJobs
    pauses: list[float] = field(default_factory=list[float])

    async def job(
        self,
        text: str = "Dinner is ready",
        *,
        form: ResultForm = ResultForm.VOICE_MESSAGE,
        state: JobState = JobState.DELIVERING,
    ) -> Job:
        """A job that a member asked for with /tts; its card is shown."""
        await self.page.use("tts", [{"name": "text", "type": 3, "value": text}])
        async with asyncio.timeout(PATIENCE_S):
            job = await self.jobs.admitted.get()
        return dataclasses.replace(job, form=form, state=state)

    async def fault(self, method: str, path: str, **fault: object) -> None:
        """Let the next request that matches fail."""
        answer = await self.page.post("/faults", {"method": method, "path": path, **fault})
        assert answer.status == 200, answer.json

    async def forbid(self, permission: str) -> None:
        await self.switch([permission], allowed=False)

    async def switch(self, permissions: Iterable[str], *, allowed: bool) -> None:
        """Give the bot permissions in the server, or take them."""
        for permission in permissions:
            switch = {"guild_id": places.TAVERN, "permission": permission, "allowed": allowed}
            assert (await self.page.post("/permissions", switch)).status == 200

    async def delete_card(self, job: Job) -> None:
        await self.happen("delete_message", channel_id=places.GENERAL, message_id=str(job.card_message_id))

    async def direct_messages(self) -> list[Json]:
        """What the bot wrote to the asking member."""
        channel = await self.bot.create_dm(discord.Object(int(places.ROBIN)))
        return await self.page.messages(str(channel.id))

    async def results(self) -> list[Json]:
        """Every message with a result, wherever it is."""
        written = await self.direct_messages()
        answer = await self.page.get(f"/channels/{places.GENERAL}/messages")
        written += answer.json["messages"] if answer.status == 200 else []
        return [one for one in written if one["attachments"]]

    async def happen(self, event: str, **fields: object) -> None:
        """Let something happen in Discord."""
        answer = await self.page.happen(event, **fields)
        assert answer.status == 200, answer.json

    def restarted(self) -> DiscordDelivery:
        """The delivery of a process that knows nothing of what the one before did."""
        return DiscordDelivery(
            self.bot, now=self.clock.now, keep_text=keep_no_text, sleep=no_time, resolves_publicly=anywhere
        )

    async def card(self, job: Job) -> Json:
        """The job's card as members see it."""
        return next(one for one in await self.page.messages() if one["id"] == str(job.card_message_id))

    async def voice_messages(self) -> list[Json]:
        return [one for one in await self.page.messages() if one["flags"] & VOICE_MESSAGE]

    def asked(self, method: str, path_part: str) -> list[Json]:
        """The bot's requests of a kind, the oldest first."""
        return [one for one in self.server.requests if one["method"] == method and path_part in str(one["path"])]


def text_of(message: Json) -> str:
    embeds = [embed.get("description", "") + embed.get("footer", {}).get("text", "") for embed in message["embeds"]]
    return "\n".join([message["content"], *embeds])


def later(job: Job, seconds: float, **changes: object) -> Job:
    """The same job some time later."""
    changed: Job = dataclasses.replace(job, updated_at=job.updated_at + timedelta(seconds=seconds), **changes)  # pyright: ignore[reportArgumentType] - fields of Job by name
    return changed


@pytest.fixture(scope="session")
def discords_description() -> OpenApi | None:
    return OpenApi(GIVEN_SPEC.read_text()) if GIVEN_SPEC.exists() else None


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server(clock: Clock, discords_description: OpenApi | None) -> AsyncIterator[SandboxServer]:
    """Where Discord's own description is at hand, every request of the bot is held against it."""
    async with SandboxServer(token=TOKEN, clock=clock, interaction_timeout_s=UNHURRIED_S) as server:
        yield server
    for request in server.requests:
        if discords_description is not None and request["json"] is not None:
            assert discords_description.problems(request) == []


@pytest.fixture
async def stage(
    server: SandboxServer, clock: Clock, cogs_run_once: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    del cogs_run_once
    point_client_at(server, monkeypatch)
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    bot = SoundboothBot(sync_commands=True)
    delivery = DiscordDelivery(bot, now=clock.now, keep_text=keep_no_text, sleep=sleep, resolves_publicly=anywhere)
    jobs = AdmittingJobs(clock)
    bot.services = Services(
        jobs=jobs,
        fair_use=Mock(spec=FairUse),
        voices=OneVoice(),
        delivery=delivery,
        preferences=Mock(
            spec=Preferences,
            guild=AsyncMock(return_value=GuildSettings()),
            member=AsyncMock(return_value=MemberSettings()),
        ),
        privacy=Mock(spec=Privacy),
        default_form=ResultForm.VOICE_MESSAGE,
        favourites=Mock(spec=Favourites),
        transcribing=Mock(spec=Transcribing),
        automod=AutoMod(bot, now=clock.now),
        voice_samples=Mock(spec=VoiceSamples),
    )
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with connected(bot, TOKEN), aiohttp.ClientSession(timeout=timeout) as session:
        yield Stage(server, bot, Page(server, session), clock, delivery, jobs, pauses)


def write_tone(target: Path, length_s: float = 1.0, *, rate_hz: int = 24_000, channels: int = 1) -> Path:
    """A tone that swells, so that its waveform is its own."""
    times = np.arange(int(rate_hz * length_s), dtype=np.float32) / rate_hz
    wave = (0.5 * np.sin(2 * np.pi * 330 * times) * np.minimum(1, times / length_s)).astype(np.float32)
    write_samples(np.stack([wave] * channels), rate_hz, target)
    return target


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A second of sound as the service sends it, in the job's own folder, without a suffix."""
    folder = tmp_path / "job"
    folder.mkdir()
    return write_tone(folder / "result.mp3").rename(folder / "result")
