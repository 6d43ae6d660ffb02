"""How a program ends that cannot go on: with one sentence for whoever started it, and an exit code.

Besides those below there are 0, all went well, which is also how run, sandbox and studio end by Ctrl-C or SIGTERM; and
2, arguments that cannot be used, which argparse has by itself. Source of the codes: sysexits.h, and for Ctrl-C the
shells, which have 128 and the signal's number.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, ClassVar, TypeVar

T = TypeVar("T")

EXIT_FAILED = 1
"""A bug, a check that failed, or a command that could not do what it was asked."""
EXIT_UNAVAILABLE = 69
"""Something outside cannot be used: Discord, the audio service, the database, a port."""
EXIT_CONFIG = 78
"""The settings cannot be used."""
EXIT_STOPPED = 130
"""Stopped by Ctrl-C or SIGTERM before it was done."""


class ProgramEnded(Exception):
    """The program ends; the message is one sentence for whoever started it."""

    exit_code: ClassVar[int] = EXIT_FAILED


class Stopped(ProgramEnded):
    """Ctrl-C or SIGTERM; the message says what happens to the work that was begun."""

    exit_code = EXIT_STOPPED


async def unless_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event, sentence: str = "Stopped.") -> T:
    """Do the work, or end it as soon as ``stop`` is set; what is done all the same by then counts as done.

    Raises:
        Stopped: the work was ended, with ``sentence``.
    """
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        # What is stopped before it began does not begin.
        if not stop.is_set():
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in (working, stopping):
            one.cancel()
        await asyncio.wait({working, stopping})
    if working.cancelled():
        raise Stopped(sentence)
    return working.result()
