"""What a bot may ask about itself, people and places.

Source: discord-api-docs resources/user.mdx, guild.mdx, channel.mdx, application.mdx; events/gateway.mdx.
"""

from aiohttp import web

from bot.sandbox.announcer import Announcer
from bot.sandbox.errors import (
    CANNOT_MESSAGE_USER,
    MISSING_PERMISSIONS,
    UNKNOWN_MEMBER,
    UNKNOWN_USER,
    ApiError,
    FieldErrors,
    wrong_field,
)
from bot.sandbox.forms import Form
from bot.sandbox.gateway import Gateway
from bot.sandbox.payloads import (
    application_json,
    automod_rule_json,
    channel_json,
    full_member_json,
    guild_json,
    me_json,
    role_json,
    user_json,
)
from bot.sandbox.permissions import allows
from bot.sandbox.uploads import read_body
from bot.sandbox.wire import JsonObject, json_answer
from bot.sandbox.world import World


class DirectoryRoutes:
    """Serves users, guilds, channels, the application and where the gateway is."""

    def __init__(self, world: World, gateway: Gateway, announcer: Announcer) -> None:
        self._world = world
        self._gateway = gateway
        self._announcer = announcer

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.get("/users/@me", self._me),
            web.get("/users/{user_id}", self._user),
            web.post("/users/@me/channels", self._open_dm),
            web.get("/oauth2/applications/@me", self._application),
            web.get("/applications/@me", self._application),
            web.get("/gateway", self._gateway_url),
            web.get("/gateway/bot", self._gateway_for_bot),
            web.get("/guilds/{guild_id}", self._guild),
            web.get("/guilds/{guild_id}/channels", self._channels),
            web.get("/guilds/{guild_id}/roles", self._roles),
            web.get("/guilds/{guild_id}/auto-moderation/rules", self._automod_rules),
            web.get("/guilds/{guild_id}/members/{user_id}", self._member),
            web.get("/channels/{channel_id}", self._channel),
        ]

    async def _me(self, _: web.Request) -> web.Response:
        return json_answer(me_json(self._world.users[self._world.bot_id]))

    async def _user(self, request: web.Request) -> web.Response:
        user = self._world.users.get(request.match_info["user_id"])
        if user is None:
            raise ApiError(UNKNOWN_USER)
        return json_answer(user_json(user))

    async def _application(self, _: web.Request) -> web.Response:
        return json_answer(application_json(self._world))

    async def _gateway_url(self, _: web.Request) -> web.Response:
        return json_answer({"url": self._gateway.url})

    async def _gateway_for_bot(self, _: web.Request) -> web.Response:
        return json_answer(self._gateway.about())

    async def _open_dm(self, request: web.Request) -> web.Response:
        form = Form((await read_body(request, file_limit_bytes=0)).object(), FieldErrors())
        user_id = form.snowflake("recipient_id")
        form.errors.refuse_if_any()
        if user_id is None:
            raise wrong_field(("recipient_id",), "BASE_TYPE_REQUIRED", "This field is required")
        if user_id not in self._world.users:
            raise ApiError(UNKNOWN_USER)
        if self._world.users[user_id].is_bot:
            raise ApiError(CANNOT_MESSAGE_USER)
        channel, is_new = self._world.open_dm(user_id)
        if is_new:
            self._announcer.dm_opened(channel)
        return json_answer(channel_json(self._world, channel))

    async def _guild(self, request: web.Request) -> web.Response:
        return json_answer(guild_json(self._world.guild(request.match_info["guild_id"])))

    async def _channels(self, request: web.Request) -> web.Response:
        guild = self._world.guild(request.match_info["guild_id"])
        return json_answer([channel_json(self._world, channel) for channel in self._world.channels_of(guild)])

    async def _roles(self, request: web.Request) -> web.Response:
        guild = self._world.guild(request.match_info["guild_id"])
        roles: list[JsonObject] = [role_json(role) for role in guild.roles.values()]
        return json_answer(roles)

    async def _automod_rules(self, request: web.Request) -> web.Response:
        guild = self._world.guild(request.match_info["guild_id"])
        if not allows(self._world.guild_permissions_of(self._world.bot_id, guild), "manage_guild"):
            raise ApiError(MISSING_PERMISSIONS)
        rules: list[JsonObject] = [automod_rule_json(guild)] if guild.automod_keywords else []
        return json_answer(rules)

    async def _member(self, request: web.Request) -> web.Response:
        guild = self._world.guild(request.match_info["guild_id"])
        user_id = request.match_info["user_id"]
        if user_id not in guild.member_roles:
            raise ApiError(UNKNOWN_MEMBER)
        return json_answer(full_member_json(self._world, guild, user_id))

    async def _channel(self, request: web.Request) -> web.Response:
        channel = self._world.channel(request.match_info["channel_id"])
        self._world.bot_sees(channel)
        return json_answer(channel_json(self._world, channel))
