"""Many jobs, much trouble, and a process that dies every few moments. What must hold at the end, whatever happened."""

import random
from typing import get_args

import pytest

from bot.errors import ChannelGone, DiscordUnavailable, InvalidRequest
from bot.models import FailureReason, Job, JobState
from tests.jobs.bot_process import BotProcess, World
from tests.jobs.fake_finevoice import AUDIO, Poll, Result, Submit
from tests.storage.samples import place, text_of

PLACES = 3
JOBS = 14
REFUSALS = {"busy", "busy for 7 s"}


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_goes_wrong_every_job_ends_once(world: World, seed: int) -> None:
    rng = random.Random(seed)
    jobs: list[Job] = []
    scripts: dict[str, list[Submit]] = {}
    world.fake.let_go.set()
    for round_ in range(5):
        async with world.process(places=PLACES) as bot:
            for number in range(JOBS // 5 + 1):
                text = f"text {round_}.{number}"
                scripts[text] = _trouble(world, text, rng)
                jobs.append(await bot.ask_for(text, user_id=rng.randint(1, 3), guild_id=rng.choice([100, 200, None])))
            bot.start()
            await bot.run_for(rng.randint(0, 40))
            await _cancel_one(bot, rng.choice(jobs), rng)
            await bot.run_for(rng.randint(0, 40))
            if rng.random() < 0.3:
                await bot.stop()
    async with world.process(places=PLACES) as last:
        last.start()
        over = await last.until_over(*jobs)
        kept = {job.id for job in over if job.failure is FailureReason.UNDELIVERABLE}
        await last.until(lambda: not any(last.files_of(job) for job in jobs if job.id not in kept))
        await last.stop()
    for job in over:
        _check(world, job, scripts[text_of(job)])
    assert world.discord.doubled == []


def _trouble(world: World, text: str, rng: random.Random) -> list[Submit]:
    submit: list[Submit] = [*rng.choices(get_args(Submit), k=2), "task"]
    world.fake.on(
        text,
        submit=submit,
        poll=[*rng.choices(get_args(Poll), k=2), "done"],
        result=[*rng.choices(get_args(Result), k=1), "ok"],
    )
    trouble: list[Exception] = [DiscordUnavailable(), DiscordUnavailable(), ChannelGone(1), ValueError("a bug")]
    if rng.random() < 0.3:
        world.discord.faults.append(rng.choice(trouble))
    if rng.random() < 0.3:
        world.discord.faults_after.append(DiscordUnavailable())
    return submit


async def _cancel_one(bot: BotProcess, job: Job, rng: random.Random) -> None:
    try:
        await bot.service.cancel(job.id, place(7, job.place.guild_id), moderates=rng.random() < 0.9)
    except InvalidRequest:
        return


def _check(world: World, job: Job, submit: list[Submit]) -> None:
    """A job went to the service once, or again only after it was told that nothing was started."""
    assert world.fake.accepted.count(text_of(job)) <= 1
    repeats = world.fake.submits[text_of(job)] - 1
    assert all(word in REFUSALS for word in submit[: max(0, repeats)])
    posted = world.discord.posted.get(job.id)
    if job.state is JobState.DONE:
        assert posted == AUDIO + text_of(job).encode()
    elif posted is not None:
        # It was posted, but the answer was lost and Discord refused when it was asked again.
        assert job.failure in {FailureReason.UNDELIVERABLE, FailureReason.BUG}
    is_refunded = job.state in {JobState.FAILED, JobState.EXPIRED} and job.failure is not FailureReason.UNDELIVERABLE
    assert job.was_refunded is is_refunded or job.state is JobState.CANCELLED
    assert world.discord.last_shown(job.id) in {None, job.state, *(state for state in JobState if not state.is_final)}
