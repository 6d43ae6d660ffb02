"""Reading request bodies, JSON or multipart, with Discord's size limits.

Source: discord-api-docs reference.mdx "Uploading Files" and resources/message.mdx "Limitations" (25 MiB a
request, 10 attachments), read 2026-11-22.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.sandbox.errors import (
    BAD_MULTIPART,
    INVALID_JSON,
    REQUEST_TOO_LARGE,
    TOO_MANY_ATTACHMENTS,
    ApiError,
    Refusal,
)
from bot.sandbox.models import FileLimit
from bot.sandbox.wire import JsonObject, is_json_object, read_json

REQUEST_LIMIT_BYTES = 25 * 1024 * 1024
FILES_PER_MESSAGE = 10

JSON_LIMIT_BYTES = 4 * 1024 * 1024
_DRAIN_LIMIT_BYTES = 128 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_PARTS_LIMIT = 32
_NAME_LIMIT = 120
_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9._-]+")

BOT_FILE = re.compile(r"files\[([0-9])\]")
PAGE_FILE = re.compile(r"file([0-9])")

BODY_TEXT = web.RequestKey("body_text", bytes)
"""Where the JSON of a request is kept for the request log."""


@dataclass(frozen=True)
class UploadedFile:
    """One file of a request; ``filename`` is already safe to show and to put into a link."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Body:
    """What a request brought: its JSON and its files by number."""

    json: object = None
    files: dict[int, UploadedFile] = field(default_factory=dict[int, UploadedFile])

    def object(self) -> JsonObject:
        """Give the JSON as the object it has to be.

        Raises:
            ApiError: 50109 when it is something else.
        """
        if not is_json_object(self.json):
            raise ApiError(INVALID_JSON)
        return self.json


def safe_filename(name: str | None) -> str:
    """Reduce a file name from outside to letters, digits, dots, dashes and underscores, as Discord does."""
    last = re.split(r"[/\\]", name or "")[-1]
    cleaned = _UNSAFE_IN_NAME.sub("_", last).strip("._")
    stem, dot, ending = cleaned.rpartition(".")
    if dot:
        return f"{stem[: _NAME_LIMIT - 20]}.{ending[:16]}"
    return cleaned[:_NAME_LIMIT] or "unknown"


async def read_body(
    request: web.Request,
    *,
    file_limit_bytes: int,
    file_refusal: Refusal = REQUEST_TOO_LARGE,
    json_limit_bytes: int = JSON_LIMIT_BYTES,
    payload_name: str = "payload_json",
    file_name: re.Pattern[str] = BOT_FILE,
) -> Body:
    """Read a request's JSON and files; an empty body gives ``Body()``.

    Raises:
        ApiError: 40005 when anything is too large (``file_refusal`` when it is one file), 30015 for more than ten
            files, 50109 for broken JSON.
    """
    if (request.content_length or 0) > REQUEST_LIMIT_BYTES:
        await _drain(request)
        raise ApiError(REQUEST_TOO_LARGE)
    if not request.content_type.startswith("multipart/"):
        text = await _read_all(request.content.read, json_limit_bytes)
        request[BODY_TEXT] = text
        return Body(_decode(text) if text else None)
    limits = _Limits(file_limit_bytes, json_limit_bytes, file_refusal)
    try:
        return await _MultipartBody(request, limits, payload_name, file_name).read()
    except ApiError:
        await _drain(request)
        raise
    except (ValueError, AssertionError, RuntimeError, HttpProcessingError, web.RequestPayloadError) as error:
        # aiohttp reports a malformed multipart body with any of these.
        raise ApiError(BAD_MULTIPART) from error


async def read_message_body(request: web.Request, limit: FileLimit) -> Body:
    """Read a message of the bot with its files.

    Raises:
        ApiError: as ``read_body``; a file past ``limit`` is refused in the limit's own way.
    """
    return await read_body(request, file_limit_bytes=limit.size_bytes, file_refusal=limit.refusal)


@dataclass(frozen=True)
class _Limits:
    file_bytes: int
    json_bytes: int
    file_refusal: Refusal


class _MultipartBody:
    def __init__(self, request: web.Request, limits: _Limits, payload_name: str, file_name: re.Pattern[str]) -> None:
        self._request = request
        self._limits = limits
        self._payload_name = payload_name
        self._file_name = file_name
        self._left = REQUEST_LIMIT_BYTES
        self._json: object = None
        self._files: dict[int, UploadedFile] = {}

    async def read(self) -> Body:
        reader = await self._request.multipart()
        for _ in range(_PARTS_LIMIT):
            part = await reader.next()
            if part is None:
                return Body(self._json, self._files)
            if isinstance(part, MultipartReader):
                raise ApiError(BAD_MULTIPART)
            await self._take(part)
        raise ApiError(TOO_MANY_ATTACHMENTS)

    async def _take(self, part: BodyPartReader) -> None:
        name = part.name or ""
        if name == self._payload_name:
            text = await self._content(part, self._limits.json_bytes)
            self._request[BODY_TEXT] = text
            self._json = _decode(text)
        elif (numbered := self._file_name.fullmatch(name)) is not None:
            content = await self._content(part, self._limits.file_bytes, self._limits.file_refusal)
            kind = part.headers.get("Content-Type", "application/octet-stream")
            self._files[int(numbered[1])] = UploadedFile(safe_filename(part.filename), kind, content)
        elif name.startswith(("files[", "file")):
            raise ApiError(TOO_MANY_ATTACHMENTS)
        else:
            await self._content(part, self._limits.json_bytes)

    async def _content(self, part: BodyPartReader, limit_bytes: int, refusal: Refusal = REQUEST_TOO_LARGE) -> bytes:
        if limit_bytes > self._left:
            limit_bytes, refusal = self._left, REQUEST_TOO_LARGE
        content = await _read_all(part.read_chunk, limit_bytes, refusal)
        self._left -= len(content)
        return content


async def _read_all(
    read: Callable[[int], Awaitable[bytes]], limit_bytes: int, refusal: Refusal = REQUEST_TOO_LARGE
) -> bytes:
    chunks: list[bytes] = []
    left = limit_bytes
    while chunk := await read(_CHUNK_BYTES):
        left -= len(chunk)
        if left < 0:
            raise ApiError(refusal)
        chunks.append(chunk)
    return b"".join(chunks)


def _decode(text: bytes) -> object:
    try:
        return read_json(text)
    except ValueError as error:
        raise ApiError(INVALID_JSON) from error


async def _drain(request: web.Request) -> None:
    """Read on without keeping anything, so that the sender gets to see the answer; bounded."""
    left = _DRAIN_LIMIT_BYTES
    while left > 0 and (chunk := await request.content.read(_CHUNK_BYTES)):
        left -= len(chunk)
