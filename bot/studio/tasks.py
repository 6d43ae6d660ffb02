"""Requests and their results on disk: one small JSON file per task, written whole or not at all.

A task is on disk before its id is told to anyone, so a killed server finishes it after a restart under the same
id. Names from outside are looked up in memory and never become paths.
"""

import asyncio
import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from bot.studio.bodies import Body
from bot.studio.engines.base import Operation
from bot.studio.options import StudioOptions

MAX_RECORDS = 5_000
"""Past this the oldest finished tasks are removed before their time."""

_ID_BYTES = 20  # 160 random bits: whoever knows an id was told it

logger = logging.getLogger(__name__)


class TaskError(BaseModel):
    """Why a task failed: ``status`` like an HTTP status, ``code`` for programs, ``message`` for people."""

    status: int
    code: str
    message: str


class StoredFile(BaseModel):
    """One result. ``name`` is unguessable, not derived from the task's id, and all that a URL shows."""

    name: str = Field(pattern=r"^[0-9a-f]{40}$")
    suffix: Literal["mp3", "wav", "flac", "m4a", "ogg", "srt", "vtt", "json", "txt"]
    size_bytes: int = Field(ge=0)

    @property
    def file_name(self) -> str:
        """Name and suffix."""
        return f"{self.name}.{self.suffix}"


