"""A member's last voice: asked with every command, so mostly from memory, and never a reason for one to fail."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.jobs.last_voices import LastVoices
from bot.storage.voices import VoiceStore
from tests.jobs.bot_process import WatchedDatabase
from tests.new_database import sqlite_in


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[WatchedDatabase]:
    async with WatchedDatabase(sqlite_in(tmp_path), exclusive=False) as opened:
        yield opened


async def test_it_outlives_the_process(database: WatchedDatabase) -> None:
    await LastVoices(VoiceStore(database)).set(100, 7, "anna")
    after = LastVoices(VoiceStore(database))
    assert (await after.get(100, 7), await after.get(200, 7), await after.get(100, 8)) == ("anna", None, None)


async def test_the_same_voice_again_is_not_written_again(database: WatchedDatabase) -> None:
    voices = LastVoices(VoiceStore(database))
    await voices.set(100, 7, "anna")
    written = database.writes
    for _ in range(20):
        await voices.set(100, 7, "anna")
    assert database.writes == written
    await voices.set(100, 7, "ben")
    assert (database.writes, await voices.get(100, 7)) == (written + 1, "ben")


async def test_a_database_that_fails_is_no_reason_to_fail(database: WatchedDatabase) -> None:
    voices = LastVoices(VoiceStore(database))
    database.is_down = True
    assert await voices.get(100, 7) is None
    await voices.set(100, 7, "anna")
    assert await voices.get(100, 7) == "anna"


async def test_only_the_most_recent_members_are_kept_in_memory(
    database: WatchedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.last_voices.REMEMBERED", 20)
    voices = LastVoices(VoiceStore(database))
    database.is_down = True
    for user_id in range(25):
        await voices.set(100, user_id, "anna")
    assert len(voices._names) == 20  # pyright: ignore[reportPrivateUsage]  # memory is the point
    assert await voices.get(100, 24) == "anna"
