"""Runs the jobs: claims the next in line while there are places, and goes on with what a crash left behind.

What fails on the way and what it does to the others:

    a bug in a job's steps    ends that job as failed and refunds it
    a bug in a card           is logged
    a bug in a duty           is logged, and the duty done again when its time comes
    the database              jobs stay in the state that is written; they are taken up as after a crash
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.jobs.carrier import Carrier
from bot.jobs.ports import Delivery
from bot.jobs.recovery import Recovery
from bot.models import FailureReason, Forecast, Job, JobState
from bot.storage.database import StorageError
from bot.storage.jobs import JobStore

log = logging.getLogger(__name__)

# How often is looked for what other processes freed, queued or left behind when they died.
LOOK_EVERY_S = 5.0
# A card that changes before a second has passed is only noise: most speech is there by then.
FIRST_PROGRESS_S = 1.0
STOP_WITHIN_S = 7.0

# Called, not awaited, where it runs: the coroutine of a task that is cancelled before its first step would be lost.
Work = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Carried:
    """A job in the hands of this process, as it stands now."""

    job: Job
    task: asyncio.Task[None]


class Runner:
    """One loop that claims jobs, and a task for each claimed one.

    ``places`` says how many jobs may be with the service at once, and is asked before each claim: the number is lower
    while the service says that it is busy.
    """

    def __init__(
        self,
        store: JobStore,
        carrier: Carrier,
        delivery: Delivery,
        *,
        places: Callable[[], int],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._store = store
        self._carrier = carrier
        self._delivery = delivery
        self._places = places
        self._now = now
        self._sleep = sleep
        self._recovery = Recovery(store, carrier, delivery, now=now, sleep=sleep)
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        # When to look for unfinished jobs that nobody carries; None stands for at once.
        self._look_again_at: datetime | None = None
        # Bounded: SUBMITTING and RUNNING by the key's places, the rest by what those produced.
        self._carried: dict[str, Carried] = {}
        # Bounded: the duties, a card's first refresh for each carried job, a search for each job without a card.
        self._background: dict[str, asyncio.Task[None]] = {}
        self._duties: dict[str, tuple[Work, float]] = {}

    def with_duty(self, name: str, work: Work, *, every_s: float) -> None:
        """Have something done when ``run`` begins, and every so often from then on, whatever goes wrong with it."""
        self._duties[name] = (work, every_s)

    @property
    def with_service(self) -> list[Job]:
        """The jobs that this process has handed to the service."""
        return [carried.job for carried in self._carried.values() if carried.job.state.holds_place]

    def look(self) -> None:
        """There may be a job that nobody carries."""
        self._look_again_at = None
        self._wake.set()

    async def serve_cached(self, job: Job, card_message_id: int) -> bool:
        """Bring what was made earlier to a job whose card is shown now; False where it has to wait for its turn.

        Raises:
            StorageError: the database failed.
        """
        ready = await self._carrier.serve_cached(job, card_message_id)
        if ready is not None:
            self.look()
        return ready is not None

    def look_for_card(self, job: Job) -> None:
        """The job may have a card that was not noted."""
        self._recovery.look_for_card_of(job)
        self.look()

    def wake(self) -> None:
        """There may be something to claim."""
        self._wake.set()

    def stop(self) -> None:
        """Ask ``run`` to end: what is being handed to the service or to Discord has ``STOP_WITHIN_S`` to finish that.

        The rest goes on next time.
        """
        self._stopping.set()
        self._wake.set()
        self._interrupt()

    def _interrupt(self) -> None:
        for carried in self._carried.values():
            if carried.job.state is JobState.RUNNING:
                carried.task.cancel()

    def stop_job(self, job: Job) -> None:
        """Stop working on a job that was cancelled in storage."""
        carried = self._carried.get(job.id)
        if carried is not None:
            carried.job = job
            carried.task.cancel()
        self._wake.set()

    async def run(self) -> None:
        """Run until ``stop``. Discord must be reachable by then: recovery may have to look at cards."""
        try:
            async with asyncio.timeout(None) as limit, asyncio.TaskGroup() as group:
                for name, (work, every_s) in self._duties.items():
                    self._in_background(group, name, partial(self._repeat, name, work, every_s))
                while not self._stopping.is_set():
                    await self._take_turn(group)
                    await self._wait()
                # What was taken up after ``stop`` too.
                self._interrupt()
                for task in self._background.values():
                    task.cancel()
                limit.reschedule(asyncio.get_running_loop().time() + STOP_WITHIN_S)
        except TimeoutError:
            if any(carried.job.state is JobState.SUBMITTING for carried in self._carried.values()):
                log.warning("Stopped while a job was being handed over; its outcome is unknown")
            else:
                log.info("Stopped before every card was up to date; the next start goes on with them")

    async def _take_turn(self, group: asyncio.TaskGroup) -> None:
        """Take up what nobody carries, then claim. A database that fails is asked again at the next turn."""
        self._wake.clear()
        try:
            if self._look_again_at is None or self._now() >= self._look_again_at:
                await self._take_up(group)
                self._look_again_at = self._now() + timedelta(seconds=LOOK_EVERY_S)
            await self._claim(group)
        except StorageError as error:
            self._fall_behind(error)

    async def _wait(self) -> None:
        """Wait until there may be something to claim, or until it is time to look."""
        waking = asyncio.ensure_future(self._wake.wait())
        # A pause of one kind may be long; for the others there may be something before.
        pause_s = self._carrier.pauses.first_ends_in_s or LOOK_EVERY_S
        looking = asyncio.ensure_future(self._sleep(min(pause_s, LOOK_EVERY_S)))
        try:
            await asyncio.wait({waking, looking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.cancel()
            looking.cancel()

    def _fall_behind(self, error: StorageError) -> None:
        log.error("%s Unfinished jobs are taken up when it works again", error)
        self._look_again_at = None

    async def _take_up(self, group: asyncio.TaskGroup) -> None:
        """Go on with the unfinished jobs that nobody carries: after a crash, or when the database failed meanwhile."""
        to_carry, to_show = await self._recovery.left_behind(set(self._carried))
        for job in to_carry:
            self._start(group, job)
        for job in to_show:
            group.create_task(self.show(job))
        for job in await self._recovery.without_card():
            self._in_background(group, f"card {job.id}", partial(self._find_card, job))

    async def _find_card(self, job: Job) -> None:
        if await self._recovery.find_card(job):
            # One whose result was made earlier is carried at once, any other is claimed.
            self.look()

    async def _claim(self, group: asyncio.TaskGroup) -> None:
        while not self._stopping.is_set():
            job = await self._store.claim(self._now(), self._places(), paused=self._carrier.pauses.kinds)
            if job is None:
                return
            if self._stopping.is_set():
                # Nothing was sent yet: it keeps its place in line for the next start.
                await self._store.move(job, JobState.QUEUED, self._now())
                return
            self._start(group, job)

    def _start(self, group: asyncio.TaskGroup, job: Job) -> None:
        carried = Carried(job, group.create_task(self._carry(job)))
        self._carried[job.id] = carried
        # A task that is cancelled before its first step never reaches its own ``finally``.
        carried.task.add_done_callback(lambda _: self._let_go(carried))
        if job.state is JobState.SUBMITTING:
            # The cards of jobs that were taken up say so already; after a restart there may be a thousand.
            self._in_background(group, f"progress {job.id}", partial(self._show_progress, job.id))

    def _let_go(self, carried: Carried) -> None:
        if self._carried.get(carried.job.id) is carried:
            del self._carried[carried.job.id]

    async def _carry(self, job: Job) -> None:
        carried = self._carried[job.id]
        try:
            await self._take_steps(carried)
            self._wake.set()
        except StorageError as error:
            # Not woken: the next turn comes soon enough, and a full disk is not to be asked without a pause.
            self._fall_behind(error)
            return
        finally:
            self._let_go(carried)
        last = carried.job
        if last.state is JobState.QUEUED or (last.state.is_final and last.state is not JobState.DONE):
            await self.show(last)

    async def _take_steps(self, carried: Carried) -> None:
        """Let the carrier work. One of the named borders: a bug in one job must not take the others with it."""
        try:
            async with aclosing(self._carrier.carry(carried.job)) as steps:
                async for carried.job in steps:
                    if self._stopping.is_set() and not carried.job.state.is_final:
                        return
        except asyncio.CancelledError:
            if carried.job.state.is_final:
                await self._carrier.clean_up(carried.job)
            raise
        except StorageError:
            raise
        except Exception:
            log.exception("A bug ended a job: job_id=%s", carried.job.short_id)
            carried.job = await self._end_after_bug(carried.job)

    async def _end_after_bug(self, job: Job) -> Job:
        current = await self._store.get(job.id) or job
        if not current.state.is_final:
            current = await self._carrier.fail(current, FailureReason.BUG) or current
        await self._carrier.clean_up(current)
        return current

    def _in_background(self, group: asyncio.TaskGroup, name: str, work: Work) -> None:
        """Start what is not worth waiting for at the end; once at a time under each name."""
        if name in self._background:
            return
        task = group.create_task(self._guard(name, work))
        self._background[name] = task
        task.add_done_callback(lambda _: self._background.pop(name, None))

    async def _repeat(self, name: str, work: Work, every_s: float) -> None:
        while True:
            await self._guard(name, work)
            await self._sleep(every_s)

    async def _guard(self, name: str, work: Work) -> None:
        """The same border for what goes on beside the jobs: a bug in a card must not take the jobs with it."""
        try:
            await work()
        except StorageError as error:
            self._fall_behind(error)
        except Exception:
            log.exception("A bug beside the jobs: %s", name)

    async def show(self, job: Job) -> None:
        """Bring the job's card up to date, whatever goes wrong with it.

        The end of a job without a result is noted as shown only then: if this process dies before, another shows it.
        """
        await self._guard(f"job_id={job.short_id}", partial(self._show, job))

    async def _show(self, job: Job) -> None:
        await self._delivery.show(job)
        if job.state.is_final:
            await self._store.end_is_shown(job)

    async def _show_progress(self, job_id: str) -> None:
        await self._sleep(FIRST_PROGRESS_S)
        carried = self._carried.get(job_id)
        if carried is not None:
            forecast = Forecast(await self._carrier.pace.usual_s(carried.job))
            await self._delivery.show(carried.job, forecast)
