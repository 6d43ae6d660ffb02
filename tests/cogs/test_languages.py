"""The language of answers: the server's where its managers chose one, else the member's own."""

import asyncio
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
import simcord.interactions

from bot.jobs import preferences
from bot.jobs.preferences import Preferences
from bot.models import JobState
from bot.storage.database import StorageError
from bot.storage.preferences import PreferenceStore
from tests.cogs.conftest import Studio, footer_of, labels_of, text_of


def set_language(monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    """All members have this language in their Discord from now on."""
    whole = simcord.interactions.base_payload

    def in_language(*arguments: Any, **options: Any) -> Any:
        record, payload = whole(*arguments, **options)
        payload["locale"] = locale
        return record, payload

    monkeypatch.setattr(simcord.interactions, "base_payload", in_language)


async def choose_language(studio: Studio, locale: str | None) -> None:
    await studio.bot.services.preferences.change_guild(studio.guild.id, lambda now: replace(now, locale=locale))


async def test_a_member_is_answered_in_their_language_and_the_card_stays_in_it(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_language(monkeypatch, "de")
    await studio.tts(studio.robin)
    assert labels_of(studio.seen_by_all()) == ["Abbrechen"]
    (job,) = await studio.jobs()
    assert job.place.locale == "de"
    set_language(monkeypatch, "en-US")
    ended = await studio.store.finish_without_result(job, JobState.CANCELLED, studio.env.now())
    assert ended is not None
    await studio.bot.services.delivery.show(ended)
    assert footer_of(studio.seen_by_all()) == "🚫 Abgebrochen"


async def test_the_servers_language_comes_before_the_members(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    await choose_language(studio, "de")
    set_language(monkeypatch, "ja")
    await studio.tts(studio.robin)
    assert labels_of(studio.seen_by_all()) == ["Abbrechen"]
    await choose_language(studio, "en-US")
    set_language(monkeypatch, "de")
    shown = await studio.robin.slash(studio.channel, "jobs")
    assert shown.response.embeds[0].title == "Your jobs here"


async def test_another_servers_language_is_not_spoken_here(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    await choose_language(studio, "de")
    set_language(monkeypatch, "en-US")
    shown = await studio.elsewhere.robin.slash(studio.elsewhere.channel, "jobs")
    assert shown.response.embeds[0].title == "Your jobs here"


async def test_what_a_member_brings_along_speaks_their_language(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    await choose_language(studio, "en-US")
    set_language(monkeypatch, "de")
    studio.installed_by_user = True
    shown = await studio.robin.slash(studio.channel, "jobs")
    assert shown.response.embeds[0].title == "Deine Aufträge hier"


async def test_refusals_of_commands_and_of_buttons_are_in_the_language_too(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = await studio.tts(studio.robin)
    set_language(monkeypatch, "de")
    pressed = await studio.sam.click(result.response.message, label="Cancel")
    assert pressed.ephemeral
    assert text_of(pressed.response).startswith("Das kann nur, wer es in Auftrag gegeben hat")
    refused = await studio.tts(studio.sam, " ")
    assert text_of(refused.response).startswith("Es gibt nichts zu sagen: Spoiler, Zeichen, Emojis und Emotionen")


@pytest.mark.parametrize("is_broken", [True, False])
async def test_a_server_whose_language_cannot_be_read_now_has_none(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, is_broken: bool
) -> None:
    monkeypatch.setattr(preferences, "LOCALE_WAIT_S", 0.01)
    store = Mock(spec=PreferenceStore)
    if is_broken:
        store.guild.side_effect = StorageError("gone")
    else:
        store.guild.side_effect = never
    assert await Preferences(store).locale(5) is None
    assert "guild_id=5" in caplog.text


async def never(_: int) -> None:
    """A database that does not answer."""
    await asyncio.Event().wait()


async def test_members_are_answered_in_their_own_language_while_the_servers_is_not_known(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    await choose_language(studio, "en-US")
    set_language(monkeypatch, "de")
    monkeypatch.setattr(Preferences, "locale", AsyncMock(return_value=None))
    shown = await studio.robin.slash(studio.channel, "jobs")
    assert shown.response.embeds[0].title == "Deine Aufträge hier"
