"""Where a result goes: places the bot is not in, direct messages, and when the place is gone or closed meanwhile."""

import aiohttp
import pytest

from bot.sandbox.starting_world import GAME_NIGHT, GROUP, PIER, SAM, TAVERN
from tests.end_to_end.driver import Json, Member, is_finished, is_private, is_voice_message, text_of
from tests.end_to_end.workshop import TOKEN, Workshop

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]


async def direct_messages(workshop: Workshop, member: Member) -> Member:
    """The member in their talk with the bot, which Discord opens when the bot or the member wants it."""
    headers = {"Authorization": f"Bot {TOKEN}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{workshop.sandbox.api_url}/users/@me/channels", json={"recipient_id": member.user_id}) as answer,
    ):
        return member.in_channel((await answer.json())["id"])


async def ask_and_see_at_work(member: Member, text: str, **options: str) -> Json:
    await member.command("tts", text=text, voice="harper", files=(), **options)
    return await member.see(lambda m: text in text_of(m) and "Working" in text_of(m), f"“{text}” at work")


async def test_where_the_bot_is_no_member_the_result_comes_with_the_card_and_alone_it_comes_as_a_voice_message(
    workshop: Workshop,
) -> None:
    for channel_id in (PIER, GROUP):
        there = workshop.robin.in_channel(channel_id)
        await there.command("tts", text="Brought along", voice="harper")
        card = await there.see(is_finished, "the finished card")
        assert [file["filename"] for file in card["attachments"]] == ["brought-along.mp3"]
        assert not any(is_voice_message(message) for message in await there.messages())
    alone = await direct_messages(workshop, workshop.sam)
    await alone.command("tts", text="Just us", voice="harper")
    card = await alone.see(is_finished, "the finished card")
    voice = await alone.see(is_voice_message, "the voice message")
    assert voice["message_reference"]["message_id"] == card["id"]


async def test_a_result_whose_channel_was_deleted_meanwhile_goes_to_the_member(workshop: Workshop) -> None:
    workshop.service.finish.clear()
    # No other test of this bot needs that channel.
    there = workshop.sam.in_channel(GAME_NIGHT)
    await ask_and_see_at_work(there, "Homeless")
    await there.happen("delete_channel", channel_id=GAME_NIGHT)
    workshop.service.finish.set()
    alone = await direct_messages(workshop, workshop.sam)
    message = await alone.see(lambda message: bool(message["attachments"]), "the result as a direct message")
    assert "Homeless" in text_of(message)
    assert f"<#{GAME_NIGHT}>" in text_of(message), "it says where it was asked for"
    assert len(message["attachments"]) == 1
    assert workshop.service.submits == ["Homeless"]


async def test_what_could_be_posted_nowhere_is_sent_again_for_free_when_it_may_be(workshop: Workshop) -> None:
    robin, sam = workshop.robin, workshop.sam
    workshop.service.finish.clear()
    await ask_and_see_at_work(sam, "Not lost")
    for permission in ("send_voice_messages", "attach_files"):
        await robin.forbid(permission)
    await robin.happen("switch_user", user_id=SAM, takes_dms=False)
    workshop.service.finish.set()
    failed = await sam.see(lambda message: "⚠️" in text_of(message), "the explanation")
    assert "I cannot post audio here. In this server I lack **Attach Files**: somebody with" in text_of(failed)

    await sam.press(failed, "Send again")
    assert "Attach Files" in text_of(await sam.see(is_private, "the refusal while it still may not be posted"))

    await robin.permit("attach_files")
    await sam.press(failed, "Send again")
    card = await sam.see(lambda message: bool(message["attachments"]), "the result")
    await sam.see(lambda message: message["id"] == card["id"] and is_finished(message), "its finished card")
    assert card["id"] != failed["id"]
    assert workshop.service.submits == ["Not lost"]
    assert len([message for message in await sam.messages() if message["attachments"]]) == 1


async def test_a_bot_that_is_thrown_out_meanwhile_still_brings_the_result(workshop: Workshop) -> None:
    workshop.service.finish.clear()
    await ask_and_see_at_work(workshop.sam, "Goodbye")
    await workshop.robin.happen("kick_bot", guild_id=TAVERN)
    workshop.service.finish.set()
    card = await workshop.sam.see(lambda message: bool(message["attachments"]), "the result with the card")
    assert "Goodbye" in text_of(card)
