"""The result as files that Discord takes: as it is, smaller, or in parts. Synchronous: call it in a thread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.audio.fit import fit
from bot.audio.probe import probe
from bot.audio.split import split
from bot.delivery.messages import Upload
from bot.errors import FileTooLarge
from bot.models import Job, take_path
from bot.replies.job_cards import alt_text, file_name
from bot.replies.results import part_alt_text, part_name, take_alt_text

MIB = 1024 * 1024
# Room for the rest of the request: embed, buttons, multipart borders.
MARGIN_BYTES = 64 * 1024
# Source: Discord's documentation, "Create Message", Limitations, read 2026-11. A server's own limit for one file may be
# higher, so a single larger file is tried as well.
REQUEST_BYTES = 25 * MIB
# Where Discord takes less than it said: what it took from everyone at one time or another, and what any proxy takes.
SMALLER_BYTES = (25 * MIB, 10 * MIB, 8 * MIB, 4 * MIB, 1 * MIB)
# Source: same, error 30015.
FILES_PER_MESSAGE = 10
# What Discord plays in the channel, by the container that was found in the file.
PLAYED_FORMS = frozenset({"mp3", "ogg", "wav", "flac"})
# Discord's own clients record voice messages with 32 kbit/s; what would sound worse is rather sent in parts.
QUALITY_FLOOR_BPS = 32_000


@dataclass(frozen=True, slots=True)
class Room:
    """How much a place takes: in one file, and in the files of one request."""

    file_bytes: int
    request_bytes: int

    def after_refusal(self, refused_bytes: int, largest_bytes: int) -> "Room | None":
        """What to try when a request with ``refused_bytes`` of files was too large; None when there is nothing left.

        ``largest_bytes`` is the size of the largest file there was: where several went together, they go alone first.
        """
        if refused_bytes > largest_bytes:
            return Room(self.file_bytes, largest_bytes)
        refused_bytes = min(refused_bytes or self.file_bytes, self.file_bytes)
        smaller = (size - MARGIN_BYTES for size in SMALLER_BYTES if size - MARGIN_BYTES < refused_bytes)
        lower = next(smaller, None)
        return None if lower is None else Room(lower, lower)


@dataclass(frozen=True, slots=True)
class Clip:
    """A result, ready to be posted."""

    uploads: tuple[Upload, ...]
    length_s: float

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its files, in order."""
        return tuple(upload.name for upload in self.uploads)

    @property
    def largest_bytes(self) -> int:
        """The size of its largest file."""
        return max(upload.size_bytes for upload in self.uploads)

    def requests(self, room: Room) -> Iterator[tuple[Upload, ...]]:
        """The files in order, as many together as one request takes."""
        group: list[Upload] = []
        for upload in self.uploads:
            if group and sum(one.size_bytes for one in group) + upload.size_bytes > room.request_bytes:
                yield tuple(group)
                group = []
            group.append(upload)
        yield tuple(group)


def room_for(limit_bytes: int) -> Room:
    """What a place takes whose limit for one file is ``limit_bytes``."""
    return Room(limit_bytes - MARGIN_BYTES, REQUEST_BYTES - MARGIN_BYTES)


def make_clip(job: Job, result: Path, limit_bytes: int) -> Clip:
    """The result as it is where that fits, else as good as fits in one file, else in up to ten parts.

    Several takes are a file each.

    Raises:
        FileTooLarge: not even in parts; or one of several takes does not fit in a file.
        AudioUnreadable: the result is not audio.
    """
    if job.takes_made > 1:
        return _clip_of_takes(job, result, limit_bytes)
    try:
        path, suffix, length_s = _file_that_fits(result, limit_bytes)
    except FileTooLarge:
        folder = result.with_name(f"parts-{limit_bytes}")
        parts = split(result, folder, limit_bytes, most_parts=FILES_PER_MESSAGE)
        return Clip(_uploads_of_parts(job, parts), probe(result).duration_s)
    return Clip((Upload(path, file_name(job, suffix), alt_text(job), path.stat().st_size),), length_s)


def _clip_of_takes(job: Job, first: Path, limit_bytes: int) -> Clip:
    """All takes in their order; its length is that of the longest."""
    count = job.takes_made
    uploads: list[Upload] = []
    lengths_s: list[float] = []
    for number in range(count):
        path, suffix, length_s = _file_that_fits(take_path(first, number), limit_bytes)
        name, heard = part_name(job, suffix, number + 1, count), take_alt_text(job, number + 1, count)
        uploads.append(Upload(path, name, heard, path.stat().st_size))
        lengths_s.append(length_s)
    return Clip(tuple(uploads), max(lengths_s))


def _file_that_fits(sound: Path, limit_bytes: int) -> tuple[Path, str, float]:
    """The sound as a file that Discord plays: where it lies, its suffix and its length in seconds."""
    facts = probe(sound)
    if facts.container in PLAYED_FORMS and sound.stat().st_size <= limit_bytes:
        return sound, facts.container, facts.duration_s
    target = sound.with_name(f"{sound.name}-fitted-{limit_bytes}")
    fitted = fit(sound, target, limit_bytes, floor_bps=QUALITY_FLOOR_BPS)
    return fitted.path, fitted.form, facts.duration_s


def _uploads_of_parts(job: Job, paths: Sequence[Path]) -> tuple[Upload, ...]:
    count = len(paths)
    return tuple(
        Upload(
            path,
            part_name(job, path.suffix.removeprefix("."), number, count),
            part_alt_text(job, number, count),
            path.stat().st_size,
        )
        for number, path in enumerate(paths, start=1)
    )
