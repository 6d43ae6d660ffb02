"""Answering an interaction in time: at once when possible, with "thinking…" when storage is slow."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import aiohttp
import discord

from bot.replies.cards import Card

log = logging.getLogger(__name__)

# Discord drops an interaction that is not answered within 3 s; the way there and back takes its part of that.
DEFER_AFTER_S = 0.7
# Source: Discord's documentation, "Opcodes and Status Codes", read 2026-11.
ALREADY_ACKNOWLEDGED = 40060
NOT_ANSWERED = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, TimeoutError)

T = TypeVar("T")


async def in_time(
    interaction: discord.Interaction[Any],
    work: Coroutine[Any, Any, T],
    *,
    is_private: bool = False,
    is_new: bool = False,
) -> T:
    """Do the work and return what it returns; if it takes long, tell Discord meanwhile that an answer is coming.

    Where Discord cannot be told, the work goes on all the same: whoever answers with its outcome will find out.
    ``is_private`` is for answers that only the member sees; ``is_new`` for buttons that are answered with a message of
    its own instead of a change of theirs.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=DEFER_AFTER_S)
        if not task.done() and not interaction.response.is_done():
            await _say_thinking(interaction, is_private=is_private, is_new=is_new)
        return await task
    finally:
        task.cancel()


async def _say_thinking(interaction: discord.Interaction[Any], *, is_private: bool, is_new: bool) -> None:
    try:
        # For a button, "thinking" would be a second message; a plain defer keeps the card as it is.
        thinking = is_new or interaction.type is not discord.InteractionType.component
        await interaction.response.defer(thinking=thinking, ephemeral=is_private)
    except NOT_ANSWERED as error:
        log.warning("Discord could not be told that an answer takes long: %s", type(error).__name__)


async def show_card(
    interaction: discord.Interaction[Any], card: Card, *, is_private: bool = False, is_thinking_private: bool = True
) -> int:
    """Answer with the card, for everyone to see or for the member alone, and return its message id.

    ``is_thinking_private`` is False where a "thinking…" was for everyone, before it was known that the card is not.
    """
    if interaction.response.is_done():
        if is_private and not is_thinking_private:
            return (await _show_beside(interaction, card)).id
        return (await interaction.edit_original_response(embed=card.embed, view=card.view)).id
    sent = await interaction.response.send_message(embed=card.embed, view=card.view, ephemeral=is_private)
    if sent.message_id is None:
        return (await interaction.original_response()).id
    return sent.message_id


async def ask_privately(
    interaction: discord.Interaction[Any], card: Card, *, is_thinking_private: bool
) -> Callable[[], Awaitable[None]]:
    """Ask the member alone, whatever was answered before; returns what takes the question away again."""
    kind = interaction.response.type
    if kind is None:
        await interaction.response.send_message(embed=card.embed, view=card.view, ephemeral=True)
        return interaction.delete_original_response
    if is_thinking_private and kind is discord.InteractionResponseType.deferred_channel_message:
        await interaction.edit_original_response(embed=card.embed, view=card.view)
        return interaction.delete_original_response
    return (await _show_beside(interaction, card)).delete


async def show_privately(interaction: discord.Interaction[Any], card: Card, file: discord.File | None = None) -> None:
    """Answer with the card, for the member alone. A picture as ``file`` is shown where the embed names it."""
    files = [] if file is None else [file]
    if interaction.response.is_done():
        await interaction.edit_original_response(embed=card.embed, view=card.view, attachments=files)
    else:
        await interaction.response.send_message(embed=card.embed, view=card.view, files=files, ephemeral=True)


async def confirm(interaction: discord.Interaction[Any], sentence: str, file: discord.File | None = None) -> None:
    """Answer with a sentence, for the member alone, where all went well; see ``say_privately`` for all else."""
    files = [] if file is None else [file]
    if interaction.response.is_done():
        await interaction.edit_original_response(content=sentence, attachments=files)
    else:
        await interaction.response.send_message(sentence, files=files, ephemeral=True)


async def acknowledge(interaction: discord.Interaction[Any]) -> None:
    """Tell Discord that a press was heard, where the message changes in another way than by the answer."""
    if not interaction.response.is_done():
        await interaction.response.defer()


async def replace_card(interaction: discord.Interaction[Any], card: Card) -> int:
    """Turn the message whose button was pressed into this card, and return its message id."""
    if interaction.message is None:
        raise TypeError("only the press of a button has a message to replace")
    if interaction.response.is_done():
        await interaction.edit_original_response(embed=card.embed, view=card.view)
    else:
        await interaction.response.edit_message(embed=card.embed, view=card.view)
    return interaction.message.id


async def add_privately(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Tell only the member something more, beside the answer they got. What cannot be told is logged."""
    try:
        await interaction.followup.send(sentence, ephemeral=True)
    except NOT_ANSWERED as error:
        log.warning("A member could not be told: guild_id=%s error=%s", interaction.guild_id, type(error).__name__)


async def say_privately(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Tell only the member, whatever was answered before. Where that is impossible it is logged: nobody else cares."""
    try:
        await _say_privately(interaction, sentence)
    except NOT_ANSWERED as error:
        log.warning("A member could not be told: guild_id=%s error=%s", interaction.guild_id, type(error).__name__)


async def _say_privately(interaction: discord.Interaction[Any], sentence: str) -> None:
    if not interaction.response.is_done():
        try:
            await interaction.response.send_message(sentence, ephemeral=True)
        except discord.HTTPException as error:
            # An earlier answer arrived although Discord's reply to it was lost.
            if error.code != ALREADY_ACKNOWLEDGED:
                raise
        else:
            return
    await _end_thinking(interaction)
    await interaction.followup.send(sentence, ephemeral=True)


async def _show_beside(interaction: discord.Interaction[Any], card: Card) -> discord.WebhookMessage:
    """Show the card to the member alone, in a further message."""
    await _end_thinking(interaction)
    return await interaction.followup.send(embed=card.embed, view=card.view, ephemeral=True, wait=True)


async def _end_thinking(interaction: discord.Interaction[Any]) -> None:
    """Take "thinking…" away: the first follow-up would take its place, where everyone may see it."""
    if interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
        # Better there than nothing.
        with suppress(*NOT_ANSWERED):
            await interaction.delete_original_response()
