"""How long the service is left alone, because it said that it is busy or because it is not there.

A busy key and a service that cannot be reached concern all jobs; a part of the service that is down concerns the jobs
of that kind only: broken transcripts do not stop speech.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.finevoice.errors import ApiBusy, ApiError, ApiUnavailable
from bot.models import JobKind

DEFAULT_PAUSE_S = 5.0


class Pauses:
    """When jobs of each kind may go on."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        # Bounded: one for each kind.
        self._until: dict[JobKind, datetime] = {}

    def begin(self, kind: JobKind, error: ApiError) -> float:
        """Leave the service alone after a job of ``kind`` met ``error``, for as long as it asks; returns the seconds.

        A longer pause that was asked for before stays.
        """
        pause_s = self._asked_for_s(error) or DEFAULT_PAUSE_S
        until = self._now() + timedelta(seconds=pause_s)
        for paused in [kind] if isinstance(error, ApiUnavailable) else JobKind:
            self._until[paused] = max(until, self._until.get(paused, until))
        return pause_s

    def _asked_for_s(self, error: ApiError) -> float | None:
        match error:
            case ApiBusy():
                return error.retry_after_s
            case ApiUnavailable():
                return max(0.0, (error.retry_at - self._now()).total_seconds())
            case _:
                return None

    def left_s(self, kind: JobKind) -> float | None:
        """The rest of the pause for jobs of this kind, in seconds; None when nothing has to wait."""
        until = self._until.get(kind)
        return None if until is None or until <= self._now() else (until - self._now()).total_seconds()

    @property
    def kinds(self) -> frozenset[JobKind]:
        """The kinds whose jobs have to wait now."""
        return frozenset(kind for kind in JobKind if self.left_s(kind) is not None)

    @property
    def first_ends_in_s(self) -> float | None:
        """When the next kind may go on, in seconds; None when nothing has to wait."""
        return min((left_s for kind in JobKind if (left_s := self.left_s(kind)) is not None), default=None)
