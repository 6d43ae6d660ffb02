"""One process of the bot as far as jobs are concerned: it can be started, stopped and killed, on one database file."""

import asyncio
import random
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import NoReturn, ParamSpec, Self, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.finevoice.client import FineVoice
from bot.finevoice.transport import Conduct
from bot.jobs.calls import Calls
from bot.jobs.carrier import Carrier, CarrierOptions
from bot.jobs.line_display import REFRESH_EVERY_S, LineDisplay
from bot.jobs.result_cache import TIDY_EVERY_S, CacheOptions, ResultCache
from bot.jobs.runner import Runner
from bot.jobs.service import JobService
from bot.jobs.upkeep import CLEAN_UP_EVERY_S, EXPIRE_EVERY_S, Upkeep, UpkeepOptions
from bot.limits import Limits
from bot.models import EffectRequest, Job, JobKind, JobState, ResultForm, Source, SpeechRequest
from bot.storage.database import Database, StorageError
from bot.storage.housekeeping import Housekeeper
from bot.storage.jobs import JobStore
from bot.storage.processes import RENEW_EVERY_S, ProcessStore
from bot.storage.transcripts import TranscriptStore
from tests.jobs.fake_delivery import FakeDelivery
from tests.jobs.fake_finevoice import MAX_RESULT_BYTES, FakeFineVoice
from tests.jobs.virtual_clock import VirtualClock
from tests.storage.samples import ANNA, place

DEADLINE_S = 25.0
MAX_TEXT_LENGTH = 100
# Far more than any test needs: what is not there by then never comes.
MAX_STEPS = 6_000

P = ParamSpec("P")
T = TypeVar("T")


class GivenLinks:
    """The links of attached files as they were when members asked: where nothing is Discord's, none expires."""

    async def link(self, source: Source, *, has_bot: bool) -> str:
        del has_bot
        return source.url


class CountingExecutor(ThreadPoolExecutor):
    """Knows whether work that was handed to threads is going on."""

    def __init__(self) -> None:
        super().__init__(max_workers=4)
        self._counting = Lock()
        self.busy = 0

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        with self._counting:
            self.busy += 1
        future = super().submit(fn, *args, **kwargs)
        future.add_done_callback(self._done)
        return future

    def _done(self, _: object) -> None:
        with self._counting:
            self.busy -= 1


class WatchedDatabase(Database):
    """Counts open transactions, and fails when told to."""

    def __init__(self, url: str, *, exclusive: bool) -> None:
        super().__init__(url, exclusive=exclusive)
        self.busy = 0
        self.writes = 0
        self.failing_writes = 0
        self.is_down = False
        self.refused = 0
        """How often something was asked for in vain."""

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        if self.is_down:
            self._refuse()
        self.busy += 1
        try:
            async with super().read() as connection:
                yield connection
        finally:
            self.busy -= 1

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        if self.is_down or self.failing_writes:
            self.failing_writes = max(0, self.failing_writes - 1)
            self._refuse()
        self.busy += 1
        try:
            async with super().write() as connection:
                yield connection
        finally:
            self.writes += 1
            self.busy -= 1

    def _refuse(self) -> NoReturn:
        self.refused += 1
        raise StorageError("The database cannot be used: disk I/O error.")


@dataclass
class World:
    """What outlives a process of the bot: Discord, the service, time and the disk."""

    folder: Path
    fake: FakeFineVoice
    discord: FakeDelivery
    clock: VirtualClock
    executor: CountingExecutor
    is_shared: bool = False
    """Several processes may use the database."""
    cache_bytes: int = 0
    """How much of what was made is kept for who asks for the same."""

    def process(self, *, limits: Limits | None = None, places: int = 2) -> "BotProcess":
        """A process of the bot, not started yet."""
        return BotProcess(self, limits, places)


