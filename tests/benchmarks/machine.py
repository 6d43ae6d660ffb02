"""What the figures were measured on."""

import os
import platform
import sys


def machine() -> str:
    """A line for people: processor, cores, Python, system."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {sys.platform}"
