"""The server's side of one worker process: start it, give it an order, and notice when it dies, hangs or grows."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from bot.studio.engine_messages import (
    MAX_REPLY_BYTES,
    REPLIES,
    Began,
    Loaded,
    Outcome,
    Ready,
    Reply,
    Start,
    WorkOrder,
)
from bot.studio.memory import LOOK_EVERY_S, resident_bytes
from bot.studio.operations import BY_OPERATION

if TYPE_CHECKING:
    from bot.studio.engines.base import Capability

START_LIMIT_S = 120.0
"""Starting, loading an engine, or decoding a source: seconds usually; a cold disk on a small machine takes longer."""

# Whatever an engine allows itself: less is no time at all on a busy machine, more is for ever.
_SHORTEST_WORK_S, _LONGEST_WORK_S = 1.0, 4 * 3600.0
_STOP_LIMIT_S = 2.0
_LAST_WORDS_S = 2.0
# What the process needs to run. Tokens and keys in the environment are none of its business.
_KEPT_VARIABLES = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV"),
    *("XDG_CACHE_HOME", "HF_HOME", "HF_HUB_OFFLINE", "CUDA_VISIBLE_DEVICES"),
)
_KEPT_PREFIXES = ("COVERAGE_",)
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Cause(Enum):
    """Why a worker is of no more use."""

    CRASHED = auto()
    """It ended by itself, or said something that makes no sense."""
    KILLED = auto()
    """Somebody else ended it: the operator, or the system because memory was short."""
    HUNG = auto()
    """It did not answer in time."""
    TOO_LARGE = auto()
    """It used more memory than it may."""


class WorkerLost(Exception):
    """The process is of no more use. ``was_loaded``: the engine of the order was there, and at work on it."""

    def __init__(self, cause: Cause, *, was_loaded: bool = False) -> None:
        super().__init__(cause.name)
        self.cause = cause
        self.was_loaded = was_loaded


def engine_command() -> list[str]:
    """Return the command line of a worker process."""
    # -P: what lies in the current folder is not to be imported by accident.
    return [sys.executable, "-P", "-m", "bot.studio.worker"]


class EngineProcess:
    """A running worker; one order at a time. ``on_loaded`` hears of every engine it loads, or cannot load."""

    def __init__(self, process: Process, memory_limit_bytes: int, on_loaded: Callable[[Loaded], None]) -> None:
        self._process = process
        self._memory_limit_bytes = memory_limit_bytes
        self._on_loaded = on_loaded
        self._loaded: set[Capability] = set()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_large(self) -> bool:
        """Whether it uses so much memory between orders that another process should take over."""
        used = resident_bytes(self.pid)
        return used is not None and used > self._memory_limit_bytes * 0.75

    async def start(self, start: Start) -> None:
        """Wait until it takes orders.

        Raises:
            WorkerLost: it ended, or took longer than `START_LIMIT_S`.
        """
        try:
            async with asyncio.timeout(START_LIMIT_S):
                await self._send(start.model_dump_json())
                while isinstance(reply := await self._reply(), Loaded):
                    self._hear(reply)
        except TimeoutError as error:
            raise WorkerLost(Cause.HUNG) from error
        if not isinstance(reply, Ready):
            raise WorkerLost(Cause.CRASHED)

    async def carry_out(self, order: WorkOrder) -> Outcome:
        """Have ``order`` done.

        Raises:
            WorkerLost: it crashed, was killed, hung or grew too large.
        """
        watch = asyncio.ensure_future(self._grown_too_large())
        work = asyncio.ensure_future(self._carry_out(order))
        try:
            await asyncio.wait({watch, work}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            raise WorkerLost(Cause.TOO_LARGE)
        finally:
            watch.cancel()
            work.cancel()
            await asyncio.gather(watch, work, return_exceptions=True)

    async def _carry_out(self, order: WorkOrder) -> Outcome:
        capability = BY_OPERATION[order.operation].capability
        try:
            async with asyncio.timeout(START_LIMIT_S) as limit:
                await self._send(order.model_dump_json())
                while isinstance(reply := await self._reply(), Loaded | Began):
                    if isinstance(reply, Loaded):
                        self._hear(reply)
                    else:
                        allowed_s = min(max(reply.allowed_s, _SHORTEST_WORK_S), _LONGEST_WORK_S)
                        limit.reschedule(asyncio.get_running_loop().time() + allowed_s)
        except TimeoutError as error:
            raise WorkerLost(Cause.HUNG, was_loaded=capability in self._loaded) from error
        except WorkerLost as lost:
            raise WorkerLost(lost.cause, was_loaded=capability in self._loaded) from lost
        if isinstance(reply, Ready) or reply.task_id != order.task_id:
            raise WorkerLost(Cause.CRASHED, was_loaded=capability in self._loaded)
        return reply

    def _hear(self, loaded: Loaded) -> None:
        if not loaded.trouble:
            self._loaded.add(loaded.capability)
        self._on_loaded(loaded)

    async def wait_ended(self) -> None:
        """Wait until the process ends by itself."""
        await self._process.wait()

    async def stop(self) -> None:
        """End the process: kindly by closing its input, then by force."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(_STOP_LIMIT_S):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def kill(self) -> None:
        """End the process by force, now."""
        if self._process.returncode is None:
            self._process.kill()

    async def _grown_too_large(self) -> None:
        """Return when it uses more memory than it may."""
        while True:
            used = resident_bytes(self.pid)
            if used is not None and used > self._memory_limit_bytes:
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def _send(self, line: str) -> None:
        stdin = self._process.stdin
        if stdin is None:
            raise WorkerLost(Cause.CRASHED)
        try:
            stdin.write(line.encode() + b"\n")
            await stdin.drain()
        except ConnectionError as error:
            raise WorkerLost(await self._cause_of_end()) from error

    async def _reply(self) -> Reply:
        stdout = self._process.stdout
        if stdout is None:
            raise WorkerLost(Cause.CRASHED)
        try:
            line = await stdout.readline()
            if line:
                return REPLIES.validate_json(line)
        except (ValidationError, ValueError) as error:  # nonsense, or a line without end
            raise WorkerLost(Cause.CRASHED) from error
        raise WorkerLost(await self._cause_of_end())

    async def _cause_of_end(self) -> Cause:
        """Why a process that says nothing more ended. A signal that is not its own fault is somebody else's doing."""
        try:
            async with asyncio.timeout(_LAST_WORDS_S):
                code = await self._process.wait()
        except TimeoutError:
            return Cause.CRASHED  # it closed its output and lives on: nonsense of another kind
        return Cause.KILLED if code in {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP} else Cause.CRASHED


@asynccontextmanager
async def started_engine(memory_limit_bytes: int, on_loaded: Callable[[Loaded], None]) -> AsyncGenerator[EngineProcess]:
    """Start a worker process, and end it when the block is left, whatever happens.

    Raises:
        WorkerLost: the system would not start it.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *engine_command(),
            stdin=PIPE,
            stdout=PIPE,
            limit=MAX_REPLY_BYTES,
            env=_environment(),
            start_new_session=True,  # Ctrl-C in the terminal is for the server; the pipe tells the worker
        )
    except OSError as error:
        raise WorkerLost(Cause.CRASHED) from error
    engine = EngineProcess(process, memory_limit_bytes, on_loaded)
    try:
        yield engine
    finally:
        await asyncio.shield(engine.stop())


def _environment() -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT_VARIABLES or name.startswith(_KEPT_PREFIXES)
    }
    # Run from a source folder, the package is found through the parent's own path only; and engines of the
    # operator's own are where PYTHONPATH says.
    path = os.pathsep.join(filter(None, (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", ""))))
    return {**kept, **_ONE_THREAD, "PYTHONPATH": path}
