"""A job's way through its states when nobody interferes."""

from datetime import timedelta

import pytest

from bot.errors import AudioUnreadable, ChannelGone, DiscordUnavailable, FileTooLarge, NotAllowed
from bot.models import FailureReason, JobState
from tests.jobs.bot_process import DEADLINE_S, BotProcess
from tests.jobs.fake_finevoice import AUDIO, Poll, Result, Submit, done_after


async def test_a_task_is_asked_for_until_it_is_done_and_posted_once(bot: BotProcess) -> None:
    bot.fake.on("Hello", poll=["running", "running", "done"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.state, job.attempts, job.was_refunded) == (JobState.DONE, 1, False)
    assert bot.discord.posted == {job.id: AUDIO + b"Hello"}
    assert (bot.fake.submits["Hello"], bot.fake.polls["Hello"], bot.discord.tries[job.id]) == (1, 3, 1)


async def test_a_result_that_comes_at_once_needs_no_questions(bot: BotProcess) -> None:
    bot.fake.on("Hello", submit=["url"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert job.state is JobState.DONE
    assert bot.fake.polls.total() == 0


async def test_a_finished_job_leaves_no_files(bot: BotProcess) -> None:
    (job,) = await bot.until_over(await bot.ask_for())
    await bot.until(lambda: not bot.files_of(job))


async def test_a_job_waits_until_its_card_is_there(bot: BotProcess) -> None:
    job = await bot.ask_for("Hello", has_card=False)
    bot.clock.step(30)
    await bot.settle()
    assert bot.fake.submits.total() == 0
    await bot.service.accepted(job, 1)
    await bot.until_over(job)
    assert bot.fake.submits["Hello"] == 1


async def test_a_job_whose_card_cannot_be_shown_is_dropped(bot: BotProcess) -> None:
    job = await bot.ask_for(has_card=False)
    await bot.service.not_accepted(job)
    dropped = await bot.service.get(job.id)
    assert (dropped.state, dropped.was_refunded) == (JobState.CANCELLED, True)
    bot.clock.step(30)
    await bot.settle()
    assert bot.fake.submits.total() == 0


async def test_progress_is_shown_only_when_a_second_has_passed(bot: BotProcess) -> None:
    bot.fake.on("slow", poll=done_after(8))
    bot.fake.on("fast", submit=["url"])
    slow, fast = await bot.ask_for("slow"), await bot.ask_for("fast")
    await bot.until_over(slow, fast)
    assert bot.discord.last_shown(slow.id) is JobState.RUNNING
    assert bot.discord.last_shown(fast.id) is None


@pytest.mark.parametrize("word", ["busy", "busy for 7 s"])
async def test_a_busy_service_gets_its_pause_and_the_job_a_second_turn(bot: BotProcess, word: Submit) -> None:
    bot.fake.on("Hello", submit=[word, "task"])
    job = await bot.ask_for("Hello")
    began = bot.clock.now()
    await bot.until(lambda: bot.fake.submits["Hello"] == 2)
    assert bot.clock.now() - began >= timedelta(seconds=5 if word == "busy" else 7)
    (job,) = await bot.until_over(job)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


async def test_no_other_job_is_handed_over_during_a_pause(bot: BotProcess) -> None:
    bot.fake.on("first", submit=["busy for 7 s", "url"])
    await bot.ask_for("first")
    await bot.until(lambda: bot.fake.submits["first"] == 1)
    await bot.settle()
    began = bot.clock.now()
    await bot.ask_for("second", user_id=8)
    await bot.until(lambda: bot.fake.submits["second"] == 1)
    assert bot.clock.now() - began >= timedelta(seconds=7)


async def test_a_short_pause_does_not_cut_a_longer_one(bot: BotProcess) -> None:
    bot.fake.on("patient", submit=["busy for 7 s", "url"])
    bot.fake.on("hasty", submit=["busy", "url"])
    began = bot.clock.now()
    patient = await bot.ask_for("patient")
    hasty = await bot.ask_for("hasty")
    await bot.until_over(patient, hasty)
    assert bot.clock.now() - began >= timedelta(seconds=7)


async def test_a_service_that_stays_busy_ends_the_job_after_five_tries(bot: BotProcess) -> None:
    bot.fake.on("Hello", submit=["busy"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.state, job.failure, job.was_refunded) == (JobState.FAILED, FailureReason.SERVICE_DOWN, True)
    assert (bot.fake.submits["Hello"], bot.fake.accepted) == (5, [])


async def test_a_service_that_cannot_be_reached_is_tried_again(bot: BotProcess) -> None:
    await bot.fake.refuse_connections()
    job = await bot.ask_for("Hello")

    async def was_tried() -> bool:
        return (await bot.service.get(job.id)).attempts == 2

    await bot.until(was_tried)
    await bot.fake.accept_connections()
    (job,) = await bot.until_over(job)
    assert (job.state, bot.fake.submits["Hello"]) == (JobState.DONE, 1)


async def test_a_service_that_stays_away_ends_the_job(bot: BotProcess) -> None:
    await bot.fake.refuse_connections()
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.state, job.failure, job.attempts) == (JobState.FAILED, FailureReason.SERVICE_DOWN, 5)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("hang up", FailureReason.OUTCOME_UNKNOWN),
        ("bare", FailureReason.SERVICE_BROKEN),
        ("broken", FailureReason.SERVICE_BROKEN),
        ("unauthorized", FailureReason.UNAUTHORIZED),
        ("rejected", FailureReason.REJECTED),
    ],
)
async def test_a_submit_that_may_have_worked_or_was_refused_is_never_repeated(
    bot: BotProcess, word: Submit, reason: FailureReason
) -> None:
    bot.fake.on("Hello", submit=[word])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.state, job.failure, job.was_refunded) == (JobState.FAILED, reason, True)
    assert bot.discord.last_shown(job.id) is JobState.FAILED
    bot.clock.step(600)
    await bot.settle()
    assert bot.fake.submits["Hello"] == 1


