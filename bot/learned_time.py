"""How long tasks take, as far as past ones tell."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LearnedTime:
    """What past jobs of a kind took, as log(actual time / first guess); bot/jobs/pace.py makes and reads it."""

    mean: float
    variance: float
    """Of single jobs around the mean."""
    weight: float
    """How many jobs this rests on; bounded, because old ones are forgotten."""
