"""What members do with the four commands, in a real browser: `soundbooth sandbox`, the page, the embedded studio.

Where SCREENSHOTS names a folder, the pictures of docs/commands.md are made there, so that they stay true.
"""

import os
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FloatRect, Locator, Page, expect

from bot.sandbox import starting_world as places
from tests.end_to_end.driver import BotProcess

pytestmark = [pytest.mark.process, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WAIT_MS = 60_000
WINDOW_WIDTH, WINDOW_HEIGHT = 1100, 800
# Higher than any answer, so that no part of a picture is scrolled away.
PICTURE_HEIGHT = 1500
# As wide as what the bot posts; beside it the room is empty.
PICTURE_WIDTH = 660
AT_REST = """() => {
  document.activeElement?.blur();
  const rests = [...document.querySelectorAll('audio')].filter((audio) => audio.currentTime > 0).map((audio) => {
    const isThere = new Promise((done) => audio.addEventListener('seeked', done, { once: true }));
    audio.pause();
    audio.currentTime = 0;
    return isThere;
  });
  return Promise.all(rests).then(() => undefined);
}"""
SETTINGS = {
    # Every flow is a member's whole day here.
    "SOUNDBOOTH_LIMITS__MEMBER_BURST": "50",
    "SOUNDBOOTH_LIMITS__CONFIRM_ABOVE": "170",
}
NOTE = "The tide comes in twice a day. It rises for six hours, and then it falls again."
STORY = (
    "[calm] Once upon a time there was a tavern at the edge of the moon. Travellers came from far away to sit by its "
    "fire. [happy] And every Friday, when the last lamp was lit, the innkeeper rang a small silver bell."
)


class Visit:
    """A page that somebody has open, and what it did that it must not do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    async def use(self, command: str, *, file: Path | None = None, as_: str = "", **options: str) -> None:
        """Type a slash command with its options, and send it."""
        if as_:
            options["as"] = as_
        page = self.page
        await page.get_by_test_id("composer").fill(f"/{command}")
        await page.locator(f'[data-testid="command-option"][data-name="{command}"]').click()
        if file is not None:
            await page.get_by_test_id("option-file").set_input_files(file)
        for name, value in options.items():
            field = page.get_by_test_id(f"option-{name}")
            if not await field.count():
                await page.get_by_test_id("option-add").fill(f"{name}:")
            await field.fill(value)
            if name == "as":
                await page.get_by_test_id("choice").filter(has_text=value).click()
        await page.get_by_test_id("send").click()

    def cards(self, text: str) -> Locator:
        """The messages whose card says this."""
        return self.page.get_by_test_id("message").filter(has=self.page.get_by_test_id("embed").filter(has_text=text))

    async def card(self, text: str) -> Locator:
        """The last of them; it stays the same message when its words change."""
        found = self.cards(text).last
        await found.wait_for()
        message_id = await found.get_attribute("data-message-id")
        return self.page.locator(f'[data-message-id="{message_id}"]')

    async def picture(self, name: str, *parts: Locator) -> None:
        """Save these messages as docs show them, where pictures are wanted."""
        folder = os.environ.get("SCREENSHOTS")
        if folder is None:
            return
        page = self.page
        await page.set_viewport_size({"width": WINDOW_WIDTH, "height": PICTURE_HEIGHT})
        # Neither the pointer nor the focus belongs into the picture, nor a player halfway through.
        await page.mouse.move(0, 0)
        await page.evaluate(AT_REST)
        boxes = [box for part in parts if (box := await part.bounding_box())]
        await page.screenshot(path=Path(folder) / f"{name}.png", clip=around(boxes), animations="disabled")


def around(boxes: list[FloatRect]) -> FloatRect:
    top = min(box["y"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    return {"x": boxes[0]["x"], "y": top, "width": PICTURE_WIDTH, "height": bottom - top}


async def press(card: Locator, name: str) -> None:
    """Press a button; its emoji belongs to its name."""
    await card.get_by_test_id("component-button").filter(has_text=re.compile(rf"{re.escape(name)}$")).click()


async def choose(card: Locator, menu: str, option: str) -> None:
    """Open a menu, and take the option that is called so."""
    await card.get_by_role("button", name=menu).click()
    await card.locator('[data-testid="select-option"]:visible').filter(has_text=option).first.click()


async def says(card: Locator, words: str | re.Pattern[str]) -> None:
    """Wait until the member reads this on the card."""
    await expect(card).to_contain_text(words, timeout=WAIT_MS)


async def hear(player: Locator) -> None:
    """Press play, and wait until it is really playing or played."""
    audio = player.locator("audio")
    await audio.evaluate(
        "audio => { window.heard = new Promise(done => audio.addEventListener('timeupdate', () => {"
        " if (audio.currentTime > 0.1) done(true); })) }"
    )
    await player.get_by_test_id("audio-play").click()
    assert await player.page.evaluate("window.heard")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The page's address; one bot for all flows, as its start takes longer than they do."""
    async with BotProcess(tmp_path_factory.mktemp("sandbox"), SETTINGS) as process:
        await process.start("sandbox", "--port", "0")
        await process.logged("Soundbooth is here")
        (found,) = re.findall(r"here:\s+(http://\S+)", process.log)
        yield found


@asynccontextmanager
async def visit(browser: Browser, url: str, member_id: str, channel_id: str) -> AsyncGenerator[Visit]:
    context = await browser.new_context(
        viewport={"width": WINDOW_WIDTH, "height": WINDOW_HEIGHT}, color_scheme="dark", device_scale_factor=1
    )
    context.set_default_timeout(WAIT_MS)
    page = await context.new_page()
    visitor = Visit(page)
    await page.goto(f"{url}?as={member_id}&channel={channel_id}")
    await page.locator('[data-testid="bot-status"][data-state="connected"]').wait_for(state="attached")
    await page.get_by_test_id("panel-switch").click()
    yield visitor
    assert visitor.problems == []
    await context.close()


async def test_a_member_listens_to_voices_narrows_them_down_and_opens_one(browser: Browser, url: str) -> None:
    async with visit(browser, url, places.SAM, places.GENERAL) as visitor:
        await visitor.use("voice search")
        gallery = await visitor.card("voices")
        second = gallery.get_by_test_id("component-button").nth(1)
        name = (await second.inner_text()).split("\n")[-1]
        await second.click()
        sample = visitor.page.get_by_test_id("message").filter(has=visitor.page.get_by_test_id("audio-file")).last
        await sample.wait_for()
        await says(sample, name)
        await hear(sample)
        await choose(gallery, "Gender", "female")
        await says(gallery, "voices · female")
        await visitor.picture("voices", gallery)
        await choose(gallery, "Choose a voice", "Nova")
        await expect(gallery.get_by_test_id("embed").get_by_role("heading")).to_have_text("Nova", timeout=WAIT_MS)
        await press(gallery, "Use for me")
        await says(gallery, "This voice speaks for you here")


async def test_both_takes_of_an_effect_are_playable_and_longer_ones_can_be_had(browser: Browser, url: str) -> None:
    async with visit(browser, url, places.SAM, places.VOICE_CLIPS) as visitor:
        await visitor.use("sfx", prompt="heavy door slam", duration="2", takes="2")
        card = await visitor.card("2.0 s of audio")
        takes = card.get_by_test_id("audio-file")
        await expect(takes).to_have_count(2, timeout=WAIT_MS)
        for number in range(2):
            await hear(takes.nth(number))
        await press(card, "Longer")
        longer = await visitor.card("4.0 s of audio")
        await expect(longer.get_by_test_id("audio-file")).to_have_count(2, timeout=WAIT_MS)
        await visitor.picture("effects", card)


async def test_a_recording_is_written_down_read_in_full_and_taken_as_subtitles(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    async with visit(browser, url, places.SAM, places.NOTES) as visitor:
        await visitor.use("tts", text=NOTE, as_="file")
        spoken = await visitor.card("of audio")
        async with visitor.page.expect_download() as download:
            await spoken.get_by_role("link", name="Download").click()
        recording = tmp_path / "lecture.ogg"
        await (await download.value).save_as(recording)

        await visitor.use("transcribe", file=recording)
        card = await visitor.card("lecture.ogg")
        await says(card, "twice a day")
        await press(card, "Read")
        whole = await visitor.card("Page 1 of 1")
        await says(whole, "twice a day")
        await press(card, "srt")
        subtitles = visitor.page.get_by_role("link", name=re.compile(r"Download .*\.srt"))
        await subtitles.wait_for()
        last = visitor.page.get_by_test_id("message").filter(has=subtitles)
        await visitor.picture("transcripts", card, last)


async def test_a_manager_sees_all_settings_and_changes_one(browser: Browser, url: str) -> None:
    async with visit(browser, url, places.ROBIN, places.GENERAL) as visitor:
        await visitor.use("settings")
        panel = await visitor.card("Settings of this server")
        await says(panel, "Form of results")
        await choose(panel, "What to change", "Form of results")
        await says(panel, "How speech is posted")
        await choose(panel, "Make a selection", "Files")
        await says(panel, "Saved.")
        await expect(panel.locator("dd").nth(1)).to_have_text("Files")
        await visitor.picture("settings", panel)


async def test_a_long_text_is_made_only_after_its_price_was_agreed_to(browser: Browser, url: str) -> None:
    async with visit(browser, url, places.SAM, places.GAME_NIGHT) as visitor:
        await visitor.use("tts", text=STORY)
        question = await visitor.card("Shall I make it?")
        await says(question, re.compile(r"This costs \d+ units"))
        await says(question, "units left today")
        await visitor.picture("price", question)
        await press(question, "Go")
        done = await visitor.card("of audio")
        await says(done, "Once upon a time")
