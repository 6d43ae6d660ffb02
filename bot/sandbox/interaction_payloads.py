"""What a bot receives when a member uses a command, a button, a menu or a window.

Source: discord-api-docs interactions/receiving-and-responding.mdx "Interaction Object", read 2026-11-22.
"""

from dataclasses import dataclass, field

from bot.sandbox.command_forms import GROUP, SUBCOMMAND
from bot.sandbox.interactions import COMMAND, COMPONENT, MODAL_SUBMIT, Interaction
from bot.sandbox.message_payloads import MessageWriter
from bot.sandbox.models import ENGLISH, Attachment, Message
from bot.sandbox.payloads import full_member_json, member_json, partial_channel_json, role_json, user_json
from bot.sandbox.wire import JsonObject, objects_in
from bot.sandbox.world import World


@dataclass
class Resolved:
    """Ids named in an interaction, by kind; they are written out in ``data.resolved``."""

    users: set[str] = field(default_factory=set[str])
    roles: set[str] = field(default_factory=set[str])
    channels: set[str] = field(default_factory=set[str])
    messages: list[Message] = field(default_factory=list[Message])
    attachments: list[Attachment] = field(default_factory=list[Attachment])


class InteractionWriter:
    """Writes INTERACTION_CREATE."""

    def __init__(self, world: World, messages: MessageWriter) -> None:
        self._world = world
        self._messages = messages

    def interaction_json(self, interaction: Interaction) -> JsonObject:
        """Write the whole event."""
        world, channel = self._world, interaction.channel
        guild, limit = world.guild_of(channel), world.file_limit_of(channel)
        body: JsonObject = {
            "id": interaction.id,
            "application_id": world.application_id,
            "type": interaction.type,
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": channel.id,
            "channel": partial_channel_json(world, channel, interaction.user_id),
            "app_permissions": str(world.app_permissions(interaction.user_id, channel)),
            "attachment_size_limit": limit.size_bytes if limit.told_bytes is None else limit.told_bytes,
            "locale": world.users[interaction.user_id].locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": interaction.owners,
            "context": channel.context,
        }
        if guild is None:
            body["user"] = user_json(world.users[interaction.user_id])
        else:
            granted = world.permissions_of(interaction.user_id, channel)
            member = full_member_json(world, guild, interaction.user_id)
            body["guild_id"] = guild.id
            body["guild"] = {"id": guild.id, "locale": ENGLISH, "features": []}
            body["guild_locale"] = ENGLISH
            body["member"] = {**member, "permissions": str(granted), "unusual_dm_activity_until": None}
        source = channel.messages.get(interaction.source_message_id or "")
        if source is not None and interaction.type in {COMPONENT, MODAL_SUBMIT}:
            body["message"] = self._messages.message_json(source)
        return body

    def metadata(self, interaction: Interaction, *, parent: JsonObject | None = None) -> JsonObject:
        """Write what the answers will say about where they come from."""
        body: JsonObject = {
            "id": interaction.id,
            "type": interaction.type,
            "user": user_json(self._world.users[interaction.user_id]),
            "authorizing_integration_owners": interaction.owners,
        }
        if interaction.type == COMMAND:
            body["name"] = _full_name(interaction.data)
            body["command_type"] = interaction.command_type
            if isinstance(target_id := interaction.data.get("target_id"), str):
                body |= self._target(target_id)
        elif interaction.type == COMPONENT:
            body["interacted_message_id"] = interaction.source_message_id
        elif parent is not None:
            body["triggering_interaction_metadata"] = parent
        return body

    def _target(self, target_id: str) -> JsonObject:
        user = self._world.users.get(target_id)
        return {"target_message_id": target_id} if user is None else {"target_user": user_json(user)}

    def resolved_json(self, resolved: Resolved, interaction: Interaction) -> JsonObject:
        """Write out everything an interaction names by id."""
        world = self._world
        guild = world.guild_of(interaction.channel)
        body: JsonObject = {}
        if resolved.users:
            body["users"] = {user: user_json(world.users[user]) for user in resolved.users}
        if resolved.users and guild is not None:
            body["members"] = {
                user: {**member_json(guild, user), "permissions": str(world.permissions_of(user, interaction.channel))}
                for user in resolved.users
                if user in guild.member_roles
            }
        if resolved.roles and guild is not None:
            body["roles"] = {role: role_json(guild.roles[role]) for role in resolved.roles}
        if resolved.channels:
            body["channels"] = {
                one: partial_channel_json(world, world.channels[one], interaction.user_id) for one in resolved.channels
            }
        if resolved.messages:
            body["messages"] = {one.id: self._messages.message_json(one) for one in resolved.messages}
        if resolved.attachments:
            body["attachments"] = {one.id: self._messages.attachment_json(one) for one in resolved.attachments}
        return body


def _full_name(data: JsonObject) -> str:
    """The name of a command with those of its group and subcommand, as Discord tells it with the answer."""
    nested = (one for one in objects_in(data.get("options")) if one.get("type") in {SUBCOMMAND, GROUP})
    return " ".join([str(data.get("name", "")), *(_full_name(one) for one in nested)])
