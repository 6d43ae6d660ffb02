"""Who is not to be transcribed, which voice notes were, and the transcripts of guilds that turned keeping on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.storage.database import Database, upsert
from bot.storage.tables import kept_transcripts, not_transcribed, transcribed_notes


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

    async def forget_one(self, scope_id: int, job_id: str) -> None:
        """Remove the text of one transcript of a guild, where it is kept."""
        is_it = (kept_transcripts.c.scope_id == scope_id) & (kept_transcripts.c.job_id == job_id)
        async with self._database.write() as connection:
            await connection.execute(delete(kept_transcripts).where(is_it))
