"""The voice that each member used last, in each guild: in memory for those who are active, in the database for all.

A preference is not worth a failed command: a database that fails is logged, and nothing is known of a last voice.
"""

import logging

from bot.remembered import Remembered
from bot.storage.database import StorageError
from bot.storage.voices import VoiceStore

log = logging.getLogger(__name__)

REMEMBERED = 10_000


class LastVoices:
    """Asked with every command, so that the database is not: a guild's members reach one process only."""

    def __init__(self, store: VoiceStore) -> None:
        self._store = store
        self._names: Remembered[tuple[int, int], str | None] = Remembered(REMEMBERED)

    async def get(self, scope_id: int, user_id: int) -> str | None:
        """The name of the voice, or None where the member used none yet."""
        key = (scope_id, user_id)
        if key not in self._names:
            try:
                self._names.keep(key, await self._store.last_used(scope_id, user_id))
            except StorageError as error:
                log.warning("A member's last voice was not read: %s", error)
                return None
        self._names.move_to_end(key)
        return self._names[key]

    async def set(self, scope_id: int, user_id: int, name: str) -> None:
        """Note that the member used the voice."""
        if await self.get(scope_id, user_id) == name:
            return
        self._names.keep((scope_id, user_id), name)
        try:
            await self._store.remember(scope_id, user_id, name)
        except StorageError as error:
            log.warning("A member's last voice was not kept: %s", error)

    def forget_member(self, user_id: int) -> None:
        """Forget, in memory, what the member used; whoever calls it has removed it from the database."""
        for key in [key for key in self._names if key[1] == user_id]:
            del self._names[key]
