"""The picture of /usage: what was used on each of the last 30 days, by kind, and how much of each limit is left.

It is drawn on a background of its own, so that it reads the same on a dark and on a light Discord. Kinds differ in
their hatching and limits in their words, not in colour alone. Nothing from outside is in it but numbers. Its font has
no Japanese letters, so there it is in English; the words beside it (bot/replies/usage.py) say the same.

Drawing takes long, the first time seconds: matplotlib is read then. Call it in a thread.
"""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from threading import Lock
from typing import Any

from bot.limits import DayOfKind, Subject, UsedLimit
from bot.models import JobKind
from bot.replies.language import ENGLISH, N_, _, day_and_month, number, speaking, spoken
from bot.replies.limits import SHORT_NAMES

# matplotlib leaves the types of its keyword arguments open, which a strict checker does not let through.
AnyFigure = Any
AnyAxes = Any

DAYS = 30
SIZE_INCHES, DOTS_PER_INCH = (9, 5), 100
PAPER, INK, FAINT = "#20232B", "#F2F3F5", "#4A4F5C"
# One a kind, told apart by brightness too, and by hatching. Okabe and Ito's colours for every kind of colour vision.
LOOKS = (("#56B4E9", ""), ("#E69F00", "///"), ("#009E73", "..."), ("#F0E442", "xxx"), ("#CC79A7", "\\\\\\"))
LEFT, USED = "#3D4656", "#56B4E9"

KIND_NAMES = {
    JobKind.SPEECH: N_("speech"),
    JobKind.EFFECT: N_("effects"),
    JobKind.TRANSCRIPT: N_("transcripts"),
}
NOT_IN_FONT = frozenset({"ja"})

# matplotlib says of itself that it is not safe to be used by several threads at once (its FAQ, read 2026-11).
_drawing = Lock()


def draw_usage(days: Sequence[DayOfKind], limits: Sequence[UsedLimit], today: date) -> bytes:
    """A PNG of 900 by 500 pixels. ``today`` is the last of the 30 days (UTC)."""
    with _drawing, speaking(ENGLISH if spoken() in NOT_IN_FONT else spoken()):
        # Read when it is needed: it would make every start of the bot seconds slower.
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415

        figure: AnyFigure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, facecolor=PAPER, layout="constrained")
        bounded = [limit for limit in limits if limit.allowed > 0]
        _draw_all(figure, days, bounded, today)
        picture = io.BytesIO()
        canvas: Any = FigureCanvasAgg(figure)
        canvas.print_png(picture)
        return picture.getvalue()


def limit_label(limit: UsedLimit) -> str:
    """What a bar of a limit is called."""
    said = _("you, {period}") if limit.subject is Subject.MEMBER else _("server, {period}")
    return said.format(period=_(SHORT_NAMES[limit.name]))


def _draw_all(figure: AnyFigure, days: Sequence[DayOfKind], limits: Sequence[UsedLimit], today: date) -> None:
    if not limits:
        _draw_days(figure.add_subplot(), days, today)
        return
    # Each has a margin of its own; a line for each limit, up to the six there are.
    above, below = figure.subfigures(2, 1, height_ratios=[11 - len(limits), 1 + len(limits)])
    for part in (above, below):
        part.set_facecolor(PAPER)
    _draw_days(above.add_subplot(), days, today)
    _draw_limits(below.add_subplot(), limits)


def _draw_days(axes: AnyAxes, days: Sequence[DayOfKind], today: date) -> None:
    shown = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    places, bottoms = list(range(DAYS)), [0] * DAYS
    for place, kind in enumerate(JobKind):
        units = {one.day: one.units for one in days if one.kind is kind}
        heights = [max(0, units.get(day, 0)) for day in shown]
        name = _(KIND_NAMES[kind])
        colour, hatch = LOOKS[place % len(LOOKS)]
        axes.bar(places, heights, bottom=bottoms, color=colour, hatch=hatch, edgecolor=PAPER, width=0.8, label=name)
        bottoms = [bottom + height for bottom, height in zip(bottoms, heights, strict=True)]
    axes.set_ylim(0, max(10, *bottoms) * 1.1)
    axes.set_title(_("Units a day, last 30 days (UTC)"), color=INK, loc="left", fontsize=13)
    axes.set_xticks(places[-1::-7][::-1], [day_and_month(day) for day in shown[-1::-7][::-1]])
    axes.yaxis.set_major_formatter(_units)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(
        loc="lower right", bbox_to_anchor=(1, 1), ncols=len(JobKind), frameon=False, labelcolor=INK, fontsize=11
    )
    _dress(axes)


def _units(units: float, _place: int | None) -> str:
    return number(round(units))


def _draw_limits(axes: AnyAxes, limits: Sequence[UsedLimit]) -> None:
    rows = list(range(len(limits)))
    shares = [min(1.0, max(0, limit.used) / limit.allowed) for limit in limits]
    axes.barh(rows, [1.0] * len(limits), color=LEFT, height=0.7)
    axes.barh(rows, shares, color=USED, height=0.7)
    for row, limit in zip(rows, limits, strict=True):
        left = max(0, limit.allowed - limit.used)
        text = _("{left} of {allowed} left").format(left=number(left), allowed=number(limit.allowed))
        axes.text(1.02, row, text, color=INK, va="center", fontsize=11, transform=axes.get_yaxis_transform())
    axes.set_yticks(rows, [limit_label(limit) for limit in limits])
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.invert_yaxis()
    axes.set_title(_("Used of each limit"), color=INK, loc="left", fontsize=13)
    _dress(axes)


def _dress(axes: AnyAxes) -> None:
    axes.set_facecolor(PAPER)
    axes.tick_params(colors=INK, labelsize=11)
    for spine in axes.spines.values():
        spine.set_visible(False)
