"""A worker process: ``python -m bot.studio.worker``. Orders come in on stdin, replies go to stdout.

Engines are loaded when they are first needed and kept. The process ends when stdin does, and so also when the server
was killed: the system closes the pipe for it. An error nobody foresaw ends it with a traceback on stderr; the server
then fails that task and starts another process.
"""

import os
import signal
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TextIO

from pydantic import ValidationError

from bot.errors import AudioUnreadable
from bot.studio.engine_messages import (
    Began,
    Done,
    Loaded,
    Outcome,
    Ready,
    Refused,
    Reply,
    Start,
    Unavailable,
    WorkOrder,
)
from bot.studio.engines.base import Capability, Engine, EngineSetup, EngineUnavailable, Order, Produced
from bot.studio.engines.registry import make_engine
from bot.studio.measuring import measured_s, unreadable
from bot.studio.operations import BY_OPERATION
from bot.studio.refusal import Refusal

_POLITENESS = 5  # of 19: the server's own loop goes first on a busy machine


def main() -> None:
    """Load what is to be loaded at once, say so, and carry out orders until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's business
    replies = _take_stdout()
    lines: SimpleQueue[str] = SimpleQueue()
    Thread(target=_read_lines, args=(lines,), daemon=True).start()
    os.nice(_POLITENESS)
    worker = Worker(Start.model_validate_json(lines.get()), replies)
    worker.preload()
    worker.say(Ready())
    while True:
        order = WorkOrder.model_validate_json(lines.get())
        worker.say(worker.outcome(order))


class Worker:
    """The engines of this process, and how an order goes through one of them."""

    def __init__(self, start: Start, replies: TextIO) -> None:
        self._start = start
        self._replies = replies
        self._setup = EngineSetup(Path(start.cache), Path(start.voices), start.options)
        self._engines: dict[Capability, Engine] = {}

    def preload(self) -> None:
        """Load the engines that are wanted at once. One that does not work here keeps no other from working."""
        for capability in self._start.preload:
            try:
                self._engine(capability)
            except EngineUnavailable:
                continue  # the server has been told

    def outcome(self, wanted: WorkOrder) -> Outcome:
        """Carry out one order, from loading its engine to its last file."""
        try:
            engine = self._engine(BY_OPERATION[wanted.operation].capability)
        except EngineUnavailable as error:
            return Unavailable(task_id=wanted.task_id, message=str(error))
        try:
            order = self._order(wanted, engine)
            self.say(Began(task_id=wanted.task_id, allowed_s=engine.allowed_s(order)))
            return _done(wanted, engine, engine.run(order, Path(wanted.folder)))
        except Refusal as refusal:
            return _refused(wanted, refusal)
        except AudioUnreadable as error:
            return _refused(wanted, unreadable(error, engine.longest_source_s))
        except EngineUnavailable as error:
            return Unavailable(task_id=wanted.task_id, message=str(error))
        except OSError:
            message = "The result could not be written to disk."
            return Refused(task_id=wanted.task_id, status=500, code="storage_unavailable", message=message)

    def say(self, message: Reply) -> None:
        """Send one reply."""
        try:
            print(message.model_dump_json(), file=self._replies, flush=True)
        except BrokenPipeError:
            os._exit(0)  # the server is gone

    def _engine(self, capability: Capability) -> Engine:
        """The loaded engine, loading it first if need be; the server is told how that went."""
        if capability in self._engines:
            return self._engines[capability]
        path = self._start.engines[capability]
        try:
            engine = make_engine(capability, path, self._setup)
            engine.load()
        except EngineUnavailable as error:
            self.say(Loaded(capability=capability, engine=path, trouble=str(error)))
            raise
        except (ImportError, OSError) as error:
            # A library of the package is missing, or a model file cannot be read: said by its kind, as the text of
            # such an error holds paths of this machine.
            trouble = f"The engine {path} cannot be loaded ({type(error).__name__})."
            self.say(Loaded(capability=capability, engine=path, trouble=trouble))
            raise EngineUnavailable(trouble) from error
        self._engines[capability] = engine
        self.say(Loaded(capability=capability, engine=engine.name))
        return engine

    def _order(self, wanted: WorkOrder, engine: Engine) -> Order:
        body = BY_OPERATION[wanted.operation].body.model_validate_json(wanted.body)
        if wanted.source is None:
            return Order(wanted.operation, body)
        source = Path(wanted.source)
        return Order(wanted.operation, body, source, measured_s(source, engine.longest_source_s))


def _done(wanted: WorkOrder, engine: Engine, produced: Produced) -> Outcome:
    is_approximate = engine.is_approximate if produced.is_approximate is None else produced.is_approximate
    message = {
        "task_id": wanted.task_id,
        "engine": engine.name,
        "is_approximate": is_approximate,
        "files": tuple(file.name for file in produced.files),
        "warnings": produced.warnings,
        "facts": dict(produced.facts),
    }
    try:
        return Done.model_validate(message)
    except ValidationError as error:
        raise TypeError(f"{engine.name} produced what cannot be told to the server") from error


def _refused(wanted: WorkOrder, refusal: Refusal) -> Refused:
    return Refused(task_id=wanted.task_id, status=refusal.status, code=refusal.code, message=refusal.message)


def _take_stdout() -> TextIO:
    """Keep stdout for replies alone: whatever a library prints goes to stderr."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "w", encoding="utf-8", buffering=1)


def _read_lines(lines: "SimpleQueue[str]") -> None:
    # Not sys.stdin: the interpreter locks it when it ends, and this thread is always inside it.
    with os.fdopen(os.dup(0), encoding="utf-8") as given:
        for line in given:
            lines.put(line)
    os._exit(0)  # the server is gone; the main thread may be deep in a model


if __name__ == "__main__":
    main()
