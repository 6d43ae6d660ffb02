"""The voices that members marked with a star, at most ``MAX_FAVOURITES`` each.

A member meets several guilds, and those may be served by several processes, so the database is asked each time; what
it said last is remembered for autocomplete, which has no time to ask.
"""

from collections.abc import Callable
from datetime import datetime

from bot.errors import InvalidRequest
from bot.remembered import Remembered
from bot.storage.favourites import FavouriteStore

MAX_FAVOURITES = 100
REMEMBERED_MEMBERS = 2_000


class Favourites:
    """The front door for stars. Raises StorageError where the database fails."""

    def __init__(self, store: FavouriteStore, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._known: Remembered[int, tuple[str, ...]] = Remembered(REMEMBERED_MEMBERS)

    async def load(self, user_id: int) -> tuple[str, ...]:
        """The names of the member's favourites, the one starred last first; some may be gone from the catalogue."""
        names = await self._store.load(user_id)
        self._known.keep(user_id, names)
        return names

    def get(self, user_id: int) -> tuple[str, ...]:
        """What ``load`` gave last, from memory; empty for members who were not there lately."""
        return self._known.get(user_id, ())

    async def star(self, user_id: int, voice: str) -> None:
        """Mark the voice.

        Raises:
            InvalidRequest: ``too_many_favourites``.
        """
        if not await self._store.add(user_id, voice, self._now(), at_most=MAX_FAVOURITES):
            raise InvalidRequest("too_many_favourites", str(MAX_FAVOURITES))
        await self.load(user_id)

    async def unstar(self, user_id: int, voice: str) -> None:
        """Take the mark away."""
        await self._store.remove(user_id, voice)
        await self.load(user_id)

    async def forget_member(self, user_id: int) -> None:
        """Take all of the member's marks away."""
        await self._store.forget(user_id)
        self._known.pop(user_id, None)
