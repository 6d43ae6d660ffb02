"""The ground of a chaos run: the sandbox, the service with its job times, one bot, and members in two guilds."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import aiohttp
from sqlalchemy.engine import make_url

from bot.sandbox.server import SandboxServer
from bot.sandbox.starting_world import ADA, GAME_NIGHT, GENERAL, LOUNGE, NOOR, NOTES, ROBIN, SAM, VOICE_CLIPS
from tests.chaos.reckoning import FINAL, REFILL_S, UNFINISHED, Reckoning, Seen, look_at, name_of, reckon
from tests.end_to_end.driver import BotProcess, Json, Member, until
from tests.end_to_end.environment import bot_environment
from tests.end_to_end.fake_finevoice import API_KEY, FakeFineVoice, serve_finevoice

TOKEN = "token-of-the-chaos"
PLACES = 5
# All channels are read for it, so each look costs the bot some of the time it is waited for.
LOOK_AT_ALL_EVERY_S = 0.15
# Wide enough to refuse nothing, and slow enough to show afterwards exactly what was taken and given back.
WIDE = {"burst": "10000", "refill_s": str(REFILL_S), "in_flight": "0", "day": "0", "month": "0"}
# Two guilds; each channel with one member who can see all of it.
CHANNELS = {GENERAL: ROBIN, VOICE_CLIPS: ROBIN, GAME_NIGHT: ROBIN, LOUNGE: NOOR, NOTES: NOOR}
MEMBERS = {
    GENERAL: (ROBIN, SAM, ADA, NOOR),
    VOICE_CLIPS: (ROBIN, SAM, ADA, NOOR),
    GAME_NIGHT: (ROBIN, SAM, ADA, NOOR),
    LOUNGE: (NOOR, ROBIN, SAM),
    NOTES: (NOOR, ROBIN, SAM),
}


@dataclass
class Ground:
    """Everything that takes part. The bot is the only process of its own: it is the one that dies."""

    bot: BotProcess
    service: FakeFineVoice
    session: aiohttp.ClientSession
    url: str
    database_url: str
    work_dir: Path
    rng: random.Random
    asked: list[str] = field(default_factory=list[str])
    """The texts of all jobs that were asked for, whether anybody was there to hear it or not."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def member(self, user_id: str = ROBIN, channel_id: str = GENERAL) -> Member:
        return Member(self.session, self.url, user_id, channel_id)

    def new_text(self) -> str:
        text = name_of(next(self._numbers))
        self.asked.append(text)
        return text

    async def everything_seen(self) -> list[Json]:
        """All messages of all channels and all direct messages with the bot."""
        found: list[Json] = []
        for channel_id, user_id in CHANNELS.items():
            found += await self.member(user_id, channel_id).all_messages()
        for user_id in (ROBIN, SAM, ADA, NOOR):
            world = await self.member(user_id).world()
            for talk in world["dms"]:
                if talk["user_id"] == world["bot"]["user_id"]:
                    found += await self.member(user_id, talk["id"]).all_messages()
        return found

    async def jobs_seen(self) -> dict[str, Seen]:
        return look_at(await self.everything_seen())

    async def start_again(self) -> None:
        """Start the bot and wait until it answers members."""
        await self.bot.start()
        await self.member().bot_is_ready()

    async def come_to_rest(self) -> None:
        """Wait until every job has come to an end, then end the bot as an operator would.

        A card tells of the end a moment before the database does, and the work files go a moment after.
        """

        async def is_quiet() -> bool:
            are_shown = all(job.state != UNFINISHED for job in (await self.jobs_seen()).values())
            return are_shown and await asyncio.to_thread(self._is_all_over)

        try:
            await until(is_quiet, "all cards to be finished", every_s=LOOK_AT_ALL_EVERY_S)
        except AssertionError:
            # The reckoning says which ones, and what is wrong with them.
            await asyncio.sleep(0)
        code = await self.bot.stop()
        assert code == 0, self.bot.log[-2000:]

    def _is_all_over(self) -> bool:
        file = make_url(self.database_url).database or ""
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)) as connection:
            states = {state for (state,) in connection.execute("SELECT DISTINCT state FROM jobs")}
        return states <= FINAL and not self._left_files()

    def _left_files(self) -> list[str]:
        folder = self.work_dir / "jobs"
        return [path.name for path in folder.iterdir()] if folder.exists() else []

    async def reckon(self) -> Reckoning:
        """Count, when the bot has ended."""
        reckoning = await reckon(await self.jobs_seen(), self.service.submits, self.database_url)
        reckoning.broken += [f"work files were left behind: {name}" for name in self._left_files()]
        return Reckoning({"asked": len(self.asked), **reckoning.counts}, reckoning.broken)


@asynccontextmanager
async def chaos_ground(folder: Path, clip: bytes, seed: int) -> AsyncGenerator[Ground]:
    """Build it; nothing of it is left afterwards but the files in ``folder``."""
    async with (
        SandboxServer(token=TOKEN) as sandbox,
        serve_finevoice(clip) as service,
        aiohttp.ClientSession() as session,
    ):
        limits = {f"limits__{of}_{name}": value for of in ("member", "guild") for name, value in WIDE.items()}
        environment = bot_environment(
            sandbox, TOKEN, folder, finevoice__base_url=service.url, finevoice__concurrency=str(PLACES), **limits
        )
        async with BotProcess(folder, {**environment, "FINEVOICE_API_KEY": API_KEY}) as bot:
            database_url = environment["SOUNDBOOTH_STORAGE__URL"]
            yield Ground(bot, service, session, sandbox.url, database_url, folder / "work", random.Random(seed))
