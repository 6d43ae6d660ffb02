"""The first answer to an interaction.

Source: discord-api-docs interactions/receiving-and-responding.mdx "Interaction Callback Type".
"""

from collections.abc import Callable
from typing import TypeAlias

from aiohttp import web

from bot.sandbox.command_forms import STRING, read_choice
from bot.sandbox.errors import ALREADY_ACKNOWLEDGED, UNKNOWN_MESSAGE, ApiError, FieldErrors, wrong_field
from bot.sandbox.forms import Form
from bot.sandbox.interactions import COMMAND, COMPONENT, MODAL_SUBMIT, Interaction, Interactions, State
from bot.sandbox.message_forms import Place, check_defer_flags, read_draft
from bot.sandbox.message_payloads import MessageWriter
from bot.sandbox.modals import read_modal
from bot.sandbox.models import EPHEMERAL, LOADING, MENU_RESPONSE, PLAIN_MESSAGE, SLASH_RESPONSE, Message
from bot.sandbox.permissions import allows
from bot.sandbox.posting import Origin, Posting
from bot.sandbox.uploads import Body, read_message_body
from bot.sandbox.wire import JsonObject, json_answer, objects_in
from bot.sandbox.world import World

REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_ALLOWED = {
    COMMAND: (REPLY, DEFER, MODAL),
    COMPONENT: (REPLY, DEFER, DEFER_UPDATE, UPDATE, MODAL),
    MODAL_SUBMIT: (REPLY, DEFER, DEFER_UPDATE, UPDATE),
}
_CHOICES_LIMIT = 25
_SLASH = 1
_Answer: TypeAlias = Callable[[Interaction, Form, Body], Message | None]


