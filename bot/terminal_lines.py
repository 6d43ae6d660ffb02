"""What the commands for people write: progress that goes away again, tables, and one sentence for each failure."""

import asyncio
import unicodedata
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TextIO

from bot.config import ConfigError
from bot.endings import EXIT_UNAVAILABLE, ProgramEnded
from bot.finevoice.errors import (
    ApiBusy,
    ApiError,
    ApiNotFound,
    ApiOutcomeUnknown,
    ApiOutOfCredit,
    ApiRejected,
    ApiUnauthorized,
    ApiUnreachable,
    DownloadRefused,
    TaskFailed,
)
from bot.languages import language_name
from bot.models import Voice

REDRAWN_EVERY_S = 0.2
MAX_CELL = 40
MAX_QUOTED = 200
_SPINNER = "|/-\\"
# Back to the start of the line, and erase it. Source: ECMA-48, CR and EL.
_CLEAR = "\r\x1b[K"


class CommandFailed(ProgramEnded):
    """The command could not do what it was asked; the message is one sentence that says what to do."""


class ServiceFailed(ProgramEnded):
    """The service cannot be used; the message is one sentence that says what to do."""

    exit_code = EXIT_UNAVAILABLE


# The first kind that fits counts.
_SENTENCES: tuple[tuple[type[ApiError], type[Exception], str], ...] = (
    (ApiUnauthorized, ConfigError, "{service} does not accept the key: check FINEVOICE_API_KEY."),
    (ApiOutOfCredit, CommandFailed, "The account behind the key is out of credit: top it up at finevoice.ai."),
    (ApiNotFound, CommandFailed, "{service} does not know this task or file (any more): check the id."),
    (ApiRejected, CommandFailed, "{service} refused{said}. Change the text or the voice and try again."),
    (TaskFailed, CommandFailed, "{service} could not make this{said}. Change the text or try again."),
    (
        ApiOutcomeUnknown,
        ServiceFailed,
        "The connection to {service} broke, so it may be made and charged all the same: look at your usage first.",
    ),
    (ApiUnreachable, ServiceFailed, "{service} cannot be reached: check the network and [finevoice] base_url."),
    (ApiBusy, ServiceFailed, "{service} is busy and nothing was started: try again in a minute."),
    (DownloadRefused, CommandFailed, "The result could not be saved ({reason}): ask for something else or shorter."),
)
_UNUSABLE = (ServiceFailed, "{service} answered in a way that cannot be used ({reason}): try again in a minute.")


class Progress:
    """A line on a terminal that says what is being done and for how long. Nothing where there is no terminal."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._clock = clock
        self._is_shown = stream.isatty()
        self._text = ""
        self._began = clock()
        self._drawn = 0

    def say(self, text: str) -> None:
        """What is being done from now on."""
        if text != self._text:
            self._text = text
            self._draw()

    @asynccontextmanager
    async def shown(self) -> AsyncGenerator[None]:
        """Keep the line alive inside of the block, and erase it at its end."""
        if not self._is_shown:
            yield
            return
        # Not a task group: what fails inside of the block is not to come out as a group of failures.
        drawing = asyncio.ensure_future(self._keep_drawing())
        try:
            yield
        finally:
            drawing.cancel()
            await asyncio.wait({drawing})
            self._stream.write(_CLEAR)
            self._stream.flush()

    async def _keep_drawing(self) -> None:
        while True:
            self._draw()
            await asyncio.sleep(REDRAWN_EVERY_S)

    def _draw(self) -> None:
        if not (self._is_shown and self._text):
            return
        self._drawn += 1
        spent_s = self._clock() - self._began
        self._stream.write(f"{_CLEAR}{_SPINNER[self._drawn % len(_SPINNER)]} {self._text} · {spent_s:.0f} s")
        self._stream.flush()


def voice_table(voices: Sequence[Voice]) -> str:
    """A line for each voice: what to pass to ``--voice``, the name people know, and what it sounds like."""
    rows = [
        (
            printable(voice.name, None),
            printable(voice.label, MAX_CELL),
            printable(language_name(voice.language), MAX_CELL),
            ", ".join(
                printable(fact, MAX_CELL) for fact in (voice.gender, voice.age, voice.style, *voice.tags) if fact
            ),
        )
        for voice in voices
    ]
    widths = [max((_columns(cell) for cell in cells), default=0) for cells in zip(*rows, strict=True)]
    return "".join(
        "  ".join(cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        + "\n"
        for row in rows
    )


def printable(text: str, limit: int | None = MAX_QUOTED) -> str:
    """Text from outside so that it cannot steer the terminal: in one line, without control and format characters."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if limit is None or len(line) <= limit else line[: limit - 1] + "…"


def explained(error: ApiError, service: str) -> Exception:
    """The error as one sentence about ``service``: a ConfigError, ServiceFailed or CommandFailed."""
    family, sentence = next((entry[1:] for entry in _SENTENCES if isinstance(error, entry[0])), _UNUSABLE)
    said = printable(error.message) if isinstance(error, ApiRejected | TaskFailed) else ""
    reason = error.reason if isinstance(error, DownloadRefused) else type(error).__name__
    return family(sentence.format(service=service, reason=reason, said=f": “{said}”" if said else ""))


def _columns(text: str) -> int:
    """How many columns of a terminal the text takes: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in {"W", "F"}) for char in text
    )
