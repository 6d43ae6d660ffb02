"""A file of API keys: one a line, ``#`` begins a comment."""

import logging
import stat
from pathlib import Path

MAX_FILE_BYTES = 64 * 1024
"""Hundreds of keys; whatever is larger is another file, named by mistake."""
MAX_KEY_CHARACTERS = 512

logger = logging.getLogger(__name__)


class KeyFileUnusable(Exception):
    """The keys cannot be read; the text is one sentence for the operator and holds none of them."""


def read_key_file(path: Path) -> frozenset[str]:
    """Return the keys in ``path``. A file that others can read is used, with a warning in the log.

    Raises:
        KeyFileUnusable: it cannot be read, is too large, holds no key, or a line that cannot be one.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
            mode = path.stat().st_mode
    except OSError as error:
        raise KeyFileUnusable(f"The key file {path} cannot be read: {error.strerror}.") from error
    if len(content) > MAX_FILE_BYTES:
        raise KeyFileUnusable(f"The key file {path} is larger than {MAX_FILE_BYTES // 1024} KiB: it is no key file.")
    keys = _keys(path, content)
    if not keys:
        raise KeyFileUnusable(f"The key file {path} holds no key: write one a line.")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        logger.warning("The key file %s can be read by others on this machine: chmod 600 it", path)
    return keys


def _keys(path: Path, content: bytes) -> frozenset[str]:
    keys: set[str] = set()
    for number, line in enumerate(content.splitlines(), start=1):
        key = line.partition(b"#")[0].strip().decode("ascii", errors="replace")
        # It has to fit into an HTTP header.
        if not (key.isascii() and key.isprintable()) or " " in key or len(key) > MAX_KEY_CHARACTERS:
            raise KeyFileUnusable(
                f"Line {number} of the key file {path} is no key: one word of plain ASCII characters."
            )
        if key:
            keys.add(key)
    return frozenset(keys)
