"""Rows: what is written comes back, and every change of state has one winner."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.errors import InvalidRequest
from bot.models import FailureReason, Job, JobState, ResultForm
from bot.storage.database import Database, StorageError
from bot.storage.jobs import JobStore
from tests.storage.samples import START, new_job, text_of, unfinished


async def _in_line(store: JobStore, user_id: int = 7, guild_id: int | None = 100, *, seconds: float = 0) -> Job:
    at = START + timedelta(seconds=seconds)
    job = await store.admit(new_job(user_id, guild_id, at=at))
    await store.set_card(job.id, 1, at)
    return job


async def _claim_all(store: JobStore, places: int = 1_000) -> list[str]:
    """The ids of everything in line, in the order of their claims."""
    ids: list[str] = []
    while (job := await store.claim(START + timedelta(minutes=1, seconds=len(ids)), places)) is not None:
        ids.append(job.id)
    return ids


async def test_a_job_comes_back_as_it_was_admitted(store: JobStore) -> None:
    new = new_job(guild_id=None, text="[happy] Grüße, 世界 🎉\n'; DROP TABLE jobs", form=ResultForm.VOICE_MESSAGE)
    job = await store.admit(new)
    assert (job.request, job.form, job.place, job.created_at) == (new.request, new.form, new.place, new.created_at)
    assert (job.state, job.attempts, job.card_message_id, job.was_refunded) == (JobState.QUEUED, 0, None, False)
    assert await store.get(job.id) == job


async def test_ids_and_times_keep_every_digit(store: JobStore) -> None:
    new = new_job(user_id=2**63 - 1, guild_id=2**63 - 2, at=START.replace(microsecond=123_457))
    assert (await store.admit(new)).place == new.place
    job = await store.get(new.id)
    assert job is not None
    assert job.created_at == new.created_at


async def test_a_job_that_does_not_exist_is_none(store: JobStore) -> None:
    assert await store.get("no such id") is None


async def test_the_same_id_twice_is_refused_and_takes_nothing(tight: JobStore) -> None:
    new = new_job()
    await tight.admit(new)
    with pytest.raises(StorageError, match=r"(?i)unique"):
        await tight.admit(new)
    assert await tight.admit(new_job())
    assert await tight.admit(new_job())


async def test_a_card_is_noted_once(store: JobStore) -> None:
    job = await store.admit(new_job())
    await store.set_card(job.id, 10, START)
    await store.set_card(job.id, 20, START)
    noted = await store.get(job.id)
    assert noted is not None
    assert noted.card_message_id == 10


async def test_only_jobs_with_a_card_are_claimed(store: JobStore) -> None:
    await store.admit(new_job())
    assert await store.claim(START, 9) is None
    assert await store.waiting(100) == []


async def test_a_claim_marks_the_job_and_counts_the_attempt(store: JobStore) -> None:
    job = await _in_line(store)
    later = START + timedelta(seconds=9)
    claimed = await store.claim(later, 1)
    assert claimed is not None
    assert (claimed.id, claimed.state, claimed.attempts) == (job.id, JobState.SUBMITTING, 1)
    assert (claimed.created_at, claimed.updated_at) == (START, later)


async def test_claims_at_once_take_different_jobs_and_no_more_than_there_are_places(store: JobStore) -> None:
    for number in range(10):
        await _in_line(store, user_id=1 + number)
    claims = await asyncio.gather(*[store.claim(START, 4) for _ in range(20)])
    taken = [job.id for job in claims if job is not None]
    assert len(taken) == len(set(taken)) == 4


@pytest.mark.parametrize("state", list(JobState))
async def test_only_jobs_with_the_service_take_a_place(store: JobStore, state: JobState) -> None:
    await _in_line(store)
    await _in_line(store)
    first = await store.claim(START, 1)
    assert first is not None
    if state is not JobState.SUBMITTING:
        assert await store.move(first, state, START) is not None
    assert (await store.claim(START, 1) is None) is (state in {JobState.SUBMITTING, JobState.RUNNING})


async def test_a_member_gets_a_turn_then_the_next_member_then_the_oldest_job(store: JobStore) -> None:
    a = [await _in_line(store, 1, 100, seconds=n) for n in range(3)]
    b = [await _in_line(store, 2, 100, seconds=3 + n) for n in range(2)]
    expected = [a[0], b[0], a[1], b[1], a[2]]
    assert await _claim_all(store) == [job.id for job in expected]


async def test_a_guild_gets_a_turn_then_the_next_guild(store: JobStore) -> None:
    a = [await _in_line(store, 1 + n, 100, seconds=n) for n in range(3)]
    b = [await _in_line(store, 1, 200, seconds=10)]
    c = [await _in_line(store, 1, None, seconds=11)]
    assert await _claim_all(store) == [job.id for job in (a[0], b[0], c[0], a[1], a[2])]


async def test_turns_are_remembered_by_the_database(url: str) -> None:
    async with Database(url) as database:
        store = JobStore(database, None)
        await _in_line(store, 1, 100)
        assert await store.claim(START, 9) is not None
    async with Database(url) as database:
        store = JobStore(database, None)
        await _in_line(store, 1, 100, seconds=1)
        other = await _in_line(store, 1, 200, seconds=2)
        claimed = await store.claim(START + timedelta(seconds=3), 9)
    assert claimed is not None
    assert claimed.id == other.id


async def test_the_line_is_shown_in_the_order_in_which_it_moves(store: JobStore) -> None:
    """Not as it stands in one instant: a guild's second job comes after the first of all others."""
    for number, guild_id in enumerate([100, 200, 100, 300, 300, 200]):
        await _in_line(store, 1 + number % 2, guild_id, seconds=number / 10)
    # Some have been served before, some never.
    for second in (20, 21):
        assert await store.claim(START + timedelta(seconds=second), 1_000) is not None
    for number in range(30):
        guild_id = [100, 100, 100, 200, 300, 400, None][number % 7]
        await _in_line(store, [1, 1, 2, 3][number % 4], guild_id, seconds=30 + number)
    shown = [job.id for job in await store.waiting(100)]
    assert len(shown) == 34
    assert await _claim_all(store) == shown


