"""A transcript into a message: its first lines on the card, the whole of it in two files.

The files are all there is: nothing of what is said is kept by the bot, and the buttons read the message they hang in.
``….json`` has everything, ``….txt`` is for people.
"""

import logging
from asyncio import to_thread
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import discord

from bot.delivery.automod import MAX_KEYWORD_LENGTH, KeywordRules, load_rules
from bot.delivery.messages import Sent, Upload
from bot.delivery.posting import Spot
from bot.delivery.uploads import MARGIN_BYTES
from bot.errors import AudioUnreadable
from bot.models import Job, TranscriptRequest
from bot.replies.cards import Card
from bot.replies.job_cards import alt_text, file_name
from bot.replies.transcripts import Found, Said, add_transcript
from bot.transcripts import (
    Segment,
    Transcript,
    TranscriptForm,
    TranscriptUnreadable,
    read_transcript,
    write_transcript,
)
from bot.transcripts.model import MAX_BYTES

log = logging.getLogger(__name__)

KeepText = Callable[[Job, str], Awaitable[None]]
# More different words than a list on a card can say anything with.
MAX_FOUND = 200
# A keyword may go on in what the same speaker says next; this much holds the longest, and the word it ends in.
READ_AHEAD = 2 * MAX_KEYWORD_LENGTH


@dataclass(frozen=True, slots=True)
class Written:
    """A transcript, and the files of it that are posted; none where nothing is said."""

    transcript: Transcript
    uploads: tuple[Upload, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its files, in order."""
        return tuple(upload.name for upload in self.uploads)


class TranscriptPosting:
    """Posts transcripts. ``keep`` is told the text of each that was posted: some guilds want it kept for a while."""

    def __init__(self, client: discord.Client, *, now: Callable[[], datetime], keep: KeepText) -> None:
        self._client = client
        self._now = now
        self._keep = keep

    async def post(
        self,
        job: Job,
        result: Path,
        spot: Spot,
        limit_bytes: int,
        build_card: Callable[[float, int], Card],
        *,
        is_elsewhere: bool,
    ) -> tuple[Sent, float]:
        """Post the transcript into the spot; returns the message and the length of the recording in seconds.

        ``is_elsewhere`` as in ``add_transcript``.

        Where the file with the time of each word is too large, also for the buttons that read it again, one with the
        times of sentences is posted.

        Raises:
            DeliveryError: see ``discord_faults``.
            AudioUnreadable: what the service made is no transcript.
            OSError: the disk failed.
        """
        transcript = await to_thread(_read, job, result)
        rules = await self._rules(job)
        said = await to_thread(said_of, transcript, rules, _asked_length_s(job))
        most_bytes = min(limit_bytes - MARGIN_BYTES, MAX_BYTES)
        written = await to_thread(_write, job, transcript, result.parent, most_bytes)
        card = add_transcript(build_card(said.length_s, 1), job, said, self._now(), is_elsewhere=is_elsewhere)
        sent = await _put(written, spot, card)
        # What is only sent once more was kept before; who had it removed since does not want it there again.
        if transcript.segments and not job.was_posted:
            await self._keep(job, transcript.text)
        return sent, said.length_s

    async def _rules(self, job: Job) -> KeywordRules:
        is_wanted = isinstance(job.request, TranscriptRequest) and job.request.is_moderated and job.place.is_private
        if not is_wanted or job.place.guild_id is None:
            return KeywordRules()
        return await load_rules(self._client, job.place.guild_id)


async def _put(written: Written, spot: Spot, card: Card) -> Sent:
    if spot.sent is not None and spot.sent.names == written.names:
        return spot.sent
    return await spot.put(card, written.uploads, ())


def _read(job: Job, result: Path) -> Transcript:
    try:
        with result.open("rb") as file:
            # One more than is taken, so that what is too large is seen to be.
            return read_transcript(file.read(MAX_BYTES + 1))
    except TranscriptUnreadable as error:
        log.warning("The service's result is no transcript: job_id=%s shape=%s", job.short_id, error.shape)
        raise AudioUnreadable("not_text") from error


def said_of(transcript: Transcript, rules: KeywordRules, asked_s: float = 0.0) -> Said:
    """The transcript with what the rules catch in it; ``asked_s`` is its length where it does not tell that itself.

    Synchronous: call it in a thread. It searches segment by segment, so that the rest of the program gets its turn.
    """
    ends_s = max((segment.end_s for segment in transcript.segments), default=0.0)
    found: dict[str, Found] = {}
    for number, segment in enumerate(transcript.segments):
        start_s = segment.start_s if transcript.is_timed else None
        for word in _caught_in(transcript.segments, number, rules):
            known = found.get(word.casefold(), Found(word, start_s, times=0))
            found[word.casefold()] = replace(known, times=known.times + 1)
    length_s = transcript.duration_s or ends_s or asked_s
    return Said(transcript, length_s, list(found.values())[:MAX_FOUND], rules.mark, rules.unseen, rules.are_all)


def _caught_in(segments: Sequence[Segment], number: int, rules: KeywordRules) -> Iterator[str]:
    """What the rules catch that begins in a segment: speech recognition breaks sentences anywhere."""
    segment = segments[number]
    text = segment.text
    for following in (segments[later] for later in range(number + 1, len(segments))):
        if following.speaker != segment.speaker or len(text) - len(segment.text) >= READ_AHEAD:
            break
        text += f" {following.text[:READ_AHEAD]}"
    for start, end in rules.find(text):
        if start < len(segment.text):
            yield " ".join(text[start:end].split())


def _asked_length_s(job: Job) -> float:
    return job.request.length_s if isinstance(job.request, TranscriptRequest) else 0.0


def _write(job: Job, transcript: Transcript, folder: Path, limit_bytes: int) -> Written:
    """The files of a transcript. Where they are too large with the time of each word, those are left out."""
    if not transcript.segments:
        return Written(transcript, ())
    written = _written(job, transcript, folder)
    if all(upload.size_bytes <= limit_bytes for upload in written.uploads):
        return written
    segments = tuple(replace(segment, words=()) for segment in transcript.segments)
    return _written(job, replace(transcript, segments=segments), folder)


def _written(job: Job, transcript: Transcript, folder: Path) -> Written:
    uploads: list[Upload] = []
    for form in (TranscriptForm.JSON, TranscriptForm.TXT):
        path = folder / f"transcript.{form}"
        path.write_text(write_transcript(transcript, form), encoding="utf-8")
        uploads.append(Upload(path, file_name(job, form), alt_text(job), path.stat().st_size))
    return Written(transcript, tuple(uploads))
