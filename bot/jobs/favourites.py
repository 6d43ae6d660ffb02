"""The voices that members marked with a star, at most ``MAX_FAVOURITES`` each.

A member meets several guilds, and those may be served by several processes, so the database is asked each time.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.errors import InvalidRequest
from bot.storage.database import StorageError
from bot.storage.favourites import FavouriteStore

log = logging.getLogger(__name__)

MAX_FAVOURITES = 100


class Favourites:
    """The front door for stars. Raises StorageError where the database fails."""

    def __init__(self, store: FavouriteStore, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def load(self, user_id: int) -> tuple[str, ...]:
        """The names of the member's favourites, the one starred last first; some may be gone from the catalogue."""
        return await self._store.load(user_id)

    async def suggested(self, user_id: int) -> tuple[str, ...]:
        """As ``load``, but none where the database fails: that is no reason to suggest no voices at all."""
        try:
            return await self._store.load(user_id)
        except StorageError as error:
            log.warning("A member's favourites were not read: %s", error)
            return ()

    async def star(self, user_id: int, voice: str) -> None:
        """Mark the voice.

        Raises:
            InvalidRequest: ``too_many_favourites``.
        """
        if not await self._store.add(user_id, voice, self._now(), at_most=MAX_FAVOURITES):
            raise InvalidRequest("too_many_favourites", str(MAX_FAVOURITES))

    async def unstar(self, user_id: int, voice: str) -> None:
        """Take the mark away."""
        await self._store.remove(user_id, voice)
