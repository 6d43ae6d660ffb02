"""Nonces: a message sent twice with the same one is posted once.

Source: discord-api-docs resources/message.mdx, ``enforce_nonce`` ("past few minutes", per author); staff in pull
request 6647: a deleted message still counts and then answers Unknown Message.
"""

from collections import OrderedDict
from collections.abc import Callable

REMEMBERED_S = 300.0
_LIMIT = 10_000


class Nonces:
    """Remembers which message an author made with which nonce, for ``remembered_s`` seconds (five minutes)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.remembered_s = REMEMBERED_S
        self._made: OrderedDict[tuple[str, str], tuple[str, str, float]] = OrderedDict()

    def find(self, author_id: str, nonce: str) -> tuple[str, str] | None:
        """Give channel id and message id of the message made with this nonce; None if there is none."""
        found = self._made.get((author_id, nonce))
        if found is None or self._clock() - found[2] >= self.remembered_s:
            return None
        return found[0], found[1]

    def remember(self, author_id: str, nonce: str, *, channel_id: str, message_id: str) -> None:
        """Note a message just made."""
        self._made[author_id, nonce] = (channel_id, message_id, self._clock())
        self._made.move_to_end((author_id, nonce))
        while len(self._made) > _LIMIT:
            self._made.popitem(last=False)
