"""Edits a job's card, wherever that is still possible, one edit after the other and none after the last."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import discord
from discord.http import Route

from bot.delivery.faults import discord_faults
from bot.errors import ChannelGone, DiscordUnavailable, NotAllowed
from bot.models import Job
from bot.replies.cards import Card

log = logging.getLogger(__name__)

# An edit that starts in a token's last seconds may arrive after its end.
TOKEN_MARGIN = timedelta(seconds=30)
REMEMBERED_JOBS = 2_000
# How long a last edit waits before it is tried again: without it the card would promise something for ever.
LAST_EDIT_PAUSES_S = (1.0, 4.0, 15.0)


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


@dataclass(slots=True)
class _Line:
    """The edits of one job that wait for each other, and the newest state of the job that any of them brings."""

    lock: asyncio.Lock
    newest: datetime


class CardEditor:
    """All edits of cards go through here."""

    def __init__(
        self, client: discord.Client, *, now: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._client = client
        self._now = now
        self._sleep = sleep
        self._lines: OrderedDict[str, _Line] = OrderedDict()
        self._closed: OrderedDict[str, None] = OrderedDict()
        # When the newest job that a card was used for was made: a retry takes over the card of the job it repeats.
        self._owners: OrderedDict[int, datetime] = OrderedDict()

    @asynccontextmanager
    async def turn(self, job: Job, *, last: bool) -> AsyncGenerator[bool]:
        """Wait for the edits of this job that began earlier.

        False when its last one was made already, or when ``job`` is older than what was shown or waits to be shown.
        """
        line = self._lines.setdefault(job.id, _Line(asyncio.Lock(), job.updated_at))
        line.newest = max(line.newest, job.updated_at)
        _forget_oldest(self._lines)
        async with line.lock:
            # The last edit counts whatever the clock says.
            yield job.id not in self._closed and (last or job.updated_at >= line.newest)
            if last:
                self._closed[job.id] = None
                self._lines.pop(job.id, None)
                _forget_oldest(self._closed)

    async def edit(self, job: Job, card: Card, upload: Upload | None = None) -> None:
        """Edit the card, with the interaction's token while it lives, else as a message of the bot's.

        An edit replaces what was there, so repeating it is harmless. One without a file that comes after a newer job
        took over the card is left out.

        Raises:
            DeliveryError: see ``discord_faults``.
        """
        card_id = _card_id(job)
        if self._owners.get(card_id, job.created_at) > job.created_at and upload is None:
            log.info("The card shows a newer job: job_id=%s", job.short_id)
            return
        self._owners[card_id] = job.created_at
        _forget_oldest(self._owners)
        size_bytes = upload.size_bytes if upload else 0
        if self.token_lives(job):
            content = _content(card, upload)
            try:
                async with discord_faults(job.place.channel_id, size_bytes):
                    await self._webhook(job).edit_message(card_id, **content)
            except ChannelGone:
                log.info("The interaction of a card is over: job_id=%s", job.short_id)
            else:
                return
        message = self._client.get_partial_messageable(job.place.channel_id).get_partial_message(card_id)
        content = _content(card, upload)
        async with discord_faults(job.place.channel_id, size_bytes):
            await message.edit(**content)

    async def finish(self, job: Job, card: Card) -> None:
        """Edit the card for the last time; while Discord is not there, try again a few times.

        Raises:
            DeliveryError: see ``discord_faults``.
        """
        for pause_s in LAST_EDIT_PAUSES_S:
            try:
                await self.edit(job, card)
            except DiscordUnavailable:
                await self._sleep(pause_s)
            else:
                return
        await self.edit(job, card)

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


def _forget_oldest(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > REMEMBERED_JOBS:
        kept.popitem(last=False)
