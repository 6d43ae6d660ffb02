"""Discord's limits at their edges, over the wire: what the bot shows and registers where there is as much as can be.

They are counted here (discords_limits.py), and the sandbox refuses what breaks them, too.
"""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from bot.sandbox import starting_world as places
from bot.sandbox.models import SoundboardSound
from tests.end_to_end.discords_limits import all_parts, command_of_size, fits, size_of, texts_in
from tests.end_to_end.driver import Json, Refused, until
from tests.end_to_end.fake_finevoice import API_KEY, make_clip, served
from tests.end_to_end.full_service import (
    HOSTILE,
    LONGEST_VALUE,
    OWN_LABEL,
    SEGMENTS,
    TOO_LONG_VALUE,
    VOICES,
    FullService,
)
from tests.end_to_end.one_bot import SETTINGS, Guest, OneBot, is_shown, part_of, parts_of, started_bot

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

COMMANDS = f"/applications/{places.BOT}/guilds/{places.TAVERN}/commands"
SOUND, PICTURE = ("note.ogg", b"OggS" + bytes(2_000)), ("night.png", b"\x89PNG\r\n\x1a\n")
FAMILY = "👩🏽‍❤️‍💋‍👨🏿"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[FullService]:
    async with served(FullService(make_clip(tmp_path_factory.mktemp("clip")))) as service:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(service: FullService, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[OneBot]:
    more = {"limits__max_text_length": "5000", "limits__confirm_above": "0", "finevoice__base_url": service.url}
    async with started_bot(tmp_path_factory.mktemp("full"), **{**SETTINGS, **more}, finevoice__api_key=API_KEY) as bot:
        yield bot


@pytest.fixture
def sam(full: OneBot) -> Guest:
    return full.guest(places.SAM, places.GENERAL)


@pytest.fixture
def robin(full: OneBot) -> Guest:
    """Owns the server."""
    return full.guest(places.ROBIN, places.GENERAL)


# Commands --------------------------------------------------------------------------------------


async def test_every_command_is_registered_within_the_limits_in_every_language(sam: Guest) -> None:
    commands = (await sam.world())["commands"]
    kinds = [command["type"] for command in commands]
    assert 1 <= kinds.count(1) <= 100
    assert kinds.count(2) <= 15
    assert 1 <= kinds.count(3) <= 15
    for command in commands:
        assert size_of(command) <= 8_000, command["name"]
        for part in all_parts(command):
            assert len(part.get("options", ())) <= 25
            assert len(part.get("choices", ())) <= 25
            named, described = texts_in(part, "name"), texts_in(part, "description")
            assert all(1 <= len(name) <= (100 if "value" in part else 32) for name in named), named
            assert all(len(text) <= 100 for text in described), described
    # Translated at all: else the counting above would show nothing.
    assert all(len(command["description_localizations"] or {}) >= 5 for command in commands if command["type"] == 1)


async def test_a_command_of_8000_characters_is_taken_and_one_of_8001_is_not(full: OneBot) -> None:
    largest, too_large = command_of_size(8_000), command_of_size(8_001)
    assert (size_of(largest), size_of(too_large)) == (8_000, 8_001)
    assert (await full.api("PUT", COMMANDS, [largest]))[0] == 200
    status, refusal = await full.api("PUT", COMMANDS, [too_large])
    assert (status, refusal["code"]) == (400, 50035)
    # Of translations the longest counts, alone.
    largest["description_localizations"] = {"de": largest["description"], "fr": "d"}
    assert (await full.api("PUT", COMMANDS, [largest]))[0] == 200
    largest["description_localizations"]["de"] += "d"
    assert (await full.api("PUT", COMMANDS, [largest]))[0] == 400
    assert (await full.api("PUT", COMMANDS, []))[0] == 200


async def test_fifteen_menus_of_messages_are_taken_and_sixteen_are_not(full: OneBot) -> None:
    menus = [{"type": 3, "name": f"Menu {number}"} for number in range(16)]
    assert (await full.api("PUT", COMMANDS, menus[:15]))[0] == 200
    status, refusal = await full.api("PUT", COMMANDS, menus)
    assert (status, refusal["code"]) == (400, 30032)
    assert (await full.api("PUT", COMMANDS, []))[0] == 200


# Lists and menus -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "option", "typed", "least"),
    [
        ("tts", "voice", "", 25),
        ("tts", "voice", "speaker", 25),
        ("tts", "voice", "x" * 6_000, 0),
        ("read", "voice", "", 25),
        ("tts", "emotion", "", 25),
        ("sfx", "prompt", "s", 10),
        ("transcribe", "language", "", 25),
    ],
)
async def test_a_list_has_25_choices_at_most_each_of_100_characters(
    sam: Guest, command: str, option: str, typed: str, least: int
) -> None:
    assert VOICES > 25
    choices = await sam.choices(command, option, typed)
    assert least <= len(choices) <= 25
    for choice in choices:
        assert 1 <= len(choice["name"]) <= 100
        assert 1 <= len(choice["value"]) <= 100


