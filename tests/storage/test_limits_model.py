"""What is taken from limits and given back, in any order of events, against the model in tests/storage/model.py.

Members ask and jobs end while limits and blocks change, the clock jumps, midnight comes and housekeeping runs.
"""

import re
from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select

from bot.errors import Blocked, LimitReached
from bot.limits import Block, LimitName, Override, Subject
from bot.models import JobState, NewJob
from bot.storage.housekeeping import Housekeeper
from bot.storage.jobs import JobStore
from bot.storage.overrides import OverrideStore
from bot.storage.tables import jobs, spent, usage
from tests.storage.machines import BOUNDED, DatabaseMachine
from tests.storage.model import DEFAULTS, ROLES, Model
from tests.storage.samples import START, new_job

JOBS_KEPT = timedelta(days=3)
MEMBERS = st.sampled_from([1, 1, 2, 3])
GUILDS = st.sampled_from([100, 100, 100, 200, None])
NUMBERS = st.integers(0, 99)
# Whole seconds: where a job just fits, both sides must agree.
STEPS = st.sampled_from([1, 3, 8, 20, 45, 120])
JUMPS = st.sampled_from([-86_400 * 2, -3_600, -70, -10, 600, 43_200, 86_400, 86_400 * 31])
SUBJECTS = st.sampled_from(
    [(Subject.GUILD, 100), (Subject.ROLE, 100), (Subject.ROLE, 11), (Subject.ROLE, 12), (Subject.MEMBER, 1)]
)
ROLES_AND_MEMBERS = st.sampled_from([(Subject.ROLE, 11), (Subject.ROLE, 12), (Subject.MEMBER, 1)])
VALUES = {
    LimitName.BURST: [1, 2, 6],
    LimitName.REFILL: [1, 5, 60],
    LimitName.IN_FLIGHT: [0, 1, 6],
    LimitName.DAY: [0, 10, 150],
    LimitName.MONTH: [0, 30, 400],
}


class LimitsMachine(DatabaseMachine):
    @initialize()
    def start(self) -> None:
        self._model = Model(START)
        self._database = self.open_database()
        self._store = JobStore(self._database, DEFAULTS)
        self._overrides = OverrideStore(self._database, DEFAULTS)

    @rule(member=MEMBERS, guild=GUILDS, size=st.sampled_from([1, 7, 25, 70]), times=st.integers(1, 6))
    def ask(self, member: int, guild: int | None, size: int, times: int) -> None:
        for _ in range(times):
            self._ask_once(new_job(member, guild, at=self._model.now, text="x" * size, role_ids=ROLES[member]))

    def _ask_once(self, new: NewJob) -> None:
        expected = "blocked" if self._model.is_blocked(new.place) else self._model.refusal(new)
        answer: object = None
        try:
            job = self.run(self._store.admit(new))
        except Blocked:
            answer = "blocked"
        except LimitReached as error:
            answer = (error.limit, error.subject)
        else:
            self._model.admit(job)
        assert answer == expected

    @precondition(lambda self: self._model.unfinished())
    @rule(number=NUMBERS, times=st.integers(1, 3), refund=st.booleans())
    def end(self, number: int, times: int, *, refund: bool) -> None:
        for job in self._model.unfinished()[number % len(self._model.unfinished()) :][:times]:
            ended = self.run(self._store.finish_without_result(job, JobState.CANCELLED, self._model.now, refund=refund))
            assert ended is not None
            if refund:
                self._model.refund(job)
            self._model.jobs[job.id] = ended
            # Somebody else who still sees it as it was comes too late.
            assert self.run(self._store.finish_without_result(job, JobState.FAILED, self._model.now)) is None

    @rule(seconds=STEPS)
    def let_time_pass(self, seconds: int) -> None:
        self._model.now += timedelta(seconds=seconds)

    @rule(seconds=JUMPS)
    def set_the_clock(self, seconds: int) -> None:
        self._model.now += timedelta(seconds=seconds)

    @rule()
    def wait_until_just_before_midnight(self) -> None:
        self._model.now = self._model.now.replace(hour=23, minute=59, second=58)

    @rule(subject=SUBJECTS, names=st.sets(st.sampled_from(list(LimitName)), min_size=1, max_size=3), number=NUMBERS)
    def set_limits(self, subject: tuple[Subject, int], names: set[LimitName], number: int) -> None:
        for name in sorted(names):
            value = VALUES[name][number % 3]
            self._model.overrides[100, *subject, name] = value
            self.run(self._overrides.set(100, Override(*subject, name, value)))

    @rule(subject=SUBJECTS, name=st.sampled_from([None, *LimitName]))
    def reset_limits(self, subject: tuple[Subject, int], name: LimitName | None) -> None:
        gone = [key for key in self._model.overrides if key[1:3] == subject and name in {None, key[3]}]
        for key in gone:
            del self._model.overrides[key]
        assert self.run(self._overrides.reset(100, *subject, name)) == len(gone)

    @rule(subject=ROLES_AND_MEMBERS)
    def block(self, subject: tuple[Subject, int]) -> None:
        self.run(self._overrides.block(100, Block(*subject, 9, self._model.now)))
        self._model.blocked.add((100, *subject))

    @rule(subject=ROLES_AND_MEMBERS)
    def unblock(self, subject: tuple[Subject, int]) -> None:
        assert self.run(self._overrides.unblock(100, *subject)) == ((100, *subject) in self._model.blocked)
        self._model.blocked.discard((100, *subject))

    @rule()
    def clean_up(self) -> None:
        self.run(Housekeeper(self._database, jobs_kept=JOBS_KEPT).clean_up(self._model.now))
        self._model.clean_up(JOBS_KEPT)

    @invariant()
    def no_job_is_lost(self) -> None:
        rows = self.rows(self._database, select(jobs.c.id, jobs.c.state, jobs.c.was_refunded))
        assert set(rows) == {(job.id, job.state.value, job.was_refunded) for job in self._model.jobs.values()}

    @invariant()
    def budgets_and_usage_are_what_was_taken_and_not_given_back(self) -> None:
        taken = {(owner_key(owner), period): used for (owner, period), used in self._model.budgets.items()}
        rows = self.rows(self._database, select(spent.c.key, spent.c.used))
        assert {tuple(re.split(":(?:day|month):", key)): used for key, used in rows} == taken
        rows = self.rows(self._database, select(usage.c.scope_id, usage.c.day, usage.c.user_id, usage.c.units))
        assert +Counter({(scope, day, user): units for scope, day, user, units in rows}) == +self._model.usage


def owner_key(owner: tuple[Subject, int, int]) -> str:
    subject, scope, user = owner
    return f"guild:{scope}" if subject is Subject.GUILD else f"member:{scope}:{user}"


TestLimitsMachine = LimitsMachine.TestCase
TestLimitsMachine.settings = BOUNDED
