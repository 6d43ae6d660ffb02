"""What can happen to the world while a bot is at work: things vanish, rights are taken, tokens die.

The page API's ``POST /sandbox/api/world-events`` takes ``{"event": name, …}`` with the fields of the event.
"""

from collections.abc import Callable
from typing import TypeAlias

from bot.sandbox import errors
from bot.sandbox.announcer import Announcer
from bot.sandbox.errors import FieldErrors
from bot.sandbox.forms import Form
from bot.sandbox.gateway import Gateway
from bot.sandbox.interactions import Interactions
from bot.sandbox.models import LOCALES, Channel, FileLimit, Guild
from bot.sandbox.page_api import PageProblem
from bot.sandbox.permissions import SWITCHABLE, bits
from bot.sandbox.posting import Posting
from bot.sandbox.uploads import REQUEST_LIMIT_BYTES
from bot.sandbox.wire import JsonObject
from bot.sandbox.world import World

_LONGEST_S = 86_400.0
_SHARDS_LIMIT = 16
_LOCALE_LENGTH = 8
_FILE_REFUSALS = {40005: errors.REQUEST_TOO_LARGE, 50045: errors.FILE_TOO_LARGE}
_TOKEN_REFUSALS = {10015: errors.UNKNOWN_WEBHOOK, 50027: errors.INVALID_WEBHOOK_TOKEN}
_Event: TypeAlias = Callable[[Form], JsonObject | None]


