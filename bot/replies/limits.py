"""Limits in words: what a member is told who met one, and what managers are told of those they set."""

from bot.errors import LimitReached
from bot.models import Allowance, LimitName, Limits, Subject
from bot.replies.figures import Override
from bot.replies.times import relative

# What managers pick from. Discord takes at most 100 characters a choice.
CHOICES = {
    LimitName.BURST: "burst: jobs that may be asked for at once",
    LimitName.REFILL: "refill: seconds after which one more job comes free",
    LimitName.IN_FLIGHT: "in progress: jobs waiting or running at the same time",
    LimitName.DAY: "day: units a day (UTC)",
    LimitName.MONTH: "month: units a calendar month (UTC)",
}
# In one or two words, for lists and pictures.
SHORT_NAMES = {
    LimitName.BURST: "burst",
    LimitName.REFILL: "refill",
    LimitName.IN_FLIGHT: "in progress",
    LimitName.DAY: "today",
    LimitName.MONTH: "this month",
}


def say_limit_reached(error: LimitReached) -> str:
    """Which limit it is, how much of it is used, what this would cost, when it ends, and what to do until then."""
    if error.limit is LimitName.IN_FLIGHT:
        return _say_in_flight(error)
    if error.limit in {LimitName.DAY, LimitName.MONTH}:
        return _say_budget(error)
    have = _have(error.subject)
    jobs = "the one job" if error.allowed == 1 else f"all {error.allowed:,} jobs"
    return (
        f"{have} used {jobs} that may be asked for at once. The next one comes free {_when(error)}, "
        f"then one more every {say_number(error.refill_s)} s."
    )


def _say_in_flight(error: LimitReached) -> str:
    jobs = "job" if error.allowed == 1 else "jobs"
    end = "cancel one" if error.subject is Subject.MEMBER else "ask a moderator to cancel one"
    return (
        f"{_have(error.subject)} {error.used:,} of {error.allowed:,} {jobs} waiting or running. "
        f"Wait until one is done, or {end}: /jobs."
    )


def _say_budget(error: LimitReached) -> str:
    period = "day" if error.limit is LimitName.DAY else "month"
    whose = "you may use" if error.subject is Subject.MEMBER else "this server may use"
    if error.cost > error.allowed:
        return (
            f"This costs {error.cost:,} units, more than the {error.allowed:,} that {whose} in a whole {period}. "
            f"Make it shorter, or send it in parts."
        )
    left = max(0, error.allowed - error.used)
    now = SHORT_NAMES[error.limit]
    shorter = f"Make it shorter, so that it costs {left:,} at most, or wait" if left else "Wait until then"
    return (
        f"{_have(error.subject)} used {error.used:,} of {error.allowed:,} units {now}, and this costs {error.cost:,}. "
        f"It starts anew {_when(error)}. {shorter}; /usage shows what is left."
    )


def _have(subject: Subject) -> str:
    return "You have" if subject is Subject.MEMBER else "This server has"


def _when(error: LimitReached) -> str:
    return relative(error.resets_at) if error.resets_at else "later"


def say_value(name: LimitName, value: float) -> str:
    """One limit with its number; 0 stands for no limit where there is such a thing."""
    match name:
        case LimitName.BURST:
            return f"{say_number(value)} {_jobs(value)} at once"
        case LimitName.REFILL:
            return f"one more every {say_number(value)} s"
        case LimitName.IN_FLIGHT:
            return f"{say_number(value)} {_jobs(value)} in progress" if value else "any number of jobs in progress"
        case LimitName.DAY:
            return f"{say_number(value)} units a day" if value else "any number of units a day"
        case LimitName.MONTH:
            return f"{say_number(value)} units a month" if value else "any number of units a month"


def say_number(value: float) -> str:
    """A number for people: 1,200 and 2.5, and never 1e+06."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _jobs(count: float) -> str:
    return "job" if count == 1 else "jobs"


def say_allowance(allowance: Allowance) -> str:
    """All limits of one member, or of the server as a whole."""
    rate = f"{say_value(LimitName.BURST, allowance.rate.burst)}, then {_refill(allowance)}"
    return " · ".join(
        [
            rate,
            say_value(LimitName.IN_FLIGHT, allowance.in_flight),
            say_value(LimitName.DAY, allowance.day),
            say_value(LimitName.MONTH, allowance.month),
        ]
    )


def _refill(allowance: Allowance) -> str:
    return say_value(LimitName.REFILL, allowance.rate.refill_s)


def say_whom(subject: Subject, subject_id: int, guild_id: int) -> str:
    """Whom a limit or a block is about. Mentions in an answer of the bot's ping nobody."""
    if subject is Subject.GUILD:
        return "The server as a whole"
    if subject is Subject.MEMBER:
        return f"<@{subject_id}>"
    return "Each member" if subject_id == guild_id else f"Each member with <@&{subject_id}>"


def say_set(override: Override, guild_id: int, *, is_own: bool) -> str:
    """What a manager just set; ``is_own`` where it is about themselves too."""
    whom = say_whom(override.subject, override.subject_id, guild_id)
    said = f"{whom}: **{say_value(override.name, override.value)}** from now on."
    if is_own:
        said += " That holds for you too."
    if override.subject is not Subject.GUILD:
        said += " The limits of the server as a whole hold all the same."
    return said + " /limits show has them all, /limits reset takes it back."


def say_reset(subject: Subject, subject_id: int, guild_id: int, count: int) -> str:
    """What a manager just took back."""
    whom = say_whom(subject, subject_id, guild_id)
    if count == 0:
        return f"{whom}: nothing was set here, so nothing changes. /limits show has what is."
    return f"{whom}: {count} {'limit' if count == 1 else 'limits'} taken back. /limits show has what holds now."


def say_blocked(subject: Subject, subject_id: int, guild_id: int) -> str:
    """Whom a manager just blocked."""
    whom = say_whom(subject, subject_id, guild_id)
    return (
        f"{whom} can ask for nothing here from now on. What was asked for already goes on; /jobs can cancel it. "
        "/block remove takes the block back."
    )


def say_unblocked(subject: Subject, subject_id: int, guild_id: int, *, was_blocked: bool) -> str:
    """Whose block a manager just took back."""
    whom = say_whom(subject, subject_id, guild_id)
    if not was_blocked:
        return f"{whom}: not blocked, so nothing changes. /block list has all who are."
    return f"{whom} can ask again, as long as no other block holds: a member may be blocked by a role too."


def say_units(limits: Limits) -> str:
    """What a unit is."""
    return " ".join(
        f"One unit is one character of {kind}."
        if weight == 1
        else f"A character of {kind} costs {say_number(weight)} units."
        for kind, weight in sorted(limits.weights.items())
    )
