"""Discord did what it was asked, and its answer was lost: the member is never left with a card that means nothing."""

import pytest

from bot.sandbox.starting_world import GENERAL
from tests.end_to_end.conftest import Bots, FakeFineVoice, Members
from tests.end_to_end.driver import is_finished, is_voice_message

pytestmark = pytest.mark.process


async def test_a_card_whose_answer_was_lost_and_that_cannot_be_looked_for_at_once_is_found_later(
    with_finevoice: Bots, members: Members, finevoice: FakeFineVoice
) -> None:
    bot = await with_finevoice.new()
    await bot.start()
    await members.robin.bot_is_ready()
    await members.robin.inject(fault="dropped", on="callback", after_acting=True)
    await members.robin.inject(fault="unavailable", on="get_answer")
    await members.robin.command("tts", text="Was it heard?", voice="harper")
    card = await members.robin.see(is_finished, "the finished card")
    voice = await members.robin.see(is_voice_message, "the voice message")
    assert voice["message_reference"] | {"message_id": card["id"], "channel_id": GENERAL} == voice["message_reference"]
    assert finevoice.submits == ["Was it heard?"]
