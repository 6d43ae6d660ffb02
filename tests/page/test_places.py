"""Pictures, pages to turn, people and roles, and the places where the bot is no member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.sandbox import starting_world as places

if TYPE_CHECKING:
    from tests.page.conftest import OpenPage, Reader

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_IS_DRAWN = "(image) => image.complete && image.naturalWidth === 40"


async def offered(reader: Reader, typed: str) -> list[str]:
    """The commands that are offered for what was typed after the slash."""
    await reader.page.get_by_test_id("composer").fill(f"/{typed}")
    options = reader.page.get_by_test_id("command-option")
    return [await option.get_attribute("data-name") or "" for option in await options.all()]


async def test_picture_of_an_embed_is_shown_once_and_others_below(open_page: OpenPage) -> None:
    reader = await open_page()
    page = reader.page
    await reader.run_and_send("chart")
    in_embed = page.get_by_test_id("embed").locator("img.embed-image")
    await expect(in_embed).to_be_visible()
    await expect(page.locator(".attachments img")).to_have_count(1)
    loose = page.get_by_alt_text("by itself")
    await expect(loose).to_be_visible()
    drawn = page.locator(".message img")
    await drawn.evaluate_all("(all) => Promise.all(all.map((image) => image.decode())).then(() => undefined)")
    assert await drawn.evaluate_all(f"(all) => all.every({_IS_DRAWN})")
    assert reader.watch.console == []


async def test_private_answer_has_pages_to_turn_and_a_menu(open_page: OpenPage) -> None:
    reader, other = await open_page(), await open_page(places.SAM)
    page = reader.page
    await reader.run_and_send("pages")
    content = page.get_by_test_id("content").last
    await expect(content).to_have_text("first page")
    for label, text in (("Next", "second page"), ("Next", "third page"), ("Back", "second page")):
        await page.get_by_role("button", name=label, exact=True).click()
        await expect(content).to_contain_text(text)
    await page.get_by_test_id("component-select").click()
    await page.get_by_test_id("select-option").filter(has_text="third page").click()
    await expect(content).to_contain_text("opened the third page")
    await expect(page.get_by_test_id("component-select")).to_have_count(0)
    await expect(other.page.get_by_text("opened the")).to_have_count(0)


async def test_people_and_roles_are_chosen_by_name(open_page: OpenPage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    await reader.run("people")
    for name, typed in (("member", "Sam"), ("role", "Moder"), ("anyone", "Manager")):
        field = page.get_by_test_id(f"option-{name}")
        await field.fill(typed)
        await expect(page.get_by_test_id("choice").first).to_contain_text(typed)
        await field.press("ArrowDown")
        await keys.press("Enter")
    await page.get_by_test_id("option-add").fill("share ")
    await keys.type("3")
    await keys.press("Enter")
    await expect(page.get_by_test_id("composer-problem")).to_have_text("share must be at most 2.")
    await page.get_by_test_id("option-share").fill("0.75")
    await keys.press("Enter")
    await expect(page.get_by_test_id("content").last).to_have_text("Sam / Moderator / Manager / 0.75")


async def test_commands_are_hidden_from_who_may_not_use_them(open_page: OpenPage) -> None:
    ada, sam = await open_page(places.ADA), await open_page(places.SAM)
    assert await offered(ada, "moder") == ["moderate"]
    assert await offered(sam, "moder") == []
    await ada.run_and_send("moderate")
    await expect(ada.page.get_by_test_id("content").last).to_have_text("moderated")


async def test_bot_is_brought_along_where_it_is_no_member(open_page: OpenPage) -> None:
    reader = await open_page(places.ROBIN)
    for channel_id, text in (
        (places.PIER, "in a TextChannel"),
        (places.GROUP, "in a GroupChannel"),
        (places.ROBIN_AND_ADA, "in a DMChannel"),
    ):
        await reader.go(places.ROBIN, channel_id)
        assert await offered(reader, "") == ["along"]
        await reader.run_and_send("along")
        await expect(reader.page.get_by_test_id("content").last).to_have_text(text)
        await expect(reader.page.locator("[data-testid^=permission-]")).to_have_count(0)
    sam = await open_page(places.SAM, places.GROUP)
    await expect(sam.page.get_by_text("in a GroupChannel")).to_be_visible()
    assert await offered(sam, "") == []


async def test_person_switches_are_kept_and_work(open_page: OpenPage) -> None:
    reader = await open_page(places.ROBIN, places.PIER, viewport={"width": 1360, "height": 900})
    page = reader.page
    takes_dms, has_app = (page.get_by_test_id(f"person-{field}") for field in ("takes_dms", "has_app"))
    await expect(takes_dms).to_have_attribute("aria-checked", "true")
    await expect(has_app).to_have_attribute("aria-checked", "true")
    for switch in (takes_dms, has_app):
        async with page.expect_response("**/sandbox/api/world-events*") as answer:
            await switch.press("Enter")
        assert (await answer.value).ok
    await page.reload()
    await expect(takes_dms).to_have_attribute("aria-checked", "false")
    await expect(has_app).to_have_attribute("aria-checked", "false")
    assert await offered(reader, "") == []
    assert reader.watch.console == []
