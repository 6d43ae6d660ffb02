"""Buttons and windows that no version of the bot knows any more are answered, and known ones only once."""

from bot.replies.about import HELP_ID
from tests.cogs.conftest import Studio


async def test_a_button_of_another_version_is_answered_with_what_to_do(studio: Studio) -> None:
    message = await studio.post_button(studio.channel, "karaoke:start:1")
    result = await studio.robin.click(message, custom_id="karaoke:start:1")
    assert result.ephemeral
    assert result.response.content == "That is not offered any more. Send the command again."


async def test_a_button_that_is_known_has_one_answer(studio: Studio) -> None:
    message = await studio.post_button(studio.channel, HELP_ID)
    before = len(studio.callbacks())
    await studio.robin.click(message, custom_id=HELP_ID)
    assert len(studio.callbacks()) == before + 1
