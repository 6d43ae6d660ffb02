"""Before a task gets to a worker: its folder, and the recording it is about."""

import asyncio
import logging
import shutil
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.studio.operations import BY_OPERATION
from bot.studio.refusal import Refusal
from bot.studio.sources import Sources, take_own_result
from bot.studio.tasks import TaskError, TaskRecord, TaskStore

FETCHES_AT_ONCE = 4
"""A slow server elsewhere holds up one of these, and no worker."""
MOST_FETCHED = 8
"""Recordings on disk at a time: with the limit of one, the bound of what sources take."""

logger = logging.getLogger(__name__)


class Preparation:
    """The tasks whose recordings are yet to be fetched, and the folders of all that are being worked on."""

    def __init__(self, store: TaskStore, sources: Sources, folder: Path) -> None:
        self._store = store
        self._sources = sources
        self._folder = folder
        self._waiting: deque[TaskRecord] = deque()  # bounded by the store, which refuses new tasks past its limit
        self._arrived = asyncio.Condition()
        self._places = asyncio.Semaphore(MOST_FETCHED)
        self._holders: set[str] = set()

    async def clear(self) -> None:
        """Remove what an earlier process left behind."""
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def put(self, task: TaskRecord) -> None:
        """Have the recording of a task fetched."""
        async with self._arrived:
            self._waiting.append(task)
            self._arrived.notify()

    async def run(self, ready: Callable[[TaskRecord], Awaitable[None]]) -> None:
        """Fetch until cancelled, and give each task on to ``ready`` when its recording is there."""
        async with asyncio.TaskGroup() as group:
            for _ in range(FETCHES_AT_ONCE):
                group.create_task(self._keep_fetching(ready))

    def source_of(self, task: TaskRecord) -> Path | None:
        """Return the fetched recording of a task; None for a task without one."""
        return self._folder / task.id / "source" if task.id in self._holders else None

    async def empty_folder(self, task: TaskRecord) -> Path:
        """Return an empty folder for the results of a task.

        Raises:
            OSError: the disk refused it.
        """
        folder = self._folder / task.id / "results"
        await asyncio.to_thread(_emptied, folder)
        return folder

    async def release(self, task: TaskRecord) -> None:
        """Remove the folder of a task that is finished, and let the next recording come."""
        await asyncio.to_thread(shutil.rmtree, self._folder / task.id, ignore_errors=True)
        if task.id in self._holders:
            self._holders.discard(task.id)
            self._places.release()

    async def _keep_fetching(self, ready: Callable[[TaskRecord], Awaitable[None]]) -> None:
        while True:
            async with self._arrived:
                await self._arrived.wait_for(lambda: bool(self._waiting))
                task = self._waiting.popleft()
            await self._places.acquire()
            self._holders.add(task.id)
            try:
                await self._fetch(task)
            except Refusal as refusal:
                logger.info("A source was refused: task_id=%s code=%s", task.id, refusal.code)
                await self._fail(task, TaskError(status=refusal.status, code=refusal.code, message=refusal.message))
            except OSError:
                message = "The source could not be written to disk."
                await self._fail(task, TaskError(status=500, code="storage_unavailable", message=message))
            else:
                await ready(task)

    async def _fetch(self, task: TaskRecord) -> None:
        target = self._folder / task.id / "source"
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True, mode=0o700)
        if task.own_source is not None:
            await take_own_result(self._store.find_result, task.own_source, target)
            return
        body = BY_OPERATION[task.operation].body.model_validate_json(task.body or "")
        if body.source_url is not None:
            await self._sources.fetch(body.source_url, target)

    async def _fail(self, task: TaskRecord, error: TaskError) -> None:
        await self._store.fail(task, error)
        await self.release(task)


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
