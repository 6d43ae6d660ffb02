"""What a bot does with an interaction's token after the first answer: the original answer and follow-ups.

Source: discord-api-docs interactions/receiving-and-responding.mdx "Followup Messages", resources/webhook.mdx.
"""

from aiohttp import web

from bot.sandbox.callbacks import forced_flags, origin_of
from bot.sandbox.errors import TOO_MANY_FOLLOWUPS, UNKNOWN_MESSAGE, ApiError
from bot.sandbox.interactions import Interaction, Interactions, State
from bot.sandbox.message_forms import Place, read_draft
from bot.sandbox.message_payloads import MessageWriter
from bot.sandbox.models import EPHEMERAL, Message
from bot.sandbox.posting import Posting
from bot.sandbox.uploads import read_message_body
from bot.sandbox.wire import json_answer
from bot.sandbox.world import World

_PREFIX = "/webhooks/{application_id}/{token}"
_ORIGINAL = "@original"

FOLLOWUPS_WITHOUT_THE_BOT = 5
"""Per interaction. Source: discord-api-docs interactions/receiving-and-responding.mdx, "Followup Messages"."""


class Webhooks:
    """Serves the interaction webhook routes."""

    def __init__(self, world: World, interactions: Interactions, posting: Posting, writer: MessageWriter) -> None:
        self._world = world
        self._interactions = interactions
        self._posting = posting
        self._writer = writer

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        message = f"{_PREFIX}/messages/{{message_id}}"
        return [
            web.post(_PREFIX, self._follow_up),
            web.get(message, self._get),
            web.patch(message, self._edit),
            web.delete(message, self._delete),
        ]

    def _interaction(self, request: web.Request) -> Interaction:
        found = request.match_info
        return self._interactions.for_webhook(found["application_id"], found["token"])

    def _message(self, interaction: Interaction, message_id: str) -> Message:
        """Find one of the messages this token may touch; all others are unknown to it."""
        own = {interaction.original_id, *interaction.followup_ids}
        wanted = interaction.original_id if message_id == _ORIGINAL else message_id
        message = interaction.channel.messages.get(wanted or "")
        if message is None or message.id not in own:
            raise ApiError(UNKNOWN_MESSAGE)
        return message

    async def _follow_up(self, request: web.Request) -> web.Response:
        channel = self._interaction(request).channel
        body = await read_message_body(request, self._world.file_limit_of(channel))
        interaction = self._interaction(request)
        draft = read_draft(body.object(), body.files, Place.FOLLOWUP)
        self._posting.check_answer(interaction.user_id, interaction.channel, draft)
        original = interaction.channel.messages.get(interaction.original_id or "")
        if original is not None and original.is_loading:
            # Kept by Discord for old bots: the first follow-up to a deferred answer becomes the answer.
            message = self._posting.edit(original, draft)
            self._interactions.acknowledge(interaction, State.ANSWERED)
        else:
            self._check_count(interaction)
            draft.flags |= forced_flags(self._world, interaction)
            origin = origin_of(self._world, interaction, is_ephemeral=bool(draft.flags & EPHEMERAL))
            message = self._posting.post(interaction.channel, self._world.bot_id, draft, origin)
            interaction.followup_ids.add(message.id)
        # ``wait`` is always true for interaction webhooks.
        return json_answer(self._writer.message_json(message))

    def _check_count(self, interaction: Interaction) -> None:
        """Count follow-ups where the bot is only because the member brought it along."""
        is_bot_here = self._world.is_bot_here(interaction.channel)
        if not is_bot_here and len(interaction.followup_ids) >= FOLLOWUPS_WITHOUT_THE_BOT:
            raise ApiError(TOO_MANY_FOLLOWUPS)

    async def _get(self, request: web.Request) -> web.Response:
        message = self._message(self._interaction(request), request.match_info["message_id"])
        return json_answer(self._writer.message_json(message))

    async def _edit(self, request: web.Request) -> web.Response:
        channel = self._interaction(request).channel
        body = await read_message_body(request, self._world.file_limit_of(channel))
        interaction = self._interaction(request)
        message = self._message(interaction, request.match_info["message_id"])
        was_loading = message.is_loading
        draft = read_draft(body.object(), body.files, Place.EDIT, flags_now=message.flags)
        self._posting.check_answer(interaction.user_id, interaction.channel, draft)
        self._posting.edit(message, draft)
        if was_loading:
            self._interactions.acknowledge(interaction, State.ANSWERED)
        return json_answer(self._writer.message_json(message))

    async def _delete(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request)
        message = self._message(interaction, request.match_info["message_id"])
        self._posting.delete(message)
        if message.is_loading:
            self._interactions.acknowledge(interaction, State.ANSWERED)
        return web.Response(status=204)
