"""The catalogue in memory: read, kept, refreshed, and asked."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from bot.errors import InvalidRequest, VoiceUnknown
from bot.finevoice.errors import ApiBroken
from bot.jobs.voice_library import RETRY_AFTER_FAILURE_S, VoiceLibrary
from bot.storage.voices import VoiceStore
from tests.jobs.bot_process import BotProcess, World

HOUR_S = 3_600.0


@pytest.fixture
async def process(world: World) -> AsyncIterator[BotProcess]:
    world.fake.voices = [
        {"name": "anna-1", "displayName": "Anna", "gender": "Female", "language": "en-US", "tags": ["warm"]},
        {"name": "ben-2", "displayName": "Ben"},
        {"name": "zoe-3", "displayName": "Zoë"},
    ]
    async with world.process() as process:
        yield process


@pytest.fixture
def library(process: BotProcess) -> VoiceLibrary:
    return _library(process)


def _library(process: BotProcess, default: str = "ben-2") -> VoiceLibrary:
    return VoiceLibrary(
        process.api, VoiceStore(process.database), default_voice=default, refresh_every_s=HOUR_S,
        sleep=process.clock.sleep,
    )  # fmt: skip


def _labels(library: VoiceLibrary) -> list[str]:
    return [voice.label for voice in library.search("")]


async def test_a_refresh_reads_the_catalogue_with_what_is_known_of_each_voice(library: VoiceLibrary) -> None:
    await library.refresh()
    anna = library.get("anna-1")
    assert anna is not None
    assert (anna.label, anna.gender, anna.language, anna.tags) == ("Anna", "female", "en-US", ("warm",))
    assert _labels(library) == ["Anna", "Ben", "Zoë"]
    assert library.get("nobody") is None


async def test_the_catalogue_is_there_at_the_next_start_before_the_service_answers(
    process: BotProcess, library: VoiceLibrary
) -> None:
    await library.refresh()
    await process.fake.refuse_connections()
    after = _library(process)
    running = asyncio.ensure_future(after.run())
    assert (await after.resolve("zoe", 100, 7)).name == "zoe-3"
    running.cancel()
    await asyncio.wait({running})


async def test_a_refresh_that_fails_keeps_what_there_is(process: BotProcess, library: VoiceLibrary) -> None:
    await library.refresh()
    process.fake.voice_list_status = 503
    with pytest.raises(ApiBroken):
        await library.refresh()
    assert len(_labels(library)) == 3


async def test_an_empty_answer_does_not_empty_the_catalogue(process: BotProcess, library: VoiceLibrary) -> None:
    await library.refresh()
    process.fake.voices = []
    await library.refresh()
    assert len(_labels(library)) == 3


async def test_voices_that_are_gone_leave_and_new_ones_come(process: BotProcess, library: VoiceLibrary) -> None:
    await library.refresh()
    process.fake.voices = [{"name": "dora-4", "displayName": "Dora"}]
    await library.refresh()
    assert _labels(library) == ["Dora"]
    assert await VoiceStore(process.database).load_catalogue() == tuple(library.search("dora"))


async def test_the_catalogue_is_asked_for_again_later_and_later_while_it_fails(
    process: BotProcess, library: VoiceLibrary
) -> None:
    process.fake.voice_list_status = 503
    running = asyncio.ensure_future(library.run())
    asked = [process.clock.now()]
    for _ in range(7):
        await process.settle()
        process.clock.step_to_next()
        asked.append(process.clock.now())
    process.fake.voice_list_status = 200
    await process.until(lambda: bool(_labels(library)))
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(asked)]
    assert pauses == [*RETRY_AFTER_FAILURE_S, RETRY_AFTER_FAILURE_S[-1], RETRY_AFTER_FAILURE_S[-1]]
    running.cancel()
    await asyncio.wait({running})


async def test_the_catalogue_is_read_anew_every_so_often(process: BotProcess, library: VoiceLibrary) -> None:
    running = asyncio.ensure_future(library.run())
    await process.until(lambda: bool(_labels(library)))
    began = process.clock.now()
    process.fake.voices = [{"name": "dora-4", "displayName": "Dora"}]
    await process.until(lambda: _labels(library) == ["Dora"])
    assert (process.clock.now() - began).total_seconds() == HOUR_S
    running.cancel()
    await asyncio.wait({running})


async def test_a_database_that_is_down_does_not_keep_the_voices_away(
    process: BotProcess, library: VoiceLibrary
) -> None:
    process.database.is_down = True
    running = asyncio.ensure_future(library.run())
    await process.until(lambda: bool(_labels(library)))
    assert not running.done()
    process.database.is_down = False
    running.cancel()
    await asyncio.wait({running})


async def test_surprising_values_in_the_catalogue_harm_nothing(process: BotProcess, library: VoiceLibrary) -> None:
    process.fake.voices = [
        {"name": "half \ud800 a character", "displayName": "\x00\ud83d"},
        {"name": "n" * 100_000, "displayName": "long"},
        {"name": 7, "displayName": None, "tags": {"a": 1}},
        {"name": "twice", "displayName": "A"},
        {"name": "twice", "displayName": "B"},
        {"nameless": True},
        {"name": "sound", "displayName": "L" * 100_000, "language": ["en"], "tags": [None, 3, "x" * 9_000]},
    ]
    await library.refresh()
    sound = library.get("sound")
    assert sound is not None
    assert len(sound.label) <= 300
    assert all(len(voice.name) < 10_000 for voice in library.search(""))
    assert await VoiceStore(process.database).load_catalogue() == tuple(library.search(""))


async def test_a_voice_is_meant_by_its_name_or_by_its_label(library: VoiceLibrary) -> None:
    await library.refresh()
    for typed in ("anna-1", " Anna ", "ANNA"):
        assert (await library.resolve(typed, 100, 7)).name == "anna-1"


async def test_an_unknown_voice_is_answered_with_the_nearest(library: VoiceLibrary) -> None:
    await library.refresh()
    with pytest.raises(VoiceUnknown) as caught:
        await library.resolve("Anne " + "x" * 500, 100, 7)
    assert caught.value.nearest[0] == "Anna"
    assert len(caught.value.detail) == 100


@pytest.mark.parametrize("typed", [None, "", "  "])
async def test_without_a_voice_the_last_one_is_meant_and_without_that_the_default(
    library: VoiceLibrary, typed: str | None
) -> None:
    await library.refresh()
    assert (await library.resolve(typed, 100, 7)).name == "ben-2"
    anna = await library.resolve("anna", 100, 7)
    await library.remember(100, 7, anna)
    assert await library.resolve(typed, 100, 7) == anna
    assert (await library.resolve(typed, 200, 7)).name == "ben-2"
    assert (await library.resolve(typed, 100, 8)).name == "ben-2"


async def test_a_default_that_does_not_exist_is_replaced_by_the_first_voice(process: BotProcess) -> None:
    library = _library(process, default="nobody")
    await library.refresh()
    assert (await library.resolve(None, 100, 7)).name == "anna-1"


async def test_a_last_voice_that_is_gone_is_not_used(process: BotProcess, library: VoiceLibrary) -> None:
    await library.refresh()
    await library.remember(100, 7, await library.resolve("anna", 100, 7))
    process.fake.voices = [{"name": "ben-2", "displayName": "Ben"}]
    await library.refresh()
    assert await library.last_used(100, 7) is None
    assert (await library.resolve(None, 100, 7)).name == "ben-2"


async def test_a_request_before_the_catalogue_is_there_waits_and_is_then_refused(
    library: VoiceLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.voice_library.WAIT_FOR_CATALOGUE_S", 0.05)
    with pytest.raises(InvalidRequest) as caught:
        await library.resolve("anna", 100, 7)
    assert caught.value.reason == "voices_loading"
    waiting = asyncio.ensure_future(library.resolve("anna", 100, 7))
    await library.refresh()
    assert (await waiting).name == "anna-1"
