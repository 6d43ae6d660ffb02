"""The standard normal distribution, as far as the pace needs it. Pure."""

import math

LEAST_CHANCE = 1e-9
"""Below this, differences of the distribution are rounding errors."""


def height(at: float) -> float:
    """The density at ``at``."""
    return math.exp(-at * at / 2) / math.sqrt(2 * math.pi)


def above(at: float) -> float:
    """The chance of more than ``at``."""
    return math.erfc(at / math.sqrt(2)) / 2


def within(earliest: float, latest: float) -> tuple[float, float]:
    """Mean and variance of what is known to lie between the two; ``earliest`` may be minus infinity.

    The mean always lies between the two, the variance from 0 to 1. Source of the formulas: Johnson, Kotz, Balakrishnan,
    Continuous Univariate Distributions 1, 10.1 (doubly truncated normal).
    """
    chance = above(earliest) - above(latest)
    if chance < LEAST_CHANCE:
        # Narrow, or so far out that everything lies at the end that is nearer.
        return min(max(0.0, earliest), latest), 0.0
    low, high = height(earliest), height(latest)
    mean = (low - high) / chance
    weighted_low = earliest * low if math.isfinite(earliest) else 0.0
    variance = 1 + (weighted_low - latest * high) / chance - mean * mean
    return min(max(mean, earliest), latest), min(max(variance, 0.0), 1.0)
