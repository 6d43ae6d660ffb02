"""Making, changing and deleting messages: the part that channels, interactions and the page have in common."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.sandbox.announcer import Announcer
from bot.sandbox.cdn import Cdn, content_type_of
from bot.sandbox.errors import (
    CANNOT_MESSAGE_USER,
    EMPTY_MESSAGE,
    MISSING_PERMISSIONS,
    NO_REPLY_WITHOUT_HISTORY,
    THREAD_ARCHIVED,
    TOO_MANY_ATTACHMENTS,
    VOICE_NOT_EDITABLE,
    VOICE_NOT_HERE,
    ApiError,
    wrong_field,
)
from bot.sandbox.message_forms import Draft, NewFile
from bot.sandbox.models import (
    LOADING,
    PLAIN_MESSAGE,
    REPLY,
    SUPPRESS_EMBEDS,
    VOICE_MESSAGE,
    Attachment,
    Channel,
    Message,
    Pings,
)
from bot.sandbox.nonces import Nonces
from bot.sandbox.permissions import allows
from bot.sandbox.uploads import FILES_PER_MESSAGE, safe_filename
from bot.sandbox.voice_messages import check_voice_message
from bot.sandbox.wire import JsonObject
from bot.sandbox.world import World


@dataclass(frozen=True)
class Origin:
    """Where a message comes from: its type, whom it is for, and the interaction behind it."""

    type: int = PLAIN_MESSAGE
    only_for: str | None = None
    interaction: JsonObject | None = None
    application_id: str | None = None
    replies_to: str | None = None


class Posting:
    """Writes messages into the world and tells everyone."""

    def __init__(self, world: World, cdn: Cdn, announcer: Announcer) -> None:
        self._world = world
        self._cdn = cdn
        self._announcer = announcer
        self.nonces = Nonces(world.clock)

    def post(self, channel: Channel, author_id: str, draft: Draft, origin: Origin | None = None) -> Message:
        """Post a message that has already been allowed.

        Raises:
            ApiError: 50006 when it is empty, 10008 when it replies to nothing, the voice message errors.
        """
        if draft.flags & VOICE_MESSAGE:
            check_voice_message(draft)
        if draft.is_empty:
            raise ApiError(EMPTY_MESSAGE)
        is_plain = origin is None
        origin = origin or self._plain_origin(channel, draft)
        made = self._message(channel, author_id, draft, origin)
        made.attachments = self._store(channel, draft.new_files, is_voice=made.is_voice)
        self._keep(made)
        # Answers to interactions are never compared by nonce (discord-api-docs pull request 6647).
        if is_plain and draft.nonce is not None and draft.enforce_nonce:
            self.nonces.remember(author_id, draft.nonce, channel_id=channel.id, message_id=made.id)
        return made

    def post_loading(self, channel: Channel, flags: int, origin: Origin) -> Message:
        """Post the "is thinking…" of a deferred answer."""
        made = Message(
            self._world.ids.make(),
            channel.id,
            self._world.bot_id,
            created_at=self._world.clock(),
            type=origin.type,
            flags=flags | LOADING,
            only_for=origin.only_for,
            interaction=origin.interaction,
            application_id=origin.application_id,
            replies_to=origin.replies_to,
        )
        self._keep(made)
        return made

    def already_posted(self, author_id: str, draft: Draft) -> Message | None:
        """Find the message that the same nonce made a few minutes ago.

        Raises:
            ApiError: 10008 when that message was deleted since, 10003 when its channel was.
        """
        if draft.nonce is None or not draft.enforce_nonce:
            return None
        found = self.nonces.find(author_id, draft.nonce)
        if found is None:
            return None
        return self._world.message(self._world.channel(found[0]), found[1])

    def check_bot_may_post(self, channel: Channel, draft: Draft) -> None:
        """Let a message of the bot through only where its permissions allow every part of it.

        Raises:
            ApiError: 50001, 50007 where a person takes no direct messages, 50013, 50083 in an archived thread,
                50173 for voice messages, 160002 for replies.
        """
        self._world.bot_sees(channel)
        if not self._world.takes_dms_of_bot(channel):
            raise ApiError(CANNOT_MESSAGE_USER)
        granted = self._world.permissions_of(self._world.bot_id, channel)
        if not allows(granted, "send_messages"):
            raise ApiError(MISSING_PERMISSIONS)
        self.check_bot_may_edit(channel, draft)
        if draft.embeds and not allows(granted, "embed_links"):
            raise ApiError(MISSING_PERMISSIONS)
        if draft.replies_to is not None and not allows(granted, "read_message_history"):
            raise ApiError(NO_REPLY_WITHOUT_HISTORY)

    def check_bot_may_edit(self, channel: Channel, draft: Draft) -> None:
        """Let a message of the bot be changed through its own token.

        Raises:
            ApiError: 50083 in an archived thread, 50173 or 50013 for files.
        """
        if channel.is_archived:
            raise ApiError(THREAD_ARCHIVED)
        _check_files(draft, self._world.permissions_of(self._world.bot_id, channel))

    def check_answer(self, user_id: str, channel: Channel, draft: Draft) -> None:
        """Let an answer to a member's interaction through; only its files need permissions.

        Raises:
            ApiError: 50173 or 50013.
        """
        _check_files(draft, self._world.answer_permissions(user_id, channel))

    def edit(self, message: Message, draft: Draft) -> Message:
        """Change the fields of a message that were sent.

        Raises:
            ApiError: 50162 for voice messages, 50006 when nothing would be left, 50035 or 30015 for attachments.
        """
        if message.is_voice:
            raise ApiError(VOICE_NOT_EDITABLE)
        kept = _kept_attachments(message, draft)
        if len(kept) + len(draft.new_files) > FILES_PER_MESSAGE:
            raise ApiError(TOO_MANY_ATTACHMENTS)
        content = draft.content if "content" in draft.sent else message.content
        embeds = draft.embeds if "embeds" in draft.sent else message.embeds
        components = draft.components if "components" in draft.sent else message.components
        if not (content or embeds or components or kept or draft.new_files):
            raise ApiError(EMPTY_MESSAGE)
        self._forget_files(attachment for attachment in message.attachments if attachment not in kept)
        channel = self._world.channels[message.channel_id]
        message.attachments = kept + self._store(channel, draft.new_files, is_voice=False)
        message.content, message.embeds, message.components = content, embeds, components
        if "flags" in draft.sent:
            message.flags = (message.flags & ~SUPPRESS_EMBEDS) | (draft.flags & SUPPRESS_EMBEDS)
        if "content" in draft.sent:
            message.pings = self._permitted(draft.mentions.pings(content), message.author_id, channel)
        message.edited_at = self._world.clock()
        # The first edit of a deferred answer is the answer; nobody sees it marked as edited.
        if message.is_loading:
            message.flags &= ~LOADING
            message.edited_at = None
        self._announcer.message_updated(message)
        return message

    def delete(self, message: Message) -> None:
        """Delete a message and its files."""
        self._world.channels[message.channel_id].messages.pop(message.id, None)
        self._forget_files(message.attachments)
        self._announcer.message_deleted(message)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its messages and their files."""
        for message in self._world.remove_channel(channel):
            self._forget_files(message.attachments)
        self._announcer.channel_deleted(channel)

    def store_upload(self, channel: Channel, file: NewFile) -> Attachment:
        """Put a file into the CDN that belongs to no message, such as the attachment option of a command."""
        return self._store(channel, [file], is_voice=False)[0]

    def _plain_origin(self, channel: Channel, draft: Draft) -> Origin:
        if draft.replies_to is None:
            return Origin()
        target = channel.messages.get(draft.replies_to)
        if target is not None and target.only_for is None:
            return Origin(type=REPLY, replies_to=draft.replies_to)
        if draft.reply_may_fail:
            return Origin()
        raise wrong_field(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")

    def _message(self, channel: Channel, author_id: str, draft: Draft, origin: Origin) -> Message:
        replied = channel.messages.get(origin.replies_to or "")
        replied_user = replied.author_id if replied is not None and origin.type == REPLY else None
        pings = draft.mentions.pings(draft.content, replied_user=replied_user)
        return Message(
            self._world.ids.make(),
            channel.id,
            author_id,
            created_at=self._world.clock(),
            content=draft.content,
            type=origin.type,
            flags=draft.flags,
            tts=draft.tts,
            nonce=draft.nonce,
            embeds=draft.embeds,
            components=draft.components,
            pings=self._permitted(pings, author_id, channel),
            replies_to=origin.replies_to,
            only_for=origin.only_for,
            interaction=origin.interaction,
            application_id=origin.application_id,
        )

    def _permitted(self, pings: Pings, author_id: str, channel: Channel) -> Pings:
        """Leave @everyone and roles (none of them is mentionable here) to those who may mention everyone."""
        if allows(self._world.permissions_of(author_id, channel), "mention_everyone"):
            return pings
        return Pings(pings.user_ids)

    def _store(self, channel: Channel, files: list[NewFile], *, is_voice: bool) -> list[Attachment]:
        attachments: list[Attachment] = []
        for file in files:
            filename = safe_filename(file.filename) if file.filename else file.upload.filename
            attachment = Attachment(
                self._world.ids.make(),
                channel.id,
                filename,
                len(file.upload.content),
                content_type_of(filename, file.upload.content_type),
                description=file.description,
                title=file.title,
                duration_secs=file.duration_secs if is_voice else None,
                waveform=file.waveform if is_voice else None,
            )
            self._cdn.keep(attachment, file.upload.content)
            attachments.append(attachment)
        return attachments

    def _keep(self, message: Message) -> None:
        for old in self._world.keep_message(message):
            self._forget_files(old.attachments)
        self._announcer.message_created(message)

    def _forget_files(self, attachments: Iterable[Attachment]) -> None:
        for attachment in attachments:
            self._cdn.forget(attachment.id)


def _check_files(draft: Draft, granted: int) -> None:
    """Let files through where they may be attached; a voice message needs its own permission only."""
    if draft.flags & VOICE_MESSAGE:
        if not allows(granted, "send_voice_messages"):
            raise ApiError(VOICE_NOT_HERE)
    elif draft.new_files and not allows(granted, "attach_files"):
        raise ApiError(MISSING_PERMISSIONS)


def _kept_attachments(message: Message, draft: Draft) -> list[Attachment]:
    if draft.kept_ids is None:
        return list(message.attachments) if "attachments" not in draft.sent else []
    by_id = {attachment.id: attachment for attachment in message.attachments}
    for position, attachment_id in enumerate(draft.kept_ids):
        if attachment_id not in by_id:
            path = ("attachments", str(position), "id")
            raise wrong_field(path, "ATTACHMENT_NOT_FOUND", "The attachment does not belong to this message.")
    return [by_id[attachment_id] for attachment_id in draft.kept_ids]
