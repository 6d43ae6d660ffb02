"""What the page may look at: the world, messages, events and, for tests, the bot's requests."""

from aiohttp import web

from bot.sandbox.command_access import CommandAccess
from bot.sandbox.commands import Commands
from bot.sandbox.gateway import Gateway
from bot.sandbox.message_payloads import MessageWriter
from bot.sandbox.models import Channel, Guild, User
from bot.sandbox.page_api import PAGE_API_PATH, PageProblem, acting_user, channel_for, guarded
from bot.sandbox.page_events import PageEvents
from bot.sandbox.permissions import SWITCHABLE, allows
from bot.sandbox.wire import JsonObject, json_answer
from bot.sandbox.world import World

_MOST_MESSAGES, _USUAL_MESSAGES = 100, 50


class PageView:
    """Serves the page's reading routes."""

    def __init__(
        self,
        world: World,
        *,
        commands: Commands,
        access: CommandAccess,
        events: PageEvents,
        gateway: Gateway,
        writer: MessageWriter,
    ) -> None:
        self._world = world
        self._commands = commands
        self._access = access
        self._events = events
        self._gateway = gateway
        self._writer = writer

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.get(f"{PAGE_API_PATH}/world", guarded(self._show_world)),
            web.get(f"{PAGE_API_PATH}/events", guarded(self._follow_events)),
            web.get(f"{PAGE_API_PATH}/channels/{{channel_id}}/messages", guarded(self._list_messages)),
        ]

    async def _show_world(self, request: web.Request) -> web.Response:
        user_id = acting_user(self._world, request)
        world = self._world
        own = [one for one in world.channels.values() if one.guild_id is None and world.is_member(user_id, one)]
        own.sort(key=lambda channel: channel.recipient_id is None)
        mine = [guild for guild in world.guilds.values() if user_id in guild.member_roles]
        body: JsonObject = {
            "me": user_id,
            "bot": {"user_id": world.bot_id, "connected": self._gateway.is_bot_connected()},
            "users": [_user_json(user) for user in world.users.values()],
            "guilds": [self._guild_json(guild, user_id) for guild in mine],
            "dms": [self._private_json(channel, user_id) for channel in own],
            "commands": self._commands.all(),
        }
        return json_answer(body)

    def _private_json(self, channel: Channel, user_id: str) -> JsonObject:
        """Write direct messages and groups, each by the name of who else is in it."""
        others = [user for user in self._world.members_of(channel) if user.id != user_id]
        return {
            "id": channel.id,
            "user_id": others[0].id,
            "name": channel.name if len(others) > 1 else others[0].display_name,
            "members": [user.id for user in self._world.members_of(channel)],
            "commands": self._access.usable_ids(user_id, channel),
        }

    def _guild_json(self, guild: Guild, user_id: str) -> JsonObject:
        has_bot = self._world.has_bot(guild)
        granted = self._world.bot_role(guild).permissions if has_bot else 0
        return {
            "id": guild.id,
            "name": guild.name,
            "color": guild.color,
            "members": list(guild.member_roles),
            "channels": [
                {
                    "id": channel.id,
                    "name": channel.name,
                    "topic": channel.topic,
                    "commands": self._access.usable_ids(user_id, channel),
                }
                for channel in self._world.channels_of(guild)
            ],
            "roles": [{"id": role.id, "name": role.name} for role in guild.roles.values()],
            "member_roles": guild.member_roles,
            "has_bot": has_bot,
            "sounds": [
                {"id": sound.id, "name": sound.name, "emoji": sound.emoji_name, "url": f"/soundboard-sounds/{sound.id}"}
                for sound in guild.sounds.values()
            ],
            "permissions": [
                {"name": one.name, "label": one.label, "allowed": allows(granted, one.name)}
                for one in (SWITCHABLE if has_bot else ())
            ],
        }

    async def _list_messages(self, request: web.Request) -> web.Response:
        user_id = acting_user(self._world, request)
        channel = channel_for(self._world, request.match_info["channel_id"], user_id)
        limit, before = request.query.get("limit", str(_USUAL_MESSAGES)), request.query.get("before")
        if not _is_count(limit) or (before is not None and not _is_count(before)):
            raise PageProblem("“limit” and “before” are numbers.")
        messages = list(self._world.visible_messages(channel, user_id))
        if before is not None:
            messages = [message for message in messages if int(message.id) < int(before)]
        count = max(1, min(int(limit), _MOST_MESSAGES))
        return json_answer({"messages": [self._writer.message_json(message) for message in messages[-count:]]})

    async def _follow_events(self, request: web.Request) -> web.StreamResponse:
        return await self._events.serve(request, acting_user(self._world, request))


def _user_json(user: User) -> JsonObject:
    return {
        "id": user.id,
        "username": user.username,
        "display_name": user.display_name,
        "bot": user.is_bot,
        "color": user.color,
        "takes_dms": user.takes_dms,
        "has_app": user.has_app,
        "locale": user.locale,
    }


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(2**64))
