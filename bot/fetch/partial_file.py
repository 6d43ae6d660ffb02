"""A file that is complete or not there: it grows under another name and takes its own at the end."""

import asyncio
from pathlib import Path
from typing import BinaryIO, Self


class FileTooLong(Exception):
    """More bytes came than the file may have."""


class PartialFile:
    """Bytes on their way into ``target``. Whatever ends the ``with`` block before ``keep`` leaves nothing behind.

    Opening raises OSError. ``max_bytes`` is for the whole file.
    """

    def __init__(self, target: Path, max_bytes: int) -> None:
        self._target = target
        self._partial = target.with_name(target.name + ".part")
        self._max_bytes = max_bytes
        self._file: BinaryIO | None = None
        self.size = 0

    def __enter__(self) -> Self:
        # Opened and closed here, which takes microseconds: in a thread, a cancellation would leave the file open.
        self._file = self._partial.open("wb")
        self.size = 0
        return self

    def __exit__(self, *_: object) -> None:
        # Not in a thread either: after a cancellation there may be nobody to wait for it.
        try:
            self._opened().close()
        finally:
            self._partial.unlink(missing_ok=True)

    async def write(self, chunk: bytes) -> None:
        """Add to the end, in a thread.

        Raises:
            FileTooLong: with ``chunk`` it would be longer than it may be; nothing of it was written.
            OSError: the disk failed.
        """
        self.check(self.size + len(chunk))
        self.size += len(chunk)
        await asyncio.to_thread(self._opened().write, chunk)

    def check(self, promised_bytes: int) -> None:
        """Raise FileTooLong where that many bytes are more than the file may have."""
        if promised_bytes > self._max_bytes:
            raise FileTooLong(str(self._max_bytes))

    def restart(self) -> None:
        """Forget all that was written."""
        file = self._opened()
        file.seek(0)
        file.truncate()
        self.size = 0

    async def keep(self) -> None:
        """Give the file its name, in place of an older one. Raises OSError."""
        self._opened().close()
        await asyncio.to_thread(self._partial.replace, self._target)

    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise RuntimeError("used outside of its with block")
        return self._file