async def test_a_voice_whose_name_is_as_long_as_a_choice_or_longer_speaks(sam: Guest, service: FullService) -> None:
    longest = next(one for one in await sam.choices("tts", "voice", "Lady Wordy") if one["value"] == LONGEST_VALUE)
    assert len(longest["name"]) == 100
    (unnamed,) = [one for one in await sam.choices("tts", "voice", OWN_LABEL) if one["name"].startswith(OWN_LABEL)]
    for choice, name in ((longest, LONGEST_VALUE), (unnamed, TOO_LONG_VALUE)):
        before = await sam.newest()
        await sam.command("tts", text=f"Hello from {name[0]}", voice=choice["value"], as_="file")
        fits(await sam.answer(before, "✅"))
        assert (name, f"Hello from {name[0]}") in service.spoken


async def test_the_menu_of_voices_has_25_of_them(sam: Guest) -> None:
    before = await sam.newest()
    await sam.command("tts", text="Who else?", voice="speaker-30", as_="file")
    card = fits(await sam.answer(before, "✅", what=lambda one: is_shown(one, "job:voices")))
    asked = await sam.newest()
    await sam.use(card, "job:voices")
    menu = part_of(fits(await sam.answer(asked, what=lambda one: is_shown(one, "job:speak"))), "job:speak")
    assert len(menu["options"]) == 25


async def test_the_fullest_gallery_fits_into_a_message(sam: Guest) -> None:
    before = await sam.newest()
    await sam.subcommand("voice search", words="speaker " * 12)
    # Notes about what another test asked for may come in between.
    await sam.answer(before, what=lambda one: is_shown(one, "voices:"))
    before = await sam.newest()
    await sam.subcommand("voice search")
    gallery = fits(await sam.answer(before, what=lambda one: is_shown(one, "voices:")))
    assert len(gallery["components"]) == 5
    for name in ("language", "gender"):
        chosen = part_of(gallery, f"voices:filter:{name}")["options"][1]["value"]
        await sam.use(gallery, f"voices:filter:{name}", [chosen])
        gallery = fits(await sam.answer(before, what=lambda one, key=chosen: is_in_an_id(one, key)))
    opened = part_of(gallery, "voices:open")
    await sam.use(gallery, "voices:open", [opened["options"][0]["value"]])
    fits(await sam.answer(before, what=lambda one: is_shown(one, "voices:star")))


def is_in_an_id(message: Json, key: str) -> bool:
    return any(key in part["custom_id"] for part in parts_of(message))


async def test_every_page_of_the_settings_fits_into_a_message(robin: Guest) -> None:
    before = await robin.newest()
    await robin.command("settings")
    panel = fits(await robin.answer(before, what=lambda one: is_shown(one, "settings:topics")))
    topics = [option["value"] for option in part_of(panel, "settings:topics")["options"]]
    assert len(topics) >= 9
    for topic in topics:
        asked = await robin.newest()
        await robin.command("settings")
        fresh = await robin.answer(asked, what=lambda one: is_shown(one, "settings:topics"))
        await robin.use(fresh, "settings:topics", [topic])
        opened = await robin.answer(asked, what=lambda one: is_shown(one, "settings:do:back"))
        fits(opened)


async def test_a_full_soundboard_offers_25_sounds_and_the_longest_name_takes_the_place_of_one(
    full: OneBot, robin: Guest
) -> None:
    sounds = full.sandbox.world.guilds[places.TAVERN].sounds
    for number in range(30):
        sound_id = full.sandbox.world.ids.make()
        sounds[sound_id] = SoundboardSound(sound_id, f"{number:032d}", 1.0, FAMILY, places.SAM, "audio/ogg", SOUND[1])
    for permission in ("create_guild_expressions", "manage_guild_expressions"):
        await robin.permit(permission)
    before = await robin.newest()
    await robin.command("sfx", prompt="bell", duration=1, as_="file")
    card = await robin.answer(before, "✅", what=lambda one: is_shown(one, "effect:soundboard"))
    opened, window = await robin.window_of(lambda: robin.use(card, "effect:soundboard"))
    with pytest.raises(Refused, match="at most 32"):
        await robin.submit(opened, window, {"name": "n" * 33, "emoji": ""})
    asked = await robin.newest()
    await robin.submit(opened, window, {"name": "n" * 32, "emoji": FAMILY})
    offer = fits(await robin.answer(asked, "is full"))
    menu = part_of(offer, "effect:swap")
    assert len(menu["options"]) == 25
    # The sandbox has room for eight, which are left when the chosen one is gone.
    chosen = menu["options"][0]["value"]
    kept = {chosen.partition(":")[0], *list(sounds)[-7:]}
    for sound_id in [sound_id for sound_id in sounds if sound_id not in kept]:
        del sounds[sound_id]
    await robin.use(offer, "effect:swap", [chosen])
    fits(await robin.answer(asked, "took the place of"))
    assert [sound.name for sound in sounds.values()][-1] == "n" * 32


