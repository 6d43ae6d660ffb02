"""Tasks one after another through the worker processes; a bad process costs its own task only."""

import asyncio
import json
import logging
from collections import deque
from enum import StrEnum
from pathlib import Path

from pydantic import ValidationError

from bot.studio.bodies import Body
from bot.studio.capabilities import Capabilities
from bot.studio.engine_messages import Done, Outcome, Refused, Start, Unavailable, WorkOrder
from bot.studio.engine_process import Cause, EngineProcess, WorkerLost, started_engine
from bot.studio.operations import BY_OPERATION
from bot.studio.preparing import Preparation
from bot.studio.tasks import TaskError, TaskRecord, TaskStore

SWEEP_EVERY_S = 600.0

_MOST_TRIES = 2  # a task is tried once more when its worker was lost through no fault of it
_MOST_FAILED_STARTS = 3
_RESTART_DELAYS_S = (0.0, 0.5, 2.0, 10.0, 30.0)
_MOST_FACTS_CHARACTERS = 512 * 1024  # records are kept in memory

logger = logging.getLogger(__name__)


class EngineState(StrEnum):
    """What the workers can do at the moment."""

    STARTING = "starting"
    READY = "ready"
    BROKEN = "broken"
    """No worker can be started here, or speech cannot be loaded; ``trouble`` says why."""


