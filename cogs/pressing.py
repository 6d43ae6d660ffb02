"""The border of buttons and menus: whatever one raises ends here, as CommandTree.on_error is for commands."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import discord

from bot.discord_bot import answer_error


@asynccontextmanager
async def answering(interaction: discord.Interaction[Any]) -> AsyncGenerator[None]:
    """Answer what is raised inside with a sentence for the member."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - discord.py would log it and leave the member without an answer
        await answer_error(interaction, error)
