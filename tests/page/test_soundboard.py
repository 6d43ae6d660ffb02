"""A server's soundboard on the page: what the bot added can be heard by everybody there."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.sandbox import starting_world as places

if TYPE_CHECKING:
    from tests.page.conftest import OpenPage, Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_sound_that_the_bot_adds_appears_and_can_be_played(
    open_page: OpenPage, stage: Stage, tone: bytes
) -> None:
    reader = await open_page(places.SAM)
    page = reader.page
    await expect(page.get_by_test_id("soundboard")).to_be_hidden()
    tavern = stage.server.world.guilds[places.TAVERN]
    stage.server.world.switch_bot_permission(tavern, "create_guild_expressions", allowed=True)
    sound = f"data:audio/ogg;base64,{base64.b64encode(tone).decode()}"
    await stage.bot.http.create_soundboard_sound(
        int(places.TAVERN), reason=None, name="<b>Gong</b>", sound=sound, emoji_name="🔔"
    )
    board = page.get_by_test_id("soundboard")
    await expect(board).to_contain_text("🔔 <b>Gong</b>")
    async with page.expect_response("**/soundboard-sounds/*") as asked:
        await page.get_by_role("button", name="Play <b>Gong</b>").click()
    assert (await (await asked.value).all_headers())["content-type"] == "audio/ogg"
    assert reader.watch.console == []
