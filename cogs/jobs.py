"""/jobs: what was asked for, how it stands, and what can be done about it; and the buttons on every job's card."""

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_bot import SoundboothBot
from bot.replies.answer import in_time, show_privately
from bot.replies.job_list import ListPlace, Whose
from cogs.job_buttons import JobButton
from cogs.job_list import OpenMenu, PageButton, load_page

ITEMS = (JobButton, PageButton, OpenMenu)


class Jobs(commands.Cog):
    """The list, and everything that makes buttons work."""

    def __init__(self, bot: SoundboothBot) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Listen for the buttons, those of messages from before this process too."""
        self._bot.add_dynamic_items(*ITEMS)

    async def cog_unload(self) -> None:
        """Stop listening."""
        self._bot.remove_dynamic_items(*ITEMS)

    @app_commands.command(name="jobs", description="What you asked for: see it, cancel it, send it again")
    @app_commands.describe(whose="Yours, or for managers of this server everyone's")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def jobs(
        self, interaction: discord.Interaction[SoundboothBot], whose: Literal["mine", "everyone's"] = "mine"
    ) -> None:
        """Show the newest page of the list."""
        where = ListPlace(Whose.MINE if whose == "mine" else Whose.EVERYONES)
        card = await in_time(interaction, load_page(interaction, where), is_private=True)
        await show_privately(interaction, card)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Jobs(bot))