async def test_a_move_happens_only_from_the_state_that_was_seen(store: JobStore) -> None:
    job = await store.admit(new_job())
    moved = await store.move(job, JobState.RUNNING, START, api_task_id="t-1", result_urls=["https://a/1"])
    assert moved is not None
    assert (moved.state, moved.api_task_id, moved.result_urls) == (JobState.RUNNING, "t-1", ("https://a/1",))
    assert await store.move(job, JobState.READY, START) is None
    assert await store.get(job.id) == moved


async def test_of_many_moves_at_once_one_wins(store: JobStore) -> None:
    job = await store.admit(new_job())
    targets = (JobState.RUNNING, JobState.READY, JobState.DONE) * 7
    moves = await asyncio.gather(*[store.move(job, to, START) for to in targets])
    assert len([moved for moved in moves if moved is not None]) == 1


async def test_a_move_of_a_job_that_does_not_exist_does_nothing(store: JobStore) -> None:
    job = await store.admit(new_job())
    assert await store.move(replace(job, id="no such id"), JobState.DONE, START) is None


async def test_an_end_keeps_its_reason(store: JobStore) -> None:
    job = await store.admit(new_job())
    ended = await store.finish_without_result(
        job, JobState.FAILED, START, failure=FailureReason.TASK_FAILED, detail="no such style"
    )
    assert ended is not None
    assert (ended.failure, ended.failure_detail) == (FailureReason.TASK_FAILED, "no such style")


async def test_unfinished_jobs_are_listed_oldest_first(store: JobStore) -> None:
    kept: list[str] = []
    for number, state in enumerate(JobState):
        job = await store.admit(new_job(at=START - timedelta(seconds=number)))
        assert await store.move(job, state, START) is not None
        if not state.is_final:
            kept.insert(0, job.id)
    assert [job.id for job in await unfinished(store)] == kept


async def test_a_job_is_repeated_once(store: JobStore) -> None:
    old = await store.admit(new_job())
    await store.admit(new_job(retry_of=old.id))
    with pytest.raises(InvalidRequest, match="nothing_to_retry"):
        await store.admit(new_job(retry_of=old.id))


async def test_a_repeat_that_ends_unseen_may_be_repeated(store: JobStore) -> None:
    old = await store.admit(new_job())
    unseen = await store.admit(new_job(retry_of=old.id))
    assert await store.finish_without_result(unseen, JobState.CANCELLED, START) is not None
    seen = await store.admit(new_job(retry_of=old.id))
    await store.set_card(seen.id, 5, START)
    assert await store.finish_without_result(seen, JobState.CANCELLED, START) is not None
    with pytest.raises(InvalidRequest, match="nothing_to_retry"):
        await store.admit(new_job(retry_of=old.id))


async def test_a_row_taken_away_under_our_hands_is_no_job(store: JobStore, database: Database) -> None:
    job = await _in_line(store)
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM jobs"))
    assert await store.get(job.id) is None
    assert await store.finish_without_result(job, JobState.FAILED, START) is None
    assert await store.claim(START, 9) is None


async def test_text_from_outside_that_no_database_takes_is_kept_without_what_is_wrong(store: JobStore) -> None:
    job = await store.admit(new_job(text="NUL \0 is kept in what members say"))
    changed = await store.move(job, JobState.RUNNING, START, failure_detail="a\0b\ud800c", api_task_id="\0t")
    assert changed is not None
    assert (changed.failure_detail, changed.api_task_id) == ("abc", "t")
    assert changed.request == job.request
    assert "\0" in text_of(job)


async def test_rows_that_were_taken_away_keep_nobody_from_their_turn(store: JobStore, database: Database) -> None:
    """An operator may delete a job by hand; the line must not wait for it for ever."""
    gone = [await _in_line(store, user_id, guild_id) for user_id, guild_id in ((1, 100), (2, 100), (1, 200))]
    left = [await _in_line(store, 2, 200, seconds=1), await _in_line(store, 1, 300, seconds=2)]
    async with database.write() as connection:
        for job in gone:
            await connection.execute(text("DELETE FROM jobs WHERE id = :id"), {"id": job.id})
    assert await _claim_all(store) == [job.id for job in left]


async def test_a_job_that_is_over_stays_over(store: JobStore) -> None:
    job = await store.admit(new_job())
    done = await store.move(job, JobState.DONE, START)
    assert done is not None
    assert await store.move(done, JobState.RUNNING, START) is None
    assert await store.finish_without_result(done, JobState.FAILED, START) is None
    assert await store.get(job.id) == done
