"""What is kept about a member: shown, handed over, removed. One member at a time, always the one who asks."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import cast

from bot.errors import InvalidRequest
from bot.jobs.preferences import Preferences
from bot.jobs.voice_library import VoiceLibrary
from bot.models import Job
from bot.preferences import NO_RETENTION
from bot.storage.privacy import KeptCounts, KeptRows, PrivacyStore, Row

# Of an export, beside its rows: four names and their brackets.
FRAME_BYTES = 200


@dataclass(frozen=True, slots=True)
class Export:
    """A JSON document of everything that is kept about a member."""

    document: bytes
    jobs_left_out: int
    """Jobs that did not fit; the oldest."""
    transcripts_left_out: int
    """The same of transcripts."""


@dataclass(frozen=True, slots=True)
class Memories:
    """Who else remembers something of members, beside the database."""

    preferences: Preferences
    voices: VoiceLibrary
    forget_result: Callable[[Job], Awaitable[None]]
    """Removes a result that was kept for whoever asks for the same."""


class Privacy:
    """The front door for members who want to know, and for guilds that change how long transcripts are kept."""

    def __init__(self, store: PrivacyStore, memories: Memories, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._memories = memories
        self._now = now

    async def count(self, user_id: int) -> KeptCounts:
        """How much is kept about the member, everywhere. Raises StorageError."""
        return await self._store.count(user_id)

    async def export(self, user_id: int, *, max_bytes: int) -> Export:
        """Everything about the member, everywhere, as JSON of at most ``max_bytes``. Raises StorageError."""
        rows = await self._store.export(user_id, max_characters=max_bytes)
        return await asyncio.to_thread(_written, user_id, rows, self._now(), max_bytes)

    async def delete(self, user_id: int) -> None:
        """Remove what the member did and chose, everywhere; what holds limits stays.

        Raises:
            InvalidRequest: ``jobs_unfinished``: some of their jobs are not over.
        """
        unfinished = await self._store.count_unfinished(user_id)
        if unfinished:
            raise InvalidRequest("jobs_unfinished", str(unfinished))
        for job in await self._store.finished_jobs(user_id):
            await self._memories.forget_result(job)
        await self._store.forget(user_id)
        # Last of all: until the rows are gone, somebody may read them into memory again.
        await self._memories.preferences.forget_member(user_id)
        self._memories.voices.forget_member(user_id)

    async def keep_transcripts_at_most(self, guild_id: int, *, days: int) -> None:
        """Have what was kept of a guild's transcripts end in so many days at the latest; with 0, at once."""
        if days == NO_RETENTION:
            await self._store.remove_transcripts(guild_id)
        else:
            await self._store.end_transcripts(guild_id, self._now() + timedelta(days=days))


def _written(user_id: int, rows: KeptRows, now: datetime, max_bytes: int) -> Export:
    document: dict[str, object] = {
        "user_id": str(user_id),
        "written_at": now.isoformat(),
        "is_not_transcribed": rows.is_not_transcribed,
        "used_by_day": _readable(rows.usage),
        "budgets_used": _readable(rows.budgets),
        "limits_set_for_you": _readable(rows.limits),
        "blocked_in": _readable(rows.blocks),
        "last_voices": _readable(rows.last_voices),
        "choices": _readable(rows.choices),
        "favourite_voices": _readable(rows.favourites),
    }
    jobs, transcripts = _readable(rows.jobs), _readable(rows.transcripts)
    free = max_bytes - len(json.dumps(document, ensure_ascii=False, indent=1).encode()) - FRAME_BYTES
    # What jobs do not need is for transcripts; half of it is in any case.
    fitting = _as_many_as_fit(transcripts, max(free // 2, free - _size(jobs)))
    fitting_jobs = _as_many_as_fit(jobs, free - _size(transcripts[:fitting]))
    transcripts_left_out = rows.transcripts_left_out + len(transcripts) - fitting
    jobs_left_out = len(jobs) - fitting_jobs
    document |= {
        "transcripts_left_out": transcripts_left_out,
        "kept_transcripts": transcripts[:fitting],
        "jobs_left_out": jobs_left_out,
        "jobs": jobs[:fitting_jobs],
    }
    written = json.dumps(document, ensure_ascii=False, indent=1)
    return Export(written.encode(), jobs_left_out, transcripts_left_out)


def _as_many_as_fit(rows: Sequence[object], max_bytes: int) -> int:
    sizes = accumulate(_size([row]) for row in rows)
    return sum(size <= max_bytes for size in sizes)


def _size(rows: Sequence[object]) -> int:
    """Bytes in the document, where each line stands two further in and a comma after each row."""
    texts = [json.dumps(row, ensure_ascii=False, indent=1) for row in rows]
    return sum(len(text.encode()) + 2 * text.count("\n") + len("  ,\n") for text in texts)


def _readable(rows: Sequence[Row]) -> list[dict[str, object]]:
    """As JSON holds it. Ids become text: as numbers they are too large for many a program that reads JSON."""
    return [{name: _plain(name, value) for name, value in row.items()} for row in rows]


def _plain(name: str, value: object) -> object:
    match value:
        case datetime() | date():
            return value.isoformat()
        case dict():
            parts = cast("dict[str, object]", value)
            return {key: _plain(key, part) for key, part in parts.items()}
        case list():
            return [_plain(name.removesuffix("s"), part) for part in cast("list[object]", value)]
        case int() if name.endswith("_id"):
            return str(value)
        case _:
            return value
