"""Keeps the cards of waiting jobs up to date: their place in line, and when their turn is likely to come."""

from collections.abc import Callable, Iterable

from bot.jobs.learned_pace import LearnedPace
from bot.jobs.ports import Delivery
from bot.models import Forecast, Job, JobState
from bot.storage.jobs import JobStore

# Edits are limited per channel; a line that moves is shown more calmly than Discord would allow.
REFRESH_EVERY_S = 3.0
CARDS_PER_REFRESH = 5
# Whoever is further back is told no number: it would be an edit for each turn of somebody else.
PLACES_SHOWN = 100


class LineDisplay:
    """Shows places in line, and only those that changed."""

    def __init__(
        self,
        store: JobStore,
        delivery: Delivery,
        pace: LearnedPace,
        *,
        places: Callable[[], int],
        running: Callable[[], Iterable[Job]],
        is_shown_here: Callable[[Job], bool],
    ) -> None:
        """``is_shown_here`` leaves the cards of other processes to them; ``running`` are the jobs with the service."""
        self._store = store
        self._delivery = delivery
        self._pace = pace
        self._places = places
        self._running = running
        self._is_shown_here = is_shown_here
        # What the cards say: place by job, of the jobs that wait and are shown, so at most ``PLACES_SHOWN``.
        self._shown: dict[str, int] = {}

    async def refresh(self) -> None:
        """Show the places that moved, a few of them."""
        waiting = await self._forecasts()
        for gone in self._shown.keys() - {job.id for job, _ in waiting}:
            del self._shown[gone]
        moved = [
            (job, forecast)
            for job, forecast in waiting
            if self._shown.get(job.id) != forecast.place_in_line and self._is_shown_here(job)
        ]
        for job, forecast in moved[:CARDS_PER_REFRESH]:
            self._shown[job.id] = forecast.place_in_line or 0
            await self._delivery.show(job, forecast)

    async def forecast(self, job: Job) -> Forecast | None:
        """What its member may expect of a job now; None where it is over, or too far back to tell."""
        match job.state:
            case JobState.QUEUED:
                return next((forecast for waiting, forecast in await self._forecasts() if waiting.id == job.id), None)
            case JobState.SUBMITTING | JobState.RUNNING:
                return Forecast(await self._pace.usual_s(job))
            case _:
                return None

    async def _forecasts(self) -> list[tuple[Job, Forecast]]:
        """The first jobs in line with their places, and when their turn comes if all take as long as usual."""
        before_s = sum([await self._pace.usual_s(job) / 2 for job in self._running()])
        found: list[tuple[Job, Forecast]] = []
        for place, job in enumerate(await self._store.waiting(PLACES_SHOWN), start=1):
            found.append((job, Forecast(before_s / max(1, self._places()), place)))
            before_s += await self._pace.usual_s(job)
        return found
