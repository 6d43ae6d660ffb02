"""Old messages: a button, a menu or a window from a version of this bot that knew other ones is answered too."""

import discord
from discord.ext import commands

from bot.discord_bot import Interaction, SoundboothBot
from bot.errors import InvalidRequest
from cogs.cog import SoundboothCog
from cogs.pressing import answering, custom_id_of

PRESSED = frozenset({discord.InteractionType.component, discord.InteractionType.modal_submit})


class OldMessages(SoundboothCog):
    """Answers for what no cog knows any more; Discord would only say that the interaction failed."""

    @commands.Cog.listener("on_interaction")
    async def answer_unknown(self, interaction: Interaction) -> None:
        """Say what to do instead; called by discord.py for every interaction."""
        cogs = (cog for cog in self._bot.cogs.values() if isinstance(cog, SoundboothCog))
        if interaction.type in PRESSED and not any(cog.knows(custom_id_of(interaction)) for cog in cogs):
            async with answering(interaction):
                raise InvalidRequest("not_offered")


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(OldMessages(bot))
