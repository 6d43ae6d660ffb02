"""/privacy: what a member is told, given and rid of; always their own, for their eyes alone."""

import json
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock, call

import pytest
from sqlalchemy import select

from bot.delivery.uploads import MARGIN_BYTES, MIB
from bot.jobs.preferences import Preferences
from bot.jobs.privacy import Export
from bot.jobs.transcribing import Keeping
from bot.models import Job, JobState, Place, ResultForm, Source, SourceKind, TranscriptRequest
from bot.preferences import GuildSettings
from bot.replies.privacy import DELETE_ID, EXPORT_NAME
from bot.storage.preferences import PreferenceStore
from bot.storage.tables import guild_settings
from bot.storage.transcripts import TranscriptStore
from tests.cogs.conftest import Studio, text_of
from tests.storage.samples import kept_texts


async def privacy(studio: Studio, command: str, member: Any = None, **options: Any) -> Any:
    result = await (member or studio.robin).slash(studio.channel, f"privacy {command}", **options)
    assert result.ephemeral
    return result.response


async def end_jobs(studio: Studio) -> None:
    for job in await studio.jobs():
        await studio.store.finish_without_result(job, JobState.CANCELLED, studio.env.now())


async def test_what_is_kept_is_told_in_numbers(studio: Studio) -> None:
    assert "• **0 jobs**" in text_of(await privacy(studio, "show"))
    await studio.tts(studio.robin)
    await studio.elsewhere.robin.slash(studio.elsewhere.channel, "tts", text="Hello")
    told = text_of(await privacy(studio, "show"))
    assert "• **2 jobs**: what you asked for and where, until 30 days after they are over" in told
    assert "• **1 day of usage**" in told
    assert "• **0 jobs**" in text_of(await privacy(studio, "show", studio.sam))


async def test_the_export_is_a_file_with_all_of_it(studio: Studio) -> None:
    await studio.tts(studio.robin, "Robin's secret")
    await studio.tts(studio.sam, "Sam's secret")
    answer = await privacy(studio, "export")
    (file,) = answer.message.attachments
    assert file.filename == EXPORT_NAME
    assert file.description == "Everything that I keep about you, as a JSON file"
    exported = await file.read()
    assert json.loads(exported)["jobs"][0]["request"]["text"] == "Robin's secret"
    assert b"Sam" not in exported


@pytest.mark.parametrize(("limit_mib", "fits_mib"), [(10, 10), (500, 25)])
async def test_the_export_fits_into_one_request_whatever_the_server_takes(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, limit_mib: int, fits_mib: int
) -> None:
    def boosted(payload: dict[str, Any]) -> None:
        payload["attachment_size_limit"] = limit_mib * MIB

    export = AsyncMock(return_value=Export(b"{}", 0, 0))
    monkeypatch.setattr(studio.bot.services.privacy, "export", export)
    monkeypatch.setattr(studio, "owners", boosted)
    await privacy(studio, "export")
    assert export.await_args == call(studio.robin.id, max_bytes=fits_mib * MIB - MARGIN_BYTES)


async def test_deleting_asks_first_and_refuses_while_something_is_not_over(studio: Studio) -> None:
    await studio.tts(studio.robin)
    question = await privacy(studio, "delete")
    assert "**What stays:**" in text_of(question)
    refused = await studio.robin.click(question, custom_id=DELETE_ID)
    assert refused.ephemeral
    assert refused.response.content.startswith("Some of your jobs are not over yet (1).")
    await end_jobs(studio)
    deleted = await studio.robin.click(question, custom_id=DELETE_ID)
    assert text_of(deleted.response).startswith("✅ Deleted.")
    assert "• **0 jobs**" in text_of(await privacy(studio, "show"))


async def test_the_button_deletes_only_what_is_of_whoever_presses_it_also_after_a_restart(studio: Studio) -> None:
    await studio.tts(studio.robin)
    await studio.tts(studio.sam)
    await end_jobs(studio)
    message = await studio.post_button(studio.channel, DELETE_ID)
    await studio.restart()
    await studio.sam.click(message, custom_id=DELETE_ID)
    assert "• **0 jobs**" in text_of(await privacy(studio, "show", studio.sam))
    assert "• **1 job**" in text_of(await privacy(studio, "show"))


async def test_used_limits_outlive_a_deletion(studio: Studio) -> None:
    for _ in range(3):
        await studio.tts(studio.robin)
    for job in await studio.jobs():
        await studio.store.finish_without_result(job, JobState.FAILED, studio.env.now(), refund=False)
    question = await privacy(studio, "delete")
    await studio.robin.click(question, custom_id=DELETE_ID)
    refused = await studio.tts(studio.robin)
    assert refused.ephemeral
    assert await studio.jobs() == []


@pytest.mark.parametrize("others", ["off", "on"])
async def test_the_wish_not_to_be_transcribed_holds_everywhere(studio: Studio, others: str) -> None:
    transcribing = studio.bot.services.transcribing
    await privacy(studio, "transcribe-me", others="off")
    told = await privacy(studio, "transcribe-me", others=others)
    assert await transcribing.is_opted_out(studio.robin.id) is (others == "off")
    assert not await transcribing.is_opted_out(studio.sam.id)
    assert told.content.startswith("From now on nobody else" if others == "off" else "From now on others can")
    field = (await privacy(studio, "show")).embeds[0].fields[0].value
    assert field.startswith("Others cannot" if others == "off" else "Others can have")


async def test_it_works_in_direct_messages(studio: Studio) -> None:
    await studio.env_dm(studio.robin)
    shown = await studio.user_of(studio.robin).slash("privacy show")
    assert "• **1 job**" in text_of(shown.response)


async def deliver_late(studio: Studio) -> None:
    """Let another process post a transcript of the guild, as happens with what is sent as a direct message."""
    now = studio.env.now()
    place = Place(studio.robin.id, studio.channel.id, studio.guild.id, 4, "token", now)
    request = TranscriptRequest(Source("u", "note.ogg", SourceKind.AUDIO, 1, 2), 3.0)
    job = Job("a" * 32, JobState.DELIVERING, request, ResultForm.FILE, place, now, now)
    preferences = Preferences(PreferenceStore(studio.database))
    await Keeping(TranscriptStore(studio.database), preferences, now=studio.env.now).keep(job, "Good evening")


async def test_what_is_delivered_after_a_guild_removed_the_bot_is_not_kept(studio: Studio) -> None:
    chosen = GuildSettings(locale="de", keep_transcripts_days=7)
    await studio.bot.services.preferences.change_guild(studio.guild.id, lambda _: chosen)
    studio.env.backend.remove_guild(studio.guild.id)
    await studio.env.settle()
    await deliver_late(studio)
    assert await kept_texts(studio.database, studio.guild.id) == []
    stored = await PreferenceStore(studio.database).guild(studio.guild.id)
    assert stored == replace(chosen, keep_transcripts_days=0), "the rest is there, should it return"


async def test_a_guild_that_chose_nothing_leaves_nothing_when_it_removes_the_bot(studio: Studio) -> None:
    studio.env.backend.remove_guild(studio.guild.id)
    await studio.env.settle()
    async with studio.database.read() as connection:
        assert (await connection.execute(select(guild_settings))).all() == []
