"""/settings: what managers of a server decide about it, in one panel that only they see."""

from discord import app_commands

from bot.discord_bot import Interaction, SoundboothBot
from bot.replies.answer import in_time, show_privately
from cogs.cog import SoundboothCog
from cogs.settings_controls import PanelButton, PickMenu, TopicMenu, load_panel
from cogs.settings_windows import LengthsWindow, VoiceWindow


class GuildSettings(SoundboothCog):
    """The panel, and everything that makes its controls work."""

    items = (TopicMenu, PickMenu, PanelButton)
    windows = (VoiceWindow, LengthsWindow)

    @app_commands.command(name="settings", description="Settings of this server: voice, channels, roles, transcripts")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def settings(self, interaction: Interaction) -> None:
        """Show the panel to the manager alone."""
        await show_privately(interaction, await in_time(interaction, load_panel(interaction), is_private=True))


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(GuildSettings(bot))
