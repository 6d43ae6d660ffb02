"""When a call to the API is made again, and after which pause. Pure: time, errors and chance are passed in."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from bot.finevoice.errors import ApiBroken, ApiBusy, ApiError, ApiOutcomeUnknown, ApiUnavailable, ApiUnreachable

MAX_RETRY_AFTER_S = 120.0
# Callers that were told the same moment would all be back in it.
HINT_SPREAD = 0.1


@dataclass(frozen=True, slots=True)
class Retries:
    """How often one call is made, and for how long.

    ``tries`` counts the first one too. No pause begins that would end more than ``total_s`` after the call began: the
    error is given to the caller instead, which knows better what such a wait is worth. Pauses double from
    ``first_pause_s`` up to ``longest_pause_s``, and are cut by up to a half at random.
    """

    tries: int
    total_s: float
    first_pause_s: float = 0.3
    longest_pause_s: float = 8.0


ONCE = Retries(tries=1, total_s=0.0)
READS = Retries(tries=3, total_s=5.0)
"""For what only reads. Short: who waits for a task asks again anyway."""
SUBMITS = Retries(tries=4, total_s=30.0)
"""For callers without a queue of their own, such as a command line."""


def is_safe_to_repeat(error: ApiError, *, is_submit: bool) -> bool:
    """Whether the call that ended so may be made again at once.

    A submit only where nothing was started: the API has no idempotency key. Not where the breaker is open: nothing
    would be sent.
    """
    if isinstance(error, ApiUnavailable):
        return False
    if isinstance(error, ApiUnreachable | ApiBusy):
        return True
    return not is_submit and isinstance(error, ApiOutcomeUnknown | ApiBroken)


def next_pause_s(
    error: ApiError, retries: Retries, *, is_submit: bool, tries_made: int, elapsed_s: float, rng: random.Random
) -> float | None:
    """Seconds until the next try after ``tries_made`` and ``elapsed_s`` in all; None where there is none.

    The service's own hint goes first and is never cut short.
    """
    if tries_made >= retries.tries or not is_safe_to_repeat(error, is_submit=is_submit):
        return None
    hint_s = error.retry_after_s if isinstance(error, ApiBusy | ApiBroken) else None
    if hint_s is not None:
        pause_s = hint_s * (1 + rng.uniform(0, HINT_SPREAD))
    else:
        doubled_s = retries.first_pause_s * 2.0 ** (tries_made - 1)
        pause_s = min(retries.longest_pause_s, doubled_s) * rng.uniform(0.5, 1)
    return pause_s if max(0.0, elapsed_s) + pause_s <= retries.total_s else None


def parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from a number or a date; None where nothing sane is said.

    A date is measured against the answer's own Date header, so that a wrong clock here does no harm.
    Source: RFC 9110 section 10.2.3. More than two minutes is cut to two.
    """
    value = headers.get("Retry-After", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    # NaN fails both comparisons and means nothing was said.
    return min(seconds, MAX_RETRY_AFTER_S) if seconds >= 0 else None