class Line:
    """The waiting tasks and the workers that do them."""

    def __init__(
        self,
        store: TaskStore,
        capabilities: Capabilities,
        preparation: Preparation,
        *,
        start: Start,
        workers: int,
        worker_bytes: int,
    ) -> None:
        self._store = store
        self._capabilities = capabilities
        self._preparation = preparation
        self._start = start
        self._workers = workers
        self._worker_bytes = worker_bytes
        self._waiting: deque[TaskRecord] = deque()  # bounded by the store, which refuses new tasks past its limit
        self._arrived = asyncio.Condition()
        self._alive: set[EngineProcess] = set()
        self._ready: set[EngineProcess] = set()
        self._busy = 0
        self._failed_starts = 0
        self.trouble = ""
        """Why no worker can be started; empty otherwise."""

    @property
    def state(self) -> EngineState:
        """Whether there is a worker."""
        if self._ready:
            return EngineState.READY
        return EngineState.BROKEN if self.trouble else EngineState.STARTING

    @property
    def engine_pids(self) -> tuple[int, ...]:
        """Process ids of the workers that run at the moment."""
        return tuple(engine.pid for engine in self._alive)

    @property
    def busy(self) -> int:
        """How many workers are at work."""
        return self._busy

    async def put(self, task: TaskRecord) -> None:
        """Add a task at the end; one with a recording gets there when that is fetched."""
        if task.own_source is not None or _has_source(task):
            await self._preparation.put(task)
        else:
            await self._add(task)

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._workers):
                group.create_task(self._keep_a_worker())
            group.create_task(self._preparation.run(self._add))
            group.create_task(self._sweep_now_and_then())

    async def _add(self, task: TaskRecord) -> None:
        async with self._arrived:
            self._waiting.append(task)
            self._arrived.notify()

    async def _sweep_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            await self._store.sweep()

    async def _keep_a_worker(self) -> None:
        while True:
            try:
                await self._live_of_a_worker()
            except WorkerLost as lost:
                self._failed_starts += 1
                logger.warning(
                    "A worker of the studio could not be started: attempt=%d cause=%s", self._failed_starts, lost.cause
                )
                if self._failed_starts >= _MOST_FAILED_STARTS:
                    await self._give_up("The studio's worker process does not start on this machine.")
            await asyncio.sleep(_RESTART_DELAYS_S[min(self._failed_starts, len(_RESTART_DELAYS_S) - 1)])

    async def _live_of_a_worker(self) -> None:
        """Start one worker and let it work until it is lost. Raises only when the start itself fails."""
        # An engine that crashes while it is loaded must not keep the worker from the other ones.
        start = self._start if not self._failed_starts else self._start.model_copy(update={"preload": ()})
        async with started_engine(self._worker_bytes, self._capabilities.hear) as engine:
            self._alive.add(engine)
            try:
                await engine.start(start)
                self._ready.add(engine)
                self._failed_starts, self.trouble = 0, ""
                logger.info("A worker of the studio is ready: pid=%d", engine.pid)
                await self._work_with(engine)
            finally:
                self._alive.discard(engine)
                self._ready.discard(engine)

    async def _work_with(self, engine: EngineProcess) -> None:
        while True:
            task = await self._next_task(engine)
            if task is None:
                return
            self._busy += 1
            try:
                if not await self._carry_out(task, engine):
                    return
            finally:
                self._busy -= 1

    async def _next_task(self, engine: EngineProcess) -> TaskRecord | None:
        """Wait for a task; None when the worker ended meanwhile."""
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
        """Do one task and write down how it went. Returns whether the worker can go on."""
        if _body(task) is None or not self._capabilities.has(BY_OPERATION[task.operation].capability):
            # It was possible when it was accepted: the program or the settings were changed in between.
            await self._fail(task, 422, "not_possible", "This request is not possible any more.")
            return True
        try:
            folder = await self._preparation.empty_folder(task)
        except OSError:
            await self._fail(task, 500, "storage_unavailable", "The result could not be written to disk.")
            return True
        try:
            outcome = await engine.carry_out(self._order(task, folder))
        except WorkerLost as lost:
            engine.kill()
            await self._after_loss(task, lost)
            return False
        await self._write_down(task, outcome, folder)
        if engine.is_large:
            logger.info("A worker of the studio has grown and is replaced: pid=%d", engine.pid)
            return False
        return True

    def _order(self, task: TaskRecord, folder: Path) -> WorkOrder:
        source = self._preparation.source_of(task)
        return WorkOrder(
            task_id=task.id,
            operation=task.operation,
            body=task.body or "",
            source=None if source is None else str(source),
            folder=str(folder),
        )

    async def _write_down(self, task: TaskRecord, outcome: Outcome, folder: Path) -> None:
        match outcome:
            case Done():
                await self._finish(task, outcome, folder)
            case Refused():
                await self._fail(task, outcome.status, outcome.code, outcome.message)
            case Unavailable():
                await self._fail(task, 503, "engine_unavailable", outcome.message)

    async def _finish(self, task: TaskRecord, done: Done, folder: Path) -> None:
        warnings, facts = done.warnings, done.facts
        if len(json.dumps(facts)) > _MOST_FACTS_CHARACTERS:
            warnings, facts = (*warnings, "Details were left out of this answer: they are too long."), {}
        told = {
            "engine": done.engine,
            "is_approximate": done.is_approximate,
            "warnings": warnings,
            "facts": facts,
        }
        try:
            await self._store.finish(task.model_copy(update=told), tuple(folder / name for name in done.files))
        except (OSError, ValidationError):
            logger.exception("The results of a task could not be kept: task_id=%s engine=%s", task.id, done.engine)
            await self._fail(task, 500, "storage_unavailable", "The result could not be kept.")
            return
        await self._preparation.release(task)

    async def _after_loss(self, task: TaskRecord, lost: WorkerLost) -> None:
        logger.warning("A worker was lost in the middle of a task: task_id=%s cause=%s", task.id, lost.cause.name)
        if lost.cause is Cause.HUNG and lost.was_loaded:
            await self._fail(task, 504, "timeout", "This took too long.")
        elif lost.cause is Cause.TOO_LARGE:
            await self._fail(task, 500, "out_of_memory", "This needed more memory than a worker may use.")
        elif lost.cause is Cause.KILLED or not lost.was_loaded:
            await self._try_again_or_fail(task, lost)
        else:
            await self._fail(task, 500, "engine_died", "The engine ended while it worked on this.")

    async def _try_again_or_fail(self, task: TaskRecord, lost: WorkerLost) -> None:
        counted = await self._store.count_engine_death(task)
        if counted.engine_deaths < _MOST_TRIES:
            async with self._arrived:
                self._waiting.appendleft(counted)
                self._arrived.notify()
            return
        if lost.was_loaded:
            await self._fail(counted, 500, "engine_died", "The engine ended while it worked on this.")
            return
        trouble = "The engine ends or hangs while it is loaded."
        self._capabilities.note_trouble(BY_OPERATION[task.operation].capability, trouble)
        await self._fail(counted, 503, "engine_unavailable", trouble)

    async def _fail(self, task: TaskRecord, status: int, code: str, message: str) -> None:
        await self._store.fail(task, TaskError(status=status, code=code, message=message))
        await self._preparation.release(task)

    async def _give_up(self, trouble: str) -> None:
        """Fail what waits: without a worker it would wait for ever. A later start may still succeed."""
        if self._ready:
            return
        self.trouble = trouble
        logger.error("The studio has no worker: %s", trouble)
        while self._waiting:
            await self._fail(self._waiting.popleft(), 503, "engine_unavailable", trouble)


def _body(task: TaskRecord) -> Body | None:
    try:
        return BY_OPERATION[task.operation].body.model_validate_json(task.body or "")
    except ValidationError:
        return None


def _has_source(task: TaskRecord) -> bool:
    body = _body(task)
    return body is not None and body.source_url is not None
