"""The CDN: files in memory behind signed links that expire after a day, like ``cdn.discordapp.com``.

Source: discord-api-docs reference.mdx, "Signed Attachment CDN URLs"; the day is Discord's announcement of
2024-04-19. Links are signed anew each time a message is sent or fetched, so a stored one goes stale here too.
"""

import hashlib
import hmac
import re
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.models import Attachment

LINK_LIFE_S = 86_400
TOTAL_BYTES = 256 * 1024 * 1024
"""All files together; the oldest go first."""

_GONE = "This content is no longer available."
_INLINE = ("audio/", "image/", "video/")
_HEX = re.compile(r"[0-9a-f]{1,16}")
_AVATAR_SIZE = 64
_AVATAR_COLORS = ((88, 101, 242), (117, 126, 138), (59, 165, 92), (250, 166, 26), (237, 66, 69), (235, 69, 158))

_TYPES = {
    "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg", "mp3": "audio/mpeg", "wav": "audio/wav",
    "flac": "audio/flac", "m4a": "audio/mp4", "aac": "audio/aac", "mp4": "video/mp4", "webm": "video/webm",
    "mov": "video/quicktime", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
    "gif": "image/gif", "webp": "image/webp", "txt": "text/plain; charset=utf-8",
    "srt": "application/x-subrip", "vtt": "text/vtt; charset=utf-8", "json": "application/json; charset=utf-8",
    "pdf": "application/pdf", "zip": "application/zip",
}  # fmt: skip


def content_type_of(filename: str, declared: str) -> str:
    """Choose a file's type by its name as Discord does, else by what the sender says, if that is harmless."""
    by_name = _TYPES.get(filename.rpartition(".")[2].lower())
    if by_name is not None:
        return by_name
    return declared if declared in _TYPES.values() else "application/octet-stream"


class Cdn:
    """Keeps the bytes of attachments and serves them to whoever holds a valid link."""

    def __init__(self, *, key: bytes, clock: Callable[[], float]) -> None:
        self._key = key
        self._clock = clock
        self._files: OrderedDict[str, tuple[Attachment, bytes]] = OrderedDict()
        self._total_bytes = 0
        self.base_url = ""

    def routes(self) -> list[web.RouteDef]:
        """List the CDN's routes."""
        return [
            web.get("/attachments/{channel_id}/{attachment_id}/{filename}", self._serve),
            web.get("/embed/avatars/{number}.png", self._serve_avatar),
        ]

    def keep(self, attachment: Attachment, content: bytes) -> None:
        """Store a file, letting go of the oldest ones when memory for all of them is used up."""
        self._files[attachment.id] = (attachment, content)
        self._total_bytes += len(content)
        while self._total_bytes > TOTAL_BYTES:
            self.forget(next(iter(self._files)))

    def forget(self, attachment_id: str) -> None:
        """Drop a file; unknown ids are fine."""
        kept = self._files.pop(attachment_id, None)
        if kept is not None:
            self._total_bytes -= len(kept[1])

    def kept_ids(self) -> list[str]:
        """List the attachments whose bytes are at hand, oldest first."""
        return list(self._files)

    def link(self, attachment: Attachment) -> str:
        """Sign a link that works for a day from now."""
        issued = int(self._clock())
        expires = issued + LINK_LIFE_S
        path = _path_of(attachment)
        query = f"ex={expires:x}&is={issued:x}&hm={self._sign(attachment, f'{expires:x}', f'{issued:x}')}"
        return f"{self.base_url}{quote(path)}?{query}&"

    def _sign(self, attachment: Attachment, expires: str, issued: str) -> str:
        text = f"{_path_of(attachment)}|{expires}|{issued}"
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()

    def _find(self, request: web.Request) -> tuple[Attachment, bytes] | None:
        """Look the file up by id alone; the name in the link only has to fit, it never becomes a path."""
        kept = self._files.get(request.match_info["attachment_id"])
        if kept is None:
            return None
        expires, issued = request.query.get("ex", ""), request.query.get("is", "")
        if not (_HEX.fullmatch(expires) and _HEX.fullmatch(issued)) or request.path != _path_of(kept[0]):
            return None
        given = request.query.get("hm", "").encode()
        is_genuine = hmac.compare_digest(given, self._sign(kept[0], expires, issued).encode())
        return kept if is_genuine and self._clock() < int(expires, 16) else None

    async def _serve(self, request: web.Request) -> web.Response:
        kept = self._find(request)
        if kept is None:
            return web.Response(status=404, text=_GONE)
        attachment, content = kept
        is_inline = attachment.content_type.startswith(_INLINE)
        headers = {
            "Content-Type": attachment.content_type,
            "Content-Disposition": f'{"inline" if is_inline else "attachment"}; filename="{attachment.filename}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; media-src 'self'; img-src 'self'; sandbox",
            "Accept-Ranges": "bytes",
            "Cache-Control": "private, max-age=3600",
        }
        if "Range" not in request.headers:
            return web.Response(body=content, headers=headers)
        return _partial(request, content, headers)

    async def _serve_avatar(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        if not number.isascii() or not number.isdigit():
            return web.Response(status=404, text=_GONE)
        color = _AVATAR_COLORS[int(number[-1]) % len(_AVATAR_COLORS)]
        return web.Response(body=_plain_png(color), content_type="image/png")


def _path_of(attachment: Attachment) -> str:
    return f"/attachments/{attachment.channel_id}/{attachment.id}/{attachment.filename}"


def _partial(request: web.Request, content: bytes, headers: dict[str, str]) -> web.Response:
    """Answer a Range request, which is how an audio element seeks (RFC 9110, section 14)."""
    try:
        wanted = request.http_range
    except ValueError:
        # Several ranges or nonsense: a server may ignore the header.
        return web.Response(body=content, headers=headers)
    size = len(content)
    start, stop, _ = slice(wanted.start, wanted.stop).indices(size)
    if start >= stop:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return web.Response(status=206, body=content[start:stop], headers=headers)


def _plain_png(color: tuple[int, int, int]) -> bytes:
    """Draw a square of one colour: the default avatar."""
    row = b"\x00" + bytes(color) * _AVATAR_SIZE
    header = struct.pack(">IIBBBBB", _AVATAR_SIZE, _AVATAR_SIZE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(row * _AVATAR_SIZE)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
