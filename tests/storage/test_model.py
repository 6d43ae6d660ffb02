"""Any order of admissions, claims, ends, cancellations, restarts and clock steps, against a model of a few lines."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.errors import LimitReached
from bot.models import Allowance, Job, JobState, Limits, Rate
from bot.storage.database import Database
from bot.storage.jobs import JobStore
from tests.storage.samples import START, new_job, unfinished

LIMITS = Limits(member=Allowance(Rate(3, 20.0)), guild=Allowance(Rate(5, 7.0)))
PLACES = 2
MEMBERS = st.sampled_from([1, 2])
GUILDS = st.sampled_from([100, 200, None])
NEXT_STATE = {
    JobState.SUBMITTING: JobState.RUNNING,
    JobState.RUNNING: JobState.READY,
    JobState.READY: JobState.DELIVERING,
    JobState.DELIVERING: JobState.DONE,
}


@dataclass
class Bucket:
    """How many jobs it may take now, as tokens: another formula than the one in the database."""

    rate: Rate
    tokens: float
    seen_at: datetime

    def refill(self, now: datetime) -> None:
        gained = (now - self.seen_at).total_seconds() / self.rate.refill_s
        self.tokens = min(self.rate.burst, self.tokens + gained)
        self.seen_at = now


@dataclass
class Model:
    """What ought to be in the database."""

    now: datetime = START
    buckets: dict[str, Bucket] = field(default_factory=dict[str, Bucket])
    jobs: dict[str, Job] = field(default_factory=dict[str, Job])
    refunds: set[str] = field(default_factory=set[str])

    def buckets_of(self, job: Job) -> list[Bucket]:
        scope, member = job.place.scope_id, job.place.user_id
        found: list[Bucket] = []
        for key, rate in ((f"{scope}:{member}", LIMITS.member), (f"{scope}", LIMITS.guild)):
            bucket = self.buckets.setdefault(key, Bucket(rate, rate.burst, self.now))
            bucket.refill(self.now)
            found.append(bucket)
        return found

    def with_service(self) -> list[Job]:
        return [job for job in self.jobs.values() if job.state.holds_place]

    def unfinished(self) -> list[Job]:
        return [job for job in self.jobs.values() if not job.state.is_final]


class JobsMachine(RuleBasedStateMachine):
    """One database file that lives as long as the machine; the process on top of it may restart."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._folder = tempfile.TemporaryDirectory()
        self._model = Model()
        self._open()

    def _open(self) -> None:
        self._database = Database(f"sqlite+aiosqlite:///{Path(self._folder.name)}/jobs.db")
        self._store = JobStore(self._database, LIMITS)
        self._runner.run(self._database.__aenter__())

    def _close(self) -> None:
        self._runner.run(self._database.__aexit__())

    def teardown(self) -> None:
        self._close()
        self._runner.close()
        self._folder.cleanup()

    def _pick(self, number: int, *states: JobState) -> Job:
        jobs = [job for job in self._model.jobs.values() if job.state in states]
        return jobs[number % len(jobs)]

    def _has(self, *states: JobState) -> bool:
        return any(job.state in states for job in self._model.jobs.values())

    @rule(member=MEMBERS, guild=GUILDS, times=st.integers(1, 6))
    def admit(self, member: int, guild: int | None, times: int) -> None:
        for _ in range(times):
            self._admit_one(member, guild)

    def _admit_one(self, member: int, guild: int | None) -> None:
        new = new_job(member, guild, at=self._model.now)
        try:
            job = self._runner.run(self._store.admit(new))
        except LimitReached:
            stand_in = Job(new.id, JobState.QUEUED, new.request, new.form, new.place, new.created_at, new.created_at)
            assert min(bucket.tokens for bucket in self._model.buckets_of(stand_in)) < 1 - 1e-6
            return
        for bucket in self._model.buckets_of(job):
            bucket.tokens -= 1
            assert bucket.tokens > -0.01, "a bucket gave more than it had"
        self._runner.run(self._store.set_card(job.id, 1, START))
        self._model.jobs[job.id] = job

    @rule()
    def claim(self) -> None:
        job = self._runner.run(self._store.claim(self._model.now, PLACES))
        has_place = len(self._model.with_service()) < PLACES
        assert (job is not None) == (has_place and self._has(JobState.QUEUED))
        if job is not None:
            assert self._model.jobs[job.id].state is JobState.QUEUED
            self._model.jobs[job.id] = job

    @precondition(lambda self: self._has(*NEXT_STATE))
    @rule(number=st.integers(0, 99))
    def go_on(self, number: int) -> None:
        job = self._pick(number, *NEXT_STATE)
        moved = self._runner.run(self._store.move(job, NEXT_STATE[job.state], self._model.now))
        assert moved is not None
        self._model.jobs[job.id] = moved

    @precondition(lambda self: self._has(JobState.SUBMITTING))
    @rule(number=st.integers(0, 99))
    def put_back_in_line(self, number: int) -> None:
        job = self._pick(number, JobState.SUBMITTING)
        moved = self._runner.run(self._store.move(job, JobState.QUEUED, self._model.now))
        assert moved is not None
        self._model.jobs[job.id] = moved

    @precondition(lambda self: bool(self._model.jobs))
    @rule(number=st.integers(0, 99), state=st.sampled_from([JobState.FAILED, JobState.EXPIRED]))
    def fail(self, number: int, state: JobState) -> None:
        self._end(self._pick(number, *JobState), state, refund=True)

    @precondition(lambda self: bool(self._model.jobs))
    @rule(number=st.integers(0, 99))
    def cancel(self, number: int) -> None:
        job = self._pick(number, *JobState)
        self._end(job, JobState.CANCELLED, refund=job.state is JobState.QUEUED)

    def _end(self, job: Job, to: JobState, *, refund: bool) -> None:
        """A job that is over is asked for too, as it was when it was admitted: as by somebody who is late."""
        is_late = job.state.is_final
        seen = job if not is_late else self._seen_before(job)
        ended = self._runner.run(self._store.finish_without_result(seen, to, self._model.now, refund=refund))
        assert (ended is None) == is_late
        if ended is None:
            return
        self._model.jobs[job.id] = ended
        if refund:
            assert job.id not in self._model.refunds
            self._model.refunds.add(job.id)
            for bucket in self._model.buckets_of(job):
                bucket.tokens = min(bucket.rate.burst, bucket.tokens + 1)

    @staticmethod
    def _seen_before(job: Job) -> Job:
        return Job(job.id, JobState.QUEUED, job.request, job.form, job.place, job.created_at, job.created_at)

    @rule(seconds=st.floats(0, 100))
    def let_time_pass(self, seconds: float) -> None:
        self._model.now += timedelta(seconds=round(seconds, 3))

    @rule()
    def restart(self) -> None:
        """What the next process does with a job that was being handed over: its outcome is unknown."""
        self._close()
        self._open()
        for job in self._runner.run(unfinished(self._store)):
            if job.state is JobState.SUBMITTING:
                self._end(job, JobState.FAILED, refund=True)

    @invariant()
    def no_job_is_lost_or_changed_by_itself(self) -> None:
        stored = {job.id: job.state for job in self._runner.run(unfinished(self._store))}
        assert stored == {job.id: job.state for job in self._model.unfinished()}

    @invariant()
    def no_more_are_with_the_service_than_there_are_places(self) -> None:
        assert len(self._model.with_service()) <= PLACES

    @invariant()
    def the_line_holds_exactly_the_waiting(self) -> None:
        waiting = {job.id for job in self._runner.run(self._store.waiting(100))}
        assert waiting == {job.id for job in self._model.jobs.values() if job.state is JobState.QUEUED}


TestJobsMachine = JobsMachine.TestCase
TestJobsMachine.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
