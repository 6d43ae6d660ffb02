"""The first minute of someone who has no account anywhere: `soundbooth sandbox`, a browser, a keyboard."""

import asyncio
import os
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from bot.sandbox.starting_world import GAME_NIGHT
from tests.end_to_end.driver import BotProcess

pytestmark = [pytest.mark.process, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SENTENCE = "[happy] Hello there! [whispering] Can you hear me?"
WAIT_MS = 30_000


@dataclass
class Visit:
    """The page, and what the page did that it must not do."""

    page: Page
    problems: list[str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[BotProcess]:
    """`soundbooth sandbox` for both members; at the end SIGTERM ends it and its bot, without a word of trouble."""
    async with BotProcess(tmp_path_factory.mktemp("newcomers"), {}) as process:
        await process.start("sandbox", "--port", "0")
        await process.logged("Soundbooth is here")
        yield process
        async with asyncio.timeout(40):
            assert await process.stop() == 0
        assert "Traceback" not in process.log


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, sandbox_process: BotProcess, request: pytest.FixtureRequest) -> AsyncGenerator[Visit]:
    """The page as it opens by itself, or in the channel that the test is given."""
    (url,) = re.findall(r"here:\s+(http://\S+)", sandbox_process.log)
    context = await browser.new_context(viewport={"width": 1180, "height": 760}, color_scheme="dark")
    context.set_default_timeout(WAIT_MS)
    page = await context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("request", lambda one: None if one.url.startswith((url, "blob:")) else problems.append(one.url))
    channel_id = getattr(request, "param", "")
    await page.goto(f"{url}?channel={channel_id}" if channel_id else url)
    await page.locator('[data-testid="bot-status"][data-state="connected"]').wait_for(state="attached")
    yield Visit(page, problems)
    await context.close()


async def say_by_keyboard(page: Page, sentence: str) -> None:
    """/tts, the sentence, the second voice of the list, Enter: no mouse."""
    await page.get_by_test_id("composer").focus()
    await page.keyboard.type("/tts")
    await page.locator('[data-testid="command-option"][data-name="tts"]').wait_for()
    await page.keyboard.press("Enter")
    await page.get_by_test_id("option-text").wait_for()
    await page.keyboard.type(sentence)
    await page.get_by_test_id("option-add").focus()
    await page.keyboard.type("voice")
    await page.get_by_test_id("option-choice").first.wait_for()
    await page.keyboard.press("Enter")
    await page.get_by_test_id("option-voice").wait_for()
    await page.get_by_test_id("choice").first.wait_for()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")


async def test_the_newcomers_minute_by_keyboard_ends_with_a_voice_message_that_plays_to_its_end(visit: Visit) -> None:
    page = visit.page
    await say_by_keyboard(page, SENTENCE)
    await (
        page.get_by_text("Working…").or_(page.get_by_text("In line")).or_(page.get_by_text("of audio")).first.wait_for()
    )
    player = page.get_by_test_id("voice-message").first
    await player.wait_for()
    audio = player.locator("audio")
    await audio.evaluate("audio => { window.ended = new Promise(done => audio.addEventListener('ended', done)) }")
    play = player.get_by_test_id("voice-play")
    await play.focus()
    await page.keyboard.press("Enter")
    async with asyncio.timeout(60):
        await page.evaluate("window.ended.then(() => true)")
    assert await audio.evaluate("audio => audio.duration > 1 && audio.currentTime >= audio.duration - 0.1")
    await page.get_by_text("of audio · made in").wait_for()
    assert visit.problems == []
    if target := os.environ.get("SCREENSHOT"):
        await page.screenshot(path=target)


@pytest.mark.parametrize("visit", [GAME_NIGHT], indirect=True)
async def test_what_cannot_be_spoken_is_explained_on_the_card(visit: Visit) -> None:
    await say_by_keyboard(visit.page, "你好世界")
    await visit.page.get_by_text("did not accept this").wait_for()
    assert visit.problems == []
