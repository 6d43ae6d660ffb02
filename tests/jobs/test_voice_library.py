"""The catalogue in memory: read, kept, refreshed, and asked."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.errors import InvalidRequest, VoiceUnknown
from bot.finevoice.errors import ApiError
from bot.jobs.voice_library import CONFIRM_AFTER_S, RETRY_AFTER_FAILURE_S, CatalogueChange, VoiceLibrary
from bot.jobs.voice_search import VoiceFilter
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
    assert (await after.resolve("zoe")).name == "zoe-3"
    running.cancel()
    await asyncio.wait({running})


async def test_a_refresh_that_fails_keeps_what_there_is(process: BotProcess, library: VoiceLibrary) -> None:
    await library.refresh()
    process.fake.voice_list_status = 503
    # The client tries again by itself for a while, on the same clock.
    failing = asyncio.ensure_future(library.refresh())
    await process.until(failing.done)
    with pytest.raises(ApiError):
        await failing
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


async def test_the_catalogue_is_asked_for_again_later_and_later_while_it_fails(process: BotProcess) -> None:
    process.fake.voice_list_status = 503
    pauses: list[float] = []

    async def sleep(pause_s: float) -> None:
        pauses.append(pause_s)
        await process.clock.sleep(pause_s)

    library = VoiceLibrary(
        process.api, VoiceStore(process.database), default_voice="", refresh_every_s=HOUR_S, sleep=sleep
    )
    running = asyncio.ensure_future(library.run())
    await process.until(lambda: len(pauses) == 7)
    process.fake.voice_list_status = 200
    await process.until(lambda: bool(_labels(library)))
    assert pauses[:7] == [*RETRY_AFTER_FAILURE_S, RETRY_AFTER_FAILURE_S[-1], RETRY_AFTER_FAILURE_S[-1]]
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
        assert (await library.resolve(typed)).name == "anna-1"


async def test_an_unknown_voice_is_answered_with_the_nearest(library: VoiceLibrary) -> None:
    await library.refresh()
    with pytest.raises(VoiceUnknown) as caught:
        await library.resolve("Anne " + "x" * 500)
    assert caught.value.nearest[0] == "Anna"
    assert len(caught.value.detail) == 100


async def test_the_bots_own_voice_is_the_one_of_the_settings(library: VoiceLibrary) -> None:
    await library.refresh()
    assert (await library.default()).name == "ben-2"


async def test_a_default_that_does_not_exist_is_replaced_by_the_first_voice(process: BotProcess) -> None:
    library = _library(process, default="nobody")
    await library.refresh()
    assert (await library.default()).name == "anna-1"


async def test_a_last_voice_that_is_gone_is_not_used(process: BotProcess, library: VoiceLibrary) -> None:
    await library.refresh()
    await library.remember(100, 7, await library.resolve("anna"))
    process.fake.voices = [{"name": "ben-2", "displayName": "Ben"}]
    await library.refresh()
    assert await library.last_used(100, 7) is None


async def test_a_request_before_the_catalogue_is_there_waits_and_is_then_refused(
    library: VoiceLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.voice_library.WAIT_FOR_CATALOGUE_S", 0.05)
    with pytest.raises(InvalidRequest) as caught:
        await library.resolve("anna")
    assert caught.value.reason == "voices_loading"
    monkeypatch.setattr("bot.jobs.voice_library.WAIT_FOR_CATALOGUE_S", 60.0)
    waiting = asyncio.ensure_future(library.resolve("anna"))
    await library.refresh()
    assert (await waiting).name == "anna-1"


async def test_a_refresh_says_what_came_and_what_is_gone_with_the_nearest(
    process: BotProcess, library: VoiceLibrary
) -> None:
    assert await library.refresh() == CatalogueChange(3, new=3)
    assert await library.refresh() == CatalogueChange(3)
    process.fake.voices = [
        {"name": "dan-4", "displayName": "Dan", "gender": "male", "language": "en-US"},
        {"name": "dora-4", "displayName": "Dora", "gender": "female", "language": "en-GB"},
    ]
    change = await library.refresh()
    assert (change.voices, change.new) == (2, 2)
    assert [(gone.name, gone.nearest) for gone in change.gone] == [
        ("anna-1", "dora-4"),
        ("ben-2", None),
        ("zoe-3", None),
    ]


async def test_a_voice_that_is_gone_has_a_replacement_also_after_a_restart(
    process: BotProcess, library: VoiceLibrary
) -> None:
    await library.refresh()
    for number in (4, 5):
        # What replaced it is gone in turn the next time.
        process.fake.voices = [
            {"name": f"dora-{number}", "displayName": "Dora", "gender": "female", "language": "en-GB"}
        ]
        await library.refresh()
    after = _library(process)
    running = asyncio.ensure_future(after.run())
    for one in (library, after):
        with pytest.raises(VoiceUnknown) as caught:
            await one.resolve("anna-1")
        assert caught.value.nearest == ("Dora",)
        stand_in = one.replacement("anna-1")
        assert stand_in is not None
        assert stand_in.name == "dora-5"
        assert one.replacement("dora-5") is None
        assert one.replacement("nobody") is None
    running.cancel()
    await asyncio.wait({running})


async def test_a_voice_that_comes_back_needs_no_replacement(process: BotProcess, library: VoiceLibrary) -> None:
    await library.refresh()
    before = process.fake.voices
    process.fake.voices = [{"name": "al", "displayName": "Al", "language": "en-US"}]
    await library.refresh()
    assert library.replacement("anna-1") is not None
    process.fake.voices = before
    await library.refresh()
    assert library.replacement("anna-1") is None
    assert [gone.name for gone in await VoiceStore(process.database).load_gone()] == ["al"]


async def test_a_catalogue_that_shrinks_to_less_than_half_has_to_say_so_twice(
    process: BotProcess, library: VoiceLibrary
) -> None:
    process.fake.voices = [{"name": f"v-{number}", "displayName": f"V {number}"} for number in range(60)]
    await library.refresh()
    process.fake.voices = process.fake.voices[:20]
    assert await library.refresh() == CatalogueChange(60, is_doubted=True)
    assert len(library.voices) == 60
    change = await library.refresh()
    assert (change.voices, len(change.gone), len(library.voices)) == (20, 40, 20)


async def test_a_doubtful_catalogue_is_asked_for_again_soon(process: BotProcess, library: VoiceLibrary) -> None:
    process.fake.voices = [{"name": f"v-{number}", "displayName": f"V {number}"} for number in range(60)]
    running = asyncio.ensure_future(library.run())
    await process.until(lambda: len(library.voices) == 60)
    process.fake.voices = process.fake.voices[:20]
    began = process.clock.now()
    await process.until(lambda: len(library.voices) == 20)
    assert (process.clock.now() - began).total_seconds() == HOUR_S + CONFIRM_AFTER_S
    running.cancel()
    await asyncio.wait({running})


async def test_a_large_catalogue_is_indexed_beside_the_one_in_use(process: BotProcess, library: VoiceLibrary) -> None:
    await library.refresh()
    process.fake.voices = [{"name": f"v-{number}", "displayName": f"Voice {number}"} for number in range(1_000)]
    refreshing = asyncio.ensure_future(library.refresh())
    seen: set[int] = set()
    while not refreshing.done():
        seen.add(len(library.search("", 5_000)))
        await asyncio.sleep(0)
    assert seen <= {3, 1_000}
    assert 3 in seen
    assert len(library.voices) == 1_000


async def test_voices_can_be_searched_with_a_filter(library: VoiceLibrary) -> None:
    await library.refresh()
    assert [voice.label for voice in library.search("", only=VoiceFilter(language="English"))] == ["Anna"]
    assert library.filter_values("gender") == [("female", 1)]
