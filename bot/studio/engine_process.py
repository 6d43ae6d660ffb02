"""The server's side of one engine process: start it, give it an order, and notice when it dies or hangs."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import ValidationError

from bot.studio.engine_messages import REPLIES, Broken, NotSpoken, Order, Ready, Spoken

START_LIMIT_S = 90.0
"""Loading takes 1 to 2 s; a cold disk on a small machine takes longer."""

_STOP_LIMIT_S = 2.0
# What the process needs to run. Tokens and keys in the environment are none of its business.
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
_KEPT_PREFIXES = ("COVERAGE_",)
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class EngineDied(Exception):
    """The process ended, or said something that makes no sense, before it answered."""


class EngineHung(Exception):
    """The process did not answer in time."""


class EngineBroken(Exception):
    """The process cannot work on this machine; its text is for people."""


def engine_command() -> list[str]:
    """Return the command line of an engine process."""
    return [sys.executable, "-m", "bot.studio.worker"]


class EngineProcess:
    """A running engine that is ready for orders; one at a time."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def wait_ready(self) -> None:
        """Wait until the models are loaded.

        Raises:
            EngineBroken: it says it cannot work here.
            EngineDied, EngineHung: it ended, or took longer than `START_LIMIT_S`.
        """
        reply = await self._reply(START_LIMIT_S)
        if isinstance(reply, Broken):
            raise EngineBroken(reply.message)
        if not isinstance(reply, Ready):
            raise EngineDied

    async def speak(self, order: Order, limit_s: float) -> Spoken | NotSpoken:
        """Have ``order`` carried out.

        Raises:
            EngineDied, EngineHung: it ended, or took longer than ``limit_s``; the process is of no more use.
        """
        stdin = self._process.stdin
        if stdin is None:
            raise EngineDied
        try:
            stdin.write(order.model_dump_json().encode() + b"\n")
            async with asyncio.timeout(limit_s):
                await stdin.drain()
        except ConnectionError as error:
            raise EngineDied from error
        except TimeoutError as error:
            raise EngineHung from error
        reply = await self._reply(limit_s)
        if not isinstance(reply, Spoken | NotSpoken) or reply.task_id != order.task_id:
            raise EngineDied
        return reply

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
            self._kill()
            await self._process.wait()

    def kill(self) -> None:
        """End the process by force, now."""
        self._kill()

    def _kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()

    async def _reply(self, limit_s: float) -> Ready | Broken | Spoken | NotSpoken:
        stdout = self._process.stdout
        if stdout is None:
            raise EngineDied
        try:
            async with asyncio.timeout(limit_s):
                line = await stdout.readline()
            return REPLIES.validate_json(line)
        except TimeoutError as error:
            raise EngineHung from error
        except (ValidationError, ValueError) as error:  # an endless line is a ValueError, a dead pipe an empty one
            raise EngineDied from error


@asynccontextmanager
async def started_engine() -> AsyncGenerator[EngineProcess]:
    """Start an engine process, and end it when the block is left, whatever happens.

    Raises:
        EngineDied: the system would not start it.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *engine_command(),
            stdin=PIPE,
            stdout=PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C in the terminal is for the server; the pipe tells the engine
        )
    except OSError as error:
        raise EngineDied from error
    engine = EngineProcess(process)
    try:
        yield engine
    finally:
        await asyncio.shield(engine.stop())


def _environment() -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT_VARIABLES or name.startswith(_KEPT_PREFIXES)
    }
    # Run from a source folder, the package is found through the parent's own path only.
    return {**kept, **_ONE_THREAD, "PYTHONPATH": str(Path(__file__).parents[2])}
