"""Looks for a message that an earlier try may have posted, when Discord has forgotten its nonce."""

from collections.abc import Callable
from datetime import timedelta

import discord

from bot.delivery.faults import discord_faults
from bot.delivery.messages import Attached, Sent
from bot.models import Job
from bot.replies.results import mark_of

MAX_NONCE = 25
# How many messages are looked at, the newest first; never any from before the job, or before its card.
LOOKED_AT = 500
# Message ids carry Discord's time, jobs carry ours.
CLOCK_DIFFERENCE = timedelta(minutes=1)


class History:
    """What the bot itself wrote in a channel."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def find(self, job: Job, channel_id: int, is_it: Callable[[discord.Message], bool]) -> Sent | None:
        """The newest message of the bot's own since the job was asked for, or its card shown, that ``is_it``.

        None also where the bot may not read the channel's history: Discord shows it an empty one.

        Raises:
            DeliveryError: it cannot be looked at.
        """
        if self._client.user is None:
            return None
        # The card may be far older than the job, and answered before: a retry takes over the card it was pressed on.
        # It may also be far newer: a result that is sent again has a card of its own.
        since = max(job.card_message_id or 0, discord.utils.time_snowflake(job.created_at - CLOCK_DIFFERENCE))
        channel = self._client.get_partial_messageable(channel_id)
        async with discord_faults(channel_id):
            async for message in channel.history(limit=LOOKED_AT):
                if message.id <= since:
                    break
                if message.author.id == self._client.user.id and is_it(message):
                    return _sent(message)
        return None


def nonce_of(job: Job) -> str:
    """What makes Discord post a job's result once however often it is asked, for each time the result is wanted."""
    return f"{job.id[: MAX_NONCE - 3]}-{job.deliveries % 100}"


def is_card_of(job: Job, message: discord.Message) -> bool:
    """Whether the message has a button of the job's: before its result is posted, only its card has."""
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return any((part.custom_id or "").endswith(f":{job.id}") for row in rows for part in row.children)


def is_marked(job: Job, message: discord.Message) -> bool:
    """Whether the message has the job's mark where only this program writes: at the end of a footer or a last line."""
    ends = [embed.footer.text or "" for embed in message.embeds]
    ends += message.content.splitlines()[-1:]
    return any(end.endswith(f"· {mark_of(job)}") for end in ends)


def _sent(message: discord.Message) -> Sent:
    attached = tuple(Attached(str(one.id), one.filename) for one in message.attachments)
    return Sent(message.channel.id, message.id, attached)
