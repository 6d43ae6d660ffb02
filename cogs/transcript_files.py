"""The transcript that hangs in a message of the bot's own: nothing else is kept of it."""

import asyncio
import io
from dataclasses import dataclass
from pathlib import PurePosixPath

import aiohttp
import discord

from bot.discord_limits import ALT_TEXT_CHARACTERS
from bot.errors import InvalidRequest
from bot.transcripts import Transcript, TranscriptForm, TranscriptUnreadable, read_transcript, write_transcript
from bot.transcripts.model import MAX_BYTES

READ_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Named:
    """How the files of a transcript are called."""

    stem: str
    """Without the ending."""
    title: str
    """What it is a transcript of, in words: the alt text of the file that it was first posted as."""


async def transcript_in(message: discord.Message | None) -> tuple[Transcript, Named]:
    """The transcript of a message, and how its files are called.

    Raises:
        InvalidRequest: ``transcript_gone``; ``transcript_not_fetched``: Discord did not give it now.
    """
    attachment = _file_in(message, TranscriptForm.JSON)
    data = await _fetched(attachment)
    try:
        transcript = await asyncio.to_thread(read_transcript, data, TranscriptForm.JSON)
    except TranscriptUnreadable as error:
        raise InvalidRequest("transcript_gone") from error
    stem = PurePosixPath(attachment.filename).stem
    return transcript, Named(stem, attachment.description or stem)


async def text_in(message: discord.Message | None) -> str:
    """The text that the pages of a message are of. Raises as ``transcript_in``."""
    return (await _fetched(_file_in(message, TranscriptForm.TXT))).decode("utf-8", "replace")


async def written_file(transcript: Transcript, form: TranscriptForm, name: Named) -> discord.File:
    """The transcript in one of its forms, to be posted."""
    return text_file(await asyncio.to_thread(write_transcript, transcript, form), form, name)


def text_file(text: str, form: TranscriptForm, name: Named) -> discord.File:
    """A text as a file to be posted."""
    data, alt_text = io.BytesIO(text.encode("utf-8", "replace")), name.title[:ALT_TEXT_CHARACTERS]
    return discord.File(data, f"{name.stem}.{form}", description=alt_text)


def _file_in(message: discord.Message | None, form: TranscriptForm) -> discord.Attachment:
    for attachment in message.attachments if message is not None else ():
        if attachment.filename.endswith(f".{form}") and attachment.size <= MAX_BYTES:
            return attachment
    raise InvalidRequest("transcript_gone")


async def _fetched(attachment: discord.Attachment) -> bytes:
    try:
        async with asyncio.timeout(READ_WITHIN_S):
            return await attachment.read()
    except (discord.NotFound, discord.Forbidden) as error:
        raise InvalidRequest("transcript_gone") from error
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError) as error:
        raise InvalidRequest("transcript_not_fetched") from error
