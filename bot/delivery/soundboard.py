"""A guild's soundboard: looked at, added to, and one sound put in the place of another.

discord.py 2.7.1 takes only MP3 for a new sound, while an old one that has to be put back may be Ogg, and it keeps no
list of sounds without an intent of its own. So the requests go through its HTTP client.
"""

import asyncio
import base64
import logging
from asyncio import to_thread
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn, cast

import aiohttp
import discord

from bot.audio.soundboard import MOST_BYTES, SoundboardClip, make_soundboard_clip
from bot.errors import InvalidRequest, SoundboardFull, SoundLost, UserError
from bot.models import Job

log = logging.getLogger(__name__)

REQUEST_TIMEOUT_S = 60.0
# Half a minute of sound in stereo, not even compressed, is 6 MB.
LARGEST_RESULT_BYTES = 25 * 1024 * 1024
# Source of the codes: Discord's documentation, "Opcodes and Status Codes", read 2026-11.
FULL, TOO_LONG, UNKNOWN_EMOJI, INVALID_FORM = 30045, 50124, 10014, 50035
TOO_LARGE = frozenset({40005, 50045, 50138})
# How it is told that a sound could not be removed where it may be gone all the same.
_MAY_BE_DONE = frozenset({"soundboard_sound_gone", "soundboard_unavailable"})


@dataclass(frozen=True, slots=True)
class BoardSound:
    """A sound of a soundboard. Its name and emoji are text from outside."""

    id: int
    name: str
    volume: float
    emoji_id: int | None = None
    emoji_name: str | None = None
    user_id: int | None = None
    """Who added it; None where Discord does not say so."""


@dataclass(frozen=True, slots=True)
class NewSound:
    """A sound to be added: MP3 or Ogg, 2 to 32 characters of name, an emoji of Unicode or of the guild, or none."""

    content: bytes
    name: str
    emoji_id: int | None = None
    emoji_name: str | None = None
    volume: float = 1.0


class Swaps:
    """In which guilds a sound is being put in the place of another: one at a time, as each choice removes a sound.

    In memory only, and for as long as a swap runs: all presses of a guild come to the same process.
    """

    def __init__(self) -> None:
        self._guild_ids: set[int] = set()

    @contextmanager
    def alone(self, guild_id: int) -> Generator[None]:
        """Keep others away from a guild inside.

        Raises:
            InvalidRequest: ``soundboard_busy``: one is running there.
        """
        if guild_id in self._guild_ids:
            raise InvalidRequest("soundboard_busy")
        self._guild_ids.add(guild_id)
        try:
            yield
        finally:
            self._guild_ids.remove(guild_id)


