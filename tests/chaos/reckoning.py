"""What must hold when all is quiet again, counted from outside: what members see, what was bought, what was taken."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from bot.storage import tables
from bot.storage.database import Database
from tests.end_to_end.driver import Json, text_of

DONE, FAILED, CANCELLED, UNFINISHED = "done", "failed", "cancelled", "unfinished"
MARKS = {"✅": DONE, "⚠️": FAILED, "🚫": CANCELLED}
FINAL = {"done", "failed", "cancelled", "expired"}
NOT_CHARGED = "does not count against your limit"
QUOTED = re.compile(r"^> (Clip \d+)\b", re.MULTILINE)
# One job moves a bucket so far that no run is long enough to blur how many moved it.
REFILL_S = 1_000_000.0


@dataclass
class Seen:
    """One job as the members of its channel see it."""

    text: str
    cards: list[str] = field(default_factory=list[str])
    """Their ids."""
    state: str = UNFINISHED
    words: str = ""
    results: list[str] = field(default_factory=list[str])
    """The ids of the messages that hold its audio."""


@dataclass
class Reckoning:
    """What was counted, and every broken promise as a sentence."""

    counts: dict[str, int]
    broken: list[str]


def name_of(number: int) -> str:
    """The text of a job: unlike any other, so that each submit and each message tells whose it is."""
    return f"Clip {number:04}"


def look_at(messages: Iterable[Json]) -> dict[str, Seen]:
    """All jobs that can be seen in these messages of all places, by their text."""
    jobs: dict[str, Seen] = {}
    texts: dict[str, str] = {}
    ours = [message for message in messages if message["author"].get("bot")]
    for message in ours:
        quoted = QUOTED.search(text_of(message))
        if quoted is None:
            continue
        seen = jobs.setdefault(quoted[1], Seen(quoted[1]))
        if "interaction_metadata" in message:
            texts[message["id"]] = seen.text
            seen.cards.append(message["id"])
            seen.words = text_of(message)
            seen.state = next((state for mark, state in MARKS.items() if mark in seen.words), UNFINISHED)
        if message["attachments"]:
            seen.results.append(message["id"])
    for message in ours:
        card_id = message.get("message_reference", {}).get("message_id")
        if message["attachments"] and card_id in texts:
            jobs[texts[card_id]].results.append(message["id"])
    return jobs


async def reckon(seen: dict[str, Seen], submits: list[str], database_url: str) -> Reckoning:
    """Hold everything against everything. Call it when no process works on the database."""
    async with Database(database_url) as database, database.read() as connection:
        rows, spent, buckets = [
            [dict(row) for row in (await connection.execute(select(table))).mappings()]
            for table in (tables.jobs, tables.spent, tables.buckets)
        ]
    submitted = Counter(submits)
    broken = [problem for job in seen.values() for problem in _promises(job)]
    broken += [f"{text} was submitted {times} times" for text, times in submitted.items() if times > 1]
    broken += _rows(rows, seen)
    broken += _budgets(rows, spent) + _rates(rows, buckets)
    states = Counter(job.state for job in seen.values())
    counts = {
        "cards": sum(bool(job.cards) for job in seen.values()),
        "one result": sum(len(job.results) == 1 for job in seen.values()),
        "explained and refunded": sum(NOT_CHARGED in job.words for job in seen.values()),
        "cancelled": states[CANCELLED],
        "dropped unseen": sum(row["card_message_id"] is None for row in rows),
        "submits": len(submits),
        "submitted twice": sum(times > 1 for times in submitted.values()),
        "posted twice": sum(len(job.results) > 1 for job in seen.values()),
        "cards left unfinished": states[UNFINISHED],
        "rows left unfinished": sum(row["state"] not in FINAL for row in rows),
        "refunds": sum(row["was_refunded"] for row in rows),
    }
    return Reckoning(counts, broken)


def _promises(job: Seen) -> list[str]:
    """What the member of one job was promised."""
    broken: list[str] = []
    if len(job.cards) != 1:
        broken.append(f"{job.text} has {len(job.cards)} cards")
    if len(job.results) > 1:
        broken.append(f"{job.text} was posted {len(job.results)} times")
    if job.state == UNFINISHED:
        broken.append(f"{job.text} was left unfinished: {job.words!r}")
    if job.state == DONE and not job.results:
        broken.append(f"{job.text} is done, and there is no result")
    if job.state == FAILED and NOT_CHARGED not in job.words:
        broken.append(f"{job.text} failed without a refund: {job.words!r}")
    if job.state in {FAILED, CANCELLED} and job.results:
        broken.append(f"{job.text} is {job.state}, but there is a result")
    return broken


def _rows(rows: list[dict[str, Any]], seen: dict[str, Seen]) -> list[str]:
    """The database and the members must have the same picture."""
    broken: list[str] = []
    for row in rows:
        text, state = row["request"]["text"], row["state"]
        if state not in FINAL:
            broken.append(f"{text} is still {state} in the database")
        if text in seen and seen[text].state not in {state, UNFINISHED}:
            broken.append(f"{text} is {state} in the database, and members see {seen[text].state}")
        if state == "failed" and not row["was_refunded"]:
            broken.append(f"{text} failed ({row['failure']}) and was not refunded")
    known = {row["request"]["text"] for row in rows}
    return broken + [f"{text} is shown, but nobody knows of it" for text in seen.keys() - known]


def _budgets(rows: list[dict[str, Any]], spent: list[dict[str, Any]]) -> list[str]:
    """What was used of each budget is what the jobs cost that were not given back."""
    expected: dict[str, int] = defaultdict(int)
    for row in rows:
        for charge in row["charges"]:
            if charge["of"] == "budget" and not row["was_refunded"]:
                expected[charge["key"]] += int(charge["amount"])
    used = {row["key"]: row["used"] for row in spent}
    keys = used.keys() | expected.keys()
    return [
        f"{key}: {used.get(key, 0)} used, {expected.get(key, 0)} expected"
        for key in sorted(keys)
        if used.get(key, 0) != expected.get(key, 0)
    ]


def _rates(rows: list[dict[str, Any]], buckets: list[dict[str, Any]]) -> list[str]:
    """Each bucket stands as many refills ahead of its jobs' times as jobs were not given back."""
    expected: Counter[str] = Counter()
    began = min((row["created_at"].timestamp() for row in rows), default=0.0)
    for row in rows:
        keys = [charge["key"] for charge in row["charges"] if charge["of"] == "bucket"]
        expected.update({key: int(not row["was_refunded"]) for key in keys})
    ahead = {bucket["key"]: int((bucket["full_at"] - began) // REFILL_S) for bucket in buckets}
    return [
        f"{key}: {ahead.get(key, 0)} taken, {jobs} expected"
        for key, jobs in expected.items()
        if ahead.get(key, 0) != jobs
    ]
