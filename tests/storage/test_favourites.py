from datetime import timedelta
from unittest.mock import AsyncMock

import pytest
from sqlalchemy import update

from bot.errors import InvalidRequest, LimitReached
from bot.jobs.favourites import MAX_FAVOURITES, Favourites
from bot.models import JobState
from bot.storage.database import Database, StorageError
from bot.storage.favourites import FavouriteStore
from bot.storage.jobs import JobStore
from bot.storage.tables import jobs
from bot.storage.voice_samples import SampleStore
from tests.storage.samples import START, new_job

ROBIN, SAM = 7, 8


@pytest.fixture
def favourites(database: Database) -> FavouriteStore:
    return FavouriteStore(database)


@pytest.fixture
def samples(database: Database) -> SampleStore:
    return SampleStore(database)


async def star(favourites: FavouriteStore, user_id: int, *names: str, at_most: int = 100) -> list[bool]:
    return [
        await favourites.add(user_id, name, START + timedelta(seconds=second), at_most=at_most)
        for second, name in enumerate(names)
    ]


async def test_favourites_are_the_members_own_and_the_latest_comes_first(favourites: FavouriteStore) -> None:
    await star(favourites, ROBIN, "anna", "'; DROP TABLE voices", "b\0ert")
    await star(favourites, SAM, "anna")
    assert await favourites.load(ROBIN) == ("bert", "'; DROP TABLE voices", "anna")
    assert await favourites.load(SAM) == ("anna",)
    assert await favourites.load(9) == ()


async def test_a_second_star_changes_nothing(favourites: FavouriteStore) -> None:
    assert await star(favourites, ROBIN, "anna", "bert", "anna", at_most=2) == [True, True, True]
    assert await favourites.load(ROBIN) == ("bert", "anna")


async def test_there_is_a_limit_of_favourites_and_each_that_goes_makes_room(favourites: FavouriteStore) -> None:
    assert await star(favourites, ROBIN, "anna", "bert", "carl", at_most=2) == [True, True, False]
    await favourites.remove(ROBIN, "anna")
    await favourites.remove(ROBIN, "nobody")
    assert await star(favourites, ROBIN, "carl", at_most=2) == [True]
    assert set(await favourites.load(ROBIN)) == {"bert", "carl"}


async def test_samples_are_counted_for_each_guild_and_day(samples: SampleStore) -> None:
    for _ in range(2):
        await samples.count_one(100, START, at_most=2)
    with pytest.raises(LimitReached) as refused:
        await samples.count_one(100, START, at_most=2)
    assert (refused.value.allowed, refused.value.used) == (2, 2)
    await samples.count_one(200, START, at_most=2)
    await samples.count_one(100, START + timedelta(days=1), at_most=2)


async def test_a_sample_that_was_not_made_does_not_count(samples: SampleStore) -> None:
    key = await samples.count_one(100, START, at_most=1)
    await samples.undo(key)
    await samples.count_one(100, START, at_most=1)
    with pytest.raises(LimitReached):
        await samples.count_one(100, START, at_most=1)


async def test_zero_allows_any_number_of_samples(samples: SampleStore) -> None:
    for _ in range(3):
        assert await samples.count_one(100, START, at_most=0)


@pytest.mark.parametrize(
    ("state", "held"), [(JobState.QUEUED, 0), (JobState.SUBMITTING, 1), (JobState.RUNNING, 1), (JobState.READY, 0)]
)
async def test_places_are_held_by_jobs_that_are_with_the_service(
    samples: SampleStore, store: JobStore, database: Database, state: JobState, held: int
) -> None:
    job = await store.admit(new_job())
    async with database.write() as connection:
        await connection.execute(update(jobs).where(jobs.c.id == job.id).values(state=state))
    assert await samples.jobs_with_service() == held


async def test_members_are_told_that_they_have_too_many_favourites(favourites: FavouriteStore) -> None:
    stars = Favourites(favourites, now=lambda: START)
    await star(favourites, ROBIN, *(f"voice {number}" for number in range(MAX_FAVOURITES)), at_most=MAX_FAVOURITES)
    with pytest.raises(InvalidRequest) as refused:
        await stars.star(ROBIN, "one more")
    assert (refused.value.reason, refused.value.detail) == ("too_many_favourites", "100")


async def test_a_database_that_fails_leaves_suggestions_without_favourites(
    favourites: FavouriteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    stars = Favourites(favourites, now=lambda: START)
    await stars.star(ROBIN, "anna")
    assert await stars.suggested(ROBIN) == ("anna",)
    monkeypatch.setattr(favourites, "load", AsyncMock(side_effect=StorageError("away")))
    assert await stars.suggested(ROBIN) == ()
    with pytest.raises(StorageError):
        await stars.load(ROBIN)
