import math
import random

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.jobs.pace import (
    CEILING_S,
    FLOOR_S,
    GUESSES,
    HINT_CEILING_S,
    JITTER,
    NOTHING_LEARNED,
    UsualTime,
    hazard,
    next_delay_s,
    usual_time,
)
from bot.learned_time import LearnedTime
from bot.models import JobKind
from tests.benchmarks.pace import Service, lessons, measure, poll

WAITS = st.floats(0, 100_000)
SEEDS = st.integers(0, 2**32)
SIZES = st.integers(0, 100_000)
KINDS = st.sampled_from([*GUESSES, "a kind of tomorrow"])
ANY_NUMBER = st.floats(allow_nan=True, allow_infinity=True)
ANY_ROW = st.builds(LearnedTime, ANY_NUMBER, ANY_NUMBER, ANY_NUMBER)
USUAL = st.builds(UsualTime, median_s=st.floats(0.1, 3_600), spread=st.floats(0.1, 2.0))
WELL_KNOWN = LearnedTime(mean=0.0, variance=0.09, weight=25.0)


class NoJitter(random.Random):
    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


@settings(deadline=None)
@given(kind=KINDS, size=SIZES, learned=ANY_ROW, waited_s=ANY_NUMBER, seed=SEEDS)
def test_a_pause_is_neither_a_hammering_nor_an_eternity_whatever_is_stored(
    kind: str, size: int, learned: LearnedTime, waited_s: float, seed: int
) -> None:
    delay_s = next_delay_s(usual_time(kind, size, learned), waited_s, random.Random(seed))
    assert FLOOR_S * 0.999 <= delay_s <= CEILING_S * 1.001


@given(hint_s=ANY_NUMBER, waited_s=WAITS, usual=USUAL, seed=SEEDS)
def test_what_the_service_asks_for_goes_first_and_is_never_undercut(
    hint_s: float, waited_s: float, usual: UsualTime, seed: int
) -> None:
    assume(not math.isnan(hint_s))
    asked_s = min(max(hint_s, FLOOR_S), HINT_CEILING_S)
    delay_s = next_delay_s(usual, waited_s, random.Random(seed), hint_s)
    assert asked_s <= delay_s <= asked_s * (1 + JITTER)


@settings(deadline=None)
@given(usual=USUAL, waited_s=WAITS)
def test_jobs_that_started_together_do_not_ask_together(usual: UsualTime, waited_s: float) -> None:
    delays = {next_delay_s(usual, waited_s, random.Random(seed)) for seed in range(10)}
    assert len(delays) == 10


@given(usual=USUAL, waited_s=st.floats(0, 1e12))
@example(usual=UsualTime(0.1, 0.1), waited_s=1e12)
@example(usual=UsualTime(3_600, 0.1), waited_s=0.0)
def test_the_chance_of_ending_is_a_number_however_late_it_is(usual: UsualTime, waited_s: float) -> None:
    chance = hazard(usual, waited_s)
    assert chance > 0
    assert math.isfinite(chance)


# No deadlines: a machine that is busy elsewhere is no fault of the pace.
@settings(deadline=None, max_examples=40)
@given(usual=st.builds(UsualTime, median_s=st.floats(1.0, 600), spread=st.floats(0.15, 0.6)))
def test_the_chance_of_ending_adds_up_to_what_has_ended(usual: UsualTime) -> None:
    """Half of all tasks have ended at the median: the hazard's sum is the logarithm of the survivors."""
    steps = 500
    step_s = usual.median_s / steps
    total = sum(hazard(usual, (number + 0.5) * step_s) * step_s for number in range(steps))
    assert math.exp(-total) == pytest.approx(0.5, abs=0.005)  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub


@settings(deadline=None)
@given(kind=KINDS, size=SIZES)
def test_questions_come_where_the_end_is_likely_and_hardly_before(kind: str, size: int) -> None:
    usual = usual_time(kind, size, WELL_KNOWN)
    assume(usual.median_s < CEILING_S)
    early = next_delay_s(usual, 0.0, NoJitter())
    assert early > min(usual.median_s, CEILING_S) * 0.3
    assert next_delay_s(usual, usual.median_s, NoJitter()) <= max(early, FLOOR_S * 1.2)


