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

from pydantic import BaseModel, ConfigDict, Field, ValidationError

KEPT_S = 24 * 3600
"""Results and records are removed this long after the request."""
MAX_UNFINISHED = 50
"""Requests in line; more are answered with 429."""
MAX_RECORDS = 5_000
"""Past this the oldest finished tasks are removed before their time."""

_ID_BYTES = 20  # 160 random bits: whoever knows an id was told it

logger = logging.getLogger(__name__)


class SpeechRequest(BaseModel):
    """The body of a speech request. Fields that are not known are ignored, as the hosted API does."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=False)

    voice: str = Field(min_length=1, max_length=100)
    text: str = Field(min_length=1)
    speed: float = Field(default=1.0, ge=0.5, le=2.0, allow_inf_nan=False)
    """Ratio; 1 is the voice's own pace."""
    pitch: float = Field(default=0.0, ge=-12, le=12, allow_inf_nan=False)
    """Semitones."""


class TaskError(BaseModel):
    """Why a task failed: ``status`` like an HTTP status, ``code`` for programs, ``message`` for people."""

    status: int
    code: str
    message: str


class TaskRecord(BaseModel):
    """One task. ``request`` is dropped when it is finished: nobody needs the text any more."""

    id: str = Field(pattern=r"^[\w-]{20,64}$")
    created_at: float
    """Seconds since the epoch."""
    state: Literal["waiting", "done", "failed"] = "waiting"
    request: SpeechRequest | None = None
    result: str = Field(pattern=r"^[\w-]{20,64}$")
    """Name of the result file, without suffix; unguessable, and not derived from the id."""
    engine_deaths: int = 0
    is_approximate: bool = False
    warnings: tuple[str, ...] = ()
    error: TaskError | None = None


class LineIsFull(Exception):
    """`MAX_UNFINISHED` tasks are waiting already."""


class TaskStore:
    """All tasks, in memory and under ``folder``. Disk work is done in threads."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._records_folder = folder / "tasks"
        self._results_folder = folder / "results"
        self._clock = clock
        self._records: dict[str, TaskRecord] = {}
        self._by_result: dict[str, str] = {}
        self._unfinished: set[str] = set()

    async def load(self) -> list[TaskRecord]:
        """Read what an earlier process left and return its unfinished tasks, oldest first."""
        for record in await asyncio.to_thread(self._read_all):
            self._remember(record)
        await self.sweep()
        return sorted((self._records[task_id] for task_id in self._unfinished), key=lambda task: task.created_at)

    async def add(self, request: SpeechRequest, *, warnings: tuple[str, ...], is_approximate: bool) -> TaskRecord:
        """Write a new task to disk and return it.

        Raises:
            LineIsFull: too many tasks are unfinished; nothing was written.
            OSError: the disk refused it; there is no task.
        """
        if len(self._unfinished) >= MAX_UNFINISHED:
            raise LineIsFull
        record = TaskRecord(
            id=secrets.token_hex(_ID_BYTES),
            created_at=self._clock(),
            request=request,
            result=secrets.token_hex(_ID_BYTES),
            warnings=warnings,
            is_approximate=is_approximate,
        )
        self._remember(record)  # before the disk is waited for, so that the bound holds for requests at once
        try:
            await asyncio.to_thread(self._write, record)
        except OSError:
            self._forget(record)
            raise
        return record

    async def finish(self, record: TaskRecord) -> TaskRecord:
        """Mark a task as done."""
        return await self._replace(record.model_copy(update={"state": "done", "request": None}))

    async def fail(self, record: TaskRecord, error: TaskError) -> TaskRecord:
        """Mark a task as failed."""
        update = {"state": "failed", "request": None, "error": error}
        return await self._replace(record.model_copy(update=update))

    async def count_engine_death(self, record: TaskRecord) -> TaskRecord:
        """Note on disk that an engine process died over this task."""
        return await self._replace(record.model_copy(update={"engine_deaths": record.engine_deaths + 1}))

    def get(self, task_id: str) -> TaskRecord | None:
        """Return the task of that id, if there is one."""
        return self._records.get(task_id)

    def result_path(self, record: TaskRecord) -> Path:
        """Return where the result of a task is, or will be."""
        return self._results_folder / f"{record.result}.mp3"

    def find_result(self, name: str) -> Path | None:
        """Return the file of a finished task by the name its URL shows."""
        record = self._records.get(self._by_result.get(name, ""))
        return self.result_path(record) if record is not None and record.state == "done" else None

    async def sweep(self) -> None:
        """Remove tasks and results older than `KEPT_S`, and the oldest finished ones past `MAX_RECORDS`."""
        oldest_kept = self._clock() - KEPT_S
        finished = [record for record in self._records.values() if record.state != "waiting"]
        finished.sort(key=lambda record: record.created_at)
        too_many = max(len(self._records) - MAX_RECORDS, 0)
        for index, record in enumerate(finished):
            if index < too_many or record.created_at < oldest_kept:
                self._forget(record)
                await asyncio.to_thread(self._remove, record)

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
        self._by_result[record.result] = record.id
        if record.state == "waiting":
            self._unfinished.add(record.id)
        else:
            self._unfinished.discard(record.id)

    def _forget(self, record: TaskRecord) -> None:
        self._records.pop(record.id, None)
        self._by_result.pop(record.result, None)
        self._unfinished.discard(record.id)

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
            self.result_path(record).unlink(missing_ok=True)
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
        wanted = {self.result_path(record) for record in records}
        for orphan in set(self._results_folder.glob("*.mp3")) - wanted:
            orphan.unlink()
        return records

    def _read(self, path: Path) -> TaskRecord | None:
        try:
            record = TaskRecord.model_validate_json(path.read_bytes())
        except ValidationError:
            logger.warning("A task file of the studio is unreadable and was set aside: file=%s", path.name)
            path.replace(path.with_suffix(".unreadable"))
            return None
        lost = record.state == "done" and not self.result_path(record).exists()
        return None if lost or record.id != path.stem else record
