"""Slash commands and message commands, written and sent by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import FilePayload, expect

if TYPE_CHECKING:
    from tests.page.conftest import OpenPage, Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_command_is_chosen_filled_and_sent_by_keyboard_alone(open_page: OpenPage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    await expect(page.get_by_test_id("composer")).to_be_focused()
    await keys.type("/ec")
    await expect(page.get_by_test_id("command-option")).to_have_count(1)
    await keys.press("Enter")
    await expect(page.get_by_test_id("option-text")).to_be_focused()
    await keys.type("ap")
    await expect(page.get_by_test_id("choice")).to_have_text(["apple", "apricot"])
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(page.get_by_test_id("option-text")).to_have_value("apricot")
    await keys.press("Enter")
    await expect(page.get_by_test_id("content").last).to_have_text("echo: apricot")
    await expect(page.get_by_test_id("composer")).to_be_focused()


async def test_lists_follow_the_combobox_pattern(open_page: OpenPage) -> None:
    reader = await open_page()
    composer = reader.page.get_by_test_id("composer")
    await composer.fill("/")
    await expect(composer).to_have_attribute("role", "combobox")
    await expect(composer).to_have_attribute("aria-expanded", "true")
    first = await composer.get_attribute("aria-activedescendant")
    await composer.press("ArrowDown")
    second = await composer.get_attribute("aria-activedescendant")
    assert first != second
    marked = reader.page.locator(f"#{second}")
    await expect(marked).to_have_attribute("role", "option")
    await expect(marked).to_have_attribute("aria-selected", "true")
    await composer.press("Escape")
    await expect(composer).to_have_attribute("aria-expanded", "false")
    await expect(reader.page.get_by_test_id("command-list")).to_be_hidden()


async def test_optional_options_are_added_by_typing_and_taken_away_with_backspace(open_page: OpenPage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    await reader.run("echo")
    await keys.type("hello")
    await expect(page.get_by_test_id("choice-list")).to_contain_text("no suggestions")
    await keys.press("Tab")
    await expect(page.get_by_test_id("option-add")).to_be_focused()
    await keys.type("ti")
    await keys.press("Enter")
    await expect(page.get_by_test_id("option-times")).to_be_focused()
    await keys.type("2")
    await page.get_by_test_id("option-add").focus()
    await keys.type("loud ")
    await expect(page.get_by_test_id("option-loud")).to_be_focused()
    await expect(page.get_by_test_id("choice")).to_have_text(["True", "False"])
    await keys.press("Enter")
    await expect(page.get_by_test_id("option-loud")).to_have_value("True")
    await keys.press("Shift+Tab")
    await expect(page.get_by_test_id("option-times")).to_be_focused()
    await keys.press("Backspace")
    await keys.press("Backspace")
    await expect(page.get_by_test_id("option-times")).to_have_count(0)
    await keys.press("Enter")
    await expect(page.get_by_test_id("content").last).to_have_text("echo: HELLO")


async def test_what_is_missing_or_too_long_is_said_before_anything_is_sent(open_page: OpenPage, stage: Stage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    problem = page.get_by_test_id("composer-problem")
    stage.bot.may_suggest.clear()
    await reader.run("echo")
    await keys.press("Enter")
    await expect(problem).to_have_text("text is required.")
    await expect(page.get_by_test_id("option-text")).to_have_attribute("aria-invalid", "true")
    await keys.type("x")
    await keys.press("Enter")
    await expect(problem).to_have_text("text needs at least 2 characters.")
    await page.get_by_test_id("option-text").fill("x" * 41)
    await keys.press("Enter")
    await expect(problem).to_have_text("text takes at most 40 characters (now 41).")
    stage.bot.may_suggest.set()
    await page.get_by_test_id("option-text").fill("xy")
    await expect(problem).to_be_empty()
    await keys.press("Enter")
    await expect(page.get_by_test_id("content").last).to_have_text("echo: xy")


async def test_autocomplete_waits_for_a_pause_and_the_latest_answer_wins(open_page: OpenPage, stage: Stage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    await reader.run("echo")
    await expect(page.get_by_test_id("choice")).to_have_count(5)
    stage.bot.may_suggest.clear()
    stage.bot.asked.clear()
    async with page.expect_request("**/sandbox/api/autocomplete*") as first:
        await keys.type("app", delay=10)
        await expect(page.get_by_test_id("choice-list")).to_contain_text("Asking the bot")
    assert '"app"' in ((await first.value).post_data or "")
    await page.get_by_test_id("option-text").fill("b")
    stage.bot.may_suggest.set()
    await expect(page.get_by_test_id("choice")).to_have_text(["banana", "blackberry"])
    assert "a" not in stage.bot.asked
    assert "ap" not in stage.bot.asked


@pytest.mark.parametrize("answered_within_s", [0.5])
async def test_silent_autocomplete_is_said_and_the_text_can_still_be_sent(open_page: OpenPage, stage: Stage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    stage.bot.may_suggest.clear()
    await reader.run("echo")
    await keys.type("banjo")
    await expect(page.get_by_test_id("choice-list")).to_contain_text("The bot did not answer")
    await keys.press("Enter")
    await expect(page.get_by_test_id("content").last).to_have_text("echo: banjo")
    stage.bot.may_suggest.set()


async def test_subcommand_with_member_and_fixed_choices(open_page: OpenPage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    await keys.type("/voice show ")
    await expect(page.get_by_test_id("option-who")).to_be_focused()
    await keys.type("no")
    await expect(page.get_by_test_id("choice")).to_have_count(1)
    await keys.press("Tab")
    await expect(page.get_by_test_id("option-style")).to_be_focused()
    await expect(page.get_by_test_id("choice")).to_have_text(["Calm", "Wild"])
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await keys.press("Enter")
    await expect(page.get_by_test_id("content").last).to_have_text("@Noor sounds wild")


async def test_attachment_option_is_sent_and_comes_back_as_a_card(open_page: OpenPage) -> None:
    reader = await open_page()
    page = reader.page
    await reader.run("copy")
    note = FilePayload(name="notes.srt", mimeType="application/x-subrip", buffer=b"1\n00:00 --> 00:01\nhi\n")
    await page.get_by_test_id("option-file").set_input_files(note)
    await page.get_by_test_id("option-file").press("Enter")
    card = page.get_by_test_id("file-card").last
    await expect(card).to_contain_text("notes.srt")
    await expect(card).to_contain_text("21 bytes")
    await expect(card).to_contain_text("the same file")
    async with page.expect_download() as download:
        await card.get_by_role("link", name="Download notes.srt").click()
    assert (await (await download.value).path()).read_bytes().endswith(b"hi\n")


@pytest.mark.parametrize("answered_within_s", [0.5])
async def test_unanswered_command_says_so(open_page: OpenPage) -> None:
    reader = await open_page()
    await reader.run_and_send("silent")
    await expect(reader.page.get_by_test_id("local-line")).to_contain_text("/silent: The application did not respond")


async def test_escape_leaves_a_command_and_a_slash_alone_is_not_sent(open_page: OpenPage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    await reader.run("card")
    await expect(page.get_by_test_id("command-input")).to_be_visible()
    await keys.press("Escape")
    await expect(page.get_by_test_id("composer")).to_be_focused()
    await keys.type("/nothing-like-it")
    await expect(page.get_by_test_id("command-list")).to_contain_text("No command of that name")
    count = await page.get_by_test_id("message").count()
    await keys.press("Enter")
    await expect(page.get_by_test_id("composer-problem")).to_contain_text("Choose a command")
    await expect(page.get_by_test_id("message")).to_have_count(count)


async def test_message_command_is_reached_by_keyboard(open_page: OpenPage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    message = page.get_by_test_id("message").last
    target = await message.get_attribute("data-message-id")
    await message.focus()
    await keys.press("Tab")
    await expect(message.get_by_test_id("message-apps")).to_be_focused()
    await keys.press("Enter")
    await expect(page.get_by_test_id("message-command").first).to_be_focused()
    await keys.press("Enter")
    await expect(page.get_by_test_id("content").last).to_contain_text(f": {target}")


async def test_refused_command_keeps_what_was_written(open_page: OpenPage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    await page.route(
        "**/sandbox/api/interactions*", lambda route: route.fulfill(status=400, json={"message": "Not now."})
    )
    await reader.run("echo")
    await keys.type("precious words")
    await expect(page.get_by_test_id("choice-list")).to_contain_text("no suggestions")
    await keys.press("Enter")
    await expect(page.get_by_test_id("composer-problem")).to_have_text("/echo: Not now.")
    await expect(page.get_by_test_id("option-text")).to_have_value("precious words")