@given(kind=KINDS, size=SIZES, seed=SEEDS)
def test_a_job_ten_times_over_its_time_is_left_alone(kind: str, size: int, seed: int) -> None:
    usual = usual_time(kind, size, WELL_KNOWN)
    delay_s = next_delay_s(usual, 10 * usual.median_s, random.Random(seed))
    assert delay_s >= min(CEILING_S, usual.median_s) * (1 - JITTER) ** 2


@settings(deadline=None)
@given(usual=USUAL, first_s=WAITS, more_s=WAITS)
def test_pauses_only_grow_once_a_job_is_far_over_its_time(usual: UsualTime, first_s: float, more_s: float) -> None:
    start_s = 3 * usual.late_s + first_s
    sooner, later = (next_delay_s(usual, waited_s, NoJitter()) for waited_s in (start_s, start_s + more_s))
    assert sooner <= later * 1.02


@settings(deadline=None, max_examples=40)
@given(kind=KINDS, size=st.integers(0, 400), seed=SEEDS)
def test_a_job_that_never_ends_takes_a_bounded_number_of_questions(kind: str, size: int, seed: int) -> None:
    usual, rng = usual_time(kind, size), random.Random(seed)
    _, _, questions = poll(3_600, lambda waited_s: next_delay_s(usual, waited_s, rng))
    # About what remains where every pause is at its ceiling.
    assert 240 <= questions <= 400


@given(kind=st.sampled_from(["speech", "effects", "transcript", "music", "podcast"]), size=SIZES)
def test_larger_jobs_are_expected_to_take_longer(kind: str, size: int) -> None:
    assert usual_time(kind, size + 1).median_s > usual_time(kind, size).median_s > 0


@given(size=st.floats(-1e300, 1e300), learned=ANY_ROW)
def test_no_size_and_no_row_makes_an_expectation_that_cannot_be_used(size: float, learned: LearnedTime) -> None:
    usual = usual_time("speech", size, learned)
    assert 0 < usual.median_s < math.inf
    assert 0 < usual.spread < 10


def test_every_kind_of_job_has_a_first_guess() -> None:
    assert {str(kind) for kind in JobKind} <= GUESSES.keys()


def test_a_sentence_is_first_asked_for_within_a_second_or_so() -> None:
    """Public clients of the API report 1-3 s for a sentence."""
    usual = usual_time("speech", 80)
    assert 1 <= usual.median_s <= 3
    assert next_delay_s(usual, 0.0, NoJitter()) < usual.median_s


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("lessons_each", [0, 20])
def test_over_the_mix_it_waits_less_than_half_a_second_with_fewer_requests_than_a_fixed_poller(
    seed: int, lessons_each: int
) -> None:
    service = Service()
    learned = lessons(service, lessons_each, random.Random(seed))
    figures = measure(service, learned, seed=seed, count=1_500)
    own, every_2_s = figures["pace"], figures["every 2 s"]
    assert own.mean_s <= 0.45
    assert own.mean_s < 0.5 * every_2_s.mean_s
    assert own.requests_each < 0.95 * every_2_s.requests_each


@pytest.mark.parametrize("speed", [0.4, 2.5])
def test_a_service_of_another_speed_is_learned_within_twenty_jobs(speed: float) -> None:
    service = Service(speed)
    cold = measure(service, {}, count=1_000)["pace"]
    figures = measure(service, lessons(service, 20, random.Random(1)), count=1_000)
    warm, every_2_s = figures["pace"], figures["every 2 s"]
    assert warm.mean_s < 0.65 * every_2_s.mean_s
    if speed < 1:
        assert warm.mean_s < 0.5 * cold.mean_s
    else:
        assert warm.requests_each < 0.7 * cold.requests_each
        assert warm.requests_each < every_2_s.requests_each


def test_nothing_learned_is_less_sharp_than_much_learned() -> None:
    assert usual_time("speech", 100, NOTHING_LEARNED).spread > usual_time("speech", 100, WELL_KNOWN).spread
