"""Time that moves only when it is told to, and a ``sleep`` that moves it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Clock:
    """A clock whose sleepers do not wait: time jumps to when they wake."""

    def __init__(self) -> None:
        self._now = START
        self.slept_s: list[float] = []

    def now(self) -> datetime:
        return self._now

    def step(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.step(seconds)
