"""Edits a job's card, wherever that is still possible, one edit after the other and none after the last."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.delivery.faults import RETRY_AFTER_S
from bot.delivery.history import History, is_card_of
from bot.delivery.messages import Attached, Messages, Sent, Upload, shown
from bot.errors import ChannelGone, DiscordUnavailable, NotAllowed
from bot.models import Job
from bot.remembered import Remembered
from bot.replies.cards import Card
from bot.replies.language import speaking

log = logging.getLogger(__name__)

# An edit that starts in a token's last seconds may arrive after its end.
TOKEN_MARGIN = timedelta(seconds=30)
REMEMBERED_JOBS = 2_000
# How long a last edit waits before it is tried again. Beside a result that is posted elsewhere it is worth little;
# without one, the card would promise something for ever, so that goes on for a day.
FEW_PAUSES_S = (1.0, 4.0, 15.0)
MANY_PAUSES_S = (*FEW_PAUSES_S, *[60.0] * 24 * 60)


@dataclass(slots=True)
class _Line:
    """The edits of one job that wait for each other, and the newest state of the job that any of them brings."""

    lock: asyncio.Lock
    newest: datetime


class CardEditor:
    """All edits of cards go through here."""

    def __init__(
        self,
        messages: Messages,
        history: History,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._messages = messages
        self._history = history
        self._now = now
        self._sleep = sleep
        self._lines: Remembered[str, _Line] = Remembered(REMEMBERED_JOBS)
        # Of the jobs whose last edit was made: the round of sending that it was about.
        self._closed: Remembered[str, int] = Remembered(REMEMBERED_JOBS)
        # When the newest job that a card was used for was made: a retry takes over the card of the job it repeats.
        self._owners: Remembered[int, datetime] = Remembered(REMEMBERED_JOBS)

    @asynccontextmanager
    async def turn(self, job: Job, *, last: bool) -> AsyncGenerator[bool]:
        """Wait for the edits of this job that began earlier.

        False when its last one was made already, or when ``job`` is older than what was shown or waits to be shown.
        A job whose result is sent again begins anew. What is said inside is said in the language of the job's place.
        """
        line = self._lines.get(job.id, _Line(asyncio.Lock(), job.updated_at))
        line.newest = max(line.newest, job.updated_at)
        self._lines.keep(job.id, line)
        async with line.lock:
            is_open = self._closed.get(job.id, -1) < job.deliveries
            # The last edit counts whatever the clock says.
            with speaking(job.place.locale):
                yield is_open and (last or job.updated_at >= line.newest)
            if last:
                self._closed.keep(job.id, job.deliveries)
                self._lines.pop(job.id, None)

    async def edit(
        self, job: Job, card: Card, uploads: Sequence[Upload] | None = None, kept: Sequence[Attached] = ()
    ) -> Sent | None:
        """Edit the card, with the interaction's token while it lives, else as a message of the bot's.

        Its files become ``kept`` and ``uploads``; None leaves them as they are. Repeating an edit is harmless. One
        without files that comes after a newer job took over the card is left out (None).

        Raises:
            DeliveryError: see ``discord_faults``.
        """
        card_id = _card_id(job)
        if self._owners.get(card_id, job.created_at) > job.created_at and not uploads:
            log.info("The card shows a newer job: job_id=%s", job.short_id)
            return None
        self._owners.keep(card_id, job.created_at)
        if self.token_lives(job):
            try:
                return await self._messages.edit_answer(job.place, card_id, shown(card), uploads, kept)
            except ChannelGone:
                log.info("The interaction of a card is over: job_id=%s", job.short_id)
        if job.place.is_reached_by_token_only:
            raise ChannelGone(job.place.channel_id)
        return await self._messages.edit(job.place.channel_id, card_id, shown(card), uploads, kept)

    async def finish(
        self,
        job: Job,
        card: Card,
        uploads: Sequence[Upload] | None = None,
        *,
        pauses_s: Sequence[float] = FEW_PAUSES_S,
    ) -> None:
        """Edit the card for the last time; while Discord is not there, try again after each of the pauses.

        Raises:
            DeliveryError: see ``discord_faults``.
        """
        for pause_s in pauses_s:
            try:
                await self.edit(job, card, uploads)
            except DiscordUnavailable as error:
                asked_s = error.retry_after_s if error.retry_after_s > RETRY_AFTER_S else 0.0
                await self._sleep(max(pause_s, asked_s))
            else:
                return
        await self.edit(job, card, uploads)

    async def find(self, job: Job) -> int | None:
        """The id of the job's card; None where it never was shown, or its interaction is over.

        It answered that interaction or, where there was none, stands in the channel like any other message.

        Raises:
            DiscordUnavailable: nobody knows for now.
        """
        try:
            if not job.place.interaction_token:
                found = await self._history.find(job, job.place.channel_id, partial(is_card_of, job))
                return None if found is None else found.message_id
            return await self._messages.find_answer(job.place) if self.token_lives(job) else None
        except (ChannelGone, NotAllowed):
            return None

    def token_lives(self, job: Job) -> bool:
        """True while the interaction can still be answered with its token."""
        return self._now() < job.place.token_expires_at - TOKEN_MARGIN


def _card_id(job: Job) -> int:
    if job.card_message_id is None:
        raise ChannelGone(job.place.channel_id)
    return job.card_message_id
