"""The voice catalogue as it was last read, and the voice each member used last."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, delete, insert, select

from bot.models import Voice
from bot.storage.database import Database, upsert
from bot.storage.tables import member_voices, voices


class VoiceStore:
    """All reading and writing of voices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load_catalogue(self) -> tuple[Voice, ...]:
        """All voices in the API's own order; empty before the first refresh."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(voices).order_by(voices.c.position))
            return tuple(_from_row(row) for row in rows)

    async def save_catalogue(self, catalogue: Sequence[Voice]) -> None:
        """Replace the catalogue, all of it or nothing."""
        rows = [{**asdict(voice), "position": position} for position, voice in enumerate(catalogue)]
        async with self._database.write() as connection:
            await connection.execute(delete(voices))
            if rows:
                await connection.execute(insert(voices), rows)

    async def last_used(self, scope_id: int, user_id: int) -> str | None:
        """The name of the voice that the member used last in this guild, or None."""
        async with self._database.read() as connection:
            return await connection.scalar(
                select(member_voices.c.voice).where(
                    member_voices.c.scope_id == scope_id, member_voices.c.user_id == user_id
                )
            )

    async def remember(self, scope_id: int, user_id: int, voice: str) -> None:
        """Note the voice that the member used last in this guild."""
        async with self._database.write() as connection:
            await connection.execute(
                upsert(connection, member_voices)
                .values(scope_id=scope_id, user_id=user_id, voice=voice)
                .on_conflict_do_update(
                    index_elements=[member_voices.c.scope_id, member_voices.c.user_id], set_={"voice": voice}
                )
            )


def _from_row(row: Row[Any]) -> Voice:
    return Voice(
        name=row.name,
        label=row.label,
        gender=row.gender,
        language=row.language,
        age=row.age,
        style=row.style,
        category=row.category,
        description=row.description,
        tags=tuple(row.tags),
    )
