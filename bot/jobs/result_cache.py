"""Results that were made already: the same request in the same guild gets them again at once, for free.

In a cluster each process keeps its own. Two who ask for the same while it is being made for the first time both have it
made: nobody is kept waiting for somebody else's job.
"""

import asyncio
import hashlib
import json
import logging
from asyncio import to_thread
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.jobs.kept_results import Entry, KeptResult, copy_out, read_entries, read_facts, remove_entry, write_entry
from bot.models import EffectRequest, Job, Place, Request, SpeechRequest

log = logging.getLogger(__name__)

# Whatever their size: each is a line in memory and a folder on disk.
MAX_ENTRIES = 10_000
TIDY_EVERY_S = 3_600.0


@dataclass(frozen=True, slots=True)
class CacheOptions:
    """What bounds the cache."""

    folder: Path
    max_bytes: int
    """Of all results together; 0 keeps none."""
    kept: timedelta
    """How long a result is kept after it was made."""


class ResultCache:
    """Keeps results, the ones wanted most lately. A disk that fails is logged: a cache is not worth a job."""

    def __init__(self, options: CacheOptions, *, now: Callable[[], datetime]) -> None:
        self._options = options
        self._now = now
        # The one wanted least lately first.
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._is_open = False
        # Nothing is removed while something is copied out, and the index says what is on disk.
        self._lock = asyncio.Lock()

    def has(self, request: Request, place: Place) -> bool:
        """Whether the same was made for this guild, or for this member's direct messages. In memory only."""
        entry = self._entries.get(key_of(place.scope_id, request))
        return entry is not None and _may_be_shared(request, place) and not self._is_old(entry)

    async def keep(self, job: Job, first: Path) -> None:
        """Keep the takes of a job that is done, in place of an older result of the same request.

        ``first`` is where the first of them lies. Not kept are a result that lacks takes, and what is not to be shared.
        """
        is_new = job.takes_made == job.takes and not job.is_cached
        if not is_new or not _may_be_shared(job.request, job.place) or not self._options.max_bytes:
            return
        key = key_of(job.place.scope_id, job.request)
        async with self._lock:
            await self._open()
            if job.deliveries and key in self._entries:
                # An older one that is only sent once more.
                return
            try:
                entry = await to_thread(write_entry, self._options.folder, key, job, first, self._now())
            except OSError as error:
                log.warning("A result was not kept: job_id=%s: %s", job.short_id, error.strerror)
                return
            replaced = self._entries.pop(key, entry)
            self._entries[key] = entry
            await _remove([replaced] if replaced.folder != entry.folder else [])
            await self._make_room()

    async def take(self, job: Job, first: Path) -> KeptResult | None:
        """Put what was made of the same request into the job's work folder, as ``first`` and beside it.

        None where it is not there any more.
        """
        return await self._take(job, first, lambda _: True)

    async def take_back(self, job: Job, first: Path) -> bool:
        """Put the job's own result into its work folder again; False where only another take of it is kept, or none."""

        def is_it(kept: KeptResult) -> bool:
            return kept.takes == job.takes_made and kept.result_urls == job.result_urls

        return await self._take(job, first, is_it) is not None

    async def forget(self, job: Job) -> None:
        """Remove what is kept of the job's request: somebody does not want it to be there."""
        async with self._lock:
            await self._open()
            entry = self._entries.pop(key_of(job.place.scope_id, job.request), None)
            await _remove([entry] if entry is not None else [])

    async def tidy(self) -> None:
        """Find what an earlier process kept, and remove what became old."""
        async with self._lock:
            await self._open()
            await self._make_room()

    async def _take(self, job: Job, first: Path, is_it: Callable[[KeptResult], bool]) -> KeptResult | None:
        key = key_of(job.place.scope_id, job.request)
        async with self._lock:
            await self._open()
            entry = self._entries.get(key)
            if entry is None or self._is_old(entry) or not _may_be_shared(job.request, job.place):
                return None
            try:
                facts = await to_thread(read_facts, entry.folder)
                if not is_it(facts.result):
                    return None
                await to_thread(copy_out, entry.folder, facts, first)
            except (OSError, ValueError) as error:
                log.warning("A kept result cannot be used: job_id=%s: %s", job.short_id, type(error).__name__)
                del self._entries[key]
                await _remove([entry])
                return None
            self._entries.move_to_end(key)
            return facts.result

    async def _open(self) -> None:
        """Read what is on disk, once. Call it under the lock."""
        if self._is_open:
            return
        self._is_open = True
        try:
            self._entries = await to_thread(read_entries, self._options.folder)
        except OSError as error:
            log.warning("Results that were kept cannot be read: %s", error.strerror)
        await self._make_room()

    async def _make_room(self) -> None:
        """Remove what is too old or too much. Call it under the lock."""
        old = [key for key, entry in self._entries.items() if self._is_old(entry)]
        removed = [self._entries.pop(key) for key in old]
        size_bytes = sum(entry.size_bytes for entry in self._entries.values())
        while size_bytes > self._options.max_bytes or len(self._entries) > MAX_ENTRIES:
            _, entry = self._entries.popitem(last=False)
            size_bytes -= entry.size_bytes
            removed.append(entry)
        await _remove(removed)

    def _is_old(self, entry: Entry) -> bool:
        return self._now() - entry.made_at > self._options.kept


def key_of(scope_id: int, request: Request) -> str:
    """The same for the same request of the same guild, and for nothing else."""
    fields = {name: _canonical(value) for name, value in asdict(request).items()}
    text = json.dumps([scope_id, request.kind, fields], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: object) -> object:
    """A number that a database gives back as 5 is the one that was written as 5.0."""
    return float(value) if isinstance(value, int | float) else value


def _may_be_shared(request: Request, place: Place) -> bool:
    """What was made of somebody's file, or for one member's eyes only, is kept for nobody."""
    from_words = isinstance(request, SpeechRequest) or (isinstance(request, EffectRequest) and request.source is None)
    return from_words and not place.is_private


async def _remove(entries: Iterable[Entry]) -> None:
    for entry in entries:
        await to_thread(remove_entry, entry)
