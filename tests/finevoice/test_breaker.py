"""The breaker as a machine: what it lets through, when it asks again, and that it never stays shut."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.finevoice.breaker import (
    FAILURES_TO_OPEN,
    FIRST_OPEN,
    LONGEST_OPEN,
    OTHER,
    PROBE_TAKES,
    Breaker,
    Breakers,
    Outcome,
    State,
    group_of,
    outcome_of,
)
from bot.finevoice.errors import (
    ApiBadRequest,
    ApiBroken,
    ApiBusy,
    ApiError,
    ApiOutcomeUnknown,
    ApiUnavailable,
    ApiUnexpected,
    ApiUnreachable,
    DownloadRefused,
)
from tests.finevoice.clock import Clock

OPENAPI = Path("../shared/finevoice/openapi.json")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("music", clock.now)


def call(breaker: Breaker, outcome: Outcome) -> None:
    breaker.report(breaker.admit(), outcome)


def break_it(breaker: Breaker) -> None:
    for _ in range(FAILURES_TO_OPEN):
        call(breaker, Outcome.FAILED)


def refused_until(breaker: Breaker) -> datetime:
    with pytest.raises(ApiUnavailable) as caught:
        breaker.admit()
    assert caught.value.group == "music"
    return caught.value.retry_at


def test_it_opens_after_several_failures_in_a_row_and_says_when_to_come_back(breaker: Breaker, clock: Clock) -> None:
    break_it(breaker)
    assert refused_until(breaker) == clock.now() + FIRST_OPEN


def test_a_success_between_failures_keeps_it_closed(breaker: Breaker) -> None:
    for _ in range(3):
        for _ in range(FAILURES_TO_OPEN - 1):
            call(breaker, Outcome.FAILED)
        call(breaker, Outcome.WELL)
    assert breaker.state is State.CLOSED


def test_one_call_finds_out_whether_it_is_back(breaker: Breaker, clock: Clock) -> None:
    break_it(breaker)
    clock.step(FIRST_OPEN.total_seconds())
    probe = breaker.admit()
    assert refused_until(breaker) == clock.now() + PROBE_TAKES
    breaker.report(probe, Outcome.WELL)
    breaker.admit()
    assert breaker.state is State.CLOSED


def test_each_failed_probe_doubles_the_time_up_to_a_ceiling(breaker: Breaker, clock: Clock) -> None:
    break_it(breaker)
    times: list[timedelta] = []
    for _ in range(8):
        times.append(refused_until(breaker) - clock.now())
        clock.step(times[-1].total_seconds())
        call(breaker, Outcome.FAILED)
    assert times == [min(LONGEST_OPEN, FIRST_OPEN * 2**number) for number in range(8)]


def test_after_a_recovery_the_times_begin_anew(breaker: Breaker, clock: Clock) -> None:
    break_it(breaker)
    clock.step(FIRST_OPEN.total_seconds())
    call(breaker, Outcome.FAILED)
    clock.step(2 * FIRST_OPEN.total_seconds())
    call(breaker, Outcome.WELL)
    break_it(breaker)
    assert refused_until(breaker) == clock.now() + FIRST_OPEN


def test_a_cancelled_probe_leaves_the_next_call_to_find_out(breaker: Breaker, clock: Clock) -> None:
    break_it(breaker)
    clock.step(FIRST_OPEN.total_seconds())
    call(breaker, Outcome.UNTOLD)
    call(breaker, Outcome.WELL)
    assert breaker.state is State.CLOSED


def test_what_was_sent_before_it_opened_is_old_news(breaker: Breaker) -> None:
    slow = [breaker.admit() for _ in range(FAILURES_TO_OPEN + 2)]
    for era in slow[:-2]:
        breaker.report(era, Outcome.FAILED)
    breaker.report(slow[-2], Outcome.FAILED)
    breaker.report(slow[-1], Outcome.WELL)
    assert breaker.state is State.OPEN


def test_a_clock_that_was_set_back_does_not_keep_it_open(breaker: Breaker, clock: Clock) -> None:
    break_it(breaker)
    clock.step(-86_400)
    call(breaker, Outcome.WELL)
    assert breaker.state is State.CLOSED


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ApiUnreachable(), Outcome.FAILED),
        (ApiOutcomeUnknown(), Outcome.FAILED),
        (ApiBroken(500), Outcome.FAILED),
        (ApiUnexpected("text/html, not JSON"), Outcome.FAILED),
        (ApiBusy(), Outcome.WELL),
        (ApiBadRequest(422), Outcome.WELL),
        (DownloadRefused("too_large"), Outcome.WELL),
    ],
)
def test_only_what_is_of_the_services_own_making_counts(error: ApiError, outcome: Outcome) -> None:
    assert outcome_of(error) is outcome


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("v1/audio/speech-synthesis", "speech"),
        ("v1/audio/podcastgen", "podcast"),
        ("v1/task/a%2Fb", "tasks"),
        ("v1/voice/pagevoices", "voices"),
        ("v1/voice/james", "voices"),
        ("v1/voice/train", "voice cloning"),
        ("v1/music/cover", "music"),
        ("v1/enhancer/filler_words/detect", "enhancement"),
        ("v2/anything", OTHER),
        ("", OTHER),
    ],
)
def test_endpoints_are_grouped_as_the_service_groups_them(path: str, group: str) -> None:
    assert group_of(path) == group


@pytest.mark.skipif(not OPENAPI.exists(), reason="the provider's document is not beside this checkout")
def test_every_documented_endpoint_has_a_group() -> None:
    paths = json.loads(OPENAPI.read_text(encoding="utf-8"))["paths"]
    assert paths
    assert OTHER not in {group_of(path.removeprefix("/")) for path in paths}


def test_a_broken_group_does_not_stop_the_others(clock: Clock) -> None:
    breakers = Breakers(clock.now)
    break_it(breakers.of("v1/music/musicgen"))
    breakers.of("v1/audio/speech-synthesis").admit()
    with pytest.raises(ApiUnavailable):
        breakers.of("v1/music/cover").admit()


class BreakerMachine(RuleBasedStateMachine):
    """Calls that end in any order, and a clock that does what it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.breaker = Breaker("music", self.clock.now)
        self.out: list[int] = []
        self.failures = 0

    @rule()
    def call(self) -> None:
        before = self.breaker.state
        retry_at = None
        try:
            self.out.append(self.breaker.admit())
        except ApiUnavailable as error:
            retry_at = error.retry_at
        if retry_at is None:
            assert before is not State.PROBING
            assert self.breaker.state in {State.CLOSED, State.PROBING}
        else:
            assert before is not State.CLOSED
            assert self.clock.now() < retry_at <= self.clock.now() + LONGEST_OPEN

    @precondition(lambda self: bool(self.out))
    @rule(data=st.data(), outcome=st.sampled_from(Outcome))
    def end(self, data: st.DataObject, outcome: Outcome) -> None:
        era = self.out.pop(data.draw(st.integers(0, len(self.out) - 1)))
        before = self.breaker.state
        self.breaker.report(era, outcome)
        if before is State.CLOSED and outcome is not Outcome.FAILED:
            assert self.breaker.state is State.CLOSED
        if before is State.OPEN:
            # Only a probe ends that.
            assert self.breaker.state is State.OPEN

    @rule(seconds=st.floats(-1_000, 1_000))
    def pass_time(self, seconds: float) -> None:
        self.clock.step(seconds)

    @precondition(lambda self: not self.out)
    @rule()
    def it_is_never_shut_for_good(self) -> None:
        self.clock.step(LONGEST_OPEN.total_seconds())
        self.breaker.report(self.breaker.admit(), Outcome.WELL)
        assert self.breaker.state is State.CLOSED

    @invariant()
    def a_probe_is_out_while_it_probes(self) -> None:
        assert self.breaker.state is not State.PROBING or self.out


TestBreakerMachine = BreakerMachine.TestCase
TestBreakerMachine.settings = settings(deadline=None, max_examples=60)
