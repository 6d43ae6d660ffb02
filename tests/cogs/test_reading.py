"""Read aloud, from the menu of a message: what of it is read, and what members are told where nothing can be."""

import discord
import pytest

from bot.models import ResultForm
from tests.cogs.conftest import MAX_TEXT, Studio, footer_of, speech_of

MENU = "Read aloud"


async def test_a_message_is_read_with_the_pressers_own_voice(studio: Studio) -> None:
    await studio.bot.services.preferences.change_member(studio.guild.id, studio.robin.id, voice="james")
    message = await studio.sam.send(studio.channel, f"**Hi** <@{studio.robin.id}>, [happy] look: https://a.example")
    result = await studio.robin.context_menu(studio.channel, MENU, message)
    assert footer_of(result.response) == "⏳ In line"
    assert not result.ephemeral
    (job,) = await studio.jobs()
    assert (speech_of(job).text, speech_of(job).voice) == ("Hi robin, [happy] look: link", "james")
    assert (job.place.user_id, job.card_message_id) == (studio.robin.id, result.response.id)
    assert studio.env.errors == []


async def test_the_card_of_a_bot_is_read_too(studio: Studio) -> None:
    card = discord.Embed(title="News", description="**All** is well")
    message = await studio.bot.get_partial_messageable(studio.channel.id).send(embed=card)
    await studio.robin.context_menu(studio.channel, MENU, message)
    assert [speech_of(job).text for job in await studio.jobs()] == ["News\nAll is well"]


@pytest.mark.parametrize(
    ("content", "files", "sentence"),
    [
        ("||a secret||", [], "without its spoilers and signs, no text is left"),
        ("🎉🎉 !!!", [], "without its spoilers and signs, no text is left"),
        ("", [("note.ogg", b"OggS")], "it has files, but no text"),
    ],
)
async def test_where_nothing_can_be_read_the_member_is_told_why(
    studio: Studio, content: str, files: list[tuple[str, bytes]], sentence: str
) -> None:
    message = await studio.sam.send(studio.channel, content, attachments=files)
    result = await studio.robin.context_menu(studio.channel, MENU, message)
    assert result.ephemeral
    assert sentence in result.response.content
    assert await studio.jobs() == []


async def test_a_message_that_is_too_long_is_read_to_the_end_of_a_sentence(studio: Studio) -> None:
    sentence = "All of this is well known to us. "
    message = await studio.sam.send(studio.channel, sentence * 8)
    result = await studio.robin.context_menu(studio.channel, MENU, message)
    (job,) = await studio.jobs()
    assert speech_of(job).text == (sentence * (MAX_TEXT // len(sentence))).strip()
    (note,) = result.followups
    assert note.ephemeral
    assert f"Only the first {len(speech_of(job).text)} of {len(sentence) * 8 - 1} characters" in note.content


async def test_it_goes_where_a_member_brings_the_bot_along(studio: Studio) -> None:
    studio.installed_by_user = True
    message = await studio.sam.send(studio.channel, "Hello")
    await studio.robin.context_menu(studio.channel, MENU, message)
    (job,) = await studio.jobs()
    assert (job.form, job.place.has_bot, job.place.scope_id) == (ResultForm.FILE, False, studio.robin.id)
