"""While one part of the service is down its jobs keep their places in line, and all others go on in the usual order."""

import random
from datetime import timedelta

import pytest

from bot.models import EffectRequest, Job, JobKind, JobState, NewJob, ResultForm
from bot.storage.jobs import JobStore
from tests.storage.samples import START, new_job, place

DOWN = frozenset({JobKind.EFFECT})


async def in_line(store: JobStore, guild_id: int, user_id: int, *, effect: bool, seconds: float = 0) -> Job:
    at = START + timedelta(seconds=seconds)
    new = new_job(user_id, guild_id, at=at)
    if effect:
        new = NewJob(new.id, EffectRequest("rain", 5.0), ResultForm.FILE, place(user_id, guild_id, at=at), at)
    job = await store.admit(new)
    await store.set_card(job.id, 1, at)
    return job


async def claimed(store: JobStore, paused: frozenset[JobKind] = frozenset()) -> list[str]:
    ids: list[str] = []
    while (job := await store.claim(START + timedelta(minutes=1), 1_000, paused=paused)) is not None:
        ids.append(job.id)
    return ids


async def test_jobs_of_a_kind_that_is_down_let_the_others_pass(store: JobStore) -> None:
    effect = await in_line(store, 100, 7, effect=True)
    behind_it = await in_line(store, 100, 7, effect=False, seconds=1)
    elsewhere = await in_line(store, 200, 8, effect=False, seconds=2)
    assert await claimed(store, DOWN) == [behind_it.id, elsewhere.id]
    assert [job.id for job in await store.waiting(10)] == [effect.id]
    assert await claimed(store) == [effect.id]


async def test_nothing_is_claimed_while_everything_is_down(store: JobStore) -> None:
    job = await in_line(store, 100, 7, effect=False)
    assert await claimed(store, frozenset(JobKind)) == []
    waiting = await store.get(job.id)
    assert waiting is not None
    assert waiting.state is JobState.QUEUED


@pytest.mark.parametrize("seed", range(3))
async def test_all_others_are_served_in_turns(store: JobStore, seed: int) -> None:
    rng = random.Random(seed)
    asked: dict[str, tuple[int, int]] = {}
    for second in range(14):
        whose, effect = (rng.randrange(100, 103), rng.randrange(1, 4)), rng.random() < 0.5
        job = await in_line(store, *whose, effect=effect, seconds=second)
        asked |= {} if effect else {job.id: whose}
    ids = await claimed(store, DOWN)
    assert sorted(ids) == sorted(asked)
    served = [asked[job_id] for job_id in ids]
    guilds = {guild for guild, _ in served}
    assert {guild for guild, _ in served[: len(guilds)]} == guilds
    for whose in set(served):
        theirs = [job_id for job_id in ids if asked[job_id] == whose]
        assert theirs == [job_id for job_id, other in asked.items() if other == whose]
