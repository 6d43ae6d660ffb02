"""Whose number holds, who is blocked, and how much of both a guild may set."""

from datetime import UTC, datetime

import pytest

from bot.errors import Blocked, InvalidRequest, LimitReached
from bot.limits import Allowance, Block, LimitName, Limits, Override, Rate, Subject
from bot.storage import overrides
from bot.storage.budgets import period
from bot.storage.database import Database
from bot.storage.jobs import JobStore
from bot.storage.overrides import OverrideStore
from tests.storage.samples import START, new_job, place

DEFAULTS = Limits(
    member=Allowance(Rate(10, 5.0), in_flight=10, day=100, month=1_000),
    guild=Allowance(Rate(50, 1.0), in_flight=50, day=500, month=5_000),
)
GUILD, MEMBER = 100, 7
FEW, MANY = 11, 12


@pytest.fixture
def store(database: Database) -> OverrideStore:
    return OverrideStore(database, DEFAULTS)


async def _set(store: OverrideStore, subject: Subject, subject_id: int, **values: int) -> None:
    for name, value in values.items():
        await store.set(GUILD, Override(subject, subject_id, LimitName[name.upper()], value))


async def test_without_overrides_the_settings_hold(store: OverrideStore) -> None:
    assert await store.limits(place(), (FEW, MANY)) == DEFAULTS


async def test_each_limit_is_taken_from_whoever_says_it_most_exactly(store: OverrideStore) -> None:
    await _set(store, Subject.ROLE, GUILD, burst=2, refill=60, in_flight=2, day=20)
    await _set(store, Subject.ROLE, FEW, burst=3, refill=30, in_flight=3)
    await _set(store, Subject.MEMBER, MEMBER, burst=1, refill=90)
    member = (await store.limits(place(), (FEW,))).member
    assert member == Allowance(Rate(1, 90), in_flight=3, day=20, month=1_000)
    others = (await store.limits(place(user_id=8), ())).member
    assert others == Allowance(Rate(2, 60), in_flight=2, day=20, month=1_000)


async def test_of_several_roles_the_best_of_each_limit_holds(store: OverrideStore) -> None:
    await _set(store, Subject.ROLE, FEW, burst=1, refill=10, in_flight=0, day=5, month=900)
    await _set(store, Subject.ROLE, MANY, burst=9, refill=60, in_flight=4, day=50, month=0)
    for roles in ((FEW, MANY), (MANY, FEW)):
        member = (await store.limits(place(), roles)).member
        assert member == Allowance(Rate(9, 10), in_flight=0, day=50, month=0)


async def test_a_guilds_own_limits_are_not_its_members(store: OverrideStore) -> None:
    await _set(store, Subject.GUILD, GUILD, burst=4, day=40)
    limits = await store.limits(place())
    assert limits.member == DEFAULTS.member
    assert limits.guild == Allowance(Rate(4, 1.0), in_flight=50, day=40, month=5_000)


async def test_nothing_of_a_guild_holds_elsewhere(store: OverrideStore) -> None:
    await _set(store, Subject.MEMBER, MEMBER, burst=1)
    assert await store.limits(place(guild_id=200)) == DEFAULTS
    assert await store.limits(place(guild_id=None)) == DEFAULTS


async def test_one_or_all_limits_of_somebody_are_taken_back(store: OverrideStore) -> None:
    await _set(store, Subject.ROLE, FEW, burst=1, day=2, month=3)
    assert await store.reset(GUILD, Subject.ROLE, FEW, LimitName.DAY) == 1
    assert [one.name for one in await store.all_of(GUILD)] == [LimitName.BURST, LimitName.MONTH]
    assert await store.reset(GUILD, Subject.ROLE, FEW) == 2
    assert await store.all_of(GUILD) == []


async def test_a_guild_sets_only_so_many(store: OverrideStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overrides, "MAX_OVERRIDES", 2)
    await _set(store, Subject.MEMBER, 1, day=1)
    await _set(store, Subject.MEMBER, 2, day=1)
    with pytest.raises(InvalidRequest, match="too_many_overrides"):
        await _set(store, Subject.MEMBER, 3, day=1)
    await _set(store, Subject.MEMBER, 2, day=9)
    assert [one.value for one in await store.all_of(GUILD)] == [1, 9]


