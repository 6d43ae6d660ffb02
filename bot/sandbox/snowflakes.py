"""Discord's ids: 64-bit numbers, written as strings, that tell the time they were made."""

import re
from collections.abc import Callable

DISCORD_EPOCH_MS = 1_420_070_400_000
"""First second of 2015 in Unix milliseconds. Source: discord-api-docs reference.mdx, "Snowflakes"."""

_TIME_SHIFT = 22
_SNOWFLAKE = re.compile(r"[0-9]{1,20}")


class Snowflakes:
    """Makes ids that only ever grow, however many are asked for in one millisecond."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0

    def make(self) -> str:
        """Make the next id."""
        self._last = max(snowflake_at(self._clock()), self._last + 1)
        return str(self._last)


def snowflake_at(seconds: float) -> int:
    """Say the smallest id of a moment given in seconds since 1970."""
    return max(0, int(seconds * 1000) - DISCORD_EPOCH_MS) << _TIME_SHIFT


def is_snowflake(value: object) -> bool:
    """Say whether ``value`` is an id in text form (Discord never sends another form)."""
    return isinstance(value, str) and _SNOWFLAKE.fullmatch(value) is not None


def read_snowflake(value: object) -> str | None:
    """Take an id as the API does, text or number, and give back its text form; None if it is neither."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value)
    return value if isinstance(value, str) and is_snowflake(value) else None
