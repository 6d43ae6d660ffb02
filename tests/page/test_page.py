"""The page as a whole: themes, narrow screens, the bot's rights, the connection, and its manners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from playwright.async_api import Page, expect

if TYPE_CHECKING:
    from tests.page.conftest import OpenPage, Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# WCAG 2.2, success criterion 1.4.3: ordinary text needs a contrast of 4.5 : 1.
_AA = 4.5
# Draws each pair on a canvas, so that the browser itself resolves mixed and translucent colours.
_CONTRASTS = """(selectors) => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const pixel = (...layers) => {
    context.globalCompositeOperation = "source-over";
    for (const layer of layers) { context.fillStyle = layer; context.fillRect(0, 0, 1, 1); }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return Object.fromEntries(selectors.map((selector) => {
    const element = document.querySelector(selector);
    if (!element) return [selector, null];
    const grounds = [];
    for (let at = element; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
    const ground = luminance(pixel("#fff", ...grounds));
    const ink = luminance(pixel("#fff", ...grounds, getComputedStyle(element).color));
    const [light, dark] = ground > ink ? [ground, ink] : [ink, ground];
    return [selector, (light + 0.05) / (dark + 0.05)];
  }));
}"""
_TEXTS = (
    ".room-title h1",
    ".room-title p",
    ".channel:not([aria-current])",
    ".channel[aria-current]",
    ".author",
    ".message-head time",
    ".badge",
    ".badge-me",
    ".content",
    ".message-context strong",
    ".mention",
    ".ephemeral-line",
    ".text-button",
    ".embed-text",
    ".embed dt",
    ".embed-footer",
    ".embed code",
    ".button-primary",
    ".button-danger",
    ".button-link",
    ".panel-note",
    ".permission-label",
    ".me-words small",
    ".play-clock",
    ".speed",
)


async def _ground(page: Page) -> str:
    return await page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_text_is_readable_in_both_themes(open_page: OpenPage, scheme: Literal["dark", "light"]) -> None:
    reader = await open_page(color_scheme=scheme, viewport={"width": 1360, "height": 900}, reduced_motion="reduce")
    for command in ("card", "whisper", "speak"):
        await reader.run_and_send(command)
    await expect(reader.page.get_by_test_id("voice-message")).to_be_visible()
    await expect(reader.page.get_by_test_id("embed")).to_be_visible()
    await expect(reader.page.get_by_text("a secret")).to_be_visible()
    contrasts = await reader.page.evaluate(_CONTRASTS, list(_TEXTS))
    assert {selector: value for selector, value in contrasts.items() if value is None or value < _AA} == {}


async def test_theme_follows_the_system_until_switched_and_is_remembered(open_page: OpenPage) -> None:
    reader = await open_page(color_scheme="dark")
    page = reader.page
    dark = await _ground(page)
    await page.emulate_media(color_scheme="light")
    light = await _ground(page)
    assert dark != light
    await page.get_by_test_id("theme-switch").click()
    assert await _ground(page) == dark
    await page.reload()
    await page.get_by_test_id("message").first.wait_for()
    assert await _ground(page) == dark


async def test_phone_has_no_sideways_scroll_and_channels_in_a_drawer(open_page: OpenPage) -> None:
    reader = await open_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = reader.page
    composer = page.get_by_test_id("composer")
    for words in ("w" * 300, "https://example.org/" + "x" * 200, "```\n" + "code " * 80 + "\n```"):
        await composer.fill(words)
        await page.get_by_test_id("send").click()
    for command in ("card", "speak"):
        await reader.run(command)
        await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("voice-message")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await page.locator(".scroller").evaluate("(element) => element.scrollWidth <= element.clientWidth")
    channel = page.get_by_test_id("channel").nth(1)
    await expect(channel).to_be_hidden()
    await page.get_by_role("button", name="Servers and channels").click()
    name = (await channel.text_content() or "").strip()
    await channel.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"#{name}")
    await expect(channel).to_be_hidden()


async def test_permission_switch_takes_the_right_from_the_bot(open_page: OpenPage) -> None:
    reader = await open_page(viewport={"width": 1360, "height": 900})
    page = reader.page
    switch = page.get_by_test_id("permission-send_voice_messages")
    await expect(switch).to_have_attribute("aria-checked", "true")
    async with page.expect_response("**/sandbox/api/permissions*") as answer:
        await switch.press("Enter")
    assert (await answer.value).ok
    await expect(switch).to_have_attribute("aria-checked", "false")
    await page.reload()
    await expect(switch).to_have_attribute("aria-checked", "false")
    await reader.run_and_send("speak")
    await expect(page.get_by_test_id("content").last).to_have_text("not allowed")
    await expect(page.get_by_test_id("voice-message")).to_have_count(0)


async def test_page_says_when_the_bot_goes_away(open_page: OpenPage, stage: Stage) -> None:
    reader = await open_page()
    await stage.bot.close()
    bar = reader.page.get_by_test_id("bot-status")
    await expect(bar).to_have_attribute("data-state", "disconnected")
    await expect(bar).to_be_visible()
    await expect(bar).to_contain_text("not connected")


async def test_lost_socket_is_opened_again_and_what_was_missed_is_fetched(open_page: OpenPage, stage: Stage) -> None:
    reader = await open_page()
    page = reader.page
    bar = page.get_by_test_id("bot-status")
    other = await open_page()
    await page.context.set_offline(True)
    stage.close_page_sockets()
    await expect(bar).to_have_attribute("data-state", "reconnecting")
    await other.page.get_by_test_id("composer").fill("said meanwhile")
    await other.page.get_by_test_id("composer").press("Enter")
    await expect(other.page.get_by_text("said meanwhile")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_text("said meanwhile")).to_be_visible()
    await expect(bar).to_have_attribute("data-state", "connected")


async def test_channels_and_servers_are_changed_by_keyboard_and_unread_is_marked(open_page: OpenPage) -> None:
    reader = await open_page()
    page, keys = reader.page, reader.page.keyboard
    first, second = (page.get_by_test_id("channel").nth(at) for at in (0, 1))
    other = await open_page()
    await other.page.get_by_test_id("channel").nth(1).click()
    await other.page.get_by_test_id("composer").fill("over here")
    await other.page.get_by_test_id("composer").press("Enter")
    await expect(second).to_contain_text("new messages")
    await second.focus()
    await keys.press("Enter")
    await expect(second).to_have_attribute("aria-current", "page")
    await expect(page.get_by_text("over here")).to_be_visible()
    await expect(first).not_to_have_attribute("aria-current", "page")
    await page.get_by_test_id("guild").nth(1).press("Enter")
    await expect(page.get_by_text("over here")).to_have_count(0)
    await expect(page.get_by_test_id("guild").nth(1)).to_have_attribute("aria-current", "true")


async def test_page_is_quiet_and_stays_on_its_own_origin(open_page: OpenPage) -> None:
    reader = await open_page()
    for command in ("card", "hostile", "speak", "pick"):
        await reader.run_and_send(command)
    await expect(reader.page.get_by_test_id("component-select")).to_be_visible()
    await reader.page.get_by_test_id("theme-switch").click()
    await expect(reader.page.get_by_test_id("voice-message")).to_be_visible()
    assert reader.watch.console == []
    assert reader.watch.outside == []


async def test_everything_that_can_be_pressed_has_a_name(open_page: OpenPage) -> None:
    reader = await open_page(viewport={"width": 1360, "height": 900})
    for command in ("card", "speak", "pick", "whisper"):
        await reader.run_and_send(command)
    await expect(reader.page.get_by_text("a secret")).to_be_visible()
    nameless = await reader.page.evaluate(
        """[...document.querySelectorAll("button, a[href], input, textarea, [role=slider], [role=switch]")]
          .filter((one) => !one.hidden && !one.textContent.trim() && !one.getAttribute("aria-label")
            && !one.labels?.length && !one.getAttribute("aria-labelledby"))
          .map((one) => one.outerHTML)"""
    )
    assert nameless == []
