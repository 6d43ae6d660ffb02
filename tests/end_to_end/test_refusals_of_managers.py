"""Every refusal of what managers decide, and of what there is enough of already, over the wire."""

import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest
import pytest_asyncio

from bot.sandbox import starting_world as places
from tests.end_to_end.behind_the_scenes import rows
from tests.end_to_end.driver import Json
from tests.end_to_end.one_bot import Guest, OneBot, is_shown, part_of

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]

Act = Callable[[Guest], Awaitable[object]]
MANAGERS_OF_THE_TAVERN = str(int(places.TAVERN) + 3000)
MODERATORS = str(int(places.HARBOUR) + 2000)
NOBODY = 1_000_000_000


# Robin manages the tavern; Noor manages the study hall, but does not run the bot.
DECISIONS: list[tuple[str, str, str, Act]] = [
    (
        "That is too little: it has to be at least 1.",
        places.NOOR,
        places.NOTES,
        lambda noor: noor.subcommand("limits set", limit="burst", value=0),
    ),
    (
        "Whoever runs this bot set 1,000,000 for a server as a whole. A server can be stricter",
        places.NOOR,
        places.NOTES,
        lambda noor: noor.subcommand("limits set", limit="day", value=1_000_001),
    ),
    (
        "That is you. Ask another manager",
        places.NOOR,
        places.NOTES,
        lambda noor: noor.subcommand("block add", who=places.NOOR),
    ),
    (
        "That would block every member, you included.",
        places.NOOR,
        places.NOTES,
        lambda noor: noor.subcommand("block add", who=places.STUDY_HALL),
    ),
    (
        "You have this role yourself, so you would block yourself too. A manager without it can do it.",
        places.ROBIN,
        places.GENERAL,
        lambda robin: robin.subcommand("block add", who=MANAGERS_OF_THE_TAVERN),
    ),
]


@pytest.mark.parametrize(("says", "user_id", "channel_id", "act"), DECISIONS, ids=[says[:30] for says, *_ in DECISIONS])
async def test_what_managers_cannot_decide_is_refused_with_the_reason(
    bot: OneBot, says: str, user_id: str, channel_id: str, act: Act
) -> None:
    manager = bot.guest(user_id, channel_id)
    await bot.refusal(manager, lambda: act(manager), says)


async def test_more_limits_than_a_server_may_have_are_refused(bot: OneBot) -> None:
    noor = bot.guest(places.NOOR, places.NOTES)
    set_before = [(int(places.STUDY_HALL), "member", NOBODY + number, "day", 5) for number in range(200)]
    says = "This server has 200 limits already. Take some back first: /limits reset."
    with rows(bot, "limit_overrides", *set_before):
        await bot.refusal(noor, lambda: noor.subcommand("limits set", limit="day", value=9), says)


async def test_more_blocks_than_a_server_may_have_are_refused(bot: OneBot) -> None:
    noor = bot.guest(places.NOOR, places.NOTES)
    hall, by, at = int(places.STUDY_HALL), int(places.NOOR), time.time()
    blocked_before = [(hall, "member", NOBODY + number, by, at) for number in range(1_000)]
    says = "1000 members and roles are blocked already. Take some back first: /block remove, or block a role"
    with rows(bot, "blocked", *blocked_before):
        await bot.refusal(noor, lambda: noor.subcommand("block add", who=places.SAM), says)


async def test_more_favourites_than_a_member_may_have_are_refused(bot: OneBot) -> None:
    noor = bot.guest(places.NOOR, places.NOTES)
    before = await noor.newest()
    await noor.subcommand("voice search")
    gallery = await noor.answer(before)
    opened = part_of(gallery, "voices:open")
    await noor.use(gallery, "voices:open", [opened["options"][0]["value"]])
    voice = await noor.answer(before, what=lambda one: is_shown(one, "voices:star:"))
    starred_before = [(int(places.NOOR), f"an old voice {number}", time.time()) for number in range(100)]
    says = "You have 100 favourites already. Take a star off another voice first: /voice favourites."
    with rows(bot, "favourite_voices", *starred_before):
        await bot.refusal(noor, lambda: noor.use(voice, "voices:star:"), says)


# In a server that invited the bot and chose much already ------------------------------------------


@pytest_asyncio.fixture(loop_scope="session")
async def harbour(bot: OneBot) -> AsyncGenerator[Guest]:
    """Its owner, while the bot is a member there."""
    ada = bot.guest(places.ADA, places.PIER)
    chosen = {"channel_voices": {str(NOBODY + number): "an old voice" for number in range(100)}}
    # Before the bot looks for the first time: then it remembers.
    with rows(bot, "guild_settings", (int(places.HARBOUR), json.dumps(chosen))):
        await ada.happen("invite_bot", guild_id=places.HARBOUR)
        yield ada
        await ada.happen("kick_bot", guild_id=places.HARBOUR)


async def test_more_channels_with_a_voice_of_their_own_than_a_server_may_have_are_refused(
    bot: OneBot, harbour: Guest
) -> None:
    (first, *_) = await harbour.choices("tts", "voice", "")
    choosing = {"voice": first["value"], "for_": "this channel"}
    says = "100 channels of this server have a voice of their own already. Reset one first: use /voice mine"
    await bot.refusal(harbour, lambda: harbour.subcommand("voice default", **choosing), says)


async def test_when_the_last_role_that_may_ask_is_deleted_others_are_told_what_to_do(
    bot: OneBot, harbour: Guest
) -> None:
    robin = bot.guest(places.ROBIN, places.PIER)
    before = await harbour.newest()
    await harbour.command("settings")
    panel = await harbour.answer(before)
    await pick_roles(harbour, panel, MODERATORS)
    says = f"let members with certain roles ask for audio, and you have none of them: <@&{MODERATORS}>"
    await bot.refusal(robin, lambda: robin.command("tts", text="May I?"), says)
    await harbour.happen("delete_role", guild_id=places.HARBOUR, role_id=MODERATORS)
    says = "and all of these roles are deleted. Ask a manager to choose others: /settings."
    await bot.refusal(robin, lambda: robin.command("tts", text="May I?"), says)
    await pick_roles(harbour, panel)


async def pick_roles(manager: Guest, panel: Json, *chosen: str) -> None:
    before = int(panel["id"]) - 1
    await manager.use(panel, "settings:topics", ["roles"])
    opened = await manager.answer(before, what=lambda one: is_shown(one, "settings:pick:roles"))
    await manager.use(opened, "settings:pick:roles", chosen)
    await manager.answer(before, "Saved.")
