"""Carries one job from SUBMITTING to its end: submit, ask, download, deliver.

Each step is written down before and after it is taken, so that the process may die at any line:

    SUBMITTING   the answer was lost with the process: never sent again (bot/jobs/recovery.py: the member is told)
    RUNNING      the task id is stored: asking goes on, then the result is fetched; where more takes are wanted, back
                 to SUBMITTING for the next one, in the same place
    READY        the result is on disk: it is delivered
    DELIVERING   delivered again in a way that cannot double (bot/delivery)
"""

import logging
import random
from asyncio import to_thread
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import assert_never

from bot.errors import AudioUnreadable, DeliveryError, DiscordUnavailable, InvalidRequest, SourceGone
from bot.finevoice.answers import TaskAnswer, TaskState
from bot.finevoice.errors import (
    ApiBusy,
    ApiError,
    ApiNotFound,
    ApiRejected,
    ApiUnreachable,
    DownloadRefused,
    TaskFailed,
)
from bot.jobs.calls import Calls
from bot.jobs.failures import failure_of
from bot.jobs.learned_pace import LearnedPace
from bot.jobs.pauses import Pauses
from bot.jobs.ports import Delivery
from bot.jobs.result_cache import ResultCache
from bot.jobs.work_files import RESULT_NAME, WorkFiles
from bot.models import FailureReason, Job, JobKind, JobState, Posted, take_path
from bot.storage.jobs import JobStore
from bot.storage.pace import PaceStore

log = logging.getLogger(__name__)

# A result that was there once and is fetched again because its files were lost. The name is kept in the job and so
# survives a crash: it says that nothing more is to be made.
FETCHED_RESULT_NAME = "result-fetched"
# Likewise, but they were lost while it was being posted: the first try may have succeeded.
SECOND_RESULT_NAME = "result-again"
MAX_SUBMIT_ATTEMPTS = 5
# The API was seen to answer 404 for a task it had accepted a moment before.
NEW_TASK_GRACE = timedelta(seconds=10)
DELIVERY_PAUSE_S = 5.0
DELIVERY_PAUSE_CEILING_S = 300.0


@dataclass(frozen=True, slots=True)
class CarrierOptions:
    """What bounds a job."""

    work_dir: Path
    deadlines_s: Mapping[JobKind, float]
    max_result_bytes: int
    cache: ResultCache
    """Keeps results for who asks for the same."""
    delivery_deadline_s: float = 86_400.0
    """How long a result is tried to be posted while Discord is not there."""