class TaskRecord(BaseModel):
    """One task. ``body`` is dropped when it is finished: nobody needs the text any more."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(pattern=r"^[0-9a-f]{40}$")
    created_at: float
    """Seconds since the epoch."""
    operation: Operation
    state: Literal["waiting", "done", "failed"] = "waiting"
    body: str | None = None
    """The checked request as JSON."""
    own_source: str | None = None
    """File name of the result that is the source, where the request named one of the studio's own."""
    engine_deaths: int = 0
    engine: str = ""
    is_approximate: bool = False
    files: tuple[StoredFile, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: dict[str, JsonValue] = {}
    error: TaskError | None = None


class LineIsFull(Exception):
    """As many tasks as may be are waiting already."""


class TaskStore:
    """All tasks, in memory and under ``folder``. Disk work is done in threads."""

    def __init__(self, folder: Path, clock: Callable[[], float], options: StudioOptions) -> None:
        self._records_folder = folder / "tasks"
        self._results_folder = folder / "results"
        self._clock = clock
        self._options = options
        self._records: dict[str, TaskRecord] = {}
        self._owners: dict[str, str] = {}
        """File name of a result → id of its task."""
        self._unfinished: dict[str, asyncio.Event] = {}
        """Id → an event that is set when the task is finished."""

    @property
    def unfinished(self) -> int:
        """How many tasks are waiting or at work."""
        return len(self._unfinished)

    async def load(self) -> list[TaskRecord]:
        """Read what an earlier process left and return its unfinished tasks, oldest first."""
        for record in await asyncio.to_thread(self._read_all):
            self._remember(record)
        await self.sweep()
        return sorted((self._records[task_id] for task_id in self._unfinished), key=lambda task: task.created_at)

    async def add(self, operation: Operation, body: Body, own_source: str | None = None) -> TaskRecord:
        """Write a new task to disk and return it.

        Raises:
            LineIsFull: too many tasks are unfinished; nothing was written.
            OSError: the disk refused it; there is no task.
        """
        if len(self._unfinished) >= self._options.queue_limit:
            raise LineIsFull
        record = TaskRecord(
            id=secrets.token_hex(_ID_BYTES),
            created_at=self._clock(),
            operation=operation,
            body=body.model_dump_json(by_alias=True, exclude_unset=True),
            own_source=own_source,
        )
        self._remember(record)  # before the disk is waited for, so that the bound holds for requests at once
        try:
            await asyncio.to_thread(self._write, record)
        except OSError:
            self._forget(record)
            raise
        return record

    async def finish(self, record: TaskRecord, files: tuple[Path, ...]) -> TaskRecord:
        """Move ``files`` to the results and mark the task as done; ``record`` holds already what else is to be told.

        Raises:
            OSError: they cannot be moved; the task is not finished.
        """
        kept = await asyncio.to_thread(self._keep_files, files)
        update = {"state": "done", "body": None, "files": kept}
        done = await self._replace(record.model_copy(update=update))
        if self._kept_bytes() > self._options.kept_bytes:
            await self.sweep()
        return done

    async def fail(self, record: TaskRecord, error: TaskError) -> TaskRecord:
        """Mark a task as failed."""
        return await self._replace(record.model_copy(update={"state": "failed", "body": None, "error": error}))

    async def count_engine_death(self, record: TaskRecord) -> TaskRecord:
        """Note on disk that a worker died over this task."""
        return await self._replace(record.model_copy(update={"engine_deaths": record.engine_deaths + 1}))

    async def wait_finished(self, task_id: str, limit_s: float) -> None:
        """Wait until the task is finished, ``limit_s`` seconds at most."""
        finished = self._unfinished.get(task_id)
        if finished is None:
            return
        try:
            async with asyncio.timeout(limit_s):
                await finished.wait()
        except TimeoutError:
            return

    def get(self, task_id: str) -> TaskRecord | None:
        """Return the task of that id, if there is one."""
        return self._records.get(task_id)

    def path_of(self, file: StoredFile) -> Path:
        """Return where a result is."""
        return self._results_folder / file.file_name

    def find_result(self, file_name: str) -> Path | None:
        """Return the file of a finished task by the name its URL shows."""
        record = self._records.get(self._owners.get(file_name, ""))
        files = record.files if record is not None else ()
        return next((self.path_of(file) for file in files if file.file_name == file_name), None)

    async def sweep(self) -> None:
        """Remove tasks and results past their time, and the oldest finished ones while there are too many or too much.

        The newest result stays even if it is too large alone: somebody is about to fetch it.
        """
        oldest_kept = self._clock() - self._options.kept_s
        finished = [record for record in self._records.values() if record.state != "waiting"]
        finished.sort(key=lambda record: record.created_at)
        too_many, kept_bytes = len(self._records) - MAX_RECORDS, self._kept_bytes()
        for index, record in enumerate(finished):
            is_too_much = kept_bytes > self._options.kept_bytes and bool(record.files) and index < len(finished) - 1
            if index < too_many or record.created_at < oldest_kept or is_too_much:
                kept_bytes -= _size(record)
                self._forget(record)
                await asyncio.to_thread(self._remove, record)

    def _kept_bytes(self) -> int:
        return sum(map(_size, self._records.values()))

    def _keep_files(self, files: tuple[Path, ...]) -> tuple[StoredFile, ...]:
        kept: list[StoredFile] = []
        for path in files:
            if path.is_symlink() or not path.is_file():
                raise FileNotFoundError(path.name)
            size = path.stat().st_size
            about = {"name": secrets.token_hex(_ID_BYTES), "suffix": path.suffix.removeprefix("."), "size_bytes": size}
            file = StoredFile.model_validate(about)
            path.replace(self.path_of(file))
            kept.append(file)
        return tuple(kept)

    async def _replace(self, record: TaskRecord) -> TaskRecord:
        try:
            await asyncio.to_thread(self._write, record)
        except OSError as error:
            # The answer is known all the same; only a restart would do the task once more.
            logger.warning("A studio task's state could not be written: task_id=%s: %s", record.id, error.strerror)
        self._remember(record)
        return record

    def _remember(self, record: TaskRecord) -> None:
        self._records[record.id] = record
        self._owners.update((file.file_name, record.id) for file in record.files)
        if record.state == "waiting":
            self._unfinished.setdefault(record.id, asyncio.Event())
        elif record.id in self._unfinished:
            self._unfinished.pop(record.id).set()

    def _forget(self, record: TaskRecord) -> None:
        self._records.pop(record.id, None)
        for file in record.files:
            self._owners.pop(file.file_name, None)
        self._unfinished.pop(record.id, None)

    def _path(self, record: TaskRecord) -> Path:
        return self._records_folder / f"{record.id}.json"

    def _write(self, record: TaskRecord) -> None:
        path = self._path(record)
        unfinished = path.with_suffix(".part")
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(record.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    def _remove(self, record: TaskRecord) -> None:
        try:
            for file in record.files:
                self.path_of(file).unlink(missing_ok=True)
            self._path(record).unlink(missing_ok=True)
        except OSError as error:
            logger.warning("An old studio task could not be removed: task_id=%s: %s", record.id, error.strerror)

    def _read_all(self) -> list[TaskRecord]:
        for folder in (self._records_folder, self._results_folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for leftover in folder.glob("*.part"):
                leftover.unlink()
        found = [self._read(path) for path in self._records_folder.glob("*.json")]
        records = [record for record in found if record is not None]
        wanted = {self.path_of(file) for record in records for file in record.files}
        for orphan in set(self._results_folder.iterdir()) - wanted:
            orphan.unlink()
        return records

    def _read(self, path: Path) -> TaskRecord | None:
        try:
            record = TaskRecord.model_validate_json(path.read_bytes())
        except ValidationError:
            logger.warning("A task file of the studio is unreadable and was set aside: file=%s", path.name)
            path.replace(path.with_suffix(".unreadable"))
            return None
        lost = not all(self.path_of(file).exists() for file in record.files)
        return None if lost or record.id != path.stem else record


def _size(record: TaskRecord) -> int:
    return sum(file.size_bytes for file in record.files)
