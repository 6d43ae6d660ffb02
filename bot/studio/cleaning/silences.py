"""Where it is quiet for too long."""

from bot.studio.cleaning.cuts import Span
from bot.studio.cleaning.levels import Levels
from bot.studio.cleaning.speech import runs_of


def long_silences(levels: Levels, *, threshold_db: float, longer_than_s: float, keep_s: float) -> tuple[Span, ...]:
    """Return what to cut: the middle of each stretch below ``threshold_db`` that lasts longer than ``longer_than_s``.

    ``keep_s`` of it stays at both ends; silence at the very beginning and end of the recording is treated the same.
    """
    found: list[Span] = []
    for first, last in runs_of(levels < threshold_db):
        start_s, end_s = first / 100, last / 100
        if end_s - start_s > longer_than_s and end_s - start_s > 2 * keep_s:
            found.append(Span(start_s + keep_s, end_s - keep_s))
    return tuple(found)
