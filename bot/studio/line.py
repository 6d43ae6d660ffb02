"""Tasks one after another through the engine processes; a bad process costs its own task only."""

import asyncio
import logging
from collections import deque
from enum import StrEnum

from bot.studio.engine_messages import NotSpoken, Order, Spoken
from bot.studio.engine_process import EngineBroken, EngineDied, EngineHung, EngineProcess, started_engine
from bot.studio.plan import plan_speech
from bot.studio.refusal import Refusal
from bot.studio.tasks import TaskError, TaskRecord, TaskStore

SWEEP_EVERY_S = 600.0

_LIMIT_S = 60.0
_LIMIT_PER_CHARACTER_S = 0.08  # about ten times what a character takes on one slow core
_MOST_DEATHS_PER_TASK = 2  # a task is tried once more when its process dies, in case that was not its fault
_MOST_FAILED_STARTS = 3
_RESTART_DELAYS_S = (0.0, 0.5, 2.0, 10.0, 30.0)

logger = logging.getLogger(__name__)


class EngineState(StrEnum):
    """What the engines can do at the moment."""

    STARTING = "starting"
    READY = "ready"
    BROKEN = "broken"
    """No engine can be started here; `Line.trouble` says why."""


def time_limit_s(request_characters: int) -> float:
    """Return how long an engine may work on a text of that many characters before it counts as hung."""
    return _LIMIT_S + _LIMIT_PER_CHARACTER_S * request_characters


class Line:
    """The waiting tasks and the engines that work on them."""

    def __init__(self, store: TaskStore, *, engines: int) -> None:
        self._store = store
        self._engines = engines
        self._waiting: deque[TaskRecord] = deque()  # bounded by the store, which refuses new tasks past its limit
        self._arrived = asyncio.Condition()
        self._running: set[EngineProcess] = set()
        self._ready: set[EngineProcess] = set()
        self._failed_starts = 0
        self.trouble = ""

    @property
    def state(self) -> EngineState:
        """Whether speech is possible now, soon, or not at all."""
        if self._ready:
            return EngineState.READY
        return EngineState.BROKEN if self.trouble else EngineState.STARTING

    @property
    def engine_pids(self) -> tuple[int, ...]:
        """Process ids of the engines that run at the moment."""
        return tuple(engine.pid for engine in self._running)

    async def put(self, task: TaskRecord) -> None:
        """Add a task at the end."""
        async with self._arrived:
            self._waiting.append(task)
            self._arrived.notify()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._engines):
                group.create_task(self._keep_an_engine())
            group.create_task(self._sweep_now_and_then())

    async def _sweep_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            await self._store.sweep()

    async def _keep_an_engine(self) -> None:
        while True:
            try:
                await self._live_of_an_engine()
            except EngineBroken as error:
                self._failed_starts = _MOST_FAILED_STARTS
                await self._give_up(str(error))
            except (EngineDied, EngineHung):
                self._failed_starts += 1
                logger.warning("An engine of the studio could not be started: attempt=%d", self._failed_starts)
                if self._failed_starts >= _MOST_FAILED_STARTS:
                    await self._give_up("The speech engine does not start on this machine.")
            await asyncio.sleep(_RESTART_DELAYS_S[min(self._failed_starts, len(_RESTART_DELAYS_S) - 1)])

    async def _live_of_an_engine(self) -> None:
        """Start one engine and let it work until it dies. Raises only when the start itself fails."""
        async with started_engine() as engine:
            self._running.add(engine)
            try:
                await engine.wait_ready()
                self._ready.add(engine)
                self._failed_starts, self.trouble = 0, ""
                logger.info("An engine of the studio is ready: pid=%d", engine.pid)
                await self._work_with(engine)
            finally:
                self._running.discard(engine)
                self._ready.discard(engine)

    async def _work_with(self, engine: EngineProcess) -> None:
        while True:
            task = await self._next_task(engine)
            if task is None or not await self._carry_out(task, engine):
                return

    async def _next_task(self, engine: EngineProcess) -> TaskRecord | None:
        """Wait for a task; None when the engine ended meanwhile."""
        next_one = asyncio.ensure_future(self._take())
        ended = asyncio.ensure_future(engine.wait_ended())
        try:
            await asyncio.wait({next_one, ended}, return_when=asyncio.FIRST_COMPLETED)
            if ended.done() and next_one.done():
                self._waiting.appendleft(next_one.result())
                return None
            return next_one.result() if next_one.done() else None
        finally:
            next_one.cancel()
            ended.cancel()

    async def _take(self) -> TaskRecord:
        async with self._arrived:
            await self._arrived.wait_for(lambda: bool(self._waiting))
            return self._waiting.popleft()

    async def _carry_out(self, task: TaskRecord, engine: EngineProcess) -> bool:
        """Do one task and write down how it went. Returns whether the engine can go on."""
        order = self._order(task)
        if order is None:
            error = TaskError(status=422, code="not_possible", message="This request is not possible any more.")
            await self._store.fail(task, error)
            return True
        try:
            limit_s = time_limit_s(len(task.request.text) if task.request else 0)
            reply = await engine.speak(order, limit_s)
        except EngineHung:
            engine.kill()
            logger.warning("An engine took too long and was ended: task_id=%s", task.id)
            await self._store.fail(task, TaskError(status=504, code="timeout", message="Speaking this took too long."))
            return False
        except EngineDied:
            await self._try_again_or_fail(task)
            return False
        await self._write_down(task, reply)
        return True

    def _order(self, task: TaskRecord) -> Order | None:
        if task.request is None:
            return None
        try:
            plan = plan_speech(**task.request.model_dump())
        except Refusal:
            return None  # it was possible when it was accepted: the program was changed in between
        return Order(task_id=task.id, parts=plan.parts, target=str(self._store.result_path(task)))

    async def _write_down(self, task: TaskRecord, reply: Spoken | NotSpoken) -> None:
        if isinstance(reply, Spoken):
            await self._store.finish(task)
            return
        status = 500 if reply.code == "storage_unavailable" else 422
        await self._store.fail(task, TaskError(status=status, code=reply.code, message=reply.message))

    async def _try_again_or_fail(self, task: TaskRecord) -> None:
        logger.warning("An engine ended in the middle of a task: task_id=%s", task.id)
        counted = await self._store.count_engine_death(task)
        if counted.engine_deaths < _MOST_DEATHS_PER_TASK:
            async with self._arrived:
                self._waiting.appendleft(counted)
                self._arrived.notify()
            return
        message = "The speech engine ended while it worked on this."
        await self._store.fail(counted, TaskError(status=500, code="engine_died", message=message))

    async def _give_up(self, trouble: str) -> None:
        """Fail what waits: without an engine it would wait for ever. A later start may still succeed."""
        if self._ready:
            return
        self.trouble = trouble
        logger.error("The studio has no speech engine: %s", trouble)
        while self._waiting:
            error = TaskError(status=503, code="engine_unavailable", message=trouble)
            await self._store.fail(self._waiting.popleft(), error)
