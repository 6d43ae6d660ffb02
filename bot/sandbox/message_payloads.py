"""Messages in Discord's own shape.

Source: discord-api-docs resources/message.mdx "Message Object", read 2026-11-22.
"""

from bot.sandbox.cdn import Cdn
from bot.sandbox.models import REPLY, SUPPRESS_EMBEDS, Attachment, Message
from bot.sandbox.payloads import channel_type, member_json, user_json
from bot.sandbox.wire import JsonObject, as_timestamp, is_json_object
from bot.sandbox.world import World

_EMBED_MEDIA = ("image", "thumbnail", "footer", "author")


class MessageWriter:
    """Writes messages as the API and the gateway send them, every link signed afresh."""

    def __init__(self, world: World, cdn: Cdn) -> None:
        self._world = world
        self._cdn = cdn

    def message_json(self, message: Message, *, with_reference: bool = True) -> JsonObject:
        """Write a message as a REST answer carries it."""
        world = self._world
        body: JsonObject = {
            "id": message.id,
            "channel_id": message.channel_id,
            "type": message.type,
            "author": user_json(world.users[message.author_id]),
            "content": message.content,
            "timestamp": as_timestamp(message.created_at),
            "edited_timestamp": None if message.edited_at is None else as_timestamp(message.edited_at),
            "flags": message.flags,
            "tts": message.tts,
            "pinned": False,
            "mention_everyone": message.pings.everyone,
            "mentions": [user_json(world.users[user]) for user in message.pings.user_ids if user in world.users],
            "mention_roles": list(message.pings.role_ids),
            "attachments": [self.attachment_json(attachment) for attachment in message.attachments],
            "embeds": [] if message.flags & SUPPRESS_EMBEDS else self._embeds(message),
            "components": message.components,
        }
        self._add_optional(body, message)
        if message.replies_to is not None and with_reference:
            self._add_reference(body, message)
        return body

    def _add_optional(self, body: JsonObject, message: Message) -> None:
        if message.nonce is not None:
            body["nonce"] = message.nonce
        if message.application_id is not None:
            body["application_id"] = message.application_id
        if message.interaction is not None:
            body["interaction_metadata"] = message.interaction
            body["webhook_id"] = message.application_id

    def _add_reference(self, body: JsonObject, message: Message) -> None:
        channel = self._world.channels[message.channel_id]
        body["message_reference"] = {
            "type": 0,
            "channel_id": channel.id,
            "message_id": message.replies_to,
            **({} if channel.guild_id is None else {"guild_id": channel.guild_id}),
        }
        if message.type == REPLY:
            original = channel.messages.get(message.replies_to or "")
            body["referenced_message"] = original and self.message_json(original, with_reference=False)

    def gateway_json(self, message: Message) -> JsonObject:
        """Write a message as MESSAGE_CREATE and MESSAGE_UPDATE carry it: with guild and member."""
        body = self.message_json(message)
        channel = self._world.channels[message.channel_id]
        guild = self._world.guild_of(channel)
        body["channel_type"] = channel_type(channel)
        if guild is not None:
            body["guild_id"] = guild.id
            body["member"] = member_json(guild, message.author_id)
        return body

    def attachment_json(self, attachment: Attachment) -> JsonObject:
        """Write an attachment with a link that works for a day."""
        link = self._cdn.link(attachment)
        optional: JsonObject = {
            "description": attachment.description,
            "title": attachment.title,
            "duration_secs": attachment.duration_secs,
            "waveform": attachment.waveform,
        }
        return {
            "id": attachment.id,
            "filename": attachment.filename,
            "size": attachment.size,
            "url": link,
            "proxy_url": link,
            "content_type": attachment.content_type,
            **{name: value for name, value in optional.items() if value is not None},
        }

    def _embeds(self, message: Message) -> list[JsonObject]:
        return [self._with_links(embed, message.attachments) for embed in message.embeds]

    def _with_links(self, embed: JsonObject, attachments: list[Attachment]) -> JsonObject:
        """Replace ``attachment://name`` by the attachment's link, as Discord does."""
        links = {f"attachment://{one.filename}": self._cdn.link(one) for one in attachments}
        resolved = dict(embed)
        for name in _EMBED_MEDIA:
            part = embed.get(name)
            if is_json_object(part):
                resolved[name] = {
                    key: links.get(value, value) if isinstance(value, str) else value for key, value in part.items()
                }
        return resolved


def without_content(message: JsonObject) -> JsonObject:
    """Empty what Discord withholds from bots without the message content intent."""
    return {**message, "content": "", "embeds": [], "attachments": [], "components": []}
