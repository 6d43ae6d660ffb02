"""/jobs: what was asked for, how it stands, and what can be done about it; and the buttons on every job's card."""

from typing import Literal

from discord import app_commands

from bot.discord_bot import Interaction, SoundboothBot
from bot.replies.answer import in_time, show_privately
from bot.replies.job_list import ListPlace, Whose
from cogs.cog import SoundboothCog, everywhere
from cogs.job_buttons import JobButton
from cogs.job_list import OpenMenu, PageButton, load_page


class Jobs(SoundboothCog):
    """The list, and everything that makes buttons work."""

    items = (JobButton, PageButton, OpenMenu)

    @app_commands.command(name="jobs", description="What you asked for: see it, cancel it, send it again")
    @app_commands.describe(whose="Yours, or for managers of this server everyone's")
    @everywhere
    async def jobs(self, interaction: Interaction, whose: Literal["mine", "everyone's"] = "mine") -> None:
        """Show the newest page of the list."""
        where = ListPlace(Whose.MINE if whose == "mine" else Whose.EVERYONES)
        card = await in_time(interaction, load_page(interaction, where), is_private=True)
        await show_privately(interaction, card)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Jobs(bot))
