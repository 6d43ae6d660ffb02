"""Limits in words: what a member is told who met one, and what managers are told of those they set."""

from bot.errors import LimitReached
from bot.limits import Allowance, LimitName, Limits, Override, Subject
from bot.models import JobKind
from bot.replies.language import HUNDREDTHS, N_, _, n_, number
from bot.replies.times import relative

# What managers pick from; see CHOICE_CHARACTERS in bot/discord_limits.py.
CHOICES = {
    LimitName.BURST: N_("burst: jobs that may be asked for at once"),
    LimitName.REFILL: N_("refill: seconds after which one more job comes free"),
    LimitName.IN_FLIGHT: N_("in progress: jobs waiting or running at the same time"),
    LimitName.DAY: N_("day: units a day (UTC)"),
    LimitName.MONTH: N_("month: units a calendar month (UTC)"),
}
# In one or two words, for lists and pictures.
SHORT_NAMES = {
    LimitName.BURST: N_("burst"),
    LimitName.REFILL: N_("refill"),
    LimitName.IN_FLIGHT: N_("in progress"),
    LimitName.DAY: N_("today"),
    LimitName.MONTH: N_("this month"),
}

_UNLIMITED = {
    LimitName.IN_FLIGHT: N_("any number of jobs in progress"),
    LimitName.DAY: N_("any number of units a day"),
    LimitName.MONTH: N_("any number of units a month"),
}
_ONE_UNIT = {
    JobKind.SPEECH: N_("One unit is one character of speech."),
    JobKind.EFFECT: N_("One unit is one second of a sound effect."),
    JobKind.TRANSCRIPT: N_("One unit is one second of a transcript."),
}
_UNITS = {
    JobKind.SPEECH: N_("A character of speech costs {units} units."),
    JobKind.EFFECT: N_("A second of a sound effect costs {units} units."),
    JobKind.TRANSCRIPT: N_("A second of a transcript costs {units} units."),
}
_MORE_THAN_EVER = {
    (Subject.MEMBER, LimitName.DAY): N_(
        "This costs {cost} units, more than the {allowed} that you may use in a whole day. Ask for less at once: a "
        "shorter text or recording, a shorter sound, or fewer takes."
    ),
    (Subject.MEMBER, LimitName.MONTH): N_(
        "This costs {cost} units, more than the {allowed} that you may use in a whole month. Ask for less at once: a "
        "shorter text or recording, a shorter sound, or fewer takes."
    ),
    (Subject.GUILD, LimitName.DAY): N_(
        "This costs {cost} units, more than the {allowed} that this server may use in a whole day. Ask for less at "
        "once: a shorter text or recording, a shorter sound, or fewer takes."
    ),
    (Subject.GUILD, LimitName.MONTH): N_(
        "This costs {cost} units, more than the {allowed} that this server may use in a whole month. Ask for less at "
        "once: a shorter text or recording, a shorter sound, or fewer takes."
    ),
}
_USED_UP = {
    (Subject.MEMBER, LimitName.DAY): N_("You have used {used} of {allowed} units today, and this costs {cost}."),
    (Subject.MEMBER, LimitName.MONTH): N_("You have used {used} of {allowed} units this month, and this costs {cost}."),
    (Subject.GUILD, LimitName.DAY): N_("This server has used {used} of {allowed} units today, and this costs {cost}."),
    (Subject.GUILD, LimitName.MONTH): N_(
        "This server has used {used} of {allowed} units this month, and this costs {cost}."
    ),
}


def say_limit_reached(error: LimitReached) -> str:
    """Which limit it is, how much of it is used, what this would cost, when it ends, and what to do until then."""
    if error.limit is LimitName.IN_FLIGHT:
        return _say_in_flight(error)
    if error.limit in {LimitName.DAY, LimitName.MONTH}:
        return _say_budget(error)
    if error.subject is Subject.MEMBER:
        used = n_(
            "You have used the one job that may be asked for at once.",
            "You have used all {count} jobs that may be asked for at once.",
            error.allowed,
        )
    else:
        used = n_(
            "This server has used the one job that may be asked for at once.",
            "This server has used all {count} jobs that may be asked for at once.",
            error.allowed,
        )
    free = _("The next one comes free {time}, then one more every {seconds} s.")
    return " ".join(
        [
            used.format(count=number(error.allowed)),
            free.format(time=_when(error), seconds=say_number(error.refill_s)),
        ]
    )


def _say_in_flight(error: LimitReached) -> str:
    if error.subject is Subject.MEMBER:
        said = n_(
            "You have {used} of {count} job waiting or running. Wait until one is done, or cancel one: /jobs.",
            "You have {used} of {count} jobs waiting or running. Wait until one is done, or cancel one: /jobs.",
            error.allowed,
        )
    else:
        said = n_(
            "This server has {used} of {count} job waiting or running. Wait until one is done, or ask a moderator to "
            "cancel one: /jobs.",
            "This server has {used} of {count} jobs waiting or running. Wait until one is done, or ask a moderator to "
            "cancel one: /jobs.",
            error.allowed,
        )
    return said.format(used=number(error.used), count=number(error.allowed))


