"""The buttons on a job's card: cancel and retry. They work after a restart, because their ids say everything."""

import re
from typing import Any, Self

import discord
from discord.ext import commands

from bot.discord_bot import SoundboothBot, answer_error
from bot.models import ResultForm
from bot.replies.answer import in_time, replace_card
from bot.replies.cards import CANCEL, RETRY, build_card
from cogs.asking import place_of, possible_form, roles_of, show_accepted


class JobButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"job:(?P<action>{CANCEL}|{RETRY}):(?P<job_id>[0-9a-f]{{32}})",
):
    """A button that names its job."""

    def __init__(self, item: discord.ui.Button[Any], action: str, job_id: str) -> None:
        super().__init__(item)
        self.action = action
        self.job_id = job_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the button from its id."""
        del interaction
        if not isinstance(item, discord.ui.Button):
            raise TypeError("a job's custom id on something that is not a button")
        return cls(item, match["action"], match["job_id"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says. The border for whatever a button raises, as CommandTree.on_error is for commands."""
        try:
            if self.action == CANCEL:
                await self._cancel(interaction)
            else:
                await self._retry(interaction)
        except Exception as error:  # noqa: BLE001 - discord.py would log it and leave the member without an answer
            await answer_error(interaction, error)

    async def _cancel(self, interaction: discord.Interaction[SoundboothBot]) -> None:
        services = interaction.client.services
        moderates = interaction.permissions.manage_messages and interaction.guild_id is not None
        cancelling = services.jobs.cancel(
            self.job_id, interaction.user.id, guild_id=interaction.guild_id, moderates=moderates
        )
        job = await in_time(interaction, cancelling)
        try:
            if not interaction.response.is_done():
                await interaction.response.defer()
        finally:
            # Whether or not Discord took the answer: nobody else will show that the job is over.
            await services.delivery.show(job)

    async def _retry(self, interaction: discord.Interaction[SoundboothBot]) -> None:
        services = interaction.client.services
        # What failed for want of a permission would be paid for again in vain.
        possible_form(interaction, ResultForm.FILE)
        job = await in_time(
            interaction, services.jobs.retry(self.job_id, place_of(interaction), role_ids=roles_of(interaction))
        )
        await show_accepted(services, job, replace_card(interaction, build_card(job)))


class Jobs(commands.Cog):
    """Makes the buttons work."""

    def __init__(self, bot: SoundboothBot) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Listen for the buttons."""
        self._bot.add_dynamic_items(JobButton)

    async def cog_unload(self) -> None:
        """Stop listening."""
        self._bot.remove_dynamic_items(JobButton)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Jobs(bot))
