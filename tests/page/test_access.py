"""Everybody can use the page: in their language, by keyboard, with a screen reader, and on a small screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.sandbox import starting_world as places
from tests.page.conftest import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.page.conftest import OpenPage, Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAY: dict[str, Any] = {
    "type": 1,
    "name": "say",
    "name_localizations": {"de": "sagen"},
    "description": "Utters it",
    "description_localizations": {"de": "Spricht es aus"},
    "options": [
        {
            "type": 3,
            "name": "mood",
            "name_localizations": {"de": "stimmung"},
            "description": "How",
            "choices": [{"name": "Calm", "name_localizations": {"de": "Ruhig"}, "value": "calm"}],
        }
    ],
}
FRAMED = {"title": "", "description": "**Big** news ||hidden||\n- one\n- two"}
SMALL = {"width": 360, "height": 740}
# The text that stands out too little from what is behind it, by WCAG 2.2, 1.4.3 (4.5 to 1).
FAINT_TEXT = """() => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const over = (ground, colour, alpha = 1) => {
    for (const [one, share] of [[`rgb(${ground.join(",")})`, 1], [colour, alpha]]) {
      context.globalAlpha = share;
      context.fillStyle = one;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const upwards = (element) => (element ? [...upwards(element.parentElement), getComputedStyle(element)] : []);
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const owner = texts.currentNode.parentElement;
    const isShown = texts.currentNode.data.trim() && owner.checkVisibility({ visibilityProperty: true });
    if (!isShown || owner.closest(".visually-hidden, :disabled, noscript, option, [inert]")) continue;
    const styles = upwards(owner);
    const ground = styles.reduce((below, style) => over(below, style.backgroundColor), [255, 255, 255]);
    const opacity = styles.reduce((share, style) => share * Number(style.opacity), 1);
    const [less, more] = [light(ground), light(over(ground, styles.at(-1).color, opacity))].sort((a, b) => a - b);
    if (more / less < 4.5) faint.push(texts.currentNode.data);
  }
  return faint;
}"""


class Rest:
    """What the bot does without its library."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bot {TOKEN}"}
        async with self._session.request(method, self._url + path, json=body, headers=headers) as answer:
            assert answer.status in {200, 201, 204}, await answer.text()
            return await answer.json() if answer.status != 204 else None


@pytest_asyncio.fixture(loop_scope="session")
async def rest(stage: Stage) -> AsyncIterator[Rest]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield Rest(session, stage.server.api_url)


@pytest_asyncio.fixture(loop_scope="session")
async def say(rest: Rest, stage: Stage) -> AsyncIterator[None]:
    """A command with translations, in one server alone, and afterwards everything as it was."""
    path = f"/applications/{places.BOT}/guilds/{places.STUDY_HALL}/commands"
    made = await rest.call("POST", path, SAY)
    yield
    stage.server.world.users[places.NOOR].locale = "en-US"
    await rest.call("DELETE", f"{path}/{made['id']}")


@pytest.mark.usefixtures("say")
async def test_commands_are_called_as_in_the_members_language_and_found_by_either_name(open_page: OpenPage) -> None:
    reader = await open_page(places.NOOR, places.LOUNGE)
    page = reader.page
    composer, option = page.get_by_test_id("composer"), page.locator('[data-testid="command-option"][data-name="say"]')
    language = page.get_by_test_id("member-language")
    await expect(language).to_have_accessible_name(re.compile("Language of this member.s Discord"))
    await language.select_option(label="Deutsch")
    await page.reload()
    await expect(language).to_have_value("de")
    for typed in ("/sagen", "/say", "/spricht es"):
        await composer.fill(typed)
        await expect(option.locator(".picker-words")).to_have_text("/sagenSpricht es aus")
    await option.click()
    await page.get_by_test_id("option-add").fill("Stimmung:")
    await page.get_by_test_id("option-mood").fill("ru")
    await expect(page.get_by_test_id("choice")).to_have_text("Ruhig")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await language.select_option(label="Nederlands")
    await expect(page.locator(".intro-hints, .composer")).not_to_contain_text(["sagen", "sagen"])
    await composer.fill("/say")
    await expect(option.locator(".picker-words")).to_have_text("/sayUtters it")


async def test_a_message_that_is_only_a_card_is_told_by_its_words(open_page: OpenPage, rest: Rest) -> None:
    messages = f"/channels/{places.GAME_NIGHT}/messages"
    card = await rest.call("POST", messages, {"embeds": [FRAMED]})
    await rest.call("POST", messages, {"content": "Yes!", "message_reference": {"message_id": card["id"]}})
    page = (await open_page(places.ROBIN, places.GAME_NIGHT)).page
    told = "Big news spoiler one two"
    await expect(page.get_by_role("article", name=f"Soundbooth: {told}")).to_be_visible()
    await expect(page.get_by_test_id("reply-line").last.locator(".gist")).to_have_text(told)


async def test_drawers_of_a_small_screen_take_the_focus_and_give_it_back(open_page: OpenPage) -> None:
    page = (await open_page(viewport=SMALL)).page
    for opener, drawer in ((page.locator("#open-side"), "#side"), (page.get_by_test_id("panel-switch"), "#panel")):
        await opener.click()
        assert await page.evaluate(f"document.querySelector('{drawer}').contains(document.activeElement)")
        await expect(page.locator("main[inert]")).to_have_count(1)
        await page.keyboard.press("Escape")
        await expect(opener).to_be_focused()
        await opener.click()
        await page.get_by_role("button", name="Back to the messages").press("Enter")
        await expect(opener).to_be_focused()


async def test_all_text_can_be_read_in_both_themes_on_a_small_screen(open_page: OpenPage) -> None:
    reader = await open_page(viewport=SMALL, reduced_motion="reduce")
    page = reader.page
    await reader.run_and_send("card")
    await expect(page.get_by_text("Footer").last).to_be_visible()
    for theme in ("dark", "light"):
        await page.emulate_media(color_scheme=theme)
        assert await page.evaluate(FAINT_TEXT) == []
        assert await page.evaluate("document.documentElement.scrollWidth") == SMALL["width"]
        await page.locator("#open-side").click()
        assert await page.evaluate(FAINT_TEXT) == []
        await page.keyboard.press("Escape")


async def test_message_commands_are_offered_only_where_there_are_some(open_page: OpenPage) -> None:
    reader = await open_page()
    page = reader.page
    await reader.run_and_send("whisper")
    secret = page.get_by_test_id("message").filter(has_text="a secret").last
    await expect(secret).to_be_visible()
    # What only one member sees has none, as in Discord.
    await expect(secret.get_by_test_id("message-apps")).to_have_count(0)
    other = page.get_by_test_id("message").first
    await other.hover()
    await expect(other.get_by_test_id("message-apps")).to_be_visible()
    # Ada has not added the bot to her account, and here it is no member.
    page = (await open_page(places.ADA, places.PIER)).page
    await page.get_by_test_id("composer").fill("ahoy")
    await page.get_by_test_id("composer").press("Enter")
    ahoy = page.get_by_test_id("message").filter(has_text="ahoy").last
    await ahoy.hover()
    await expect(ahoy.get_by_test_id("message-apps")).to_be_hidden()
