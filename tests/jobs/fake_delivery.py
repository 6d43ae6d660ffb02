"""A Discord that only takes notes: the ``Delivery`` protocol, with faults to order."""

from asyncio import Event, to_thread
from collections import Counter, deque
from pathlib import Path

from bot.errors import AudioUnreadable
from bot.models import Forecast, Job, JobState, Posted
from tests.jobs.fake_finevoice import AUDIO


class FakeDelivery:
    """Lives as long as Discord does: longer than one process of the bot."""

    def __init__(self) -> None:
        self.shown: list[tuple[Job, Forecast | None]] = []
        self.posted: dict[str, bytes] = {}
        """What members can hear, by job."""
        self.tries: Counter[str] = Counter()
        self.doubled: list[str] = []
        """Jobs that were posted without a look for an earlier try, although there was one."""
        self.cards: dict[str, int] = {}
        """Cards that members see, noted by the bot or not."""
        self.searches: Counter[str] = Counter()
        self.faults: deque[Exception] = deque()
        """Raised by the next deliveries, one each, before anything is posted."""
        self.faults_after: deque[Exception] = deque()
        """Raised by the next deliveries, one each, after it was posted: the answer was lost."""
        self.let_go = Event()
        """While it is not set, what was posted is not answered."""
        self.let_go.set()
        self.search_faults: deque[Exception] = deque()
        self.show_faults: deque[Exception] = deque()

    async def show(self, job: Job, forecast: Forecast | None = None) -> None:
        if self.show_faults:
            raise self.show_faults.popleft()
        self.shown.append((job, forecast))

    async def deliver(self, job: Job, result: Path, *, again: bool) -> Posted:
        self.tries[job.id] += 1
        if self.faults:
            raise self.faults.popleft()
        content = await to_thread(result.read_bytes)
        if not content.startswith(AUDIO):
            raise AudioUnreadable("not_audio")
        if job.id in self.posted and not again:
            self.doubled.append(job.id)
        self.posted[job.id] = content
        await self.let_go.wait()
        if self.faults_after:
            raise self.faults_after.popleft()
        return Posted(job.place.channel_id, 5_000 + len(self.posted))

    async def find_card(self, job: Job) -> int | None:
        self.searches[job.id] += 1
        if self.search_faults:
            raise self.search_faults.popleft()
        return self.cards.get(job.id)

    def last_shown(self, job_id: str) -> JobState | None:
        """The state that the job's card says now."""
        return next((job.state for job, _ in reversed(self.shown) if job.id == job_id), None)

    def places_shown(self, job_id: str) -> list[int]:
        return [
            forecast.place_in_line
            for job, forecast in self.shown
            if job.id == job_id and forecast is not None and forecast.place_in_line is not None
        ]
