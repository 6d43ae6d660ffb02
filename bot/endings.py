"""How a program ends that cannot go on: with one sentence for whoever started it, and an exit code.

Source of the codes: sysexits.h, and for Ctrl-C the shells, which have 128 and the signal's number.
"""

from typing import ClassVar

EXIT_FAILED = 1
EXIT_UNAVAILABLE = 69
EXIT_CONFIG = 78
EXIT_STOPPED = 130


class ProgramEnded(Exception):
    """The program ends; the message is one sentence for whoever started it."""

    exit_code: ClassVar[int] = EXIT_FAILED
