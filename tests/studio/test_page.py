"""The page to try the studio, in a real browser."""

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser import started_browser

if TYPE_CHECKING:
    from tests.studio.conftest import Caller

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WAIT_MS = 20_000
# Looked for with a function: the page lets nobody evaluate a text again and again, as waiting for one does.
HAS_LENGTH = """(audio) => new Promise((done) => {
  const look = () => audio.duration > 0.5 && done(true);
  audio.addEventListener('durationchange', look);
  look();
})"""


@pytest_asyncio.fixture(loop_scope="session")
async def page(studio: "Caller") -> AsyncIterator[Page]:
    async with started_browser() as browser:
        page = await browser.new_page()
        troubles: list[str] = []
        asked: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(studio.server.base_url)
        await page.fill("#key", "studio-key")
        yield page
        assert not troubles
        assert all(url.startswith((studio.server.base_url, "blob:")) for url in asked), "nothing comes from elsewhere"


async def test_a_text_is_spoken_and_played(page: Page) -> None:
    await page.select_option("#operation", "/v1/audio/speech-synthesis")
    await page.fill("#body", '{"voice": "heart", "text": "Hello from the page.", "useAsync": false}')
    await page.click("#send")
    await expect(page.locator("#state")).to_have_text(re.compile("Done in .* by embedded/hibari"), timeout=WAIT_MS)
    player = page.locator("#results audio")
    await expect(player).to_have_count(1)
    assert await player.evaluate(HAS_LENGTH)


async def test_every_call_can_be_chosen_and_shows_its_fields(page: Page) -> None:
    paths = await page.locator("#operation option").evaluate_all("all => all.map((one) => one.value)")
    assert len(paths) == 21
    for path in paths:
        await page.select_option("#operation", path)
        assert (await page.locator("#summary").inner_text()).endswith(".")
        assert await page.locator("#fields tr").count() > 1


async def test_what_is_refused_is_said_in_words(page: Page) -> None:
    await page.select_option("#operation", "/v1/music/cover")
    await page.click("#send")
    await expect(page.locator("#state")).to_have_text(re.compile("cannot sing"), timeout=WAIT_MS)
    await page.fill("#body", "{")
    await page.click("#send")
    await expect(page.locator("#state")).to_have_text("The request is not valid JSON.", timeout=WAIT_MS)
    await page.fill("#key", "wrong")
    await page.fill("#body", "{}")
    await page.click("#send")
    await expect(page.locator("#state")).to_have_text(re.compile("key is missing or wrong"), timeout=WAIT_MS)


async def test_the_page_may_load_nothing_from_elsewhere(studio: "Caller") -> None:
    for path, kind in (("/", "text/html"), ("/page.js", "text/javascript"), ("/page.css", "text/css")):
        async with studio.session.get(studio.server.base_url + path) as response:
            assert (response.status, response.content_type) == (200, kind)
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            assert "http://" not in (await response.text()).replace("http://127.0.0.1", "")
