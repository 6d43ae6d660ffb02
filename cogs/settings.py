"""/settings: what managers of a server decide about it, in one panel that only they see."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_bot import Interaction, SoundboothBot
from bot.preferences import without_channel, without_role
from bot.replies.answer import in_time, show_privately
from cogs.cog import SoundboothCog
from cogs.settings_controls import Change, PanelButton, PickMenu, TopicMenu, load_panel
from cogs.settings_windows import LengthsWindow, VoiceWindow


class Settings(SoundboothCog):
    """The panel, and everything that makes its controls work."""

    items = (TopicMenu, PickMenu, PanelButton)
    windows = (VoiceWindow, LengthsWindow)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Forget a channel that is deleted."""
        await self._forget(channel.guild.id, lambda chosen: without_channel(chosen, channel.id))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        """Forget a thread that is deleted; discord.py itself knows few of them."""
        await self._forget(thread.guild_id, lambda chosen: without_channel(chosen, thread.thread_id))

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Forget a role that is deleted."""
        await self._forget(role.guild.id, lambda chosen: without_role(chosen, role.id))

    async def _forget(self, guild_id: int, change: Change) -> None:
        preferences = self._services.preferences
        chosen = await preferences.guild(guild_id)
        # Most of what is deleted was never chosen for anything.
        if change(chosen) != chosen:
            await preferences.change_guild(guild_id, change)

    @app_commands.command(name="settings", description="Settings of this server: voice, channels, roles, transcripts")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def settings(self, interaction: Interaction) -> None:
        """Show the panel to the manager alone."""
        await show_privately(interaction, await in_time(interaction, load_panel(interaction), is_private=True))


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Settings(bot))
