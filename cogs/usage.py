"""/usage: what was used and what is left, in sentences and as a picture."""

import asyncio
import io
from datetime import UTC
from typing import Literal

import discord
from discord import app_commands

from bot.discord_bot import Interaction, SoundboothBot
from bot.limits import UsageReport
from bot.replies.answer import in_time, show_privately
from bot.replies.usage import PICTURE_NAME, build_usage, limits_shown, usage_alt_text
from bot.replies.usage_chart import draw_usage
from cogs.asking import place_of, roles_of
from cogs.cog import SoundboothCog, everywhere
from cogs.rights import managed_guild


class Usage(SoundboothCog):
    """What was used."""

    @app_commands.command(name="usage", description="What you used lately, and what is left of your limits")
    @app_commands.describe(whose="Yours, or for managers of this server everyone's")
    @everywhere
    async def usage(self, interaction: Interaction, whose: Literal["mine", "everyone's"] = "mine") -> None:
        """Show it to the member alone."""
        whole_server = whose == "everyone's"
        if whole_server:
            managed_guild(interaction)
        work = self._look_up(interaction, whole_server=whole_server)
        report, picture = await in_time(interaction, work, is_private=True)
        file = discord.File(
            io.BytesIO(picture), PICTURE_NAME, description=usage_alt_text(report, whole_server=whole_server)
        )
        await show_privately(interaction, build_usage(report, whole_server=whole_server), file)

    async def _look_up(self, interaction: Interaction, *, whole_server: bool) -> tuple[UsageReport, bytes]:
        report = await self._bot.services.fair_use.usage(
            place_of(interaction), roles_of(interaction.user), whole_guild=whole_server
        )
        limits = limits_shown(report, whole_server=whole_server)
        today = interaction.created_at.astimezone(UTC).date()
        return report, await asyncio.to_thread(draw_usage, report.days, limits, today)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Usage(bot))
