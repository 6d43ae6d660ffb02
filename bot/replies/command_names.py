"""Commands in the languages of members: their names and descriptions, and those of their options and choices.

All of it goes to Discord with the commands themselves, which shows each member their own language. A command is still
sent to the bot under its English name, and can still be typed by it.
"""

import asyncio

from discord import Locale
from discord.app_commands import (
    ContextMenu,
    TranslationContextLocation,
    TranslationContextTypes,
    Translator,
    locale_str,
)

from bot.replies.language import LANGUAGES, catalogue, load_catalogues

# The contexts (msgctxt) under which catalogues have these texts: each has rules of its own.
COMMAND, MENU, OPTION, CHOICE, DESCRIPTION = "command name", "menu name", "option name", "choice", "description"
_CONTEXTS = {
    TranslationContextLocation.command_name: COMMAND,
    TranslationContextLocation.group_name: COMMAND,
    TranslationContextLocation.parameter_name: OPTION,
    TranslationContextLocation.choice_name: CHOICE,
    TranslationContextLocation.command_description: DESCRIPTION,
    TranslationContextLocation.group_description: DESCRIPTION,
    TranslationContextLocation.parameter_description: DESCRIPTION,
}


class CommandTranslator(Translator):
    """Looks up what discord.py asks for while it sends the commands to Discord."""

    async def load(self) -> None:
        """Read the languages, so that nobody's answer waits for it."""
        await asyncio.to_thread(load_catalogues)

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        """The text in the language; None where it is the same as in English, or nobody translated it."""
        # Asked for each text in each of Discord's languages, which are many more than ours.
        if locale.value not in LANGUAGES:
            return None
        text = string.message
        translated = catalogue(locale.value).pgettext(context_of(context), text)
        return None if translated == text else translated


def context_of(context: TranslationContextTypes) -> str:
    """The context under which catalogues have a text of a command."""
    if isinstance(context.data, ContextMenu):
        return MENU
    return _CONTEXTS[context.location]
