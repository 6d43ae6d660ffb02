"""Goes on with what a dead process left behind: this program before a crash, or another one on the same database."""

import logging
from collections.abc import Awaitable, Callable, Container
from collections.abc import Set as AbstractSet
from datetime import datetime

from bot.errors import DeliveryError
from bot.jobs.carrier import Carrier
from bot.jobs.ports import Delivery
from bot.models import FailureReason, Job, JobState
from bot.storage.jobs import JobStore

log = logging.getLogger(__name__)

CARD_SEARCH_PAUSE_S = 10.0


class Recovery:
    """Decides for each job that nobody carries how it goes on."""

    def __init__(
        self,
        store: JobStore,
        carrier: Carrier,
        delivery: Delivery,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._store = store
        self._carrier = carrier
        self._delivery = delivery
        self._now = now
        self._sleep = sleep
        # Jobs of this process whose card may be shown or not; each until that is known.
        self._answer_lost: set[str] = set()

    async def left_behind(self, carried: Container[str]) -> tuple[list[Job], list[Job]]:
        """Jobs that nobody carries any more: those to go on with, and those that ended and have to be shown."""
        to_carry: list[Job] = []
        to_show: list[Job] = []
        now = self._now()
        for job in await self._store.take_over(now):
            if job.id in carried:
                continue
            if job.state is JobState.SUBMITTING:
                # The API has no idempotency key: whether it took the job cannot be known, so it is not sent again.
                failed = await self._carrier.fail(job, FailureReason.OUTCOME_UNKNOWN)
                # Of several takes some may have been made: those are delivered.
                if failed is not None:
                    (to_show if failed.state.is_final else to_carry).append(failed)
                continue
            going_on = await self._with_new_deadline(job, now)
            to_carry += [going_on] if going_on is not None else []
        to_show += await self._store.take_over_ends(self._now())
        return to_carry, to_show

    async def _with_new_deadline(self, job: Job, now: datetime) -> Job | None:
        """While the database was away nobody could ask for a task; those of a dead process were renewed together."""
        if job.state is not JobState.RUNNING or job.updated_at >= now:
            return job
        return await self._store.move(job, JobState.RUNNING, now)

    def look_for_card_of(self, job: Job) -> None:
        """Whether the member was answered is not known: do not leave the job to whoever answers."""
        self._answer_lost.add(job.id)

    async def without_card(self) -> list[Job]:
        """Jobs that were admitted, and whose card nobody notes: the process died before, or the answer was lost."""
        found = await self._store.without_card()
        living = await self._store.living(self._now()) if found else frozenset[str]()
        return [job for job in found if self._may_be_forgotten(job, living)]

    def _may_be_forgotten(self, job: Job, living: AbstractSet[str]) -> bool:
        """False while a process may still be answering the member who asked."""
        is_over = job.owner not in living or self._now() >= job.place.token_expires_at
        return is_over or job.id in self._answer_lost

    async def find_card(self, job: Job) -> bool:
        """Look whether the member saw a card; True when the job goes on now, else it is dropped and refunded."""
        while True:
            try:
                card_message_id = await self._delivery.find_card(job)
            except DeliveryError as error:
                log.warning("A card could not be looked for: job_id=%s reason=%r", job.short_id, error)
            else:
                break
            # With the interaction goes the way to its card. One that answered none can be looked for at any time.
            if job.place.interaction_token and self._now() >= job.place.token_expires_at:
                card_message_id = None
                break
            await self._sleep(CARD_SEARCH_PAUSE_S)
        self._answer_lost.discard(job.id)
        if card_message_id is None:
            await self._store.finish_without_result(job, JobState.CANCELLED, self._now())
            return False
        if not job.is_cached or await self._carrier.serve_cached(job, card_message_id) is None:
            await self._store.set_card(job.id, card_message_id, self._now())
        return True
