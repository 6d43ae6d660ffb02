"""The buckets: bursts, refills, refunds, and clocks that jump."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import LimitReached
from bot.limits import Allowance, LimitName, Limits, Rate, Subject
from bot.models import JobState
from bot.storage.database import Database
from bot.storage.jobs import JobStore
from tests.storage.samples import START, new_job


async def _admitted(
    store: JobStore, times: int, at: datetime = START, *, user_id: int = 7, guild_id: int | None = 100
) -> int:
    """How many of so many jobs at once are let through."""
    answers = await asyncio.gather(
        *[store.admit(new_job(user_id, guild_id, at=at)) for _ in range(times)], return_exceptions=True
    )
    unexpected = [
        answer for answer in answers if isinstance(answer, BaseException) and type(answer) is not LimitReached
    ]
    assert unexpected == []
    return len([answer for answer in answers if not isinstance(answer, BaseException)])


async def _refusal(store: JobStore, at: datetime = START, *, user_id: int = 7) -> LimitReached:
    with pytest.raises(LimitReached) as caught:
        await store.admit(new_job(user_id, at=at))
    return caught.value


async def test_a_burst_is_let_through_and_no_job_more(tight: JobStore) -> None:
    assert await _admitted(tight, 50) == 3


async def test_two_who_want_the_last_of_a_bucket_do_not_both_get_it(tight: JobStore) -> None:
    assert await _admitted(tight, 2) == 2
    assert await _admitted(tight, 2) == 1


async def test_a_guilds_bucket_is_shared_by_its_members(tight: JobStore) -> None:
    admitted = await asyncio.gather(*[_admitted(tight, 3, user_id=user_id) for user_id in range(1, 11)])
    assert sum(admitted) == 5


async def test_what_the_guild_refuses_is_not_taken_from_the_member(tight: JobStore) -> None:
    assert await _admitted(tight, 3, user_id=1) == 3
    assert await _admitted(tight, 2, user_id=2) == 2
    assert (await _refusal(tight, user_id=3)).subject == "guild"
    # Five seconds later the guild has one again; the member still has all three.
    for seconds in (5, 10, 15):
        assert await _admitted(tight, 5, START + timedelta(seconds=seconds), user_id=3) == 1


async def test_guilds_do_not_share_anything(tight: JobStore) -> None:
    assert await _admitted(tight, 9, guild_id=100) == 3
    assert await _admitted(tight, 9, guild_id=200) == 3


async def test_direct_messages_are_a_scope_of_the_member_alone(tight: JobStore) -> None:
    assert await _admitted(tight, 9, user_id=7, guild_id=None) == 3
    assert await _admitted(tight, 9, user_id=8, guild_id=None) == 3
    assert await _admitted(tight, 9, user_id=7, guild_id=100) == 3


async def test_a_refusal_says_when_the_next_job_is_taken_and_keeps_its_word(tight: JobStore) -> None:
    await _admitted(tight, 3)
    error = await _refusal(tight)
    assert (error.limit, error.subject) == (LimitName.BURST, Subject.MEMBER)
    assert (error.allowed, error.used, error.refill_s) == (3, 3, 20.0)
    assert error.resets_at == START + timedelta(seconds=20)
    await _refusal(tight, START + timedelta(seconds=19))
    assert await _admitted(tight, 5, START + timedelta(seconds=20)) == 1


async def test_a_bucket_fills_up_again_but_not_over_its_rim(tight: JobStore) -> None:
    await _admitted(tight, 3)
    assert await _admitted(tight, 9, START + timedelta(seconds=40)) == 2
    assert await _admitted(tight, 9, START + timedelta(days=30)) == 3


async def test_a_member_who_keeps_to_the_rate_is_never_refused(tight: JobStore) -> None:
    for number in range(20):
        assert await _admitted(tight, 1, START + timedelta(seconds=20 * number)) == 1


async def test_a_refund_gives_back_exactly_one(tight: JobStore) -> None:
    jobs = [await tight.admit(new_job()) for _ in range(3)]
    assert await tight.finish_without_result(jobs[0], JobState.CANCELLED, START) is not None
    assert await _admitted(tight, 9) == 1


async def test_a_refund_fills_no_bucket_over_its_rim(tight: JobStore) -> None:
    job = await tight.admit(new_job())
    later = START + timedelta(hours=1)
    assert await tight.finish_without_result(job, JobState.FAILED, later) is not None
    assert await _admitted(tight, 9, later) == 3


async def test_a_job_is_refunded_once(tight: JobStore) -> None:
    jobs = [await tight.admit(new_job()) for _ in range(3)]
    ends = await asyncio.gather(
        *[tight.finish_without_result(jobs[0], state, START) for state in (JobState.FAILED, JobState.CANCELLED) * 5]
    )
    assert len([end for end in ends if end is not None]) == 1
    assert await _admitted(tight, 9) == 1


async def test_an_end_without_refund_gives_nothing_back(tight: JobStore) -> None:
    jobs = [await tight.admit(new_job()) for _ in range(3)]
    ended = await tight.finish_without_result(jobs[0], JobState.CANCELLED, START, refund=False)
    assert ended is not None
    assert ended.was_refunded is False
    await _refusal(tight)


async def test_without_limits_everything_is_let_through(database: Database) -> None:
    store = JobStore(database, None)
    assert await _admitted(store, 40) == 40
    job = await store.admit(new_job())
    assert await store.finish_without_result(job, JobState.CANCELLED, START) is not None


async def test_a_clock_set_back_a_little_is_waited_for(tight: JobStore) -> None:
    await _admitted(tight, 3)
    error = await _refusal(tight, START - timedelta(seconds=10))
    assert error.resets_at == START + timedelta(seconds=20)


async def test_a_clock_set_back_by_hours_locks_nobody_out_for_hours(tight: JobStore) -> None:
    await _admitted(tight, 3)
    past = START - timedelta(hours=6)
    assert await _admitted(tight, 9, past) == 3
    assert (await _refusal(tight, past)).resets_at == past + timedelta(seconds=20)


async def test_a_rate_that_was_made_faster_holds_at_once(database: Database) -> None:
    guild = Allowance(Rate(1_000, 0.001))
    slow = JobStore(database, Limits(member=Allowance(Rate(2, 3_600.0)), guild=guild))
    fast = JobStore(database, Limits(member=Allowance(Rate(2, 10.0)), guild=guild))
    assert await _admitted(slow, 9) == 2
    assert await _admitted(fast, 9) == 2


MEMBERS = count(1)
TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # the zone is drawn beside it


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(burst=st.integers(1, 12), refill_s=st.floats(0.05, 5_000), at=TIMES)
async def test_a_burst_is_exact_whatever_the_rate_and_the_time(
    database: Database, burst: int, refill_s: float, at: datetime
) -> None:
    """Sums of floats round: a burst of five must not become one of four."""
    store = JobStore(database, Limits(member=Allowance(Rate(burst, refill_s)), guild=Allowance(Rate(10_000, 0.001))))
    who = next(MEMBERS)
    assert await _admitted(store, burst + 2, at, user_id=who, guild_id=None) == burst
    with pytest.raises(LimitReached) as caught:
        await store.admit(new_job(who, None, at=at))
    # What was promised holds to the microsecond that a time can say.
    assert caught.value.resets_at is not None
    assert await store.admit(new_job(who, None, at=caught.value.resets_at))
