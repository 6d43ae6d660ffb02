"""What members and guilds may ask for, what they used of it, and what their managers decided about that."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.models import JobKind, Request


class LimitName(StrEnum):
    """What can be limited, for a member or for a guild as a whole."""

    BURST = "burst"
    """Jobs at once, before waiting for one more to come free."""
    REFILL = "refill"
    """Seconds after which one more job comes free."""
    IN_FLIGHT = "in flight"
    """Jobs that are not over yet."""
    DAY = "day"
    """Cost units in a day (UTC)."""
    MONTH = "month"
    """Cost units in a calendar month (UTC)."""


class Subject(StrEnum):
    """Whom a limit or a block of a guild is about."""

    GUILD = "guild"
    """The guild as a whole."""
    ROLE = "role"
    """Each member with the role. The role of everyone has the guild's own id."""
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate limit: ``burst`` jobs at once, then one more every ``refill_s`` seconds."""

    burst: int
    refill_s: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one member, or one guild, may ask for. Of the last three, 0 stands for no limit."""

    rate: Rate
    in_flight: int = 0
    day: int = 0
    """Cost units (see ``Limits.weights``) in a day."""
    month: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What each member and each guild may ask for, and what a job costs."""

    member: Allowance
    guild: Allowance
    weights: Mapping[JobKind, float] = field(default_factory=dict[JobKind, float])
    """Cost units for one unit of a kind's size (a character of speech); 1 where a kind is not named."""

    def cost(self, request: Request) -> int:
        """What the request costs, in whole units; at least one."""
        return max(1, math.ceil(request.size * self.weights.get(request.kind, 1.0)))


@dataclass(frozen=True, slots=True)
class Override:
    """One limit that a guild set."""

    subject: Subject
    subject_id: int
    name: LimitName
    value: int


@dataclass(frozen=True, slots=True)
class Block:
    """A member or a role that may ask for nothing in a guild."""

    subject: Subject
    """ROLE or MEMBER."""
    subject_id: int
    blocked_by: int
    """The id of the member who did it."""
    blocked_at: datetime


@dataclass(frozen=True, slots=True)
class DayOfKind:
    """What was asked for on one day (UTC), of one kind."""

    day: date
    kind: JobKind
    units: int
    """Cost units."""
    jobs: int


@dataclass(frozen=True, slots=True)
class UsedLimit:
    """How much of a limit is used. ``allowed`` 0 stands for no limit."""

    subject: Subject
    """MEMBER or GUILD: whose it is."""
    name: LimitName
    """IN_FLIGHT, DAY or MONTH."""
    allowed: int
    used: int
    resets_at: datetime | None
    """None where only the end of other jobs makes room."""


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a guild, or one member in it, asked for in the last 30 days, and what is left."""

    days: tuple[DayOfKind, ...]
    """The oldest first; days without any are left out."""
    limits: tuple[UsedLimit, ...]
    """Of the member, then of the guild."""
    most_active: tuple[tuple[int, int], ...]
    """Member ids with their units, most first; empty for one member."""
