"""Texts of transcripts as members see them: whole, in pages, in choices, within Discord's limits."""

import time
from datetime import UTC, datetime, timedelta

import discord
import pytest

from bot.models import Job, JobState, Place, ResultForm, Source, SourceKind, TranscriptRequest
from bot.replies.automod import Unseen
from bot.replies.job_cards import build_card
from bot.replies.transcripts import (
    PAGE_CHARACTERS,
    Found,
    Said,
    add_transcript,
    build_language_choice,
    build_page,
    language_choices,
    pages_of,
    quoted_lines,
)
from bot.transcripts import Segment, Transcript

NOW = datetime(2026, 11, 22, tzinfo=UTC)
REQUEST = TranscriptRequest(Source("u", "note.ogg", SourceKind.AUDIO, 1, 2), 34.0)
PLACE = Place(1, 2, 3, 4, "token", NOW)
JOB = Job("a" * 32, JobState.DELIVERING, REQUEST, ResultForm.FILE, PLACE, NOW, NOW)


def said(*texts: str) -> Transcript:
    return Transcript("de", tuple(Segment(3.0 * n, 3.0 * n + 1, text) for n, text in enumerate(texts)))


def description(transcript: Transcript, found: tuple[Found, ...] = (), unseen: Unseen | None = None) -> str:
    card = add_transcript(
        build_card(JOB), JOB, Said(transcript, 34.0, found, unseen=unseen), NOW + timedelta(seconds=2)
    )
    assert len(card.embed) <= 6_000
    return card.embed.description or ""


@pytest.mark.parametrize(
    "text",
    ["@everyone <@1> <@&2> <#3>", "# big\n> quote\n- list", "**bold** `code` ||spoiler||", "[x](https://x.org)"],
)
def test_what_is_said_can_neither_ping_nor_format(text: str) -> None:
    for line in quoted_lines(text):
        shown = line.replace("\u200b", "")
        assert "@everyone" not in line
        for mark in ("<@", "<#", "**", "||", "`"):
            assert mark not in shown.replace(f"\\{mark[0]}", "")
        assert not line.startswith(("#", ">", "-"))


def test_the_quotation_of_the_name_and_that_of_what_is_said_are_told_apart_in_words() -> None:
    before, after = description(said("Guten Abend")).split("**What is said in it:**\n")
    assert before.strip().startswith("**Transcript**")
    assert after.startswith("> Guten Abend")


@pytest.mark.parametrize(
    "text", ["*" * 100_000, "@everyone " * 9_000, "word " * 20_000, "\u202e" * 5_000, "木" * 9_000]
)
def test_the_longest_and_worst_texts_fit_on_the_card(text: str) -> None:
    unseen = Unseen(is_forbidden=True, role="*" * 100)
    shown = description(said(text), tuple(Found("*" * 90, 1.0) for _ in range(200)), unseen)
    assert len(shown) <= 4_096
    assert "… and 190 more." in shown
    assert shown.endswith("→ Permissions.")


def test_pages_hold_all_of_it_in_order() -> None:
    lines = [f"line {n} " + "x" * (n % 300) for n in range(200)]
    pages = list(pages_of("\n".join(lines)))
    assert "\n".join(pages).split() == "\n".join(lines).split()
    assert all(len(page) <= PAGE_CHARACTERS for page in pages)


@pytest.mark.parametrize("text", ["x" * 10_000, "word " * 3_000, "*" * 5_000, ""])
def test_one_long_line_is_cut_into_pages_that_fit(text: str) -> None:
    pages = list(pages_of(text))
    assert "".join("".join(pages).split()) == "".join(text.split())
    for number in range(len(pages)):
        assert len(build_page(text, number, "a" * 32).embed.description or "") <= 4_096


@pytest.mark.parametrize(("page", "footer"), [(-3, "Page 1 of 3"), (1, "Page 2 of 3"), (9_999, "Page 3 of 3")])
def test_a_page_that_is_not_there_gives_the_nearest(page: int, footer: str) -> None:
    card = build_page("\n".join(["x" * PAGE_CHARACTERS] * 3), page, "a" * 32)
    assert card.embed.footer.text == footer
    buttons = [item for item in card.view.children if isinstance(item, discord.ui.Button)]
    assert len({button.custom_id for button in buttons}) == 2
    assert [button.disabled for button in buttons] == [footer[5] == "1", footer[5] == "3"]


def test_the_footer_tells_length_language_and_what_it_took() -> None:
    card = add_transcript(build_card(JOB), JOB, Said(said("Guten Abend"), 34.0), NOW + timedelta(seconds=2))
    assert card.embed.footer.text == "✅ 34.0 s · Deutsch · made in 2.0 s"


def test_language_choices_are_within_discords_limits_and_the_likely_first() -> None:
    card = build_language_choice(JOB, ["pt-BR", "nonsense", "cy"])
    menus = [item for item in card.view.children if isinstance(item, discord.ui.Select)]
    codes = [option.value for menu in menus for option in menu.options]
    assert codes[:3] == ["pt", "cy", "en"]
    assert [len(menu.options) for menu in menus] == [25, 25]
    assert len(set(codes)) == 50
    assert len({menu.custom_id for menu in menus}) == 2
    assert all(len(menu.custom_id) <= 100 for menu in menus)
    for typed in ("", "a", "German", "de-AT", "zh-Hans"):
        choices = language_choices(typed)
        assert 1 <= len(choices) <= 25
        assert all(1 <= len(name) <= 100 for name, _ in choices)
    assert language_choices("de-AT")[0][1] == "de"


@pytest.mark.parametrize("count", [900, 901])
def test_a_preview_says_whether_it_goes_on(count: int) -> None:
    shown = description(said(*["x" * 450, "y" * 449, *"z" * (count - 899)]))
    assert ("It goes on: press Read." in shown) is (count > 900)


def test_the_card_of_the_longest_transcript_is_built_in_no_time_to_speak_of() -> None:
    transcript = said(*["Guten Abend allerseits"] * 50_000)
    began = time.process_time()
    assert "It goes on: press Read." in description(transcript)
    assert time.process_time() - began < 0.3


def test_a_line_of_many_hours_is_cut_into_pages_in_no_time_to_speak_of() -> None:
    text = "x" * 8_000_000
    began = time.process_time()
    assert sum(map(len, pages_of(text))) == len(text)
    assert time.process_time() - began < 0.5
