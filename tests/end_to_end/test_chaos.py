"""Kills at every border and at random moments; the long version is `python -m tests.chaos`."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.chaos.borders import BORDERS
from tests.chaos.ground import Ground, chaos_ground
from tests.chaos.reckoning import FAILED
from tests.chaos.storm import Plan, Storm

pytestmark = pytest.mark.process

NOBODY_KNOWS = "nobody knows whether it was made"


@pytest.fixture
async def ground(tmp_path: Path, clip: bytes) -> AsyncGenerator[Ground]:
    async with chaos_ground(tmp_path, clip, seed=1) as ground:
        yield ground


async def test_killed_at_every_border_each_job_ends_once_and_as_the_state_table_says(ground: Ground) -> None:
    await ground.start_again()
    expected: dict[str, str] = {}
    for stop in BORDERS:
        expected |= await stop(ground)
        await ground.start_again()
    await ground.come_to_rest()
    seen = await ground.jobs_seen()
    assert (await ground.reckon()).broken == []
    assert {text: job.state for text, job in seen.items()} == expected
    (handed_over,) = (job for job in seen.values() if job.state == FAILED and NOBODY_KNOWS in job.words)
    assert ground.service.submits.count(handed_over.text) == 1


async def test_killed_at_random_moments_under_a_failing_discord_no_job_is_lost_or_doubled(ground: Ground) -> None:
    storm = Storm(ground, Plan(jobs=10, kills=2, asks_per_s=3.0, longest_life_s=3.0, with_borders=False))
    reckoning = await storm.rage()
    assert reckoning.broken == []
    assert reckoning.counts["kills"] == 2
    assert reckoning.counts["one result"] >= 3, reckoning.counts
