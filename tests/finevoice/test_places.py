"""The places: never more than allowed, fewer after a 429, all of them again after a while; first come, first served."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.finevoice.errors import ApiBusy
from bot.finevoice.places import MAX_WAITING, ONE_SIGN, RECOVERY, Places
from tests.finevoice.clock import Clock

RECOVERY_S = RECOVERY.total_seconds()
ONE_SIGN_S = ONE_SIGN.total_seconds()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def places(clock: Clock) -> Places:
    return Places(3, clock.now)


def test_all_places_of_the_plan_may_be_used(places: Places) -> None:
    assert places.allowed == 3


def test_there_is_no_plan_without_a_place(clock: Clock) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Places(0, clock.now)


def test_refusals_that_come_together_are_one_sign(places: Places) -> None:
    for _ in range(5):
        places.lower()
    assert places.allowed == 2


def test_one_place_is_always_left(places: Places, clock: Clock) -> None:
    for _ in range(5):
        places.lower()
        clock.step(ONE_SIGN_S)
    assert places.allowed == 1


def test_places_come_back_one_by_one(places: Places, clock: Clock) -> None:
    places.lower()
    clock.step(ONE_SIGN_S)
    places.lower()
    seen: list[int] = []
    for _ in range(6):
        clock.step(RECOVERY_S / 2)
        seen.append(places.allowed)
    assert seen == [1, 2, 2, 3, 3, 3]


def test_a_wait_that_was_asked_for_comes_before_the_recovery(places: Places, clock: Clock) -> None:
    places.lower(100)
    clock.step(99 + RECOVERY_S)
    assert places.allowed == 2
    clock.step(1)
    assert places.allowed == 3


def test_a_refusal_puts_the_recovery_off(places: Places, clock: Clock) -> None:
    places.lower()
    clock.step(RECOVERY_S - 1)
    places.lower()
    clock.step(RECOVERY_S - 1)
    assert places.allowed == 1


def test_peace_is_not_saved_up(places: Places, clock: Clock) -> None:
    clock.step(100 * RECOVERY_S)
    places.lower()
    assert places.allowed == 2


def test_a_clock_that_was_set_back_does_not_keep_places_away(places: Places, clock: Clock) -> None:
    places.lower()
    clock.step(-1_000_000)
    assert places.allowed == 2
    clock.step(RECOVERY_S)
    assert places.allowed == 3


async def settle() -> None:
    """Let every task go as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


@asynccontextmanager
async def holders(places: Places, number: int) -> AsyncGenerator[tuple[list[int], list[asyncio.Task[None]]]]:
    """So many tasks that want a place for ever: who got one, in order, and the tasks."""
    entered: list[int] = []

    async def hold(name: int) -> None:
        async with places.place():
            entered.append(name)
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(hold(name)) for name in range(number)]
    await settle()
    yield entered, tasks
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert places.taken == 0


async def test_who_came_first_is_served_first(places: Places) -> None:
    async with holders(places, 6) as (entered, tasks):
        assert entered == [0, 1, 2]
        tasks[1].cancel()
        await settle()
        assert entered == [0, 1, 2, 3]


async def test_who_gives_up_waiting_holds_nobody_up(places: Places) -> None:
    async with holders(places, 6) as (entered, tasks):
        tasks[3].cancel()
        tasks[0].cancel()
        await settle()
        assert entered == [0, 1, 2, 4]


async def test_who_gives_up_in_the_moment_of_getting_a_place_passes_it_on(places: Places) -> None:
    async with holders(places, 5) as (entered, tasks):
        tasks[0].cancel()
        await asyncio.sleep(0)
        # The place was given to the fourth, who has not been woken yet.
        tasks[3].cancel()
        await settle()
        assert entered == [0, 1, 2, 4]
        assert places.taken == 3


async def test_after_a_refusal_leavers_are_not_replaced_until_few_enough_are_left(places: Places) -> None:
    async with holders(places, 5) as (entered, tasks):
        places.lower()
        tasks[0].cancel()
        await settle()
        assert entered == [0, 1, 2]
        tasks[1].cancel()
        await settle()
        assert entered == [0, 1, 2, 3]


async def test_a_line_without_end_is_refused(clock: Clock) -> None:
    places = Places(1, clock.now)
    async with holders(places, 1 + MAX_WAITING):
        with pytest.raises(ApiBusy):
            async with places.place():
                pass


class PlacesMachine(RuleBasedStateMachine):
    """Tasks come, wait, give up and go, in one event loop that is moved by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.places = Places(3, self.clock.now)
        self.tasks: dict[int, asyncio.Task[None]] = {}
        self.inside: list[int] = []
        self.entered = -1
        self.just_entered = -1
        self.number = 0

    def teardown(self) -> None:
        for task in self.tasks.values():
            task.cancel()
        self.settle()
        assert self.places.taken == 0
        self.loop.close()

    def settle(self) -> None:
        self.loop.run_until_complete(settle())
        self.entered = self.just_entered

    async def _hold(self, number: int) -> None:
        async with self.places.place():
            # Whoever entered before came before: nobody is overtaken. Of those who are given places at the same moment
            # one who did not have to wait is there first.
            assert number > self.entered
            assert self.places.taken <= self.places.allowed
            self.just_entered = max(self.just_entered, number)
            self.inside.append(number)
            try:
                await asyncio.Event().wait()
            finally:
                self.inside.remove(number)

    @rule()
    def come(self) -> None:
        self.tasks[self.number] = self.loop.create_task(self._hold(self.number))
        self.number += 1
        self.settle()

    @precondition(lambda self: bool(self.tasks))
    @rule(data=st.data(), at_once=st.booleans())
    def go(self, data: st.DataObject, *, at_once: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.tasks)))
        task = self.tasks.pop(number)
        task.cancel()
        if not at_once:
            self.settle()

    @rule(retry_after_s=st.none() | st.floats(0, 120))
    def be_refused(self, retry_after_s: float | None) -> None:
        before = self.places.allowed
        self.places.lower(retry_after_s)
        assert max(1, before - 1) <= self.places.allowed <= before

    @rule(seconds=st.floats(-100, 1_000))
    def pass_time(self, seconds: float) -> None:
        self.clock.step(seconds)

    @rule()
    def in_the_end_all_places_are_back(self) -> None:
        for _ in range(2):
            self.clock.step(3_600)
            self.places.lower(0)
        self.clock.step(3_600)
        assert self.places.allowed == 3

    @invariant()
    def there_are_as_many_as_the_plan_allows_at_most(self) -> None:
        self.settle()
        assert 1 <= self.places.allowed <= 3
        assert len(self.inside) == self.places.taken <= 3
        assert all(task.exception() is None for task in self.tasks.values() if task.done())

    @invariant()
    def nobody_waits_while_all_places_are_free(self) -> None:
        self.settle()
        assert self.inside or not self.tasks


TestPlacesMachine = PlacesMachine.TestCase
TestPlacesMachine.settings = settings(deadline=None, max_examples=60)
