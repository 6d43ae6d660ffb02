"""Discord did what it was asked, and its answer was lost: the member is never left with a card that means nothing."""

import pytest

from bot.sandbox.starting_world import GENERAL
from tests.end_to_end.driver import is_finished, is_voice_message
from tests.end_to_end.workshop import Workshop

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]


async def test_a_card_whose_answer_was_lost_and_that_cannot_be_looked_for_at_once_is_found_later(
    workshop: Workshop,
) -> None:
    await workshop.robin.inject(fault="dropped", on="callback", after_acting=True)
    await workshop.robin.inject(fault="unavailable", on="get_answer")
    await workshop.robin.command("tts", text="Was it heard?", voice="harper")
    card = await workshop.robin.see(is_finished, "the finished card")
    voice = await workshop.robin.see(is_voice_message, "the voice message")
    assert voice["message_reference"] | {"message_id": card["id"], "channel_id": GENERAL} == voice["message_reference"]
    assert workshop.service.submits == ["Was it heard?"]
