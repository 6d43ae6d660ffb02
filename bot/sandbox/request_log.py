"""The last requests of the bot, for tests that look at what was really sent."""

from collections import deque
from dataclasses import dataclass

from bot.sandbox.wire import JsonObject, read_json

REQUESTS_KEPT = 1000
BYTES_KEPT = 32 * 1024 * 1024


@dataclass(frozen=True)
class LoggedRequest:
    """One request: path after ``/api/v10``, status of the answer, and its JSON as it came."""

    method: str
    path: str
    status: int
    body: bytes

    def to_json(self) -> JsonObject:
        """Write the entry for the page API; ``json`` is null if there was none or it was broken."""
        try:
            decoded = read_json(self.body) if self.body else None
        except ValueError:
            decoded = None
        return {"method": self.method, "path": self.path, "status": self.status, "json": decoded}


class RequestLog:
    """Keeps the newest requests within a number and an amount of memory."""

    def __init__(self) -> None:
        self._entries: deque[LoggedRequest] = deque()
        self._bytes = 0

    def add(self, entry: LoggedRequest) -> None:
        """Note a request. A dropped connection has status 0."""
        self._entries.append(entry)
        self._bytes += len(entry.body)
        while len(self._entries) > REQUESTS_KEPT or self._bytes > BYTES_KEPT:
            self._bytes -= len(self._entries.popleft().body)

    def to_json(self) -> list[JsonObject]:
        """List what is kept, oldest first."""
        return [entry.to_json() for entry in self._entries]
