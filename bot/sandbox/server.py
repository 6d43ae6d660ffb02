"""The sandbox server: builds every part, serves them all on one loopback port, and takes them down again."""

import secrets
import socket
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.sandbox.acting import Acting
from bot.sandbox.announcer import Announcer
from bot.sandbox.api_gate import API_PATH, ApiGate
from bot.sandbox.callbacks import Callbacks
from bot.sandbox.cdn import Cdn
from bot.sandbox.command_access import CommandAccess
from bot.sandbox.commands import Commands
from bot.sandbox.directory_routes import DirectoryRoutes
from bot.sandbox.faults import Faults
from bot.sandbox.gateway import CONTENT_INTENT, Gateway
from bot.sandbox.interaction_payloads import InteractionWriter
from bot.sandbox.interactions import Interactions
from bot.sandbox.message_payloads import MessageWriter
from bot.sandbox.message_routes import MessageRoutes
from bot.sandbox.page_actions import PageActions
from bot.sandbox.page_events import PageEvents
from bot.sandbox.page_guard import LOOPBACK_ADDRESSES, PageFiles, host_guard
from bot.sandbox.page_switches import PageSwitches
from bot.sandbox.page_view import PageView
from bot.sandbox.posting import Posting
from bot.sandbox.rate_limits import RateLimits
from bot.sandbox.request_log import RequestLog
from bot.sandbox.soundboard_routes import SoundboardRoutes
from bot.sandbox.starting_world import build_world
from bot.sandbox.uploads import REQUEST_LIMIT_BYTES
from bot.sandbox.webhooks import Webhooks
from bot.sandbox.wire import JsonObject
from bot.sandbox.world_events import WorldEvents

_SHUTDOWN_S = 1.0


class SandboxServer:
    """Discord in a box, as an async context manager.

    ``token`` is what a bot has to log in with. ``host`` must be a loopback address; port 0 takes a free one.
    ``clock`` gives seconds since 1970. ``interaction_timeout_s`` is how long a bot has for its first answer and
    ``token_life_s`` how long an interaction's token works (3 s and 15 minutes at Discord).
    ``privileged_intents`` are those switched on in the portal: message content only, unless told otherwise.

    Raises:
        ValueError: ``host`` is none of 127.0.0.1, ::1 and localhost.
        OSError: the port is taken (when entered).
    """

    def __init__(
        self,
        *,
        token: str,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        interaction_timeout_s: float = 3.0,
        token_life_s: float = 900.0,
        privileged_intents: int = CONTENT_INTENT,
    ) -> None:
        self._host = "127.0.0.1" if host == "localhost" else host
        if self._host not in LOOPBACK_ADDRESSES:
            raise ValueError("The sandbox listens on a loopback address only.")
        self._wanted_port = port
        self._runner: web.AppRunner | None = None
        self._port = 0
        self.world = build_world(clock)
        self._cdn = Cdn(key=secrets.token_bytes(32), clock=clock)
        self._writer = MessageWriter(self.world, self._cdn)
        self._events = PageEvents()
        self._gateway = Gateway(
            self.world, token=token, allowed_intents=privileged_intents, on_change=self._world_changed
        )
        self._announcer = Announcer(self.world, self._gateway, self._events, self._writer)
        self._posting = Posting(self.world, self._cdn, self._announcer)
        self._commands = Commands(self.world, self._announcer.commands_synced)
        self._soundboard = SoundboardRoutes(self.world, self._announcer)
        self._interactions = Interactions(
            self.world, self._events, timeout_s=interaction_timeout_s, token_life_s=token_life_s
        )
        self._faults, self._log = Faults(), RequestLog()
        self._gate = ApiGate(token=token, limits=RateLimits(clock), faults=self._faults, log=self._log)

    @property
    def url(self) -> str:
        """Where the page is, for example ``http://127.0.0.1:8090``."""
        return f"http://{self._authority}"

    @property
    def api_url(self) -> str:
        """What discord.py's ``Route.BASE`` has to be."""
        return self.url + API_PATH

    @property
    def gateway_url(self) -> str:
        """What discord.py's ``DEFAULT_GATEWAY`` has to be."""
        return f"ws://{self._authority}/gateway"

    @property
    def _authority(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{host}:{self._port}"

    @property
    def requests(self) -> list[JsonObject]:
        """The bot's last 1000 REST requests, oldest first, as the page API shows them."""
        return self._log.to_json()

    def drop_connections(self, shard_id: int | None = None) -> None:
        """Cut every gateway connection, or one shard's, as a failing network does; bots can resume."""
        self._gateway.drop_connections(shard_id)

    def ask_to_reconnect(self) -> None:
        """Tell bots to reconnect and resume (gateway op 7)."""
        self._gateway.ask_to_reconnect()

    def invalidate_sessions(self, *, can_resume: bool) -> None:
        """Tell bots that their session is over (gateway op 9)."""
        self._gateway.invalidate_sessions(can_resume=can_resume)

    async def __aenter__(self) -> Self:
        """Listen."""
        self._runner = web.AppRunner(self._build(), access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await self._runner.setup()
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listener = socket.create_server((self._host, self._wanted_port), family=family)
        self._port = listener.getsockname()[1]
        self._cdn.base_url = self.url
        self._gateway.url = self.gateway_url
        await web.SockSite(self._runner, listener).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye to bots and pages, and stop listening."""
        self._interactions.close()
        self._gateway.close()
        self._events.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _world_changed(self) -> None:
        self._events.send_to_all({"type": "world"})

    def _build(self) -> web.Application:
        app = web.Application(middlewares=[host_guard()], client_max_size=REQUEST_LIMIT_BYTES)
        app.add_subapp(API_PATH, self._build_api())
        app.add_routes([web.get("/gateway", self._gateway.serve), web.get("/gateway/", self._gateway.serve)])
        app.add_routes(self._cdn.routes())
        app.add_routes(self._soundboard.files())
        app.add_routes(self._build_page())
        return app

    def _build_api(self) -> web.Application:
        world, posting, writer = self.world, self._posting, self._writer
        api = web.Application(middlewares=[self._gate.middleware()])
        for part in (
            DirectoryRoutes(world, self._gateway, self._announcer),
            MessageRoutes(world, posting, self._announcer, writer),
            self._commands,
            self._soundboard,
            Callbacks(world, self._interactions, posting, writer),
            Webhooks(world, self._interactions, posting, writer),
        ):
            api.add_routes(part.routes())
        return api

    def _build_page(self) -> list[web.RouteDef]:
        world, posting, writer = self.world, self._posting, self._writer
        access = CommandAccess(world, self._commands)
        acting = Acting(
            world,
            access=access,
            interactions=self._interactions,
            posting=posting,
            gateway=self._gateway,
            writer=InteractionWriter(world, writer),
        )
        view = PageView(
            world,
            commands=self._commands,
            access=access,
            events=self._events,
            gateway=self._gateway,
            writer=writer,
        )
        actions = PageActions(world, acting=acting, posting=posting, writer=writer)
        events = WorldEvents(
            world,
            announcer=self._announcer,
            posting=posting,
            gateway=self._gateway,
            interactions=self._interactions,
        )
        switches = PageSwitches(world, announcer=self._announcer, events=events, faults=self._faults, log=self._log)
        return PageFiles().routes() + view.routes() + actions.routes() + switches.routes()
