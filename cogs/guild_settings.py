"""/settings: what managers of a server decide about it, in one panel that only they see."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_bot import SoundboothBot
from bot.replies.answer import in_time, show_privately
from cogs.settings_controls import PanelButton, PickMenu, TopicMenu, load_panel
from cogs.settings_windows import is_window, take_window

ITEMS = (TopicMenu, PickMenu, PanelButton)


class GuildSettings(commands.Cog):
    """The panel, and everything that makes its controls work."""

    def __init__(self, bot: SoundboothBot) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Listen for the controls, those of panels from before this process too."""
        self._bot.add_dynamic_items(*ITEMS)

    async def cog_unload(self) -> None:
        """Stop listening."""
        self._bot.remove_dynamic_items(*ITEMS)

    @app_commands.command(name="settings", description="Settings of this server: voice, channels, roles, transcripts")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def settings(self, interaction: discord.Interaction[SoundboothBot]) -> None:
        """Show the panel to the manager alone."""
        await show_privately(interaction, await in_time(interaction, load_panel(interaction), is_private=True))

    @commands.Cog.listener("on_interaction")
    async def on_window(self, interaction: discord.Interaction[Any]) -> None:
        """Take what was typed. The library forgets with the process which windows are open; their ids say enough."""
        if is_window(interaction):
            await take_window(interaction)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(GuildSettings(bot))
