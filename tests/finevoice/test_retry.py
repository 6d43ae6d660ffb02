"""Which calls are made again, after which pause, and never for longer than was allowed."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.finevoice.errors import (
    ApiBadRequest,
    ApiBroken,
    ApiBusy,
    ApiError,
    ApiNotFound,
    ApiOutcomeUnknown,
    ApiUnavailable,
    ApiUnexpected,
    ApiUnreachable,
    DownloadRefused,
    TaskFailed,
)
from bot.finevoice.retry import HINT_SPREAD, ONCE, READS, Retries, is_safe_to_repeat, next_pause_s

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PATIENT = Retries(tries=6, total_s=100.0, first_pause_s=0.5, longest_pause_s=4.0)


@pytest.mark.parametrize(
    ("error", "read", "submit"),
    [
        (ApiUnreachable("ClientConnectorError"), True, True),
        (ApiBusy(), True, True),
        (ApiOutcomeUnknown("TimeoutError"), True, False),
        (ApiBroken(502), True, False),
        (ApiUnavailable("music", NOW), False, False),
        (ApiUnexpected("text/html, not JSON"), False, False),
        (ApiBadRequest(422), False, False),
        (ApiNotFound(404), False, False),
        (TaskFailed(), False, False),
        (DownloadRefused("content"), False, False),
    ],
)
def test_what_is_safe_to_repeat(error: ApiError, *, read: bool, submit: bool) -> None:
    assert is_safe_to_repeat(error, is_submit=False) is read
    assert is_safe_to_repeat(error, is_submit=True) is submit


def pause(error: ApiError, retries: Retries = PATIENT, *, tries_made: int = 1, elapsed_s: float = 0.0) -> float | None:
    return next_pause_s(
        error, retries, is_submit=False, tries_made=tries_made, elapsed_s=elapsed_s, rng=random.Random(1)
    )


@pytest.mark.parametrize(("tries_made", "longest_s"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 4.0)])
def test_pauses_double_up_to_a_ceiling_and_are_cut_at_random(tries_made: int, longest_s: float) -> None:
    pauses = {
        next_pause_s(
            ApiBroken(500), PATIENT, is_submit=False, tries_made=tries_made, elapsed_s=0, rng=random.Random(seed)
        )
        for seed in range(50)
    }
    assert len(pauses) == 50
    assert all(pause_s is not None and longest_s / 2 <= pause_s <= longest_s for pause_s in pauses)


def test_tries_are_counted() -> None:
    assert pause(ApiBroken(500), tries_made=5) is not None
    assert pause(ApiBroken(500), tries_made=6) is None
    assert pause(ApiUnreachable(), ONCE) is None


@pytest.mark.parametrize("error", [ApiBusy(20.0), ApiBroken(503, 20.0)])
def test_the_services_own_hint_is_never_cut_short(error: ApiError) -> None:
    pause_s = pause(error)
    assert pause_s is not None
    assert 20.0 <= pause_s <= 20.0 * (1 + HINT_SPREAD)


def test_a_hint_that_takes_longer_than_the_call_may_is_left_to_the_caller() -> None:
    assert pause(ApiBusy(4.0), READS) is not None
    assert pause(ApiBusy(7.0), READS) is None
    assert pause(ApiBusy(20.0), elapsed_s=90.0) is None


ERRORS = st.one_of(
    st.builds(ApiUnreachable),
    st.builds(ApiOutcomeUnknown),
    st.builds(ApiBusy, st.none() | st.floats(0, 120)),
    st.builds(ApiBroken, st.integers(500, 599), st.none() | st.floats(0, 120)),
    st.builds(ApiBadRequest, st.just(422)),
)
RETRIES = st.builds(Retries, st.integers(1, 50), st.floats(0, 1_000), st.floats(0.01, 10), st.floats(0.01, 60))


@given(
    retries=RETRIES,
    errors=st.lists(ERRORS, max_size=60),
    is_submit=st.booleans(),
    call_s=st.floats(-5, 60),
    seed=st.integers(),
)
def test_a_call_ends_within_its_tries_and_its_time(
    *, retries: Retries, errors: list[ApiError], is_submit: bool, call_s: float, seed: int
) -> None:
    rng = random.Random(seed)
    elapsed_s = 0.0
    for tries_made, error in enumerate(errors, start=1):
        assert tries_made <= retries.tries
        # Negative where the clock was set back during the call.
        elapsed_s += call_s
        pause_s = next_pause_s(error, retries, is_submit=is_submit, tries_made=tries_made, elapsed_s=elapsed_s, rng=rng)
        if pause_s is None:
            return
        assert is_safe_to_repeat(error, is_submit=is_submit)
        assert 0 <= pause_s <= retries.total_s - max(0.0, elapsed_s)
        elapsed_s += pause_s
