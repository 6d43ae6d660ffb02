"""Results on disk that are kept for the next who asks: one folder for each, complete from the moment it has its name.

    <key>-<job id>/result, result-take-2, …, facts.json

The files in it are never changed: they are hard links to the work files of jobs, or copies of them, and so outlive each
other. All of it is synchronous: call it in a thread.
"""

import json
import os
import re
import shutil
from collections import OrderedDict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from bot.models import Job, take_path

FIRST_NAME = "result"
FACTS_NAME = "facts.json"
UNFINISHED = "part-"
ENTRY_NAME = re.compile(r"(?P<key>[0-9a-f]{64})-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class KeptResult:
    """What is known of a result."""

    takes: int
    notes: tuple[str, ...]
    """What the service said about it. Text from outside."""
    result_urls: tuple[str, ...]
    """Where the service had it; there it can be fetched again if the files are lost."""
    api_task_id: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands beside the files."""

    made_at: datetime
    sizes: tuple[int, ...]
    result: KeptResult


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept result, as the index knows it."""

    folder: Path
    size_bytes: int
    made_at: datetime


def write_entry(parent: Path, key: str, job: Job, first: Path, made_at: datetime) -> Entry:
    """Keep the takes of a job; ``first`` is where the first of them lies. A process that dies here leaves no half.

    Raises:
        OSError: a file is gone, or the disk is full.
    """
    unfinished, folder = parent / f"{UNFINISHED}{job.id}", parent / f"{key}-{job.id}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        for number in range(job.takes_made):
            _link(take_path(first, number), take_path(unfinished / FIRST_NAME, number))
        sizes = tuple(take_path(unfinished / FIRST_NAME, n).stat().st_size for n in range(job.takes_made))
        kept = KeptResult(job.takes_made, job.notes, job.result_urls, job.api_task_id)
        facts = {"made_at": made_at.isoformat(), "sizes": sizes, "result": asdict(kept)}
        (unfinished / FACTS_NAME).write_text(json.dumps(facts), encoding="utf-8")
        if not folder.exists():
            unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Entry(folder, sum(sizes), made_at)


def read_facts(folder: Path) -> Facts:
    """What stands beside the files.

    Raises:
        OSError: it is gone.
        ValueError: it is not what was written.
    """
    try:
        facts = cast("dict[str, Any]", json.loads((folder / FACTS_NAME).read_text(encoding="utf-8")))
        result = cast("dict[str, Any]", facts["result"])
        return Facts(
            made_at=datetime.fromisoformat(facts["made_at"]).astimezone(UTC),
            sizes=tuple(int(size) for size in facts["sizes"]),
            result=KeptResult(
                takes=int(result["takes"]),
                notes=tuple(str(note) for note in result["notes"]),
                result_urls=tuple(str(url) for url in result["result_urls"]),
                api_task_id=None if result["api_task_id"] is None else str(result["api_task_id"]),
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("the facts of a kept result are damaged") from error


def copy_out(folder: Path, facts: Facts, first: Path) -> None:
    """Put all takes beside each other, the first as ``first``, or none of them. Whatever lay there is replaced.

    Raises:
        OSError: a file is gone, or the disk failed.
        ValueError: a file is not as it was written.
    """
    first.parent.mkdir(parents=True, exist_ok=True)
    targets = [take_path(first, number) for number in range(len(facts.sizes))]
    try:
        for number, (target, size_bytes) in enumerate(zip(targets, facts.sizes, strict=True)):
            target.unlink(missing_ok=True)
            _link(take_path(folder / FIRST_NAME, number), target)
            _refuse_other_size(target, size_bytes)
    except (OSError, ValueError):
        for target in targets:
            target.unlink(missing_ok=True)
        raise
    # So that the order of wanting survives a restart.
    os.utime(folder)


def read_entries(parent: Path) -> OrderedDict[str, Entry]:
    """What an earlier process kept, by key, the one wanted least lately first. Halves and what is damaged are removed.

    Raises:
        OSError: the folder cannot be read.
    """
    found: list[tuple[float, str, Entry]] = []
    for folder in parent.iterdir() if parent.is_dir() else ():
        name = ENTRY_NAME.fullmatch(folder.name)
        if name is not None:
            found += _read_entry(folder, name["key"])
        elif folder.name.startswith(UNFINISHED):
            # Anything else in there is not ours.
            shutil.rmtree(folder, ignore_errors=True)
    entries: OrderedDict[str, Entry] = OrderedDict()
    for _, key, entry in sorted(found, key=lambda one: one[0]):
        replaced = entries.pop(key, None)
        if replaced is not None:
            remove_entry(replaced)
        entries[key] = entry
    return entries


def remove_entry(entry: Entry) -> None:
    """Remove its files; whoever links to them keeps them."""
    shutil.rmtree(entry.folder, ignore_errors=True)


def _read_entry(folder: Path, key: str) -> list[tuple[float, str, Entry]]:
    try:
        facts = read_facts(folder)
        return [(folder.stat().st_mtime, key, Entry(folder, sum(facts.sizes), facts.made_at))]
    except (OSError, ValueError):
        shutil.rmtree(folder, ignore_errors=True)
        return []


def _link(source: Path, target: Path) -> None:
    """Have the file under another name too; across file systems, or where links are unknown, as a copy."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)


def _refuse_other_size(path: Path, size_bytes: int) -> None:
    """What a machine lost power over may be shorter than it was."""
    if path.stat().st_size != size_bytes:
        raise ValueError("a kept result has another size than it had")
