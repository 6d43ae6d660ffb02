"""/transcribe, the menu of messages, and the buttons under a transcript, as members meet them."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

import discord
import pytest

from bot.models import JobState, ResultForm, SourceKind, TranscriptRequest
from bot.storage.transcripts import KeptTranscript, TranscriptStore
from cogs.transcription import MAX_FORWARDS, first_sender
from tests.cogs.conftest import Studio, allow_automod, labels_of, text_of
from tests.cogs.transcript_members import SEGMENTS, SOUND, Listening, request_of
from tests.storage.samples import kept_texts


@pytest.fixture
def listening(studio: Studio, tmp_path: Path) -> Listening:
    return Listening(studio, tmp_path)


async def test_the_menu_asks_for_the_first_recording_of_a_message(listening: Listening) -> None:
    studio = listening.studio
    note = await studio.sam.send(studio.channel, "", attachments=[("map.png", b"x"), ("talk.mp4", SOUND)])
    shown = await listening.menu(studio.robin, note)
    assert not shown.ephemeral
    (job,) = await studio.jobs()
    assert (job.form, job.place.is_private, job.card_message_id) == (ResultForm.FILE, False, shown.response.id)
    source = (await request_of(studio)).source
    assert (source.kind, source.name, source.size_bytes) == (SourceKind.VIDEO, "talk.mp4", len(SOUND))
    assert (source.message_id, source.author_id) == (note.id, studio.sam.id)


async def test_the_command_takes_a_file_a_language_and_whether_to_tell_speakers(listening: Listening) -> None:
    studio = listening.studio
    await studio.robin.slash(
        studio.channel, "transcribe", file=("talk.mp3", SOUND), language="Deutsch", speakers=True, private=True
    )
    (job,) = await studio.jobs()
    request = await request_of(studio)
    assert (request.language, request.speakers, request.source.message_id) == ("de", True, 0)
    assert job.place.is_private
    assert studio.channel.history(viewer=studio.bystander) == []


@pytest.mark.parametrize(
    ("file", "options", "sentence"),
    [
        (("map.png", SOUND), {}, "no audio or video"),
        (("notes.txt", b"hello"), {}, "no audio or video"),
        (("talk.mp3", SOUND), {"language": "Klingonese"}, "no language called “Klingonese”"),
    ],
)
async def test_refusals_are_private_and_nothing_is_paid(
    listening: Listening, file: tuple[str, bytes], options: dict[str, Any], sentence: str
) -> None:
    studio = listening.studio
    shown = await studio.robin.slash(studio.channel, "transcribe", file=file, **options)
    assert shown.ephemeral
    assert sentence in shown.response.content
    assert await studio.jobs() == []


async def test_where_no_files_may_be_attached_nothing_is_paid(studio: Studio) -> None:
    channel = studio.limited_channel("attach_files")
    shown = await studio.robin.slash(channel, "transcribe", file=("talk.mp3", SOUND))
    assert "**Attach Files**" in shown.response.content
    assert await studio.jobs() == []


async def test_languages_are_offered_by_name_code_and_in_their_own(studio: Studio) -> None:
    async def offered(typed: str) -> list[str]:
        choices = await studio.robin.autocomplete(studio.channel, "transcribe", "language", typed)
        return [choice["value"] for choice in choices]

    assert (await offered(""))[:2] == ["en", "zh"]
    assert len(await offered("")) == 25
    assert (await offered("deut"))[0] == "de"
    assert (await offered("Portug"))[0] == "pt"
    assert "ja" in await offered("日本")
    assert await offered("no such language") == []


async def test_who_does_not_want_it_is_not_transcribed_for_others(listening: Listening) -> None:
    studio = listening.studio
    await studio.bot.services.transcribing.opt_out(studio.sam.id)
    note = await listening.note(studio.sam)
    assert "does not want it" in (await listening.menu(studio.robin, note)).response.content
    assert await studio.jobs() == []
    await listening.menu(studio.sam, note)
    assert len(await studio.jobs()) == 1


async def test_the_card_shows_first_lines_that_do_nothing_and_has_all_of_it_in_files(listening: Listening) -> None:
    shown, _ = await listening.transcribed(listening.studio.robin)
    card = shown.response
    text = text_of(card)
    assert "> Ann: Good evening, @\u200beveryone." in text
    assert r"The \*\*cats\*\* are out \<@12>." in text.replace("\u200b", "")
    assert card.embeds[0].footer.text.startswith("✅ 34.0 s · English · 2 speakers · made in")
    names = [one.filename for one in card.attachments]
    assert names == ["transcript-voice-message-ogg.json", "transcript-voice-message-ogg.txt"]
    assert json.loads(await card.attachments[0].read())["segments"][0]["text"] == SEGMENTS[0]["text"]
    assert labels_of(card.message) == ["Read", "txt", "srt", "vtt", "json", "Wrong language?", "Delete"]


async def test_silence_is_told_and_has_no_files(listening: Listening) -> None:
    shown, _ = await listening.transcribed(listening.studio.robin, segments=[])
    assert "Nobody says anything in it." in text_of(shown.response)
    assert shown.response.attachments == []
    assert labels_of(shown.response.message) == ["Wrong language?", "Delete"]


async def test_whoever_asked_takes_a_transcript_away_and_nobody_else(listening: Listening) -> None:
    studio = listening.studio
    preferences = studio.bot.services.preferences
    await preferences.change_guild(studio.guild.id, lambda now: replace(now, keep_transcripts_days=7))
    shown, _ = await listening.transcribed(studio.robin)
    refused = await studio.sam.click(shown.response.message, label="Delete")
    assert refused.ephemeral
    assert len(await kept_texts(studio.database, studio.guild.id)) == 1
    card = shown.response.message
    await studio.robin.click(card, label="Delete")
    assert await kept_texts(studio.database, studio.guild.id) == [], "nor is its text kept any more"
    assert card.id not in [one.id for one in studio.channel.history(viewer=studio.robin)]


async def test_what_came_as_a_direct_message_is_taken_away_there_with_what_its_server_kept(
    listening: Listening,
) -> None:
    studio = listening.studio
    preferences = studio.bot.services.preferences
    await preferences.change_guild(studio.guild.id, lambda now: replace(now, keep_transcripts_days=7))
    _, job = await listening.transcribed(studio.robin)
    robin = studio.user_of(studio.robin)
    there = await studio.env_dm(studio.robin)
    result = await studio.post_button(there.response.message.channel, f"job:delete:{job.id}")
    await robin.click(result, label="Press")
    assert await kept_texts(studio.database, studio.guild.id) == []


async def test_each_form_is_given_to_whoever_asks_after_a_restart_too(listening: Listening) -> None:
    studio = listening.studio
    shown, _ = await listening.transcribed(studio.robin)
    await studio.restart()
    starts = {"txt": "Ann: Good", "srt": "1\n00:00:00,000 -->", "vtt": "WEBVTT", "json": '{"language'}
    for form, start in starts.items():
        given = await studio.bystander.click(shown.response.message, label=form)
        assert given.ephemeral
        (file,) = given.response.attachments
        assert file.filename == f"transcript-voice-message-ogg.{form}"
        assert (await file.read()).decode().startswith(start)


async def test_pages_are_turned_from_the_file_they_have_with_them(listening: Listening) -> None:
    studio = listening.studio
    long = [{"start": 3.0 * n, "end": 3.0 * n + 2, "text": f"Sentence {n} " + "of many words " * 12} for n in range(40)]
    shown, _ = await listening.transcribed(studio.robin, segments=long)
    assert "It goes on: press Read." in text_of(shown.response)
    opened = await studio.sam.click(shown.response.message, label="Read")
    assert opened.ephemeral
    assert "Sentence 0 " in text_of(opened.response)
    assert opened.response.embeds[0].footer.text.startswith("Page 1 of ")
    await studio.restart()
    await studio.sam.click(opened.response.message, label="Next")
    assert opened.response.embeds[0].footer.text.startswith("Page 2 of ")
    assert "Sentence 0 " not in text_of(opened.response)
    await studio.sam.click(opened.response.message, label="Previous")
    assert "Sentence 0 " in text_of(opened.response)
    assert len(opened.response.attachments) == 1


async def test_moderators_get_it_alone_with_what_automod_catches(listening: Listening) -> None:
    studio = listening.studio
    allow_automod(studio)
    shown, job = await listening.transcribed(studio.moderator)
    assert shown.ephemeral
    assert job.place.is_private
    text = text_of(shown.response)
    assert r"⚠️ cats" in text
    assert "**1 word that this server's AutoMod catches:**\n- `0:02` cats" in text
    assert labels_of(shown.response.message)[-3:] == ["Post here", "Send to log channel", "Delete"]
    opened = await studio.moderator.click(shown.response.message, label="Read")
    assert "⚠️ cats" in text_of(opened.response).replace("\\", "").replace("*", "")


async def test_without_the_right_to_see_its_rules_nothing_is_marked(listening: Listening) -> None:
    shown, _ = await listening.transcribed(listening.studio.moderator)
    assert "⚠️" not in text_of(shown.response)


async def test_a_private_transcript_is_posted_without_what_only_moderators_see(listening: Listening) -> None:
    studio = listening.studio
    allow_automod(studio)
    shown, _ = await listening.transcribed(studio.moderator)
    posted = await studio.moderator.click(shown.response.message, label="Post here")
    assert not posted.ephemeral
    assert text_of(posted.response).startswith(f"**transcript-voice-message-ogg**, shared by <@{studio.moderator.id}>")
    assert "⚠️" not in text_of(posted.response)
    assert len(posted.response.attachments) == 2
    given = await studio.robin.click(posted.response.message, label="srt")
    assert given.response.attachments[0].filename.endswith(".srt")
    refused = await studio.robin.click(posted.response.message, label="Delete")
    assert refused.ephemeral
    message_id = posted.response.id
    await studio.moderator.click(posted.response.message, label="Delete")
    assert message_id not in [one.id for one in studio.channel.history(viewer=studio.robin)]


async def test_what_is_shared_says_whose_recording_it_is_unless_they_do_not_want_that(listening: Listening) -> None:
    studio = listening.studio
    shown, job = await listening.transcribed(studio.moderator)
    source = (await studio.bot.services.jobs.get(job.id)).request
    posted = await studio.moderator.click(shown.response.message, label="Post here")
    assert isinstance(source, TranscriptRequest)
    link = f"https://discord.com/channels/{studio.guild.id}/{studio.channel.id}/{source.source.message_id}"
    assert f"🎙️ [The recording]({link}) is from <@{studio.sam.id}>." in text_of(posted.response)
    await studio.bot.services.transcribing.opt_out(studio.sam.id)
    for label in ("Post here", "Send to log channel"):
        log = studio.guild.create_text_channel(f"log-{label[0].lower()}")
        await studio.bot.services.preferences.change_guild(
            studio.guild.id, lambda now, log=log: replace(now, log_channel=log.id)
        )
        refused = await studio.moderator.click(shown.response.message, label=label)
        assert refused.ephemeral
        assert "does not want it to be written down" in refused.response.content
        assert log.history(viewer=studio.manager) == []


async def test_a_log_channel_that_discord_does_not_answer_for_is_named(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = listening.studio
    shown, _ = await listening.transcribed(studio.moderator)
    log = studio.guild.create_text_channel("log")
    await studio.bot.services.preferences.change_guild(studio.guild.id, lambda now: replace(now, log_channel=log.id))
    monkeypatch.setattr(discord.TextChannel, "send", AsyncMock(side_effect=discord.RateLimited(60.0)))
    refused = await studio.moderator.click(shown.response.message, label="Send to log channel")
    assert refused.response.content.startswith("Discord did not take it just now. Look into the log channel")


async def test_a_moderator_sends_it_to_the_log_channel_of_their_own_server_only(listening: Listening) -> None:
    studio = listening.studio
    preferences, log = studio.bot.services.preferences, studio.guild.create_text_channel("log")
    shown, _ = await listening.transcribed(studio.moderator)

    async def press() -> str:
        return (await studio.moderator.click(shown.response.message, label="Send to log channel")).response.content

    async def choose(channel_id: int) -> None:
        await preferences.change_guild(studio.guild.id, lambda now: replace(now, log_channel=channel_id))

    assert "no log channel yet" in await press()
    await choose(studio.elsewhere.channel.id)
    assert "not there any more" in await press()
    assert studio.elsewhere.channel.history() == []
    await choose(studio.limited_channel("attach_files").id)
    closed = await press()
    assert closed.startswith("I cannot write into the log channel. In <#")
    assert "I lack **Attach Files**: somebody with **Manage Roles** can turn it on" in closed
    await choose(log.id)
    assert await press() == f"Sent to <#{log.id}>."
    (message,) = log.history()
    assert "Good evening" in text_of(message)
    assert len(message.attachments) == 2


async def test_a_guild_that_keeps_texts_has_them_and_another_does_not(listening: Listening) -> None:
    studio = listening.studio
    preferences = studio.bot.services.preferences
    await listening.transcribed(studio.robin)
    assert await kept_texts(studio.database, studio.guild.id) == []
    await preferences.change_guild(studio.guild.id, lambda now: replace(now, keep_transcripts_days=7))
    _, job = await listening.transcribed(studio.robin)
    (kept,) = await kept_texts(studio.database, studio.guild.id)
    assert (kept.job_id, kept.user_id, kept.speaker_id) == (job.id, studio.robin.id, studio.sam.id)
    assert "Good evening" in kept.text


async def test_a_guild_that_removes_the_bot_leaves_no_texts_behind(listening: Listening) -> None:
    studio = listening.studio
    kept = KeptTranscript("a" * 32, studio.guild.id, 1, 2, 3, "Good evening", studio.env.now() + timedelta(days=7))
    await TranscriptStore(studio.database).keep(kept)
    await TranscriptStore(studio.database).keep(replace(kept, job_id="b" * 32, scope_id=studio.elsewhere.guild.id))
    studio.env.backend.remove_guild(studio.guild.id)
    await studio.env.settle()
    assert await kept_texts(studio.database, studio.guild.id) == []
    assert len(await kept_texts(studio.database, studio.elsewhere.guild.id)) == 1


async def test_a_job_without_its_row_is_still_read_and_its_row_has_no_word_of_it(listening: Listening) -> None:
    studio = listening.studio
    _, job = await listening.transcribed(studio.robin)
    stored = await studio.store.get(job.id)
    assert stored is not None
    assert stored.state is JobState.DONE
    assert "evening" not in repr(stored)


async def test_it_works_in_direct_messages_and_where_a_member_brought_the_bot(listening: Listening) -> None:
    studio = listening.studio
    await studio.user_of(studio.robin).slash("transcribe", file=("talk.mp3", SOUND))
    studio.installed_by_user = True
    await studio.robin.slash(studio.channel, "transcribe", file=("talk.mp3", SOUND))
    in_dm, brought = await studio.jobs()
    assert (in_dm.place.guild_id, in_dm.place.has_bot) == (None, True)
    assert (brought.place.guild_id, brought.place.has_bot) == (None, False)
    assert studio.env.errors == []


async def test_a_moderator_who_says_so_gets_it_for_everyone(listening: Listening) -> None:
    studio = listening.studio
    shown = await studio.moderator.slash(studio.channel, "transcribe", file=("talk.mp3", SOUND), private=False)
    assert not shown.ephemeral
    (job,) = await studio.jobs()
    assert not job.place.is_private


async def test_a_result_of_the_bots_own_is_transcribed_where_it_is(listening: Listening) -> None:
    studio = listening.studio
    spoken = await studio.tts(studio.sam)
    (job,) = await studio.jobs()
    result = await studio.bot.get_partial_messageable(studio.channel.id).send(
        file=discord.File(io.BytesIO(SOUND), "speech.mp3")
    )
    await studio.store.move(
        job, JobState.DONE, studio.env.now(), result_channel_id=result.channel.id, result_message_id=result.id
    )
    button = await studio.post_button(studio.channel, f"job:transcribe:{job.id}")
    await studio.robin.click(button, label="Press")
    request = await request_of(studio)
    assert (request.source.name, request.source.message_id) == ("speech.mp3", result.id)
    assert not spoken.ephemeral


async def test_a_result_of_another_server_or_of_direct_messages_is_not_transcribed_for_others(
    listening: Listening,
) -> None:
    studio = listening.studio
    await studio.env_dm(studio.sam)
    (job,) = await studio.jobs()
    await studio.store.move(
        job, JobState.DONE, studio.env.now(), result_channel_id=job.place.channel_id, result_message_id=5
    )
    button = await studio.post_button(studio.channel, f"job:transcribe:{job.id}")
    refused = await studio.robin.click(button, label="Press")
    assert "made somewhere else" in refused.response.content
    assert await studio.jobs() == []


async def test_without_its_file_a_button_says_so(listening: Listening) -> None:
    studio = listening.studio
    await studio.bot.services.preferences.change_guild(
        studio.guild.id, lambda now: replace(now, log_channel=studio.channel.id)
    )
    for action in ("read", "srt", "post", "log", "page:1"):
        button = await studio.post_button(studio.channel, f"transcript:{action}:{'a' * 32}")
        refused = await studio.moderator.click(button, label="Press")
        assert "file is not in this message any more" in refused.response.content


async def test_only_moderators_send_to_the_log_channel(listening: Listening) -> None:
    studio = listening.studio
    button = await studio.post_button(studio.channel, f"transcript:log:{'a' * 32}")
    refused = await studio.robin.click(button, label="Press")
    assert "Only moderators" in refused.response.content


async def test_forwarding_is_no_way_around_the_wish_of_who_speaks(listening: Listening) -> None:
    studio = listening.studio
    note = await listening.note(studio.sam)
    forwarded = await studio.robin.forward(note, studio.channel)
    await listening.menu(studio.robin, forwarded)
    assert (await request_of(studio)).source.author_id == studio.sam.id
    await studio.bot.services.transcribing.opt_out(studio.sam.id)
    assert "does not want it" in (await listening.menu(studio.robin, forwarded)).response.content
    assert len(await studio.jobs()) == 1
    await listening.menu(studio.sam, forwarded)
    assert len(await studio.jobs()) == 2


async def test_what_is_forwarded_from_where_the_bot_cannot_look_is_transcribed_all_the_same(
    listening: Listening,
) -> None:
    studio = listening.studio
    note = await listening.note(studio.sam)
    forwarded = await studio.robin.forward(note, studio.channel)
    await studio.bot.get_partial_messageable(studio.channel.id).get_partial_message(note.id).delete()
    await listening.menu(studio.robin, forwarded)
    assert (await request_of(studio)).source.author_id == 0


@pytest.mark.parametrize(("forwards", "sender_id"), [(1, 7), (MAX_FORWARDS, 7), (MAX_FORWARDS + 1, 0)])
async def test_what_was_forwarded_several_times_is_followed_to_its_beginning(forwards: int, sender_id: int) -> None:
    def message(number: int) -> Mock:
        is_first = number == 0
        reference = None if is_first else Mock(channel_id=5, message_id=number - 1)
        return Mock(author=Mock(id=7 + number), reference=reference, message_snapshots=[] if is_first else [Mock()])

    async def fetch(message_id: int) -> Mock:
        return message(message_id)

    client = Mock(spec=discord.Client)
    client.get_partial_messageable.return_value.fetch_message = fetch
    assert await first_sender(client, message(forwards)) == sender_id


async def test_moderators_may_look_privately_into_what_is_posted_where_no_audio_may_be_asked_for(
    listening: Listening,
) -> None:
    studio = listening.studio
    elsewhere = studio.guild.create_text_channel("audio-only-here")
    await studio.bot.services.preferences.change_guild(
        studio.guild.id, lambda now: replace(now, channels=(elsewhere.id,))
    )
    message = await studio.sam.send(studio.channel, "", attachments=[("talk.mp3", SOUND)])
    for member in (studio.robin, studio.moderator):
        answer = await member.context_menu(studio.channel, "Transcribe", message)
        assert answer.ephemeral
    in_public = await studio.moderator.slash(studio.channel, "transcribe", file=("talk.mp3", SOUND), private=False)
    assert f"<#{elsewhere.id}>" in text_of(in_public.response)
    (job,) = await studio.jobs()
    assert (job.place.user_id, job.place.is_private) == (studio.moderator.id, True)


async def test_of_several_recordings_the_first_is_taken_and_that_is_said(listening: Listening) -> None:
    studio = listening.studio
    files = [("one.mp3", SOUND), ("map.png", b"x"), ("two.mp3", SOUND)]
    message = await studio.sam.send(studio.channel, "", attachments=files)
    await studio.robin.context_menu(studio.channel, "Transcribe", message)
    assert (await request_of(studio)).source.name == "one.mp3"
    told = [text_of(one) for one in studio.channel.history(viewer=studio.robin)]
    assert any("There are 2 recordings in that message; this is the first." in text for text in told)


async def test_an_empty_file_is_refused_before_anything_is_paid(listening: Listening) -> None:
    studio = listening.studio
    refused = await studio.robin.slash(studio.channel, "transcribe", file=("talk.mp3", b""))
    assert refused.response.ephemeral
    assert refused.response.content == "That file is empty. Attach one with something in it."
    assert await studio.jobs() == []


@pytest.mark.parametrize("is_moderator", [True, False])
async def test_moderators_get_it_alone_also_where_they_brought_the_bot(
    listening: Listening, *, is_moderator: bool
) -> None:
    studio = listening.studio
    studio.installed_by_user = True
    member = studio.moderator if is_moderator else studio.robin
    await member.slash(studio.channel, "transcribe", file=("talk.mp3", SOUND))
    (job,) = await studio.jobs()
    assert job.place.is_private is is_moderator
