import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.bell_curve import above, within
from bot.jobs.pace import GUESSES, MEMORY, NOTHING_LEARNED, learn, next_delay_s, usual_time
from bot.learned_time import LearnedTime
from tests.benchmarks.pace import poll

ANY_NUMBER = st.floats(allow_nan=False, allow_infinity=True)
ANY_ROW = st.builds(LearnedTime, st.floats(), st.floats(), st.floats())
SIZE = 400
GUESS_S = GUESSES["speech"].of(SIZE)


def taught(times_s: list[float], known: LearnedTime = NOTHING_LEARNED, seed: int = 1) -> LearnedTime:
    """What is known after jobs of these times, each asked for by the pace as it was then."""
    rng = random.Random(seed)
    for takes_s in times_s:
        usual = usual_time("speech", SIZE, known)
        after_s, by_s, _ = poll(takes_s, lambda waited_s, usual=usual: next_delay_s(usual, waited_s, rng))
        known = learn(known, "speech", SIZE, after_s=after_s, by_s=by_s)
    return known


def lognormal(median_s: float, spread: float, count: int, seed: int) -> list[float]:
    rng = random.Random(seed)
    return [median_s * math.exp(rng.gauss(0, spread)) for _ in range(count)]


@given(learned=ANY_ROW, size=st.floats(0, 1e9), times=st.lists(st.floats(0, 1e12), min_size=2, max_size=2))
def test_no_time_and_no_row_makes_something_that_cannot_be_used(
    learned: LearnedTime, size: float, times: list[float]
) -> None:
    after_s, by_s = sorted(times)
    known = learn(learned, "speech", size, after_s=after_s, by_s=by_s)
    assert all(math.isfinite(value) for value in (known.mean, known.variance, known.weight))
    assert known.variance > 0
    assert 1 <= known.weight <= MEMORY
    assert learn(known, "speech", size, after_s=after_s, by_s=by_s).weight >= known.weight


@pytest.mark.parametrize("speed", [0.3, 0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twenty_jobs_teach_how_fast_the_service_is(speed: float, seed: int) -> None:
    known = taught(lognormal(GUESS_S * speed, 0.3, 20, seed))
    assert math.exp(known.mean) == pytest.approx(speed, rel=0.3)  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub


@pytest.mark.parametrize("spread", [0.15, 0.3, 0.6])
def test_the_spread_is_learned_though_times_are_known_only_within_pauses(spread: float) -> None:
    found = [math.sqrt(taught(lognormal(GUESS_S, spread, 60, seed)).variance) for seed in range(8)]
    assert sum(found) / len(found) == pytest.approx(spread, rel=0.3)  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub


def test_a_service_that_becomes_slower_is_noticed() -> None:
    known = taught(lognormal(GUESS_S, 0.3, 60, seed=1))
    slower = taught(lognormal(3 * GUESS_S, 0.3, 40, seed=2), known)
    assert math.exp(slower.mean) == pytest.approx(3.0, rel=0.3)  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub


def test_a_few_jobs_that_hang_teach_little() -> None:
    times_s = lognormal(GUESS_S, 0.3, 57, seed=3)
    times_s[20::20] = [40 * GUESS_S] * len(times_s[20::20])
    known = taught(times_s)
    assert math.exp(known.mean) == pytest.approx(1.0, rel=0.35)  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub


def test_a_task_that_was_not_asked_about_for_long_teaches_next_to_nothing() -> None:
    known = taught(lognormal(GUESS_S, 0.3, 20, seed=1))
    later = learn(known, "speech", SIZE, after_s=0.0, by_s=10_000.0)
    assert later.mean == pytest.approx(known.mean, abs=0.001)  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub
    assert later.variance == pytest.approx(known.variance, abs=0.001)  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub
    assert later.weight == pytest.approx(known.weight, abs=0.001)  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub


def test_the_time_itself_is_learned_not_when_it_was_seen() -> None:
    """What is seen is late by up to a pause; taking it for the time would make each pause lengthen the next."""
    found = [taught([GUESS_S] * 40, seed=seed).mean for seed in range(5)]
    assert abs(sum(found) / len(found)) < 0.08


@given(earliest=st.floats(-50, 50), width=st.floats(0, 20))
def test_what_lies_between_two_bounds_has_its_mean_between_them(earliest: float, width: float) -> None:
    mean, variance = within(earliest, earliest + width)
    assert earliest <= mean <= earliest + width
    assert 0 <= variance <= min(1.0, width**2 / 4) + 1e-6


def test_mean_and_variance_between_two_bounds_are_those_of_samples() -> None:
    rng = random.Random(5)
    sample = [x for x in (rng.gauss(0, 1) for _ in range(100_000)) if -0.5 < x < 1.5]
    mean = math.fsum(sample) / len(sample)
    variance = math.fsum((x - mean) ** 2 for x in sample) / len(sample)
    assert within(-0.5, 1.5) == pytest.approx((mean, variance), abs=0.01)  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub
    assert within(-math.inf, 0.0) == pytest.approx((-math.sqrt(2 / math.pi), 1 - 2 / math.pi))  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub
    assert above(0.0) == 0.5


@given(at=ANY_NUMBER)
def test_a_chance_is_a_chance(at: float) -> None:
    assert 0 <= above(at) <= 1