class WorldEvents:
    """Makes things happen, by name."""

    def __init__(
        self, world: World, *, announcer: Announcer, posting: Posting, gateway: Gateway, interactions: Interactions
    ) -> None:
        self._world = world
        self._announcer = announcer
        self._posting = posting
        self._gateway = gateway
        self._interactions = interactions
        self._events: dict[str, _Event] = {
            "delete_message": self._delete_message,
            "delete_channel": self._delete_channel,
            "delete_role": self._delete_role,
            "archive_channel": self._archive_channel,
            "kick_bot": self._kick_bot,
            "invite_bot": self._invite_bot,
            "switch_channel_permission": self._switch_channel_permission,
            "limit_files": self._limit_files,
            "switch_user": self._switch_user,
            "expire_tokens": self._expire_tokens,
            "remember_nonces": self._remember_nonces,
            "drop_gateway": self._drop_gateway,
            "reconnect_gateway": self._reconnect_gateway,
            "invalidate_sessions": self._invalidate_sessions,
            "recommend_shards": self._recommend_shards,
        }

    @property
    def names(self) -> list[str]:
        """Every event there is."""
        return list(self._events)

    def happen(self, body: JsonObject) -> JsonObject:
        """Make the event that ``body`` describes happen.

        Raises:
            PageProblem: 404 when it names what does not exist, 400 when there is no such event.
            ApiError: 50035 for wrong fields.
        """
        event = self._events.get(str(body.get("event")))
        if event is None:
            raise PageProblem(f"“event” is one of {', '.join(self._events)}.")
        return event(Form(body, FieldErrors())) or {}

    # Places ------------------------------------------------------------------------------------

    def _channel(self, form: Form) -> Channel:
        channel = self._world.channels.get(form.snowflake("channel_id") or "")
        form.errors.refuse_if_any()
        if channel is None:
            raise PageProblem("There is no such channel.", 404)
        return channel

    def _guild(self, form: Form) -> Guild:
        guild = self._world.guilds.get(form.snowflake("guild_id") or "")
        form.errors.refuse_if_any()
        if guild is None:
            raise PageProblem("There is no such server.", 404)
        return guild

    def _delete_message(self, form: Form) -> None:
        message = self._channel(form).messages.get(form.snowflake("message_id") or "")
        if message is None:
            raise PageProblem("There is no such message.", 404)
        self._posting.delete(message)

    def _delete_channel(self, form: Form) -> None:
        self._posting.delete_channel(self._channel(form))

    def _delete_role(self, form: Form) -> None:
        """Delete a role that a person made; @everyone and the bot's own cannot be deleted."""
        guild = self._guild(form)
        role = guild.roles.get(form.snowflake("role_id") or "")
        if role is None or role.id == guild.id or role.bot_id is not None:
            raise PageProblem("There is no such role to delete.", 404)
        self._world.remove_role(guild, role)
        self._announcer.role_deleted(guild, role)

    def _archive_channel(self, form: Form) -> None:
        """Let a channel refuse as an archived thread does; ``archived`` false opens it again."""
        channel = self._channel(form)
        channel.is_archived = form.boolean("archived", otherwise=True)
        form.errors.refuse_if_any()
        self._announcer.channel_changed(channel)

    def _kick_bot(self, form: Form) -> None:
        guild = self._guild(form)
        if not self._world.has_bot(guild):
            raise PageProblem("The bot is not in that server.")
        self._world.remove_bot(guild)
        self._announcer.bot_left(guild)

    def _invite_bot(self, form: Form) -> None:
        guild = self._guild(form)
        if self._world.has_bot(guild):
            raise PageProblem("The bot is in that server already.")
        self._world.add_bot(guild)
        self._announcer.bot_joined(guild)

    def _switch_channel_permission(self, form: Form) -> None:
        """Deny the bot's role a permission in one channel, or take the denial back."""
        channel = self._channel(form)
        name, allowed = form.needed_text("permission", most=100), form.boolean("allowed")
        form.errors.refuse_if_any()
        if name not in {one.name for one in SWITCHABLE}:
            raise PageProblem("“permission” names no permission that can be switched.")
        bit = bits((name,))
        channel.bot_denied = channel.bot_denied & ~bit if allowed else channel.bot_denied | bit
        self._announcer.channel_changed(channel)

    def _limit_files(self, form: Form) -> None:
        """Set how large a file may be in a channel; without ``size_bytes`` the usual limit is back."""
        channel = self._channel(form)
        size = form.integer("size_bytes", least=1, most=REQUEST_LIMIT_BYTES)
        told = form.integer("told_bytes", least=0, most=REQUEST_LIMIT_BYTES * 100)
        code = form.choice("code", tuple(_FILE_REFUSALS)) or 40005
        form.errors.refuse_if_any()
        channel.file_limit = None if size is None else FileLimit(size, _FILE_REFUSALS[code], told)

    # People and tokens -------------------------------------------------------------------------

    def _switch_user(self, form: Form) -> None:
        """Say what a person decided: on direct messages of the bot, on having it in their account, on a language."""
        user = self._world.users.get(form.snowflake("user_id") or "")
        if user is None or user.is_bot:
            raise PageProblem("There is no such member.", 404)
        takes_dms = form.boolean("takes_dms", otherwise=user.takes_dms)
        has_app = form.boolean("has_app", otherwise=user.has_app)
        locale = form.text("locale", most=_LOCALE_LENGTH) or user.locale
        if locale not in LOCALES:
            form.refuse("locale", "BASE_TYPE_CHOICES", "That is no language of Discord.")
        form.errors.refuse_if_any()
        user.takes_dms, user.has_app, user.locale = takes_dms, has_app, locale
        self._announcer.people_changed()

    def _expire_tokens(self, form: Form) -> JsonObject:
        """Let one interaction's token die, or all that there are."""
        code = form.choice("code", tuple(_TOKEN_REFUSALS)) or 50027
        interaction_id = form.snowflake("interaction_id")
        form.errors.refuse_if_any()
        return {"expired": self._interactions.expire(interaction_id, _TOKEN_REFUSALS[code])}

    def _remember_nonces(self, form: Form) -> None:
        """Set for how many seconds a nonce counts; 0 lets every one be new."""
        seconds = form.number("seconds", least=0, most=_LONGEST_S)
        form.errors.refuse_if_any()
        if seconds is None:
            raise PageProblem("“seconds” is missing.")
        self._posting.nonces.remembered_s = seconds

    # The gateway -------------------------------------------------------------------------------

    def _drop_gateway(self, form: Form) -> None:
        shard_id = form.integer("shard_id", least=0)
        form.errors.refuse_if_any()
        self._gateway.drop_connections(shard_id)

    def _reconnect_gateway(self, _: Form) -> None:
        self._gateway.ask_to_reconnect()

    def _invalidate_sessions(self, form: Form) -> None:
        can_resume = form.boolean("can_resume")
        form.errors.refuse_if_any()
        self._gateway.invalidate_sessions(can_resume=can_resume)

    def _recommend_shards(self, form: Form) -> None:
        """Set what ``GET /gateway/bot`` recommends."""
        count = form.needed_integer("shards", least=1, most=_SHARDS_LIMIT)
        form.errors.refuse_if_any()
        self._gateway.recommended_shards = count
