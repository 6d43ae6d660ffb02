"""Whose turn it is, in any order of events and on any clock: nobody waits for more than one turn of another."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from bot.models import Job, JobState
from bot.storage.jobs import JobStore
from tests.storage.machines import BOUNDED, DatabaseMachine
from tests.storage.samples import START, new_job

GUILDS = st.sampled_from([100, 200, 300, None])
MEMBERS = st.integers(1, 3)
NUMBERS = st.integers(0, 99)
JUMPS = st.sampled_from([-86_400, -60, -1, 0, 1, 60, 86_400])


class LineMachine(DatabaseMachine):
    """Counts, for each that waits, the turns that each other one had since then."""

    @initialize()
    def start(self) -> None:
        self._store = JobStore(self.open_database(), None)
        self._now = START
        self._waiting: dict[str, Job] = {}
        self._with_service: list[Job] = []
        # By who waits: whose turns have passed meanwhile.
        self._scopes_before: dict[int, list[int]] = {}
        self._members_before: dict[tuple[int, int], list[int]] = {}

    def _enter(self, job: Job) -> None:
        self._waiting[job.id] = job
        self._scopes_before.setdefault(job.place.scope_id, [])
        self._members_before.setdefault((job.place.scope_id, job.place.user_id), [])

    def _leave(self, job: Job) -> None:
        del self._waiting[job.id]
        left = [one.place for one in self._waiting.values() if one.place.scope_id == job.place.scope_id]
        if not left:
            del self._scopes_before[job.place.scope_id]
        if job.place.user_id not in {place.user_id for place in left}:
            del self._members_before[job.place.scope_id, job.place.user_id]

    @rule(guild=GUILDS, member=MEMBERS, times=st.sampled_from([1, 2, 6]))
    def queue(self, guild: int | None, member: int, times: int) -> None:
        for _ in range(times):
            job = self.run(self._store.admit(new_job(member, guild, at=self._now)))
            self.run(self._store.set_card(job.id, 1, self._now))
            self._enter(job)

    @rule(times=st.integers(1, 5))
    def claim(self, times: int) -> None:
        for _ in range(times):
            job = self.run(self._store.claim(self._now, 1_000))
            assert (job is not None) == bool(self._waiting)
            if job is not None:
                self._have_turn(job)

    def _have_turn(self, job: Job) -> None:
        scope, user = job.place.scope_id, job.place.user_id
        assert job.id in self._waiting
        own = [one for one in self._waiting.values() if (one.place.scope_id, one.place.user_id) == (scope, user)]
        assert min(own, key=lambda one: (one.created_at, one.id)).id == job.id
        self._scopes_before[scope] = []
        self._members_before[scope, user] = []
        for other, turns in self._scopes_before.items():
            turns.extend([scope] if other != scope else [])
        for (other_scope, other_user), turns in self._members_before.items():
            turns.extend([user] if other_scope == scope and other_user != user else [])
        self._leave(job)
        self._with_service.append(job)

    @precondition(lambda self: bool(self._with_service))
    @rule(number=NUMBERS)
    def put_back(self, number: int) -> None:
        job = self._with_service.pop(number % len(self._with_service))
        moved = self.run(self._store.move(job, JobState.QUEUED, self._now))
        assert moved is not None
        self._enter(moved)

    @precondition(lambda self: bool(self._waiting))
    @rule(number=NUMBERS, times=st.integers(1, 9))
    def cancel(self, number: int, times: int) -> None:
        for job in list(self._waiting.values())[number % len(self._waiting) :][:times]:
            assert self.run(self._store.finish_without_result(job, JobState.CANCELLED, self._now)) is not None
            self._leave(job)

    @rule(seconds=JUMPS)
    def set_the_clock(self, seconds: int) -> None:
        self._now += timedelta(seconds=seconds)

    @precondition(lambda self: bool(self._waiting))
    @rule()
    def let_all_have_their_turn(self) -> None:
        """What was shown before is what happens."""
        shown = [job.id for job in self.run(self._store.waiting(1_000))]
        taken: list[str] = []
        while (job := self.run(self._store.claim(self._now, 1_000))) is not None:
            self._have_turn(job)
            taken.append(job.id)
        assert taken == shown

    @invariant()
    def nobody_waits_for_two_turns_of_another(self) -> None:
        for turns in (*self._scopes_before.values(), *self._members_before.values()):
            assert len(turns) == len(set(turns))

    @invariant()
    def a_part_of_the_line_is_shown_as_the_whole_is(self) -> None:
        whole = self.run(self._store.waiting(1_000))
        assert {job.id for job in whole} == self._waiting.keys()
        assert self.run(self._store.waiting(3)) == whole[:3]


TestLineMachine = LineMachine.TestCase
TestLineMachine.settings = BOUNDED
