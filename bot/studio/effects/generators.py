"""What a generator is: a function that makes one kind of sound, and how such sounds follow each other in time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.studio.effects.traits import Traits
from bot.studio.effects.waves import Random, Wave

MakeBed: TypeAlias = Callable[[Traits, float, Random], Wave]
MakeEvent: TypeAlias = Callable[[Traits, Random], Wave]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the events of one sound happen. Times are divided by the trait ``speed``."""

    times: int | None = 1
    """How many when nobody says; None: as many as fit."""
    gap_s: float = 1.0
    """From one beginning to the next."""
    jitter: float = 0.08
    """How far each may be off its time, as a share of the gap."""
    takes: int = 4
    """How many different ones are made; longer rows repeat them."""
    width: float = 0.15
    """How far to the sides they may stand, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Bed:
    """A sound without beginning or end. ``make`` gives two channels of the asked length; its level does not matter."""

    make: MakeBed


@dataclass(frozen=True, slots=True)
class Event:
    """A sound that happens. ``make`` gives one channel of any length; its level does not matter."""

    make: MakeEvent
    tail_s: float
    """About how long the plain form can be heard."""
    rhythm: Rhythm = field(default_factory=Rhythm)


Generator: TypeAlias = Bed | Event
