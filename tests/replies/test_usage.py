"""/usage in sentences and as a picture."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import av
import pytest

from bot.limits import DayOfKind, LimitName, Subject, UsageReport, UsedLimit
from bot.models import JobKind
from bot.replies.language import LANGUAGES, speaking, with_one_stop
from bot.replies.usage import build_usage, limits_shown, usage_alt_text
from bot.replies.usage_chart import draw_usage, limit_label

TODAY = date(2026, 11, 22)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
DAY = UsedLimit(Subject.MEMBER, LimitName.DAY, 2000, 1950, MIDNIGHT)
IN_FLIGHT = UsedLimit(Subject.MEMBER, LimitName.IN_FLIGHT, 3, 0, None)
NO_LIMIT = UsedLimit(Subject.MEMBER, LimitName.MONTH, 0, 1950, MIDNIGHT)
OF_SERVER = UsedLimit(Subject.GUILD, LimitName.MONTH, 100, 140, MIDNIGHT)
DAYS = (DayOfKind(TODAY - timedelta(days=3), JobKind.SPEECH, 900, 3), DayOfKind(TODAY, JobKind.SPEECH, 50, 1))
REPORT = UsageReport(DAYS, (DAY, IN_FLIGHT, NO_LIMIT, OF_SERVER), ((30, 900), (31, 1)))
NOTHING = UsageReport((), (), ())


async def test_a_member_reads_what_they_used_and_what_is_left() -> None:
    card = build_usage(UsageReport(DAYS, REPORT.limits, ()), whole_server=False)
    assert card.embed.title == "Your usage"
    assert card.embed.description == (
        "In the last 30 days you asked 4 times, for 950 units. What failed is given back and not counted.\n\n"
        "🟧 You, today: 50 of 2,000 units left, anew <t:1795392000:R>\n"
        "🟩 You, jobs at the same time: 3 of 3 free\n"
        "🟥 The server, this month: 0 of 100 units left, anew <t:1795392000:R>"
    )
    assert card.embed.image.url == "attachment://usage.png"


async def test_a_manager_reads_of_the_server_and_not_of_their_own_limits() -> None:
    text = str(build_usage(REPORT, whole_server=True).embed.description)
    assert "this server asked 4 times" in text
    assert "You, " not in text
    assert text.endswith("**Most used by**\n<@30>: 900 units\n<@31>: 1 unit")
    assert limits_shown(REPORT, whole_server=True) == [OF_SERVER]


async def test_nothing_used_and_nothing_limited_is_told_too() -> None:
    text = str(build_usage(NOTHING, whole_server=False).embed.description)
    assert text.startswith("In the last 30 days you asked for nothing here.")
    assert "limited" in text


async def test_one_job_is_told_as_one() -> None:
    once = UsageReport((DayOfKind(TODAY, JobKind.SPEECH, 1, 1),), (), ())
    assert "you asked once, for 1 unit." in str(build_usage(once, whole_server=False).embed.description)


def test_the_picture_is_told_to_those_who_do_not_see_it() -> None:
    assert usage_alt_text(REPORT, whole_server=True) == (
        "Bars of the units used on each of the last 30 days. The most on one day: 900 units on 19 Nov. Left of the "
        "limits: The server, this month: 0 of 100 units left."
    )
    assert "there are none" in usage_alt_text(NOTHING, whole_server=False)
    assert len(usage_alt_text(UsageReport(DAYS, (DAY,) * 500, ()), whole_server=False)) == 1024


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_that_ends_with_a_dot_ends_the_sentence_with_one(language: str) -> None:
    for month in range(1, 13):
        used = UsageReport((DayOfKind(date(2026, month, 9), JobKind.SPEECH, 900, 3),), (), ())
        with speaking(language):
            assert ".." not in usage_alt_text(used, whole_server=False)


def test_only_a_stop_too_many_is_taken_away() -> None:
    shown = [with_one_stop(text) for text in ("am 22. Nov..", "on 22 Nov.", "and so on...", "")]
    assert shown == ["am 22. Nov.", "on 22 Nov.", "and so on...", ""]


def size_of(picture: bytes) -> tuple[int, int]:
    """Decoded by something else than what drew it."""
    with av.open(BytesIO(picture), "r") as container:
        return container.streams.video[0].width, container.streams.video[0].height


def colours_of(picture: bytes) -> set[tuple[int, ...]]:
    with av.open(BytesIO(picture), "r") as container:
        pixels = next(container.decode(video=0)).to_ndarray(format="rgb24")
    return {tuple(int(part) for part in pixel) for pixel in pixels.reshape(-1, 3)[::7]}


@pytest.mark.parametrize(
    ("days", "limits"),
    [
        ((), ()),
        (DAYS, (DAY,)),
        (DAYS, REPORT.limits),
        (DAYS, (NO_LIMIT,)),
        ((DayOfKind(TODAY, JobKind.SPEECH, 10**12, 1),), (OF_SERVER,) * 6),
        ((DayOfKind(TODAY - timedelta(days=400), JobKind.SPEECH, 5, 1),), ()),
        ((DayOfKind(TODAY, JobKind.SPEECH, -5, -1),), (UsedLimit(Subject.GUILD, LimitName.DAY, 10**9, -5, None),)),
    ],
)
def test_any_usage_is_drawn(days: Sequence[DayOfKind], limits: Sequence[UsedLimit]) -> None:
    assert size_of(draw_usage(days, limits, TODAY)) == (900, 500)


def test_what_was_used_shows_as_bars_on_a_ground_that_is_neither_light_nor_see_through() -> None:
    bar, ground = (0x56, 0xB4, 0xE9), (0x20, 0x23, 0x2B)
    drawn = colours_of(draw_usage(DAYS, (), TODAY))
    assert {bar, ground} <= drawn
    assert ground in colours_of(draw_usage((), (), TODAY))


def test_the_same_usage_makes_the_same_picture() -> None:
    assert draw_usage(DAYS, REPORT.limits, TODAY) == draw_usage(DAYS, REPORT.limits, TODAY)
    assert draw_usage(DAYS, (DAY,), TODAY) != draw_usage(DAYS[:1], (DAY,), TODAY)


def test_bars_are_named_for_whose_limit_they_show() -> None:
    assert limit_label(DAY) == "you, today"
    assert limit_label(OF_SERVER) == "server, this month"


def test_the_drawing_library_is_not_read_before_it_is_needed() -> None:
    script = "import sys, cogs.usage; sys.exit('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], timeout=60, check=False)
    assert done.returncode == 0
