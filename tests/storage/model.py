"""What ought to be in the database, in plain Python: other data and other formulas than the tables have."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from bot.limits import Allowance, LimitName, Limits, Rate, Subject
from bot.models import Job, NewJob, Place

DEFAULTS = Limits(
    member=Allowance(Rate(3, 20), in_flight=3, day=60, month=150),
    guild=Allowance(Rate(5, 8), in_flight=4, day=90, month=200),
)
ROLES = {1: (11,), 2: (11, 12), 3: ()}

Owner = tuple[Subject, int, int]
"""Of a bucket or a budget: the member (scope, user) or the guild (scope, 0)."""
Refusal = tuple[LimitName, Subject]


@dataclass
class Model:
    """One world: its clock, its jobs, and what is taken from which limit."""

    now: datetime
    jobs: dict[str, Job] = field(default_factory=dict[str, Job])
    charged: dict[str, list[tuple[Owner, float]]] = field(default_factory=dict[str, list[tuple[Owner, float]]])
    """Whose bucket each job was taken from, and how many seconds."""
    spent_on: dict[str, list[tuple[Owner, str]]] = field(default_factory=dict[str, list[tuple[Owner, str]]])
    """Which budgets each job was taken from."""
    debts: dict[Owner, datetime] = field(default_factory=dict[Owner, datetime])
    """When each bucket is full again."""
    budgets: dict[tuple[Owner, str], int] = field(default_factory=dict[tuple[Owner, str], int])
    usage: Counter[tuple[int, date, int]] = field(default_factory=Counter[tuple[int, date, int]])
    overrides: dict[tuple[int, Subject, int, LimitName], int] = field(
        default_factory=dict[tuple[int, Subject, int, LimitName], int]
    )
    blocked: set[tuple[int, Subject, int]] = field(default_factory=set[tuple[int, Subject, int]])
    refunds: list[str] = field(default_factory=list[str])

    def is_blocked(self, place: Place) -> bool:
        who = [(Subject.MEMBER, place.user_id), *((Subject.ROLE, role) for role in ROLES[place.user_id])]
        return place.guild_id is not None and any((place.guild_id, *one) in self.blocked for one in who)

    def refusal(self, new: NewJob) -> Refusal | None:
        """The first limit that does not let the job in: jobs in flight, then rates, then budgets."""
        owners = self._owners(new.place)
        for subject, _, allowance in owners:
            if 0 < allowance.in_flight <= self._in_flight(new.place, subject):
                return LimitName.IN_FLIGHT, subject
        for subject, owner, allowance in owners:
            if self._debt_s(owner, allowance.rate) + allowance.rate.refill_s > _whole_s(allowance.rate):
                return LimitName.BURST, subject
        for subject, owner, allowance in owners:
            for name, allowed in ((LimitName.DAY, allowance.day), (LimitName.MONTH, allowance.month)):
                if 0 < allowed < self.budgets.get((owner, self._period(name)), 0) + new.request.size:
                    return name, subject
        return None

    def admit(self, job: Job) -> None:
        self.jobs[job.id] = job
        self.charged[job.id], self.spent_on[job.id] = [], []
        for _, owner, allowance in self._owners(job.place):
            refill = timedelta(seconds=allowance.rate.refill_s)
            self.debts[owner] = self.now + timedelta(seconds=self._debt_s(owner, allowance.rate)) + refill
            self.charged[job.id].append((owner, allowance.rate.refill_s))
            for name in (LimitName.DAY, LimitName.MONTH):
                key = (owner, self._period(name))
                self.budgets[key] = self.budgets.get(key, 0) + job.request.size
                self.spent_on[job.id].append(key)
        self.usage[self._usage_key(job)] += job.request.size

    def refund(self, job: Job) -> None:
        assert job.id not in self.refunds, "refunded twice"
        self.refunds.append(job.id)
        for owner, seconds in self.charged[job.id]:
            if owner in self.debts:
                self.debts[owner] -= timedelta(seconds=seconds)
        for key in self.spent_on[job.id]:
            if key in self.budgets:
                self.budgets[key] = max(0, self.budgets[key] - job.request.size)
        self.usage[self._usage_key(job)] -= job.request.size

    def limits(self, place: Place) -> Limits:
        """A member's own number, else the best of their roles, else everyone's, else the default."""
        if place.guild_id is None:
            return DEFAULTS
        member, guild = DEFAULTS.member, DEFAULTS.guild
        for name in LimitName:
            of_roles = [self._override(place.guild_id, Subject.ROLE, role, name) for role in ROLES[place.user_id]]
            candidates = [
                self._override(place.guild_id, Subject.MEMBER, place.user_id, name),
                best(name, [value for value in of_roles if value is not None]),
                self._override(place.guild_id, Subject.ROLE, place.guild_id, name),
            ]
            member = changed(member, name, next((value for value in candidates if value is not None), None))
            guild = changed(guild, name, self._override(place.guild_id, Subject.GUILD, place.guild_id, name))
        return replace(DEFAULTS, member=member, guild=guild)

    def unfinished(self) -> list[Job]:
        return [job for job in self.jobs.values() if not job.state.is_final]

    def clean_up(self, jobs_kept: timedelta) -> None:
        """What housekeeping may forget."""
        for job in list(self.jobs.values()):
            if job.state.is_final and job.updated_at < self.now - jobs_kept:
                del self.jobs[job.id]
        self.debts = {owner: full_at for owner, full_at in self.debts.items() if full_at >= self.now}
        self.budgets = {
            key: used for key, used in self.budgets.items() if _end_of(key[1]) >= self.now - timedelta(days=2)
        }

    def _override(self, guild_id: int, subject: Subject, subject_id: int, name: LimitName) -> int | None:
        return self.overrides.get((guild_id, subject, subject_id, name))

    def _owners(self, place: Place) -> list[tuple[Subject, Owner, Allowance]]:
        limits, scope = self.limits(place), place.scope_id
        member = (Subject.MEMBER, (Subject.MEMBER, scope, place.user_id), limits.member)
        guild = (Subject.GUILD, (Subject.GUILD, scope, 0), limits.guild)
        return [member] if place.guild_id is None else [member, guild]

    def _in_flight(self, place: Place, subject: Subject) -> int:
        return len(
            [
                job
                for job in self.unfinished()
                if job.place.scope_id == place.scope_id
                and (subject is Subject.GUILD or job.place.user_id == place.user_id)
            ]
        )

    def _debt_s(self, owner: Owner, rate: Rate) -> float:
        """Seconds until the bucket is full again; 0 where clock or rate jumped so far that it starts anew."""
        debt_s = (self.debts.get(owner, self.now) - self.now).total_seconds()
        return debt_s if 0 < debt_s <= 2 * _whole_s(rate) else 0

    def _period(self, name: LimitName) -> str:
        return f"{self.now:%Y-%m-%d}" if name is LimitName.DAY else f"{self.now:%Y-%m}"

    @staticmethod
    def _usage_key(job: Job) -> tuple[int, date, int]:
        return job.place.scope_id, job.created_at.date(), job.place.user_id


def best(name: LimitName, values: Iterable[int]) -> int | None:
    """What is best for the member: short waits, else much, and 0 (no limit) most of all."""
    if name is LimitName.REFILL:
        return min(values, default=None)
    has_no_limit = name is not LimitName.BURST
    return max(values, key=lambda value: (has_no_limit and value == 0, value), default=None)


def changed(allowance: Allowance, name: LimitName, value: int | None) -> Allowance:
    if value is None:
        return allowance
    match name:
        case LimitName.BURST:
            return replace(allowance, rate=replace(allowance.rate, burst=value))
        case LimitName.REFILL:
            return replace(allowance, rate=replace(allowance.rate, refill_s=value))
        case LimitName.IN_FLIGHT:
            return replace(allowance, in_flight=value)
        case LimitName.DAY:
            return replace(allowance, day=value)
        case LimitName.MONTH:
            return replace(allowance, month=value)


def _whole_s(rate: Rate) -> float:
    return rate.burst * rate.refill_s


def _end_of(period: str) -> datetime:
    if len(period) == len("2026-11-22"):
        return datetime.fromisoformat(f"{period}T00:00:00+00:00") + timedelta(days=1)
    first = datetime.fromisoformat(f"{period}-01T00:00:00+00:00")
    return (first + timedelta(days=32)).replace(day=1, tzinfo=UTC)