class BotProcess:
    """Database, carrier, runner and service; everything that dies with the process."""

    def __init__(self, world: World, limits: Limits | None, places: int) -> None:
        fake, discord, clock = world.fake, world.discord, world.clock
        self._executor = world.executor
        self.fake = fake
        self.discord = discord
        self.clock = clock
        self.work_dir = world.folder / "work"
        self.database = WatchedDatabase(
            f"sqlite+aiosqlite:///{world.folder}/soundbooth.db", exclusive=not world.is_shared
        )
        conduct = Conduct(now=clock.now, sleep=clock.sleep, rng=random.Random(2))
        self.api = FineVoice(base_url=fake.base_url, api_key="key", timeout_s=5.0, concurrency=places, conduct=conduct)
        self.process_id = secrets.token_hex(16)
        self.store = JobStore(self.database, limits, owner=self.process_id)
        # In a folder of its own beside the jobs' work folders; only tests that say so let results be kept.
        self.cache = ResultCache(
            CacheOptions(world.folder / "cache", world.cache_bytes, timedelta(days=7)), now=clock.now
        )
        options = CarrierOptions(self.work_dir, dict.fromkeys(JobKind, DEADLINE_S), MAX_RESULT_BYTES, cache=self.cache)
        rng = random.Random(1)
        is_opted_out = TranscriptStore(self.database).is_opted_out
        calls = Calls(self.api, GivenLinks(), is_opted_out=is_opted_out)
        self.carrier = Carrier(self.store, calls, discord, options, now=clock.now, sleep=clock.sleep, rng=rng)
        self.runner = Runner(
            self.store,
            self.carrier,
            discord,
            places=lambda: self.api.places.allowed,
            now=clock.now,
            sleep=clock.sleep,
        )
        self.upkeep = Upkeep(
            self.store,
            self.carrier,
            ProcessStore(self.database, self.process_id),
            Housekeeper(self.database, jobs_kept=timedelta(days=30)),
            UpkeepOptions(),
            now=clock.now,
            show=self.runner.show,
        )
        line = LineDisplay(
            self.store,
            discord,
            self.carrier.pace,
            places=lambda: self.api.places.allowed,
            running=lambda: self.runner.with_service,
            is_shown_here=lambda _: True,
        )
        self.runner.with_duty("lease", self.upkeep.renew_lease, every_s=RENEW_EVERY_S)
        self.runner.with_duty("expiry", self.upkeep.expire, every_s=EXPIRE_EVERY_S)
        self.runner.with_duty("housekeeping", self.upkeep.clean_up, every_s=CLEAN_UP_EVERY_S)
        self.runner.with_duty("cache", self.cache.tidy, every_s=TIDY_EVERY_S)
        self.runner.with_duty("line", line.refresh, every_s=REFRESH_EVERY_S)
        self.service = JobService(
            self.store, self.runner, line, now=clock.now, max_text_length=MAX_TEXT_LENGTH, cache=self.cache,
            is_opted_out=is_opted_out,
        )  # fmt: skip
        self.running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.database.__aenter__()
        await self.upkeep.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()
        await self.api.__aexit__()
        await self.database.__aexit__()

    def start(self) -> None:
        self.running = asyncio.ensure_future(self.runner.run())

    async def stop(self) -> None:
        """End as on Ctrl-C, and raise what the runner raised."""
        self.runner.stop()
        if self.running is not None:
            await self.until(self.running.done)
            await self.running

    async def kill(self) -> None:
        """End at once, wherever everything is."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.wait({self.running})

    async def ask_for(
        self,
        text: str = "Hello",
        *,
        user_id: int = 7,
        guild_id: int | None = 100,
        form: ResultForm = ResultForm.FILE,
        has_card: bool = True,
        takes: int = 0,
    ) -> Job:
        """What /tts does, or /sfx where there are ``takes``: admit, show the card, note the card."""
        where = place(user_id, guild_id, self.clock.now())
        effect = EffectRequest(text, duration_s=5.0, takes=takes)
        request = effect if takes else SpeechRequest(text, ANNA.name, ANNA.label)
        job = await self.service.submit(request, form, where)
        if has_card:
            self.discord.cards[job.id] = 1_000 + len(self.discord.cards)
            await self.service.accepted(job, self.discord.cards[job.id])
        return await self.service.get(job.id)

    async def run_for(self, moments: int) -> None:
        """Let everything go on a little, in no particular state: for sweeps over all the places to be interrupted."""
        for _ in range(moments):
            await asyncio.sleep(0.0005)
            self.clock.step(0.1)

    async def settle(self) -> None:
        """Wait until nothing goes on but sleeping."""
        quiet = 0
        while quiet < 2:
            await asyncio.sleep(0.001)
            is_busy = self.database.busy or self._executor.busy or self.fake.in_flight
            quiet = 0 if is_busy else quiet + 1

    async def until(self, condition: Callable[[], bool | Awaitable[bool]]) -> None:
        """Let time pass until the condition holds."""
        for _ in range(MAX_STEPS):
            await self.settle()
            holds = condition()
            if holds if isinstance(holds, bool) else await holds:
                return
            self.clock.step_to_next()
        raise AssertionError("it never came to that")

    async def until_state(self, job: Job, *states: JobState) -> Job:
        """Let time pass until the job is in one of the states, and return it."""

        await self._until_written(lambda: self._all_in([job], states))
        return await self.service.get(job.id)

    async def until_state_of_owner(self, job: Job, owner: "BotProcess") -> None:
        """Let time pass until the job belongs to that process."""

        async def is_theirs() -> bool:
            return (await self.service.get(job.id)).owner == owner.process_id

        await self.until(is_theirs)

    async def until_over(self, *jobs: Job) -> list[Job]:
        """Let time pass until all of the jobs are final and shown, and return them."""

        final = [state for state in JobState if state.is_final]
        await self._until_written(lambda: self._all_in(jobs, final))
        await self.settle()
        return [await self.service.get(job.id) for job in jobs]

    async def _all_in(self, jobs: Sequence[Job], states: Sequence[JobState]) -> bool:
        return all([(await self.service.get(job.id)).state in states for job in jobs])

    async def _until_written(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """As ``until``, for a condition that is read from the database: looked at only after something was written."""
        seen = -1

        async def holds() -> bool:
            nonlocal seen
            if seen == self.database.writes:
                return False
            seen = self.database.writes
            return await condition()

        await self.until(holds)

    def files_of(self, job: Job) -> list[str]:
        folder = self.carrier.folder(job)
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
