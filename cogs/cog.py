"""What all cogs have in common: the bot's services, and what works as long as the cog is loaded."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_bot import Interaction, Services, SoundboothBot
from cogs.pressing import LastingItem, WindowAnswer, answering, custom_id_of, typed_in

CommandT = TypeVar("CommandT")
FOR_ALL = app_commands.AppInstallationType(guild=True, user=True)
IN_ALL_PLACES = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)


def everywhere(command: CommandT) -> CommandT:
    """Offer a command in servers, in direct messages, and wherever members are who installed the bot for themselves."""
    installed = app_commands.allowed_installs(guilds=True, users=True)(command)
    return app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(installed)


class SoundboothCog(commands.Cog):
    """A cog whose buttons, menus and windows work while it is loaded, those from before this process too."""

    items: ClassVar[tuple[type[LastingItem[Any]], ...]] = ()
    windows: ClassVar[tuple[type[WindowAnswer], ...]] = ()

    def __init__(self, bot: SoundboothBot) -> None:
        self._bot = bot
        self._message_menus: list[app_commands.ContextMenu] = []

    @property
    def _services(self) -> Services:
        """Asked for when they are used: a bot that only sends its commands to Discord has none."""
        return self._bot.services

    def _offer_on_messages(self, name: str, callback: Callable[[Any, discord.Message], Awaitable[None]]) -> None:
        """Offer ``callback`` in the menu of every message; discord.py collects only slash commands by itself."""
        menu = app_commands.ContextMenu(
            name=name,
            callback=cast("Any", callback),
            allowed_installs=FOR_ALL,
            allowed_contexts=IN_ALL_PLACES,
        )
        self._message_menus.append(menu)

    async def cog_load(self) -> None:
        """Offer the menus and listen for the buttons; called by discord.py."""
        for menu in self._message_menus:
            self._bot.tree.add_command(menu)
        self._bot.add_dynamic_items(*self.items)

    async def cog_unload(self) -> None:
        """Take all of it back; called by discord.py."""
        for menu in self._message_menus:
            self._bot.tree.remove_command(menu.name, type=menu.type)
        self._bot.remove_dynamic_items(*self.items)

    def knows(self, custom_id: str) -> bool:
        """Whether a button, a menu or a window of this cog has that id."""
        return any(known.pattern.fullmatch(custom_id) for known in (*self.items, *self.windows))

    @commands.Cog.listener("on_interaction")
    async def take_window(self, interaction: Interaction) -> None:
        """Take a window of this cog that was sent off; called by discord.py for every interaction."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        for window in self.windows:
            found = window.pattern.fullmatch(custom_id_of(interaction))
            if found is not None:
                answer, typed = window(found), typed_in(interaction)
                async with answering(interaction) as outcome:
                    await answer.sent(interaction, typed)
                if outcome.has_failed:
                    async with answering(interaction):
                        await answer.not_done(interaction, typed)
