"""Refusals where the bot is no member: members brought it along in their own accounts, or talk with it alone.

And, in servers, of permissions: who lacks what, and where it is given.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from bot.sandbox import starting_world as places
from bot.sandbox.permissions import bits
from tests.end_to_end.driver import Json
from tests.end_to_end.one_bot import Guest, Made, OneBot, is_shown, parts_of

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]

SOUND = ("note.ogg", b"OggS" + bytes(2_000))
MEMBERS_OF_THE_HARBOUR = str(int(places.HARBOUR) + 1000)
ONLY_ASKER = "Only the one who asked for this can do that. Send the command yourself"
MANAGERS_ONLY = "Only members with the permission **Manage Server** can do that."


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def brought_along(bot: OneBot) -> Json:
    """The card of a sound that Robin had made in a group."""
    robin = bot.guest(places.ROBIN, places.GROUP)
    before = await robin.newest()
    await robin.command("sfx", prompt="a bell", duration=0.5)
    return await robin.answer(before, "✅", what=lambda one: bool(one["attachments"]))


async def test_what_belongs_to_a_server_is_refused_where_the_bot_is_no_member(bot: OneBot) -> None:
    robin = bot.guest(places.ROBIN, places.PIER)
    (voice, *_) = await robin.choices("tts", "voice", "")
    for whom in ("this server", "this channel"):
        choosing = {"voice": voice["value"], "for_": whom}
        await bot.refusal(robin, lambda given=choosing: robin.subcommand("voice default", **given), MANAGERS_ONLY)


async def test_what_is_wrong_with_a_request_is_told_there_too(bot: OneBot) -> None:
    for channel_id in (places.PIER, places.GROUP, places.ROBIN_AND_ADA):
        robin = bot.guest(places.ROBIN, channel_id)
        await bot.refusal(robin, lambda guest=robin: guest.command("tts", text="||shh||"), "There is nothing to say")
        await bot.refusal(robin, lambda guest=robin: guest.command("sfx", duration=1), "say what you want to hear")
        says = "no audio or video that I can listen to"
        await bot.refusal(robin, lambda guest=robin: guest.attach("transcribe", ("a.txt", b"hello")), says)


async def test_what_somebody_brought_a_bot_along_for_is_theirs_alone(bot: OneBot, brought_along: Json) -> None:
    sam = bot.guest(places.SAM, places.GROUP)
    for button in ("effect:again", "effect:longer"):
        await bot.refusal(sam, lambda button=button: sam.use(brought_along, button), ONLY_ASKER)
    says = "Only the one who asked for this, or a moderator, can do that. Ask one of them."
    await bot.refusal(sam, lambda: sam.use(brought_along, "job:delete"), says)


async def test_no_button_is_shown_there_that_could_only_be_refused(brought_along: Json) -> None:
    # A voice message is one of the bot's own, and a soundboard belongs to a server that it is in.
    assert not is_shown(brought_along, "job:voice:")
    assert not is_shown(brought_along, "effect:soundboard"), [part["custom_id"] for part in parts_of(brought_along)]


async def test_a_bot_that_was_brought_along_may_do_what_its_member_may(bot: OneBot) -> None:
    robin = bot.guest(places.ROBIN, places.PIER)
    role = bot.sandbox.world.guilds[places.HARBOUR].roles[MEMBERS_OF_THE_HARBOUR]
    before = role.permissions
    role.permissions &= ~bits(("attach_files",))
    says = f"You lack **Attach Files** in <#{places.PIER}>, and here I may do only what you may: ask somebody with"
    try:
        await bot.refusal(
            robin, lambda: robin.command("tts", text="Hello harbour"), f"I cannot post audio here. {says}"
        )
        await bot.refusal(
            robin, lambda: robin.command("sfx", prompt="a gull", takes=2), f"I cannot post several sounds here. {says}"
        )
    finally:
        role.permissions = before


# Permissions -----------------------------------------------------------------------------------


@asynccontextmanager
async def denied(guest: Guest, *permissions: str) -> AsyncGenerator[None]:
    """Deny the bot something in the channel alone."""
    for permission in permissions:
        await guest.happen(
            "switch_channel_permission", channel_id=guest.channel_id, permission=permission, allowed=False
        )
    try:
        yield
    finally:
        for permission in permissions:
            await guest.happen(
                "switch_channel_permission", channel_id=guest.channel_id, permission=permission, allowed=True
            )


async def test_what_is_denied_in_a_channel_is_given_in_its_settings(bot: OneBot, made: Made) -> None:
    sam = bot.guest(places.SAM, places.LOUNGE)
    message = await bot.old_buttons(places.LOUNGE, f"transcript:srt:{made.clip_id}", f"transcript:read:{made.clip_id}")
    lacks = f"In <#{places.LOUNGE}> I lack **Attach Files**: somebody with **Manage Roles** can turn it on for me under"
    cannot = {
        "audio": lambda: sam.command("tts", text="Not here", as_="file"),
        "a transcript": lambda: sam.attach("transcribe", SOUND),
        "several sounds": lambda: sam.command("sfx", prompt="a door", takes=2),
        "a file": lambda: sam.use(message, "transcript:srt"),
    }
    async with denied(sam, "attach_files", "send_voice_messages"):
        for what, act in cannot.items():
            await bot.refusal(sam, act, f"I cannot post {what} here. {lacks} Edit Channel → Permissions → **")
        says = f"I cannot post a transcript here. {lacks}"
        await bot.refusal(sam, lambda: sam.use(message, "transcript:read"), says)
