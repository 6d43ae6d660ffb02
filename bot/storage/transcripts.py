"""Who is not to be transcribed, which voice notes were, and the transcripts of guilds that turned keeping on."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select

from bot.storage.database import Database, upsert
from bot.storage.tables import kept_transcripts, not_transcribed, transcribed_notes

# What one member is shown or given of what is kept, the newest first: a file of some megabytes at most.
MAX_KEPT_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class KeptTranscript:
    """What was said in a file, in a guild that keeps such texts until ``ends_at``."""

    job_id: str
    scope_id: int
    channel_id: int
    user_id: int
    """Who asked for it."""
    speaker_id: int
    """Who sent the file."""
    text: str
    ends_at: datetime


_FIELDS = tuple(field.name for field in fields(KeptTranscript))


class TranscriptStore:
    """All reading and writing about transcripts. Raises StorageError where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def opt_out(self, user_id: int) -> None:
        """Note that nobody else may have this member transcribed. Doing it again changes nothing."""
        async with self._database.write() as connection:
            await connection.execute(
                upsert(connection.dialect.name, not_transcribed).values(user_id=user_id).on_conflict_do_nothing()
            )

    async def opt_in(self, user_id: int) -> None:
        """Forget that they may not."""
        async with self._database.write() as connection:
            await connection.execute(delete(not_transcribed).where(not_transcribed.c.user_id == user_id))

    async def is_opted_out(self, user_id: int) -> bool:
        """Whether nobody else may have this member transcribed."""
        async with self._database.read() as connection:
            query = select(not_transcribed.c.user_id).where(not_transcribed.c.user_id == user_id)
            return await connection.scalar(query) is not None

    async def take_note(self, message_id: int, now: datetime) -> bool:
        """Take the voice note for a transcript; False where that was done before, by whatever process."""
        async with self._database.write() as connection:
            taken = (
                upsert(connection.dialect.name, transcribed_notes)
                .values(message_id=message_id, at=now)
                .on_conflict_do_nothing()
                .returning(transcribed_notes.c.message_id)
            )
            return await connection.scalar(taken) is not None

    async def keep(self, kept: KeptTranscript) -> None:
        """Keep a text; the first one of a job stays."""
        async with self._database.write() as connection:
            await connection.execute(
                upsert(connection.dialect.name, kept_transcripts)
                .values(
                    job_id=kept.job_id,
                    scope_id=kept.scope_id,
                    channel_id=kept.channel_id,
                    user_id=kept.user_id,
                    speaker_id=kept.speaker_id,
                    text=kept.text,
                    ends_at=kept.ends_at,
                )
                .on_conflict_do_nothing()
            )

    async def kept_of(self, user_id: int) -> list[KeptTranscript]:
        """What is kept that the member asked for or sent, anywhere; a thousand at most, the latest to end first."""
        return await self._kept(_is_of(user_id))

    async def kept_in(self, scope_id: int) -> list[KeptTranscript]:
        """What is kept of a guild; at most a thousand, the latest to end first."""
        return await self._kept(kept_transcripts.c.scope_id == scope_id)

    async def forget(self, user_id: int) -> int:
        """Remove what is kept that the member asked for or sent; returns how many texts that were."""
        return await self._remove(_is_of(user_id))

    async def forget_one(self, scope_id: int, job_id: str) -> None:
        """Remove the text of one transcript of a guild, where it is kept."""
        await self._remove((kept_transcripts.c.scope_id == scope_id) & (kept_transcripts.c.job_id == job_id))

    async def forget_guild(self, scope_id: int) -> int:
        """Remove what is kept of a guild; returns how many texts that were."""
        return await self._remove(kept_transcripts.c.scope_id == scope_id)

    async def _kept(self, is_meant: ColumnElement[bool]) -> list[KeptTranscript]:
        newest = kept_transcripts.c.ends_at.desc()
        query = (
            select(*(kept_transcripts.c[name] for name in _FIELDS))
            .where(is_meant)
            .order_by(newest)
            .limit(MAX_KEPT_AT_ONCE)
        )
        async with self._database.read() as connection:
            return [KeptTranscript(*row) for row in await connection.execute(query)]

    async def _remove(self, is_meant: ColumnElement[bool]) -> int:
        async with self._database.write() as connection:
            return (await connection.execute(delete(kept_transcripts).where(is_meant))).rowcount


def _is_of(user_id: int) -> ColumnElement[bool]:
    return or_(kept_transcripts.c.user_id == user_id, kept_transcripts.c.speaker_id == user_id)
