"""Brings progress and results to the member. What the runner needs of Discord, and nothing else.

A result goes to the first place that takes it (bot/delivery/rungs.py). Where a place takes less than the result has, it
gets a smaller encoding, then several files, then the service's own link (bot/delivery/posting.py, links.py). Doing all
of it again, in another process, gives the same one message.
"""

import asyncio
import logging
from asyncio import to_thread
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import discord

from bot.audio.probe import probe
from bot.delivery.card_editor import MANY_PAUSES_S, CardEditor
from bot.delivery.faults import REFUSED, MessageGone, as_refusal, discord_faults
from bot.delivery.history import History, is_marked
from bot.delivery.lacking import missing_for, named
from bot.delivery.links import ResolvesPublicly, public_link, resolves_publicly
from bot.delivery.messages import Messages, Sent
from bot.delivery.posting import CardSpot, Clips, MessageSpot, Spot
from bot.delivery.rungs import Rung, note_rung, noted_rung, rungs_for
from bot.delivery.transcripts import KeepText, TranscriptPosting
from bot.delivery.uploads import MARGIN_BYTES, room_for
from bot.delivery.voice_messages import VoiceMessageSender
from bot.errors import ChannelGone, DeliveryError, FileTooLarge, NotAllowed
from bot.models import UPLOAD_LIMIT_BYTES, FailureReason, Forecast, Job, JobKind, Posted, ResultForm
from bot.replies.cards import Card
from bot.replies.job_cards import build_card
from bot.replies.results import (
    build_link_card,
    build_moved_card,
    build_private_card,
    build_result_card,
    build_voice_card,
)

log = logging.getLogger(__name__)


