"""Each job's own work folder: what was downloaded of its result, until it is posted."""

import logging
import re
import shutil
from asyncio import to_thread
from collections.abc import Set as AbstractSet
from pathlib import Path

from bot.jobs.kept_results import KeptResult
from bot.jobs.result_cache import ResultCache
from bot.models import Job, take_path

log = logging.getLogger(__name__)

RESULT_NAME = "result"
FOLDER_NAME = re.compile(r"[0-9a-f]{32}")


class WorkFiles:
    """The folders of all jobs. Their names are our own random ids."""

    def __init__(self, parent: Path, cache: ResultCache) -> None:
        """``cache`` keeps results for who asks for the same."""
        self._parent = parent
        self._cache = cache

    def folder(self, job: Job) -> Path:
        """The job's own folder, which may not exist yet."""
        return self._parent / job.id

    def first_result(self, job: Job) -> Path:
        """Where the first take of the result lies; see ``take_path`` for the others."""
        return self.folder(job) / (job.result_file or RESULT_NAME)

    async def has_result(self, job: Job) -> bool:
        """Whether all takes that were made are there; by now, where they are kept for others too.

        Raises:
            OSError: the disk failed.
        """
        first = self.first_result(job)
        if await to_thread(_are_all_there, first, job.takes_made):
            return True
        return await self._cache.take_back(job, first)

    async def keep_result(self, job: Job) -> None:
        """Keep the result of a job that is done for who asks for the same."""
        await self._cache.keep(job, self.first_result(job))

    async def take_kept(self, job: Job) -> KeptResult | None:
        """Bring what was made of the same request earlier; None where it is not there any more."""
        return await self._cache.take(job, self.folder(job) / RESULT_NAME)

    async def clean_up(self, job: Job) -> None:
        """Remove the job's files."""
        await to_thread(shutil.rmtree, self.folder(job), ignore_errors=True)

    async def clean_up_except(self, job_ids: AbstractSet[str]) -> None:
        """Remove the files of all jobs but these: of what ended while no process could remove them."""
        try:
            await to_thread(_remove_folders, self._parent, job_ids)
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("Old work files could not be looked for: %s", error.strerror)


def _remove_folders(parent: Path, kept: AbstractSet[str]) -> None:
    """Remove what looks like a job's folder; anything else in there is not ours."""
    for folder in parent.iterdir():
        if FOLDER_NAME.fullmatch(folder.name) and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _are_all_there(first: Path, count: int) -> bool:
    return all(take_path(first, number).exists() for number in range(max(1, count)))
