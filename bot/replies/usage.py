"""What /usage says: what was asked for lately, by whom, and what is left."""

from collections.abc import Sequence
from datetime import date

import discord

from bot.discord_limits import ALT_TEXT_CHARACTERS
from bot.limits import LimitName, Subject, UsageReport, UsedLimit
from bot.replies.cards import WAITING, Card, still_view
from bot.replies.language import _, day_and_month, n_, number, with_one_stop
from bot.replies.limits import SHORT_NAMES
from bot.replies.times import relative

PICTURE_NAME = "usage.png"


def build_usage(report: UsageReport, *, whole_server: bool) -> Card:
    """The sentences, and a place for the picture."""
    parts = [_say_total(report, whole_server=whole_server), _say_left(limits_shown(report, whole_server=whole_server))]
    if report.most_active:
        heading = _("Most used by")
        parts.append(
            "\n".join([f"**{heading}**", *(f"<@{who}>: {_units(units)}" for who, units in report.most_active)])
        )
    title = _("Usage of this server") if whole_server else _("Your usage")
    embed = discord.Embed(title=title, description="\n\n".join(parts), colour=WAITING)
    embed.set_image(url=f"attachment://{PICTURE_NAME}")
    return Card(embed, still_view())


def limits_shown(report: UsageReport, *, whole_server: bool) -> list[UsedLimit]:
    """Of the server, its own limits; of a member, theirs and the server's, for both can end what they ask for."""
    return [limit for limit in report.limits if not whole_server or limit.subject is Subject.GUILD]


def usage_alt_text(report: UsageReport, *, whole_server: bool) -> str:
    """The picture in words."""
    used = sorted(
        ((sum(one.units for one in report.days if one.day == day), day) for day in _days(report)), reverse=True
    )
    said = [_("Bars of the units used on each of the last 30 days.")]
    if used:
        most = _("The most on one day: {units} on {day}.")
        said.append(with_one_stop(most.format(units=_units(used[0][0]), day=day_and_month(used[0][1]))))
    left = "; ".join(_left(limit) for limit in limits_shown(report, whole_server=whole_server) if limit.allowed)
    said.append(_("Left of the limits: {limits}.").format(limits=left or _("there are none")))
    return " ".join(said)[:ALT_TEXT_CHARACTERS]


def _say_total(report: UsageReport, *, whole_server: bool) -> str:
    jobs, units = sum(one.jobs for one in report.days), sum(one.units for one in report.days)
    if jobs <= 0:
        return (
            _("In the last 30 days this server asked for nothing here. /tts is a good start.")
            if whole_server
            else _("In the last 30 days you asked for nothing here. /tts is a good start.")
        )
    said = (
        n_(
            "In the last 30 days this server asked once, for {units}. What failed is given back and not counted.",
            "In the last 30 days this server asked {count} times, for {units}. What failed is given back and not "
            "counted.",
            jobs,
        )
        if whole_server
        else n_(
            "In the last 30 days you asked once, for {units}. What failed is given back and not counted.",
            "In the last 30 days you asked {count} times, for {units}. What failed is given back and not counted.",
            jobs,
        )
    )
    return said.format(count=number(jobs), units=_units(units))


def _say_left(limits: Sequence[UsedLimit]) -> str:
    bounded = [limit for limit in limits if limit.allowed > 0]
    if not bounded:
        return _("Nothing of it is limited by day or month, nor in number.")
    return "\n".join(f"{_mark(limit)} {_left(limit)}{_again(limit)}" for limit in bounded)


def _left(limit: UsedLimit) -> str:
    is_own = limit.subject is Subject.MEMBER
    if limit.name is LimitName.IN_FLIGHT:
        said = (
            _("You, jobs at the same time: {left} of {allowed} free")
            if is_own
            else _("The server, jobs at the same time: {left} of {allowed} free")
        )
    else:
        # Translators: {period} is “today”, “this month” and the like.
        said = (
            _("You, {period}: {left} of {allowed} units left")
            if is_own
            else _("The server, {period}: {left} of {allowed} units left")
        )
    left = number(max(0, limit.allowed - limit.used))
    return said.format(period=_(SHORT_NAMES[limit.name]), left=left, allowed=number(limit.allowed))


def _again(limit: UsedLimit) -> str:
    # Translators: put after what is left of a limit.
    return _(", anew {time}").format(time=relative(limit.resets_at)) if limit.resets_at else ""


def _mark(limit: UsedLimit) -> str:
    """A square that fills up; the words say the same."""
    share = limit.used / limit.allowed
    return "🟥" if share >= 1 else "🟧" if share >= 0.8 else "🟩"


def _units(count: int) -> str:
    return n_("{count} unit", "{count} units", count).format(count=number(count))


def _days(report: UsageReport) -> set[date]:
    return {one.day for one in report.days}
