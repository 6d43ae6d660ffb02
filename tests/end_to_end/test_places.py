"""Where a result goes: places the bot is not in, direct messages, and when the place is gone or closed meanwhile."""

import aiohttp
import pytest

from bot.sandbox.server import SandboxServer
from bot.sandbox.starting_world import GROUP, PIER, SAM, TAVERN, VOICE_CLIPS
from tests.end_to_end.conftest import TOKEN, Bots, FakeFineVoice, Members
from tests.end_to_end.driver import Json, Member, is_finished, is_private, is_voice_message, text_of

pytestmark = pytest.mark.process


@pytest.fixture
async def started(with_finevoice: Bots, members: Members) -> Members:
    await (await with_finevoice.new()).start()
    await members.robin.bot_is_ready()
    return members


async def direct_messages(sandbox: SandboxServer, member: Member) -> Member:
    """The member in their talk with the bot, which Discord opens when the bot or the member wants it."""
    headers = {"Authorization": f"Bot {TOKEN}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{sandbox.api_url}/users/@me/channels", json={"recipient_id": member.user_id}) as answer,
    ):
        return member.in_channel((await answer.json())["id"])


async def ask_and_see_at_work(member: Member, text: str, **options: str) -> Json:
    await member.command("tts", text=text, voice="harper", files=(), **options)
    return await member.see(lambda m: text in text_of(m) and "Working" in text_of(m), f"“{text}” at work")


async def test_where_the_bot_is_no_member_the_result_comes_with_the_card_and_alone_it_comes_as_a_voice_message(
    started: Members, sandbox: SandboxServer
) -> None:
    for channel_id in (PIER, GROUP):
        there = started.robin.in_channel(channel_id)
        await there.command("tts", text="Brought along", voice="harper")
        card = await there.see(is_finished, "the finished card")
        assert [file["filename"] for file in card["attachments"]] == ["brought-along.mp3"]
        assert not any(is_voice_message(message) for message in await there.messages())
    alone = await direct_messages(sandbox, started.sam)
    await alone.command("tts", text="Just us", voice="harper")
    card = await alone.see(is_finished, "the finished card")
    voice = await alone.see(is_voice_message, "the voice message")
    assert voice["message_reference"]["message_id"] == card["id"]


async def test_a_result_whose_channel_was_deleted_meanwhile_goes_to_the_member(
    started: Members, sandbox: SandboxServer, finevoice: FakeFineVoice
) -> None:
    finevoice.finish.clear()
    there = started.sam.in_channel(VOICE_CLIPS)
    await ask_and_see_at_work(there, "Homeless")
    await there.happen("delete_channel", channel_id=VOICE_CLIPS)
    finevoice.finish.set()
    alone = await direct_messages(sandbox, started.sam)
    message = await alone.see(lambda message: bool(message["attachments"]), "the result as a direct message")
    assert "Homeless" in text_of(message)
    assert f"<#{VOICE_CLIPS}>" in text_of(message), "it says where it was asked for"
    assert len(message["attachments"]) == 1
    assert finevoice.submits == ["Homeless"]


async def test_what_could_be_posted_nowhere_is_sent_again_for_free_when_it_may_be(
    started: Members, finevoice: FakeFineVoice
) -> None:
    robin, sam = started.robin, started.sam
    finevoice.finish.clear()
    await ask_and_see_at_work(sam, "Not lost")
    for permission in ("send_voice_messages", "attach_files"):
        await robin.forbid(permission)
    await robin.happen("switch_user", user_id=SAM, takes_dms=False)
    finevoice.finish.set()
    failed = await sam.see(lambda message: "⚠️" in text_of(message), "the explanation")
    assert "Discord did not take it here" in text_of(failed)

    await sam.press(failed, "Send again")
    assert "Attach Files" in text_of(await sam.see(is_private, "the refusal while it still may not be posted"))

    await robin.permit("attach_files")
    await sam.press(failed, "Send again")
    card = await sam.see(lambda message: bool(message["attachments"]), "the result")
    await sam.see(lambda message: message["id"] == card["id"] and is_finished(message), "its finished card")
    assert card["id"] != failed["id"]
    assert finevoice.submits == ["Not lost"]
    assert len([message for message in await sam.messages() if message["attachments"]]) == 1


async def test_a_bot_that_is_thrown_out_meanwhile_still_brings_the_result(
    started: Members, finevoice: FakeFineVoice
) -> None:
    finevoice.finish.clear()
    await ask_and_see_at_work(started.sam, "Goodbye")
    await started.robin.happen("kick_bot", guild_id=TAVERN)
    finevoice.finish.set()
    card = await started.sam.see(lambda message: bool(message["attachments"]), "the result with the card")
    assert "Goodbye" in text_of(card)
