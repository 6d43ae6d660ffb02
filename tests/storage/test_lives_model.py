"""The lives of jobs between two processes: whoever crashes, pauses or comes late, each job ends once and is not lost.

The processes act on what they saw last. The model knows who holds each job, and so who must win.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import func, select

from bot.models import FailureReason, Job, JobState
from bot.storage.database import Database
from bot.storage.jobs import SHOWN_WITHIN, WITHOUT_RESULT, JobStore
from bot.storage.processes import LEASE, ProcessStore
from bot.storage.tables import jobs, spent
from tests.storage.machines import BOUNDED, DatabaseMachine
from tests.storage.samples import START, WIDE, new_job, place

PLACES = 3
NUMBERS = st.integers(0, 99)
PROCESSES = st.integers(0, 1)
NEXT_STATE = {
    JobState.SUBMITTING: JobState.RUNNING,
    JobState.RUNNING: JobState.READY,
    JobState.READY: JobState.DELIVERING,
    JobState.DELIVERING: JobState.DONE,
}
ENDS = st.sampled_from(WITHOUT_RESULT)


@dataclass
class Process:
    """A program on the database, and the jobs that it works on as it saw them last."""

    id: str
    database: Database
    store: JobStore
    seen: dict[str, Job] = field(default_factory=dict[str, Job])


class LivesMachine(DatabaseMachine):
    @initialize()
    def start(self) -> None:
        self._now = START
        self._jobs: dict[str, Job] = {}
        self._history: list[Job] = []
        self._leases: dict[str, datetime] = {}
        self._starts = 0
        self._processes = [self._started(self.open_database()) for _ in range(2)]
        # Few rules are chosen together: each should find something to work on.
        for guild_id in (100, 200, None):
            self._queue(self._processes[0], guild_id, 3, with_card=True)
        self._claim(self._processes[0], 2)
        self._claim(self._processes[1], 1)
        for job in list(self._processes[0].seen.values()):
            self._move(self._processes[0], job, JobState.RUNNING)

    def _started(self, database: Database) -> Process:
        self._starts += 1
        name = f"process {self._starts}"
        process = Process(name, database, JobStore(database, WIDE, owner=name))
        self._renew(process)
        return process

    def _renew(self, process: Process) -> None:
        self.run(ProcessStore(process.database, process.id).renew(self._now))
        self._leases[process.id] = self._now + LEASE

    def _note(self, job: Job, process: Process | None = None) -> None:
        self._jobs[job.id] = job
        self._history.append(job)
        if process is not None:
            process.seen[job.id] = job

    def _is_current(self, seen: Job) -> bool:
        current = self._jobs[seen.id]
        # A job in line is in nobody's hands.
        return current.state is seen.state and (current.owner == seen.owner or seen.state is JobState.QUEUED)

    def _with_service(self) -> list[Job]:
        return [job for job in self._jobs.values() if job.state.holds_place]

    @rule(guild=st.sampled_from([100, 200, None]), times=st.integers(1, 4), process=PROCESSES, with_card=st.booleans())
    def queue(self, guild: int | None, times: int, process: int, *, with_card: bool) -> None:
        self._queue(self._processes[process], guild, times, with_card=with_card)

    def _queue(self, process: Process, guild: int | None, times: int, *, with_card: bool) -> None:
        store = process.store
        for number in range(times):
            job = self.run(store.admit(new_job(1 + number % 2, guild, at=self._now)))
            if with_card:
                self.run(store.set_card(job.id, 5, self._now))
                stored = self.run(store.get(job.id))
                assert stored is not None
                job = stored
            self._note(job)

    @rule(process=PROCESSES, times=st.integers(1, 3))
    def claim(self, process: int, times: int) -> None:
        self._claim(self._processes[process], times)

    def _claim(self, process: Process, times: int) -> None:
        for _ in range(times):
            shown = [job.id for job in self.run(process.store.waiting(1))]
            job = self.run(process.store.claim(self._now, PLACES))
            expected = shown if len(self._with_service()) < PLACES else []
            assert ([] if job is None else [job.id]) == expected
            if job is not None:
                self._note(job, process)

    @rule(process=PROCESSES, number=NUMBERS, steps=st.integers(1, 4))
    def go_on(self, process: int, number: int, steps: int) -> None:
        seen = [job for job in self._processes[process].seen.values() if job.state in NEXT_STATE]
        for job in seen[number % max(1, len(seen)) :][:1]:
            current: Job | None = job
            for _ in range(steps):
                if current is not None and current.state in NEXT_STATE:
                    current = self._move(self._processes[process], current, NEXT_STATE[current.state])

    @rule(process=PROCESSES)
    def put_back_in_line(self, process: int) -> None:
        for job in [job for job in self._processes[process].seen.values() if job.state is JobState.SUBMITTING]:
            self._move(self._processes[process], job, JobState.QUEUED)

    def _move(self, process: Process, seen: Job, to: JobState) -> Job | None:
        moved = self.run(process.store.move(seen, to, self._now))
        assert (moved is not None) == self._is_current(seen)
        if moved is None:
            del process.seen[seen.id]
        else:
            self._note(moved, process)
        return moved

    @rule(process=PROCESSES)
    def find_results_undeliverable(self, process: int) -> None:
        for job in [job for job in self._processes[process].seen.values() if job.state is JobState.DELIVERING]:
            self._end(job, JobState.FAILED, refund=False, failure=FailureReason.UNDELIVERABLE)

    @precondition(lambda self: bool(self._history))
    @rule(number=st.integers(0, 999), state=ENDS)
    def end_what_was_seen_some_time(self, number: int, state: JobState) -> None:
        """A cancel, a deadline, or a process that wakes up: with what they saw just now or long ago."""
        self._end(self._history[-1 - number % len(self._history)], state, refund=True)

    def _end(self, seen: Job, to: JobState, *, refund: bool, failure: FailureReason | None = None) -> None:
        can_end = self._is_current(seen) and not seen.state.is_final
        store = self._processes[0].store
        ended = self.run(store.finish_without_result(seen, to, self._now, refund=refund, failure=failure))
        assert (ended is not None) == can_end
        if ended is not None:
            # Whoever ended it has to show it, if there is a card to show it on.
            assert ended.owner == (self._processes[0].id if ended.card_message_id else None)
            assert (ended.state, ended.was_refunded) == (to, refund)
            self._note(ended)

    @rule(process=PROCESSES)
    def send_all_again(self, process: int) -> None:
        for job in [job for job in self._jobs.values() if job.can_send_again and job.state.is_final]:
            there = place(job.place.user_id, job.place.guild_id, self._now)
            ready = self.run(self._processes[process].store.send_again(job, there, 900, self._now))
            assert ready is not None
            assert (ready.state, ready.deliveries, ready.failure) == (JobState.READY, job.deliveries + 1, None)
            late = self._processes[1 - process].store.send_again(job, there, 901, self._now)
            assert self.run(late) is None
            self._note(ready, self._processes[process])

    @rule(process=PROCESSES)
    def renew(self, process: int) -> None:
        self._renew(self._processes[process])

    @rule(process=PROCESSES)
    def crash_and_start_again(self, process: int) -> None:
        self._processes[process] = self._started(self._processes[process].database)

    @rule(seconds=st.sampled_from([1, 5, 14, 16, 60, -60, -86_400]))
    def set_the_clock(self, seconds: int) -> None:
        self._now += timedelta(seconds=seconds)

    @rule(process=PROCESSES)
    def be_thought_dead(self, process: int) -> None:
        """A machine that was suspended wakes up when another one has its jobs."""
        self._now += LEASE
        self._renew(self._processes[1 - process])
        self.take_over(1 - process)

    @rule(process=PROCESSES)
    def take_over(self, process: int) -> None:
        """What is unknown of a dead process is given back; its other jobs go on."""
        taker = self._processes[process]
        living = {one for one, until in self._leases.items() if until > self._now}
        owned = [job for job in self._jobs.values() if not (job.state.is_final or job.state is JobState.QUEUED)]
        expected = {job.id for job in owned if job.owner == taker.id or job.owner not in living}
        taken = self.run(taker.store.take_over(self._now))
        assert {job.id for job in taken} == expected
        for job in taken:
            is_new = job.id not in taker.seen
            assert job.state is self._jobs[job.id].state
            self._note(job, taker)
            if is_new and job.state is JobState.SUBMITTING:
                self._end(job, JobState.FAILED, refund=True, failure=FailureReason.OUTCOME_UNKNOWN)
        # One that was only slow goes on where it was, and finds out.
        other = self._processes[1 - process]
        for job in [job for job in other.seen.values() if job.id in expected and job.state in NEXT_STATE]:
            self._move(other, job, NEXT_STATE[job.state])

    @rule(process=PROCESSES)
    def show_ends(self, process: int) -> None:
        """Those of dead processes too; each is shown by one process."""
        taker = self._processes[process]
        living = {one for one, until in self._leases.items() if until > self._now}
        owed_by_no_one = {None, taker.id, *living}
        over = [job for job in self._jobs.values() if job.state in WITHOUT_RESULT and job.owner not in owed_by_no_one]
        expected = {job.id for job in over if job.updated_at > self._now - SHOWN_WITHIN}
        taken = self.run(taker.store.take_over_ends(self._now))
        assert {job.id for job in taken} == expected
        for job in taken:
            self.run(taker.store.end_is_shown(job))
            self._note(replace(job, owner=None))

    @invariant()
    def no_job_is_lost_or_changed_by_itself(self) -> None:
        columns = select(jobs.c.id, jobs.c.state, jobs.c.owner, jobs.c.was_refunded, jobs.c.attempts)
        expected = {(job.id, job.state.value, job.owner, job.was_refunded, job.attempts) for job in self._jobs.values()}
        assert set(self.rows(self._processes[0].database, columns)) == expected

    @invariant()
    def no_more_are_with_the_service_than_there_are_places(self) -> None:
        assert len(self._with_service()) <= PLACES

    @invariant()
    def the_line_holds_exactly_the_waiting(self) -> None:
        in_line = {job.id for job in self._jobs.values() if job.state is JobState.QUEUED and job.card_message_id}
        assert {job.id for job in self.run(self._processes[0].store.waiting(1_000))} == in_line

    @invariant()
    def what_is_charged_is_what_was_not_given_back(self) -> None:
        charged = sum(job.cost for job in self._jobs.values() if not job.was_refunded)
        of_members = select(func.coalesce(func.sum(spent.c.used), 0)).where(spent.c.key.like("member:%:day:%"))
        assert self.rows(self._processes[0].database, of_members) == [(charged,)]


TestLivesMachine = LivesMachine.TestCase
TestLivesMachine.settings = BOUNDED
