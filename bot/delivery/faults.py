"""The one place where Discord's refusals and faults become ours."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.errors import ChannelGone, DiscordUnavailable, FileTooLarge, NotAllowed

# Source of the codes: Discord's documentation, "Opcodes and Status Codes", read 2026-11.
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
VOICE_MESSAGE_NOT_ALLOWED_HERE = 50173
REQUEST_TOO_LARGE, FILE_TOO_LARGE = 40005, 50045
INVALID_WEBHOOK_TOKEN, UNKNOWN_WEBHOOK = 50027, 10015
REQUEST_TIMEOUT_S = 60.0


@asynccontextmanager
async def discord_faults(channel_id: int, size_bytes: int = 0) -> AsyncGenerator[None]:
    """Run one request to Discord, bounded in time.

    Raises:
        ChannelGone: message or channel does not exist, or the interaction is over.
        NotAllowed: a permission is missing.
        FileTooLarge: the file is over this place's limit.
        DiscordUnavailable: connection fault, timeout, 5xx or rate limit after discord.py's own retries.
    """
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT_S):
            yield
    except discord.HTTPException as error:
        raise _translate(error, channel_id, size_bytes) from error
    except (aiohttp.ClientError, TimeoutError, OSError, discord.RateLimited) as error:
        # discord.py does not retry a connection that Linux reports as closed, and passes aiohttp's error on.
        raise DiscordUnavailable from error


def _translate(error: discord.HTTPException, channel_id: int, size_bytes: int) -> Exception:
    if error.status == 413 or error.code in {REQUEST_TOO_LARGE, FILE_TOO_LARGE}:
        return FileTooLarge(size_bytes)
    if error.code == VOICE_MESSAGE_NOT_ALLOWED_HERE:
        return NotAllowed(channel_id, "send_voice_messages")
    if error.status == 404 or error.code in {INVALID_WEBHOOK_TOKEN, UNKNOWN_WEBHOOK}:
        return ChannelGone(channel_id)
    if error.status in {401, 403}:
        return NotAllowed(channel_id)
    if error.status >= 500 or error.status == 429:
        return DiscordUnavailable()
    # Any other 4xx is a request that we built wrong: a bug, to be seen as one.
    return error
