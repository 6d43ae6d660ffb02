"""Every refusal of buttons, menus and windows over the wire, those of messages from an earlier time included."""

import asyncio
from contextlib import suppress

import pytest
import pytest_asyncio

from bot.sandbox import starting_world as places
from tests.end_to_end.driver import Json, Refused, is_private
from tests.end_to_end.one_bot import Guest, Made, OneBot, is_shown, job_id_in, parts_of, said_in

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]

NOBODYS = "0" * 32
GALLERY = "a00::....:"
GONE = "I do not know this job any more"
ELSEWHERE = "This was made somewhere else"
NOT_YOURS = "Only the one who asked for this, or a moderator"
ONLY_ASKER = "Only the one who asked for this can do that. Send the command yourself"
MANAGERS_ONLY = "permission **Manage Server**"
# The id of a button, who presses it in the lounge, and what they are told. {clip}, {effect} and {longest} are Robin's.
BUTTONS = [
    *((f"{button}:{NOBODYS}", places.SAM, GONE) for button in (
        "job:again", "job:voices", "job:file", "job:voice", "job:delete", "job:cancel", "job:retry", "job:send",
        "effect:again", "effect:longer",
    )),
    ("job:transcribe:" + NOBODYS, places.SAM, GONE),
    *((f"{button}:{{clip}}", places.SAM, NOT_YOURS) for button in (
        "job:file", "job:voice", "job:delete", "job:cancel", "job:send",
    )),
    ("job:retry:{clip}", places.SAM, ONLY_ASKER),
    ("job:retry:{clip}", places.NOOR, ONLY_ASKER),
    ("job:send:{longest}", places.ROBIN, "There is no result to send"),
    ("job:sing:{clip}", places.SAM, "not offered any more. Send the command again."),
    ("transcript:again:{clip}", places.SAM, NOT_YOURS),
    ("job:again:{effect}", places.SAM, "works with spoken texts only"),
    ("job:voices:{effect}", places.SAM, "works with spoken texts only"),
    ("effect:again:{clip}", places.SAM, "works with sound effects only"),
    ("effect:longer:{longest}", places.SAM, "as long as a sound effect can be already: 30 seconds"),
    ("job:cancel:{clip}", places.ROBIN, "too late to cancel"),
    ("job:retry:{clip}", places.ROBIN, "there is nothing to try again"),
    ("transcript:txt:{clip}", places.SAM, "file is not in this message any more"),
    ("transcript:read:{clip}", places.SAM, "file is not in this message any more"),
    ("transcript:post:{clip}", places.SAM, "file is not in this message any more"),
    ("transcript:page:1:{clip}", places.SAM, "file is not in this message any more"),
    ("transcript:log:{clip}", places.SAM, "Only moderators"),
    ("transcript:log:{clip}", places.NOOR, "no log channel yet"),
    ("confirm:go:" + NOBODYS, places.SAM, "do not remember this question"),
    (f"voices:play:AAAAAAAA:{GALLERY}", places.SAM, "not in the catalogue any more"),
    (f"voices:star:AAAAAAAA:{GALLERY}", places.SAM, "not in the catalogue any more"),
    (f"voices:me:AAAAAAAA:{GALLERY}", places.SAM, "not in the catalogue any more"),
    ("voices:like:AAAAAAAA:s00:AAAAAAAA:....:", places.SAM, "not in the catalogue any more"),
    ("voices:reset:server", places.SAM, MANAGERS_ONLY),
    ("voices:reset:channel", places.SAM, MANAGERS_ONLY),
    ("settings:do:reset", places.SAM, MANAGERS_ONLY),
    ("effect:soundboard:{effect}:1", places.SAM, "You need the permission **Create Expressions**"),
    ("effect:soundboard:{effect}:1", places.NOOR, "I need the permission **Create Expressions**"),
]  # fmt: skip


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def old(bot: OneBot, made: Made) -> list[Json]:
    """The messages that these buttons hang in."""
    ids = list(dict.fromkeys(named(button, made) for button, _, _ in BUTTONS))
    return [await bot.old_buttons(places.LOUNGE, *ids[start : start + 25]) for start in range(0, len(ids), 25)]


def named(button: str, made: Made) -> str:
    return button.format(clip=made.clip_id, effect=made.effect_id, longest=made.longest_id)


def with_button(messages: list[Json], custom_id: str) -> Json:
    return next(message for message in messages if is_shown(message, custom_id))


@pytest.mark.parametrize(("button", "user_id", "says"), BUTTONS, ids=[f"{one[0]}-{one[1][-2:]}" for one in BUTTONS])
async def test_a_button_that_is_not_theirs_or_out_of_date_is_refused(
    bot: OneBot, made: Made, old: list[Json], button: str, user_id: str, says: str
) -> None:
    custom_id = named(button, made)
    guest = bot.guest(user_id, places.LOUNGE)
    await bot.refusal(guest, lambda: guest.use(with_button(old, custom_id), custom_id), says)


