"""The one place where Discord's refusals and faults become ours."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.errors import ChannelGone, DeliveryError, DiscordUnavailable, FileTooLarge, NotAllowed

# Source of the codes: Discord's documentation, "Opcodes and Status Codes", read 2026-11.
REQUEST_TOO_LARGE, FILE_TOO_LARGE = 40005, 50045
INVALID_WEBHOOK_TOKEN, UNKNOWN_WEBHOOK = 50027, 10015
# An archived thread takes no edits, but a new message opens it again.
THREAD_ARCHIVED = 50083
# Not allowed in this channel, and everything Discord may find wrong with a voice message as such: what it does not
# take as a voice message it still takes as a file.
VOICE_MESSAGE_REFUSED = frozenset({50159, 50160, 50161, 50173, 50192})
# Answered with status 400, although they are about permissions.
PERMISSION_CODES = {160002: "read_message_history", 160005: "manage_threads"}
REQUEST_TIMEOUT_S = 60.0


@asynccontextmanager
async def discord_faults(channel_id: int, size_bytes: int = 0) -> AsyncGenerator[None]:
    """Run one request to Discord, bounded in time.

    Raises:
        ChannelGone: message or channel does not exist, or the interaction is over.
        NotAllowed: a permission is missing.
        FileTooLarge: the file is over this place's limit.
        DiscordUnavailable: connection fault, timeout, 5xx or rate limit after discord.py's own retries; or the bot's
            own token was replaced, which the next start may know better.
        discord.HTTPException: any other refusal, that is, a request that we built wrong.
    """
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT_S):
            yield
    except discord.HTTPException as error:
        fault = _translate(error, channel_id, size_bytes)
        if fault is None:
            raise
        raise fault from error
    except (aiohttp.ClientError, TimeoutError, OSError, discord.RateLimited) as error:
        # discord.py does not retry a connection that Linux reports as closed, and passes aiohttp's error on.
        raise DiscordUnavailable from error


def _translate(error: discord.HTTPException, channel_id: int, size_bytes: int) -> DeliveryError | None:
    if error.status == 413 or error.code in {REQUEST_TOO_LARGE, FILE_TOO_LARGE}:
        return FileTooLarge(size_bytes)
    if error.code in VOICE_MESSAGE_REFUSED:
        return NotAllowed(channel_id, "send_voice_messages")
    if error.status == 404 or error.code in {INVALID_WEBHOOK_TOKEN, UNKNOWN_WEBHOOK, THREAD_ARCHIVED}:
        return ChannelGone(channel_id)
    if error.status == 403 or error.code in PERMISSION_CODES:
        return NotAllowed(channel_id, PERMISSION_CODES.get(error.code, ""))
    if error.status >= 500 or error.status in {401, 429}:
        return DiscordUnavailable()
    return None
