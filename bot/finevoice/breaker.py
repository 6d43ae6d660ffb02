"""Leaves a part of the API alone while it is down, so that a service in trouble is not hammered.

    closed    calls go through; after several failures in a row of the service's own making it opens
    open      calls end at once with ApiUnavailable, which says when to come back; the time doubles with each opening
    probing   one call goes through: if it succeeds the breaker closes, if it fails it opens again

Each group of endpoints has a breaker of its own: broken music does not stop speech.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.finevoice.errors import ApiBroken, ApiError, ApiOutcomeUnknown, ApiUnavailable, ApiUnexpected, ApiUnreachable

log = logging.getLogger(__name__)

FAILURES_TO_OPEN = 5
FIRST_OPEN = timedelta(seconds=5)
# Short enough that nobody waits long for what is well again; one call in that time is no burden.
LONGEST_OPEN = timedelta(seconds=30)
# What others are told while the probe is out: it is over by then or will be soon.
PROBE_TAKES = timedelta(seconds=5)
# Of the service's own making: it is not there, breaks off, answers 5xx, or with what is no answer of its own (a
# gateway's page). A refusal or a 429 shows that it is well.
FAILURES = (ApiUnreachable, ApiOutcomeUnknown, ApiBroken, ApiUnexpected)

_GROUPS = (
    ("v1/audio/speech-synthesis", "speech"),
    ("v1/audio/voice-conversion", "conversion"),
    ("v1/audio/stt", "transcription"),
    ("v1/audio/sfx-generation", "effects"),
    ("v1/audio/separation", "separation"),
    ("v1/audio/podcastgen", "podcast"),
    ("v1/task/", "tasks"),
    ("v1/voice/design", "voice design"),
    ("v1/voice/train", "voice cloning"),
    ("v1/voice/", "voices"),
    ("v1/music/", "music"),
    ("v1/enhancer/", "enhancement"),
)
OTHER = "other"


def group_of(path: str) -> str:
    """The group of endpoints that ``path`` (relative, without a query) belongs to. There is a fixed number of them."""
    return next((group for prefix, group in _GROUPS if path.startswith(prefix)), OTHER)


class State(Enum):
    """What happens to the next call."""

    CLOSED = auto()
    OPEN = auto()
    PROBING = auto()


class Outcome(Enum):
    """How a call ended, as far as the service's health goes."""

    WELL = auto()
    FAILED = auto()
    UNTOLD = auto()
    """It was cancelled: nothing is known."""


def outcome_of(error: ApiError) -> Outcome:
    """What an error says about the service's health."""
    return Outcome.FAILED if isinstance(error, FAILURES) else Outcome.WELL


class Breaker:
    """The breaker of one group. Ask ``admit`` before each call, and ``report`` how it ended, once."""

    def __init__(self, group: str, now: Callable[[], datetime]) -> None:
        self._group = group
        self._now = now
        self._failures = 0
        self._openings = 0
        self._retry_at = now()
        # Counts the changes of state: what a call from before the last one tells is old news.
        self._era = 0
        self.state = State.CLOSED

    def admit(self) -> int:
        """Let a call through; the number is to be given back with its outcome.

        Raises:
            ApiUnavailable: the group is down; nothing may be sent before its ``retry_at``.
        """
        if self.state is State.CLOSED:
            return self._era
        now = self._now()
        if self.state is State.PROBING:
            raise ApiUnavailable(self._group, now + PROBE_TAKES)
        if not self._is_due(now):
            raise ApiUnavailable(self._group, self._retry_at)
        self._enter(State.PROBING)
        return self._era

    def report(self, era: int, outcome: Outcome) -> None:
        """Take note of how the call ended that was let through as ``era``."""
        if era != self._era:
            return
        match outcome:
            case Outcome.WELL:
                self._close()
            case Outcome.FAILED:
                self._failures += 1
                if self.state is State.PROBING or self._failures >= FAILURES_TO_OPEN:
                    self._open()
            case Outcome.UNTOLD:
                if self.state is State.PROBING:
                    # The next call may be the probe, at once.
                    self._retry_at = self._now()
                    self._enter(State.OPEN)

    def _is_due(self, now: datetime) -> bool:
        # A clock that was set back must not keep it open for longer than it ever stays so.
        return now >= self._retry_at or self._retry_at - now > LONGEST_OPEN

    def _close(self) -> None:
        self._failures = 0
        if self.state is not State.CLOSED:
            self._openings = 0
            self._enter(State.CLOSED)
            log.warning("FineVoice is back: group=%s", self._group)

    def _open(self) -> None:
        # The exponent is bounded, or a long night would overflow it.
        open_for = min(LONGEST_OPEN, FIRST_OPEN * 2 ** min(self._openings, 10))
        self._openings += 1
        self._failures = 0
        self._retry_at = self._now() + open_for
        self._enter(State.OPEN)
        log.warning("FineVoice is down: group=%s, left alone for %.0f s", self._group, open_for.total_seconds())

    def _enter(self, state: State) -> None:
        self._era += 1
        self.state = state


class Breakers:
    """One breaker for each group of endpoints."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        groups = [group for _, group in _GROUPS] + [OTHER]
        self._breakers = {group: Breaker(group, now) for group in groups}

    def of(self, path: str) -> Breaker:
        """The breaker of the group that ``path`` belongs to."""
        return self._breakers[group_of(path)]
