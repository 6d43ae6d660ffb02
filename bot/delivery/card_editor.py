"""Edits a job's card, wherever that is still possible, one edit after the other and none after the last."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import discord
from discord.http import Route

from bot.delivery.faults import discord_faults
from bot.errors import ChannelGone, NotAllowed
from bot.models import Job
from bot.replies.cards import Card

log = logging.getLogger(__name__)

# An edit that starts in a token's last seconds may arrive after its end.
TOKEN_MARGIN = timedelta(seconds=30)
REMEMBERED_JOBS = 2_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to go with a card."""

    path: Path
    name: str
    alt_text: str
    size_bytes: int

    def open(self) -> discord.File:
        """A fresh file for each request: discord.py closes it afterwards."""
        return discord.File(self.path, filename=self.name, description=self.alt_text)


class CardEditor:
    """All edits of cards go through here."""

    def __init__(self, client: discord.Client, *, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._locks: OrderedDict[str, asyncio.Lock] = OrderedDict()
        self._closed: OrderedDict[str, None] = OrderedDict()

    @asynccontextmanager
    async def turn(self, job: Job, *, last: bool) -> AsyncGenerator[bool]:
        """Wait for the edits of this job that began earlier; False when its last one was made already."""
        lock = self._locks.setdefault(job.id, asyncio.Lock())
        _forget_oldest(self._locks)
        async with lock:
            yield job.id not in self._closed
            if last:
                self._closed[job.id] = None
                self._locks.pop(job.id, None)
                _forget_oldest(self._closed)

    async def edit(self, job: Job, card: Card, upload: Upload | None = None) -> None:
        """Edit the card, with the interaction's token while it lives, else as a message of the bot's.

        An edit replaces what was there, so repeating it is harmless.

        Raises:
            DeliveryError: see ``discord_faults``.
        """
        size_bytes = upload.size_bytes if upload else 0
        if self.token_lives(job):
            try:
                async with discord_faults(job.place.channel_id, size_bytes):
                    await self._webhook(job).edit_message(_card_id(job), **_content(card, upload))
            except ChannelGone:
                log.info("The interaction of a card is over: job_id=%s", job.short_id)
            else:
                return
        message = self._client.get_partial_messageable(job.place.channel_id).get_partial_message(_card_id(job))
        async with discord_faults(job.place.channel_id, size_bytes):
            await message.edit(**_content(card, upload))

    async def find(self, job: Job) -> int | None:
        """The id of the message that answered the job's interaction, or None where it never was answered."""
        if not self.token_lives(job):
            return None
        route = Route(
            "GET",
            "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
            webhook_id=job.place.application_id,
            webhook_token=job.place.interaction_token,
        )
        try:
            async with discord_faults(job.place.channel_id):
                return int((await self._client.http.request(route))["id"])
        except (ChannelGone, NotAllowed):
            return None

    def token_lives(self, job: Job) -> bool:
        """True while the interaction can still be answered with its token."""
        return self._now() < job.place.token_expires_at - TOKEN_MARGIN

    def _webhook(self, job: Job) -> discord.Webhook:
        place = job.place
        return discord.Webhook.partial(place.application_id, place.interaction_token, client=self._client)


def _card_id(job: Job) -> int:
    if job.card_message_id is None:
        raise ChannelGone(job.place.channel_id)
    return job.card_message_id


def _content(card: Card, upload: Upload | None) -> dict[str, Any]:
    content: dict[str, Any] = {
        "embed": card.embed,
        "view": card.view,
        "allowed_mentions": discord.AllowedMentions.none(),
    }
    if upload is not None:
        content["attachments"] = [upload.open()]
    return content


def _forget_oldest(kept: OrderedDict[str, Any]) -> None:
    while len(kept) > REMEMBERED_JOBS:
        kept.popitem(last=False)
