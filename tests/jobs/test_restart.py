"""What a new process makes of what the one before left behind, in every state."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import ChannelGone, DiscordUnavailable
from bot.jobs.runner import LOOK_EVERY_S
from bot.models import FailureReason, Job, JobState
from tests.jobs.bot_process import World
from tests.jobs.fake_finevoice import AUDIO, Poll, done_after


async def test_a_job_in_line_stays_in_line(world: World) -> None:
    async with world.process() as first:
        job = await first.ask_for()
    async with world.process() as second:
        second.start()
        (job,) = await second.until_over(job)
    assert (job.state, world.fake.submits["Hello"]) == (JobState.DONE, 1)


async def test_a_job_whose_card_was_not_noted_starts_when_the_card_is_found(world: World) -> None:
    async with world.process() as first:
        job = await first.ask_for(has_card=False)
    world.discord.cards[job.id] = 77
    async with world.process() as second:
        second.start()
        (job,) = await second.until_over(job)
    assert (job.state, job.card_message_id) == (JobState.DONE, 77)


async def test_a_job_whose_card_nobody_saw_is_cancelled_and_refunded(world: World) -> None:
    async with world.process() as first:
        job = await first.ask_for(has_card=False)
    async with world.process() as second:
        second.start()
        (job,) = await second.until_over(job)
    assert (job.state, job.was_refunded) == (JobState.CANCELLED, True)
    assert world.fake.submits.total() == 0


async def test_a_card_is_looked_for_again_while_discord_is_away_and_others_go_on(world: World) -> None:
    async with world.process() as first:
        lost = await first.ask_for("lost", has_card=False)
        other = await first.ask_for("other", user_id=8)
    world.discord.cards[lost.id] = 77
    world.discord.search_faults.extend([DiscordUnavailable()] * 3)
    async with world.process() as second:
        second.start()
        await second.until_over(other)
        assert world.discord.searches[lost.id] < 4
        (lost,) = await second.until_over(lost)
    assert lost.state is JobState.DONE


async def test_a_card_that_cannot_be_looked_for_is_given_up_with_the_interaction(world: World) -> None:
    async with world.process() as first:
        job = await first.ask_for(has_card=False)
    world.discord.search_faults.extend([ChannelGone(55)] * 100)
    async with world.process() as second:
        second.start()
        await second.until(lambda: world.discord.searches[job.id] == 3)
        second.clock.set_to(job.place.token_expires_at - timedelta(seconds=15))
        (job,) = await second.until_over(job)
        assert second.clock.now() >= job.place.token_expires_at
    assert (job.state, job.was_refunded) == (JobState.CANCELLED, True)


async def test_a_bug_in_looking_for_a_card_does_not_take_the_bot_down(world: World) -> None:
    async with world.process() as first:
        lost = await first.ask_for("lost", has_card=False)
        other = await first.ask_for("other", user_id=8)
    world.discord.search_faults.append(ValueError("a request that we built wrong"))
    async with world.process() as second:
        second.start()
        (other,) = await second.until_over(other)
        second.clock.step(LOOK_EVERY_S)
        (lost,) = await second.until_over(lost)
        await second.stop()
    assert (other.state, lost.state) == (JobState.DONE, JobState.CANCELLED)


async def test_a_new_job_that_is_being_answered_is_not_mistaken_for_an_old_one(world: World) -> None:
    async with world.process() as bot:
        world.clock.step(1)
        job = await bot.ask_for(has_card=False)
        bot.start()
        await bot.settle()
        await bot.service.accepted(job, 1)
        (job,) = await bot.until_over(job)
    assert (job.state, world.discord.searches[job.id]) == (JobState.DONE, 0)


async def test_a_job_whose_answering_was_given_up_is_dropped_without_a_restart(world: World) -> None:
    async with world.process() as bot:
        bot.start()
        world.clock.step(1)
        job = await bot.ask_for(has_card=False)
        await bot.settle()
        bot.clock.set_to(job.place.token_expires_at)
        (job,) = await bot.until_over(job)
    assert (job.state, job.was_refunded) == (JobState.CANCELLED, True)


async def _left_while_submitting(world: World) -> Job:
    world.fake.on("Hello", submit=["hold"])
    async with world.process() as first:
        first.start()
        job = await first.ask_for("Hello")
        await first.until(lambda: world.fake.submits["Hello"] == 1)
        await first.kill()
    return job


async def test_a_job_that_was_being_handed_over_is_failed_refunded_and_shown(world: World) -> None:
    job = await _left_while_submitting(world)
    async with world.process() as second:
        assert (await second.service.get(job.id)).state is JobState.SUBMITTING
        second.start()
        (job,) = await second.until_over(job)
        second.clock.step(600)
        await second.settle()
    assert (job.state, job.failure, job.was_refunded) == (JobState.FAILED, FailureReason.OUTCOME_UNKNOWN, True)
    assert world.discord.last_shown(job.id) is JobState.FAILED
    assert world.fake.submits["Hello"] == 1


async def test_a_job_with_an_unknown_outcome_can_be_retried_by_hand(world: World) -> None:
    old = await _left_while_submitting(world)
    world.fake.on("Hello", submit=["url"])
    async with world.process() as second:
        second.start()
        (old,) = await second.until_over(old)
        new = await second.service.retry(old.id, old.place)
        await second.service.accepted(new, 78)
        (new,) = await second.until_over(new)
    assert (new.state, world.fake.submits["Hello"]) == (JobState.DONE, 2)


async def _left_while_running(world: World, poll: list[Poll]) -> Job:
    world.fake.on("Hello", poll=poll)
    async with world.process() as first:
        first.start()
        job = await first.until_state(await first.ask_for("Hello"), JobState.RUNNING)
        await first.kill()
    return job


@pytest.mark.parametrize("downtime_s", [0, 3_600])
async def test_a_running_task_is_asked_for_again_however_long_the_bot_was_away(world: World, downtime_s: int) -> None:
    job = await _left_while_running(world, ["running", "done"])
    world.clock.step(downtime_s)
    async with world.process() as second:
        second.start()
        (job,) = await second.until_over(job)
    assert (job.state, world.fake.submits["Hello"]) == (JobState.DONE, 1)


async def test_a_link_that_aged_while_the_bot_was_away_is_asked_for_anew(world: World) -> None:
    job = await _left_while_running(world, ["done"])
    world.fake.on("Hello", poll=["done"], result=["gone", "ok"])
    async with world.process() as second:
        moved = await second.store.move(
            job, JobState.RUNNING, job.updated_at, result_urls=[f"{world.fake.base_url}/results/Hello"]
        )
        assert moved is not None
        world.clock.step(3_600)
        second.start()
        (job,) = await second.until_over(job)
    assert (job.state, world.fake.submits["Hello"]) == (JobState.DONE, 1)


async def test_a_row_with_neither_a_task_nor_a_link_ends(world: World) -> None:
    async with world.process() as bot:
        await bot.ask_for("Hello")
        claimed = await bot.store.claim(bot.clock.now(), 1)
        assert claimed is not None
        running = await bot.store.move(claimed, JobState.RUNNING, bot.clock.now())
        assert running is not None
        bot.start()
        (job,) = await bot.until_over(running)
    assert (job.failure, world.fake.polls.total()) == (FailureReason.TASK_LOST, 0)


async def _left_as(world: World, state: JobState, *, has_file: bool) -> Job:
    """A job whose result was fetched, as a process that died left it."""
    async with world.process() as first:
        await first.ask_for("Hello")
        job = await first.store.claim(first.clock.now(), 1)
        assert job is not None
        link = f"{world.fake.base_url}/results/Hello"
        steps: list[tuple[JobState, dict[str, object]]] = [
            (JobState.RUNNING, {"api_task_id": "Hello", "result_urls": [link]}),
            (JobState.READY, {"result_file": "result"}),
            (JobState.DELIVERING, {}),
        ]
        for to, changes in steps:
            if job.state is not state:
                job = await first.store.move(job, to, first.clock.now(), **changes)
                assert job is not None
        folder = first.carrier.folder(job)
        if has_file:
            await asyncio.to_thread(folder.mkdir, parents=True)
            await asyncio.to_thread((folder / "result").write_bytes, AUDIO)
    return job


async def test_a_fetched_result_is_posted_without_asking_anybody(world: World) -> None:
    job = await _left_as(world, JobState.READY, has_file=True)
    async with world.process() as second:
        second.start()
        (job,) = await second.until_over(job)
        await second.until(lambda: not second.files_of(job))
    assert (job.state, world.discord.posted) == (JobState.DONE, {job.id: AUDIO})
    assert (world.fake.polls.total(), world.fake.submits.total()) == (0, 0)


@pytest.mark.parametrize("has_file", [True, False])
@pytest.mark.parametrize("was_posted", [True, False])
async def test_a_result_that_may_be_posted_already_is_not_doubled(
    world: World, *, has_file: bool, was_posted: bool
) -> None:
    job = await _left_as(world, JobState.DELIVERING, has_file=has_file)
    if was_posted:
        world.discord.posted[job.id] = AUDIO
    async with world.process() as second:
        second.start()
        (job,) = await second.until_over(job)
    assert (job.state, world.discord.doubled) == (JobState.DONE, [])
    assert world.discord.posted[job.id].startswith(AUDIO)
    assert world.fake.submits.total() == 0


async def test_a_lost_file_of_a_possibly_posted_result_survives_a_second_crash(world: World) -> None:
    job = await _left_as(world, JobState.DELIVERING, has_file=False)
    world.discord.posted[job.id] = AUDIO
    world.fake.on("Hello", result=["broken", "ok"])
    async with world.process() as second:
        second.start()
        await second.until_state(job, JobState.RUNNING)
        await second.kill()
    async with world.process() as third:
        third.start()
        (job,) = await third.until_over(job)
    assert (job.state, world.discord.doubled) == (JobState.DONE, [])


async def test_a_fetched_result_whose_file_is_lost_is_fetched_again(world: World) -> None:
    job = await _left_as(world, JobState.READY, has_file=False)
    async with world.process() as second:
        second.start()
        (job,) = await second.until_over(job)
    assert (job.state, world.discord.tries[job.id]) == (JobState.DONE, 1)


async def test_a_job_that_is_over_stays_over(world: World) -> None:
    async with world.process() as first:
        first.start()
        (job,) = await first.until_over(await first.ask_for())
    shown = len(world.discord.shown)
    async with world.process() as second:
        second.start()
        second.clock.step(600)
        await second.settle()
        assert await second.service.get(job.id) == job
    assert (len(world.discord.shown), world.discord.tries[job.id]) == (shown, 1)


async def test_files_of_jobs_that_are_over_are_removed_at_the_next_start(world: World) -> None:
    async with world.process() as first:
        job = await first.ask_for()
        left, foreign = first.work_dir / ("ab" * 16), first.work_dir / "notes"
        kept = first.carrier.folder(job)
        for folder in (left, foreign, kept):
            await asyncio.to_thread(folder.mkdir, parents=True)
    async with world.process() as second:
        world.fake.on("Hello", submit=["hold"])
        second.start()
        await second.until(lambda: world.fake.submits["Hello"] == 1)
        assert [folder.exists() for folder in (left, foreign, kept)] == [False, True, True]


async def test_a_work_folder_that_cannot_be_used_ends_the_job_but_not_the_bot(world: World) -> None:
    async with world.process() as bot:
        job = await bot.ask_for("Hello")
        await asyncio.to_thread(bot.work_dir.symlink_to, bot.work_dir)
        bot.start()
        (job,) = await bot.until_over(job)
        await bot.stop()
    assert (job.failure, job.was_refunded) == (FailureReason.BUG, True)


async def test_a_process_that_dies_at_any_moment_loses_nothing_and_pays_once(world: World) -> None:
    for moments in range(0, 44, 3):
        text = f"text {moments}"
        world.fake.on(text, poll=["done"])
        async with world.process() as first:
            job = await first.ask_for(text)
            first.start()
            await first.run_for(moments)
            await first.kill()
        async with world.process() as second:
            second.start()
            (job,) = await second.until_over(job)
        assert world.fake.submits[text] <= 1
        if job.state is JobState.DONE:
            assert world.discord.posted[job.id] == AUDIO + text.encode()
        else:
            assert (job.failure, job.was_refunded) == (FailureReason.OUTCOME_UNKNOWN, True)
    assert world.discord.doubled == []


async def test_stopping_leaves_every_job_in_a_state_to_go_on_from(world: World) -> None:
    world.fake.on("running", poll=done_after(5))
    async with world.process(places=1) as first:
        first.start()
        running = await first.until_state(await first.ask_for("running"), JobState.RUNNING)
        waiting = await first.ask_for("waiting")
        await first.stop()
        states = [(await first.service.get(job.id)).state for job in (running, waiting)]
        assert states == [JobState.RUNNING, JobState.QUEUED]
    async with world.process(places=1) as second:
        second.start()
        over = await second.until_over(running, waiting)
    assert [job.state for job in over] == [JobState.DONE, JobState.DONE]
    assert (world.fake.submits["running"], world.fake.submits["waiting"]) == (1, 1)


async def test_stopping_lets_a_job_that_is_being_handed_over_finish_that_step(world: World) -> None:
    world.fake.on("Hello", submit=["hold"])
    async with world.process() as first:
        first.start()
        job = await first.ask_for("Hello")
        await first.until(lambda: world.fake.submits["Hello"] == 1)
        first.runner.stop()
        await first.settle()
        world.fake.let_go.set()
        await first.stop()
        assert (await first.service.get(job.id)).state is JobState.RUNNING
    async with world.process() as second:
        second.start()
        (job,) = await second.until_over(job)
    assert (job.state, world.fake.submits["Hello"]) == (JobState.DONE, 1)


async def test_stopping_lets_a_result_that_is_being_posted_come_to_its_end(world: World) -> None:
    world.discord.let_go.clear()
    async with world.process() as bot:
        bot.start()
        job = await bot.ask_for("Hello")
        await bot.until(lambda: job.id in world.discord.posted)
        bot.runner.stop()
        await bot.settle()
        world.discord.let_go.set()
        await bot.stop()
        assert (await bot.service.get(job.id)).state is JobState.DONE
    assert world.discord.tries[job.id] == 1


async def test_stopping_does_not_wait_for_ever_for_a_result_that_is_being_posted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.runner.STOP_WITHIN_S", 0.05)
    world.discord.let_go.clear()
    async with world.process() as first:
        first.start()
        job = await first.ask_for("Hello")
        await first.until(lambda: job.id in world.discord.posted)
        await first.stop()
        assert (await first.service.get(job.id)).state is JobState.DELIVERING
    world.discord.let_go.set()
    async with world.process() as second:
        second.start()
        (job,) = await second.until_over(job)
    assert (job.state, world.discord.doubled) == (JobState.DONE, [])


async def test_stopping_does_not_wait_for_ever_for_a_job_that_is_being_handed_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.runner.STOP_WITHIN_S", 0.05)
    world.fake.on("Hello", submit=["hold"])
    async with world.process() as bot:
        bot.start()
        job = await bot.ask_for("Hello")
        await bot.until(lambda: world.fake.submits["Hello"] == 1)
        bot.runner.stop()
        assert bot.running is not None
        await bot.running
        assert (await bot.service.get(job.id)).state is JobState.SUBMITTING


async def test_a_failure_that_becomes_known_while_stopping_is_shown(world: World) -> None:
    world.fake.on("Hello", submit=["hold, then hang up"])
    async with world.process() as bot:
        bot.start()
        job = await bot.ask_for("Hello")
        await bot.until(lambda: world.fake.submits["Hello"] == 1)
        bot.runner.stop()
        world.fake.let_go.set()
        await bot.stop()
        assert (await bot.service.get(job.id)).failure is FailureReason.OUTCOME_UNKNOWN
    assert world.discord.last_shown(job.id) is JobState.FAILED


async def test_a_runner_that_is_stopped_before_it_runs_starts_nothing(world: World) -> None:
    async with world.process() as bot:
        job = await bot.ask_for("Hello")
        bot.runner.stop()
        bot.start()
        await bot.stop()
        assert (await bot.service.get(job.id)).state is JobState.QUEUED
    assert world.fake.submits.total() == 0


async def test_a_restart_with_many_jobs_keeps_their_order(world: World) -> None:
    async with world.process() as first:
        jobs: list[Job] = []
        for number in range(5):
            jobs.append(await first.ask_for(f"text {number}"))
            world.clock.step(0.001)
    world.clock.step(timedelta(hours=5).total_seconds())
    async with world.process(places=1) as second:
        second.start()
        await second.until_over(*jobs)
    assert world.fake.accepted == [f"text {number}" for number in range(5)]
