"""The one place where Discord's refusals and faults become ours."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.errors import ChannelGone, DeliveryError, DiscordUnavailable, FileTooLarge, NotAllowed

log = logging.getLogger(__name__)

# Source of the codes: Discord's documentation, "Opcodes and Status Codes", read 2026-11.
REQUEST_TOO_LARGE, FILE_TOO_LARGE = 40005, 50045
INVALID_WEBHOOK_TOKEN, UNKNOWN_WEBHOOK = 50027, 10015
UNKNOWN_MESSAGE = 10008
# An archived thread takes no edits, but a new message opens it again. Nor does a message older than an hour that was
# edited too often (30046).
TAKES_NO_EDITS = frozenset({50083, 30046})
# Not allowed in this channel, and everything Discord may find wrong with a voice message as such: what it does not
# take as a voice message it still takes as a file.
VOICE_MESSAGE_REFUSED = frozenset({50159, 50160, 50161, 50173, 50192})
# Answered with status 400, although they are about permissions.
PERMISSION_CODES = {160002: "read_message_history", 160005: "manage_threads"}
# A member who takes no direct messages, or shares no server with the bot.
NO_DIRECT_MESSAGES = frozenset({50007, 50278})
# Too many direct messages were opened of late, or too much was written in this channel or server.
TOO_FAST = frozenset({40003, 20016, 20022, 20028, 20029})
# discord.py waits up to five times for half a minute (``max_ratelimit_timeout`` of the bot) within one request.
REQUEST_TIMEOUT_S = 200.0
RETRY_AFTER_S = 5.0
LONGEST_RETRY_AFTER_S = 3600.0


class MessageGone(ChannelGone):
    """The message does not exist any more; its channel may. As the answer to a nonce: it was posted, then deleted."""


@asynccontextmanager
async def discord_faults(channel_id: int, size_bytes: int = 0) -> AsyncGenerator[None]:
    """Run one request to Discord, bounded in time.

    Raises:
        ChannelGone: message (then it is a ``MessageGone``) or channel does not exist, or the interaction is over.
        NotAllowed: a permission is missing, or the member takes no direct messages.
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
    except discord.RateLimited as error:
        raise DiscordUnavailable(_bounded(error.retry_after)) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        # discord.py does not retry a connection that Linux reports as closed, and passes aiohttp's error on.
        raise DiscordUnavailable from error


def _translate(error: discord.HTTPException, channel_id: int, size_bytes: int) -> DeliveryError | None:
    if error.status == 413 or error.code in {REQUEST_TOO_LARGE, FILE_TOO_LARGE}:
        return FileTooLarge(size_bytes)
    if error.code in TAKES_NO_EDITS:
        return ChannelGone(channel_id)
    if error.status >= 500 or error.status == 429 or error.code in TOO_FAST:
        return DiscordUnavailable(_retry_after_s(error))
    return _not_here(error, channel_id)


def _not_here(error: discord.HTTPException, channel_id: int) -> DeliveryError | None:
    """What a refusal says about the place; None where it says that the request was wrong."""
    if error.code in VOICE_MESSAGE_REFUSED:
        return NotAllowed(channel_id, "send_voice_messages")
    if error.code == UNKNOWN_MESSAGE:
        return MessageGone(channel_id)
    if error.status == 404 or error.code in {INVALID_WEBHOOK_TOKEN, UNKNOWN_WEBHOOK}:
        return ChannelGone(channel_id)
    if error.status == 401:
        return DiscordUnavailable()
    if error.status == 403 or error.code in PERMISSION_CODES.keys() | NO_DIRECT_MESSAGES:
        return NotAllowed(channel_id, PERMISSION_CODES.get(error.code, ""))
    return None


def _retry_after_s(error: discord.HTTPException) -> float:
    """What Discord, or Cloudflare before it, asks for; it may be nonsense."""
    try:
        asked_s = float(error.response.headers.get("Retry-After", RETRY_AFTER_S))
    except ValueError:
        return RETRY_AFTER_S
    return _bounded(asked_s)


def _bounded(seconds: float) -> float:
    # Written so that "not a number" ends up at the usual pause, too.
    return min(seconds, LONGEST_RETRY_AFTER_S) if seconds >= RETRY_AFTER_S else RETRY_AFTER_S


# What one place answers although another may take the same.
REFUSED = (ChannelGone, NotAllowed, discord.HTTPException)


def as_refusal(error: ChannelGone | NotAllowed | discord.HTTPException, channel_id: int) -> DeliveryError:
    """What a place's answer is told as. One that nobody foresaw is logged as the bug that it is; the result is kept."""
    if isinstance(error, discord.HTTPException):
        log.error("Discord did not understand a request", exc_info=error)
        return NotAllowed(channel_id)
    return error