# Texts -----------------------------------------------------------------------------------------


def words(characters: int) -> str:
    """Words that are not the same, so that none is left out as a flood."""
    text = " ".join(f"word{number}" for number in range(characters // 6))
    return text[: characters - 1].ljust(characters, "x")


async def test_an_option_takes_5000_characters_a_window_4000_and_a_message_2000(
    sam: Guest, service: FullService
) -> None:
    texts = {size: words(size) for size in (2_000, 4_000, 5_000)}
    assert [len(text) for text in texts.values()] == list(texts)
    before = await sam.newest()
    await sam.command("tts", text=texts[5_000], voice="speaker-31", as_="file")
    opened, window = await sam.window_of(lambda: sam.command("read", voice="speaker-31", as_="file"))
    assert window["components"][0]["component"]["max_length"] == 4_000
    with pytest.raises(Refused, match="at most 4000"):
        await sam.submit(opened, window, {"text": texts[4_000] + "x"})
    await sam.submit(opened, window, {"text": texts[4_000]})
    await sam.menu("Read aloud", await sam.write(texts[2_000]))
    with pytest.raises(Refused, match="at most 2000"):
        await sam.write(texts[2_000] + "x")
    with pytest.raises(Refused, match="at most 5000"):
        await sam.command("tts", text=texts[5_000] + "x")

    async def all_said() -> bool:
        return {text for _, text in service.spoken} >= set(texts.values())

    await until(all_said, "all three texts to reach the service")
    card = await sam.answer(before, "✅", what=lambda one: bool(one["attachments"]))
    # What a screen reader says is cut where Discord cuts it.
    assert [len(file["description"]) for file in fits(card)["attachments"]] == [1_024]


async def test_a_prompt_of_nothing_but_signs_and_four_takes_fit_onto_a_card(sam: Guest, service: FullService) -> None:
    before = await sam.newest()
    await sam.command("sfx", prompt=HOSTILE[:1_000], avoid=HOSTILE[:300], takes=4, duration=1)
    card = fits(await sam.answer(before, "✅", what=lambda one: len(one["attachments"]) == 4))
    assert HOSTILE[:1_000] in service.prompts
    assert all(len(file["description"]) <= 1_024 for file in card["attachments"])
    with pytest.raises(Refused, match="at most 1000"):
        await sam.command("sfx", prompt=HOSTILE[:1_001])


async def test_the_tenth_file_of_a_message_is_heard_and_there_is_no_eleventh(sam: Guest) -> None:
    name = "n" * 200 + ".ogg"
    before = await sam.newest()
    message = await sam.write(files=[PICTURE] * 9 + [(name, SOUND[1])])
    await sam.menu("Transcribe", message)
    fits(await sam.answer(before, "✅", what=lambda one: is_shown(one, "transcript:read")))
    with pytest.raises(Refused, match=r"\(10\)"):
        await sam.write(files=[PICTURE] * 11)


async def test_a_long_transcript_is_read_to_its_end_page_by_page(sam: Guest) -> None:
    before = await sam.newest()
    await sam.attach("transcribe", SOUND)
    card = fits(await sam.answer(before, "✅", what=lambda one: is_shown(one, "transcript:read")))
    asked = await sam.newest()
    await sam.use(card, "transcript:read")
    pages = [fits(await sam.answer(asked, "Page 1 of"))]
    count = int(pages[0]["embeds"][0]["footer"]["text"].rpartition(" ")[2])
    for number in range(1, count):
        await sam.use(pages[-1], f"transcript:page:{number}:")
        pages.append(fits(await sam.answer(asked, f"Page {number + 1} of {count}")))
    written = " ".join(" ".join(page["embeds"][0]["description"] for page in pages).split())
    assert written.count("\\*") == HOSTILE.count("*")
    assert all(f"Sentence {number} of" in written for number in range(SEGMENTS))
    assert 3_000 < max(len(page["embeds"][0]["description"]) for page in pages) <= 4_096
    assert part_of(pages[-1], "transcript:page:none")["disabled"]
