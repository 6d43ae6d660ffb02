import pytest

from bot.models import Voice
from bot.storage.database import Database, StorageError
from bot.storage.voices import VoiceStore
from tests.storage.samples import ANNA, voice


@pytest.fixture
def voices(database: Database) -> VoiceStore:
    return VoiceStore(database)


async def test_a_new_file_knows_no_voices(voices: VoiceStore) -> None:
    assert await voices.load_catalogue() == ()


async def test_a_catalogue_comes_back_whole_and_in_its_order(voices: VoiceStore) -> None:
    full = Voice("b", "Bé 😀", "male", "fr-FR", "young", "calm", "narration", "d" * 3_000, ("a", "", "ü"))
    catalogue = (full, ANNA, voice("a", "'; DROP TABLE voices"))
    await voices.save_catalogue(catalogue)
    assert await voices.load_catalogue() == catalogue


async def test_a_new_catalogue_replaces_the_old_one(voices: VoiceStore) -> None:
    await voices.save_catalogue([voice("a", "A"), voice("b", "B")])
    await voices.save_catalogue([voice("b", "B2")])
    assert await voices.load_catalogue() == (voice("b", "B2"),)
    await voices.save_catalogue([])
    assert await voices.load_catalogue() == ()


async def test_a_catalogue_that_cannot_be_saved_leaves_the_old_one(voices: VoiceStore) -> None:
    await voices.save_catalogue([ANNA])
    with pytest.raises(StorageError):
        await voices.save_catalogue([voice("same", "A"), voice("same", "B")])
    assert await voices.load_catalogue() == (ANNA,)


async def test_the_voice_used_last_is_kept_for_each_member_in_each_guild(voices: VoiceStore) -> None:
    await voices.remember(100, 7, "a")
    await voices.remember(100, 7, "b")
    await voices.remember(100, 8, "c")
    await voices.remember(200, 7, "d")
    used = [await voices.last_used(*who) for who in ((100, 7), (100, 8), (200, 7), (200, 8))]
    assert used == ["b", "c", "d", None]
