"""The embedded studio as one object: start it, use ``base_url`` as FineVoice's, stop it."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.studio.line import EngineState, Line
from bot.studio.models import missing_packages
from bot.studio.routes import Routes
from bot.studio.tasks import TaskStore

__all__ = ["EngineState", "StudioServer", "missing_packages"]

_SHUTDOWN_S = 2.0

logger = logging.getLogger(__name__)


class StudioServer:
    """FineVoice's HTTP API on this machine. Use it as an async context manager, more than once if wanted.

    Requests and results live under ``work_dir`` for 24 hours; unfinished ones of an earlier run are finished.
    ``api_keys`` may call it; with none nobody may. ``port`` 0 takes a free one. Engines (``workers`` processes of
    about 400 MB) start at once, and the server answers while they load. Missing packages or wrong model files do not
    stop the server: `state` is then ``broken``, ``/healthz`` says why and speech is answered with 503.
    """

    missing_packages = staticmethod(missing_packages)

    def __init__(
        self,
        *,
        work_dir: Path,
        api_keys: frozenset[str],
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        workers: int = 1,
    ) -> None:
        self._host = host
        self._port = port
        self._api_keys = api_keys
        self._work_dir = work_dir
        self._clock = clock
        self._workers = workers
        self._bound_port = 0

    @property
    def base_url(self) -> str:
        """``http://HOST:PORT`` of the running server."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._bound_port}"

    @property
    def state(self) -> EngineState:
        """Whether it can speak: ``starting``, ``ready`` or ``broken``."""
        return self._line.state

    @property
    def trouble(self) -> str:
        """Why it is broken, in words for the operator; empty otherwise."""
        return self._line.trouble

    @property
    def engine_pids(self) -> tuple[int, ...]:
        """Process ids of the running engines."""
        return self._line.engine_pids

    async def __aenter__(self) -> Self:
        """Bind the port, take up unfinished tasks and start the engines without waiting for them.

        Raises:
            OSError: the port is taken, or ``work_dir`` cannot be written.
        """
        self._store = TaskStore(self._work_dir, self._clock)
        self._line = Line(self._store, engines=self._workers)
        unfinished = await self._store.load()
        routes = Routes(self._store, self._line, lambda: self.base_url)
        self._runner = web.AppRunner(routes.application(self._api_keys), access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        self._bound_port = int(self._runner.addresses[0][1])
        for task in unfinished:
            await self._line.put(task)
        self._work = asyncio.create_task(self._line.run(), name="studio line")
        self._work.add_done_callback(_report_end)
        logger.info("The studio listens on %s, unfinished=%d", self.base_url, len(unfinished))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        self._work.cancel()
        await asyncio.wait({self._work})


def _report_end(work: "asyncio.Task[None]") -> None:
    if not work.cancelled() and work.exception() is not None:
        logger.critical("The studio's engines stopped working", exc_info=work.exception())
