"""A server's soundboard: its sounds over REST, their files in the CDN, and the events about them.

Source: discord-api-docs resources/soundboard.mdx and events/gateway-events.mdx, commit c98d64bc, read 2026-11-22. How
many sounds a server without boosts has room for is not documented there; eight are what servers are seen to have.
How long a sound is, 50124 tells by its frames or pages, without decoding it.
"""

import base64
import binascii
import re

from aiohttp import web

from bot.sandbox.announcer import Announcer
from bot.sandbox.errors import (
    MISSING_PERMISSIONS,
    SOUND_TOO_LONG,
    TOO_MANY_SOUNDS,
    UNKNOWN_EMOJI,
    UNKNOWN_SOUND,
    ApiError,
    FieldErrors,
    wrong_field,
)
from bot.sandbox.forms import Form
from bot.sandbox.models import Guild, SoundboardSound
from bot.sandbox.payloads import sound_json
from bot.sandbox.permissions import allows
from bot.sandbox.sound_lengths import sound_length_s
from bot.sandbox.uploads import read_body
from bot.sandbox.wire import JsonObject, json_answer
from bot.sandbox.world import World

SOUNDS_LIMIT = 8
LIMIT_BYTES = 512_000
LIMIT_S = 5.2

_DATA_URI = re.compile(r"data:(?P<type>audio/(?:mpeg|mp3|ogg));base64,(?P<content>[A-Za-z0-9+/=]*)")
_SOUND_TEXT_LIMIT = 4 * 1024 * 1024
_NAME, _EMOJI = 32, 32


class SoundboardRoutes:
    """Serves the soundboards."""

    def __init__(self, world: World, announcer: Announcer) -> None:
        self._world = world
        self._announcer = announcer

    def routes(self) -> list[web.RouteDef]:
        """List the routes of the API."""
        sounds = "/guilds/{guild_id}/soundboard-sounds"
        return [
            web.get(sounds, self._list),
            web.post(sounds, self._create),
            web.get(f"{sounds}/{{sound_id}}", self._show),
            web.delete(f"{sounds}/{{sound_id}}", self._delete),
        ]

    def files(self) -> list[web.RouteDef]:
        """List the routes of the CDN."""
        return [web.get("/soundboard-sounds/{sound_id}", self._serve_file)]

    async def _list(self, request: web.Request) -> web.Response:
        guild = self._world.guild(request.match_info["guild_id"])
        return json_answer({"items": [self._json(guild, sound) for sound in guild.sounds.values()]})

    async def _show(self, request: web.Request) -> web.Response:
        guild = self._world.guild(request.match_info["guild_id"])
        return json_answer(self._json(guild, _find(guild, request)))

    async def _create(self, request: web.Request) -> web.Response:
        guild = self._world.guild(request.match_info["guild_id"])
        form = Form((await read_body(request, file_limit_bytes=0)).object(), FieldErrors())
        if not self._bot_may(guild, "create_guild_expressions"):
            raise ApiError(MISSING_PERMISSIONS)
        sound = self._read(form)
        if len(guild.sounds) >= SOUNDS_LIMIT:
            raise ApiError(TOO_MANY_SOUNDS)
        guild.sounds[sound.id] = sound
        self._announcer.sound_created(guild, sound)
        return json_answer(self._json(guild, sound), status=201)

    async def _delete(self, request: web.Request) -> web.Response:
        guild = self._world.guild(request.match_info["guild_id"])
        sound = _find(guild, request)
        is_own = sound.user_id == self._world.bot_id and self._bot_may(guild, "create_guild_expressions")
        if not is_own and not self._bot_may(guild, "manage_guild_expressions"):
            raise ApiError(MISSING_PERMISSIONS)
        del guild.sounds[sound.id]
        self._announcer.sound_deleted(guild, sound)
        return web.Response(status=204)

    async def _serve_file(self, request: web.Request) -> web.Response:
        for guild in self._world.guilds.values():
            sound = guild.sounds.get(request.match_info["sound_id"])
            if sound is not None:
                headers = {
                    "X-Content-Type-Options": "nosniff",
                    "Content-Security-Policy": "default-src 'none'; sandbox",
                }
                return web.Response(body=sound.content, content_type=sound.content_type, headers=headers)
        return web.Response(status=404)

    def _read(self, form: Form) -> SoundboardSound:
        name = form.needed_text("name", least=2, most=_NAME)
        volume = form.number("volume", least=0, most=1)
        emoji_id, emoji_name = form.snowflake("emoji_id"), form.text("emoji_name", least=1, most=_EMOJI)
        content_type, content = _read_sound(form)
        form.errors.refuse_if_any()
        if emoji_id is not None:
            # No server of the sandbox has emoji of its own.
            raise ApiError(UNKNOWN_EMOJI)
        if emoji_name is not None and emoji_name.isascii():
            raise wrong_field(("emoji_name",), "BASE_TYPE_CHOICES", "Not a valid emoji")
        if (sound_length_s(content) or 0.0) > LIMIT_S:
            raise ApiError(SOUND_TOO_LONG)
        loudness = 1.0 if volume is None else volume
        sound_id = self._world.ids.make()
        return SoundboardSound(sound_id, name, loudness, emoji_name, self._world.bot_id, content_type, content)

    def _bot_may(self, guild: Guild, permission: str) -> bool:
        granted = self._world.guild_permissions_of(self._world.bot_id, guild)
        return allows(granted, permission)

    def _json(self, guild: Guild, sound: SoundboardSound) -> JsonObject:
        knows_who = self._bot_may(guild, "create_guild_expressions") or self._bot_may(guild, "manage_guild_expressions")
        return sound_json(self._world, guild, sound, with_user=knows_who)


def _find(guild: Guild, request: web.Request) -> SoundboardSound:
    sound = guild.sounds.get(request.match_info["sound_id"])
    if sound is None:
        raise ApiError(UNKNOWN_SOUND)
    return sound


def _read_sound(form: Form) -> tuple[str, bytes]:
    """The file inside the data URI: MP3 or Ogg by its first bytes, and small enough."""
    text = form.needed_text("sound", most=_SOUND_TEXT_LIMIT)
    match = _DATA_URI.fullmatch(text)
    content = _decoded(match["content"]) if match else None
    if text and content is None:
        form.refuse("sound", "AUDIO_TYPE_INVALID", "Invalid audio data.")
    if content is None:
        return "", b""
    if len(content) > LIMIT_BYTES:
        form.refuse("sound", "BINARY_TYPE_MAX_SIZE", "File cannot be larger than 512.0 kb.")
    return ("audio/ogg" if content.startswith(b"OggS") else "audio/mpeg"), content


def _decoded(text: str) -> bytes | None:
    """The bytes, if they begin as MP3 (with or without a tag) or Ogg does."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    is_mp3 = content.startswith(b"ID3") or (content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE0 == 0xE0)
    return content if is_mp3 or content.startswith(b"OggS") else None
