"""What a command may ask of jobs: admit, cancel, retry. Decides; bot/jobs/runner.py does the work."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.errors import InvalidRequest, JobNotFound
from bot.jobs.access import is_asker, is_of_same_guild, may_have_another, may_touch
from bot.jobs.line_display import LineDisplay
from bot.jobs.result_cache import ResultCache
from bot.jobs.runner import Runner
from bot.jobs.wishes import IsOptedOut, refuse_unwanted
from bot.models import (
    EffectRequest,
    Forecast,
    Job,
    JobState,
    NewJob,
    Place,
    Request,
    ResultForm,
    SpeechRequest,
    TranscriptRequest,
)
from bot.spoken_words import says_something
from bot.storage.database import StorageError
from bot.storage.jobs import JobStore

log = logging.getLogger(__name__)


class JobService:
    """The front door for commands and buttons."""

    def __init__(
        self,
        store: JobStore,
        runner: Runner,
        line: LineDisplay,
        *,
        now: Callable[[], datetime],
        max_text_length: int,
        is_opted_out: IsOptedOut,
        cache: ResultCache,
    ) -> None:
        self._store = store
        self._runner = runner
        self._line = line
        self._now = now
        self._max_text_length = max_text_length
        self._cache = cache
        self._is_opted_out = is_opted_out

    async def submit(
        self,
        request: Request,
        form: ResultForm,
        place: Place,
        *,
        role_ids: tuple[int, ...] = (),
        retry_of: str | None = None,
        is_free: bool = False,
        is_new_take: bool = False,
    ) -> Job:
        """Admit a job: limits and job row in one transaction. It starts once ``accepted`` was called.

        ``is_free`` takes it from no budget; rates and jobs in flight count all the same. What was made already is free
        too, unless ``is_new_take`` asks for another one of it.

        Raises:
            InvalidRequest: the text is too long, or nothing of it can be heard; ``not_transcribed``.
            LimitReached, Blocked: the member may not ask for it now, or at all.
        """
        checked = self._checked(request)
        # The member may have opted out since the price was asked about, or the first try.
        await refuse_unwanted(checked, place, self._is_opted_out)
        new = NewJob(
            secrets.token_hex(16),
            checked,
            form,
            place,
            self._now(),
            retry_of,
            role_ids,
            is_cached=not is_new_take and self._cache.has(checked, place),
            is_free=is_free,
        )
        job = await self._store.admit(new)
        log.info(
            "Job admitted: job_id=%s kind=%s guild_id=%s user_id=%s cost=%s",
            job.short_id, job.kind, place.guild_id, place.user_id, job.cost,
        )  # fmt: skip
        return job

    def is_kept(self, request: Request, place: Place) -> bool:
        """Whether the same was made here already, so that it would be free.

        Raises:
            InvalidRequest: as for ``submit``.
        """
        return self._cache.has(self._checked(request), place)

    def _checked(self, request: Request) -> Request:
        match request:
            case SpeechRequest():
                text = _storable(request.text)
                if not says_something(text):
                    raise InvalidRequest("text_empty")
                if len(text) > self._max_text_length:
                    raise InvalidRequest("text_too_long", str(self._max_text_length))
                return replace(request, text=text)
            case EffectRequest():
                prompt = _storable(request.prompt)
                if not prompt and request.source is None:
                    raise InvalidRequest("prompt_empty")
                return replace(request, prompt=prompt, avoid=_storable(request.avoid))
            case TranscriptRequest():
                return request

    async def accepted(self, job: Job, card_message_id: int) -> None:
        """The member sees the card: the job may start; if the database fails, as soon as it works again."""
        try:
            if not job.is_cached or not await self._runner.serve_cached(job, card_message_id):
                await self._store.set_card(job.id, card_message_id, self._now())
        except StorageError as error:
            log.error("A card could not be noted: job_id=%s: %s", job.short_id, error)  # noqa: TRY400  # a sentence
            self._runner.look_for_card(job)
        else:
            self._runner.wake()

    async def not_accepted(self, job: Job) -> None:
        """The member could not be answered: the job is dropped and costs nothing."""
        await self._store.finish_without_result(job, JobState.CANCELLED, self._now())
        log.warning("Job dropped, its card could not be shown: job_id=%s", job.short_id)

    def answer_lost(self, job: Job) -> None:
        """Nobody knows whether the member sees a card: it is looked for until that is known, or nobody can see one."""
        log.warning("Nobody knows whether a card is shown, it will be looked for: job_id=%s", job.short_id)
        self._runner.look_for_card(job)

    async def get(self, job_id: str) -> Job:
        """The job.

        Raises:
            JobNotFound: there is none of that id.
        """
        job = await self._store.get(job_id)
        if job is None:
            raise JobNotFound(job_id)
        return job

    async def get_touchable(self, job_id: str, place: Place, *, moderates: bool) -> Job:
        """The job, if this member may cancel it, or have its result taken away.

        Raises:
            JobNotFound: no such job.
            InvalidRequest: ``not_your_job``: neither asked for by this member nor in a guild moderated by them.
        """
        job = await self.get(job_id)
        if not may_touch(job, place, moderates=moderates):
            raise InvalidRequest("not_your_job")
        return job

    async def was_repeated(self, job: Job) -> bool:
        """Whether the job was asked for once more already."""
        return await self._store.was_repeated(job.id)

    async def forecast(self, job: Job) -> Forecast | None:
        """What its member may expect of the job now, if that can be told."""
        return await self._line.forecast(job)

    async def cancel(self, job_id: str, place: Place, *, moderates: bool) -> Job:
        """End a job before its result is posted.

        What it took from the limits is given back if the service was not asked yet; afterwards it is paid for (one of
        its takes, where it waits for its turn to make the others), and giving it back would let a member spend without
        end by cancelling.

        Raises:
            JobNotFound: no such job.
            InvalidRequest: ``not_your_job``: as for ``get_touchable``; ``too_late_to_cancel``: it is being delivered
                or over.
        """
        job = await self.get_touchable(job_id, place, moderates=moderates)
        # The state may change under our hands a few times at most: it only moves forward.
        while job.state.can_be_cancelled:
            was_asked = job.state is not JobState.QUEUED or job.takes_made > 0
            cancelled = await self._store.finish_without_result(
                job, JobState.CANCELLED, self._now(), refund=not was_asked
            )
            if cancelled is not None:
                log.info("Job cancelled: job_id=%s user_id=%s", job.short_id, place.user_id)
                self._runner.stop_job(cancelled)
                return cancelled
            job = await self.get(job_id)
        raise InvalidRequest("too_late_to_cancel")

    async def show(self, job: Job) -> None:
        """Bring the job's card up to date; if that is lost with this process, the next one does it."""
        await self._runner.show(job)

    async def recent(
        self, scope_id: int, *, user_id: int | None = None, before: datetime | None = None, count: int
    ) -> list[Job]:
        """The newest jobs of a guild (or of a member's direct messages), of one member or of all."""
        return await self._store.page(scope_id, user_id=user_id, before=before, count=count)

    async def check_send_again(
        self, job_id: str, place: Place, *, moderates: bool, role_ids: tuple[int, ...] = ()
    ) -> Job:
        """The job, if its result may be posted once more by this member here; that counts against their rate.

        Raises:
            JobNotFound: no such job.
            InvalidRequest: ``not_your_job``: as for ``get_touchable``; ``asked_elsewhere``: what was made in one server
                is not shown in another; ``nothing_to_send``: it has no result.
            LimitReached: they asked for too much lately.
        """
        job = await self.get_touchable(job_id, place, moderates=moderates)
        if not is_of_same_guild(job, place):
            raise InvalidRequest("asked_elsewhere")
        if not job.can_send_again:
            raise InvalidRequest("nothing_to_send")
        await self._store.take_rates(place, role_ids, self._now())
        return job

    async def send_again(self, job: Job, place: Place, card_message_id: int, *, form: ResultForm | None = None) -> Job:
        """Have the result of a job that is over posted once more, under a new card. It costs nothing.

        ``place`` is where, and with whose interaction; the job stays its asker's. ``form``: another one than before.

        Raises:
            InvalidRequest: ``nothing_to_send``: somebody else was faster.
        """
        there = replace(place, user_id=job.place.user_id)
        ready = await self._store.send_again(job, there, card_message_id, self._now(), form=form)
        if ready is None:
            raise InvalidRequest("nothing_to_send")
        log.info("Job is sent again: job_id=%s user_id=%s", job.short_id, place.user_id)
        self._runner.look()
        return ready

    async def find_made(self, job_id: str, place: Place) -> Job:
        """A job of which somebody who sees its result wants another one: anybody in its guild, else only its asker.

        Raises:
            JobNotFound: no such job.
            InvalidRequest: ``asked_elsewhere``: it is of another guild; ``only_asker``: nobody else sees it.
        """
        job = await self.get(job_id)
        if not is_of_same_guild(job, place):
            raise InvalidRequest("asked_elsewhere")
        if not may_have_another(job, place):
            raise InvalidRequest("only_asker")
        return job

    async def forget_result(self, job: Job) -> None:
        """Keep the job's result for nobody any more: it was taken away."""
        log.info("The result of a job is taken away: job_id=%s guild_id=%s", job.short_id, job.place.guild_id)
        await self._cache.forget(job)

    async def retry(self, job_id: str, place: Place, *, role_ids: tuple[int, ...] = ()) -> Job:
        """Ask for the same thing again, as a new job of the member who pressed the button.

        Raises:
            JobNotFound: no such job.
            InvalidRequest: ``only_asker``: nobody else may; ``nothing_to_retry``: it is not over, went well,
                or was repeated before.
            LimitReached, Blocked: as for any job.
        """
        job = await self.get(job_id)
        if not is_asker(job, place):
            raise InvalidRequest("only_asker")
        if not job.can_retry:
            raise InvalidRequest("nothing_to_retry")
        # What only its asker was to see stays so.
        there = replace(place, is_private=job.place.is_private)
        # What was free and came to nothing is still owed; what was cancelled after it was begun is not.
        is_second_try = isinstance(job.request, TranscriptRequest) and job.request.is_second_try
        is_free = is_second_try and job.cost == 0 and job.was_refunded
        return await self.submit(job.request, job.form, there, role_ids=role_ids, retry_of=job.id, is_free=is_free)


def _storable(text: str) -> str:
    """Half a surrogate pair fits into neither a request nor a database."""
    return text.encode("utf-8", "ignore").decode().strip()
