"""What guilds and members chose, changed and read at once: the latest choice holds, however slow the database is."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.jobs.preferences import Preferences
from bot.preferences import GuildSettings, MemberSettings
from bot.storage.database import Database
from bot.storage.preferences import PreferenceStore
from tests.new_database import sqlite_in

GUILD, MEMBER = 100, 7


class SlowReads(PreferenceStore):
    """The first reading answers only when it is let go; what it answers is from when it was asked."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.let_go = asyncio.Event()
        self.began = asyncio.Event()

    async def guild(self, scope_id: int) -> GuildSettings:
        stored = await super().guild(scope_id)
        await self._wait_if_first()
        return stored

    async def member(self, scope_id: int, user_id: int) -> MemberSettings:
        stored = await super().member(scope_id, user_id)
        await self._wait_if_first()
        return stored

    async def _wait_if_first(self) -> None:
        if not self.began.is_set():
            self.began.set()
            await self.let_go.wait()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SlowReads]:
    async with Database(sqlite_in(tmp_path)) as database:
        yield SlowReads(database)


async def _begun(reading: "asyncio.Task[object]", store: SlowReads) -> None:
    await store.began.wait()
    assert not reading.done()


async def test_a_channel_that_was_closed_meanwhile_is_not_opened_by_an_older_reading(store: SlowReads) -> None:
    preferences = Preferences(store)
    reading: asyncio.Task[object] = asyncio.ensure_future(preferences.guild(GUILD))
    await _begun(reading, store)
    await preferences.change_guild(GUILD, lambda now: replace(now, channels=(1,)))
    store.let_go.set()
    assert await reading == GuildSettings(channels=(1,))
    assert (await preferences.guild(GUILD)).channels == (1,)


async def test_a_voice_that_was_chosen_meanwhile_is_not_undone_by_an_older_reading(store: SlowReads) -> None:
    preferences = Preferences(store)
    reading: asyncio.Task[object] = asyncio.ensure_future(preferences.member(GUILD, MEMBER))
    await _begun(reading, store)
    await preferences.change_member(GUILD, MEMBER, voice="anna")
    store.let_go.set()
    assert await reading == MemberSettings(voice="anna")
    assert await preferences.member(GUILD, MEMBER) == MemberSettings(voice="anna")


async def test_two_choices_of_a_member_at_once_both_hold(store: SlowReads) -> None:
    preferences = Preferences(store)
    slow: asyncio.Task[object] = asyncio.ensure_future(preferences.change_member(GUILD, MEMBER, voice="anna"))
    await _begun(slow, store)
    quick = asyncio.ensure_future(preferences.change_member(GUILD, MEMBER, replaced_voice="otto"))
    # Whether it overtakes the other one or waits for it.
    await asyncio.wait({quick}, timeout=0.05)
    store.let_go.set()
    await asyncio.gather(slow, quick)
    both = MemberSettings(voice="anna", replaced_voice="otto")
    assert await preferences.member(GUILD, MEMBER) == both
    assert await store.member(GUILD, MEMBER) == both


async def test_what_a_member_had_deleted_elsewhere_does_not_come_back_with_the_next_choice(store: SlowReads) -> None:
    store.began.set()
    here, elsewhere = Preferences(store), Preferences(store)
    await here.change_member(GUILD, MEMBER, voice="harper")
    await elsewhere.forget_member(MEMBER)
    await here.change_member(GUILD, MEMBER, replaced_voice="otto")
    assert await store.member(GUILD, MEMBER) == MemberSettings(replaced_voice="otto")
