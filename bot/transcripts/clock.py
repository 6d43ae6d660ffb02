"""Times as they are written: clocks of subtitles, numbers, numbers with a unit."""

import re
from enum import Enum
from typing import NamedTuple

from bot.transcripts.model import MAX_TIME_S

_CLOCK = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,4}):([0-9]{1,2})(?:[.,]([0-9]{1,9}))?")
_NUMBER = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) {0,2}(s|sec|ms)?")
_LONGEST_TIME_TEXT = 40
_LARGEST = 1000 * MAX_TIME_S
"""No recording is longer, whatever the unit. Without this bound one wild number would decide what the unit is."""


class Unit(Enum):
    """What a number counts; the value is seconds per unit."""

    SECONDS = 1.0
    MILLISECONDS = 0.001


class Moment(NamedTuple):
    """A time as it was written. ``unit`` is None where only the whole document can tell (units.py)."""

    value: float
    unit: Unit | None = None

    def seconds(self, otherwise: Unit) -> float:
        """Return seconds, counting in ``otherwise`` where the moment itself does not say."""
        return self.value * (self.unit or otherwise).value


def read_clock(text: str) -> float | None:
    """Return the seconds of ``hh:mm:ss,mmm``; hours and fraction may be missing, and the mark may be a point."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + (float(f"0.{fraction}") if fraction else 0.0)


def read_moment(raw: object, unit: Unit | None = None) -> Moment | None:
    """Return the time that a JSON value stands for, or None when it is none: no number, NaN, infinite or too large.

    ``unit`` is what the place in the document says; a clock or a written unit in the value itself goes before it.
    """
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | float):
        return _finite(raw, unit)
    if isinstance(raw, str) and len(raw) <= _LONGEST_TIME_TEXT:
        return _read_text(raw, unit)
    return None


def write_clock(time_ms: int, mark: str) -> str:
    """Return ``hh:mm:ss`` and milliseconds behind ``mark`` (srt writes a comma, vtt a point)."""
    seconds, milliseconds = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{milliseconds:03}"


def _read_text(raw: str, unit: Unit | None) -> Moment | None:
    seconds = read_clock(raw)
    if seconds is not None:
        return Moment(seconds, Unit.SECONDS)
    match = _NUMBER.fullmatch(raw.strip())
    if match is None:
        return None
    if match[2]:
        unit = Unit.MILLISECONDS if match[2] == "ms" else Unit.SECONDS
    return _finite(float(match[1]), unit)


def _finite(raw: float, unit: Unit | None) -> Moment | None:
    try:
        value = float(raw)
    except OverflowError:  # an integer of more than 308 digits
        return None
    return Moment(value, unit) if abs(value) <= _LARGEST else None  # NaN is not
