"""The commands a bot has registered, global and per guild, and the routes to register them."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.command_forms import MESSAGE_MENU, SLASH, USER_MENU, read_commands
from bot.sandbox.errors import (
    INVALID_JSON,
    MISSING_ACCESS,
    TOO_MANY_COMMAND_CREATES,
    TOO_MANY_COMMANDS,
    UNKNOWN_COMMAND,
    WRONG_APPLICATION,
    ApiError,
)
from bot.sandbox.uploads import read_body
from bot.sandbox.wire import JsonObject, is_json_list, json_answer, objects_in
from bot.sandbox.world import World

_PER_KIND = {SLASH: 100, USER_MENU: 15, MESSAGE_MENU: 15}
_CREATES_PER_DAY = 200
_DAY_S = 86_400.0


@dataclass
class _Scope:
    """The commands of one guild, or the global ones, and when commands were created lately."""

    commands: dict[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    created_at: deque[float] = field(default_factory=lambda: deque[float](maxlen=_CREATES_PER_DAY))


class Commands:
    """Keeps what the bot registered; ``on_sync`` is called after each change."""

    def __init__(self, world: World, on_sync: Callable[[], None]) -> None:
        self._world = world
        self._on_sync = on_sync
        self._scopes: dict[str | None, _Scope] = {None: _Scope()}

    def all(self) -> list[JsonObject]:
        """List every command, global ones first."""
        return [command for scope in self._scopes.values() for command in scope.commands.values()]

    def find(self, command_id: str) -> JsonObject | None:
        """Find a command of any scope."""
        return next((command for command in self.all() if command["id"] == command_id), None)

    def routes(self) -> list[web.RouteDef]:
        """List the command routes, global and per guild."""
        return [
            route
            for prefix in ("/applications/{application_id}", "/applications/{application_id}/guilds/{guild_id}")
            for route in (
                web.get(f"{prefix}/commands", self._list),
                web.put(f"{prefix}/commands", self._overwrite),
                web.post(f"{prefix}/commands", self._create),
                web.get(f"{prefix}/commands/{{command_id}}", self._get),
                web.patch(f"{prefix}/commands/{{command_id}}", self._change),
                web.delete(f"{prefix}/commands/{{command_id}}", self._delete),
            )
        ]

    async def _list(self, request: web.Request) -> web.Response:
        commands = list(self._scope(request).commands.values())
        with_localizations = request.query.get("with_localizations", "").lower() in {"1", "true"}
        return json_answer(commands if with_localizations else [_without_localizations(one) for one in commands])

    async def _get(self, request: web.Request) -> web.Response:
        return json_answer(self._command(request))

    async def _overwrite(self, request: web.Request) -> web.Response:
        scope = self._scope(request)
        body = (await read_body(request, file_limit_bytes=0)).json
        if not is_json_list(body):
            raise ApiError(INVALID_JSON)
        if len(body) > sum(_PER_KIND.values()):
            raise ApiError(TOO_MANY_COMMANDS)
        self._replace(request, scope, read_commands(body))
        return json_answer(list(scope.commands.values()))

    async def _create(self, request: web.Request) -> web.Response:
        scope = self._scope(request)
        made = read_commands([(await read_body(request, file_limit_bytes=0)).object()])[0]
        others = [command for command in scope.commands.values() if _key(command) != _key(made)]
        is_new = len(others) == len(scope.commands)
        self._replace(request, scope, [*others, made])
        return json_answer(list(scope.commands.values())[-1], status=201 if is_new else 200)

    async def _change(self, request: web.Request) -> web.Response:
        scope, old = self._scope(request), self._command(request)
        change = (await read_body(request, file_limit_bytes=0)).object()
        made = read_commands([{**old, **change}])[0]
        scope.commands[str(old["id"])] = self._with_ids(request, made, str(old["id"]))
        self._on_sync()
        return json_answer(scope.commands[str(old["id"])])

    async def _delete(self, request: web.Request) -> web.Response:
        del self._scope(request).commands[str(self._command(request)["id"])]
        self._on_sync()
        return web.Response(status=204)

    def _scope(self, request: web.Request) -> _Scope:
        if request.match_info["application_id"] != self._world.application_id:
            raise ApiError(WRONG_APPLICATION)
        guild_id = request.match_info.get("guild_id")
        if guild_id is not None and guild_id not in {guild.id for guild in self._world.guilds_of_bot()}:
            raise ApiError(MISSING_ACCESS)
        return self._scopes.setdefault(guild_id, _Scope())

    def _command(self, request: web.Request) -> JsonObject:
        command = self._scope(request).commands.get(request.match_info["command_id"])
        if command is None:
            raise ApiError(UNKNOWN_COMMAND)
        return command

    def _replace(self, request: web.Request, scope: _Scope, wanted: list[JsonObject]) -> None:
        """Put ``wanted`` in place of all commands; one of the same kind and name keeps its id."""
        kinds = Counter(command["type"] for command in wanted)
        if any(kinds[kind] > limit for kind, limit in _PER_KIND.items()):
            raise ApiError(TOO_MANY_COMMANDS)
        ids = {_key(command): str(command["id"]) for command in scope.commands.values()}
        self._count_creates(scope, sum(_key(command) not in ids for command in wanted))
        scope.commands = {}
        for command in wanted:
            command_id = ids.get(_key(command)) or self._world.ids.make()
            scope.commands[command_id] = self._with_ids(request, command, command_id)
        self._on_sync()

    def _count_creates(self, scope: _Scope, count: int) -> None:
        now = self._world.clock()
        lately = sum(now - made < _DAY_S for made in scope.created_at)
        if lately + count > _CREATES_PER_DAY:
            raise ApiError(TOO_MANY_COMMAND_CREATES)
        scope.created_at.extend([now] * count)

    def _with_ids(self, request: web.Request, command: JsonObject, command_id: str) -> JsonObject:
        return {
            **command,
            "id": command_id,
            "application_id": self._world.application_id,
            "guild_id": request.match_info.get("guild_id"),
            "version": self._world.ids.make(),
        }


def _key(command: JsonObject) -> tuple[object, object]:
    return command["type"], command["name"]


def options_of(command: JsonObject) -> list[JsonObject]:
    """List the options of a command, subcommand or group."""
    return objects_in(command.get("options"))


def _without_localizations(part: JsonObject) -> JsonObject:
    """A command, option or choice as a list of them shows it where nobody asks for translations."""
    shown: JsonObject = {key: value for key, value in part.items() if not key.endswith("_localizations")}
    for key in ("options", "choices"):
        if key in shown:
            shown[key] = [_without_localizations(nested) for nested in objects_in(shown[key])]
    return shown