def _say_budget(error: LimitReached) -> str:
    which = (error.subject, error.limit)
    cost, allowed = number(error.cost), number(error.allowed)
    if error.cost > error.allowed:
        return _(_MORE_THAN_EVER[which]).format(cost=cost, allowed=allowed)
    left = max(0, error.allowed - error.used)
    if left:
        then = _("Ask for less, so that it costs {left} at most, or wait; /usage shows what is left.")
    else:
        then = _("Wait until then; /usage shows what is left.")
    return " ".join(
        [
            _(_USED_UP[which]).format(used=number(error.used), allowed=allowed, cost=cost),
            _("It starts anew {time}.").format(time=_when(error)),
            then.format(left=number(left)),
        ]
    )


def _when(error: LimitReached) -> str:
    return relative(error.resets_at) if error.resets_at else _("later")


def say_value(name: LimitName, value: float) -> str:
    """One limit with its number; 0 stands for no limit where there is such a thing."""
    if not value and name in _UNLIMITED:
        return _(_UNLIMITED[name])
    match name:
        case LimitName.BURST:
            said = n_("{count} job at once", "{count} jobs at once", value)
        case LimitName.REFILL:
            said = _("one more every {count} s")
        case LimitName.IN_FLIGHT:
            said = n_("{count} job in progress", "{count} jobs in progress", value)
        case LimitName.DAY:
            said = n_("{count} unit a day", "{count} units a day", value)
        case LimitName.MONTH:
            said = n_("{count} unit a month", "{count} units a month", value)
    return said.format(count=say_number(value))


def say_number(value: float) -> str:
    """A number for people: 1,200 and 2.5, and never 1e+06."""
    return number(value, HUNDREDTHS)


def say_allowance(allowance: Allowance) -> str:
    """All limits of one member, or of the server as a whole."""
    # Translators: how many jobs at once, then how often one more.
    rate = _("{burst}, then {refill}").format(
        burst=say_value(LimitName.BURST, allowance.rate.burst),
        refill=say_value(LimitName.REFILL, allowance.rate.refill_s),
    )
    return " · ".join(
        [
            rate,
            say_value(LimitName.IN_FLIGHT, allowance.in_flight),
            say_value(LimitName.DAY, allowance.day),
            say_value(LimitName.MONTH, allowance.month),
        ]
    )


def say_whom(subject: Subject, subject_id: int, guild_id: int) -> str:
    """Whom a limit or a block is about. Mentions in an answer of the bot's ping nobody."""
    if subject is Subject.GUILD:
        return _("The server as a whole")
    if subject is Subject.MEMBER:
        return f"<@{subject_id}>"
    if subject_id == guild_id:
        return _("Each member")
    return _("Each member with {role}").format(role=f"<@&{subject_id}>")


def say_set(override: Override, guild_id: int, *, is_own: bool) -> str:
    """What a manager just set; ``is_own`` where it is about themselves too."""
    whom = say_whom(override.subject, override.subject_id, guild_id)
    limit = say_value(override.name, override.value)
    said = [_("{whom}: **{limit}** from now on.").format(whom=whom, limit=limit)]
    if is_own:
        said.append(_("That holds for you too."))
    if override.subject is not Subject.GUILD:
        said.append(_("The limits of the server as a whole hold all the same."))
    said.append(_("/limits show has them all, /limits reset takes it back."))
    return " ".join(said)


def say_reset(subject: Subject, subject_id: int, guild_id: int, count: int) -> str:
    """What a manager just took back."""
    whom = say_whom(subject, subject_id, guild_id)
    if count == 0:
        return _("{whom}: nothing was set here, so nothing changes. /limits show has what is.").format(whom=whom)
    said = n_(
        "{whom}: {count} limit taken back. /limits show has what holds now.",
        "{whom}: {count} limits taken back. /limits show has what holds now.",
        count,
    )
    return said.format(whom=whom, count=number(count))


def say_blocked(subject: Subject, subject_id: int, guild_id: int) -> str:
    """Whom a manager just blocked."""
    whom = say_whom(subject, subject_id, guild_id)
    return _(
        "{whom} can ask for nothing here from now on. What was asked for already goes on; /jobs can cancel it. "
        "/block remove takes the block back."
    ).format(whom=whom)


def say_unblocked(subject: Subject, subject_id: int, guild_id: int, *, was_blocked: bool) -> str:
    """Whose block a manager just took back."""
    whom = say_whom(subject, subject_id, guild_id)
    if not was_blocked:
        return _("{whom}: not blocked, so nothing changes. /block list has all who are.").format(whom=whom)
    return _("{whom} can ask again, as long as no other block holds: a member may be blocked by a role too.").format(
        whom=whom
    )


def say_units(limits: Limits) -> str:
    """What a unit is."""
    return " ".join(
        _(_ONE_UNIT[kind]) if weight == 1 else _(_UNITS[kind]).format(units=say_number(weight))
        for kind, weight in sorted(limits.weights.items())
    )
