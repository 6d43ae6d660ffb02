"""The voices that members marked with a star. They belong to the member, not to a guild."""

from datetime import datetime

from sqlalchemy import and_, delete, func, select

from bot.storage.database import Database, lock, upsert
from bot.storage.tables import favourite_voices


class FavouriteStore:
    """All reading and writing of favourite voices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, user_id: int) -> tuple[str, ...]:
        """The names of the member's favourites, the one starred last first."""
        query = (
            select(favourite_voices.c.voice)
            .where(favourite_voices.c.user_id == user_id)
            .order_by(favourite_voices.c.starred_at.desc(), favourite_voices.c.voice)
        )
        async with self._database.read() as connection:
            return tuple(await connection.scalars(query))

    async def add(self, user_id: int, voice: str, at: datetime, *, at_most: int) -> bool:
        """Star the voice; False where the member has ``at_most`` others already. One that is starred stays so."""
        async with self._database.write() as connection:
            # The same member may press in two guilds, which two processes serve.
            await lock(connection, f"favourites:{user_id}")
            others = and_(favourite_voices.c.user_id == user_id, favourite_voices.c.voice != voice)
            count = await connection.scalar(select(func.count()).select_from(favourite_voices).where(others)) or 0
            if count >= at_most:
                return False
            await connection.execute(
                upsert(connection.dialect.name, favourite_voices)
                .values(user_id=user_id, voice=voice, starred_at=at)
                .on_conflict_do_nothing()
            )
            return True

    async def remove(self, user_id: int, voice: str) -> None:
        """Take the star away; nothing where there is none."""
        async with self._database.write() as connection:
            await connection.execute(
                delete(favourite_voices).where(favourite_voices.c.user_id == user_id, favourite_voices.c.voice == voice)
            )
