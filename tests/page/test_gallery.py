"""The gallery of voices as a member sees it: the bot's own commands, in a real browser, in the sandbox."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from unittest.mock import AsyncMock, Mock

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.audio.transcode import write_samples
from bot.discord_bot import SoundboothBot
from bot.finevoice.client import FineVoice
from bot.jobs.voice_library import VoiceLibrary
from bot.models import Voice
from bot.sandbox import starting_world as places
from bot.sandbox.server import SandboxServer
from bot.storage.database import Database
from bot.storage.jobs import JobStore
from bot.storage.voices import VoiceStore
from tests.cogs.conftest import LIMITS, furnish
from tests.new_database import sqlite_in
from tests.page.conftest import TOKEN
from tests.sandbox.clients import UNHURRIED_S
from tests.sandbox.real_client import connected, point_client_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.page.conftest import OpenPage, Reader

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CATALOGUE = (
    Voice("frida", "Frida", "female", "de-DE", "senior", "narration", "narration", "A calm old lady by the fire."),
    Voice("fritz", "Fritz", "male", "de-DE", "adult", "announcer", "entertainment-and-tv", "Loud, clear, on time."),
    Voice("anna", "Anna", "female", "en-US", "young", "cheerful", "social-media", "Bright as a morning show."),
    Voice("james", "James", "male", "en-GB", "adult", "narration", "narration", "Made for long winter novels."),
    Voice("imp", "Imp", "neutral", "en-US", "child", "character", "characters-and-animation", "Small and quick."),
    Voice("aline", "Aline", "female", "fr-FR", "young", "calm", "companions", "Soft-spoken, close to the microphone."),
    Voice("rex", "Rex", "male", "en-US", "adult", "announcer", "entertainment-and-tv", "The voice of match day."),
)


@dataclass
class GalleryStage:
    """A sandbox with the real bot in it; only the service is missing."""

    server: SandboxServer
    bot: SoundboothBot


@pytest_asyncio.fixture(loop_scope="session")
async def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[GalleryStage]:
    async with (
        SandboxServer(token=TOKEN, port=0, interaction_timeout_s=UNHURRIED_S) as server,
        Database(sqlite_in(tmp_path)) as database,
    ):
        point_client_at(server, monkeypatch)
        voices = VoiceLibrary(Mock(spec=FineVoice), VoiceStore(database), default_voice="anna", refresh_every_s=3600)
        await voices._use(CATALOGUE)  # pyright: ignore[reportPrivateUsage]  # reading a catalogue is not the matter here
        bot = SoundboothBot(sync_commands=True)
        furnish(bot, lambda: datetime.now(UTC), JobStore(database, LIMITS), voices, database)
        fetch = bot.services.voice_samples.fetch
        assert isinstance(fetch, AsyncMock)
        fetch.return_value = make_sample(tmp_path / "sample.mp3")
        async with connected(bot, TOKEN):
            yield GalleryStage(server, bot)


def make_sample(path: Path) -> bytes:
    times = np.arange(12_000) / 24_000
    write_samples((0.3 * np.sin(2 * np.pi * 330 * times)).astype(np.float32), 24_000, path)
    return path.read_bytes()


async def open_gallery(reader: Reader) -> Locator:
    """/voice search, by keyboard."""
    page = reader.page
    await page.get_by_test_id("composer").fill("/voice")
    await page.locator('[data-testid="command-option"][data-name="voice search"]').click()
    await page.keyboard.press("Enter")
    gallery = page.get_by_test_id("message").filter(has=page.get_by_test_id("embed")).last
    await expect(gallery).to_contain_text("7 voices")
    return gallery


async def choose(gallery: Locator, menu: str, option: str) -> None:
    await gallery.get_by_role("button", name=menu).click()
    await gallery.get_by_role("option").filter(has_text=option).first.click()


async def test_a_member_listens_narrows_down_stars_and_chooses(open_page: OpenPage, stage: GalleryStage) -> None:
    reader = await open_page(places.ROBIN, places.GENERAL, viewport={"width": 1100, "height": 900})
    page = reader.page
    gallery = await open_gallery(reader)
    embed = gallery.get_by_test_id("embed")
    await expect(embed).to_contain_text("A calm old lady by the fire.")
    if target := os.environ.get("SCREENSHOT"):
        await page.screenshot(path=target)

    await gallery.get_by_role("button", name="Frida").click()
    player = page.get_by_test_id("audio-file").last
    await expect(player).to_contain_text("frida-sample.mp3")
    await expect(player.get_by_role("slider")).to_have_attribute("aria-valuemax", "0.5")

    await choose(gallery, "Language", "German")
    await expect(embed).to_contain_text("2 voices · German")
    await expect(embed).not_to_contain_text("James")
    await choose(gallery, "Choose a voice…", "Fritz")
    await expect(embed).to_contain_text("Loud, clear, on time.")
    await gallery.get_by_role("button", name=re.compile("Star$")).click()
    await expect(embed).to_contain_text("Fritz ⭐")
    await gallery.get_by_role("button", name="Use for me").click()
    await expect(embed).to_contain_text("This voice speaks for you here")
    await gallery.get_by_role("button", name="Back").click()
    await expect(embed).to_contain_text("speaks for you here")
    await gallery.get_by_role("button", name="Favourites").click()
    await expect(embed).to_contain_text("Your favourite voices")
    await expect(embed).to_contain_text("1 voice")
    assert await stage.bot.services.favourites.load(int(places.ROBIN)) == ("fritz",)

    other = await open_page(places.SAM, places.GENERAL)
    await expect(other.page.get_by_test_id("embed")).to_have_count(0)
    assert reader.watch.console == []


async def test_the_pages_turn_and_menus_are_worked_by_keyboard(open_page: OpenPage, stage: GalleryStage) -> None:
    assert len(stage.bot.services.voices.voices) == len(CATALOGUE)
    reader = await open_page(places.ROBIN, places.GENERAL)
    gallery, keys = await open_gallery(reader), reader.page.keyboard
    embed = gallery.get_by_test_id("embed")
    await gallery.get_by_role("button", name="Next").press("Enter")
    await expect(embed).to_contain_text("6 to 7 of 7")
    await gallery.get_by_role("button", name="More filters").press("Enter")
    await gallery.get_by_role("button", name="Age", exact=True).press("ArrowDown")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(embed).to_contain_text("voices · adult")
    await expect(embed).to_contain_text("Rex")
