"""When to ask for a task next. Pure: time, chance and what was learned are passed in.

Asking often tells the member early, and costs a request each time. Where requests come at a rate r(t) and the task ends
with the hazard h(t) (the chance of ending in the next instant if it has not ended yet), the member waits about 1/(2r)
after the end. The least waiting for a given number of requests is had where r is proportional to the square root of
h: minimise the integral of f/(2r) + cost * S * r, with density f, survival S and h = f/S, for every moment by itself.
``REQUEST_COST_S`` is the multiplier: what a request is worth in seconds of waiting, the same for all kinds, so that a
request goes where it saves most. tests/benchmarks/pace.py measures what comes out.

How long a task takes is taken to be lognormal around a first guess for its kind and size, corrected by what past jobs
of that kind took (``learn``), but for a few odd ones that may end at any time: those that fail early or hang.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.jobs.bell_curve import above, height, within
from bot.learned_time import LearnedTime

FLOOR_S: Final = 0.25
"""No question for a task comes sooner than this after the answer before."""
CEILING_S: Final = 15.0
"""No longer than this passes without a question, unless the service asks for it: failures come at any time."""
JITTER: Final = 0.1
"""The part of a pause it may be shorter or longer, so that jobs that started together do not ask together."""
HINT_CEILING_S: Final = 120.0
"""The longest pause that the service may ask for; the client reads no longer Retry-After either."""

REQUEST_COST_S: Final = 0.06
"""Seconds of a member's waiting that a request is worth."""
ODD_SHARE: Final = 0.03
"""The part of all tasks that do not take the usual time."""
ODD_SHAPE: Final = 1.5
"""How odd tasks are spread around the usual time: the exponent of a log-logistic distribution."""
LATE_AT: Final = 2.5
"""From so many spreads above the usual time on a task is late, and pauses grow."""
LATE_GROWTH: Final = 0.15
"""The part of its lateness that a late task is left alone for."""
GRID: Final = 0.05
"""Rates are added up in steps of this part of the time waited, and of no less than ``FINEST_S``: some 90 at most."""
FINEST_S: Final = 0.02

# Bounds of what is learned, so that no odd row and no odd job can make the pace useless.
MEMORY: Final = 25.0
"""Jobs: older ones are forgotten exponentially, each new one counting for one in so many."""
MEAN_AT_MOST: Final = math.log(100.0)
VARIANCE_AT_LEAST: Final = 0.1**2
VARIANCE_AT_MOST: Final = 1.5**2
OUTLIER_AT: Final = 3.0
"""A time further off than so many spreads teaches no more than one at that distance."""
SIZE_AT_MOST: Final = 1e6
TIME_AT_LEAST_S: Final = 1e-3
TIME_AT_MOST_S: Final = 1e9

NOTHING_LEARNED: Final = LearnedTime(mean=0.0, variance=0.14, weight=2.0)
"""What a first guess is trusted: as much as two jobs that were off by a factor of 1.45 either way."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a task takes before anything was learned: ``fixed_s`` seconds and ``per_unit_s`` for each unit of size."""

    fixed_s: float
    per_unit_s: float

    def of(self, size: float) -> float:
        """Seconds for a task of ``size``; sizes out of all proportion are cut."""
        return self.fixed_s + self.per_unit_s * min(max(size, 0.0), SIZE_AT_MOST)


# Sizes are characters for speech and seconds of sound for everything else. The API documents no times (docs read
# 2026-11-22); public clients of it report 1-3 s for a sentence, ask every 2-5 s, give up on speech and effects after
# 45 s to 3 min, and call music, covers, podcasts and long transcripts matters of minutes. The rest is a guess between
# those; after a few jobs it does not matter any more.
GUESSES: Final[Mapping[str, Guess]] = MappingProxyType(
    {
        "speech": Guess(0.6, 0.008),
        "effects": Guess(5.0, 0.3),
        "transcript": Guess(4.0, 0.1),
        "conversion": Guess(5.0, 0.3),
        "separation": Guess(15.0, 0.3),
        "enhancement": Guess(5.0, 0.2),
        "music": Guess(45.0, 0.25),
        "cover": Guess(45.0, 0.3),
        "podcast": Guess(40.0, 0.4),
        "voice design": Guess(10.0, 0.0),
        "voice cloning": Guess(30.0, 0.0),
    }
)
UNKNOWN_KIND: Final = Guess(5.0, 0.0)


@dataclass(frozen=True, slots=True)
class UsualTime:
    """What a task of some kind and size takes: lognormal, ``spread`` being the deviation of its logarithm."""

    median_s: float
    spread: float

    @property
    def late_s(self) -> float:
        """Seconds after which a task is late."""
        return self.median_s * math.exp(LATE_AT * self.spread)


def usual_time(kind: str, size: float, learned: LearnedTime = NOTHING_LEARNED) -> UsualTime:
    """What to expect of a task of ``kind`` and ``size``, the less sharply the less was learned."""
    mean, spread = _expected_log(learned)
    return UsualTime(_guess(kind).of(size) * math.exp(mean), spread)


