"""The embedded studio as one object: start it, use ``base_url`` as FineVoice's, stop it."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.studio.capabilities import Capabilities
from bot.studio.engine_messages import Start
from bot.studio.engines.base import Capability, EngineSetup
from bot.studio.line import EngineState, Line
from bot.studio.options import StudioOptions
from bot.studio.preparing import Preparation
from bot.studio.routes import Routes
from bot.studio.sources import Sources
from bot.studio.tasks import TaskStore
from bot.studio.voicing.saved_voices import SavedVoices

__all__ = ["EngineState", "StudioOptions", "StudioServer"]

_SHUTDOWN_S = 2.0
_PRELOADED = (Capability.SPEECH,)  # what most people ask for first; its engine is small and fast to load

logger = logging.getLogger(__name__)


class StudioServer:
    """FineVoice's HTTP API on this machine. Use it as an async context manager, more than once if wanted.

    Requests and results live under ``work_dir`` for as long as ``options`` say; unfinished ones of an earlier run are
    finished. ``api_keys`` may call it; with none nobody may. ``port`` 0 takes a free one. ``workers`` processes start
    at once, and the server answers while they load the speech engine (about 400 MB each); other engines are loaded
    when they are first needed. Missing packages or wrong model files do not stop the server: ``/healthz`` tells of
    them, and what they are needed for is answered with 503. ``clock`` is seconds since the epoch.
    """

    def __init__(
        self,
        *,
        work_dir: Path,
        api_keys: frozenset[str],
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        workers: int = 1,
        options: StudioOptions | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._api_keys = api_keys
        self._work_dir = work_dir
        self._clock = clock
        self._workers = workers
        self._options = options or StudioOptions()
        self._bound_port = 0

    @property
    def base_url(self) -> str:
        """``http://HOST:PORT`` of the running server."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._bound_port}"

    @property
    def state(self) -> EngineState:
        """Whether it can speak: ``starting``, ``ready`` or ``broken``."""
        return EngineState.BROKEN if self.trouble else self._line.state

    @property
    def trouble(self) -> str:
        """Why it is broken, in words for the operator; empty otherwise."""
        return self._line.trouble or self._capabilities.trouble(Capability.SPEECH)

    @property
    def engine_pids(self) -> tuple[int, ...]:
        """Process ids of the running workers."""
        return self._line.engine_pids

    async def __aenter__(self) -> Self:
        """Bind the port, take up unfinished tasks and start the workers without waiting for them.

        Raises:
            OSError: the port is taken, or ``work_dir`` cannot be written.
        """
        options = self._options
        setup = EngineSetup(self._work_dir / "cache", self._work_dir / "voices", options.engine_options)
        self._store = TaskStore(self._work_dir, self._clock, options)
        self._capabilities = Capabilities(options, setup, self._clock)
        self._sources = Sources(options)
        preparation = Preparation(self._store, self._sources, self._work_dir / "work")
        start = Start(
            engines=self._capabilities.paths,
            cache=str(setup.cache),
            voices=str(setup.voices),
            options=dict(setup.options),
            preload=_PRELOADED,
        )
        self._line = Line(
            self._store,
            self._capabilities,
            preparation,
            start=start,
            workers=self._workers,
            worker_bytes=options.worker_bytes,
        )
        unfinished = await self._store.load()
        await preparation.clear()
        await self._capabilities.make()
        await self._listen()
        for task in unfinished:
            await self._line.put(task)
        self._work = asyncio.create_task(self._line.run(), name="studio line")
        self._work.add_done_callback(_report_end)
        logger.info("The studio listens on %s, unfinished=%d", self.base_url, len(unfinished))
        return self

    async def _listen(self) -> None:
        routes = Routes(
            self._store,
            self._line,
            self._capabilities,
            self._sources,
            SavedVoices(self._work_dir / "voices"),
            queue_limit=self._options.queue_limit,
            base_url=lambda: self.base_url,
        )
        self._runner = web.AppRunner(routes.application(self._api_keys), access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            await self._sources.__aexit__()
            raise
        self._bound_port = int(self._runner.addresses[0][1])

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        self._work.cancel()
        await asyncio.wait({self._work})
        await self._sources.__aexit__()


def _report_end(work: "asyncio.Task[None]") -> None:
    if not work.cancelled() and work.exception() is not None:
        logger.critical("The studio's workers stopped working", exc_info=work.exception())