class DiscordDelivery:
    """Posts results and keeps cards up to date."""

    def __init__(
        self,
        client: discord.Client,
        *,
        now: Callable[[], datetime],
        keep_text: KeepText,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        resolves_publicly: ResolvesPublicly = resolves_publicly,
    ) -> None:
        """``keep_text`` is told the text of each transcript that was posted."""
        self._client = client
        self._now = now
        self._resolves_publicly = resolves_publicly
        self._messages = Messages(client)
        self._history = History(client)
        self._cards = CardEditor(self._messages, self._history, now=now, sleep=sleep)
        self._voice_messages = VoiceMessageSender(self._messages, self._history)
        self._clips = Clips()
        self._transcripts = TranscriptPosting(client, now=now, keep=keep_text)

    async def show(self, job: Job, forecast: Forecast | None = None) -> None:
        """Bring the card up to date. What Discord refuses is logged: a card is not worth a job."""
        async with self._cards.turn(job, last=job.state.is_final) as is_open:
            if not is_open or job.card_message_id is None:
                return
            is_kept = job.failure is FailureReason.UNDELIVERABLE
            card = build_card(job, forecast, missing_for(self._client, job) if is_kept else None)
            if not job.state.is_final:
                await self._try_card(job, self._cards.edit(job, card))
                return
            # Files on a card without a result are the first parts of one that could not be posted whole.
            uploads = () if job.failure else None
            await self._try_card(job, self._cards.finish(job, card, uploads, pauses_s=MANY_PAUSES_S))

    async def find_card(self, job: Job) -> int | None:
        """The id of the card of a job that died before it was noted; None where the member never saw one.

        Raises:
            DeliveryError: Discord could not be asked; it may be later.
        """
        return await self._cards.find(job)

    async def deliver(self, job: Job, result: Path, *, again: bool) -> Posted:
        """Post the result and finish the card.

        ``again`` says that an earlier try, of this process or of another, may have succeeded: then a message is looked
        for before one is posted. Beside the result a note is kept of where it is on its way to.

        Raises:
            DeliveryError: it cannot be posted: DiscordUnavailable for now, the others anywhere.
            AudioUnreadable: the result is not audio.
            OSError: the disk failed.
        """
        async with self._cards.turn(job, last=True):
            noted = await to_thread(noted_rung, job, result.parent) if again else None
            why: DeliveryError | None = None
            for rung in rungs_for(job, noted):
                if rung is Rung.VOICE_MESSAGE and not _may_be_voice(job, rung is noted, why):
                    continue
                await to_thread(note_rung, job, result.parent, rung)
                try:
                    return await self._post_at(rung, job, result, again=again, why=why)
                except MessageGone:
                    if rung is not Rung.CARD:
                        # It was posted, and then somebody did not want it there.
                        return Posted(job.place.channel_id, job.card_message_id or 0)
                    why = why or ChannelGone(job.place.channel_id)
                except REFUSED as error:
                    why = why or self._named(job, as_refusal(error, job.place.channel_id))
                    log.info("Not posted as %s: job_id=%s reason=%r", rung, job.short_id, error)
            raise why or ChannelGone(job.place.channel_id)

    def _named(self, job: Job, refusal: DeliveryError) -> DeliveryError:
        return named(self._client, job, refusal) if isinstance(refusal, NotAllowed) else refusal

    async def _post_at(self, rung: Rung, job: Job, result: Path, *, again: bool, why: DeliveryError | None) -> Posted:
        match rung:
            case Rung.VOICE_MESSAGE:
                return await self._post_as_voice_message(job, result, again=again)
            case Rung.CARD:
                return await self._post_on_card(job, result, why=why)
            case Rung.CHANNEL:
                return await self._post_in_channel(job, result, again=again, why=why)
            case Rung.DIRECT_MESSAGE:
                return await self._post_to_member(job, result, again=again, why=why)

    async def _post_as_voice_message(self, job: Job, result: Path, *, again: bool) -> Posted:
        voice = await self._clips.voice(result)
        if (await to_thread(voice.path.stat)).st_size > job.place.upload_limit_bytes - MARGIN_BYTES:
            raise NotAllowed(job.place.channel_id)
        sent = await self._voice_messages.find(job, voice) if again else None
        try:
            sent = sent or await self._voice_messages.send(job, voice)
        except FileTooLarge as error:
            raise NotAllowed(job.place.channel_id) from error
        await self._finish_card(job, build_voice_card(job, voice.duration_s, self._now()))
        return Posted(sent.channel_id, sent.message_id)

    async def _post_on_card(self, job: Job, result: Path, *, why: DeliveryError | None) -> Posted:
        def build_card(length_s: float, parts: int) -> Card:
            return build_result_card(job, length_s, self._now(), parts=parts, why=why)

        spot = CardSpot(self._cards, job)
        sent, _ = await self._post_into(spot, job, result, job.place.upload_limit_bytes, build_card)
        return Posted(sent.channel_id, sent.message_id)

    async def _post_in_channel(self, job: Job, result: Path, *, again: bool, why: DeliveryError | None) -> Posted:
        def build_card(length_s: float, parts: int) -> Card:
            return build_result_card(job, length_s, self._now(), parts=parts)

        spot = await self._message_spot(job, job.place.channel_id, again=again)
        sent, length_s = await self._post_into(spot, job, result, job.place.upload_limit_bytes, build_card)
        return await self._moved(job, sent, length_s, why)

    async def _post_to_member(self, job: Job, result: Path, *, again: bool, why: DeliveryError | None) -> Posted:
        def build_card(length_s: float, parts: int) -> Card:
            return build_private_card(job, length_s, self._now(), why=why, parts=parts)

        async with discord_faults(job.place.channel_id):
            channel_id = (await self._client.create_dm(discord.Object(job.place.user_id))).id
        if channel_id == job.place.channel_id:
            raise why or ChannelGone(channel_id)
        spot = await self._message_spot(job, channel_id, again=again)
        # What a boosted server takes says nothing about direct messages.
        limit_bytes = min(job.place.upload_limit_bytes, UPLOAD_LIMIT_BYTES)
        sent, length_s = await self._post_into(spot, job, result, limit_bytes, build_card, is_elsewhere=True)
        return await self._moved(job, sent, length_s, why)

    async def _message_spot(self, job: Job, channel_id: int, *, again: bool) -> MessageSpot:
        """A new message, or the one that an earlier try posted."""
        found = None
        if again:
            found = await self._history.find(job, channel_id, lambda message: is_marked(job, message))
        return MessageSpot(self._messages, job, channel_id, found)

    async def _post_into(
        self,
        spot: Spot,
        job: Job,
        result: Path,
        limit_bytes: int,
        build_card: Callable[[float, int], Card],
        *,
        is_elsewhere: bool = False,
    ) -> tuple[Sent, float]:
        """Post the files, or else the service's own link where it has one that members can use."""
        if job.kind is JobKind.TRANSCRIPT:
            return await self._transcripts.post(job, result, spot, limit_bytes, build_card, is_elsewhere=is_elsewhere)
        try:
            sent, clip = await self._clips.post(
                job, result, spot, room_for(limit_bytes), lambda clip: build_card(clip.length_s, len(clip.uploads))
            )
        except FileTooLarge:
            url = await public_link(job, self._resolves_publicly)
            if url is None:
                raise
            length_s = (await to_thread(probe, result)).duration_s
            return await spot.put(build_link_card(job, length_s, self._now(), url=url), (), ()), length_s
        return sent, clip.length_s

    async def _moved(self, job: Job, sent: Sent, length_s: float, why: DeliveryError | None) -> Posted:
        """Let the card, if it is still there, say where its result is."""
        posted = Posted(sent.channel_id, sent.message_id)
        await self._finish_card(job, build_moved_card(job, length_s, self._now(), to=posted, why=why))
        return posted

    async def _finish_card(self, job: Job, card: Card) -> None:
        """Finish a card whose result is elsewhere. Files on it are from a try that did not get through."""
        await self._try_card(job, self._cards.finish(job, card, ()))

    async def _try_card(self, job: Job, editing: Awaitable[object]) -> None:
        try:
            await editing
        except (DeliveryError, discord.HTTPException) as error:
            log.warning("A card could not be edited: job_id=%s reason=%r", job.short_id, error)


def _may_be_voice(job: Job, is_noted: bool, why: DeliveryError | None) -> bool:  # noqa: FBT001  # read like a sentence
    """A file becomes a voice message only where files may not be attached: those have a permission of their own.

    Several takes never do, as a voice message holds one, and a transcript never does.
    """
    if job.takes_made > 1 or job.kind is JobKind.TRANSCRIPT:
        return False
    return job.form is ResultForm.VOICE_MESSAGE or is_noted or isinstance(why, NotAllowed)
