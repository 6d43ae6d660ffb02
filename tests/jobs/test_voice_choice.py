"""Which voice speaks where nobody asked for one, and what happens when a chosen one is gone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import pytest

from bot.errors import VoiceUnknown
from bot.finevoice.client import FineVoice
from bot.jobs.preferences import Preferences
from bot.jobs.voice_choice import ChosenVoices, VoiceChoice
from bot.jobs.voice_library import VoiceLibrary
from bot.models import Place, Voice
from bot.preferences import VoiceScope
from bot.storage.database import Database, StorageError
from bot.storage.preferences import PreferenceStore
from bot.storage.voices import GoneVoice, VoiceStore
from tests.new_database import sqlite_in

GUILD, CHANNEL, THREAD, MEMBER = 100, 10, 11, 7
NAMES = ("default", "guilds", "channels", "last", "members", "typed")
VOICES = tuple(Voice(name, name.title()) for name in NAMES)
GONE = (GoneVoice("gone", "Gone Girl", "members"), GoneVoice("lost", "Lost Boy", None))


class Chooser:
    """Everything that a choice is made from."""

    def __init__(self, database: Database) -> None:
        self.voices = VoiceLibrary(
            Mock(spec=FineVoice), VoiceStore(database), default_voice="default", refresh_every_s=3600
        )
        self.preferences = Preferences(PreferenceStore(database))

    async def choose(
        self, typed: str | None = None, guild_id: int | None = GUILD, user_id: int = MEMBER
    ) -> VoiceChoice:
        return await self.choices(guild_id, user_id).speaking(typed)

    def choices(self, guild_id: int | None = GUILD, user_id: int = MEMBER) -> ChosenVoices:
        return ChosenVoices(self.voices, self.preferences, self.place(guild_id, user_id), (THREAD, CHANNEL))

    def place(self, guild_id: int | None = GUILD, user_id: int = MEMBER) -> Place:
        return Place(user_id, CHANNEL, guild_id, 1, "token", datetime(2026, 11, 22, tzinfo=UTC))

    async def guild(self, voice: str | None = None, **channels: str) -> None:
        ids = {"channel": CHANNEL, "thread": THREAD}
        chosen = {ids[name]: voice for name, voice in channels.items()}
        await self.preferences.change_guild(GUILD, lambda now: replace(now, voice=voice, channel_voices=chosen))

    async def member(self, voice: str) -> None:
        await self.preferences.change_member(GUILD, MEMBER, voice=voice)

    async def used(self, name: str) -> None:
        await self.voices.remember(GUILD, MEMBER, Voice(name, name))


@pytest.fixture
async def chooser(tmp_path: Path) -> AsyncIterator[Chooser]:
    async with Database(sqlite_in(tmp_path)) as database:
        store = VoiceStore(database)
        await store.save_catalogue(VOICES, gone=GONE, at=datetime(2026, 11, 22, tzinfo=UTC))
        chooser = Chooser(database)
        await chooser.voices._load()  # pyright: ignore[reportPrivateUsage] - what a start does before it asks the service
        yield chooser


async def test_each_choice_goes_before_the_one_below_it(chooser: Chooser) -> None:
    assert (await chooser.choose()).voice.name == "default"
    await chooser.guild("guilds")
    assert (await chooser.choose()).voice.name == "guilds"
    await chooser.guild("guilds", channel="channels")
    assert (await chooser.choose()).voice.name == "channels"
    await chooser.used("last")
    assert (await chooser.choose()).voice.name == "channels", "what was used once is only offered"
    await chooser.member("members")
    assert (await chooser.choose()).voice.name == "members"
    assert (await chooser.choose("  ")).voice.name == "members"
    assert (await chooser.choose("Typed")).voice.name == "typed"


async def test_a_thread_has_the_voice_of_its_channel_unless_it_has_its_own(chooser: Chooser) -> None:
    await chooser.guild("guilds", channel="channels")
    assert (await chooser.choose()).voice.name == "channels"
    await chooser.guild("guilds", channel="channels", thread="typed")
    assert (await chooser.choose()).voice.name == "typed"


async def test_all_that_was_chosen_is_told_in_the_order_in_which_it_counts(chooser: Chooser) -> None:
    assert await chooser.choices().load() == ()
    await chooser.guild("gone", channel="channels", thread="lost")
    await chooser.member("members")
    told = [(one.scope, one.label, one.speaks) for one in await chooser.choices().load()]
    assert told == [
        (VoiceScope.MEMBER, "Members", VOICES[4]),
        (VoiceScope.CHANNEL, "Lost Boy", None),
        (VoiceScope.GUILD, "Gone Girl", VOICES[4]),
    ]


async def test_a_channel_speaks_where_the_voice_of_its_thread_is_gone(chooser: Chooser) -> None:
    await chooser.guild("guilds", channel="channels", thread="lost")
    assert (await chooser.choose()).voice.name == "channels"


async def test_nothing_of_it_counts_for_others_elsewhere_or_in_direct_messages(chooser: Chooser) -> None:
    await chooser.guild("guilds", channel="channels")
    await chooser.member("members")
    assert (await chooser.choose(user_id=8)).voice.name == "channels"
    assert (await chooser.choose(guild_id=200)).voice.name == "default"
    assert (await chooser.choose(guild_id=None)).voice.name == "default"


async def test_a_chosen_voice_that_is_gone_is_replaced_and_told_of_once(chooser: Chooser) -> None:
    await chooser.member("gone")
    choice = await chooser.choose()
    assert (choice.voice.name, choice.gone) == ("members", "gone")
    assert chooser.voices.label_of(choice.gone) == "Gone Girl"
    assert (await chooser.choose()).gone == "gone", "it was not told yet"
    await chooser.choices().note_told(choice)
    again = await chooser.choose()
    assert (again.voice.name, again.gone) == ("members", "")
    await chooser.member("lost")
    other = await chooser.choose()
    assert (other.voice.name, other.gone) == ("default", "lost"), "another one that is gone is told of, too"


async def test_a_chosen_voice_that_comes_back_speaks_again(chooser: Chooser) -> None:
    await chooser.member("gone")
    await chooser.choices().note_told(await chooser.choose())
    await chooser.voices._use((*VOICES, Voice("gone", "Gone Girl")))  # pyright: ignore[reportPrivateUsage] - a refresh
    choice = await chooser.choose()
    assert (choice.voice.name, choice.gone) == ("gone", "")


async def test_who_names_a_voice_is_not_told_of_another_that_is_gone(chooser: Chooser) -> None:
    await chooser.member("gone")
    assert await chooser.choose("typed") == VoiceChoice(VOICES[-1])
    with pytest.raises(VoiceUnknown):
        await chooser.choose("nobody at all")


async def test_of_a_voice_of_guild_or_channel_that_is_gone_each_member_is_told_once(chooser: Chooser) -> None:
    await chooser.guild("gone")
    choice = await chooser.choose()
    assert choice == VoiceChoice(VOICES[4], gone="gone")
    await chooser.choices().note_told(choice)
    assert (await chooser.choose()).gone == ""
    assert (await chooser.choose(user_id=8)).gone == "gone"
    await chooser.guild("guilds", channel="lost")
    assert await chooser.choose() == VoiceChoice(VOICES[1], gone="lost"), "nobody stands in for that one"


async def test_the_nearest_stands_in_for_the_bots_own_voice(chooser: Chooser) -> None:
    chooser.voices._default_voice = "gone"  # pyright: ignore[reportPrivateUsage] - as the operator set it
    assert await chooser.choose() == VoiceChoice(VOICES[4])


async def test_a_database_that_fails_keeps_no_choice_and_fails_nothing_else(
    chooser: Chooser, caplog: pytest.LogCaptureFixture
) -> None:
    away = AsyncMock(side_effect=StorageError("away"))
    preferences = Mock(spec=Preferences, member=away, change_member=away)
    voices = Mock(spec=VoiceLibrary, remember=away)
    choices = ChosenVoices(voices, preferences, chooser.place(), (CHANNEL,))
    await choices.remember(VOICES[-1])
    await choices.note_told(VoiceChoice(VOICES[0], gone="gone"))
    assert caplog.text.count("away") == 2
