"""What samples of voices need of the database: a count for each guild and day, and whether a place is free."""

from datetime import datetime

from bot.limits import LimitName, Subject
from bot.storage import budgets
from bot.storage.database import Database
from bot.storage.reserving import PLACES_TAKEN


class SampleStore:
    """Counts the samples that were made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count_one(self, scope_id: int, now: datetime, *, at_most: int) -> str:
        """Note that one more is made in this guild today (UTC), and return the key to undo it with.

        Raises:
            LimitReached: ``at_most`` were made today; 0 allows any number.
        """
        budget = budgets.Budget(f"samples:{scope_id}", LimitName.DAY, Subject.GUILD, at_most)
        async with self._database.write() as connection:
            (key,) = await budgets.spend(connection, [budget], 1, now)
            return key

    async def undo(self, key: str) -> None:
        """It was not made after all."""
        async with self._database.write() as connection:
            await budgets.give_back(connection, key, 1)

    async def jobs_with_service(self) -> int:
        """How many of the key's places jobs hold, in all processes."""
        async with self._database.read() as connection:
            return await connection.scalar(PLACES_TAKEN) or 0