async def test_what_was_made_in_one_server_is_out_of_reach_in_another(bot: OneBot, made: Made) -> None:
    robin = bot.guest(places.ROBIN, places.GENERAL)
    buttons = [f"job:{action}:{made.clip_id}" for action in ("again", "voices", "file", "voice", "send", "transcribe")]
    buttons += [f"effect:{action}:{made.effect_id}" for action in ("again", "longer")]
    buttons.append(f"transcript:again:{made.clip_id}")
    message = await bot.old_buttons(places.GENERAL, *buttons)
    for button in buttons:
        await bot.refusal(robin, lambda button=button: robin.use(message, button), ELSEWHERE)


async def test_what_nobody_foresaw_is_told_with_an_id_that_the_log_knows(bot: OneBot) -> None:
    sam = bot.guest(places.SAM, places.LOUNGE)
    await sam.inject(fault="missing_access", on="callback")
    refusal = await bot.refusal(sam, lambda: sam.subcommand("voice mine"), "tell whoever runs the bot the id `")
    bug_id = said_in(refusal).split("`")[1]
    assert f"Command failed: id={bug_id} guild_id={places.STUDY_HALL}" in bot.process.log


async def test_what_was_deleted_or_forgotten_cannot_be_used_any_more(bot: OneBot) -> None:
    ada = bot.guest(places.ADA, places.VOICE_CLIPS)
    before = await ada.newest()
    await ada.command("tts", text="Soon forgotten")
    card = await ada.answer(before, "✅", what=lambda one: is_shown(one, "job:again"))
    voice = await ada.answer(before, what=lambda one: bool(one["attachments"]))
    await ada.happen("delete_message", channel_id=places.VOICE_CLIPS, message_id=voice["id"])
    await bot.refusal(ada, lambda: ada.use(card, "job:transcribe"), "not there any more. Attach it again")

    asked = await ada.newest()
    await ada.subcommand("privacy delete")
    question = await ada.answer(asked)
    await ada.use(question, "privacy:delete")
    await ada.answer(asked, what=lambda one: not parts_of(one))
    await bot.refusal(ada, lambda: ada.use(card, "job:again"), GONE)


async def test_samples_are_refused_when_the_server_used_them_up_and_when_somebody_is_too_fast(bot: OneBot) -> None:
    noor = bot.guest(places.NOOR, places.NOTES)
    before = await noor.newest()
    await noor.subcommand("voice search")
    gallery = await noor.answer(before)
    plays = [part["custom_id"] for part in parts_of(gallery) if part["custom_id"].startswith("voices:play")]
    for play in plays[:2]:
        heard = await noor.newest()
        await noor.use(gallery, play)
        await noor.answer(heard, what=lambda one: bool(one["attachments"]) and is_private(one))
    spent, before = bot.spent(), await noor.newest()
    await asyncio.gather(*(noor.use(gallery, plays[2]) for _ in range(8)))
    await noor.answer(before, "2 new samples were made here today; more come after midnight UTC")
    await noor.answer(before, "faster than samples are made. Try again in")
    assert all(is_private(one) and not one["attachments"] for one in await noor.answers(before))
    assert bot.spent() == spent


# Windows ---------------------------------------------------------------------------------------


async def test_a_long_text_that_cannot_be_read_is_handed_back(bot: OneBot) -> None:
    sam = bot.guest(places.SAM, places.LOUNGE)
    opened, window = await sam.window_of(lambda: sam.command("read"))
    refusal = await bot.refusal(
        sam, lambda: sam.submit(opened, window, {"text": "||nobody may hear this||"}), "There is nothing to say"
    )
    given = await sam.answer(int(refusal["id"]) - 1, what=lambda one: bool(one["attachments"]))
    assert [file["filename"] for file in given["attachments"]] == ["text.txt"]
    assert is_private(given)


async def test_a_sound_made_again_without_something_takes_the_right_to_post_it(bot: OneBot, made: Made) -> None:
    robin, noor = bot.guest(places.ROBIN, places.LOUNGE), bot.guest(places.NOOR, places.LOUNGE)
    opened, window = await robin.window_of(lambda: robin.use(made.effect, "effect:avoid"))
    for permission in ("attach_files", "send_voice_messages"):
        await noor.forbid(permission)
    try:
        await bot.refusal(robin, lambda: robin.submit(opened, window, {"avoid": "wind"}), "**Attach Files**")
    finally:
        for permission in ("attach_files", "send_voice_messages"):
            await noor.permit(permission)