async def test_a_guild_blocks_only_so_many(store: OverrideStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overrides, "MAX_BLOCKED", 1)
    await store.block(GUILD, Block(Subject.MEMBER, 1, 9, START))
    with pytest.raises(InvalidRequest, match="too_many_blocked"):
        await store.block(GUILD, Block(Subject.MEMBER, 2, 9, START))
    assert [one.subject_id for one in await store.blocks(GUILD)] == [1]


@pytest.mark.parametrize("block", [Block(Subject.MEMBER, MEMBER, 9, START), Block(Subject.ROLE, FEW, 9, START)])
async def test_whoever_is_blocked_may_ask_for_nothing_here_until_it_ends(
    store: OverrideStore, database: Database, block: Block
) -> None:
    jobs = JobStore(database, DEFAULTS)
    await store.block(GUILD, block)
    await store.block(GUILD, block)
    assert await store.blocks(GUILD) == [block]
    assert await store.is_blocked(place(), (MANY, FEW))
    assert not await store.is_blocked(place(guild_id=200), (FEW,))
    assert not await store.is_blocked(place(guild_id=None), ())
    assert not await store.is_blocked(place(user_id=8), (MANY,))
    with pytest.raises(Blocked):
        await jobs.admit(new_job(role_ids=(MANY, FEW)))
    assert await jobs.admit(new_job(guild_id=200, role_ids=(FEW,)))
    assert await jobs.admit(new_job(user_id=8, role_ids=(MANY,)))
    assert await store.unblock(GUILD, block.subject, block.subject_id)
    assert not await store.unblock(GUILD, block.subject, block.subject_id)
    assert not await store.is_blocked(place(), (MANY, FEW))
    assert await jobs.admit(new_job(role_ids=(MANY, FEW)))


@pytest.mark.parametrize(
    ("name", "now", "label", "end"),
    [
        (LimitName.DAY, "2026-11-22T23:59:59+00:00", "day:2026-11-22", "2026-11-23"),
        (LimitName.DAY, "2026-11-23T00:30:00+02:00", "day:2026-11-22", "2026-11-23"),
        (LimitName.DAY, "2028-02-28T12:00:00+00:00", "day:2028-02-28", "2028-02-29"),
        (LimitName.MONTH, "2026-11-01T00:00:00+00:00", "month:2026-11", "2026-12-01"),
        (LimitName.MONTH, "2026-12-31T23:59:59+00:00", "month:2026-12", "2027-01-01"),
        (LimitName.MONTH, "2027-01-31T00:00:00+00:00", "month:2027-01", "2027-02-01"),
        (LimitName.MONTH, "2027-02-28T00:00:00+00:00", "month:2027-02", "2027-03-01"),
    ],
)
def test_days_and_months_end_at_midnight_of_utc(name: LimitName, now: str, label: str, end: str) -> None:
    expected = label, datetime.fromisoformat(end).replace(tzinfo=UTC)
    assert period(name, datetime.fromisoformat(now)) == expected


async def test_a_refusal_by_a_budget_says_what_is_used_and_when_it_is_new(database: Database) -> None:
    jobs = JobStore(database, DEFAULTS)
    await jobs.admit(new_job(text="x" * 70))
    with pytest.raises(LimitReached) as caught:
        await jobs.admit(new_job(text="x" * 31))
    error = caught.value
    assert (error.limit, error.subject) == (LimitName.DAY, Subject.MEMBER)
    assert (error.allowed, error.used, error.cost) == (100, 70, 31)
    tomorrow = datetime(2026, 11, 23, tzinfo=UTC)
    assert error.resets_at == tomorrow
    assert await jobs.admit(new_job(text="x" * 30))
    with pytest.raises(LimitReached):
        await jobs.admit(new_job(text="x"))
    assert await jobs.admit(new_job(text="x", at=tomorrow))