class Carrier:
    """Takes jobs through their steps. Holds no job itself; one serves all."""

    def __init__(
        self,
        store: JobStore,
        calls: Calls,
        delivery: Delivery,
        options: CarrierOptions,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        rng: random.Random,
        times: PaceStore | None = None,
    ) -> None:
        """``times`` keeps what is learned of how long jobs take; None learns anew in each process."""
        self._store = store
        self._calls = calls
        self._delivery = delivery
        self._options = options
        self._files = WorkFiles(options.work_dir, options.cache)
        self._now = now
        self._sleep = sleep
        self.pace = LearnedPace(times, now=now, rng=rng)
        self.pauses = Pauses(now)

    async def carry(self, job: Job) -> AsyncGenerator[Job]:
        """Take the job step by step, yielding it after each, until it is final or back in line.

        It ends silently where somebody else (a cancel) moved the job.
        """
        current: Job | None = job
        try:
            while current is not None and not current.state.is_final:
                current = await self._step(current)
                if current is not None:
                    yield current
                    if current.state is JobState.QUEUED:
                        return
        finally:
            self.pace.forget(job)
        if current is not None and current.state is JobState.DONE:
            await self._files.keep_result(current)
        if current is None or current.failure is not FailureReason.UNDELIVERABLE:
            await self.clean_up(job)
        # Only now: the member has the result already.
        await self.pace.save()

    async def _step(self, job: Job) -> Job | None:
        match job.state:
            case JobState.SUBMITTING:
                return await self._submit(job)
            case JobState.RUNNING:
                is_made = len(job.result_urls) > job.takes_made
                return await self._download(job) if is_made else await self._ask(job)
            case JobState.READY:
                delivering = await self._store.move(job, JobState.DELIVERING, self._now())
                again = job.result_file == SECOND_RESULT_NAME
                return None if delivering is None else await self._deliver(delivering, again=again)
            case JobState.DELIVERING:
                return await self._deliver(job, again=True)
            case JobState.QUEUED | JobState.DONE | JobState.FAILED | JobState.CANCELLED | JobState.EXPIRED:
                return job
            case _:
                assert_never(job.state)

    async def _submit(self, job: Job) -> Job | None:
        try:
            answer = await self._calls.start(job)
        except (SourceGone, InvalidRequest) as error:
            is_gone = isinstance(error, SourceGone)
            return await self._end(job, FailureReason.SOURCE_GONE if is_gone else FailureReason.NOT_TRANSCRIBED)
        except (ApiBusy, ApiUnreachable) as error:
            # Both mean that nothing was started, so the job may go back in line.
            pause_s = self.pauses.begin(job.kind, error)
            if job.attempts >= MAX_SUBMIT_ATTEMPTS:
                return await self._fail(job, error)
            log.warning("Service busy or unreachable: job_id=%s, next try in %.0f s", job.short_id, pause_s)
            return await self._store.move(job, JobState.QUEUED, self._now())
        except ApiError as error:
            return await self._fail(job, error)
        if answer.state is TaskState.FAILED:
            return await self._fail(job, TaskFailed(answer.error_code, answer.error_message))
        accepted_at = self._now()
        self.pace.accepted(job, accepted_at)
        return await self._store.move(
            job,
            JobState.RUNNING,
            accepted_at,
            accepted_at=accepted_at,
            api_task_id=answer.task_id,
            **_result_of(job, answer),
        )

    async def _ask(self, job: Job) -> Job | None:
        """Ask for the task once, after the pause that is due. The deadline counts only after the answer."""
        if job.api_task_id is None:
            return await self._end(job, FailureReason.TASK_LOST)
        await self._sleep(await self.pace.next_delay_s(job, self.pauses.left_s(job.kind)))
        self.pace.asking(job)
        try:
            answer = await self._calls.ask(job.api_task_id)
        except ApiError as error:
            return await self._not_told(job, error)
        match answer.state:
            case TaskState.RUNNING:
                self.pace.not_yet(job)
                return await self._unless_late(job)
            case TaskState.FAILED:
                return await self._fail(job, TaskFailed(answer.error_code, answer.error_message))
            case TaskState.DONE:
                self.pace.ended(job)
                # The time of acceptance stays: deadlines count from it.
                return await self._store.move(job, JobState.RUNNING, job.updated_at, **_result_of(job, answer))

    async def _not_told(self, job: Job, error: ApiError) -> Job | None:
        """What an error says about the task: that it is gone, that nobody may ask, or nothing."""
        if isinstance(error, ApiNotFound):
            is_new = self._now() - job.updated_at < NEW_TASK_GRACE
            return await (self._unless_late(job) if is_new else self._end(job, FailureReason.TASK_LOST))
        if isinstance(error, ApiRejected):
            return await self._fail(job, error)
        if isinstance(error, ApiBusy):
            self.pauses.begin(job.kind, error)
        log.warning("Asking for a task failed: job_id=%s error=%s", job.short_id, type(error).__name__)
        return await self._unless_late(job)

    def _waited_s(self, job: Job) -> float:
        """Seconds since the task was accepted; none when the clock was set back."""
        return max(0.0, (self._now() - job.updated_at).total_seconds())

    async def _unless_late(self, job: Job) -> Job | None:
        """The job itself, or the expired one when its deadline is over; None when it was cancelled meanwhile."""
        if self._waited_s(job) > self._options.deadlines_s[job.kind]:
            return await self._expire(job)
        return await self._unless_moved(job)

    async def _unless_moved(self, job: Job) -> Job | None:
        """The job itself, or None when it was cancelled meanwhile."""
        stored = await self._store.get(job.id)
        return job if stored is not None and stored.state is job.state else None

    async def _download(self, job: Job) -> Job | None:
        folder = self.folder(job)
        await to_thread(folder.mkdir, parents=True, exist_ok=True)
        name = job.result_file or RESULT_NAME
        url, path = job.result_urls[job.takes_made], take_path(folder / name, job.takes_made)
        try:
            await self._calls.fetch(job, url, path, max_bytes=self._options.max_result_bytes)
        except InvalidRequest:
            return await self._end(job, FailureReason.NOT_TRANSCRIBED)
        except DownloadRefused as error:
            return await self._fail(job, error)
        except ApiError as error:
            return await self._result_not_there(job, error)
        return await self._downloaded(replace(job, takes_made=job.takes_made + 1), name)

    async def _downloaded(self, job: Job, name: str) -> Job | None:
        """Fetch the next take, ask for it, or deliver them all."""
        changes: dict[str, object] = {"takes_made": job.takes_made, "result_file": name}
        if job.takes_made < len(job.result_urls):
            return await self._store.move(job, JobState.RUNNING, job.updated_at, **changes)
        # Of one that is fetched again, what is missing now was given back.
        if job.takes_made < job.takes and not _is_fetched_again(job):
            return await self._store.move(job, JobState.SUBMITTING, self._now(), api_task_id=None, **changes)
        return await self._store.move(job, JobState.READY, self._now(), **changes)

    async def _result_not_there(self, job: Job, error: ApiError) -> Job | None:
        """A result's link may have expired, or belong to a server that was restarted: the task knows the new one."""
        if self._waited_s(job) > self._options.deadlines_s[job.kind]:
            return await self._expire(job)
        # Only the last take's task is known.
        can_be_asked = job.api_task_id is not None and job.takes_made + 1 == len(job.result_urls)
        if not can_be_asked and isinstance(error, ApiNotFound):
            return await self._end(job, FailureReason.TASK_LOST)
        log.warning("Fetching a result failed: job_id=%s error=%s", job.short_id, type(error).__name__)
        await self._sleep(await self.pace.next_delay_s(job))
        if not can_be_asked:
            return await self._unless_moved(job)
        known = list(job.result_urls[: job.takes_made])
        return await self._store.move(job, JobState.RUNNING, job.updated_at, result_urls=known)

    async def _deliver(self, job: Job, *, again: bool) -> Job | None:
        result = self._files.first_result(job)
        if not await self._files.has_result(job):
            return await self._fetch_again(job, SECOND_RESULT_NAME if again else FETCHED_RESULT_NAME)
        for attempt in count():
            try:
                posted = await self._delivery.deliver(job, result, again=again or attempt > 0)
            except (DiscordUnavailable, OSError) as error:
                # A disk that is full or fails may be seen to, as Discord is: what was paid for is not given up for it.
                if self._waited_s(job) > self._options.delivery_deadline_s:
                    return await self._end(job, FailureReason.UNDELIVERABLE)
                log.warning("Not posted yet: job_id=%s try=%s reason=%r", job.short_id, attempt + 1, error)
                await self._sleep(_delivery_pause_s(error, attempt))
            except DeliveryError as error:
                log.warning("Undeliverable: job_id=%s reason=%r", job.short_id, error)
                return await self._end(job, FailureReason.UNDELIVERABLE)
            except AudioUnreadable as error:
                log.warning("The service's result is not audio: job_id=%s reason=%s", job.short_id, error.reason)
                return await self._end(job, FailureReason.RESULT_UNREADABLE)
            else:
                return await self._done(job, posted)
        raise AssertionError("an endless loop ended")

    async def _fetch_again(self, job: Job, name: str) -> Job | None:
        """The work files are lost: what the service made may still be there."""
        if not job.result_urls:
            return await self._end(job, FailureReason.RESULT_GONE)
        return await self._store.move(job, JobState.RUNNING, self._now(), result_file=name, takes_made=0)

    async def _done(self, job: Job, posted: Posted) -> Job | None:
        took_s = (self._now() - job.created_at).total_seconds()
        log.info("Job done: job_id=%s kind=%s took_s=%.2f", job.short_id, job.kind, took_s)
        return await self._store.move(
            job,
            JobState.DONE,
            self._now(),
            result_channel_id=posted.channel_id,
            result_message_id=posted.message_id,
        )

    async def _fail(self, job: Job, error: ApiError) -> Job | None:
        reason, detail = failure_of(error)
        log.warning(
            "Job failed: job_id=%s reason=%s error=%s request_id=%s", job.short_id, reason, error, error.request_id
        )
        return await self._end(job, reason, detail)

    async def _expire(self, job: Job) -> Job | None:
        log.warning("Job past its deadline: job_id=%s task=%s", job.short_id, job.api_task_id)
        return await self._finish(job, JobState.EXPIRED, FailureReason.TOO_LATE)

    async def _end(self, job: Job, reason: FailureReason, detail: str = "") -> Job | None:
        return await self._finish(job, JobState.FAILED, reason, detail)

    async def _finish(self, job: Job, to: JobState, reason: FailureReason, detail: str = "") -> Job | None:
        """End the job without a result. What the member can still get, or got before, is not given back."""
        is_being_made = job.state.holds_place or job.state is JobState.QUEUED
        if job.takes_made and is_being_made and not job.was_posted:
            # Some of the takes were made, and paid for: the member gets those, and back what the others cost.
            log.warning("Job ends with fewer takes: job_id=%s made=%s of %s", job.short_id, job.takes_made, job.takes)
            return await self._store.settle_for_fewer(job, self._now(), paid=_takes_paid(job))
        if job.was_posted and reason is not FailureReason.UNDELIVERABLE:
            to, reason, detail = JobState.FAILED, FailureReason.RESULT_GONE, ""
        refund = reason not in {FailureReason.UNDELIVERABLE, FailureReason.RESULT_GONE}
        return await self._store.finish_without_result(
            job, to, self._now(), refund=refund, failure=reason, detail=detail
        )

    async def fail(self, job: Job, reason: FailureReason) -> Job | None:
        """End the job as failed, from outside of its steps."""
        return await self._end(job, reason)

    async def expire_in_line(self, job: Job) -> Job | None:
        """End a job that waited too long for its turn, and refund it; what was made of it before is READY then."""
        return await self._finish(job, JobState.EXPIRED, FailureReason.NEVER_STARTED)

    async def serve_cached(self, job: Job, card_message_id: int) -> Job | None:
        """Make a job READY whose result was made earlier, now that its card is shown; it takes no place.

        None where that result is gone by now: the job waits for its turn as any other, and stays free.

        Raises:
            StorageError: the database failed.
        """
        kept = await self._files.take_kept(job)
        if kept is None:
            return None
        return await self._store.set_card_of_cached(
            job,
            card_message_id,
            self._now(),
            takes_made=kept.takes,
            result_file=RESULT_NAME,
            result_urls=list(kept.result_urls),
            api_task_id=kept.api_task_id,
            notes=list(kept.notes),
        )

    def folder(self, job: Job) -> Path:
        """The job's own work folder."""
        return self._files.folder(job)

    async def clean_up(self, job: Job) -> None:
        """Remove the job's work files."""
        await self._files.clean_up(job)

    async def clean_up_except(self, job_ids: AbstractSet[str]) -> None:
        """Remove the work files of all jobs but these: of what ended while no process could remove them."""
        await self._files.clean_up_except(job_ids)


def _delivery_pause_s(error: Exception, attempt: int) -> float:
    """Longer each time, up to five minutes; what Discord asks for is never undercut: asking on in a ban prolongs it."""
    asked_for_s = error.retry_after_s if isinstance(error, DiscordUnavailable) else 0.0
    return max(asked_for_s, min(DELIVERY_PAUSE_CEILING_S, DELIVERY_PAUSE_S * 2.0 ** min(attempt, 10)))


def _is_fetched_again(job: Job) -> bool:
    """Whether its result was there once: then nothing more is made for it."""
    return job.result_file in {FETCHED_RESULT_NAME, SECOND_RESULT_NAME}


def _takes_paid(job: Job) -> int:
    """How many takes the job's cost is for. Of one that got fewer than it asked for no task is known any more."""
    return len(job.result_urls) if _is_fetched_again(job) and job.api_task_id is None else job.takes


def _result_of(job: Job, answer: TaskAnswer) -> dict[str, list[str]]:
    """The columns that an answer fills: where the result is, and what the service said about it."""
    notes = [*job.notes, *(note for note in answer.warnings if note not in job.notes)]
    return {"result_urls": [*job.result_urls, *answer.urls[:1]], "notes": notes}
