"""The voice catalogue as it was last read, what left it, and the voice each member used last."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Voice
from bot.storage.database import Database, lock, upsert
from bot.storage.tables import gone_voices, member_voices, voices

# Rows are made into statements and back on the event loop: a few hundred at a time keep it free.
ROWS_AT_ONCE = 250
MAX_GONE_VOICES = 2_000


@dataclass(frozen=True, slots=True)
class GoneVoice:
    """A voice that the service lists no more, and the ``name`` of the most alike that it listed then, if any."""

    name: str
    label: str
    nearest: str | None


class VoiceStore:
    """All reading and writing of voices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load_catalogue(self) -> tuple[Voice, ...]:
        """All voices in the API's own order; empty before the first refresh."""
        found: list[Voice] = []
        async with self._database.read() as connection:
            rows = await connection.stream(select(voices).order_by(voices.c.position))
            async for part in rows.partitions(ROWS_AT_ONCE):
                found += map(_from_row, part)
        return tuple(found)

    async def load_gone(self) -> tuple[GoneVoice, ...]:
        """The voices that left the catalogue, the latest first; at most ``MAX_GONE_VOICES``."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(gone_voices).order_by(gone_voices.c.gone_at.desc(), gone_voices.c.name).limit(MAX_GONE_VOICES)
            )
            return tuple(GoneVoice(row.name, row.label, row.nearest) for row in rows)

    async def save_catalogue(self, catalogue: Sequence[Voice], *, gone: Sequence[GoneVoice], at: datetime) -> None:
        """Replace the catalogue and note what left it ``at`` that time, all of it or nothing.

        A voice of the catalogue is gone no more. Only the latest ``MAX_GONE_VOICES`` are kept.
        """
        async with self._database.write() as connection:
            # Each process reads the catalogue for itself, and two may write it in the same moment.
            await lock(connection, "catalogue")
            await connection.execute(delete(voices))
            for start in range(0, len(catalogue), ROWS_AT_ONCE):
                part = enumerate(catalogue[start : start + ROWS_AT_ONCE], start)
                await connection.execute(
                    insert(voices), [{**asdict(voice), "position": position} for position, voice in part]
                )
            await _note_gone(connection, gone, at)
            await connection.execute(delete(gone_voices).where(gone_voices.c.name.in_(select(voices.c.name))))

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
                upsert(connection.dialect.name, member_voices)
                .values(scope_id=scope_id, user_id=user_id, voice=voice)
                .on_conflict_do_update(
                    index_elements=[member_voices.c.scope_id, member_voices.c.user_id], set_={"voice": voice}
                )
            )


async def _note_gone(connection: AsyncConnection, gone: Sequence[GoneVoice], at: datetime) -> None:
    for voice in gone[:MAX_GONE_VOICES]:
        note = {"label": voice.label, "nearest": voice.nearest, "gone_at": at}
        await connection.execute(
            upsert(connection.dialect.name, gone_voices)
            .values(name=voice.name, **note)
            .on_conflict_do_update(index_elements=[gone_voices.c.name], set_=note)
        )
    latest = (
        select(gone_voices.c.name)
        .order_by(gone_voices.c.gone_at.desc(), gone_voices.c.name)
        .limit(MAX_GONE_VOICES)
        .scalar_subquery()
    )
    await connection.execute(delete(gone_voices).where(gone_voices.c.name.not_in(latest)))


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
