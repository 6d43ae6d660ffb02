"""Which commands Discord offers a member in a channel, and on whose behalf the bot acts there.

Source: discord-api-docs interactions/application-commands.mdx "Contexts" and "Permissions",
resources/application.mdx "Installation Context", commit c98d64bc, read 2026-11-22.
"""

from bot.sandbox.commands import Commands
from bot.sandbox.models import IN_BOT_DM, IN_GUILD, Channel
from bot.sandbox.page_api import PageProblem
from bot.sandbox.permissions import allows
from bot.sandbox.wire import JsonObject, is_json_list
from bot.sandbox.world import World

GUILD_INSTALL, USER_INSTALL = 0, 1
"""Integration types."""

_USUAL_CONTEXTS = (IN_GUILD, IN_BOT_DM)
"""Meant by a command that names none. Discord's default depends on the app's settings in the portal; a private
channel has to be asked for here."""


class CommandAccess:
    """Decides who may use which command where."""

    def __init__(self, world: World, commands: Commands) -> None:
        self._world = world
        self._commands = commands

    def command(self, command_id: str, user_id: str, channel: Channel) -> JsonObject:
        """Find a command the member may use in the channel.

        Raises:
            PageProblem: 404 when there is none, 403 when this member may not use it here.
        """
        command = self._commands.find(command_id)
        if command is None or command["guild_id"] not in {None, channel.guild_id}:
            raise PageProblem("There is no such command here.", 404)
        if not self._is_meant_for(command, channel) or not self.owners(command, user_id, channel):
            raise PageProblem("That command cannot be used here.", 403)
        if not self._has_permissions(command, user_id, channel):
            raise PageProblem("You may not use that command.", 403)
        return command

    def usable_ids(self, user_id: str, channel: Channel) -> list[str]:
        """List the ids of the commands Discord would show the member in the channel."""
        usable: list[str] = []
        for command in self._commands.all():
            try:
                usable.append(str(self.command(str(command["id"]), user_id, channel)["id"]))
            except PageProblem:
                continue
        return usable

    def owners(self, command: JsonObject, user_id: str, channel: Channel) -> JsonObject:
        """Give ``authorizing_integration_owners`` for this use; empty when no installation allows it."""
        kinds = command.get("integration_types")
        types = kinds if is_json_list(kinds) else [GUILD_INSTALL]
        found: JsonObject = {}
        # A guild's own commands are the guild's in any case.
        if (GUILD_INSTALL in types or command["guild_id"] is not None) and self._world.is_bot_here(channel):
            found[str(GUILD_INSTALL)] = channel.guild_id or "0"
        if USER_INSTALL in types and self._world.users[user_id].has_app:
            found[str(USER_INSTALL)] = user_id
        return found

    def _is_meant_for(self, command: JsonObject, channel: Channel) -> bool:
        here, contexts = channel.context, command.get("contexts")
        if here != IN_GUILD and not command["dm_permission"]:
            return False
        return here in (contexts if is_json_list(contexts) and contexts else _USUAL_CONTEXTS)

    def _has_permissions(self, command: JsonObject, user_id: str, channel: Channel) -> bool:
        """Compare permissions; "0" in a command's definition means administrators only."""
        if channel.guild_id is None:
            return True
        granted = self._world.permissions_of(user_id, channel)
        if allows(granted, "administrator"):
            return True
        if not allows(granted, "use_application_commands"):
            return False
        needed = command.get("default_member_permissions")
        # Discord does not apply a server's rules about a command to an app that is not in the server.
        if not isinstance(needed, str) or not self._world.is_bot_here(channel):
            return True
        return int(needed) > 0 and granted & int(needed) == int(needed)
