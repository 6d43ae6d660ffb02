"""Answering an interaction in time: at once when possible, with "thinking…" when storage is slow."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import discord

from bot.replies.cards import Card

# Discord drops an interaction that is not answered within 3 s; the way there and back takes its part of that.
DEFER_AFTER_S = 1.5

T = TypeVar("T")


async def in_time(interaction: discord.Interaction[Any], work: Coroutine[Any, Any, T]) -> T:
    """Do the work and return what it returns; if it takes long, tell Discord meanwhile that an answer is coming."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=DEFER_AFTER_S)
        if not task.done() and not interaction.response.is_done():
            # For a button, "thinking" would be a second message; a plain defer keeps the card as it is.
            await interaction.response.defer(thinking=interaction.type is not discord.InteractionType.component)
        return await task
    finally:
        task.cancel()


async def show_card(interaction: discord.Interaction[Any], card: Card) -> int:
    """Answer with the card, for everyone to see, and return its message id."""
    if interaction.response.is_done():
        message = await interaction.edit_original_response(embed=card.embed, view=card.view)
        return message.id
    sent = await interaction.response.send_message(embed=card.embed, view=card.view)
    if sent.message_id is None:
        return (await interaction.original_response()).id
    return sent.message_id


async def replace_card(interaction: discord.Interaction[Any], card: Card) -> int:
    """Turn the message whose button was pressed into this card, and return its message id."""
    if interaction.message is None:
        raise TypeError("only the press of a button has a message to replace")
    if interaction.response.is_done():
        await interaction.edit_original_response(embed=card.embed, view=card.view)
    else:
        await interaction.response.edit_message(embed=card.embed, view=card.view)
    return interaction.message.id


async def say_privately(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Tell only the member, whatever was answered before; silently when the interaction is over."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)
    except discord.NotFound:
        return
