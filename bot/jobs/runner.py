"""Runs the jobs: claims the next in line while there are places, and goes on with what a crash left behind."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from bot.jobs.carrier import Carrier, Delivery
from bot.models import FailureReason, Job, JobState
from bot.storage.jobs import JobStore

log = logging.getLogger(__name__)

IDLE_CHECK_S = 5.0
# A card that changes before a second has passed is only noise: most speech is there by then.
FIRST_PROGRESS_S = 1.0
# Edits are limited per channel; a line that moves is shown more calmly than Discord would allow.
LINE_REFRESH_S = 3.0
CARDS_PER_REFRESH = 5
STOP_WITHIN_S = 7.0


@dataclass(slots=True)
class Carried:
    """A job in the hands of this process, as it stands now."""

    job: Job
    task: asyncio.Task[None]


class Runner:
    """One loop that claims jobs, and a task for each claimed one."""

    def __init__(
        self,
        store: JobStore,
        carrier: Carrier,
        delivery: Delivery,
        *,
        places: int,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._store = store
        self._carrier = carrier
        self._delivery = delivery
        self._places = places
        self._now = now
        self._sleep = sleep
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        # Bounded: SUBMITTING and RUNNING by the key's places, the rest by what those produced.
        self._carried: dict[str, Carried] = {}

    def wake(self) -> None:
        """There may be something to claim."""
        self._wake.set()

    def stop(self) -> None:
        """Ask ``run`` to end: what is being handed to the service finishes that step, the rest goes on next time."""
        self._stopping.set()
        self._wake.set()
        for carried in self._carried.values():
            if carried.job.state is not JobState.SUBMITTING:
                carried.task.cancel()

    def stop_job(self, job: Job) -> None:
        """Stop working on a job that was cancelled in storage."""
        carried = self._carried.get(job.id)
        if carried is not None:
            carried.task.cancel()
        self._wake.set()

    async def run(self) -> None:
        """Run until ``stop``. Discord must be reachable by then: recovery may have to look at cards."""
        try:
            async with asyncio.timeout(None) as limit, asyncio.TaskGroup() as group:
                await self._recover(group)
                line = group.create_task(self._show_line())
                while not self._stopping.is_set():
                    await self._claim(group)
                    await self._wait()
                line.cancel()
                limit.reschedule(asyncio.get_running_loop().time() + STOP_WITHIN_S)
        except TimeoutError:
            log.warning("Stopped while a job was being handed over; its outcome is unknown")

    async def _recover(self, group: asyncio.TaskGroup) -> None:
        for job in await self._store.unfinished():
            match job.state:
                case JobState.QUEUED:
                    if job.card_message_id is None:
                        await self._find_card(job)
                case JobState.SUBMITTING:
                    # The API has no idempotency key: whether it took the job cannot be known, so it is not sent again.
                    failed = await self._carrier.fail(job, FailureReason.OUTCOME_UNKNOWN)
                    if failed is not None:
                        await self._delivery.show(failed)
                case _:
                    log.info("Job goes on after a restart: job_id=%s state=%s", job.short_id, job.state)
                    self._start(group, job)

    async def _find_card(self, job: Job) -> None:
        """The process died between admitting the job and noting its card: did the member see one?"""
        card_message_id = await self._delivery.find_card(job)
        if card_message_id is not None:
            await self._store.set_card(job.id, card_message_id)
        else:
            await self._store.finish_without_result(job, JobState.CANCELLED, self._now())

    async def _claim(self, group: asyncio.TaskGroup) -> None:
        self._wake.clear()
        while not self._stopping.is_set() and self._carrier.pause_s() is None:
            job = await self._store.claim(self._now(), self._places)
            if job is None:
                return
            self._start(group, job)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._carrier.pause_s() or IDLE_CHECK_S):
                await self._wake.wait()
        except TimeoutError:
            return

    def _start(self, group: asyncio.TaskGroup, job: Job) -> None:
        self._carried[job.id] = Carried(job, group.create_task(self._carry(job)))
        group.create_task(self._show_progress(job.id))

    async def _carry(self, job: Job) -> None:
        last = job
        try:
            async with aclosing(self._carrier.carry(job)) as steps:
                async for last in steps:
                    self._carried[job.id].job = last
                    if self._stopping.is_set():
                        return
        except Exception:
            # One of the three named borders: a bug in one job must not take the others with it.
            log.exception("A bug ended a job: job_id=%s", job.short_id)
            last = await self._end_after_bug(last)
        finally:
            del self._carried[job.id]
            self._wake.set()
        if last.state is not JobState.DONE:
            await self._delivery.show(last)

    async def _end_after_bug(self, job: Job) -> Job:
        current = await self._store.get(job.id)
        if current is None or current.state.is_final:
            return current or job
        return await self._carrier.fail(current, FailureReason.BUG) or current

    async def _show_progress(self, job_id: str) -> None:
        await self._sleep(FIRST_PROGRESS_S)
        carried = self._carried.get(job_id)
        if carried is not None:
            await self._delivery.show(carried.job)

    async def _show_line(self) -> None:
        """Keep the cards of waiting jobs up to date with their place in line, calmly."""
        shown: dict[str, int] = {}
        while True:
            await self._sleep(LINE_REFRESH_S)
            places = {job.id: (place, job) for place, job in enumerate(await self._store.waiting(), start=1)}
            shown = {job_id: place for job_id, place in shown.items() if job_id in places}
            moved = [(place, job) for place, job in places.values() if shown.get(job.id) != place]
            for place, job in moved[:CARDS_PER_REFRESH]:
                shown[job.id] = place
                await self._delivery.show(job, place)
