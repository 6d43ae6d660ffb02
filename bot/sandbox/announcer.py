"""Telling the bot, over the gateway, and the page what has just happened."""

from bot.sandbox.gateway import DIRECT_MESSAGE_INTENT, GUILD_MESSAGE_INTENT, Audience, Gateway
from bot.sandbox.message_payloads import MessageWriter, without_content
from bot.sandbox.models import Channel, Guild, Message, Role, SoundboardSound
from bot.sandbox.page_events import PageEvents
from bot.sandbox.payloads import channel_json, guild_create_json, member_json, role_json, sound_json
from bot.sandbox.permissions import allows
from bot.sandbox.wire import JsonObject
from bot.sandbox.world import World

_TYPING_INTENTS = {True: 1 << 11, False: 1 << 14}
_GUILD_INTENT = 1 << 0
_EXPRESSIONS_INTENT = 1 << 3


class Announcer:
    """Turns changes of the world into gateway events and page events."""

    def __init__(self, world: World, gateway: Gateway, page: PageEvents, writer: MessageWriter) -> None:
        self._world = world
        self._gateway = gateway
        self._page = page
        self.writer = writer

    def message_created(self, message: Message) -> None:
        """Tell of a new message."""
        self._tell_of_message("MESSAGE_CREATE", "message_create", message)

    def message_updated(self, message: Message) -> None:
        """Tell of a changed message."""
        self._tell_of_message("MESSAGE_UPDATE", "message_update", message)

    def message_deleted(self, message: Message) -> None:
        """Tell that a message is gone."""
        channel = self._world.channels[message.channel_id]
        body: JsonObject = {"id": message.id, "channel_id": channel.id}
        if channel.guild_id is not None:
            body["guild_id"] = channel.guild_id
        if message.only_for is None:
            self._to_gateway("MESSAGE_DELETE", body, channel)
        event: JsonObject = {"type": "message_delete", "channel_id": channel.id, "id": message.id}
        self._page.send(event, self._readers(message, channel))

    def typing(self, channel: Channel, user_id: str, at_s: float) -> None:
        """Tell that somebody types."""
        body: JsonObject = {"channel_id": channel.id, "user_id": user_id, "timestamp": int(at_s)}
        guild = self._world.guild_of(channel)
        if guild is not None:
            body |= {"guild_id": guild.id, "member": member_json(guild, user_id)}
        audience = Audience(channel.guild_id, _TYPING_INTENTS[guild is not None])
        self._gateway.dispatch("TYPING_START", body, audience)
        readers = [user.id for user in self._world.members_of(channel)]
        self._page.send({"type": "typing", "channel_id": channel.id, "user_id": user_id}, readers)

    def dm_opened(self, channel: Channel) -> None:
        """Tell that direct messages were opened."""
        self._gateway.dispatch("CHANNEL_CREATE", channel_json(self._world, channel), Audience(None, 0))
        self._page.send_to_all({"type": "world"})

    def channel_changed(self, channel: Channel) -> None:
        """Tell that a channel is another one now, be it in its overwrites or because it is archived."""
        self._gateway.dispatch("CHANNEL_UPDATE", channel_json(self._world, channel), self._of_channel(channel))
        self._page.send_to_all({"type": "world"})

    def channel_deleted(self, channel: Channel) -> None:
        """Tell that a channel is gone."""
        self._gateway.dispatch("CHANNEL_DELETE", channel_json(self._world, channel), self._of_channel(channel))
        self._page.send_to_all({"type": "world"})

    def bot_left(self, guild: Guild) -> None:
        """Tell the bot that it was removed: without ``unavailable`` GUILD_DELETE means just that."""
        self._gateway.dispatch("GUILD_DELETE", {"id": guild.id}, Audience(guild.id, _GUILD_INTENT))
        self._page.send_to_all({"type": "world"})

    def bot_joined(self, guild: Guild) -> None:
        """Tell the bot of a guild it was added to."""
        body = guild_create_json(self._world, guild, with_members=False)
        self._gateway.dispatch("GUILD_CREATE", body, Audience(guild.id, _GUILD_INTENT))
        self._page.send_to_all({"type": "world"})

    def permissions_switched(self, guild: Guild) -> None:
        """Tell that the bot's role in a guild allows something else now."""
        body: JsonObject = {"guild_id": guild.id, "role": role_json(self._world.bot_role(guild))}
        self._gateway.dispatch("GUILD_ROLE_UPDATE", body, Audience(guild.id, _GUILD_INTENT))
        self._page.send_to_all({"type": "world"})

    def role_deleted(self, guild: Guild, role: Role) -> None:
        """Tell that a role is gone."""
        body: JsonObject = {"guild_id": guild.id, "role_id": role.id}
        self._gateway.dispatch("GUILD_ROLE_DELETE", body, Audience(guild.id, _GUILD_INTENT))
        self._page.send_to_all({"type": "world"})

    def sound_created(self, guild: Guild, sound: SoundboardSound) -> None:
        """Tell of a new sound of a soundboard."""
        body = sound_json(self._world, guild, sound, with_user=True)
        self._gateway.dispatch("GUILD_SOUNDBOARD_SOUND_CREATE", body, Audience(guild.id, _EXPRESSIONS_INTENT))
        self._page.send_to_all({"type": "world"})

    def sound_deleted(self, guild: Guild, sound: SoundboardSound) -> None:
        """Tell that a sound of a soundboard is gone."""
        body: JsonObject = {"guild_id": guild.id, "sound_id": sound.id}
        self._gateway.dispatch("GUILD_SOUNDBOARD_SOUND_DELETE", body, Audience(guild.id, _EXPRESSIONS_INTENT))
        self._page.send_to_all({"type": "world"})

    def commands_synced(self) -> None:
        """Tell the page that the bot has other commands now."""
        self._page.send_to_all({"type": "world"})

    def people_changed(self) -> None:
        """Tell the page that somebody decided something: whether the bot may write to them, say, or on a language."""
        self._page.send_to_all({"type": "world"})

    def _of_channel(self, channel: Channel) -> Audience:
        return Audience(channel.guild_id, 0 if channel.guild_id is None else _GUILD_INTENT)

    def _tell_of_message(self, gateway_event: str, page_event: str, message: Message) -> None:
        channel = self._world.channels[message.channel_id]
        # Ephemeral messages do not come over the gateway: only the member and the interaction know of them.
        if message.only_for is None:
            self._to_gateway(gateway_event, self.writer.gateway_json(message), channel, message)
        body = self.writer.message_json(message)
        self._page.send({"type": page_event, "message": body}, self._readers(message, channel))

    def _to_gateway(self, event: str, body: JsonObject, channel: Channel, message: Message | None = None) -> None:
        granted = self._world.permissions_of(self._world.bot_id, channel)
        if not allows(granted, "view_channel"):
            return
        intent = DIRECT_MESSAGE_INTENT if channel.guild_id is None else GUILD_MESSAGE_INTENT
        hidden = None
        if message is not None and not self._bot_may_read(message, channel):
            hidden = without_content(body)
        self._gateway.dispatch(event, body, Audience(channel.guild_id, intent), without_content=hidden)

    def _bot_may_read(self, message: Message, channel: Channel) -> bool:
        """Own messages, direct messages and messages that mention the bot need no content intent."""
        bot_id = self._world.bot_id
        return channel.guild_id is None or message.author_id == bot_id or bot_id in message.pings.user_ids

    def _readers(self, message: Message, channel: Channel) -> list[str]:
        if message.only_for is not None:
            return [message.only_for]
        return [user.id for user in self._world.members_of(channel)]
