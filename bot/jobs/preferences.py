"""What guilds and members chose: in memory for those who are active, in the database for all.

Asked with every command, so that the database is not: a guild's members reach one process only.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TypeVar

from bot.preferences import GuildSettings, MemberSettings
from bot.remembered import Remembered
from bot.storage.database import StorageError
from bot.storage.preferences import PreferenceStore

log = logging.getLogger(__name__)

REMEMBERED_GUILDS = 5_000
REMEMBERED_MEMBERS = 20_000
# Looked up before anything is answered, of the 3 s that Discord waits for an answer.
LOCALE_WAIT_S = 0.5

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Preferences:
    """The front door for choices. Raises StorageError where the database fails."""

    def __init__(self, store: PreferenceStore) -> None:
        self._store = store
        self._guilds: Remembered[int, GuildSettings] = Remembered(REMEMBERED_GUILDS)
        self._members: Remembered[tuple[int, int], MemberSettings] = Remembered(REMEMBERED_MEMBERS)
        # Two changes at once would each begin with the choices of before, and the later one undo the other.
        self._changing = asyncio.Lock()

    async def guild(self, scope_id: int) -> GuildSettings:
        """What the guild chose. In direct messages ``scope_id`` is the member's own, who chose nothing that way."""
        if scope_id not in self._guilds:
            stored = await self._store.guild(scope_id)
            # Whoever changed it meanwhile knows better: what was read may be from before.
            self._guilds.keep(scope_id, self._guilds.get(scope_id, stored))
        return self._guilds[scope_id]

    async def stored_guild(self, scope_id: int) -> GuildSettings:
        """As the database has it now: for jobs, which any process works on, not only the one its members reach."""
        return await self._store.guild(scope_id)

    async def locale(self, guild_id: int) -> str | None:
        """The language that the guild chose for everyone.

        None also where the database does not say so at once: that is no reason to leave a member without an answer.
        """
        try:
            async with asyncio.timeout(LOCALE_WAIT_S):
                return (await self.guild(guild_id)).locale
        except (StorageError, TimeoutError) as error:
            log.warning("The language of a guild is not known for now: guild_id=%s error=%s", guild_id, error)
            return None

    async def member(self, scope_id: int, user_id: int) -> MemberSettings:
        """What the member chose in this guild."""
        key = (scope_id, user_id)
        if key not in self._members:
            stored = await self._store.member(scope_id, user_id)
            self._members.keep(key, self._members.get(key, stored))
        return self._members[key]

    async def change_guild(self, scope_id: int, change: Callable[[GuildSettings], GuildSettings]) -> GuildSettings:
        """Change the guild's choices: ``lambda now: replace(now, form=…)``."""
        async with self._changing:
            changed = change(await self.guild(scope_id))
            await self._store.set_guild(scope_id, changed)
            self._guilds.keep(scope_id, changed)
            return changed

    async def change_member(self, scope_id: int, user_id: int, **changes: str | None) -> None:
        """Change fields of the member's choices."""
        async with self._changing:
            # As stored: whoever had everything deleted, in a guild that another process serves, has not all of it back.
            changed = replace(await self._store.member(scope_id, user_id), **changes)
            await self._store.set_member(scope_id, user_id, changed)
            self._members.keep((scope_id, user_id), changed)

    async def forget_member(self, user_id: int) -> None:
        """Forget what the member chose, everywhere."""
        await self._store.forget_member(user_id)
        for key in [key for key in self._members if key[1] == user_id]:
            del self._members[key]
