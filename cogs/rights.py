"""What a member may do beyond their own jobs. Asked anew at each command and each press of a button."""

from bot.discord_bot import Interaction
from bot.errors import InvalidRequest
from cogs.asking import guild_of


def manages(interaction: Interaction) -> bool:
    """True for members with Manage Server, in a server that the bot is a member of."""
    rights = interaction.permissions
    return guild_of(interaction) is not None and (rights.manage_guild or rights.administrator)


def moderates(interaction: Interaction) -> bool:
    """True for whoever may take away other members' messages here, and for managers."""
    return guild_of(interaction) is not None and looks_privately(interaction)


def looks_privately(interaction: Interaction) -> bool:
    """True for who looks into things in a server that others need not see, also where they brought the bot along."""
    rights = interaction.permissions
    is_moderator = rights.manage_messages or rights.manage_guild or rights.administrator
    return interaction.guild_id is not None and is_moderator


def managed_guild(interaction: Interaction) -> int:
    """The id of the server, which this member manages.

    Raises:
        InvalidRequest: ``managers_only``.
    """
    guild_id = guild_of(interaction)
    if guild_id is None or not manages(interaction):
        raise InvalidRequest("managers_only")
    return guild_id