async def test_the_services_own_words_about_a_refusal_are_kept(bot: BotProcess) -> None:
    bot.fake.on("Hello", submit=["rejected"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.failure_detail, job.can_retry) == ("not that text", False)


async def test_a_task_that_fails_ends_the_job_with_its_reason(bot: BotProcess) -> None:
    bot.fake.on("Hello", poll=["running", "failed"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.failure, job.failure_detail, job.can_retry) == (FailureReason.TASK_FAILED, "no such style", True)


@pytest.mark.parametrize("trouble", ["broken", "busy for 9 s", "hang up", "not found"])
async def test_a_question_without_an_answer_is_asked_again(bot: BotProcess, trouble: Poll) -> None:
    bot.fake.on("Hello", poll=[trouble, "done"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.state, bot.fake.submits["Hello"], bot.fake.polls["Hello"]) == (JobState.DONE, 1, 2)


async def test_a_task_the_service_forgot_is_lost_once_it_is_not_new(bot: BotProcess) -> None:
    bot.fake.on("Hello", poll=["not found"])
    began = bot.clock.now()
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.failure, job.was_refunded) == (FailureReason.TASK_LOST, True)
    assert timedelta(seconds=10) <= bot.clock.now() - began < timedelta(seconds=DEADLINE_S)


async def test_a_key_that_stops_working_ends_the_job(bot: BotProcess) -> None:
    bot.fake.on("Hello", poll=["running", "unauthorized"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.state, job.failure) == (JobState.FAILED, FailureReason.UNAUTHORIZED)


@pytest.mark.parametrize("word", ["running", "broken"])
async def test_a_task_that_never_ends_expires_and_is_refunded(bot: BotProcess, word: Poll) -> None:
    bot.fake.on("Hello", poll=[word])
    began = bot.clock.now()
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.state, job.failure, job.was_refunded) == (JobState.EXPIRED, FailureReason.TOO_LATE, True)
    assert timedelta(seconds=DEADLINE_S) < bot.clock.now() - began < timedelta(seconds=DEADLINE_S + 10)
    assert bot.discord.last_shown(job.id) is JobState.EXPIRED


async def test_a_computer_that_slept_past_the_deadline_still_asks_once(bot: BotProcess) -> None:
    bot.fake.on("Hello", poll=["done"])
    job = await bot.until_state(await bot.ask_for("Hello"), JobState.RUNNING)
    bot.clock.step(3_600)
    (job,) = await bot.until_over(job)
    assert (job.state, bot.fake.polls["Hello"]) == (JobState.DONE, 1)


async def test_a_clock_that_is_set_back_does_not_stop_a_job(bot: BotProcess) -> None:
    bot.fake.on("Hello", poll=done_after(3))
    job = await bot.until_state(await bot.ask_for("Hello"), JobState.RUNNING)
    bot.clock.set_to(bot.clock.now() - timedelta(hours=1))
    (job,) = await bot.until_over(job)
    assert job.state is JobState.DONE


@pytest.mark.parametrize("trouble", ["gone", "broken"])
async def test_a_link_that_does_not_work_is_asked_for_anew(bot: BotProcess, trouble: Result) -> None:
    bot.fake.on("Hello", poll=["done"], result=[trouble, "ok"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.state, bot.fake.polls["Hello"], bot.fake.submits["Hello"]) == (JobState.DONE, 2, 1)


async def test_a_link_that_never_works_expires(bot: BotProcess) -> None:
    bot.fake.on("Hello", poll=["done"], result=["gone"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.state, bot.fake.submits["Hello"]) == (JobState.EXPIRED, 1)


async def test_a_link_that_is_gone_and_has_no_task_is_lost_but_may_be_retried(bot: BotProcess) -> None:
    bot.fake.on("Hello", submit=["url"], result=["gone"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.failure, job.can_retry, job.was_refunded) == (FailureReason.TASK_LOST, True, True)


async def test_a_download_that_breaks_off_without_a_task_is_tried_again(bot: BotProcess) -> None:
    bot.fake.on("Hello", submit=["url"], result=["broken", "broken", "ok"])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.state, bot.fake.submits["Hello"]) == (JobState.DONE, 1)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ("too large", FailureReason.RESULT_TOO_LARGE),
        ("empty", FailureReason.RESULT_UNREADABLE),
        ("not audio", FailureReason.RESULT_UNREADABLE),
    ],
)
async def test_a_result_that_cannot_be_used_is_refunded_and_removed(
    bot: BotProcess, result: Result, reason: FailureReason
) -> None:
    bot.fake.on("Hello", result=[result])
    (job,) = await bot.until_over(await bot.ask_for("Hello"))
    assert (job.state, job.failure, job.was_refunded) == (JobState.FAILED, reason, True)
    assert bot.discord.posted == {}
    await bot.until(lambda: not bot.files_of(job))


@pytest.mark.parametrize("error", [ChannelGone(55), NotAllowed(55), FileTooLarge(1)])
async def test_a_place_that_takes_nothing_ends_the_job(bot: BotProcess, error: Exception) -> None:
    bot.discord.faults.append(error)
    (job,) = await bot.until_over(await bot.ask_for())
    assert (job.failure, job.was_refunded) == (FailureReason.UNDELIVERABLE, False)
    assert bot.files_of(job) == ["result"]


async def test_audio_that_delivery_cannot_read_ends_the_job(bot: BotProcess) -> None:
    bot.discord.faults.append(AudioUnreadable("silent"))
    (job,) = await bot.until_over(await bot.ask_for())
    assert job.failure is FailureReason.RESULT_UNREADABLE


async def test_discord_may_be_away_for_a_while(bot: BotProcess) -> None:
    bot.discord.faults.extend([DiscordUnavailable(), DiscordUnavailable(1.0), DiscordUnavailable()])
    began = bot.clock.now()
    (job,) = await bot.until_over(await bot.ask_for())
    assert (job.state, bot.discord.tries[job.id]) == (JobState.DONE, 4)
    assert bot.clock.now() - began >= timedelta(seconds=5 + 2 + 20)


async def test_a_delivery_whose_answer_was_lost_is_looked_for_before_it_is_repeated(bot: BotProcess) -> None:
    bot.discord.faults_after.append(DiscordUnavailable())
    (job,) = await bot.until_over(await bot.ask_for())
    assert (job.state, bot.discord.doubled) == (JobState.DONE, [])


async def _wait_hours(bot: BotProcess, hours: int, *, steps_an_hour: int = 2) -> None:
    for _ in range(hours * steps_an_hour):
        bot.clock.step(3_600 / steps_an_hour)
        await bot.settle()


async def test_discord_may_be_away_for_most_of_a_day(bot: BotProcess) -> None:
    bot.discord.faults.extend([DiscordUnavailable()] * 30)
    job = await bot.until_state(await bot.ask_for(), JobState.DELIVERING)
    await _wait_hours(bot, 10)
    assert (await bot.service.get(job.id)).state is JobState.DELIVERING
    await _wait_hours(bot, 13)
    assert (await bot.service.get(job.id)).state is JobState.DONE


async def test_discord_that_stays_away_for_a_day_ends_the_job_but_not_its_result(bot: BotProcess) -> None:
    bot.discord.faults.extend([DiscordUnavailable()] * 1_000)
    job = await bot.until_state(await bot.ask_for(), JobState.DELIVERING)
    await _wait_hours(bot, 2, steps_an_hour=12)
    assert bot.discord.tries[job.id] < 45
    await _wait_hours(bot, 23)
    over = await bot.service.get(job.id)
    assert (over.failure, over.was_refunded) == (FailureReason.UNDELIVERABLE, False)
    assert bot.files_of(job) == ["result"]
