"""What /usage says: what was asked for lately, by whom, and what is left."""

from collections.abc import Sequence
from datetime import date

import discord

from bot.models import LimitName, Subject
from bot.replies.cards import WAITING, Card, still_view
from bot.replies.figures import Report, UsedLimit
from bot.replies.limits import SHORT_NAMES
from bot.replies.times import relative

PICTURE_NAME = "usage.png"
# Source: Discord's documentation, "Attachment Object", read 2026-11.
ALT_TEXT_CHARACTERS = 1024


def build_usage(report: Report, *, whole_server: bool) -> Card:
    """The sentences, and a place for the picture."""
    parts = [_say_total(report, whole_server=whole_server), _say_left(limits_shown(report, whole_server=whole_server))]
    if report.most_active:
        parts.append(
            "\n".join(["**Most used by**", *(f"<@{who}>: {_units(units)}" for who, units in report.most_active)])
        )
    title = "Usage of this server" if whole_server else "Your usage"
    embed = discord.Embed(title=title, description="\n\n".join(parts), colour=WAITING)
    embed.set_image(url=f"attachment://{PICTURE_NAME}")
    return Card(embed, still_view())


def limits_shown(report: Report, *, whole_server: bool) -> list[UsedLimit]:
    """Of the server, its own limits; of a member, theirs and the server's, for both can end what they ask for."""
    return [limit for limit in report.limits if not whole_server or limit.subject is Subject.GUILD]


def usage_alt_text(report: Report, *, whole_server: bool) -> str:
    """The picture in words."""
    used = sorted(
        ((sum(one.units for one in report.days if one.day == day), day) for day in _days(report)), reverse=True
    )
    most = f" The most on one day: {_units(used[0][0])} on {used[0][1]:%d %b}." if used else ""
    left = "; ".join(_left(limit) for limit in limits_shown(report, whole_server=whole_server) if limit.allowed)
    text = f"Bars of the units used on each of the last 30 days.{most} Left of the limits: {left or 'there are none'}."
    return text[:ALT_TEXT_CHARACTERS]


def _say_total(report: Report, *, whole_server: bool) -> str:
    jobs, units = sum(one.jobs for one in report.days), sum(one.units for one in report.days)
    who = "this server" if whole_server else "you"
    if jobs <= 0:
        return f"In the last 30 days {who} asked for nothing here. /tts is a good start."
    many = "once" if jobs == 1 else f"{jobs:,} times"
    return f"In the last 30 days {who} asked {many}, for {_units(units)}. What failed is given back and not counted."


def _say_left(limits: Sequence[UsedLimit]) -> str:
    bounded = [limit for limit in limits if limit.allowed > 0]
    if not bounded:
        return "Nothing of it is limited by day or month, nor in number."
    return "\n".join(f"{_mark(limit)} {_left(limit)}{_again(limit)}" for limit in bounded)


def _left(limit: UsedLimit) -> str:
    whose = "You" if limit.subject is Subject.MEMBER else "The server"
    left = f"{max(0, limit.allowed - limit.used):,} of {limit.allowed:,}"
    if limit.name is LimitName.IN_FLIGHT:
        return f"{whose}, jobs at the same time: {left} free"
    return f"{whose}, {SHORT_NAMES[limit.name]}: {left} units left"


def _again(limit: UsedLimit) -> str:
    return f", anew {relative(limit.resets_at)}" if limit.resets_at else ""


def _mark(limit: UsedLimit) -> str:
    """A square that fills up; the words say the same."""
    share = limit.used / limit.allowed
    return "🟥" if share >= 1 else "🟧" if share >= 0.8 else "🟩"


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count:,} units"


def _days(report: Report) -> set[date]:
    return {one.day for one in report.days}
