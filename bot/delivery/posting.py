"""Posts a clip into one place: its files in as many requests as they need, smaller ones where Discord takes less.

However many requests it takes, it becomes one message: further files are added to it by edits. So there is one nonce
and one mark to find it by, and doing all of it again never doubles anything.
"""

import logging
from asyncio import to_thread
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from bot.audio.voice_message import VoiceMessage, make_voice_message
from bot.delivery.card_editor import CardEditor
from bot.delivery.history import nonce_of
from bot.delivery.messages import Attached, Messages, Payload, Sent, Upload, shown
from bot.delivery.uploads import Clip, Room, make_clip
from bot.errors import FileTooLarge, NotAllowed
from bot.models import Job
from bot.remembered import Remembered
from bot.replies.cards import Card
from bot.replies.results import as_text, build_posting_card, with_mark

log = logging.getLogger(__name__)

KEPT_CLIPS = 100


class Spot(Protocol):
    """One message that the files go into."""

    sent: Sent | None
    """The message, as far as it is known to exist."""

    async def put(self, card: Card, uploads: Sequence[Upload], kept: Sequence[Attached]) -> Sent:
        """Make the message show the card, with the ``kept`` files and the new ones, and no others."""
        ...


class CardSpot:
    """The job's own card."""

    def __init__(self, cards: CardEditor, job: Job) -> None:
        self._cards = cards
        self._job = job
        self.sent: Sent | None = None

    async def put(self, card: Card, uploads: Sequence[Upload], kept: Sequence[Attached]) -> Sent:
        """Edit the card."""
        sent = await self._cards.edit(self._job, card, uploads, kept)
        return sent or Sent(self._job.place.channel_id, self._job.card_message_id or 0)


class MessageSpot:
    """A new message with the job's mark; or ``found``, which an earlier try posted."""

    def __init__(self, messages: Messages, job: Job, channel_id: int, found: Sent | None) -> None:
        self._messages = messages
        self._job = job
        self._channel_id = channel_id
        self._is_plain = False
        self.sent = found

    async def put(self, card: Card, uploads: Sequence[Upload], kept: Sequence[Attached]) -> Sent:
        """Post the message, or edit it where it stands already."""
        marked = with_mark(card, self._job)
        if self.sent is None:
            self.sent = await self._post(marked, uploads)
            if self.sent.names == tuple(upload.name for upload in uploads):
                return self.sent
            # The nonce led to what an earlier try made of it.
            kept = ()
        payload = self._payload(marked)
        self.sent = await self._messages.edit(self.sent.channel_id, self.sent.message_id, payload, uploads, kept)
        return self.sent

    async def _post(self, card: Card, uploads: Sequence[Upload]) -> Sent:
        nonce = nonce_of(self._job)
        try:
            return await self._messages.post(self._channel_id, self._payload(card), uploads, nonce=nonce)
        except NotAllowed:
            if self._is_plain:
                raise
            # Embeds have a permission of their own, which the card as an answer to a command did not need.
            self._is_plain = True
            return await self._messages.post(self._channel_id, self._payload(card), uploads, nonce=nonce)

    def _payload(self, card: Card) -> Payload:
        return {"content": as_text(card)} if self._is_plain else shown(card)


class Clips:
    """Makes what is posted, and keeps it as long as it may be needed again: Discord may be away for hours."""

    def __init__(self) -> None:
        self._clips: Remembered[tuple[Path, int, int], Clip] = Remembered(KEPT_CLIPS)
        self._voices: Remembered[tuple[Path, int, int], VoiceMessage] = Remembered(KEPT_CLIPS)

    async def clip(self, job: Job, result: Path, limit_bytes: int) -> Clip:
        """The result as files of at most ``limit_bytes``. Raises as ``make_clip``."""
        key = await to_thread(_key, result, limit_bytes)
        clip = self._clips.get(key)
        if clip is None or not await to_thread(_are_there, [upload.path for upload in clip.uploads]):
            clip = await to_thread(make_clip, job, result, limit_bytes)
            self._clips.keep(key, clip)
        return clip

    async def voice(self, result: Path) -> VoiceMessage:
        """The result as a voice message. Raises as ``make_voice_message``."""
        key = await to_thread(_key, result, 0)
        voice = self._voices.get(key)
        if voice is None or not await to_thread(_are_there, [voice.path]):
            voice = await to_thread(make_voice_message, result, result.with_name("voice-message.ogg"))
            self._voices.keep(key, voice)
        return voice

    async def post(
        self, job: Job, result: Path, spot: Spot, room: Room, build_card: Callable[[Clip], Card]
    ) -> tuple[Sent, Clip]:
        """Post the result into the spot, stepping down where Discord finds it too large.

        Raises:
            DeliveryError: see ``discord_faults``; FileTooLarge when nothing is small enough.
            AudioUnreadable: the result is not audio.
        """
        while True:
            clip = await self.clip(job, result, room.file_bytes)
            try:
                return await _fill(job, spot, clip, room, build_card(clip)), clip
            except FileTooLarge as error:
                smaller = room.after_refusal(error.size_bytes, clip.largest_bytes)
                if smaller is None:
                    raise
                log.warning("Discord takes less here: job_id=%s size_bytes=%s", job.short_id, error.size_bytes)
                room = smaller


async def _fill(job: Job, spot: Spot, clip: Clip, room: Room, card: Card) -> Sent:
    """Put all files in. The last request brings the finished card, so a message with all of them is complete."""
    if spot.sent is not None and spot.sent.names == clip.names:
        return spot.sent
    *others, last = clip.requests(room)
    kept: tuple[Attached, ...] = ()
    for uploads in others:
        number = len(kept) + len(uploads) + 1
        sent = await spot.put(build_posting_card(job, number, len(clip.uploads)), uploads, kept)
        kept = sent.attached
    return await spot.put(card, last, kept)


def _key(result: Path, limit_bytes: int) -> tuple[Path, int, int]:
    # A result that is fetched again comes under the same name.
    return result, result.stat().st_mtime_ns, limit_bytes


def _are_there(paths: Sequence[Path]) -> bool:
    return all(path.exists() for path in paths)
