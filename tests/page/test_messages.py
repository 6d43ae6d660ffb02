"""Messages as members see them: markdown, embeds, components, modals, ephemeral answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import FilePayload, expect

if TYPE_CHECKING:
    from tests.page.conftest import OpenPage, Reader

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_ephemeral_answer_is_seen_by_its_owner_only(open_page: OpenPage) -> None:
    reader = await open_page()
    other = await open_page(member_id=await _another_member(reader))
    await reader.run_and_send("whisper")
    secret = reader.page.get_by_text("a secret")
    await expect(secret).to_be_visible()
    await expect(reader.page.get_by_text("Only you can see this")).to_be_visible()
    await reader.run("echo")
    await reader.page.keyboard.type("to all")
    await reader.page.keyboard.press("Enter")
    await expect(other.page.get_by_text("echo: to all")).to_be_visible()
    await expect(other.page.get_by_text("a secret")).to_have_count(0)
    await reader.page.reload()
    await expect(secret).to_be_visible()
    await reader.page.get_by_test_id("dismiss").click()
    await expect(secret).to_have_count(0)


async def _another_member(reader: Reader) -> str:
    await reader.page.get_by_test_id("member-switcher").click()
    option = reader.page.locator('[data-testid="member-option"][aria-selected="false"]').first
    member_id = await option.get_attribute("data-user-id")
    await reader.page.keyboard.press("Escape")
    return member_id or ""


async def test_switching_the_member_by_keyboard_hides_what_was_only_theirs(open_page: OpenPage) -> None:
    reader = await open_page()
    await reader.run_and_send("whisper")
    await expect(reader.page.get_by_text("a secret")).to_be_visible()
    switcher = reader.page.get_by_test_id("member-switcher")
    before = await switcher.inner_text()
    await switcher.focus()
    await reader.page.keyboard.press("Enter")
    await reader.page.keyboard.press("End")
    await reader.page.keyboard.press("Enter")
    await expect(switcher).not_to_have_text(before)
    await expect(reader.page.get_by_test_id("message").first).to_be_visible()
    await expect(reader.page.get_by_text("a secret")).to_have_count(0)
    await reader.page.get_by_test_id("composer").fill("hello from another")
    await reader.page.get_by_test_id("composer").press("Enter")
    await expect(reader.page.get_by_test_id("content").last).to_have_text("hello from another")


async def test_card_shows_its_embed_and_a_button_edits_it_in_place(open_page: OpenPage) -> None:
    reader = await open_page()
    await reader.run_and_send("card")
    card = reader.page.get_by_test_id("message").last
    await expect(card.get_by_test_id("embed")).to_contain_text("With fields")
    await expect(card.get_by_role("definition").first).to_have_text("narrator")
    await expect(card.get_by_role("button", name="Off")).to_be_disabled()
    await expect(card.get_by_role("link", name="Outside")).to_have_attribute("rel", "noopener noreferrer nofollow")
    button = card.get_by_role("button", name="Again")
    await button.press("Enter")
    await expect(card.get_by_test_id("content")).to_contain_text("pressed")
    await expect(button).to_be_focused()


@pytest.mark.parametrize("answered_within_s", [0.5])
async def test_button_nobody_answers_says_so_under_the_message(open_page: OpenPage) -> None:
    reader = await open_page()
    await reader.run_and_send("card")
    card = reader.page.get_by_test_id("message").last
    await card.get_by_role("button", name="Broken").click()
    await expect(card.get_by_text("The application did not respond")).to_be_visible()


async def test_select_takes_several_values_by_keyboard(open_page: OpenPage) -> None:
    reader = await open_page()
    keys = reader.page.keyboard
    await reader.run_and_send("pick")
    message = reader.page.get_by_test_id("message").last
    await message.get_by_test_id("component-select").focus()
    await keys.press("ArrowDown")
    await keys.press("Space")
    await keys.press("End")
    await keys.press("Space")
    await expect(message.locator('[role="option"][aria-selected="true"]')).to_have_count(2)
    await keys.press("Escape")
    await expect(message.get_by_test_id("content")).to_contain_text("you chose apple and cherry")


async def test_modal_checks_keeps_the_focus_and_sends(open_page: OpenPage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    await reader.run_and_send("feedback")
    dialog = page.get_by_test_id("modal")
    await expect(dialog.get_by_label("Subject")).to_be_focused()
    await keys.type("ab")
    await dialog.get_by_test_id("modal-submit").click()
    await expect(dialog.get_by_text("At least 3 characters")).to_be_visible()
    await keys.type("cdef")
    for _ in range(8):
        await keys.press("Tab")
        assert await dialog.evaluate("(element) => element.contains(document.activeElement)")
    await dialog.get_by_label("More").fill("line one\nline two")
    await dialog.get_by_test_id("modal-submit").press("Enter")
    await expect(page.get_by_test_id("content").last).to_have_text("thanks: abcdef / line one\nline two")
    await expect(dialog).to_have_count(0)


async def test_modal_is_left_with_escape_and_focus_comes_back(open_page: OpenPage) -> None:
    reader = await open_page()
    await reader.run_and_send("feedback")
    await expect(reader.page.get_by_test_id("modal")).to_be_visible()
    await reader.page.keyboard.press("Escape")
    await expect(reader.page.get_by_test_id("modal")).to_have_count(0)
    await expect(reader.page.get_by_test_id("composer")).to_be_focused()


async def test_hostile_text_stays_text(open_page: OpenPage) -> None:
    reader = await open_page()
    await reader.run_and_send("hostile")
    message = reader.page.get_by_test_id("message").last
    await expect(message.get_by_test_id("content")).to_contain_text('<img src=x onerror="window.hurt=1">')
    assert await reader.page.evaluate("window.hurt") is None
    assert await message.locator("script, img, iframe").count() == 0
    links = await message.locator("a").evaluate_all("(all) => all.map((one) => one.href)")
    assert set(links) == {"https://example.org/a_b_c", "https://example.org/tracker.png"}
    assert reader.watch.outside == []


async def test_markdown_of_members_is_rendered(open_page: OpenPage) -> None:
    reader = await open_page()
    composer = reader.page.get_by_test_id("composer")
    await composer.fill("**bold** *it* __under__ ~~gone~~ `code` ||secret|| <t:1700000000:R>\n> quoted")
    await composer.press("Enter")
    content = reader.page.get_by_test_id("content").last
    for tag, words in (
        ("strong", "bold"),
        ("em", "it"),
        ("u", "under"),
        ("s", "gone"),
        ("code", "code"),
        ("blockquote", "quoted"),
    ):
        await expect(content.locator(tag)).to_have_text(words)
    await expect(content.locator("time")).to_contain_text("years ago")
    spoiler = content.get_by_role("button", name="Spoiler")
    await spoiler.click()
    await expect(content.get_by_text("secret")).to_be_visible()


async def test_plain_message_carries_files_that_can_be_taken_back(open_page: OpenPage) -> None:
    reader = await open_page()
    page = reader.page
    files = [FilePayload(name=f"{name}.txt", mimeType="text/plain", buffer=name.encode()) for name in ("one", "two")]
    await page.get_by_test_id("file-input").set_input_files(files)
    await expect(page.get_by_test_id("attached-file")).to_have_count(2)
    await page.get_by_role("button", name="Remove one.txt").click()
    await page.get_by_test_id("composer").fill("with a file")
    await page.get_by_test_id("composer").press("Enter")
    message = page.get_by_test_id("message").last
    await expect(message.get_by_test_id("file-card")).to_have_count(1)
    await expect(message).to_contain_text("two.txt")
    await expect(page.get_by_test_id("attached-file")).to_have_count(0)


async def test_reader_who_scrolled_up_is_left_alone_and_told(open_page: OpenPage) -> None:
    reader = await open_page(viewport={"width": 1200, "height": 500})
    page = reader.page
    composer = page.get_by_test_id("composer")
    for number in range(12):
        await composer.fill(f"line {number}\nand another\nand one more")
        await composer.press("Enter")
        await expect(page.get_by_test_id("content").last).to_contain_text(f"line {number}")
    other = await open_page(member_id=await _another_member(reader))
    scroller = page.locator(".scroller")
    await scroller.evaluate("(element) => element.scrollTo(0, 0)")
    await expect(page.get_by_test_id("content").last).not_to_be_in_viewport()
    await other.page.get_by_test_id("composer").fill("something new")
    await other.page.get_by_test_id("composer").press("Enter")
    pill = page.get_by_test_id("new-messages")
    await expect(pill).to_be_visible()
    assert await scroller.evaluate("(element) => element.scrollTop") < 100
    await pill.click()
    await expect(page.get_by_text("something new")).to_be_in_viewport()
    await expect(pill).to_be_hidden()


async def test_direct_message_of_the_bot_gets_its_own_place(open_page: OpenPage) -> None:
    reader = await open_page()
    page = reader.page
    await reader.run_and_send("letter")
    await page.get_by_role("button", name="Direct messages").click()
    await expect(page.get_by_test_id("channel")).to_contain_text(["@Soundbooth", "@Map makers", "@Ada"])
    await page.get_by_test_id("channel").first.click()
    await expect(page.get_by_test_id("content").last).to_have_text("dear you")
    await reader.run_and_send("card")
    await expect(page.get_by_test_id("embed")).to_be_visible()


async def test_unused_channel_says_what_to_try(open_page: OpenPage) -> None:
    reader = await open_page()
    hint = reader.page.get_by_test_id("empty-channel")
    await expect(hint).to_contain_text("Type /")
    await reader.page.get_by_role("button", name="/card").click()
    await expect(reader.page.get_by_test_id("command-input")).to_be_visible()
    await reader.page.keyboard.press("Enter")
    await expect(reader.page.get_by_test_id("embed")).to_be_visible()
    await expect(hint).to_have_count(0)
