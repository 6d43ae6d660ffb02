"""Messages of a channel, through the bot's own token.

Source: discord-api-docs resources/message.mdx and resources/channel.mdx, commit c98d64bc, read 2026-11-22.
"""

from aiohttp import web

from bot.sandbox.announcer import Announcer
from bot.sandbox.errors import (
    MISSING_PERMISSIONS,
    NOT_IN_A_DM,
    NOT_YOUR_MESSAGE,
    ApiError,
    FieldErrors,
)
from bot.sandbox.forms import Form
from bot.sandbox.message_forms import Place, read_draft
from bot.sandbox.message_payloads import MessageWriter
from bot.sandbox.models import Channel, Message
from bot.sandbox.posting import Posting
from bot.sandbox.uploads import read_message_body
from bot.sandbox.wire import json_answer
from bot.sandbox.world import World

_MOST_AT_ONCE = 100
_USUAL_COUNT = 50
_MESSAGES = "/channels/{channel_id}/messages"


class MessageRoutes:
    """Serves ``/channels/{id}/messages`` and ``/channels/{id}/typing``."""

    def __init__(self, world: World, posting: Posting, announcer: Announcer, writer: MessageWriter) -> None:
        self._world = world
        self._posting = posting
        self._announcer = announcer
        self._writer = writer

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.post(_MESSAGES, self._create),
            web.get(_MESSAGES, self._list),
            web.get(f"{_MESSAGES}/{{message_id}}", self._get),
            web.patch(f"{_MESSAGES}/{{message_id}}", self._edit),
            web.delete(f"{_MESSAGES}/{{message_id}}", self._delete),
            web.post("/channels/{channel_id}/typing", self._type),
        ]

    def _channel(self, request: web.Request) -> Channel:
        channel = self._world.channel(request.match_info["channel_id"])
        self._world.bot_sees(channel)
        return channel

    def _readable(self, request: web.Request) -> tuple[Channel, Message]:
        channel = self._channel(request)
        if not self._world.bot_may(channel, "read_message_history"):
            raise ApiError(MISSING_PERMISSIONS)
        return channel, self._world.message(channel, request.match_info["message_id"])

    async def _create(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        body = await read_message_body(request, self._world.file_limit_of(channel))
        draft = read_draft(body.object(), body.files, Place.CHANNEL)
        self._posting.check_bot_may_post(channel, draft)
        message = self._posting.already_posted(self._world.bot_id, draft)
        if message is None:
            message = self._posting.post(channel, self._world.bot_id, draft)
        return json_answer(self._writer.message_json(message))

    async def _list(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        errors = FieldErrors()
        query = Form({name: _number(text) for name, text in request.query.items()}, errors)
        count = query.integer("limit", least=1, most=_MOST_AT_ONCE) or _USUAL_COUNT
        bounds = {name: query.snowflake(name) for name in ("before", "after", "around")}
        errors.refuse_if_any()
        if not self._world.bot_may(channel, "read_message_history"):
            return json_answer([])
        found = _pick(list(self._world.visible_messages(channel)), bounds, count)
        return json_answer([self._writer.message_json(message) for message in reversed(found)])

    async def _get(self, request: web.Request) -> web.Response:
        return json_answer(self._writer.message_json(self._readable(request)[1]))

    async def _edit(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        self._own_message(request, channel)
        body = await read_message_body(request, self._world.file_limit_of(channel))
        message = self._own_message(request, channel)
        draft = read_draft(body.object(), body.files, Place.EDIT, flags_now=message.flags)
        self._posting.check_bot_may_edit(channel, draft)
        if draft.embeds and not self._world.bot_may(channel, "embed_links"):
            raise ApiError(MISSING_PERMISSIONS)
        return json_answer(self._writer.message_json(self._posting.edit(message, draft)))

    def _own_message(self, request: web.Request, channel: Channel) -> Message:
        message = self._world.message(channel, request.match_info["message_id"])
        if message.author_id != self._world.bot_id:
            raise ApiError(NOT_YOUR_MESSAGE)
        return message

    async def _delete(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        message = self._world.message(channel, request.match_info["message_id"])
        if message.author_id != self._world.bot_id:
            if channel.guild_id is None:
                raise ApiError(NOT_IN_A_DM)
            if not self._world.bot_may(channel, "manage_messages"):
                raise ApiError(MISSING_PERMISSIONS)
        self._posting.delete(message)
        return web.Response(status=204)

    async def _type(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        if not self._world.bot_may(channel, "send_messages"):
            raise ApiError(MISSING_PERMISSIONS)
        self._announcer.typing(channel, self._world.bot_id, self._world.clock())
        return web.Response(status=204)


def _number(text: str) -> object:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(2**64)) else text


def _pick(messages: list[Message], bounds: dict[str, str | None], count: int) -> list[Message]:
    """Choose ``count`` messages, oldest first, around, before or after an id."""
    if (before := bounds["before"]) is not None:
        return [message for message in messages if int(message.id) < int(before)][-count:]
    if (after := bounds["after"]) is not None:
        return [message for message in messages if int(message.id) > int(after)][:count]
    if (around := bounds["around"]) is not None:
        older = [message for message in messages if int(message.id) <= int(around)][-(count // 2 + 1) :]
        newer = [message for message in messages if int(message.id) > int(around)]
        return older + newer[: count - len(older)]
    return messages[-count:]
