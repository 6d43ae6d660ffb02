"""/about and /help: what they say, and that every command they name exists."""

import re
from dataclasses import replace
from typing import Any

import discord

from bot import __version__
from bot.replies.about import COMMANDS, HELP_ID, PRIVACY_ID, TOPIC_ID, Facts, HelpTopic, Maker
from tests.cogs.conftest import Studio, text_of


async def help_on(studio: Studio, **options: str) -> Any:
    result = await studio.robin.slash(studio.channel, "help", **options)
    assert result.ephemeral
    return result.response


async def test_about_tells_what_this_is_and_who_makes_the_audio(studio: Studio) -> None:
    makers = {Maker.FINEVOICE: "FineVoice", Maker.STUDIO: "The studio inside this bot", Maker.OWN_SERVER: "A server of"}
    for maker, words in makers.items():
        studio.bot.services = replace(studio.bot.services, facts=Facts(maker, jobs_kept_days=1))
        result = await studio.robin.slash(studio.channel, "about")
        assert result.ephemeral
        fields = {one.name: one.value for one in result.response.embeds[0].fields}
        assert fields["Version"] == f"Soundbooth {__version__}"
        assert fields["Audio made by"].startswith(words)
        assert re.fullmatch(r"[\d,]+ ms|not connected", fields["Answers in"])
        assert fields["What I keep"].startswith("What you ask for, for one day after it is done")


async def test_its_buttons_show_help_and_privacy_also_after_a_restart(studio: Studio) -> None:
    about = (await studio.robin.slash(studio.channel, "about")).response
    await studio.restart()
    helped = await studio.robin.click(about, custom_id=HELP_ID)
    assert helped.ephemeral
    assert helped.response.embeds[0].title == "Overview"
    kept = await studio.robin.click(about, custom_id=PRIVACY_ID)
    assert kept.ephemeral
    assert kept.response.embeds[0].title == "What I keep about you"


async def test_help_names_commands_that_can_be_clicked(studio: Studio) -> None:
    known = {command.name: command.id for command in await studio.bot.tree.fetch_commands()}
    said = text_of(await help_on(studio))
    assert f"</tts:{known['tts']}>" in said
    assert f"</privacy show:{known['privacy']}>" in said


async def test_help_names_them_also_while_discord_does_not_tell_their_ids(studio: Studio) -> None:
    studio.env.inject_error("GET", "/applications/*/commands", status=503, times=None)
    assert "**/tts** says a text" in text_of(await help_on(studio))


async def test_every_topic_opens_from_the_command_and_from_the_menu(studio: Studio) -> None:
    shown = await help_on(studio, topic="voices")
    assert shown.embeds[0].title == "Voices"
    for topic in HelpTopic:
        opened = await studio.robin.select(shown, [topic.value], custom_id=TOPIC_ID)
        assert opened.response.id == shown.id, "in place of what was shown"
        assert text_of(opened.response)


async def test_help_speaks_of_pictures_only_where_sounds_are_made_of_them(studio: Studio) -> None:
    assert "an image or a video" in text_of(await help_on(studio))
    assert "attach an image" in text_of(await help_on(studio, topic="sound effects"))
    studio.bot.services = replace(studio.bot.services, sees_pictures=False)
    overview, effects = await help_on(studio), await help_on(studio, topic="sound effects")
    assert not {"image", "picture", "video"} & set(re.findall(r"\w+", text_of(overview)))
    assert "describe in words what it shows" in text_of(effects)
    opened = await studio.robin.select(overview, ["sound effects"], custom_id=TOPIC_ID)
    assert text_of(opened.response) == text_of(effects)


async def test_every_command_that_help_names_exists(studio: Studio) -> None:
    commands = {
        command.qualified_name
        for command in studio.bot.tree.walk_commands()
        if isinstance(command, discord.app_commands.Command)
    }
    assert set(COMMANDS.values()) <= commands
