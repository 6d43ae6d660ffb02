"""What guilds and members chose, one row each. Columns would be migrated with every new choice; a document is not."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, select

from bot.models import ResultForm
from bot.preferences import GuildSettings, MemberSettings
from bot.storage.database import Database, upsert
from bot.storage.tables import guild_settings, member_settings


class PreferenceStore:
    """All reading and writing of preferences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def guild(self, scope_id: int) -> GuildSettings:
        """What the guild chose; nothing where it never did."""
        return _as_guild(await self._load(guild_settings, guild_settings.c.scope_id == scope_id))

    async def member(self, scope_id: int, user_id: int) -> MemberSettings:
        """What the member chose in this guild."""
        return MemberSettings(**_known(MemberSettings, await self._load(member_settings, _is(scope_id, user_id))))

    async def set_guild(self, scope_id: int, settings: GuildSettings) -> None:
        """Keep the guild's choices."""
        document = asdict(settings)
        # JSON has no numbers for keys.
        document["channel_voices"] = {str(channel): voice for channel, voice in settings.channel_voices.items()}
        await self._save(guild_settings, {"scope_id": scope_id}, document)

    async def set_member(self, scope_id: int, user_id: int, settings: MemberSettings) -> None:
        """Keep the member's choices."""
        await self._save(member_settings, {"scope_id": scope_id, "user_id": user_id}, asdict(settings))

    async def forget_member(self, user_id: int) -> None:
        """Remove what the member chose, in all guilds."""
        async with self._database.write() as connection:
            await connection.execute(delete(member_settings).where(member_settings.c.user_id == user_id))

    async def _load(self, table: Table, condition: ColumnElement[bool]) -> Mapping[str, Any]:
        async with self._database.read() as connection:
            return await connection.scalar(select(table.c.settings).where(condition)) or {}

    async def _save(self, table: Table, key: Mapping[str, int], document: Mapping[str, Any]) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                upsert(connection.dialect.name, table)
                .values(**key, settings=document)
                .on_conflict_do_update(index_elements=list(key), set_={"settings": document})
            )


def _is(scope_id: int, user_id: int) -> ColumnElement[bool]:
    return and_(member_settings.c.scope_id == scope_id, member_settings.c.user_id == user_id)


def _as_guild(document: Mapping[str, Any]) -> GuildSettings:
    known = _known(GuildSettings, document)
    for name in ("channels", "roles", "transcribed_channels"):
        known[name] = tuple(known.get(name, ()))
    known["channel_voices"] = {int(channel): voice for channel, voice in known.get("channel_voices", {}).items()}
    known["form"] = ResultForm(known["form"]) if known.get("form") else None
    return GuildSettings(**known)


def _known(kind: type[GuildSettings | MemberSettings], document: Mapping[str, Any]) -> dict[str, Any]:
    """Without what an older or newer program wrote and this one does not know."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in document.items() if name in names}