def next_delay_s(usual: UsualTime, waited_s: float, rng: random.Random, hint_s: float | None = None) -> float:
    """Seconds until the next question, after ``waited_s`` since the task was accepted.

    The service's own hint goes first and is never undercut, up to ``HINT_CEILING_S``. Otherwise the pause ends where
    the rate of questions adds up to one, or later for a late task; always from ``FLOOR_S`` to ``CEILING_S``.
    """
    if hint_s is not None:
        return min(max(hint_s, FLOOR_S), HINT_CEILING_S) * rng.uniform(1, 1 + JITTER)
    waited_s = min(max(waited_s, 0.0), TIME_AT_MOST_S)
    pause_s = max(_until_one_is_due(usual, waited_s), LATE_GROWTH * (waited_s - usual.late_s))
    # Bounded before the jitter, or all jobs at a bound would ask together.
    return min(max(pause_s, FLOOR_S / (1 - JITTER)), CEILING_S / (1 + JITTER)) * rng.uniform(1 - JITTER, 1 + JITTER)


def hazard(usual: UsualTime, waited_s: float) -> float:
    """The chance per second that a task that has not ended after ``waited_s`` ends now."""
    time_s = max(waited_s, TIME_AT_LEAST_S)
    ratio = time_s / usual.median_s
    deviations = math.log(ratio) / usual.spread
    usual_density = height(deviations) / (usual.spread * time_s)
    odds = min(ratio, TIME_AT_MOST_S) ** ODD_SHAPE
    odd_survival = 1 / (1 + odds)
    odd_density = ODD_SHAPE / time_s * odds * odd_survival**2
    # The odd ones' survival is never none, so that this is safe arbitrarily far from the usual time.
    survival = (1 - ODD_SHARE) * above(deviations) + ODD_SHARE * odd_survival
    return ((1 - ODD_SHARE) * usual_density + ODD_SHARE * odd_density) / survival


def _until_one_is_due(usual: UsualTime, waited_s: float) -> float:
    """Seconds from ``waited_s`` until the rate of questions has added up to one, or the ceiling."""
    missing, at_s, end_s = 1.0, waited_s, waited_s + CEILING_S
    while at_s < end_s:
        step_s = min(max(FINEST_S, GRID * at_s), end_s - at_s)
        due = step_s * math.sqrt(hazard(usual, at_s + step_s / 2) / (2 * REQUEST_COST_S))
        if due >= missing:
            return at_s - waited_s + step_s * missing / due
        missing -= due
        at_s += step_s
    return CEILING_S


def learn(learned: LearnedTime, kind: str, size: float, *, after_s: float, by_s: float) -> LearnedTime:
    """What is known of ``kind`` once a task of ``size`` was seen to have ended by ``by_s``, but not by ``after_s``.

    Both in seconds since it was accepted; ``after_s`` is 0 where the first question found it ended. What was in between
    is not known, so the time is taken to be what is expected in there, and counts for as much as the two times narrow
    it down: a task that was not asked about for long teaches little. Online mean and variance with exponential
    forgetting: Welford 1962, with a bounded weight.
    """
    guess_s = _guess(kind).of(size)
    mean, spread = _expected_log(learned)
    earliest = (_log_ratio(after_s, guess_s) - mean) / spread if after_s > 0 else -math.inf
    latest = max((_log_ratio(by_s, guess_s) - mean) / spread, earliest)
    middle, unknown = within(earliest, latest)
    told = 1 - min(unknown, 1.0)
    old = _bounded(learned)
    weight = min(old.weight + told, MEMORY)
    off = min(max(middle, -OUTLIER_AT), OUTLIER_AT) * spread
    share = told / weight
    new_mean = old.mean + share * off
    seen_variance = off * (mean + off - new_mean) + unknown * old.variance
    return _bounded(LearnedTime(new_mean, old.variance + share * (seen_variance - old.variance), weight))


def _guess(kind: str) -> Guess:
    return GUESSES.get(kind, UNKNOWN_KIND)


def _log_ratio(time_s: float, guess_s: float) -> float:
    return math.log(min(max(time_s, TIME_AT_LEAST_S), TIME_AT_MOST_S) / guess_s)


def _expected_log(learned: LearnedTime) -> tuple[float, float]:
    """Mean and deviation of the next task's log(time / guess): its own spread, and what the mean may be off by."""
    known = _bounded(learned)
    return known.mean, math.sqrt(known.variance * (1 + 1 / known.weight))


def _bounded(learned: LearnedTime) -> LearnedTime:
    """What is stored may be older than this program, or broken: what is no number or out of bounds is pulled in."""
    if not all(math.isfinite(value) for value in (learned.mean, learned.variance, learned.weight)):
        return NOTHING_LEARNED
    return LearnedTime(
        mean=min(max(learned.mean, -MEAN_AT_MOST), MEAN_AT_MOST),
        variance=min(max(learned.variance, VARIANCE_AT_LEAST), VARIANCE_AT_MOST),
        weight=min(max(learned.weight, 1.0), MEMORY),
    )
