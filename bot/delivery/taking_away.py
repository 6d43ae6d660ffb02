"""Takes a posted result away again: the bot's own messages, which it may always delete where it still sees them."""

import logging
from collections.abc import Iterable

import discord

from bot.delivery.faults import discord_faults
from bot.errors import ChannelGone, DeliveryError, NotAllowed
from bot.models import Job, Posted

log = logging.getLogger(__name__)

# The voice message that answers a card comes within seconds of it, whatever is written in between.
LOOKED_AT = 100


async def take_away(client: discord.Client, job: Job, card: discord.Message, *, is_asker: bool) -> None:
    """Delete what was posted of the job, all but ``card``: the message that was pressed, which its answer deletes.

    A card from an earlier round of sending goes with the voice message that answers it. What went to the asker's
    direct messages only they can have taken away.

    Raises:
        DeliveryError: a message is still there.
    """
    if card.id in {job.card_message_id, job.result_message_id}:
        found = _messages_of(job, is_asker=is_asker)
    else:
        found = await _answers_to(client, card) if job.place.has_bot and not card.attachments else []
    for posted in found:
        if posted.message_id != card.id:
            await _delete(client, posted)


async def take_away_answers(client: discord.Client, card: discord.Message) -> None:
    """Delete what answers ``card``, of a job that is not known any more.

    Raises:
        DeliveryError: a message is still there.
    """
    for posted in await _answers_to(client, card):
        await _delete(client, posted)


def _messages_of(job: Job, *, is_asker: bool) -> Iterable[Posted]:
    """The result and the card of the newest round, as far as they are messages that the bot can reach."""
    here = job.place.channel_id
    if job.result_channel_id is not None and job.result_message_id:
        is_here = job.result_channel_id == here
        can_reach = not job.place.is_reached_by_token_only if is_here else is_asker
        if can_reach:
            yield Posted(job.result_channel_id, job.result_message_id)
    if job.card_message_id is not None and not job.place.is_reached_by_token_only:
        yield Posted(here, job.card_message_id)


async def _answers_to(client: discord.Client, card: discord.Message) -> list[Posted]:
    """The bot's own messages that answer the card; none where it may not look."""
    channel = client.get_partial_messageable(card.channel.id)
    found: list[Posted] = []
    try:
        async with discord_faults(card.channel.id):
            async for message in channel.history(limit=LOOKED_AT, after=card, oldest_first=True):
                answered = message.reference.message_id if message.reference else None
                if answered == card.id and client.user is not None and message.author.id == client.user.id:
                    found.append(Posted(card.channel.id, message.id))
    except (NotAllowed, ChannelGone) as error:
        log.info("Answers to a card could not be looked for: %r", error)
    return found


async def _delete(client: discord.Client, posted: Posted) -> None:
    message = client.get_partial_messageable(posted.channel_id).get_partial_message(posted.message_id)
    try:
        async with discord_faults(posted.channel_id):
            await message.delete()
    except ChannelGone:
        return
    except DeliveryError as error:
        log.warning("A result could not be deleted: channel_id=%s reason=%r", posted.channel_id, error)
        raise
