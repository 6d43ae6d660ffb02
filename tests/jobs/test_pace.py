import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.pace import CEILING_S, FLOOR_S, SPREAD, STEP, expected_s, next_delay_s
from bot.models import Job, JobState, ResultForm, SpeechRequest
from tests.storage.samples import START, place

WAITS = st.floats(0, 100_000)
SEEDS = st.integers(0, 2**32)
SIZES = st.integers(1, 5_000)


class NoJitter(random.Random):
    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def _job(size: int = 100) -> Job:
    request = SpeechRequest("x" * size, "anna-1", "Anna")
    return Job("ab" * 16, JobState.RUNNING, request, ResultForm.FILE, place(), START, START + timedelta(seconds=1))


@given(size=SIZES, waited_s=WAITS, seed=SEEDS)
def test_a_pause_is_neither_a_hammering_nor_an_eternity(size: int, waited_s: float, seed: int) -> None:
    delay_s = next_delay_s(_job(size), waited_s, random.Random(seed))
    assert FLOOR_S * (1 - SPREAD) <= delay_s <= CEILING_S * (1 + SPREAD)


@given(hint_s=st.floats(0, 120), waited_s=WAITS, seed=SEEDS)
def test_what_the_service_asks_for_goes_first(hint_s: float, waited_s: float, seed: int) -> None:
    assert next_delay_s(_job(), waited_s, random.Random(seed), hint_s) == max(FLOOR_S, hint_s)


@given(size=SIZES)
def test_the_first_question_comes_at_half_of_the_usual_time(size: int) -> None:
    job = _job(size)
    usual = min(CEILING_S, max(FLOOR_S, expected_s(job) / 2))
    assert next_delay_s(job, 0.0, NoJitter()) == pytest.approx(usual)  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub
    # Writing the task id down took a moment already.
    assert next_delay_s(job, 0.01, NoJitter()) == pytest.approx(usual, abs=0.011)  # pyright: ignore[reportUnknownMemberType]  # pytest's own stub


@given(size=SIZES, first_s=WAITS, more_s=WAITS)
def test_pauses_only_grow_once_the_first_question_was_asked(size: int, first_s: float, more_s: float) -> None:
    job = _job(size)
    asked_s = expected_s(job) / 2 / (1 + STEP)
    earlier, later = asked_s + first_s, asked_s + first_s + more_s
    assert next_delay_s(job, earlier, NoJitter()) <= next_delay_s(job, later, NoJitter())


@given(seed=SEEDS)
def test_a_job_of_five_minutes_takes_a_bounded_number_of_questions(seed: int) -> None:
    rng, job, waited_s, questions = random.Random(seed), _job(), 0.0, 0
    while waited_s < 300:
        waited_s += next_delay_s(job, waited_s, rng)
        questions += 1
    assert questions < 120


@given(size=SIZES)
def test_longer_texts_are_expected_to_take_longer(size: int) -> None:
    assert expected_s(_job(size + 1)) > expected_s(_job(size)) > 0
