"""Commands in the languages of members, as they go to Discord."""

import asyncio
from collections.abc import Iterator
from typing import Any, cast
from unittest.mock import Mock

import discord
import pytest
from discord.app_commands import (
    Choice,
    Command,
    ContextMenu,
    TranslationContext,
    TranslationContextLocation,
    locale_str,
)

from bot.discord_bot import EXTENSIONS, SoundboothBot
from bot.replies.command_names import CHOICE, COMMAND, DESCRIPTION, MENU, OPTION, CommandTranslator, context_of
from bot.replies.language import LANGUAGES
from bot.sandbox.command_forms import read_commands

Where = TranslationContextLocation
Part = dict[str, Any]


async def load_payloads() -> list[Part]:
    async with SoundboothBot(sync_commands=False) as bot:
        for extension in EXTENSIONS:
            await bot.load_extension(extension)
        return cast("list[Part]", await bot.command_payloads())


@pytest.fixture(scope="module")
def payloads() -> list[Part]:
    return asyncio.run(load_payloads())


def lists_in(part: Part) -> Iterator[list[Part]]:
    """The lists of subcommands, options and choices in a command."""
    for key in ("options", "choices"):
        if part.get(key):
            yield part[key]
            for nested in part[key]:
                yield from lists_in(nested)


def name_in(part: Part, locale: str) -> str:
    localized: Part = part.get("name_localizations") or {}
    return str(localized.get(locale, part["name"]))


def test_discord_takes_all_commands_in_all_languages(payloads: list[Part]) -> None:
    # Names, lengths, 25 options and choices, 8,000 characters a command: see bot/sandbox/command_forms.py.
    assert len(read_commands(list(payloads))) == len(payloads)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_nothing_side_by_side_has_the_same_name(payloads: list[Part], locale: str) -> None:
    for beside in [payloads, *(parts for command in payloads for parts in lists_in(command))]:
        names = [(part.get("type") if beside is payloads else None, name_in(part, locale)) for part in beside]
        assert len(set(names)) == len(names), f"{locale}: {names}"


def test_members_see_names_and_descriptions_in_their_language(payloads: list[Part]) -> None:
    (tts,) = [command for command in payloads if command["name"] == "tts"]
    assert tts["description_localizations"]["de"] == "Etwas mit einer KI-Stimme sagen"
    options = {option["name"]: option for option in tts["options"]}
    assert options["voice"]["name_localizations"]["de"] == "stimme"
    (choice,) = [choice for choice in options["as"]["choices"] if choice["value"] == "voice message"]
    assert (choice["name"], choice["name_localizations"]["de"]) == ("voice message", "Sprachnachricht")


async def test_both_kinds_of_spanish_are_the_same_one() -> None:
    assert LANGUAGES["es-ES"] == LANGUAGES["es-419"] == "es"


@pytest.fixture
async def translator() -> CommandTranslator:
    made = CommandTranslator()
    await made.load()
    return made


def at(location: TranslationContextLocation, data: object = None) -> Any:
    """Where a text stands. The library's own type has a different form for each place."""
    return cast("Any", TranslationContext)(location, data)


OF_COMMAND = at(Where.command_name, Mock(spec=Command))
OF_MENU = at(Where.command_name, Mock(spec=ContextMenu))
OF_CHOICE = at(Where.choice_name, Choice(name="file", value="file"))


async def test_what_is_called_the_same_as_in_english_is_not_sent(translator: CommandTranslator) -> None:
    assert await translator.translate(locale_str("tts"), discord.Locale.german, OF_COMMAND) is None


async def test_what_nobody_translated_is_not_sent(translator: CommandTranslator) -> None:
    assert await translator.translate(locale_str("no such name"), discord.Locale.german, OF_COMMAND) is None
    assert await translator.translate(locale_str("file"), discord.Locale.dutch, OF_CHOICE) is None


async def test_the_same_word_may_be_translated_otherwise_elsewhere(translator: CommandTranslator) -> None:
    assert await translator.translate(locale_str("Read aloud"), discord.Locale.german, OF_MENU) == "Vorlesen"
    assert await translator.translate(locale_str("Read aloud"), discord.Locale.german, OF_COMMAND) is None


def test_every_text_of_a_command_has_a_context_of_its_own_rules() -> None:
    assert [context_of(context) for context in (OF_COMMAND, OF_MENU, OF_CHOICE)] == [COMMAND, MENU, CHOICE]
    described = [where for where in Where if where.name.endswith("_description")]
    assert {context_of(at(where)) for where in described} == {DESCRIPTION}
    assert context_of(at(Where.parameter_name)) == OPTION
