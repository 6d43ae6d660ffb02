"""What the rules need of the outside, as they see it. Implemented by bot/delivery, wired by bot/app.py."""

from pathlib import Path
from typing import Protocol

from bot.models import Forecast, Job, Posted


class Delivery(Protocol):
    """How results and progress reach the member."""

    async def show(self, job: Job, forecast: Forecast | None = None) -> None:
        """Bring the job's card up to date. Never raises for what Discord refuses: a card is not worth a job."""
        ...

    async def deliver(self, job: Job, result: Path, *, again: bool) -> Posted:
        """Post the result; ``again`` says that an earlier try may have succeeded, which must not double it.

        Raises:
            DeliveryError: it cannot be posted (now).
            AudioUnreadable: the result is not audio.
        """
        ...

    async def find_card(self, job: Job) -> int | None:
        """The id of the card of a job that died before it was noted; None where the member never saw one.

        Raises:
            DeliveryError: Discord could not be asked; it may be later.
        """
        ...
