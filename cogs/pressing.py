"""The border of buttons, menus and modals: they answer in their language, and whatever one raises ends here.

For commands CommandTree.interaction_check and on_error do the same.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import discord

from bot.discord_bot import answer_error, language_for
from bot.replies.language import speaking


@asynccontextmanager
async def answering(interaction: discord.Interaction[Any]) -> AsyncGenerator[None]:
    """Speak the member's language inside, and answer what is raised there with a sentence for them."""
    with speaking(await language_for(interaction)):
        try:
            yield
        except Exception as error:  # noqa: BLE001 - discord.py would log it and leave the member without an answer
            await answer_error(interaction, error)
