"""The engine process: ``python -m bot.studio.worker MODEL_FOLDER``. Orders come in on stdin, replies go to stdout.

It ends when stdin does, and so also when the server was killed: the system closes the pipe for it. An error it
does not know ends it with a traceback on stderr; the server then fails that task and starts another process.
"""

import os
import signal
import sys
import tempfile
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NoReturn, TextIO

from bot.studio.engine_messages import Broken, NotSpoken, Order, Ready, Shape, SpeechPart, Spoken
from bot.studio.models import ModelMismatch, installed_models, missing_packages, verify_models

if TYPE_CHECKING:
    from bot.studio.engine import Engine

_POLITENESS = 5  # of 19: the server's own loop goes first on a busy machine


def main(arguments: list[str]) -> None:
    """Load the engine, say so, and speak orders until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's business
    replies = _take_stdout()
    orders: SimpleQueue[str] = SimpleQueue()
    Thread(target=_read_orders, args=(orders,), daemon=True).start()
    os.nice(_POLITENESS)
    if missing := missing_packages():
        _say(replies, Broken(message=f"Speech needs packages that are not installed: {', '.join(missing)}."))
        _wait_for_the_end(orders)
    folder = Path(arguments[0]) if arguments else installed_models()
    try:
        verify_models(folder)
    except ModelMismatch as mismatch:
        _say(replies, Broken(message=str(mismatch)))
        _wait_for_the_end(orders)
    # Heavy imports wait until the files are known to be the right ones.
    from bot.studio.engine import Engine  # noqa: PLC0415 - see above

    engine = Engine(folder / "hibari.onnx")
    _warm_up(engine)
    _say(replies, Ready())
    while True:
        _say(replies, _carry_out(engine, Order.model_validate_json(orders.get())))


def _carry_out(engine: "Engine", order: Order) -> Spoken | NotSpoken:
    from bot.studio.engine import MAX_DURATION_S, NothingSpoken, TooLong  # noqa: PLC0415 - loaded by now

    try:
        duration_s = engine.speak(order.parts, Path(order.target))
    except NothingSpoken:
        message = "The voice cannot say this text: no sound came out."
        return NotSpoken(task_id=order.task_id, code="nothing_spoken", message=message)
    except TooLong:
        message = f"The speech would be longer than {MAX_DURATION_S // 60} minutes."
        return NotSpoken(task_id=order.task_id, code="too_long", message=message)
    except OSError:
        message = "The result could not be written to disk."
        return NotSpoken(task_id=order.task_id, code="storage_unavailable", message=message)
    return Spoken(task_id=order.task_id, duration_s=duration_s)


def _warm_up(engine: "Engine") -> None:
    """Speak once, reshaped, so that lazy parts are loaded before the first order."""
    with tempfile.TemporaryDirectory() as folder:
        part = SpeechPart(text="Ready to speak.", shape=Shape(pitch=0.9))
        engine.speak((part,), Path(folder) / "warm.mp3")


def _take_stdout() -> TextIO:
    """Keep stdout for replies alone: whatever a library prints goes to stderr."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "w", encoding="utf-8", buffering=1)


def _wait_for_the_end(orders: "SimpleQueue[str]") -> NoReturn:
    while True:
        orders.get()  # never answered: the server has been told why


def _read_orders(orders: "SimpleQueue[str]") -> None:
    # Not sys.stdin: the interpreter locks it when it ends, and this thread is always inside it.
    with os.fdopen(os.dup(0), encoding="utf-8") as lines:
        for line in lines:
            orders.put(line)
    os._exit(0)  # the server is gone; the main thread may be deep in the model


def _say(replies: TextIO, message: Ready | Broken | Spoken | NotSpoken) -> None:
    try:
        print(message.model_dump_json(), file=replies, flush=True)
    except BrokenPipeError:
        os._exit(0)  # as above


if __name__ == "__main__":
    main(sys.argv[1:])
