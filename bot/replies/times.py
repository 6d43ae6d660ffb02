"""How times and lengths are told."""

from datetime import datetime

import discord

from bot.replies.language import TENTHS, _, number


def relative(moment: datetime) -> str:
    """A time that each member's Discord shows in their own words: "in 20 seconds"."""
    return discord.utils.format_dt(moment, "R")


def about(seconds: float) -> str:
    """A length that is only an estimate: nobody wants decimals of those."""
    if seconds < 50:
        return _("about {number} s").format(number=max(5, 5 * round(seconds / 5)))
    if seconds < 50 * 60:
        return _("about {number} min").format(number=max(1, round(seconds / 60)))
    return _("about {number} h").format(number=max(1, round(seconds / 3600)))


def length(seconds: float) -> str:
    """The length of a clip."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return _("{minutes}:{seconds} min").format(minutes=minutes, seconds=f"{rest:02d}")
    return _("{number} s").format(number=number(seconds, TENTHS))


def ordinal(number: int) -> str:
    """A place in line: 1st, 2nd, 11th."""
    # Translators: any way to write a place in line that fits every number, like 2. or n° 2.
    shape = _("{number}th")
    if shape == "{number}th" and number % 100 not in {11, 12, 13}:
        shape = {1: "{number}st", 2: "{number}nd", 3: "{number}rd"}.get(number % 10, shape)
    return shape.format(number=number)
