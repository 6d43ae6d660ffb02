"""The page's switches: what the bot may do in a server, failures and events on order; and what the bot has sent."""

from aiohttp import web

from bot.sandbox.announcer import Announcer
from bot.sandbox.fault_kinds import FAULTS, ROUTES
from bot.sandbox.faults import Faults, read_fault
from bot.sandbox.page_api import PAGE_API_PATH, PageProblem, guarded, read_page_body
from bot.sandbox.permissions import SWITCHABLE
from bot.sandbox.request_log import RequestLog
from bot.sandbox.wire import json_answer
from bot.sandbox.world import World
from bot.sandbox.world_events import WorldEvents


class PageSwitches:
    """Serves permissions, faults, world events and the request log."""

    def __init__(
        self, world: World, *, announcer: Announcer, events: WorldEvents, faults: Faults, log: RequestLog
    ) -> None:
        self._world = world
        self._announcer = announcer
        self._events = events
        self._faults = faults
        self._log = log

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.post(f"{PAGE_API_PATH}/permissions", guarded(self._switch_permission)),
            web.get(f"{PAGE_API_PATH}/faults", guarded(self._list_faults)),
            web.post(f"{PAGE_API_PATH}/faults", guarded(self._order_fault)),
            web.delete(f"{PAGE_API_PATH}/faults", guarded(self._clear_faults)),
            web.get(f"{PAGE_API_PATH}/world-events", guarded(self._list_events)),
            web.post(f"{PAGE_API_PATH}/world-events", guarded(self._let_happen)),
            web.get(f"{PAGE_API_PATH}/requests", guarded(self._show_requests)),
        ]

    async def _switch_permission(self, request: web.Request) -> web.Response:
        body = (await read_page_body(self._world, request)).object()
        guild = self._world.guilds.get(str(body.get("guild_id")))
        name, allowed = body.get("permission"), body.get("allowed")
        if guild is None or not self._world.has_bot(guild):
            raise PageProblem("The bot is in no such server.", 404)
        if not isinstance(name, str) or name not in {one.name for one in SWITCHABLE}:
            raise PageProblem("“permission” names no permission that can be switched.")
        if not isinstance(allowed, bool):
            raise PageProblem("“allowed” is true or false.")
        self._world.switch_bot_permission(guild, name, allowed=allowed)
        self._announcer.permissions_switched(guild)
        return json_answer({})

    async def _order_fault(self, request: web.Request) -> web.Response:
        self._faults.add(read_fault((await read_page_body(self._world, request)).object()))
        return json_answer({})

    async def _list_faults(self, _: web.Request) -> web.Response:
        return json_answer({"faults": list(FAULTS), "on": list(ROUTES), "waiting": self._faults.to_json()})

    async def _clear_faults(self, _: web.Request) -> web.Response:
        self._faults.clear()
        return json_answer({})

    async def _list_events(self, _: web.Request) -> web.Response:
        return json_answer({"events": self._events.names})

    async def _let_happen(self, request: web.Request) -> web.Response:
        return json_answer(self._events.happen((await read_page_body(self._world, request)).object()))

    async def _show_requests(self, _: web.Request) -> web.Response:
        return json_answer({"requests": self._log.to_json()})
