"""Every refusal on the way into a server's soundboard, over the wire; who may go it: test_refusals_of_buttons.py."""

from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.sandbox import starting_world as places
from bot.sandbox.models import SoundboardSound
from bot.sandbox.soundboard_routes import SOUNDS_LIMIT
from tests.end_to_end.behind_the_scenes import other_content
from tests.end_to_end.driver import Json, is_private
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


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"status": 400, "code": 50124}, "Discord found the sound too long: 5.2 seconds at most. Make a shorter one"),
        ({"fault": "request_too_large"}, "Discord found the sound too large: 512 kB at most. Make a shorter one"),
        ({"status": 400, "code": 50046}, "Discord did not take this sound. Try another name or no emoji"),
        ({"fault": "missing_permissions"}, "I need the permission **Create Expressions**"),
    ],
    ids=str,
)
async def test_what_discord_finds_wrong_with_a_sound_is_told_with_what_to_do(
    bot: OneBot, made: Made, fault: Json, says: str
) -> None:
    noor = bot.guest(places.NOOR, places.LOUNGE)
    async with soundboard_open(bot):
        await noor.inject(method="POST", path="soundboard-sounds$", **fault)
        await add(bot, made.effect, noor, says, name="rain")


async def test_a_file_that_is_no_sound_any_more_is_not_added(bot: OneBot, made: Made) -> None:
    noor = bot.guest(places.NOOR, places.LOUNGE)
    async with soundboard_open(bot):
        with other_content(bot.sandbox, made.effect["attachments"][0], b"no sound at all"):
            await add(bot, made.effect, noor, "That file is not audio that I can read", name="rain")


async def test_a_soundboard_belongs_to_a_server_that_the_bot_is_in(bot: OneBot, made: Made) -> None:
    _, talk = await bot.api("POST", "/users/@me/channels", {"recipient_id": places.NOOR})
    message = await bot.old_buttons(talk["id"], f"effect:soundboard:{made.effect_id}:1")
    noor = bot.guest(places.NOOR, talk["id"])
    await bot.refusal(noor, lambda: noor.use(message, "effect:soundboard"), "belongs to a server that I am a member of")


@asynccontextmanager
async def full_soundboard(bot: OneBot) -> AsyncGenerator[dict[str, SoundboardSound]]:
    sounds = bot.sandbox.world.guilds[places.STUDY_HALL].sounds
    for number in range(SOUNDS_LIMIT):
        sound_id = bot.sandbox.world.ids.make()
        sounds[sound_id] = SoundboardSound(sound_id, f"bell {number}", 1.0, None, places.SAM, "audio/ogg", b"OggS")
    try:
        yield sounds
    finally:
        sounds.clear()


async def choice_of(made: Made, guest: Guest) -> Json:
    """The menu of the sounds that may go for a new one."""
    opened, window = await guest.window_of(lambda: guest.use(made.effect, "effect:soundboard"))
    before = await guest.newest()
    await guest.submit(opened, window, {"name": "rain", "emoji": ""})
    return await guest.answer(before, "is full")


async def test_a_sound_that_cannot_take_the_place_of_another_leaves_that_one_where_it_was(
    bot: OneBot, made: Made
) -> None:
    noor = bot.guest(places.NOOR, places.LOUNGE)
    async with full_soundboard(bot) as sounds, soundboard_open(bot, "manage_guild_expressions"):
        full = await choice_of(made, noor)
        chosen, other = (option["value"] for option in part_of(full, "effect:swap")["options"][:2])

        def swap(value: str) -> Awaitable[str]:
            return noor.use(full, "effect:swap", [value])

        # More than a sound of a soundboard can have, so it could not be put back.
        other_id = other.partition(":")[0]
        sounds[other_id] = replace(sounds[other_id], content=bytes(512_001))
        await bot.refusal(noor, lambda: swap(other), "could not keep a copy of the old sound")
        assert len(sounds) == SOUNDS_LIMIT

        await noor.inject(fault="unavailable", method="POST", path="soundboard-sounds$")
        await bot.refusal(noor, lambda: swap(chosen), "so I put the old one back")
        assert sorted(sound.name for sound in sounds.values()) == [f"bell {number}" for number in range(SOUNDS_LIMIT)]


async def test_a_sound_that_cannot_even_be_put_back_is_handed_over_as_a_file(bot: OneBot, made: Made) -> None:
    noor = bot.guest(places.NOOR, places.LOUNGE)
    async with full_soundboard(bot) as sounds, soundboard_open(bot, "manage_guild_expressions"):
        full = await choice_of(made, noor)
        chosen = part_of(full, "effect:swap")["options"][0]["value"]
        await noor.inject(fault="unavailable", method="POST", path="soundboard-sounds$", times=2)
        refusal = await bot.refusal(
            noor, lambda: noor.use(full, "effect:swap", [chosen]), "the old one, “bell 0”, could not be put back"
        )
        given = await noor.answer(int(refusal["id"]), what=lambda one: bool(one["attachments"]))
        assert is_private(given)
        assert [file["filename"] for file in given["attachments"]] == ["sound.ogg"]
        assert "bell 0" not in [sound.name for sound in sounds.values()]


async def test_a_full_soundboard_gives_up_only_what_both_may_remove_and_only_what_is_there(
    bot: OneBot, made: Made
) -> None:
    noor = bot.guest(places.NOOR, places.LOUNGE)
    async with full_soundboard(bot) as sounds:
        async with soundboard_open(bot):
            await add(bot, made.effect, noor, "none of its sounds may be replaced by both of us", name="rain")
        async with soundboard_open(bot, "manage_guild_expressions"):
            full = await choice_of(made, noor)
            chosen = part_of(full, "effect:swap")["options"][0]["value"]
            del sounds[chosen.partition(":")[0]]
            says = "to be replaced is not there any more"
            await bot.refusal(noor, lambda: noor.use(full, "effect:swap", [chosen]), says)
        assert [sound.name for sound in sounds.values()] == [f"bell {number}" for number in range(1, SOUNDS_LIMIT)]