class Callbacks:
    """Serves ``POST /interactions/{id}/{token}/callback``."""

    def __init__(self, world: World, interactions: Interactions, posting: Posting, writer: MessageWriter) -> None:
        self._world = world
        self._interactions = interactions
        self._posting = posting
        self._writer = writer
        self._answers: dict[int, _Answer] = {
            REPLY: self._reply,
            DEFER: self._defer,
            DEFER_UPDATE: self._defer_update,
            UPDATE: self._update,
            CHOICES: self._choices,
            MODAL: self._modal,
        }

    def routes(self) -> list[web.RouteDef]:
        """List the one route."""
        return [web.post("/interactions/{interaction_id}/{token}/callback", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        found = request.match_info
        channel = self._interactions.for_callback(found["interaction_id"], found["token"]).channel
        body = await read_message_body(request, self._world.file_limit_of(channel))
        # Looked up again: reading the files may have taken longer than the deadline.
        interaction = self._interactions.for_callback(found["interaction_id"], found["token"])
        if interaction.state is not State.SENT:
            raise ApiError(ALREADY_ACKNOWLEDGED)
        form = Form(body.object(), FieldErrors())
        kind = form.choice("type", self._allowed(interaction), required=True)
        form.errors.refuse_if_any()
        message = self._answers[kind or REPLY](interaction, form, body)
        if request.query.get("with_response", "").lower() not in {"1", "true"}:
            return web.Response(status=204)
        return json_answer(self._answer_json(interaction, kind or REPLY, message))

    def _allowed(self, interaction: Interaction) -> tuple[int, ...]:
        if interaction.is_autocomplete:
            return (CHOICES,)
        allowed = _ALLOWED[interaction.type]
        if interaction.source_message_id is None:
            return tuple(kind for kind in allowed if kind not in {DEFER_UPDATE, UPDATE})
        return allowed

    def _reply(self, interaction: Interaction, form: Form, body: Body) -> Message:
        data = form.form("data")
        form.errors.refuse_if_any()
        draft = read_draft({} if data is None else data.fields, body.files, Place.CALLBACK, path=("data",))
        self._posting.check_answer(interaction.user_id, interaction.channel, draft)
        draft.flags |= forced_flags(self._world, interaction)
        origin = origin_of(self._world, interaction, is_ephemeral=bool(draft.flags & EPHEMERAL))
        message = self._posting.post(interaction.channel, self._world.bot_id, draft, origin)
        interaction.original_id = message.id
        self._interactions.acknowledge(interaction, State.ANSWERED)
        return message

    def _defer(self, interaction: Interaction, form: Form, _: Body) -> Message:
        flags = check_defer_flags(form.form("data")) | forced_flags(self._world, interaction)
        form.errors.refuse_if_any()
        origin = origin_of(self._world, interaction, is_ephemeral=bool(flags & EPHEMERAL))
        message = self._posting.post_loading(interaction.channel, flags, origin)
        interaction.original_id = message.id
        self._interactions.acknowledge(interaction, State.DEFERRED)
        return message

    def _defer_update(self, interaction: Interaction, *_: object) -> None:
        interaction.original_id = interaction.source_message_id
        self._interactions.acknowledge(interaction, State.ANSWERED)

    def _update(self, interaction: Interaction, form: Form, body: Body) -> Message:
        message = interaction.channel.messages.get(interaction.source_message_id or "")
        if message is None:
            raise ApiError(UNKNOWN_MESSAGE)
        data = form.form("data")
        form.errors.refuse_if_any()
        fields = {} if data is None else data.fields
        draft = read_draft(fields, body.files, Place.EDIT, path=("data",), flags_now=message.flags)
        self._posting.check_answer(interaction.user_id, interaction.channel, draft)
        self._posting.edit(message, draft)
        interaction.original_id = message.id
        self._interactions.acknowledge(interaction, State.ANSWERED)
        return message

    def _choices(self, interaction: Interaction, form: Form, _: Body) -> None:
        data = form.form("data")
        if data is None or not data.has("choices"):
            raise wrong_field(("data", "choices"), "BASE_TYPE_REQUIRED", "This field is required")
        kind = _focused_type(interaction.data)
        choices = [read_choice(choice, kind) for choice in data.forms("choices", most=_CHOICES_LIMIT)]
        form.errors.refuse_if_any()
        self._interactions.acknowledge(interaction, State.ANSWERED)
        if interaction.choices is not None and not interaction.choices.done():
            told = [{key: value for key, value in one.items() if value is not None} for one in choices]
            interaction.choices.set_result(told)

    def _modal(self, interaction: Interaction, form: Form, _: Body) -> None:
        data = form.form("data")
        if data is None:
            raise wrong_field(("data",), "BASE_TYPE_REQUIRED", "This field is required")
        modal = read_modal(data)
        self._interactions.acknowledge(interaction, State.ANSWERED)
        self._interactions.show_modal(interaction, modal)

    def _answer_json(self, interaction: Interaction, kind: int, message: Message | None) -> JsonObject:
        about: JsonObject = {"id": interaction.id, "type": interaction.type}
        body: JsonObject = {"interaction": about}
        if message is not None:
            about["response_message_id"] = message.id
            about["response_message_loading"] = bool(message.flags & LOADING)
            about["response_message_ephemeral"] = message.only_for is not None
            body["resource"] = {"type": kind, "message": self._writer.message_json(message)}
        return body


def forced_flags(world: World, interaction: Interaction) -> int:
    """Give EPHEMERAL where the server's members may not show others what apps of their own answer.

    Source: discord-api-docs topics/permissions.mdx, USE_EXTERNAL_APPS.
    """
    channel = interaction.channel
    if channel.guild_id is None or world.is_bot_here(channel):
        return 0
    granted = world.permissions_of(interaction.user_id, channel)
    return 0 if allows(granted, "use_external_apps") else EPHEMERAL


def origin_of(world: World, interaction: Interaction, *, is_ephemeral: bool) -> Origin:
    """Say where an answer to an interaction comes from."""
    types = {COMMAND: SLASH_RESPONSE if interaction.command_type == _SLASH else MENU_RESPONSE}
    target = interaction.data.get("target_id")
    replies_to = interaction.source_message_id
    if isinstance(target, str) and target in interaction.channel.messages:
        replies_to = target
    return Origin(
        type=types.get(interaction.type, PLAIN_MESSAGE),
        only_for=interaction.user_id if is_ephemeral else None,
        interaction=interaction.metadata,
        application_id=world.application_id,
        replies_to=replies_to,
    )


def _focused_type(data: JsonObject) -> int:
    """Find the type of the option being completed, at whatever depth."""
    for option in objects_in(data.get("options")):
        if option.get("focused") is True:
            kind = option.get("type")
            return kind if isinstance(kind, int) else STRING
        if "options" in option:
            return _focused_type(option)
    return STRING
