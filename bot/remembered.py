"""What is kept in memory, with a bound."""

from collections import OrderedDict
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(OrderedDict[K, V]):
    """Keeps the newest ``at_most`` entries. Written by ``keep`` alone: an item that is set otherwise has no bound."""

    def __init__(self, at_most: int) -> None:
        super().__init__()
        self._at_most = at_most

    def keep(self, key: K, value: V) -> None:
        """Set the entry, as the newest one; the oldest goes where there are too many."""
        self[key] = value
        self.move_to_end(key)
        while len(self) > self._at_most:
            self.popitem(last=False)