class Soundboard:
    """The soundboards of the guilds that the bot is in. Who may do what is for the callers to look up."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def sounds(self, guild_id: int) -> list[BoardSound]:
        """All sounds of the guild.

        Raises:
            InvalidRequest: ``soundboard_…``: Discord does not say.
        """
        async with _refusals():
            answer = await self._client.http.get_soundboard_sounds(guild_id)
        return [_read(cast("Mapping[str, Any]", item)) for item in answer["items"]]

    async def add(self, guild_id: int, sound: NewSound, *, reason: str) -> None:
        """Add a sound; ``reason`` stands in the guild's audit log.

        Raises:
            SoundboardFull: another one has to go first.
            InvalidRequest: ``soundboard_…``: Discord does not take it.
        """
        kind = "audio/ogg" if sound.content.startswith(b"OggS") else "audio/mpeg"
        encoded = base64.b64encode(sound.content).decode()
        async with _refusals():
            await self._client.http.create_soundboard_sound(
                guild_id,
                reason=reason,
                name=sound.name,
                sound=f"data:{kind};base64,{encoded}",
                volume=sound.volume,
                emoji_id=sound.emoji_id,
                emoji_name=sound.emoji_name,
            )

    async def replace(self, guild_id: int, old_id: int, new: NewSound, *, reason: str) -> BoardSound:
        """Put a sound in the place of another, and return what that was; if it fails the old one is put back.

        Raises:
            InvalidRequest: ``soundboard_put_back``: the old one is there again, as a new sound; any other reason:
                nothing was changed.
            SoundLost: the old one is gone, or nobody can tell, and could not be put back.
        """
        sounds = await self.sounds(guild_id)
        old = next((one for one in sounds if one.id == old_id), None)
        if old is None:
            raise InvalidRequest("soundboard_sound_gone")
        saved = NewSound(await self._content_of(old), old.name, old.emoji_id, old.emoji_name, old.volume)
        await self._remove(guild_id, old, saved, reason=reason)
        known = frozenset(one.id for one in sounds)
        if await self._add_either(guild_id, new, saved, known=known, reason=reason) is saved:
            raise InvalidRequest("soundboard_put_back")
        return old

    async def _remove(self, guild_id: int, old: BoardSound, saved: NewSound, *, reason: str) -> None:
        """Remove a sound; whether it is gone tells the soundboard, where the answer does not.

        An answer can be lost on its way. Then discord.py asks once more, and hears that there is no such sound.
        """
        try:
            async with _refusals():
                await self._client.http.delete_soundboard_sound(guild_id, old.id, reason=reason)
        except InvalidRequest as error:
            if error.reason not in _MAY_BE_DONE:
                raise
            sounds = await self._sounds_if_told(guild_id)
            if sounds is None:
                await self._put_back_unseen(guild_id, saved, reason)
            elif any(one.id == old.id for one in sounds):
                raise

    async def _put_back_unseen(self, guild_id: int, saved: NewSound, reason: str) -> NoReturn:
        """Put a sound back of which nobody can tell whether it is gone."""
        try:
            await self.add(guild_id, saved, reason=reason)
        except SoundboardFull as error:
            # Full as before: it is still there.
            raise InvalidRequest("soundboard_unavailable") from error
        except UserError as error:
            raise _lost(guild_id, saved) from error
        raise InvalidRequest("soundboard_put_back")

    async def _add_either(
        self, guild_id: int, new: NewSound, saved: NewSound, *, known: frozenset[int], reason: str
    ) -> NewSound:
        """Add the new sound or else the saved one, and return which of them is there; ``known``: what was before.

        Where adding fails, the soundboard tells what came of it: as with ``_remove``, the answer may be lost.
        """
        for sound, other in ((new, saved), (saved, new)):
            try:
                await self.add(guild_id, sound, reason=reason)
            except UserError as error:
                log.warning("A sound could not be put in the place of another: guild_id=%s reason=%r", guild_id, error)
            else:
                return sound
            names = {one.name for one in await self._sounds_if_told(guild_id) or () if one.id not in known}
            arrived = next((one for one in (sound, other) if one.name in names), None)
            if arrived is not None:
                return arrived
        raise _lost(guild_id, saved)

    async def _sounds_if_told(self, guild_id: int) -> list[BoardSound] | None:
        """All sounds of the guild; None where Discord does not say."""
        try:
            return await self.sounds(guild_id)
        except InvalidRequest as error:
            log.warning("What a soundboard holds is not told: guild_id=%s reason=%s", guild_id, error.reason)
            return None

    async def _content_of(self, sound: BoardSound) -> bytes:
        url = f"{discord.Asset.BASE}/soundboard-sounds/{sound.id}"
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                content = await self._client.http.get_from_cdn(url)
        except (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise InvalidRequest("soundboard_old_unsaved") from error
        if not 0 < len(content) <= MOST_BYTES:
            raise InvalidRequest("soundboard_old_unsaved")
        return content

    async def load_take(self, job: Job, number: int, shown: discord.Message | None) -> SoundboardClip:
        """A take of a job's result, from 1, as the soundboard takes it.

        It comes from the message that members see: ``shown``, where that is the one, else it is read again.

        Raises:
            InvalidRequest: ``soundboard_source_gone``, ``soundboard_source_hidden`` or ``soundboard_unavailable``.
            AudioUnreadable: the file is no sound.
        """
        is_shown = shown is not None and shown.id == job.result_message_id and bool(shown.attachments)
        message = shown if shown is not None and is_shown else await self._result_message(job)
        files = [one for one in message.attachments if (one.content_type or "").startswith("audio/")]
        if not 1 <= number <= len(files):
            raise InvalidRequest("soundboard_source_gone")
        file = files[number - 1]
        if file.size > LARGEST_RESULT_BYTES:
            raise InvalidRequest("soundboard_too_large")
        async with _source_refusals():
            content = await file.read()
        return await to_thread(_made_of, content)

    async def _result_message(self, job: Job) -> discord.Message:
        if job.result_channel_id is None or job.result_message_id is None:
            raise InvalidRequest("soundboard_source_gone")
        channel = self._client.get_partial_messageable(job.result_channel_id)
        async with _source_refusals():
            return await channel.fetch_message(job.result_message_id)


def _lost(guild_id: int, saved: NewSound) -> SoundLost:
    log.error("A sound could not be put back: guild_id=%s", guild_id)
    return SoundLost("soundboard_lost", saved.name, saved.content)


def _made_of(content: bytes) -> SoundboardClip:
    with TemporaryDirectory(prefix="soundbooth-") as folder:
        source = Path(folder) / "result"
        source.write_bytes(content)
        return make_soundboard_clip(source, source.with_name("clip.mp3"))


def _read(item: Mapping[str, Any]) -> BoardSound:
    emoji_id, user = item.get("emoji_id"), item.get("user")
    user_id = user["id"] if user else item.get("user_id")
    return BoardSound(
        int(item["sound_id"]),
        str(item["name"]),
        float(item["volume"]),
        None if emoji_id is None else int(emoji_id),
        item.get("emoji_name"),
        None if user_id is None else int(user_id),
    )


@asynccontextmanager
async def _refusals() -> AsyncGenerator[None]:
    """Run one request about a soundboard, bounded in time; what Discord refuses becomes a sentence for the member."""
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT_S):
            yield
    except discord.HTTPException as error:
        raise _refusal(error) from error
    except (discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise InvalidRequest("soundboard_unavailable") from error


def _refusal(error: discord.HTTPException) -> UserError:
    if error.code == FULL:
        return SoundboardFull()
    if error.code == TOO_LONG:
        return InvalidRequest("soundboard_too_long")
    if error.status == 413 or error.code in TOO_LARGE:
        return InvalidRequest("soundboard_too_large")
    # discord.py tells the fields that Discord finds wrong in words: "In emoji_name: …".
    if error.code == UNKNOWN_EMOJI or (error.code == INVALID_FORM and "emoji" in error.text):
        return InvalidRequest("soundboard_emoji")
    if error.code == INVALID_FORM and "In name" in error.text:
        return InvalidRequest("soundboard_name")
    return _refusal_by_status(error)


def _refusal_by_status(error: discord.HTTPException) -> UserError:
    match error.status:
        case 403:
            return InvalidRequest("soundboard_bot_may_not")
        case 404:
            return InvalidRequest("soundboard_sound_gone")
        case status if status >= 500 or status == 429:
            return InvalidRequest("soundboard_unavailable")
        case _:
            log.error("Discord did not understand a request about the soundboard", exc_info=error)
            return InvalidRequest("soundboard_refused")


@asynccontextmanager
async def _source_refusals() -> AsyncGenerator[None]:
    """Read a message or its file, bounded in time."""
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT_S):
            yield
    except discord.NotFound as error:
        raise InvalidRequest("soundboard_source_gone") from error
    except discord.Forbidden as error:
        raise InvalidRequest("soundboard_source_hidden") from error
    except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise InvalidRequest("soundboard_unavailable") from error
