"""The state of the little Discord: who is where, who may do what, and the last messages of every channel."""

from collections.abc import Callable, Iterator

from bot.sandbox import permissions
from bot.sandbox.errors import MISSING_ACCESS, UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE, ApiError
from bot.sandbox.models import Channel, FileLimit, Guild, Message, Role, User
from bot.sandbox.snowflakes import Snowflakes

_BOT_ROLE_STEP = 4000

MESSAGES_PER_CHANNEL = 2000
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
        """Find a guild that the bot is in.

        Raises:
            ApiError: 10004 when there is none, or the bot is not in it.
        """
        guild = self.guilds.get(guild_id)
        if guild is None or not self.has_bot(guild):
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

    def has_bot(self, guild: Guild) -> bool:
        """Say whether the bot is a member of a guild."""
        return self.bot_id in guild.member_roles

    def guilds_of_bot(self) -> list[Guild]:
        """List the guilds the bot is in."""
        return [guild for guild in self.guilds.values() if self.has_bot(guild)]

    def is_bot_here(self, channel: Channel) -> bool:
        """Say whether the bot is in a channel: a member of its guild, or one of the two in direct messages."""
        guild = self.guild_of(channel)
        return channel.recipient_id is not None if guild is None else self.has_bot(guild)

    def file_limit_of(self, channel: Channel) -> FileLimit:
        """Say how large a file may be in a channel."""
        return channel.file_limit or FileLimit(self.attachment_limit_bytes)

    def members_of(self, channel: Channel) -> list[User]:
        """List everyone who is in a channel."""
        guild = self.guild_of(channel)
        if guild is not None:
            return [self.users[user_id] for user_id in guild.member_roles]
        ids = channel.member_ids if channel.recipient_id is None else (channel.recipient_id, self.bot_id)
        return [self.users[user_id] for user_id in ids]

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
        """Add up what somebody may do in a channel, implied losses included; nothing for who is not in it."""
        if not self.is_member(user_id, channel):
            return 0
        guild = self.guild_of(channel)
        if guild is None:
            return permissions.DM_PERMISSIONS
        granted = self._granted(user_id, guild)
        if user_id == self.bot_id and not permissions.allows(granted, "administrator"):
            granted &= ~channel.bot_denied
        return permissions.with_implied_losses(granted)

    def guild_permissions_of(self, user_id: str, guild: Guild) -> int:
        """Add up what a member may do in a guild as a whole, without regard to its channels."""
        return permissions.with_implied_losses(self._granted(user_id, guild))

    def _granted(self, user_id: str, guild: Guild) -> int:
        if user_id == guild.owner_id:
            return permissions.bits(("administrator",))
        granted = guild.roles[guild.id].permissions
        for role_id in guild.member_roles[user_id]:
            granted |= guild.roles[role_id].permissions
        return granted

    def app_permissions(self, user_id: str, channel: Channel) -> int:
        """Say what an interaction tells the bot of its permissions in the member's channel.

        In a guild without the bot that is what the member may do; Discord does not document it.
        """
        if channel.guild_id is None:
            is_bot_here = channel.recipient_id is not None
            return permissions.BOT_DM_APP_PERMISSIONS if is_bot_here else permissions.PRIVATE_APP_PERMISSIONS
        return self.permissions_of(self.bot_id if self.is_bot_here(channel) else user_id, channel)

    def answer_permissions(self, user_id: str, channel: Channel) -> int:
        """Say what an answer to a member's interaction may really contain."""
        if channel.recipient_id is not None:
            return permissions.DM_PERMISSIONS
        return self.app_permissions(user_id, channel)

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

    def switch_bot_permission(self, guild: Guild, permission: str, *, allowed: bool) -> None:
        """Give or take one permission of the bot in a whole guild."""
        role = self.bot_role(guild)
        bit = permissions.bits((permission,))
        role.permissions = role.permissions | bit if allowed else role.permissions & ~bit

    def add_bot(self, guild: Guild) -> None:
        """Let the bot into a guild, with a role of its own that has what the invite link asks for."""
        role_id = str(int(guild.id) + _BOT_ROLE_STEP)
        position = max(role.position for role in guild.roles.values()) + 1
        name = self.users[self.bot_id].display_name
        guild.roles[role_id] = Role(role_id, name, permissions.BOT_PERMISSIONS, position, bot_id=self.bot_id)
        guild.member_roles[self.bot_id] = [role_id]
        guild.joined_at = self.clock()

    def remove_bot(self, guild: Guild) -> None:
        """Take the bot and its role out of a guild."""
        del guild.roles[self.bot_role(guild).id]
        del guild.member_roles[self.bot_id]

    def remove_channel(self, channel: Channel) -> list[Message]:
        """Forget a channel and give back the messages that went with it."""
        del self.channels[channel.id]
        guild = self.guild_of(channel)
        if guild is not None:
            guild.channel_ids.remove(channel.id)
        return list(channel.messages.values())

    def remove_role(self, guild: Guild, role: Role) -> None:
        """Take a role away from all who have it, and forget it."""
        del guild.roles[role.id]
        for role_ids in guild.member_roles.values():
            if role.id in role_ids:
                role_ids.remove(role.id)

    def takes_dms_of_bot(self, channel: Channel) -> bool:
        """Say whether a direct message would arrive: the person lets it, and knows the bot from somewhere."""
        if channel.recipient_id is None:
            return True
        user = self.users[channel.recipient_id]
        shares_a_guild = any(user.id in guild.member_roles for guild in self.guilds_of_bot())
        return user.takes_dms and (user.has_app or shares_a_guild)

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
