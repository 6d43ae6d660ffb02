"""Brings progress and results to the member. What the runner needs of Discord, and nothing else."""

import asyncio
import logging
from asyncio import to_thread
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import discord

from bot.audio.fit import fit
from bot.audio.probe import probe
from bot.audio.voice_message import make_voice_message
from bot.delivery.card_editor import CardEditor, Upload
from bot.delivery.faults import discord_faults
from bot.delivery.voice_messages import VoiceMessageSender, nonce_of
from bot.errors import ChannelGone, DeliveryError, FileTooLarge, NotAllowed
from bot.models import Forecast, Job, Posted, ResultForm
from bot.replies.cards import Card, alt_text, build_card, build_done_card, file_name

log = logging.getLogger(__name__)

# Room for the rest of the request: embed, buttons, multipart borders.
UPLOAD_MARGIN_BYTES = 64 * 1024
# Where Discord finds even that too large, what it took from everyone for years.
SMALL_UPLOAD_BYTES = 4 * 1024 * 1024
# What Discord plays in the channel, by the container that was found in the file.
PLAYED_FORMS = frozenset({"mp3", "ogg", "wav", "flac"})


class DiscordDelivery:
    """Posts results and keeps cards up to date."""

    def __init__(
        self,
        client: discord.Client,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._cards = CardEditor(client, now=now, sleep=sleep)
        self._voice_messages = VoiceMessageSender(client)
        self._client = client
        self._now = now

    async def show(self, job: Job, forecast: Forecast | None = None) -> None:
        """Bring the card up to date. What Discord refuses is logged: a card is not worth a job."""
        async with self._cards.turn(job, last=job.state.is_final) as is_open:
            if not is_open or job.card_message_id is None:
                return
            card = build_card(job, forecast)
            try:
                await (self._cards.finish(job, card) if job.state.is_final else self._cards.edit(job, card))
            except (DeliveryError, discord.HTTPException) as error:
                log.warning("A card could not be edited: job_id=%s reason=%r", job.short_id, error)

    async def find_card(self, job: Job) -> int | None:
        """The id of the card of a job that died before it was noted; None where the member never saw one."""
        return await self._cards.find(job)

    async def deliver(self, job: Job, result: Path, *, again: bool) -> Posted:
        """Post the result and finish the card.

        ``again`` says that an earlier try may have succeeded: a voice message is looked for before one is sent. A
        file is part of the card, and editing the same card again does not double anything.

        Raises:
            DeliveryError: it cannot be posted (now).
            AudioUnreadable: the result is not audio.
        """
        async with self._cards.turn(job, last=True):
            if job.form is ResultForm.VOICE_MESSAGE:
                posted = await self._post_as_voice_message(job, result, again=again)
                if posted is not None:
                    return posted
            try:
                return await self._post_as_file(job, result)
            except NotAllowed:
                # The right to attach files was lost meanwhile; voice messages have one of their own.
                wants_file = job.form is ResultForm.FILE
                posted = await self._post_as_voice_message(job, result, again=again) if wants_file else None
                if posted is None:
                    raise
                return posted

    async def _post_as_voice_message(self, job: Job, result: Path, *, again: bool) -> Posted | None:
        voice = await to_thread(make_voice_message, result, result.with_name("voice-message.ogg"))
        try:
            message_id = await self._voice_messages.find(job, voice) if again else None
            if message_id is None:
                message_id = await self._voice_messages.send(job, voice)
        except (NotAllowed, FileTooLarge) as error:
            log.info("No voice message here: job_id=%s reason=%r", job.short_id, error)
            return None
        try:
            await self._cards.finish(job, build_done_card(job, voice.duration_s, self._now()))
        except (DeliveryError, discord.HTTPException) as error:
            # The member has the result: nothing that is wrong with the card may turn that into a failure.
            log.warning("A card could not be finished: job_id=%s reason=%r", job.short_id, error)
        return Posted(job.place.channel_id, message_id)

    async def _post_as_file(self, job: Job, result: Path) -> Posted:
        try:
            return await self._post_upload(job, result, job.place.upload_limit_bytes - UPLOAD_MARGIN_BYTES)
        except FileTooLarge as error:
            log.warning(
                "Discord takes less here than expected: job_id=%s size_bytes=%s", job.short_id, error.size_bytes
            )
            return await self._post_upload(job, result, SMALL_UPLOAD_BYTES)

    async def _post_upload(self, job: Job, result: Path, limit_bytes: int) -> Posted:
        upload, duration_s = await to_thread(_make_upload, job, result, limit_bytes)
        card = build_done_card(job, duration_s, self._now())
        try:
            await self._cards.edit(job, card, upload)
        except ChannelGone:
            return await self._post_anew(job, card, upload)
        return Posted(job.place.channel_id, job.card_message_id or 0)

    async def _post_anew(self, job: Job, card: Card, upload: Upload) -> Posted:
        """The card was deleted: a new message, with the job's own nonce so that a second try does not double it."""
        channel = self._client.get_partial_messageable(job.place.channel_id)
        file = upload.open()
        async with discord_faults(job.place.channel_id, upload.size_bytes):
            message = await channel.send(
                embed=card.embed,
                file=file,
                nonce=nonce_of(job),
                allowed_mentions=discord.AllowedMentions.none(),
            )
        return Posted(job.place.channel_id, message.id)


def _make_upload(job: Job, result: Path, limit_bytes: int) -> tuple[Upload, float]:
    """The file to post and its length in seconds: the result as it is, or the best re-encoding that fits."""
    facts = probe(result)
    path, suffix = result, facts.container
    if suffix not in PLAYED_FORMS or result.stat().st_size > limit_bytes:
        fitted = fit(result, result.with_name("fitted"), limit_bytes)
        path, suffix = fitted.path, fitted.form
    upload = Upload(path, file_name(job, suffix), alt_text(job), path.stat().st_size)
    return upload, facts.duration_s
