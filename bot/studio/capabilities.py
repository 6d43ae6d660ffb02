"""What the studio can do on this machine: the server's own instance of each engine, and how loading it went."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.studio.engine_messages import Loaded
from bot.studio.engines.base import Capability, Engine, EngineSetup, EngineUnavailable, Order
from bot.studio.engines.impossible import Cloning, Cover
from bot.studio.engines.registry import DEFAULT_ENGINES, make_engine
from bot.studio.options import StudioOptions
from bot.studio.refusal import Refusal

TRY_AGAIN_S = 60.0
"""An engine that could not be loaded is tried again after this long: perhaps a disk was full."""

_RETRY_AFTER_S = 30

logger = logging.getLogger(__name__)


class CapabilityState(StrEnum):
    """How far an engine is."""

    IMPOSSIBLE = "not available"
    """Nothing here can do it; every request is answered with 501."""
    MISSING = "missing"
    """Its packages or its class are not there."""
    IDLE = "idle"
    """It will be loaded when it is first needed."""
    READY = "ready"
    BROKEN = "broken"
    """It could not be loaded the last time."""


@dataclass(frozen=True, slots=True)
class CapabilityReport:
    """What ``/healthz`` tells of one capability."""

    engine: str
    state: CapabilityState
    trouble: str = ""


class Capabilities:
    """One engine per capability. The server's instances are asked what is possible; workers have their own."""

    def __init__(self, options: StudioOptions, setup: EngineSetup, clock: Callable[[], float]) -> None:
        self.paths = {**DEFAULT_ENGINES, **options.engines}
        self._setup = setup
        self._clock = clock
        self._engines: dict[Capability, Engine] = {}
        self._missing: dict[Capability, str] = {}
        self._names: dict[Capability, str] = {}
        self._troubles: dict[Capability, tuple[float, str]] = {}

    async def make(self) -> None:
        """Import all engine classes; what is not there is noted and logged, not raised."""
        for capability, path in self.paths.items():
            try:
                self._engines[capability] = await asyncio.to_thread(make_engine, capability, path, self._setup)
            except EngineUnavailable as error:
                self._missing[capability] = str(error)
                logger.info("The studio does without %s: %s", capability, error)

    async def check(self, capability: Capability, order: Order) -> None:
        """Refuse what cannot be done, before any work.

        Raises:
            Refusal: 503 when the engine is not usable; otherwise whatever the engine says.
        """
        if capability in self._missing:
            raise Refusal(503, "engine_unavailable", self._missing[capability])
        if trouble := self.trouble(capability):
            raise Refusal(503, "engine_unavailable", trouble, _RETRY_AFTER_S)
        await asyncio.to_thread(self._engines[capability].check, order)

    def trouble(self, capability: Capability) -> str:
        """Why the engine could not be loaded lately; empty when it was, or when it is time to try again."""
        since, trouble = self._troubles.get(capability, (0.0, ""))
        return trouble if trouble and self._clock() < since + TRY_AGAIN_S else ""

    def has(self, capability: Capability) -> bool:
        """Whether there is an engine at all."""
        return capability in self._engines

    def hear(self, loaded: Loaded) -> None:
        """Note how loading an engine went in some worker."""
        if loaded.trouble:
            self.note_trouble(loaded.capability, loaded.trouble)
            return
        self._troubles.pop(loaded.capability, None)
        self._names[loaded.capability] = loaded.engine
        logger.info("An engine of the studio is loaded: capability=%s engine=%s", loaded.capability, loaded.engine)

    def note_trouble(self, capability: Capability, trouble: str) -> None:
        """Note that an engine cannot be loaded, and why."""
        if self._troubles.get(capability, (0.0, ""))[1] != trouble:
            logger.error("The studio cannot load its engine for %s: %s", capability, trouble)
        self._troubles[capability] = (self._clock(), trouble)

    def reports(self) -> dict[Capability, CapabilityReport]:
        """Return how each of them is."""
        return {capability: self._report(capability) for capability in self.paths}

    def _report(self, capability: Capability) -> CapabilityReport:
        engine = self._engines.get(capability)
        if engine is None:
            return CapabilityReport(self.paths[capability], CapabilityState.MISSING, self._missing[capability])
        if isinstance(engine, Cloning | Cover):
            return CapabilityReport(engine.name, CapabilityState.IMPOSSIBLE)
        if capability in self._troubles:
            return CapabilityReport(engine.name, CapabilityState.BROKEN, self._troubles[capability][1])
        if capability in self._names:
            return CapabilityReport(self._names[capability], CapabilityState.READY)
        return CapabilityReport(engine.name, CapabilityState.IDLE)
