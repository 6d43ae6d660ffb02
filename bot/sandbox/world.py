"""The state of the little Discord: who is where, who may do what, and the last messages of every channel."""

from collections.abc import Callable, Iterator

from bot.sandbox import permissions
from bot.sandbox.errors import MISSING_ACCESS, UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE, ApiError
from bot.sandbox.models import Channel, Guild, Message, Role, User
from bot.sandbox.snowflakes import Snowflakes

MESSAGES_PER_CHANNEL = 500
"""Older messages are forgotten, with their files."""

DEFAULT_ATTACHMENT_LIMIT_BYTES = 10 * 1024 * 1024
"""Largest single attachment without boosts. Source: discord-api-docs reference.mdx, "Uploading Files"."""


class World:
    """Everything that exists, in memory. Reading raises Discord's own errors for unknown ids.

    ``attachment_limit_bytes`` may be lowered or raised by tests: it is enforced and told to the bot alike.
    """

    def __init__(self, *, clock: Callable[[], float], bot: User) -> None:
        self.clock = clock
        self.ids = Snowflakes(clock)
        self.bot_id = bot.id
        self.application_id = bot.id
        self.users: dict[str, User] = {bot.id: bot}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.attachment_limit_bytes = DEFAULT_ATTACHMENT_LIMIT_BYTES

    def channel(self, channel_id: str) -> Channel:
        """Find a channel.

        Raises:
            ApiError: 10003 when there is none.
        """
        channel = self.channels.get(channel_id)
        if channel is None:
            raise ApiError(UNKNOWN_CHANNEL)
        return channel

    def guild(self, guild_id: str) -> Guild:
        """Find a guild.

        Raises:
            ApiError: 10004 when there is none.
        """
        guild = self.guilds.get(guild_id)
        if guild is None:
            raise ApiError(UNKNOWN_GUILD)
        return guild

    def message(self, channel: Channel, message_id: str) -> Message:
        """Find a message that everybody in the channel can see.

        Raises:
            ApiError: 10008 when there is none, or when it is ephemeral.
        """
        message = channel.messages.get(message_id)
        if message is None or message.only_for is not None:
            raise ApiError(UNKNOWN_MESSAGE)
        return message

    def guild_of(self, channel: Channel) -> Guild | None:
        """Give the channel's guild; None for direct messages."""
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def members_of(self, channel: Channel) -> list[User]:
        """List everyone who is in a channel."""
        guild = self.guild_of(channel)
        if guild is not None:
            return [self.users[user_id] for user_id in guild.member_roles]
        return [self.users[user_id] for user_id in (channel.recipient_id, self.bot_id) if user_id is not None]

    def is_member(self, user_id: str, channel: Channel) -> bool:
        """Say whether somebody is in the channel at all."""
        return any(user.id == user_id for user in self.members_of(channel))

    def channels_of(self, guild: Guild) -> list[Channel]:
        """List a guild's channels from top to bottom."""
        return [self.channels[channel_id] for channel_id in guild.channel_ids]

    def visible_messages(self, channel: Channel, user_id: str | None = None) -> Iterator[Message]:
        """List messages, oldest first; ephemeral ones only for ``user_id``."""
        for message in channel.messages.values():
            if message.only_for is None or message.only_for == user_id:
                yield message

    def permissions_of(self, user_id: str, channel: Channel) -> int:
        """Add up what somebody may do in a channel, implied losses included."""
        guild = self.guild_of(channel)
        if guild is None:
            return permissions.DM_PERMISSIONS
        if user_id == guild.owner_id:
            return permissions.with_implied_losses(permissions.bits(("administrator",)))
        granted = guild.roles[guild.id].permissions
        for role_id in guild.member_roles.get(user_id, []):
            granted |= guild.roles[role_id].permissions
        return permissions.with_implied_losses(granted)

    def bot_may(self, channel: Channel, permission: str) -> bool:
        """Say whether the bot has a permission in a channel."""
        return permissions.allows(self.permissions_of(self.bot_id, channel), permission)

    def bot_sees(self, channel: Channel) -> None:
        """Let the request go on only where the bot can look.

        Raises:
            ApiError: 50001 otherwise.
        """
        if not self.bot_may(channel, "view_channel"):
            raise ApiError(MISSING_ACCESS)

    def bot_role(self, guild: Guild) -> Role:
        """Give the role through which the bot has its permissions in a guild."""
        return next(role for role in guild.roles.values() if role.bot_id == self.bot_id)

    def switch_bot_permission(self, guild: Guild, permission: str, *, allowed: bool) -> Role:
        """Give or take one permission of the bot in a whole guild."""
        role = self.bot_role(guild)
        bit = permissions.bits((permission,))
        role.permissions = role.permissions | bit if allowed else role.permissions & ~bit
        return role

    def open_dm(self, user_id: str) -> tuple[Channel, bool]:
        """Give the direct messages of a person with the bot, and whether they were just opened."""
        for channel in self.channels.values():
            if channel.recipient_id == user_id:
                return channel, False
        channel = Channel(self.ids.make(), self.users[user_id].display_name, recipient_id=user_id)
        self.channels[channel.id] = channel
        return channel, True

    def keep_message(self, message: Message) -> list[Message]:
        """Add a message to its channel and give back those that had to go for it."""
        channel = self.channels[message.channel_id]
        channel.messages[message.id] = message
        if message.only_for is None:
            channel.last_message_id = message.id
        surplus = len(channel.messages) - MESSAGES_PER_CHANNEL
        return [channel.messages.popitem(last=False)[1] for _ in range(surplus)]
