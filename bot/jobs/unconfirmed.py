"""Requests that cost much and wait for their member's word. In memory only: after a restart they are asked again."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.errors import InvalidRequest
from bot.models import Request, ResultForm
from bot.remembered import Remembered

KEPT_AT_MOST = 1_000
# As long as the interaction lives that the question was asked with; afterwards it could not be taken away any more.
KEPT_FOR = timedelta(minutes=15)


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


async def _nothing() -> None:
    """What was not asked yet need not be taken away."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A request and all that is needed to admit it as it was meant."""

    request: Request
    form: ResultForm
    user_id: int
    channel_id: int
    is_private: bool
    is_new_take: bool = False
    asked_at: datetime = LONG_AGO
    withdraw: Callable[[], Awaitable[None]] = _nothing
    """Takes the question away."""


class UnconfirmedRequests:
    """All that wait, by a random id; the oldest go first when there are too many."""

    def __init__(self) -> None:
        self._kept: Remembered[str, Unconfirmed] = Remembered(KEPT_AT_MOST)
        self._taken: Remembered[str, None] = Remembered(KEPT_AT_MOST)
        """Ids of requests that are being made, or were: whose question may still be seen."""

    def keep(self, wish_id: str, wish: Unconfirmed) -> None:
        """Keep a request under an id of ``new_id``, from the moment on that it was asked about."""
        self._kept.keep(wish_id, wish)
        self._taken.pop(wish_id, None)

    def note_question(self, wish_id: str, withdraw: Callable[[], Awaitable[None]]) -> bool:
        """Note how the question is taken away; False where the request was taken meanwhile."""
        wish = self._kept.get(wish_id)
        if wish is not None:
            self._kept.keep(wish_id, replace(wish, withdraw=withdraw))
        return wish is not None

    def take(self, wish_id: str, *, user_id: int, channel_id: int, now: datetime) -> Unconfirmed:
        """The request, to be made now; a second press does not find it. ``keep`` it again where it could not be made.

        Raises:
            InvalidRequest: as for ``drop``.
        """
        wish = self.drop(wish_id, user_id=user_id, channel_id=channel_id, now=now)
        self._taken.keep(wish_id, None)
        return wish

    def drop(self, wish_id: str, *, user_id: int, channel_id: int, now: datetime) -> Unconfirmed:
        """The request, which is not kept any more and will not be made.

        Raises:
            InvalidRequest: ``made_already``: it was taken; ``ask_again``: it is too old, was dropped, came before a
                restart, or is somebody else's.
        """
        if wish_id in self._taken:
            raise InvalidRequest("made_already")
        wish = self._kept.get(wish_id)
        if wish is None or (wish.user_id, wish.channel_id) != (user_id, channel_id):
            raise InvalidRequest("ask_again")
        del self._kept[wish_id]
        if now - wish.asked_at > KEPT_FOR:
            raise InvalidRequest("ask_again")
        return wish


def new_id() -> str:
    """An id that nobody can guess: 32 digits of hexadecimal."""
    return secrets.token_hex(16)
