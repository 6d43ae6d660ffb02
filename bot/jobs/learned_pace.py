"""Keeps the pace of asking: what was learned of each kind of job, and what is known of the tasks being waited for."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.jobs.pace import NOTHING_LEARNED, learn, next_delay_s, usual_time
from bot.models import Job
from bot.storage.database import StorageError
from bot.storage.pace import PaceStore

if TYPE_CHECKING:
    from bot.learned_time import LearnedTime

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Watch:
    """A task that is waited for."""

    accepted_at: datetime
    asked_at: datetime | None = None
    """When the question was sent whose answer is awaited."""
    unfinished_at: datetime | None = None
    """When the last question was sent that was answered with: not yet."""
    has_ended: bool = False


class LearnedPace:
    """When to ask for a job's task. Call ``accepted``, then ``next_delay_s``, ``asking`` and the answer in turn."""

    def __init__(self, store: PaceStore | None, *, now: Callable[[], datetime], rng: random.Random) -> None:
        """``store`` None learns for as long as the process lives."""
        self._store = store
        self._now = now
        self._rng = rng
        # Bounded by the kinds of jobs.
        self._learned: dict[str, LearnedTime] = {}
        self._unsaved: set[str] = set()
        self._is_loaded = store is None
        # Bounded by the jobs in hand: whoever carries a job forgets it in the end.
        self._watches: dict[str, Watch] = {}

    def accepted(self, job: Job, at: datetime) -> None:
        """The service took the job's task at this moment."""
        self._watches[job.id] = Watch(at)

    async def next_delay_s(self, job: Job, hint_s: float | None = None) -> float:
        """Seconds until the job's task should be asked for; ``hint_s`` is what the service asks to be left alone for.

        A job that another process handed over has waited already, and is asked for accordingly.
        """
        await self._load()
        watch = self._watches.get(job.id) or await self._watch_again(job)
        waited_s = (self._now() - watch.accepted_at).total_seconds()
        learned = self._learned.get(job.kind, NOTHING_LEARNED)
        return next_delay_s(usual_time(job.kind, job.request.size, learned), waited_s, self._rng, hint_s)

    async def usual_s(self, job: Job) -> float:
        """Seconds that a job like this one usually takes with the service."""
        await self._load()
        return usual_time(job.kind, job.request.size, self._learned.get(job.kind, NOTHING_LEARNED)).median_s

    def asking(self, job: Job) -> None:
        """The question is sent now; the task's end, if it is told, came before the answer."""
        if job.id in self._watches:
            self._watches[job.id].asked_at = self._now()

    def not_yet(self, job: Job) -> None:
        """The answer was that the task is going on."""
        if job.id in self._watches:
            self._watches[job.id].unfinished_at = self._watches[job.id].asked_at

    def ended(self, job: Job) -> None:
        """The answer was a result: learn from how long it took, once a task."""
        watch = self._watches.get(job.id)
        if watch is None or watch.has_ended:
            return
        watch.has_ended = True
        after_s = ((watch.unfinished_at or watch.accepted_at) - watch.accepted_at).total_seconds()
        by_s = (self._now() - watch.accepted_at).total_seconds()
        if not 0 <= after_s <= by_s:
            # The clock was set back meanwhile.
            return
        known = self._learned.get(job.kind, NOTHING_LEARNED)
        self._learned[job.kind] = learn(known, job.kind, job.request.size, after_s=after_s, by_s=by_s)
        self._unsaved.add(job.kind)

    def forget(self, job: Job) -> None:
        """Nobody waits for this job here any more."""
        self._watches.pop(job.id, None)

    async def save(self) -> None:
        """Write down what was learned since the last time. A database that fails is no reason to fail a job."""
        while self._store is not None and self._unsaved:
            kind = self._unsaved.pop()
            try:
                await self._store.save(kind, self._learned[kind])
            except StorageError as error:
                log.warning("What was learned of kind=%s was not saved: %s", kind, error)
                return

    async def _load(self) -> None:
        """Take over what earlier processes learned, once; a database that fails is asked again the next time."""
        if self._is_loaded or self._store is None:
            return
        try:
            stored = await self._store.load()
        except StorageError as error:
            log.warning("What was learned of earlier jobs was not loaded: %s", error)
            return
        if not self._is_loaded:
            self._is_loaded = True
            self._learned = {**stored, **self._learned}

    async def _watch_again(self, job: Job) -> Watch:
        """Go on with a task that was accepted before this process carried it."""
        noted = None
        if self._store is not None:
            try:
                noted = await self._store.accepted_at(job.id)
            except StorageError as error:
                log.warning("When a task was accepted is not known: job_id=%s %s", job.short_id, error)
        return self._watches.setdefault(job.id, Watch(noted or job.updated_at))
