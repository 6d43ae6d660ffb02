from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.models import Voice
from bot.storage.database import Database, StorageError
from bot.storage.voices import ROWS_AT_ONCE, GoneVoice, VoiceStore
from tests.storage.samples import ANNA, START, voice


@pytest.fixture
def voices(database: Database) -> VoiceStore:
    return VoiceStore(database)


async def save(
    voices: VoiceStore, catalogue: Sequence[Voice], gone: Sequence[GoneVoice] = (), at: datetime = START
) -> None:
    await voices.save_catalogue(catalogue, gone=gone, at=at)


async def test_a_new_file_knows_no_voices(voices: VoiceStore) -> None:
    assert await voices.load_catalogue() == ()


async def test_a_catalogue_comes_back_whole_and_in_its_order(voices: VoiceStore) -> None:
    full = Voice("b", "Bé 😀", "male", "fr-FR", "young", "calm", "narration", "d" * 3_000, ("a", "", "ü"))
    catalogue = (full, ANNA, voice("a", "'; DROP TABLE voices"))
    await save(voices, catalogue)
    assert await voices.load_catalogue() == catalogue


async def test_a_new_catalogue_replaces_the_old_one(voices: VoiceStore) -> None:
    await save(voices, [voice("a", "A"), voice("b", "B")])
    await save(voices, [voice("b", "B2")])
    assert await voices.load_catalogue() == (voice("b", "B2"),)
    await save(voices, [])
    assert await voices.load_catalogue() == ()


async def test_a_catalogue_that_cannot_be_saved_leaves_the_old_one(voices: VoiceStore) -> None:
    await save(voices, [ANNA])
    with pytest.raises(StorageError):
        await save(voices, [voice("same", "A"), voice("same", "B")])
    assert await voices.load_catalogue() == (ANNA,)


async def test_the_voice_used_last_is_kept_for_each_member_in_each_guild(voices: VoiceStore) -> None:
    await voices.remember(100, 7, "a")
    await voices.remember(100, 7, "b")
    await voices.remember(100, 8, "c")
    await voices.remember(200, 7, "d")
    used = [await voices.last_used(*who) for who in ((100, 7), (100, 8), (200, 7), (200, 8))]
    assert used == ["b", "c", "d", None]


async def test_a_catalogue_of_many_rows_comes_back_in_its_order(voices: VoiceStore) -> None:
    catalogue = tuple(voice(f"v{number}", f"V {number}") for number in range(2 * ROWS_AT_ONCE + 1))
    await save(voices, catalogue)
    assert await voices.load_catalogue() == catalogue


async def test_voices_that_are_gone_are_kept_the_latest_first(voices: VoiceStore) -> None:
    first, second = GoneVoice("a", "A", "b"), GoneVoice("b", "B", None)
    await save(voices, [ANNA], gone=[first])
    await save(voices, [ANNA], gone=[second], at=START + timedelta(hours=6))
    assert await voices.load_gone() == (second, first)


async def test_a_voice_that_goes_again_is_noted_anew(voices: VoiceStore) -> None:
    await save(voices, [ANNA], gone=[GoneVoice("a", "A", "b")])
    await save(voices, [ANNA], gone=[GoneVoice("a", "A2", None)], at=START + timedelta(hours=6))
    assert await voices.load_gone() == (GoneVoice("a", "A2", None),)


async def test_a_voice_that_is_back_is_gone_no_more(voices: VoiceStore) -> None:
    await save(voices, [ANNA], gone=[GoneVoice("a", "A", None)])
    await save(voices, [ANNA, voice("a", "A")])
    assert await voices.load_gone() == ()


async def test_only_so_many_voices_that_are_gone_are_kept(voices: VoiceStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.voices.MAX_GONE_VOICES", 20)
    old = [GoneVoice(f"old-{number}", "Old", None) for number in range(5)]
    await save(voices, [ANNA], gone=old)
    many = [GoneVoice(f"new-{number:05}", "New", None) for number in range(23)]
    await save(voices, [ANNA], gone=many, at=START + timedelta(hours=6))
    kept = await voices.load_gone()
    assert len(kept) == 20
    assert {one.label for one in kept} == {"New"}
