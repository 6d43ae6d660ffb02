"""Every refusal of the four commands that a member can meet, over the wire, with the studio behind the bot.

Each is private, says what is the matter and what to do, and costs nothing. Those of buttons and windows stand in
test_refusals_of_buttons.py.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bot.sandbox import starting_world as places
from tests.end_to_end.behind_the_scenes import enlarge
from tests.end_to_end.one_bot import Guest, Made, OneBot, job_id_in, part_of, parts_of

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]

Act = Callable[[Guest], Awaitable[object]]
MEMBERS = str(int(places.STUDY_HALL) + 1000)
MANAGERS = str(int(places.STUDY_HALL) + 3000)
PICTURE, SOUND = ("night.png", b"\x89PNG\r\n\x1a\n"), ("note.ogg", b"OggS" + bytes(2_000))
WAVE = "AAECAw=="
# Of words that are not the same: a flood of one word is read as a few of it.
LONG = " ".join(f"word{number}" for number in range(150))


def on_message(menu: str, content: str = "", *files: tuple[str, bytes], **voice: float | str) -> Act:
    """Write a message, then choose the entry of its menu."""

    async def act(guest: Guest) -> None:
        await guest.menu(menu, await guest.write(content, files=files, **voice))

    return act


WRONG: list[tuple[str, Act]] = [
    ("There is nothing to say", lambda guest: guest.command("tts", text="||a secret||")),
    ("at most 1000 characters", lambda guest: guest.command("tts", text=LONG)),
    ("no emotion called “very purple”", lambda guest: guest.command("tts", text="Hi", emotion="very purple")),
    ("no voice called “Zzyzx 77”", lambda guest: guest.command("tts", text="Hi", voice="Zzyzx 77")),
    ("no voice called", lambda guest: guest.command("read", voice="Zzyzx 77")),
    ("no emotion called “@\u200beveryone”", lambda guest: guest.command("read", emotion="@everyone")),
    ("without its spoilers", on_message("Read aloud", "||the end||")),
    ("it has files, but no text", on_message("Read aloud", "", PICTURE)),
    ("There is nothing to make a sound of", lambda guest: guest.command("sfx", duration=1)),
    ("neither a picture nor a video", lambda guest: guest.attach("sfx", ("words.txt", b"rain"))),
    ("neither a picture nor a video", lambda guest: guest.attach("sfx", ("drawing.svg", b"<svg/>"))),
    ("cannot look at pictures", lambda guest: guest.attach("sfx", PICTURE, prompt="rain")),
    ("no picture or video in this message", on_message("Sound of this", "only words")),
    ("cannot look at pictures", on_message("Sound of this", "", PICTURE)),
    ("no audio or video that I can listen to", lambda guest: guest.attach("transcribe", ("words.txt", b"hello"))),
    ("That file is empty", lambda guest: guest.attach("transcribe", ("note.ogg", b""))),
    ("too large: 1 MiB at most", lambda guest: guest.attach("transcribe", ("long.ogg", b"OggS" + bytes(1 << 20)))),
    ("no language called “Klingonese”", lambda guest: guest.attach("transcribe", SOUND, language="Klingonese")),
    ("no audio or video that I can listen to", on_message("Transcribe", "only words", PICTURE)),
    ("too long: 60 minutes", on_message("Transcribe", "", SOUND, duration_secs=3601.0, waveform=WAVE)),
    ("no voice called", lambda guest: guest.subcommand("voice default", voice="Zzyzx 77")),
    ("permission **Manage Server**", lambda guest: default_for(guest, "this server")),
    ("permission **Manage Server**", lambda guest: default_for(guest, "this channel")),
]


async def default_for(guest: Guest, whom: str) -> str:
    (first, *_) = await guest.choices("tts", "voice", "")
    return await guest.subcommand("voice default", voice=first["value"], for_=whom)


@pytest.mark.parametrize(("says", "act"), WRONG, ids=[f"{n}-{says[:30]}" for n, (says, _) in enumerate(WRONG)])
async def test_what_cannot_be_made_is_refused_privately_and_costs_nothing(bot: OneBot, says: str, act: Act) -> None:
    sam = bot.guest(places.SAM, places.LOUNGE)
    await bot.refusal(sam, lambda: act(sam), says)


async def test_a_message_without_any_text_cannot_be_read_aloud(bot: OneBot) -> None:
    fields = {"embeds": [{"fields": [{"name": "Score", "value": "3"}]}]}
    status, card = await bot.api("POST", f"/channels/{places.LOUNGE}/messages", fields)
    assert status == 200
    sam = bot.guest(places.SAM, places.LOUNGE)
    await bot.refusal(sam, lambda: sam.menu("Read aloud", card), "it has no text")


async def test_a_picture_that_is_too_large_is_refused_before_anything_else(bot: OneBot) -> None:
    sam = bot.guest(places.SAM, places.LOUNGE)
    picture = await sam.write(files=[PICTURE])
    enlarge(bot.sandbox, picture, 25 * 1024 * 1024 + 1)
    says = "That file is too large: 25 MB at most. Attach a smaller one, or a shorter video."
    await bot.refusal(sam, lambda: sam.menu("Sound of this", picture), says)


# Everything that asks for audio, by commands, menus and buttons; none of it may get past who decides about it.
def asking(made: Made) -> dict[str, Act]:
    return {
        "/tts": lambda guest: guest.command("tts", text="Good morning", as_="file"),
        "Read aloud": on_message("Read aloud", "Good evening"),
        "/sfx": lambda guest: guest.command("sfx", prompt="a door", duration=1),
        "/transcribe": lambda guest: guest.attach("transcribe", SOUND),
        "Transcribe": on_message("Transcribe", "", SOUND),
        "Again": lambda guest: guest.use(made.clip, "job:again"),
        "Transcribe it": lambda guest: guest.use(made.clip, "job:transcribe"),
        "Again, of a sound": lambda guest: guest.use(made.effect, "effect:again"),
    }


async def all_are_refused(bot: OneBot, guest: Guest, actions: dict[str, Act], says: str) -> None:
    for name, act in actions.items():
        refusal = await bot.refusal(guest, lambda act=act: act(guest), says)
        assert refusal["components"] == [], name


@asynccontextmanager
async def limited(bot: OneBot, limit: str, value: int, *, who: str = "") -> AsyncGenerator[None]:
    noor = bot.guest(places.NOOR, places.NOTES)
    whom = {"who": who} if who else {}
    await confirmed(noor, noor.subcommand("limits set", limit=limit, value=value, **whom), "from now on")
    try:
        yield
    finally:
        await confirmed(noor, noor.subcommand("limits reset", **whom), "taken back")


@asynccontextmanager
async def used_up(bot: OneBot, *, who: str = "") -> AsyncGenerator[None]:
    """Leave one job an hour, and let that be used: by this one or, where more were asked for lately, by those."""
    robin = bot.guest(places.ROBIN, places.LOUNGE)
    async with limited(bot, "burst", 1, who=who):
        before = await robin.newest()
        await robin.command("tts", text="The only one")
        await robin.answer(before)
        await bot.idle()
        yield


@asynccontextmanager
async def blocked(bot: OneBot, who: str) -> AsyncGenerator[None]:
    noor = bot.guest(places.NOOR, places.NOTES)
    await confirmed(noor, noor.subcommand("block add", who=who), "can ask for nothing")
    try:
        yield
    finally:
        await confirmed(noor, noor.subcommand("block remove", who=who), "can ask again")


@asynccontextmanager
async def only_here(bot: OneBot, topic: str, *chosen: str) -> AsyncGenerator[None]:
    """Let audio be asked for in certain channels, or by certain roles, only."""
    noor = bot.guest(places.NOOR, places.NOTES)
    await pick(noor, topic, *chosen)
    try:
        yield
    finally:
        await pick(noor, topic)


async def pick(manager: Guest, topic: str, *chosen: str) -> None:
    before = await manager.newest()
    await manager.command("settings")
    panel = await manager.answer(before)
    await manager.use(panel, "settings:topics", [topic])
    opened = await manager.answer(
        before, what=lambda one: any("settings:pick" in p["custom_id"] for p in parts_of(one))
    )
    await manager.use(opened, f"settings:pick:{topic}", chosen)
    await manager.answer(before, "Saved.")


async def confirmed(manager: Guest, asking_for: Awaitable[object], says: str) -> None:
    before = await manager.newest()
    await asking_for
    await manager.answer(before, says)


Closed = Callable[[OneBot], AbstractAsyncContextManager[None]]
CLOSED: dict[str, tuple[str, Closed]] = {
    "elsewhere": (f"in one of these: <#{places.NOTES}>", lambda bot: only_here(bot, "channels", places.NOTES)),
    "by others": (f"you have none of them: <@&{MANAGERS}>", lambda bot: only_here(bot, "roles", MANAGERS)),
    "blocked": ("blocked you", lambda bot: blocked(bot, places.ROBIN)),
    "member's burst": (
        "You have used the one job that may be asked for at once. The next one comes free <t:",
        lambda bot: used_up(bot, who=places.ROBIN),
    ),
    "server's burst": (
        "This server has used the one job that may be asked for at once. The next one comes free <t:",
        used_up,
    ),
    "member's day": ("that you may use in a whole day", lambda bot: limited(bot, "day", 1, who=places.ROBIN)),
    "member's month": ("that you may use in a whole month", lambda bot: limited(bot, "month", 1, who=places.ROBIN)),
    "server's day": ("that this server may use in a whole day", lambda bot: limited(bot, "day", 1)),
    "server's month": ("that this server may use in a whole month", lambda bot: limited(bot, "month", 1)),
    "role's day": ("that you may use in a whole day", lambda bot: limited(bot, "day", 1, who=MEMBERS)),
}


@pytest.mark.parametrize(("says", "closed"), CLOSED.values(), ids=CLOSED)
async def test_what_managers_decide_holds_for_every_way_to_ask(
    bot: OneBot, made: Made, says: str, closed: Closed
) -> None:
    robin = bot.guest(places.ROBIN, places.LOUNGE)
    async with closed(bot):
        await all_are_refused(bot, robin, asking(made), says)


async def test_who_used_most_of_a_day_is_told_when_it_starts_anew(bot: OneBot, made: Made) -> None:
    assert made.clip_id != made.effect_id, "both were paid for: at least 60 units"
    robin = bot.guest(places.ROBIN, places.LOUNGE)
    async with limited(bot, "day", 62, who=places.ROBIN):
        says = "of 62 units today, and this costs 60. It starts anew <t:"
        await bot.refusal(robin, lambda: robin.command("sfx", prompt="a door", duration=3), says)
        # What would be asked about first is refused before the question.
        says = "This costs 900 units, more than the 62 that you may use in a whole day"
        await bot.refusal(robin, lambda: robin.command("tts", text=LONG[:900]), says)


async def test_who_has_enough_in_progress_waits_and_a_second_cancel_comes_too_late(bot: OneBot) -> None:
    robin = bot.guest(places.ROBIN, places.LOUNGE)
    await bot.idle()
    async with limited(bot, "in flight", 1, who=places.ROBIN):
        before = await robin.newest()
        await robin.command("tts", text="A long story, told slowly. " * 25)
        card = await robin.answer(before, what=lambda one: bool(parts_of(one)))
        says = "You have 1 of 1 job waiting or running. Wait until one is done, or cancel one: /jobs."
        await bot.refusal(robin, lambda: robin.command("tts", text="And one more"), says)
        # Pressed twice before the first press is answered, which would take the button away.
        await robin.inject(fault="slow", on="callback", times=1, delay_s=0.5)
        both = asyncio.gather(robin.use(card, "job:cancel"), robin.use(card, "job:cancel"))
        await both
        await robin.answer(before, "too late to cancel")
        cancelled = await robin.answer(before, "Cancelled")
    assert cancelled["id"] == card["id"]


async def test_go_works_once_and_what_would_be_refused_after_it_is_refused_before(bot: OneBot) -> None:
    sam = bot.guest(places.SAM, places.LOUNGE)
    async with limited(bot, "day", 750, who=places.SAM):
        await bot.refusal(
            sam, lambda: sam.command("sfx", prompt="rain", duration=30, takes=2), "This costs 1,200 units"
        )
    before = await sam.newest()
    await sam.command("sfx", prompt="rain", duration=20, takes=2)
    question = await sam.answer(before, "Shall I make it?")
    spent = bot.spent()
    await sam.inject(fault="slow", on="callback", times=1, delay_s=0.5)
    await asyncio.gather(sam.use(question, "confirm:go"), sam.use(question, "confirm:go"))
    await sam.answer(before, "This is being made already")
    card = await sam.answer(before, what=lambda one: bool(parts_of(one)) and one["id"] != question["id"])
    assert bot.spent()[0] == spent[0] + 1
    await sam.use(card, "job:cancel")
    await sam.answer(before, "Cancelled", what=lambda one: one["id"] == card["id"])


# Where the bot may not post --------------------------------------------------------------------


@asynccontextmanager
async def forbidden(bot: OneBot, *permissions: str) -> AsyncGenerator[None]:
    noor = bot.guest(places.NOOR, places.LOUNGE)
    for permission in permissions:
        await noor.forbid(permission)
    try:
        yield
    finally:
        for permission in permissions:
            await noor.permit(permission)


async def test_without_any_permission_for_audio_nothing_is_made_and_it_is_said_which_one_is_missing(
    bot: OneBot, made: Made
) -> None:
    robin = bot.guest(places.ROBIN, places.LOUNGE)
    old = await bot.old_buttons(places.LOUNGE, f"effect:longer:{made.clip_id}", f"job:retry:{made.clip_id}")
    before = await robin.newest()
    await robin.subcommand("voice search")
    gallery = await robin.answer(before)
    await robin.use(made.clip, "job:voices")
    voices = await robin.answer(before, what=lambda one: bool(parts_of(one)) and one["id"] != gallery["id"])
    other = part_of(voices, "job:speak")["options"][0]["value"]
    actions: dict[str, Act] = {
        "/read": lambda guest: guest.command("read"),
        "As voice message": lambda guest: guest.use(made.clip, "job:voice:"),
        "another voice": lambda guest: guest.use(voices, "job:speak", [other]),
        "a sample": lambda guest: guest.use(gallery, "voices:play"),
        "Retry": lambda guest: guest.use(old, "job:retry"),
    }
    async with forbidden(bot, "attach_files", "send_voice_messages"):
        await all_are_refused(bot, robin, asking(made) | actions, "**Attach Files**")


async def test_a_form_that_may_not_be_posted_is_refused_by_the_name_of_its_permission(bot: OneBot, made: Made) -> None:
    robin = bot.guest(places.ROBIN, places.LOUNGE)
    async with forbidden(bot, "send_voice_messages"):
        await bot.refusal(robin, lambda: robin.use(made.clip, "job:voice:"), "**Send Voice Messages**")
    async with forbidden(bot, "attach_files"):
        files: dict[str, Act] = {
            "several takes": lambda guest: guest.command("sfx", prompt="a door", duration=1, takes=2),
            "a transcript": lambda guest: guest.attach("transcribe", SOUND),
        }
        await all_are_refused(bot, robin, files, "**Attach Files**")
    assert job_id_in(made.clip) == made.clip_id