@pytest.mark.parametrize(
    ("topic", "typed", "says"),
    [
        ("voice", {"voice": "Zzyzx 77"}, "no voice called “Zzyzx 77”"),
        ("voice", {"voice": " "}, "Write the name of a voice"),
        ("notes", {"least": "9", "greatest": "3"}, "the first one not larger than the second"),
    ],
    ids=str,
)
async def test_settings_that_make_no_sense_are_refused(
    bot: OneBot, topic: str, typed: dict[str, str], says: str
) -> None:
    noor = bot.guest(places.NOOR, places.NOTES)
    before = await noor.newest()
    await noor.command("settings")
    panel = await noor.answer(before)
    await noor.use(panel, "settings:topics", [topic])
    button = {"voice": "settings:do:name-voice", "notes": "settings:do:lengths"}[topic]
    opened = await noor.answer(before, what=lambda one: is_shown(one, button))
    interaction_id, window = await noor.window_of(lambda: noor.use(opened, button))
    await bot.refusal(noor, lambda: noor.submit(interaction_id, window, typed), says)


# Transcripts -----------------------------------------------------------------------------------


async def test_whoever_does_not_want_that_is_not_written_down_by_others(bot: OneBot, made: Made) -> None:
    sam, ada = bot.guest(places.SAM, places.GENERAL), bot.guest(places.ADA, places.GENERAL)
    del made
    before = await ada.newest()
    await ada.subcommand("privacy transcribe-me", others="off")
    await ada.answer(before)
    note = await ada.write(files=[("note.ogg", b"OggS" + bytes(2_000))])
    try:
        await bot.refusal(sam, lambda: sam.menu("Transcribe", note), "does not want it to be written down")
    finally:
        before = await ada.newest()
        await ada.subcommand("privacy transcribe-me", others="on")
        await ada.answer(before)


async def test_a_log_channel_that_is_closed_gets_nothing_and_channels_that_are_gone_are_told(
    bot: OneBot, made: Made
) -> None:
    robin = bot.guest(places.ROBIN, places.GENERAL)
    button = f"transcript:log:{made.clip_id}"
    message = await bot.old_buttons(places.GENERAL, button)
    before = await robin.newest()
    await robin.command("settings")
    panel = await robin.answer(before)
    await pick(robin, panel, "log", places.GAME_NIGHT)
    await pick(robin, panel, "channels", places.GAME_NIGHT)
    closing = {"channel_id": places.GAME_NIGHT, "permission": "send_messages"}
    await robin.happen("switch_channel_permission", allowed=False, **closing)
    await bot.refusal(robin, lambda: robin.use(message, button), "log channel")
    await robin.happen("delete_channel", channel_id=places.GAME_NIGHT)
    await bot.refusal(robin, lambda: robin.use(message, button), "A manager can choose")
    says = "keep audio to certain channels, and all of these are deleted. Ask a manager to choose others: /settings."
    await bot.refusal(robin, lambda: robin.command("tts", text="Where to?"), says)
    await pick(robin, panel, "channels")


async def pick(manager: Guest, panel: Json, topic: str, *chosen: str) -> None:
    before = int(panel["id"]) - 1
    await manager.use(panel, "settings:topics", [topic])
    opened = await manager.answer(before, what=lambda one: is_shown(one, f"settings:pick:{topic}"))
    await manager.use(opened, f"settings:pick:{topic}", chosen)
    await manager.answer(before, "Saved.")


async def test_another_language_is_free_once_and_for_whom_it_was_made(bot: OneBot) -> None:
    robin, sam = bot.guest(places.ROBIN, places.LOUNGE), bot.guest(places.SAM, places.LOUNGE)
    before = await robin.newest()
    await robin.attach("transcribe", ("note.ogg", b"OggS" + bytes(2_000)))
    # What comes of it does not matter, only that it was asked for.
    card = await robin.answer(before, what=lambda one: bool(parts_of(one)))
    await stop(bot, robin, card)
    message = await bot.old_buttons(places.LOUNGE, f"transcript:again:{job_id_in(card)}")
    await bot.refusal(sam, lambda: sam.use(message, "transcript:again"), NOT_YOURS)
    asked = await robin.newest()
    await robin.use(message, "transcript:again")
    choice = await robin.answer(asked)
    # Chosen twice before the first choice is answered.
    menu = "transcript:language"
    await asyncio.gather(robin.use(choice, menu, ["de"]), robin.use(choice, menu, ["fr"]))
    says = "made in another language once already"
    assert is_private(await robin.answer(asked, says))
    await robin.answer(asked, "note.ogg")
    await bot.refusal(robin, lambda: robin.use(message, "transcript:again"), says)
    again = [one for one in await robin.answers(asked) if "note.ogg" in said_in(one)]
    assert len(again) == 1, [said_in(one) for one in again]
    await stop(bot, robin, again[0])


async def stop(bot: OneBot, asker: Guest, card: Json) -> None:
    """Cancel a job, unless it is over already."""
    with suppress(Refused):
        await asker.use(card, "job:cancel")
    await bot.idle()
