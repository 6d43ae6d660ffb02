"""/tts as a member meets it: the card, the refusals that only they see, and the list of voices."""

import logging
import re
import sys
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock, Mock

import discord
import pytest

from bot.errors import LimitReached
from bot.models import JobState, ResultForm
from bot.preferences import GuildSettings
from bot.spoken_words import Names
from bot.storage.database import StorageError
from cogs.speech import names_for
from tests.cogs.conftest import CATALOGUE, MAX_TEXT, Studio, footer_of, speech_of, text_of


@pytest.mark.parametrize("is_slow", [False, True], ids=["at once", "after thinking"])
async def test_a_job_is_admitted_and_its_card_shown_to_everyone(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, *, is_slow: bool
) -> None:
    if is_slow:
        studio.slow_down(monkeypatch)
    result = await studio.tts(studio.robin, "  Hello there ", voice="james", **{"as": "file"})
    assert studio.callbacks() == [5 if is_slow else 4]
    assert not result.ephemeral
    assert footer_of(result.response) == "⏳ In line"
    assert "**James**" in text_of(result.response)
    (job,) = await studio.jobs()
    assert job.card_message_id == result.response.id
    assert (job.state, job.form) == (JobState.QUEUED, ResultForm.FILE)
    assert (speech_of(job).text, speech_of(job).voice) == ("Hello there", "james")
    assert (job.place.user_id, job.place.guild_id) == (studio.robin.id, studio.guild.id)
    assert studio.env.errors == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"text": "   "}, "There is nothing to say"),
        ({"text": "word, " * (MAX_TEXT // 6 + 1)}, f"at most {MAX_TEXT} characters"),
        ({"text": "Hello", "voice": "Harpr"}, "There is no voice called “Harpr”. The nearest: **Harper**"),
    ],
)
async def test_a_refusal_is_for_the_member_alone_and_takes_nothing(
    studio: Studio, options: dict[str, str], sentence: str
) -> None:
    result = await studio.robin.slash(studio.channel, "tts", **options)
    assert result.response.ephemeral
    assert sentence in result.response.content
    assert await studio.jobs() == []
    assert studio.channel.history(viewer=studio.bystander) == [], "nobody else sees a trace of it"


async def test_a_reached_limit_is_told_with_its_end(studio: Studio) -> None:
    for _ in range(3):
        await studio.tts(studio.robin)
    result = await studio.tts(studio.robin)
    assert result.ephemeral
    assert re.search(r"The next one comes free <t:\d+:R>, then one more every 20 s", result.response.content)
    assert isinstance(studio.env.errors[0].__cause__, LimitReached)
    assert len(await studio.jobs()) == 3


async def test_a_voice_that_was_named_once_is_offered_first_but_speaks_only_where_it_is_named(studio: Studio) -> None:
    await studio.tts(studio.robin, voice="James")
    await studio.tts(studio.robin)
    assert [speech_of(job).voice for job in await studio.jobs()] == ["james", "harper"]


async def test_an_emotion_is_not_put_before_the_one_that_the_text_begins_with(studio: Studio) -> None:
    await studio.tts(studio.robin, "[sad] Good evening", emotion="happy")
    (job,) = await studio.jobs()
    assert speech_of(job).text == "[sad] Good evening"
    told = [text_of(one) for one in studio.channel.history(viewer=studio.robin)]
    assert any("so **[happy]** was left out" in text for text in told)


async def test_a_long_text_with_a_slip_in_the_voice_is_handed_back(studio: Studio) -> None:
    text = "Good evening everybody. " * 3
    short = await studio.tts(studio.robin, text, voice="Harpr")
    assert short.followups == []
    text = "Good evening everybody. " * 5
    refused = await studio.tts(studio.robin, text, voice="Harpr")
    assert refused.ephemeral
    assert "There is no voice called" in text_of(refused.response)
    (given,) = refused.followups
    (file,) = given.attachments
    assert (await file.read()).decode() == text


async def test_a_text_that_cannot_be_handed_back_takes_nothing_from_the_answer(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.Webhook, "send", AsyncMock(side_effect=discord.RateLimited(60.0)))
    refused = await studio.tts(studio.robin, "Good evening everybody. " * 5, voice="Harpr")
    assert "There is no voice called" in text_of(refused.response)
    assert studio.env.errors == []


async def test_in_direct_messages_the_member_is_their_own_place(studio: Studio) -> None:
    result = await studio.env_dm(studio.robin)
    assert not result.ephemeral
    (job,) = await studio.jobs()
    assert job.place.guild_id is None
    assert job.place.scope_id == studio.robin.id
    assert job.place.channel_id == result.response.channel_id


@pytest.mark.parametrize("context", [0, 2], ids=["in a server without the bot", "in a private channel"])
async def test_a_member_who_brings_the_bot_along_is_their_own_place_and_gets_a_file_with_the_card(
    studio: Studio, context: int
) -> None:
    studio.installed_by_user, studio.context = True, context
    result = await studio.tts(studio.robin, **{"as": "voice message"})
    assert footer_of(result.response) == "⏳ In line"
    (job,) = await studio.jobs()
    assert job.form is ResultForm.FILE, "a voice message is a message of the bot's own, which cannot be posted there"
    assert (job.place.has_bot, job.place.guild_id, job.place.scope_id) == (False, None, studio.robin.id)
    assert job.card_message_id == result.response.id


async def test_where_not_even_the_card_may_have_a_file_nothing_is_paid_for(studio: Studio) -> None:
    studio.installed_by_user = True
    result = await studio.robin.slash(studio.limited_channel("attach_files"), "tts", text="Hello")
    assert result.ephemeral
    assert "**Attach Files**" in result.response.content
    assert await studio.jobs() == []


@pytest.mark.parametrize(
    ("forbidden", "wanted", "form"),
    [
        ((), "voice message", ResultForm.VOICE_MESSAGE),
        (("send_voice_messages",), "voice message", ResultForm.FILE),
        (("read_message_history",), "voice message", ResultForm.FILE),
        (("send_messages",), "voice message", ResultForm.FILE),
        (("attach_files",), "file", ResultForm.VOICE_MESSAGE),
        (("attach_files",), "voice message", ResultForm.VOICE_MESSAGE),
        (("attach_files", "send_voice_messages"), "file", None),
        (("attach_files", "read_message_history"), "voice message", None),
    ],
)
async def test_what_the_bot_may_not_post_is_known_before_anything_is_paid_for(
    studio: Studio, forbidden: tuple[str, ...], wanted: str, form: ResultForm | None
) -> None:
    channel = studio.limited_channel(*forbidden)
    result = await studio.robin.slash(channel, "tts", text="Hello", **{"as": wanted})
    jobs = await studio.jobs()
    if form is None:
        assert result.ephemeral
        assert "**Attach Files**" in result.response.content
        assert jobs == []
    else:
        assert [job.form for job in jobs] == [form]
        told = [followup.content for followup in result.followups]
        assert len(told) == (wanted != form), "who wanted another form is told why"
        assert all("I may not" in note and form.value in note for note in told)


async def test_a_bug_is_told_and_logged_under_the_same_id_and_nothing_else_is_told(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(studio.voices, "default", broken)
    result = await studio.tts(studio.robin)
    assert result.ephemeral
    told = re.search(r"the id `([0-9a-f]{6})`", result.response.content)
    assert told is not None
    assert "secret" not in result.response.content
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert f"id={told[1]}" in record.getMessage()
    assert record.exc_info is not None
    assert "secret detail" in str(record.exc_info[1])


async def test_a_card_that_cannot_be_shown_drops_the_job_and_gives_everything_back(studio: Studio) -> None:
    studio.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
    await studio.tts(studio.robin)
    assert await studio.jobs() == []
    for _ in range(3):
        assert not (await studio.tts(studio.robin)).ephemeral, "the dropped one took nothing from the limit"


async def test_an_interaction_that_ended_too_early_is_no_bug(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    studio.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    result = await studio.tts(studio.robin)
    assert not result.acknowledged
    assert await studio.jobs() == []
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert "ended before it was answered" in caplog.text


async def choices(studio: Studio, typed: str, member: Any = None) -> list[dict[str, Any]]:
    return await (member or studio.robin).autocomplete(studio.channel, "tts", "voice", typed)


async def test_the_list_of_voices_is_never_too_long(studio: Studio) -> None:
    assert len(CATALOGUE) > 25
    offered = await choices(studio, "")
    assert len(offered) == 25
    assert offered[0] == {"name": "Harper · female, English", "value": "harper"}


async def test_the_voice_used_last_is_on_top_and_only_once(studio: Studio) -> None:
    await studio.tts(studio.robin, voice="choir-39")
    offered = await choices(studio, " ")
    assert offered[0] == {"name": "Choir 39 · used last", "value": "choir-39"}
    assert len(offered) == len({choice["value"] for choice in offered}) == 25
    assert "used last" not in str(await choices(studio, "", studio.sam))
    assert "used last" not in str(await choices(studio, "choir 39"))


async def test_typing_errors_are_forgiven(studio: Studio) -> None:
    assert (await choices(studio, "harpr"))[0]["value"] == "harper"
    assert (await choices(studio, "engl"))[0]["value"] == "harper"


@pytest.mark.parametrize("typed", ["@everyone", "%_'; DROP TABLE voices;--", "\\", "😀" * 50, "\u202e\x00", "x" * 100])
async def test_any_typing_gets_an_answer(studio: Studio, typed: str) -> None:
    offered = await choices(studio, typed)
    assert len(offered) <= 25
    assert studio.env.errors == []


async def test_favourites_come_after_the_voice_used_last(studio: Studio) -> None:
    await studio.bot.services.favourites.star(studio.robin.id, "choir-7")
    await studio.tts(studio.robin, voice="choir-39")
    assert [choice["value"] for choice in await choices(studio, "")][:3] == ["choir-39", "choir-7", "harper"]


async def test_without_a_catalogue_the_list_is_empty_and_nothing_is_asked_of_the_network(studio: Studio) -> None:
    await studio.voices._use(())  # pyright: ignore[reportPrivateUsage] - as before the first refresh
    assert await choices(studio, "harper") == []
    assert studio.service.mock_calls == []


async def emotions(studio: Studio, typed: str) -> list[str]:
    offered: list[dict[str, Any]] = await studio.robin.autocomplete(studio.channel, "tts", "emotion", typed)
    return [choice["value"] for choice in offered]


async def test_emotions_are_found_by_their_names_and_other_names(studio: Studio) -> None:
    assert len(await emotions(studio, "")) == 25
    assert (await emotions(studio, "whisp"))[0] == "whispering"
    assert (await emotions(studio, "cheerful")) == ["happy"]
    assert (await emotions(studio, "[Hapy"))[0] == "happy"
    assert (await emotions(studio, "tone"))[:2] == ["in a hurry tone", "soft tone"]
    assert await emotions(studio, "break") == []
    for letter in "aeious%\\":
        assert len(await emotions(studio, letter)) <= 25


@pytest.mark.parametrize(
    ("text", "emotion", "spoken"),
    [
        ("Hello", "happy", "[happy] Hello"),
        ("Hello", "[Cheerful]", "[happy] Hello"),
        ("**Hello** <@{robin}>, [sad] see https://a.example ||secret||", "", "Hello robin, [sad] see link"),
        ("Go to <#{channel}>", "in a hurry tone", "[in a hurry tone] Go to general"),
    ],
)
async def test_the_text_is_cleaned_and_the_emotion_stands_before_it(
    studio: Studio, text: str, emotion: str, spoken: str
) -> None:
    typed = text.format(robin=studio.robin.id, channel=studio.channel.id)
    await studio.tts(studio.robin, typed, **({"emotion": emotion} if emotion else {}))
    assert [speech_of(job).text for job in await studio.jobs()] == [spoken]


def test_names_come_from_what_discord_says_with_the_command() -> None:
    told = {
        "users": {"42": {"username": "u42", "global_name": "Forty"}, "45": {"username": "u45", "global_name": None}},
        "members": {"42": {"nick": "Two"}, "45": {"nick": None}},
        "roles": {"43": {"name": "Mods"}},
        "channels": {"46": {"name": "general"}},
    }
    interaction = Mock(spec=discord.Interaction, data={"resolved": told}, guild=None)
    interaction.user = Mock(spec=discord.Member, id=41, display_name="Robin")
    names = names_for(interaction, "<@42>")
    assert names == Names({41: "Robin", 42: "Two", 45: "u45"}, {43: "Mods"}, {46: "general"})
    assert names_for(interaction, "no mention") == Names()


async def test_the_name_of_a_channel_that_the_member_does_not_see_is_not_told(studio: Studio) -> None:
    hidden = {studio.user_of(studio.robin): discord.PermissionOverwrite(view_channel=False)}
    channel = studio.guild.create_text_channel("plans-for-robin", overwrites=hidden)
    for member in (studio.robin, studio.sam):
        await studio.tts(member, f"Look at <#{channel.id}>")
    assert [speech_of(job).text for job in await studio.jobs()] == ["Look at a channel", "Look at plans-for-robin"]


@pytest.mark.parametrize(
    ("text", "emotion", "told"),
    [
        ("[sad] [happy] Hello", "", "**[sad]** does nothing"),
        ("Hello [happy]", "", "Nothing is said after **[happy]**"),
        ("[happy] Hello my [sad] friend", "", "**[sad]** may go unheard"),
    ],
)
async def test_tags_that_do_nothing_are_told_privately_beside_the_card(
    studio: Studio, text: str, emotion: str, told: str
) -> None:
    result = await studio.tts(studio.robin, text, **({"emotion": emotion} if emotion else {}))
    assert footer_of(result.response) == "⏳ In line"
    (note,) = result.followups
    assert note.ephemeral
    assert told in note.content
    assert len(await studio.jobs()) == 1


async def test_tags_that_are_well_are_not_talked_about(studio: Studio) -> None:
    fine = await studio.tts(studio.robin, "[happy] Hello! [laughing] How are you?")
    assert fine.followups == []


@pytest.mark.parametrize("options", [{"text": "!!!"}, {"text": "🎉🎉"}, {"text": "…", "emotion": "happy"}])
async def test_a_text_of_signs_only_is_refused_before_anything_is_made(studio: Studio, options: dict[str, str]) -> None:
    result = await studio.tts(studio.robin, **options)
    assert result.ephemeral
    assert result.response.content.startswith("There is nothing to say")
    assert await studio.jobs() == []


async def test_a_sound_alone_is_enough_to_say(studio: Studio) -> None:
    await studio.tts(studio.robin, "[laughing]")
    await studio.tts(studio.robin, "!!!", emotion="laughing")
    assert [speech_of(job).text for job in await studio.jobs()] == ["[laughing]", "[laughing] !"]


async def test_an_unknown_emotion_is_refused(studio: Studio) -> None:
    result = await studio.tts(studio.robin, emotion="grumpy")
    assert result.ephemeral
    assert "I know no emotion called “grumpy”" in result.response.content
    assert await studio.jobs() == []


async def test_the_servers_choices_hold_where_the_member_says_nothing(studio: Studio) -> None:
    def choose(now: GuildSettings) -> GuildSettings:
        return replace(now, voice="james", form=ResultForm.FILE, channel_voices={studio.channel.id: "choir-3"})

    await studio.bot.services.preferences.change_guild(studio.guild.id, choose)
    await studio.tts(studio.robin)
    await studio.tts(studio.sam, voice="harper", **{"as": "voice message"})
    await studio.elsewhere.robin.slash(studio.elsewhere.channel, "tts", text="Hello")
    assert [(speech_of(job).voice, job.form) for job in await studio.jobs()] == [
        ("choir-3", ResultForm.FILE),
        ("harper", ResultForm.VOICE_MESSAGE),
        ("harper", ResultForm.VOICE_MESSAGE),
    ]


async def test_a_voice_of_theirs_that_is_gone_is_told_once(studio: Studio) -> None:
    await studio.bot.services.preferences.change_member(studio.guild.id, studio.robin.id, voice="vanished")
    first = await studio.tts(studio.robin)
    (note,) = first.followups
    assert note.ephemeral
    assert "**vanished** is not there any more. **Harper** speaks" in note.content
    second = await studio.tts(studio.robin)
    assert second.followups == []
    assert footer_of(second.response) == "⏳ In line"


async def open_window(studio: Studio, longest: int = MAX_TEXT, **options: str) -> tuple[Any, str]:
    """/read: what was answered, and the custom id of the window's field."""
    shown = await studio.robin.slash(studio.channel, "read", **options)
    assert shown.modal is not None
    (label,) = shown.modal["components"]
    field = label["component"]
    assert (field["style"], field["max_length"]) == (2, longest)
    return shown, field["custom_id"]


async def test_a_window_asks_for_a_long_text(studio: Studio) -> None:
    shown, field = await open_window(studio, MAX_TEXT - len("[sad] "), voice="james", emotion="sad", **{"as": "file"})
    sent = await studio.robin.submit_modal(shown, {field: "# Title\n**Hello** <@1>"})
    assert footer_of(sent.response) == "⏳ In line"
    (job,) = await studio.jobs()
    assert (speech_of(job).text, speech_of(job).voice, job.form) == (
        "[sad] Title\nHello someone",
        "james",
        ResultForm.FILE,
    )
    assert job.card_message_id == sent.response.id


async def test_a_window_sent_empty_is_refused(studio: Studio) -> None:
    shown, field = await open_window(studio)
    sent = await studio.robin.submit_modal(shown, {field: "||all of it||"})
    assert sent.ephemeral
    assert "There is nothing to say" in sent.response.content
    assert await studio.jobs() == []


async def test_a_long_text_that_is_refused_is_handed_back(studio: Studio) -> None:
    shown, field = await open_window(studio)
    await studio.bot.services.preferences.change_guild(studio.guild.id, lambda now: replace(now, channels=(1,)))
    sent = await studio.robin.submit_modal(shown, {field: "# Ten minutes of work 🐙"})
    assert "certain channels" in sent.response.content
    (handed_back,) = sent.followups
    assert handed_back.ephemeral
    (file,) = handed_back.attachments
    assert file.filename == "text.txt"
    assert await studio.jobs() == []


async def test_a_long_text_is_handed_back_when_the_database_fails(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, field = await open_window(studio)
    monkeypatch.setattr(studio.store, "admit", AsyncMock(side_effect=StorageError("away")))
    sent = await studio.robin.submit_modal(shown, {field: "Ten minutes of work"})
    assert "My memory does not answer" in sent.response.content
    (handed_back,) = sent.followups
    assert [file.filename for file in handed_back.attachments] == ["text.txt"]


async def test_a_voice_that_goes_while_the_text_is_written_is_told_instead_of_replaced_unasked(studio: Studio) -> None:
    shown, field = await open_window(studio, voice="james")
    left = tuple(voice for voice in CATALOGUE if voice.name != "james")
    await studio.voices._use(left)  # pyright: ignore[reportPrivateUsage] - reading the catalogue is not the matter here
    sent = await studio.robin.submit_modal(shown, {field: "Hello"})
    assert "not in the catalogue any more" in sent.response.content
    (handed_back,) = sent.followups
    assert [file.filename for file in handed_back.attachments] == ["text.txt"]
    assert await studio.jobs() == []


@pytest.mark.parametrize("options", [{"voice": "Harpr"}, {"emotion": "grumpy"}])
async def test_nobody_writes_a_long_text_for_nothing(studio: Studio, options: dict[str, str]) -> None:
    result = await studio.robin.slash(studio.channel, "read", **options)
    assert result.modal is None
    assert result.ephemeral


async def test_a_window_opens_in_time_while_the_voices_are_still_loading(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.slow_down(monkeypatch)
    # The module that discord.py loaded, which is not the one that an import gives.
    monkeypatch.setattr(sys.modules["cogs.speech"], "LOOK_UP_FOR_S", 0.0)
    shown = await studio.robin.slash(studio.channel, "read")
    assert shown.modal is not None
    refused = await studio.robin.slash(studio.channel, "read", voice="james")
    assert refused.modal is None
    assert "list of voices is still loading" in refused.response.content
