"""What has to happen now and then while jobs run: say that this process lives, expire, and clean up."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.jobs.carrier import Carrier
from bot.models import Job
from bot.storage.database import StorageError
from bot.storage.housekeeping import Housekeeper
from bot.storage.jobs import JobStore
from bot.storage.processes import ProcessStore

log = logging.getLogger(__name__)

EXPIRE_EVERY_S = 30.0
CLEAN_UP_EVERY_S = 3_600.0


@dataclass(frozen=True, slots=True)
class UpkeepOptions:
    """How long things are kept."""

    waiting_deadline: timedelta = timedelta(hours=6)
    """A job that was not begun by then is given up."""
    undelivered_kept: timedelta = timedelta(hours=72)
    """How long a result that nobody got stays on disk."""


class Upkeep:
    """The small regular duties of a process, one turn of each."""

    def __init__(
        self,
        store: JobStore,
        carrier: Carrier,
        processes: ProcessStore,
        housekeeper: Housekeeper,
        options: UpkeepOptions,
        *,
        now: Callable[[], datetime],
        show: Callable[[Job], Awaitable[None]],
    ) -> None:
        self._store = store
        self._carrier = carrier
        self._processes = processes
        self._housekeeper = housekeeper
        self._options = options
        self._now = now
        self._show = show

    async def start(self) -> None:
        """Say that this process lives: before it takes any job.

        Raises:
            StorageError: the database failed.
        """
        await self._processes.start(self._now())

    async def end(self) -> None:
        """Say that this process takes no more jobs. If the database fails, its lease runs out instead."""
        try:
            await self._processes.end()
        except StorageError as error:
            log.warning("Other processes will notice a little later that this one ended: %s", error)

    async def renew_lease(self) -> None:
        """Say that this process lives, before anybody takes it for dead. Raises StorageError."""
        await self._processes.renew(self._now())

    async def expire(self) -> None:
        """End jobs that waited too long for their turn, and tell their members. Raises StorageError."""
        for job in await self._store.waiting_since_before(self._now() - self._options.waiting_deadline):
            expired = await self._carrier.expire_in_line(job)
            if expired is not None:
                log.warning("Job waited too long: job_id=%s", job.short_id)
                await self._show(expired)

    async def clean_up(self) -> None:
        """Remove old rows and files. Raises StorageError."""
        removed = await self._housekeeper.clean_up(self._now())
        kept = await self._store.with_files(self._now() - self._options.undelivered_kept)
        await self._carrier.clean_up_except(kept)
        log.info("Cleaned up: rows=%s", removed)
