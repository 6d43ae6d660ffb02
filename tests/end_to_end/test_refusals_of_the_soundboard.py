"""Every refusal on the way into a server's soundboard, over the wire; who may go it: test_refusals_of_buttons.py."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.models import SoundboardSound
from bot.sandbox.soundboard_routes import SOUNDS_LIMIT
from tests.end_to_end.driver import Json
from tests.end_to_end.one_bot import Guest, Made, OneBot, part_of

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]


@asynccontextmanager
async def soundboard_open(bot: OneBot, *more: str) -> AsyncGenerator[None]:
    noor = bot.guest(places.NOOR, places.LOUNGE)
    for permission in ("create_guild_expressions", *more):
        await noor.permit(permission)
    try:
        yield
    finally:
        for permission in ("create_guild_expressions", *more):
            await noor.forbid(permission)


async def add(bot: OneBot, message: Json, guest: Guest, says: str, **typed: str) -> Json:
    """Send the window of the soundboard off, and be refused."""
    opened, window = await guest.window_of(lambda: guest.use(message, "effect:soundboard"))
    return await bot.refusal(guest, lambda: guest.submit(opened, window, {"emoji": "", **typed}), says)


@pytest.mark.parametrize(
    ("name", "emoji", "says"),
    [
        ("   x", "", "has 2 to 32 characters"),
        ("rain", "rain", "cannot use that emoji"),
        ("rain", "<:tea:123456789012345678>", "cannot use that emoji"),
    ],
)
async def test_a_sound_without_a_right_name_or_emoji_is_refused(
    bot: OneBot, made: Made, name: str, emoji: str, says: str
) -> None:
    async with soundboard_open(bot):
        await add(bot, made.effect, bot.guest(places.NOOR, places.LOUNGE), says, name=name, emoji=emoji)


async def test_a_sound_that_cannot_be_read_or_added_is_refused_with_what_to_do(bot: OneBot, made: Made) -> None:
    noor = bot.guest(places.NOOR, places.LOUNGE)
    # Not the message with the file: it has to be read again, and there is no second take in it.
    message = await bot.old_buttons(places.LOUNGE, f"effect:soundboard:{made.effect_id}:2")
    async with soundboard_open(bot):
        await add(bot, message, noor, "or its file, is not there any more", name="rain", take="2")
        await noor.forbid("read_message_history")
        try:
            await add(bot, message, noor, "Read Message History", name="rain", take="1")
        finally:
            await noor.permit("read_message_history")
        await noor.inject(fault="unavailable", method="POST", path="soundboard-sounds$")
        await add(bot, made.effect, noor, "Discord does not answer about the soundboard now", name="rain")
    assert bot.sandbox.world.guilds[places.STUDY_HALL].sounds == {}


async def test_a_full_soundboard_gives_up_only_what_both_may_remove_and_only_what_is_there(
    bot: OneBot, made: Made
) -> None:
    sounds = bot.sandbox.world.guilds[places.STUDY_HALL].sounds
    noor = bot.guest(places.NOOR, places.LOUNGE)
    for number in range(SOUNDS_LIMIT):
        sound_id = bot.sandbox.world.ids.make()
        sounds[sound_id] = SoundboardSound(sound_id, f"bell {number}", 1.0, None, places.SAM, "audio/ogg", b"OggS")
    try:
        async with soundboard_open(bot):
            await add(bot, made.effect, noor, "none of its sounds may be replaced by both of us", name="rain")
        async with soundboard_open(bot, "manage_guild_expressions"):
            before = await noor.newest()
            await add(bot, made.effect, noor, "The soundboard of this server is full", name="rain")
            full = await noor.answer(before, "is full")
            chosen = part_of(full, "effect:swap")["options"][0]["value"]
            del sounds[chosen.partition(":")[0]]
            await noor.use(full, "effect:swap", [chosen])
            await noor.answer(before, "to be replaced is not there any more")
        assert [sound.name for sound in sounds.values()] == [f"bell {number}" for number in range(1, SOUNDS_LIMIT)]
    finally:
        sounds.clear()
