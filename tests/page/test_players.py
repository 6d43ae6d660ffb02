"""Voice messages and audio files are really played by the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import FilePayload, Locator, expect

if TYPE_CHECKING:
    from tests.page.conftest import OpenPage, Reader

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_PLAY_TO_THE_END = """(audio) => new Promise((resolve) => {
  audio.addEventListener("ended", () => resolve(audio.currentTime), { once: true });
  audio.addEventListener("error", () => resolve(-1), { once: true });
})"""


async def _voice_message(reader: Reader) -> Locator:
    await reader.run_and_send("speak")
    voice = reader.page.get_by_test_id("voice-message").last
    await expect(voice).to_be_visible()
    return voice


async def test_voice_message_plays_to_its_end(open_page: OpenPage) -> None:
    reader = await open_page()
    voice = await _voice_message(reader)
    await expect(voice).to_contain_text("0:01")
    assert await voice.locator("rect").count() == 96
    ended = voice.locator("audio").evaluate_handle(f"(audio) => ({{ end: ({_PLAY_TO_THE_END})(audio) }})")
    waiting = await ended
    await voice.get_by_test_id("voice-play").click()
    await expect(voice.get_by_role("button", name="Pause")).to_be_visible()
    assert await waiting.evaluate("(held) => held.end") == pytest.approx(1.2, abs=0.1)
    await expect(voice.get_by_role("button", name="Play")).to_be_visible()


async def test_voice_message_seeks_by_keyboard_and_changes_its_speed(open_page: OpenPage) -> None:
    reader = await open_page()
    voice = await _voice_message(reader)
    slider = voice.get_by_role("slider")
    await slider.focus()
    await reader.page.keyboard.press("ArrowRight")
    await expect(slider).to_have_attribute("aria-valuenow", "1.0")
    await reader.page.keyboard.press("Home")
    await expect(slider).to_have_attribute("aria-valuenow", "0.0")
    speed = voice.get_by_test_id("voice-speed")
    for expected in ("1.5×", "2×", "1×"):  # noqa: RUF001 - the sign of multiplication is what readers see
        await speed.press("Enter")
        await expect(speed).to_have_text(expected)


async def test_player_goes_on_when_another_starts_only_after_pausing_the_first(open_page: OpenPage) -> None:
    reader = await open_page()
    first = await _voice_message(reader)
    first_id = await reader.page.get_by_test_id("message").filter(has=first).last.get_attribute("data-message-id")
    await _voice_message(reader)
    players = reader.page.get_by_test_id("voice-message")
    await expect(players).to_have_count(2)
    assert first_id
    await players.nth(0).get_by_test_id("voice-play").click()
    await players.nth(1).get_by_test_id("voice-play").click()
    await expect(players.nth(1).get_by_role("button", name="Pause")).to_be_visible()
    assert await players.nth(0).locator("audio").evaluate("(audio) => audio.paused")


async def test_attached_audio_file_gets_a_player(open_page: OpenPage, tone: bytes) -> None:
    reader = await open_page()
    page = reader.page
    await page.get_by_test_id("file-input").set_input_files(
        FilePayload(name="tone.ogg", mimeType="audio/ogg", buffer=tone)
    )
    await page.get_by_test_id("send").click()
    card = page.get_by_test_id("audio-file").last
    await expect(card).to_contain_text("tone.ogg")
    audio = card.locator("audio")
    await expect(card.get_by_role("slider")).to_have_attribute("aria-valuemax", "0.5")
    waiting = await audio.evaluate_handle(f"(audio) => ({{ end: ({_PLAY_TO_THE_END})(audio) }})")
    await card.get_by_test_id("audio-play").click()
    assert await waiting.evaluate("(held) => held.end") == pytest.approx(0.5, abs=0.1)
