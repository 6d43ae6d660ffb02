"""/about and /help."""

import math

from discord import app_commands

from bot.discord_bot import Interaction, SoundboothBot
from bot.replies.about import HELP_ID, HELP_NAMES, PRIVACY_ID, TOPIC_ID, HelpTopic, build_about, build_help
from bot.replies.answer import in_time, replace_card, show_privately
from bot.replies.cards import Card
from cogs.cog import SoundboothCog, everywhere
from cogs.pressing import LastingButton, LastingMenu
from cogs.privacy import load_kept


class AboutButton(LastingButton, template=rf"(?P<action>{HELP_ID}|{PRIVACY_ID})"):
    """A button that shows help, or what is kept of whoever presses it."""

    async def pressed(self, interaction: Interaction) -> None:
        """Answer with a message of its own, for whoever pressed it alone."""
        loading = load_help(interaction) if self.action == HELP_ID else load_kept(interaction)
        await show_privately(interaction, await in_time(interaction, loading, is_private=True, is_new=True))


class HelpMenu(LastingMenu, template=TOPIC_ID):
    """The menu of help topics."""

    async def pressed(self, interaction: Interaction) -> None:
        """Show the topic in place of what is shown."""
        picked = self.item.values[0]
        # A menu from another version of this bot may offer something else.
        topic = HelpTopic(picked) if picked in set(HelpTopic) else HelpTopic.OVERVIEW
        await replace_card(interaction, await in_time(interaction, load_help(interaction, topic)))


async def load_help(interaction: Interaction, topic: HelpTopic = HelpTopic.OVERVIEW) -> Card:
    """What is said about the topic."""
    command_ids, sees_pictures = await interaction.client.command_ids(), interaction.client.services.sees_pictures
    return build_help(topic, command_ids, sees_pictures=sees_pictures)


class About(SoundboothCog):
    """What the bot is and how it is used."""

    items = (AboutButton, HelpMenu)

    @app_commands.command(name="about", description="What this bot is, who makes its audio, and what it keeps")
    @everywhere
    async def about(self, interaction: Interaction) -> None:
        """Show it to the member alone."""
        latency_s = self._bot.latency
        # Until the first heartbeat came back it is not a number, and without a connection it has no end.
        latency_ms = round(latency_s * 1000) if math.isfinite(latency_s) else None
        name = self._bot.user.display_name if self._bot.user else "Soundbooth"
        await show_privately(interaction, build_about(self._bot.services.facts, name, latency_ms))

    @app_commands.command(name="help", description="How to use this bot, and what to do when something does not work")
    @app_commands.describe(topic="What about; without it, everything in short")
    @app_commands.choices(topic=[app_commands.Choice(name=name, value=topic) for topic, name in HELP_NAMES.items()])
    @everywhere
    async def help(self, interaction: Interaction, topic: str = HelpTopic.OVERVIEW) -> None:
        """Show it to the member alone."""
        card = await in_time(interaction, load_help(interaction, HelpTopic(topic)), is_private=True)
        await show_privately(interaction, card)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(About(bot))
