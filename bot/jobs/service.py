"""What a command may ask of jobs: admit, cancel, retry. Decides; bot/jobs/runner.py does the work."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.errors import InvalidRequest, JobNotFound
from bot.jobs.runner import Runner
from bot.models import Job, JobState, NewJob, Place, ResultForm, SpeechRequest
from bot.storage.jobs import JobStore

log = logging.getLogger(__name__)


class JobService:
    """The front door for commands and buttons."""

    def __init__(self, store: JobStore, runner: Runner, *, now: Callable[[], datetime], max_text_length: int) -> None:
        self._store = store
        self._runner = runner
        self._now = now
        self._max_text_length = max_text_length

    async def submit(
        self, request: SpeechRequest, form: ResultForm, place: Place, *, retry_of: str | None = None
    ) -> Job:
        """Admit a job: limits and job row in one transaction. It starts once ``accepted`` was called.

        Raises:
            InvalidRequest: the text is empty or too long.
            LimitReached: the member or the guild asked for too much.
        """
        # Half a surrogate pair fits into neither a request nor a database.
        text = request.text.encode("utf-8", "ignore").decode().strip()
        if not text:
            raise InvalidRequest("text_empty")
        if len(text) > self._max_text_length:
            raise InvalidRequest("text_too_long", str(self._max_text_length))
        spoken = replace(request, text=text)
        job = await self._store.admit(NewJob(secrets.token_hex(16), spoken, form, place, self._now(), retry_of))
        log.info(
            "Job admitted: job_id=%s kind=%s guild_id=%s user_id=%s size=%s",
            job.short_id, job.kind, place.guild_id, place.user_id, spoken.size,
        )  # fmt: skip
        return job

    async def accepted(self, job: Job, card_message_id: int) -> None:
        """The member sees the card: the job may start."""
        await self._store.set_card(job.id, card_message_id)
        self._runner.wake()

    async def not_accepted(self, job: Job) -> None:
        """The member could not be answered: the job is dropped and costs nothing."""
        await self._store.finish_without_result(job, JobState.CANCELLED, self._now())
        log.warning("Job dropped, its card could not be shown: job_id=%s", job.short_id)

    async def get(self, job_id: str) -> Job:
        """The job.

        Raises:
            JobNotFound: there is none of that id.
        """
        job = await self._store.get(job_id)
        if job is None:
            raise JobNotFound(job_id)
        return job

    async def cancel(self, job_id: str, user_id: int, *, guild_id: int | None, moderates: bool) -> Job:
        """End a job before its result is posted.

        What it took from the limits is given back if the service was not asked yet; afterwards it is paid for, and
        giving it back would let a member spend without end by cancelling.

        Raises:
            JobNotFound: no such job.
            InvalidRequest: ``not_your_job``: neither asked for by this member nor in a guild moderated by them;
                ``too_late_to_cancel``: it is being delivered or over.
        """
        job = await self.get(job_id)
        # A moderator is one in their own guild only, and nobody moderates direct messages.
        moderates_it = moderates and guild_id is not None and guild_id == job.place.guild_id
        if job.place.user_id != user_id and not moderates_it:
            raise InvalidRequest("not_your_job")
        # The state may change under our hands a few times at most: it only moves forward.
        while job.state in {JobState.QUEUED, JobState.SUBMITTING, JobState.RUNNING, JobState.READY}:
            cancelled = await self._store.finish_without_result(
                job, JobState.CANCELLED, self._now(), refund=job.state is JobState.QUEUED
            )
            if cancelled is not None:
                log.info("Job cancelled: job_id=%s user_id=%s", job.short_id, user_id)
                self._runner.stop_job(cancelled)
                return cancelled
            job = await self.get(job_id)
        raise InvalidRequest("too_late_to_cancel")

    async def retry(self, job_id: str, place: Place) -> Job:
        """Ask for the same thing again, as a new job of the member who pressed the button.

        Raises:
            JobNotFound: no such job.
            InvalidRequest: ``not_your_job``: only the asker may; ``nothing_to_retry``: it is not over, went well,
                or was repeated before.
            LimitReached: as for any job.
        """
        job = await self.get(job_id)
        if job.place.user_id != place.user_id:
            raise InvalidRequest("not_your_job")
        if not job.can_retry:
            raise InvalidRequest("nothing_to_retry")
        return await self.submit(job.request, job.form, place, retry_of=job.id)
