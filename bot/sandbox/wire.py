"""JSON as it travels between the sandbox, the bot and the page."""

import json
from datetime import UTC, datetime
from typing import NoReturn, TypeAlias, TypeGuard

from aiohttp import web

JsonObject: TypeAlias = dict[str, object]
"""A JSON object: what came from outside is ``object`` until somebody has looked at it."""


def is_json_object(value: object) -> TypeGuard[JsonObject]:
    """Say whether ``value`` is a decoded JSON object (its keys are always strings)."""
    return isinstance(value, dict)


def is_json_list(value: object) -> TypeGuard[list[object]]:
    """Say whether ``value`` is a decoded JSON array."""
    return isinstance(value, list)


def objects_in(value: object) -> list[JsonObject]:
    """List the objects of a decoded JSON array; whatever is no array holds none."""
    return [item for item in value if is_json_object(item)] if is_json_list(value) else []


def read_json(text: str | bytes) -> object:
    """Decode JSON from outside.

    Raises:
        ValueError: not JSON, not UTF-8, nested too deeply, or with NaN and Infinity, which JSON does not know.
    """
    try:
        value: object = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("JSON is nested too deeply") from error
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def json_answer(body: object, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Build an answer whose Content-Type is exactly ``application/json``.

    aiohttp's own ``json_response`` appends a charset, and discord.py then takes the body for plain text.
    """
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers={"Content-Type": "application/json", **(headers or {})},
    )


def as_timestamp(seconds: float) -> str:
    """Write a moment (seconds since 1970) the way Discord does: ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
