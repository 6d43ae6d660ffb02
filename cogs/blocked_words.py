"""What a server's own AutoMod lets nobody write there, the bot does not say for them either."""

import asyncio

from bot.discord_bot import Interaction
from bot.errors import InvalidRequest
from bot.models import EffectRequest, Request, SpeechRequest, TranscriptRequest
from cogs.asking import channels_of, guild_of, roles_of
from cogs.rights import manages


async def refuse_blocked_words(interaction: Interaction, request: Request) -> None:
    """Refuse a text that AutoMod would not let this member post here. Managers may write anything, as in Discord.

    Raises:
        InvalidRequest: ``word_blocked``, with the first such word.
    """
    guild_id, text = guild_of(interaction), _written(request)
    if guild_id is None or not text or manages(interaction):
        return
    rules = await interaction.client.services.automod.rules(guild_id)
    ids = frozenset((*roles_of(interaction.user), *channels_of(interaction)))
    word = await asyncio.to_thread(rules.blocked, text, ids)
    if word:
        raise InvalidRequest("word_blocked", word)


def _written(request: Request) -> str:
    """What the member wrote of it."""
    match request:
        case SpeechRequest():
            return request.text
        case EffectRequest():
            return f"{request.prompt}\n{request.avoid}"
        case TranscriptRequest():
            return ""
