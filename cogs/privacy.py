"""/privacy: what is kept about a member. Always about the one who asks, and for their eyes only."""

import io
from dataclasses import replace
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.delivery.uploads import room_for
from bot.discord_bot import Interaction, SoundboothBot
from bot.preferences import NO_RETENTION, GuildSettings
from bot.replies.answer import confirm, in_time, replace_card, show_privately
from bot.replies.cards import Card
from bot.replies.privacy import (
    DELETE_ID,
    EXPORT_NAME,
    build_delete_question,
    build_deleted,
    build_export,
    build_kept,
    describe_export,
    say_wish,
)
from cogs.cog import FOR_ALL, IN_ALL_PLACES, SoundboothCog
from cogs.pressing import LastingButton


async def load_kept(interaction: Interaction) -> Card:
    """What is kept about whoever asks."""
    services = interaction.client.services
    kept = await services.privacy.count(interaction.user.id)
    return build_kept(kept, services.facts.jobs_kept_days, await interaction.client.command_ids())


class DeleteButton(LastingButton, template=DELETE_ID):
    """Removes what is kept about whoever presses it."""

    async def pressed(self, interaction: Interaction) -> None:
        """Remove it, and say so in place of the question."""
        await in_time(interaction, interaction.client.services.privacy.delete(interaction.user.id))
        await replace_card(interaction, build_deleted())


class Privacy(SoundboothCog):
    """What is kept, and what a member may do about it."""

    privacy = app_commands.Group(
        name="privacy",
        description="What I keep about you: see it, have it, delete it",
        allowed_installs=FOR_ALL,
        allowed_contexts=IN_ALL_PLACES,
    )

    items = (DeleteButton,)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Keep no transcript of a server that removed the bot, or was deleted.

        Its other settings stay, should it return; keeping is then turned on anew by whoever wants it.
        """
        services = self._bot.services
        # Before what is kept is removed: a result that is delivered meanwhile, or later, would be kept.
        if (await services.preferences.guild(guild.id)).keep_transcripts_days != NO_RETENTION:
            await services.preferences.change_guild(guild.id, _keeping_nothing)
        await services.privacy.keep_transcripts_at_most(guild.id, days=NO_RETENTION)

    @privacy.command(name="show", description="See what I keep about you")
    async def show(self, interaction: Interaction) -> None:
        """Show how much there is of what."""
        await show_privately(interaction, await in_time(interaction, load_kept(interaction), is_private=True))

    @privacy.command(name="export", description="Get everything that I keep about you as a file")
    async def export(self, interaction: Interaction) -> None:
        """Hand it over as JSON."""
        # A boosted server's limit for one file may be higher than what Discord takes in one request.
        room = room_for(interaction.filesize_limit)
        max_bytes = min(room.file_bytes, room.request_bytes)
        exporting = self._bot.services.privacy.export(interaction.user.id, max_bytes=max_bytes)
        export = await in_time(interaction, exporting, is_private=True)
        file = discord.File(io.BytesIO(export.document), EXPORT_NAME, description=describe_export())
        card = build_export(export.jobs_left_out, export.transcripts_left_out)
        await show_privately(interaction, card, file)

    @privacy.command(name="delete", description="Delete what I keep about you")
    async def delete(self, interaction: Interaction) -> None:
        """Ask first."""
        await show_privately(interaction, build_delete_question())

    @privacy.command(name="transcribe-me", description="Whether others may have me write down your voice notes")
    @app_commands.describe(others_may="on: others may; off: nobody but you may")
    @app_commands.rename(others_may="others")
    async def transcribe_me(self, interaction: Interaction, others_may: Literal["on", "off"]) -> None:
        """Note the wish. It holds everywhere."""
        transcribing, user_id = self._bot.services.transcribing, interaction.user.id
        is_out = others_may == "off"
        noting = transcribing.opt_out(user_id) if is_out else transcribing.opt_in(user_id)
        await in_time(interaction, noting, is_private=True)
        await confirm(interaction, say_wish(is_out=is_out))


def _keeping_nothing(settings: GuildSettings) -> GuildSettings:
    return replace(settings, keep_transcripts_days=NO_RETENTION)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Privacy(bot))
