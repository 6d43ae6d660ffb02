"""What members are told when the service fails them, and what they can do then, over the wire.

The bot is one of its own: its service fails in every way there is, and knows a single voice that fits into a menu.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox import starting_world as places
from tests.end_to_end.always_there import sandbox_in_a_thread
from tests.end_to_end.behind_the_scenes import other_content
from tests.end_to_end.driver import BotProcess, Json, is_private, until
from tests.end_to_end.environment import bot_environment
from tests.end_to_end.failing_service import LARGEST_RESULT_MB, FailingService
from tests.end_to_end.fake_finevoice import API_KEY, served
from tests.end_to_end.one_bot import SETTINGS, TOKEN, Guest, OneBot, is_shown, job_id_in, said_in

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]

Act = Callable[[Guest], Awaitable[object]]
SOUND = b"OggS" + bytes(2_000)
FREE = "It does not count against your limit."
MORE = {
    "limits__confirm_above": "0",
    "limits__guild_samples_day": "100",
    "jobs__max_result_mb": str(LARGEST_RESULT_MB),
    # What was made is not kept: whoever wants it again has to hope that the service still has it.
    "jobs__cache_mb": "0",
    # Only of a task that is never done: all other texts are answered at once.
    "jobs__speech_deadline_s": "0.2",
}


@dataclass
class Troubled:
    """The bot, its service, and what was said while that did not tell of its voices."""

    bot: OneBot
    service: FailingService
    first_answer: Json


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def troubled(tmp_path_factory: pytest.TempPathFactory, clip: bytes) -> AsyncGenerator[Troubled]:
    folder = tmp_path_factory.mktemp("troubled")
    async with (
        sandbox_in_a_thread(TOKEN) as sandbox,
        served(FailingService(clip)) as service,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session,
    ):
        own = {**SETTINGS, **MORE, "finevoice__base_url": service.url, "finevoice__api_key": API_KEY}
        async with BotProcess(folder, bot_environment(sandbox, TOKEN, folder, **own)) as process:
            bot = OneBot(sandbox, process, session, folder)
            await process.start()
            sam = bot.guest(places.SAM, places.NOTES)
            await until(lambda: is_connected(sam), "the bot to connect")
            first_answer = await bot.refusal(sam, lambda: sam.command("read", voice="Harper"), "")
            service.opened.set()
            await sam.bot_is_ready()
            yield Troubled(bot, service, first_answer)


async def is_connected(guest: Guest) -> bool:
    world = await guest.world()
    return bool(world["bot"]["connected"] and world["commands"])


async def test_who_names_a_voice_before_the_list_is_there_tries_again(troubled: Troubled) -> None:
    assert said_in(troubled.first_answer).strip() == "The list of voices is still loading. Try again in a few seconds."
    assert is_private(troubled.first_answer)


# Jobs ------------------------------------------------------------------------------------------


def say(word: str) -> Act:
    return lambda guest: guest.command("tts", text=f"Something {word}", voice="harper", as_="file")


def sound(word: str) -> Act:
    return lambda guest: guest.command("sfx", prompt=f"something {word}", duration=1, as_="file")


def write_down(word: str) -> Act:
    return lambda guest: guest.attach("transcribe", (f"{word}.ogg", SOUND))


QUOTED = "this: “Too \\*rude\\* for @\u200beveryone”. "
# What is asked for, and what is said of it.
FAILURES: dict[str, tuple[Act, tuple[str, ...]]] = {
    "text not accepted": (say("unwanted"), (f"not accept {QUOTED}Change the text", FREE)),
    "sound not accepted": (sound("unwanted"), (f"not accept {QUOTED}Describe the sound in other words", FREE)),
    "recording not accepted": (write_down("unwanted"), ("not accept this recording: “Too", "Play it to see", FREE)),
    "key not accepted": (say("locked"), ("does not accept this bot's key", "tell whoever runs the bot")),
    "no credit": (say("penniless"), ("is out of credit", "tell whoever runs the bot")),
    "busy five times": (say("overrun"), ("cannot be reached", FREE, "Press Retry in a minute")),
    "an error": (say("broken"), ("answered with an error", FREE, "Press Retry in a minute")),
    "text failed": (say("hopeless"), (f"could not make {QUOTED}", FREE, "Change the text, or press Retry")),
    "sound failed": (sound("hopeless"), (f"could not make {QUOTED}", FREE, "in other words, or press Retry")),
    "recording failed": (write_down("hopeless"), ("not write this down: “Too", FREE, "or press Retry")),
    "lost": (sound("vanished"), ("lost this one", FREE, "Press Retry")),
    "no audio": (say("garbled"), ("something that is not audio", FREE, "Press Retry")),
    "no transcript": (write_down("garbled"), ("something that is not a transcript", FREE, "Press Retry")),
    "large audio": (say("enormous"), ("too large to be fetched. Ask for something shorter",)),
    "large transcript": (write_down("enormous"), ("too large to be fetched. Cut the recording into parts",)),
    "too late": (say("endless"), ("took too long and was given up", FREE, "Press Retry")),
}


@pytest.mark.parametrize(("act", "says"), FAILURES.values(), ids=FAILURES)
async def test_what_the_service_does_not_make_is_explained_and_given_back(
    troubled: Troubled, act: Act, says: tuple[str, ...]
) -> None:
    bot, sam = troubled.bot, troubled.bot.guest(places.SAM, places.NOTES)
    before, (jobs, used, _) = await sam.newest(), troubled.bot.spent()
    await act(sam)
    failed = await sam.answer(before, "⚠️")
    for words in says:
        assert words in said_in(failed)
    assert is_shown(failed, "job:retry") or "Retry" not in said_in(failed), "it speaks of a button that is not there"
    assert bot.spent()[:2] == (jobs + 1, used)


async def test_what_the_service_keeps_no_longer_cannot_be_posted_again(troubled: Troubled) -> None:
    bot, sam = troubled.bot, troubled.bot.guest(places.SAM, places.NOTES)
    before = await sam.newest()
    await sound("fleeting")(sam)
    card = await sam.answer(before, "✅", what=lambda one: bool(one["attachments"]))
    message = await bot.old_buttons(places.NOTES, f"job:voice:{job_id_in(card)}")
    # The card is there a moment before it is noted that it is.
    await bot.idle()
    asked = await sam.newest()
    await sam.use(message, "job:voice")
    failed = await sam.answer(asked, "The result is not kept any longer. Press Retry to have it made anew")
    assert is_shown(failed, "job:retry")


# Each in a channel where nobody else posts: Discord takes five messages in five seconds.
@pytest.mark.parametrize(
    ("kind", "channel_id", "what"),
    [(say, places.VOICE_CLIPS, "The audio"), (write_down, places.GAME_NIGHT, "The transcript")],
    ids=["audio", "text"],
)
async def test_what_discord_takes_nowhere_is_kept_and_sent_again_for_free(
    troubled: Troubled, kind: Callable[[str], Act], channel_id: str, what: str
) -> None:
    bot, sam = troubled.bot, troubled.bot.guest(places.SAM, channel_id)
    troubled.service.answering.clear()
    before = await sam.newest()
    # Until its token ends, the card is an answer, which is no message of the bot's own.
    await sam.inject(fault="missing_permissions", on="edit_message")
    await sam.inject(fault="missing_permissions", on="post_message", times=10)
    await kind("homeless")(sam)
    card = await sam.answer(before, what=lambda one: is_shown(one, "job:cancel"))
    try:
        # The interaction is over; the channel refuses for a reason that it does not tell, and so does the member.
        await sam.happen("expire_tokens")
        troubled.service.answering.set()
        says = f"{what} is ready, but Discord did not take it here. It is kept for now: a moderator can check"
        failed = await sam.answer(before, says)
    finally:
        await sam.take_back_faults()
    assert failed["id"] == card["id"]
    spent, asked = bot.spent(), await sam.newest()
    await sam.use(failed, "job:send")
    await sam.answer(asked, "✅", what=lambda one: bool(one["attachments"]))
    assert bot.spent() == spent


async def test_what_is_kept_about_somebody_stays_as_long_as_their_jobs_are_at_work(troubled: Troubled) -> None:
    bot, noor = troubled.bot, troubled.bot.guest(places.NOOR, places.LOUNGE)
    before = await noor.newest()
    # Moderators get their own transcripts privately; this one is for all to see.
    await noor.attach("transcribe", ("endless.ogg", SOUND), private=False)
    card = await noor.answer(before, what=lambda one: is_shown(one, "job:cancel"))
    asked = await noor.newest()
    await noor.subcommand("privacy delete")
    question = await noor.answer(asked)
    says = "Some of your jobs are not over yet (1). Wait for them or cancel them in each server with /jobs"
    await bot.refusal(noor, lambda: noor.use(question, "privacy:delete"), says)
    await noor.use(card, "job:cancel")
    await noor.answer(before, "Cancelled")
    await noor.use(question, "privacy:delete")
    await noor.answer(asked, what=lambda one: one["id"] == question["id"] and not one["components"])


# Results ---------------------------------------------------------------------------------------


async def test_where_no_other_voice_can_be_chosen_the_gallery_is_named(troubled: Troubled) -> None:
    bot, sam = troubled.bot, troubled.bot.guest(places.SAM, places.NOTES)
    before = await sam.newest()
    await say("plain")(sam)
    card = await sam.answer(before, "✅", what=lambda one: is_shown(one, "job:voices"))
    says = "There is no other voice to choose from here. /voice search shows all there are."
    await bot.refusal(sam, lambda: sam.use(card, "job:voices"), says)


async def test_what_discord_does_not_let_be_deleted_is_told(troubled: Troubled) -> None:
    bot, sam = troubled.bot, troubled.bot.guest(places.SAM, places.NOTES)
    before = await sam.newest()
    await sam.command("tts", text="Soon taken away", voice="harper", as_="voice message")
    card = await sam.answer(before, "✅", what=lambda one: is_shown(one, "job:delete"))
    await bot.idle()
    await sam.inject(fault="unavailable", on="delete_message")
    says = "Discord did not let me delete all of it. Try again in a minute, or delete the messages by hand."
    await bot.refusal(sam, lambda: sam.use(card, "job:delete"), says)
    await sam.use(card, "job:delete")
    await until(lambda: is_gone(sam, before), "the result and its card to go")


async def is_gone(guest: Guest, after: int) -> bool:
    return all(is_private(one) for one in await guest.answers(after))


async def test_a_transcript_that_is_not_to_be_had_now_can_be_read_in_a_minute(troubled: Troubled) -> None:
    bot, sam = troubled.bot, troubled.bot.guest(places.SAM, places.NOTES)
    before = await sam.newest()
    await write_down("talk")(sam)
    card = await sam.answer(before, "✅", what=lambda one: is_shown(one, "transcript:read"))
    document = next(file for file in card["attachments"] if file["filename"].endswith(".json"))
    says = "Discord did not give me the transcript's file just now. Try again in a minute."
    with other_content(bot.sandbox, document, object()):
        await bot.refusal(sam, lambda: sam.use(card, "transcript:read"), says)
    with other_content(bot.sandbox, document, b"no JSON"):
        says = "file is not in this message any more. Ask for it anew: /transcribe."
        await bot.refusal(sam, lambda: sam.use(card, "transcript:srt"), says)


async def test_a_log_channel_that_discord_does_not_let_be_written_into_is_told(troubled: Troubled) -> None:
    bot, noor = troubled.bot, troubled.bot.guest(places.NOOR, places.LOUNGE)
    before = await noor.newest()
    await noor.attach("transcribe", ("talk.ogg", SOUND))
    card = await noor.answer(before, "✅", what=lambda one: is_shown(one, "transcript:log"))
    await noor.command("settings")
    panel = await noor.answer(before, what=lambda one: is_shown(one, "settings:topics"))
    await noor.use(panel, "settings:topics", ["log"])
    opened = await noor.answer(before, what=lambda one: is_shown(one, "settings:pick:log"))
    # Not where others post, likewise.
    await noor.use(opened, "settings:pick:log", [places.LOUNGE])
    await noor.answer(before, "Saved.")
    refusals = {
        # Changed just now, and the bot has not heard of it.
        "missing_access": "I cannot write into the log channel: there I need the permissions View Channel, Send",
        "unknown_channel": "The log channel is not there any more. A manager can choose another one: /settings.",
    }
    for fault, says in refusals.items():
        await noor.inject(fault=fault, on="post_message")
        await bot.refusal(noor, lambda: noor.use(card, "transcript:log"), says)


# Samples ---------------------------------------------------------------------------------------


async def gallery_of(guest: Guest, words: str) -> Json:
    before = await guest.newest()
    await guest.subcommand("voice search", words=words)
    return await guest.answer(before)


@pytest.mark.parametrize("word", ["hopeless", "garbled"])
async def test_a_sample_that_cannot_be_made_is_paid_for_once(troubled: Troubled, word: str) -> None:
    bot, sam = troubled.bot, troubled.bot.guest(places.SAM, places.NOTES)
    gallery, before = await gallery_of(sam, word), await sam.newest()
    says = "The audio service made no sample of this voice. Try another voice, or this one with /tts."
    await sam.use(gallery, "voices:play")
    assert is_private(await sam.answer(before, says))
    asked_for = list(troubled.service.asked_for)
    await bot.refusal(sam, lambda: sam.use(gallery, "voices:play"), says)
    assert troubled.service.asked_for == asked_for


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("locked", "Try again in a minute; if it stays so, tell whoever runs the bot."),
        ("overrun", "Many want to listen at the moment. Try again in a minute."),
    ],
)
async def test_a_sample_that_the_service_does_not_make_now_is_free(troubled: Troubled, word: str, says: str) -> None:
    bot, sam = troubled.bot, troubled.bot.guest(places.SAM, places.NOTES)
    gallery = await gallery_of(sam, word)
    await bot.refusal(sam, lambda: sam.use(gallery, "voices:play"), says)
