"""How times and lengths are told."""

from datetime import datetime

import discord


def relative(moment: datetime) -> str:
    """A time that each member's Discord shows in their own words: "in 20 seconds"."""
    return discord.utils.format_dt(moment, "R")


def about(seconds: float) -> str:
    """A length that is only an estimate: nobody wants decimals of those."""
    if seconds < 50:
        return f"about {max(5, 5 * round(seconds / 5))} s"
    if seconds < 50 * 60:
        return f"about {max(1, round(seconds / 60))} min"
    return f"about {max(1, round(seconds / 3600))} h"


def length(seconds: float) -> str:
    """The length of a clip."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} min" if minutes else f"{seconds:.1f} s"


def ordinal(number: int) -> str:
    """A place in line: 1st, 2nd, 11th."""
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
