"""The world's people and places in the shapes Discord sends them.

Source: discord-api-docs resources/user.mdx, guild.mdx, channel.mdx, application.mdx and topics/permissions.mdx.
"""

from bot.sandbox.models import Channel, Guild, Role, SoundboardSound, User
from bot.sandbox.wire import JsonObject, as_timestamp
from bot.sandbox.world import World

_TEXT_CHANNEL, _DM, _GROUP_DM = 0, 1, 3
_ROLE_OVERWRITE = 0
_PEOPLE_IN_A_DM = 2
_AUTOMOD_RULE_STEP = 900_000
_CONTENT_INTENT_ENABLED = 1 << 18
"""Application flag of the portal's message content switch, in its unverified-bot form."""


def user_json(user: User) -> JsonObject:
    """Write a user as everybody sees them."""
    return {
        "id": user.id,
        "username": user.username,
        "global_name": None if user.is_bot else user.display_name,
        "discriminator": "0000" if user.is_bot else "0",
        "avatar": None,
        "bot": user.is_bot,
        "public_flags": 0,
    }


def me_json(user: User) -> JsonObject:
    """Write the bot's own user, as ``/users/@me`` and READY do."""
    return {**user_json(user), "verified": True, "mfa_enabled": True, "email": None, "flags": 0, "locale": "en-US"}


def application_json(world: World) -> JsonObject:
    """Write the bot's application."""
    bot = world.users[world.bot_id]
    owner = next(user for user in world.users.values() if not user.is_bot)
    return {
        "id": world.application_id,
        "name": bot.display_name,
        "icon": None,
        "description": "An AI audio studio for Discord servers.",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": _CONTENT_INTENT_ENABLED,
        "owner": user_json(owner),
        "team": None,
        "bot": user_json(bot),
        "approximate_guild_count": len(world.guilds_of_bot()),
        "integration_types_config": {"0": {}, "1": {}},
    }


def role_json(role: Role) -> JsonObject:
    """Write a role."""
    body: JsonObject = {
        "id": role.id,
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.bot_id is not None,
        "mentionable": False,
        "flags": 0,
        "icon": None,
        "unicode_emoji": None,
    }
    if role.bot_id is not None:
        body["tags"] = {"bot_id": role.bot_id}
    return body


def member_json(guild: Guild, user_id: str) -> JsonObject:
    """Write what a guild knows of a member; the user itself is not in it."""
    return {
        "roles": list(guild.member_roles.get(user_id, [])),
        "nick": None,
        "avatar": None,
        "banner": None,
        "joined_at": as_timestamp(guild.joined_at),
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def full_member_json(world: World, guild: Guild, user_id: str) -> JsonObject:
    """Write a member with their user."""
    return {**member_json(guild, user_id), "user": user_json(world.users[user_id])}


def channel_type(channel: Channel) -> int:
    """Say which of Discord's channel types a channel has."""
    if channel.guild_id is not None:
        return _TEXT_CHANNEL
    return _GROUP_DM if len(channel.member_ids) > _PEOPLE_IN_A_DM else _DM


def _private_channel_json(world: World, channel: Channel) -> JsonObject:
    recipients = [user_json(user) for user in world.members_of(channel) if not user.is_bot]
    body: JsonObject = {
        "id": channel.id,
        "type": channel_type(channel),
        "last_message_id": channel.last_message_id,
        "recipients": recipients,
        "flags": 0,
    }
    if body["type"] == _GROUP_DM:
        body |= {"name": channel.name, "icon": None, "owner_id": channel.member_ids[0]}
    return body


def _overwrites(world: World, channel: Channel) -> list[JsonObject]:
    guild = world.guild_of(channel)
    if guild is None or not channel.bot_denied or not world.has_bot(guild):
        return []
    role = world.bot_role(guild)
    return [{"id": role.id, "type": _ROLE_OVERWRITE, "allow": "0", "deny": str(channel.bot_denied)}]


def channel_json(world: World, channel: Channel) -> JsonObject:
    """Write a guild channel, direct messages or a group."""
    if channel.guild_id is None:
        return _private_channel_json(world, channel)
    return {
        "id": channel.id,
        "type": _TEXT_CHANNEL,
        "guild_id": channel.guild_id,
        "name": channel.name,
        "topic": channel.topic,
        "position": channel.position,
        "parent_id": None,
        "permission_overwrites": _overwrites(world, channel),
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": channel.last_message_id,
        "flags": 0,
    }


def partial_channel_json(world: World, channel: Channel, user_id: str) -> JsonObject:
    """Write a channel as interactions carry it: with the permissions of whoever acts."""
    return {
        **channel_json(world, channel),
        "name": channel.name,
        "permissions": str(world.permissions_of(user_id, channel)),
    }


def guild_json(guild: Guild) -> JsonObject:
    """Write a guild as ``GET /guilds/{id}`` does."""
    return {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "splash": None,
        "banner": None,
        "description": None,
        "discovery_splash": None,
        "owner_id": guild.owner_id,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "features": ["AUTO_MODERATION"] if guild.automod_keywords else [],
        "emojis": [],
        "stickers": [],
        "roles": [role_json(role) for role in guild.roles.values()],
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": "en-US",
        "vanity_url_code": None,
        "application_id": None,
        "approximate_member_count": len(guild.member_roles),
    }


def sound_json(world: World, guild: Guild, sound: SoundboardSound, *, with_user: bool) -> JsonObject:
    """Write a sound of a soundboard; who added it is only for who may add sounds."""
    body: JsonObject = {
        "sound_id": sound.id,
        "name": sound.name,
        "volume": sound.volume,
        "emoji_id": None,
        "emoji_name": sound.emoji_name,
        "guild_id": guild.id,
        "available": True,
    }
    if with_user:
        body["user"] = user_json(world.users[sound.user_id])
    return body


def automod_rule_json(guild: Guild) -> JsonObject:
    """Write the guild's AutoMod rule. Source: discord-api-docs resources/auto-moderation.mdx, read 2026-11-22."""
    return {
        "id": str(int(guild.id) + _AUTOMOD_RULE_STEP),
        "guild_id": guild.id,
        "name": "Words we do not use here",
        "creator_id": guild.owner_id,
        "event_type": 1,
        "trigger_type": 1,
        "trigger_metadata": {"keyword_filter": list(guild.automod_keywords), "regex_patterns": [], "allow_list": []},
        "actions": [{"type": 1, "metadata": {}}],
        "enabled": True,
        "exempt_roles": [],
        "exempt_channels": [],
    }


def guild_create_json(world: World, guild: Guild, *, with_members: bool) -> JsonObject:
    """Write GUILD_CREATE. Without the members intent Discord sends the bot's own member only."""
    member_ids = guild.member_roles if with_members else (world.bot_id,)
    return {
        **guild_json(guild),
        "joined_at": as_timestamp(guild.joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.member_roles),
        "members": [full_member_json(world, guild, user_id) for user_id in member_ids],
        "channels": [channel_json(world, channel) for channel in world.channels_of(guild)],
        "threads": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [sound_json(world, guild, sound, with_user=False) for sound in guild.sounds.values()],
    }
