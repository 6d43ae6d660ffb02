"""Limits in words: what a member is told who met one, and what managers read of those they set."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import LimitReached
from bot.jobs.fair_use import Override
from bot.limits import Allowance, Block, LimitName, Limits, Rate, Subject
from bot.models import JobKind
from bot.replies.limit_cards import build_blocks, build_limits, build_limits_of_member, build_limits_of_role
from bot.replies.limits import (
    CHOICES,
    SHORT_NAMES,
    say_blocked,
    say_limit_reached,
    say_number,
    say_reset,
    say_set,
    say_unblocked,
    say_units,
    say_value,
)
from bot.replies.times import relative

SOON = datetime(2026, 11, 22, 12, 0, 20, tzinfo=UTC)
GUILD, ROLE, MEMBER = 6, 20, 30
LIMITS = Limits(
    member=Allowance(Rate(5, 20.0), in_flight=1, day=2000),
    guild=Allowance(Rate(50, 2.5), in_flight=20, month=1_000_000),
    weights={JobKind.SPEECH: 1.0},
)
# Source: Discord's documentation, "Embed Limits", read 2026-11.
DESCRIPTION_LIMIT, FOOTER_LIMIT = 4096, 2048
HIGHEST = 1_000_000_000


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            LimitReached(LimitName.BURST, Subject.MEMBER, 5, 5, resets_at=SOON, refill_s=20.0),
            (
                "You have used all 5 jobs that may be asked for at once. The next one comes free <t:1795348820:R>, "
                "then one more every 20 s."
            ),
        ),
        (
            LimitReached(LimitName.BURST, Subject.GUILD, 1, 1, resets_at=SOON, refill_s=2.5),
            (
                "This server has used the one job that may be asked for at once. The next one comes free "
                "<t:1795348820:R>, then one more every 2.5 s."
            ),
        ),
        (
            LimitReached(LimitName.IN_FLIGHT, Subject.MEMBER, 3, 3),
            "You have 3 of 3 jobs waiting or running. Wait until one is done, or cancel one: /jobs.",
        ),
        (
            LimitReached(LimitName.IN_FLIGHT, Subject.GUILD, 20, 20),
            (
                "This server has 20 of 20 jobs waiting or running. Wait until one is done, or ask a moderator to "
                "cancel one: /jobs."
            ),
        ),
        (
            LimitReached(LimitName.DAY, Subject.MEMBER, 2000, 1950, 120, SOON),
            (
                "You have used 1,950 of 2,000 units today, and this costs 120. It starts anew <t:1795348820:R>. Ask "
                "for less, so that it costs 50 at most, or wait; /usage shows what is left."
            ),
        ),
        (
            LimitReached(LimitName.MONTH, Subject.GUILD, 2000, 2100, 120, SOON),
            (
                "This server has used 2,100 of 2,000 units this month, and this costs 120. It starts anew "
                "<t:1795348820:R>. Wait until then; /usage shows what is left."
            ),
        ),
        (
            LimitReached(LimitName.DAY, Subject.MEMBER, 2000, 0, 5000, SOON),
            (
                "This costs 5,000 units, more than the 2,000 that you may use in a whole day. Ask for less at "
                "once: a shorter text or recording, a shorter sound, or fewer takes."
            ),
        ),
        (
            LimitReached(LimitName.MONTH, Subject.GUILD, 2000, 0, 5000, SOON),
            (
                "This costs 5,000 units, more than the 2,000 that this server may use in a whole month. Ask for "
                "less at once: a shorter text or recording, a shorter sound, or fewer takes."
            ),
        ),
    ],
)
def test_who_meets_a_limit_is_told_which_how_much_until_when_and_what_to_do(error: LimitReached, sentence: str) -> None:
    assert say_limit_reached(error) == sentence


@given(
    st.sampled_from(sorted(LimitName)), st.sampled_from([Subject.MEMBER, Subject.GUILD]), st.integers(1, 10**9),
    st.integers(0, 10**9), st.integers(1, 10**9), st.none() | st.just(SOON),
)  # fmt: skip
def test_any_limit_is_told_with_its_number(
    name: LimitName, subject: Subject, allowed: int, used: int, cost: int, resets_at: datetime | None
) -> None:
    said = say_limit_reached(LimitReached(name, subject, allowed, used, cost, resets_at, refill_s=1.5))
    assert f"{allowed:,}" in said or allowed == 1
    assert said.startswith(("You have", "This server has", "This costs"))
    budget_is_too_small = name in {LimitName.DAY, LimitName.MONTH} and cost > allowed
    assert (resets_at is not None and relative(resets_at) in said) or (
        name is LimitName.IN_FLIGHT or resets_at is None or budget_is_too_small
    )


def test_every_limit_has_its_words_and_they_fit_into_a_choice() -> None:
    assert set(CHOICES) == set(SHORT_NAMES) == set(LimitName)
    assert all(len(words) <= 100 for words in CHOICES.values())


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (LimitName.BURST, 1, "1 job at once"),
        (LimitName.BURST, 1200, "1,200 jobs at once"),
        (LimitName.REFILL, 2.5, "one more every 2.5 s"),
        (LimitName.REFILL, 1_000_000, "one more every 1,000,000 s"),
        (LimitName.IN_FLIGHT, 1, "1 job in progress"),
        (LimitName.IN_FLIGHT, 0, "any number of jobs in progress"),
        (LimitName.DAY, 2000, "2,000 units a day"),
        (LimitName.DAY, 0, "any number of units a day"),
        (LimitName.MONTH, 0, "any number of units a month"),
    ],
)
def test_a_limit_is_told_with_its_unit(name: LimitName, value: float, words: str) -> None:
    assert say_value(name, value) == words


@pytest.mark.parametrize(
    ("value", "told"), [(0, "0"), (100, "100"), (0.25, "0.25"), (20.0, "20"), (10**6, "1,000,000")]
)
def test_numbers_are_for_people(value: float, told: str) -> None:
    assert say_number(value) == told


def test_who_sets_a_limit_reads_whom_it_is_about() -> None:
    day = LimitName.DAY
    assert say_set(Override(Subject.GUILD, GUILD, day, 100), GUILD, is_own=False) == (
        "The server as a whole: **100 units a day** from now on. "
        "/limits show has them all, /limits reset takes it back."
    )
    assert say_set(Override(Subject.ROLE, GUILD, day, 100), GUILD, is_own=True).startswith(
        "Each member: **100 units a day** from now on. That holds for you too. The limits of the server as a whole"
    )
    assert say_set(Override(Subject.ROLE, ROLE, day, 0), GUILD, is_own=False).startswith("Each member with <@&20>:")
    assert say_set(Override(Subject.MEMBER, MEMBER, day, 0), GUILD, is_own=False).startswith("<@30>:")


def test_who_takes_something_back_reads_whether_there_was_anything() -> None:
    assert "nothing was set here" in say_reset(Subject.GUILD, GUILD, GUILD, 0)
    assert say_reset(Subject.MEMBER, MEMBER, GUILD, 1).startswith("<@30>: 1 limit taken back.")
    assert say_reset(Subject.MEMBER, MEMBER, GUILD, 2).startswith("<@30>: 2 limits taken back.")
    assert "not blocked" in say_unblocked(Subject.MEMBER, MEMBER, GUILD, was_blocked=False)
    assert "can ask again" in say_unblocked(Subject.MEMBER, MEMBER, GUILD, was_blocked=True)
    assert "/block remove" in say_blocked(Subject.ROLE, ROLE, GUILD)


def test_a_unit_is_explained() -> None:
    assert say_units(LIMITS) == "One unit is one character of speech."
    weighted = Limits(LIMITS.member, LIMITS.guild, {JobKind.SPEECH: 0.5})
    assert say_units(weighted) == "A character of speech costs 0.5 units."


async def test_a_server_sees_what_holds_and_what_it_set() -> None:
    overrides = [
        Override(Subject.GUILD, GUILD, LimitName.DAY, 100),
        Override(Subject.ROLE, GUILD, LimitName.DAY, 10),
        Override(Subject.ROLE, ROLE, LimitName.DAY, 20),
        Override(Subject.ROLE, ROLE, LimitName.BURST, 2),
        Override(Subject.MEMBER, MEMBER, LimitName.MONTH, 30),
    ]
    card = build_limits(GUILD, LIMITS, overrides, is_enabled=True)
    assert card.embed.description == (
        "**The server as a whole**\n"
        "50 jobs at once, then one more every 2.5 s · 20 jobs in progress · any number of units a day · "
        "1,000,000 units a month\nSet here: today.\n\n"
        "**Each member**\n"
        "5 jobs at once, then one more every 20 s · 1 job in progress · 2,000 units a day · any number of units a "
        "month\nSet here: today.\n\n"
        "**Roles, the most generous of a member's counts**\n"
        "Each member with <@&20>: 20 units a day, 2 jobs at once\n\n"
        "**Members, whatever their roles**\n"
        "<@30>: 30 units a month"
    )


async def test_limits_that_are_turned_off_are_told_as_such() -> None:
    assert "turned limits off" in str(build_limits(GUILD, LIMITS, [], is_enabled=False).embed.description)
    own = build_limits_of_member(MEMBER, LIMITS, [], is_blocked=False, is_enabled=False)
    assert "turned limits off" in str(own.embed.description)


async def test_a_role_shows_what_was_set_for_it_alone() -> None:
    overrides = [Override(Subject.ROLE, ROLE, LimitName.DAY, 20), Override(Subject.MEMBER, ROLE, LimitName.DAY, 77)]
    assert (
        build_limits_of_role(GUILD, ROLE, overrides).embed.description == "Each member with <@&20>: **20 units a day**."
    )
    assert "nothing is set" in str(build_limits_of_role(GUILD, 21, overrides).embed.description)


async def test_a_member_shows_what_holds_for_them() -> None:
    overrides = [
        Override(Subject.MEMBER, MEMBER, LimitName.DAY, 2000),
        Override(Subject.MEMBER, 31, LimitName.BURST, 5),
    ]
    card = build_limits_of_member(MEMBER, LIMITS, overrides, is_blocked=True, is_enabled=True)
    description = str(card.embed.description)
    assert description.startswith("🚫 They are blocked")
    assert "Set here: today." in description
    assert "burst" not in description


async def test_the_longest_lists_fit_into_an_embed() -> None:
    most = [
        Override(subject, 10**19 + number, name, HIGHEST)
        for subject in (Subject.ROLE, Subject.MEMBER)
        for number in range(20)
        for name in LimitName
    ]
    card = build_limits(GUILD, LIMITS, most, is_enabled=False)
    assert len(str(card.embed.description)) <= DESCRIPTION_LIMIT
    assert len(str(card.embed.footer.text)) <= FOOTER_LIMIT
    assert "more" in str(card.embed.description)
    blocks = [Block(Subject.ROLE, 10**19 + number, 10**19, SOON) for number in range(1000)]
    blocked = str(build_blocks(GUILD, blocks).embed.description)
    assert len(blocked) <= DESCRIPTION_LIMIT
    assert blocked.endswith("… and 970 more")


async def test_an_empty_list_of_blocks_says_so() -> None:
    assert "Nobody is blocked" in str(build_blocks(GUILD, []).embed.description)
