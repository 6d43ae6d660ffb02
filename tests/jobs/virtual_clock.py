"""Time that moves only when a test lets it."""

import asyncio
import heapq
from datetime import datetime, timedelta
from itertools import count

from tests.storage.samples import START


class VirtualClock:
    """A clock and a ``sleep`` that belong together. Sleepers wake in order when the clock is moved."""

    def __init__(self) -> None:
        self._now = START
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waking = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), waking))
        await waking

    def set_to(self, now: datetime) -> None:
        """Move the clock, also backwards, without waking anybody who is not due."""
        self._now = now
        while self._sleepers and self._sleepers[0][0] <= now:
            self._wake_first()

    def step(self, seconds: float) -> None:
        self.set_to(self._now + timedelta(seconds=seconds))

    def step_to_next(self) -> None:
        """Move to the moment at which the next sleeper wakes."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        if self._sleepers:
            self._now = max(self._now, self._sleepers[0][0])
            self._wake_first()

    def _wake_first(self) -> None:
        _, _, waking = heapq.heappop(self._sleepers)
        if not waking.done():
            waking.set_result(None)
