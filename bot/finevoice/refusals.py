"""Reading bodies within bounds, and which error each refusal becomes."""

import json
import logging
from collections.abc import Mapping

import aiohttp

from bot.finevoice.answers import describe_shape, read_error
from bot.finevoice.errors import (
    ApiBadRequest,
    ApiBroken,
    ApiBusy,
    ApiError,
    ApiNotFound,
    ApiOutOfCredit,
    ApiRejected,
    ApiUnauthorized,
    ApiUnexpected,
)
from bot.finevoice.retry import parse_retry_after

log = logging.getLogger(__name__)

MAX_ANSWER_BYTES = 8 * 1024 * 1024
MAX_REFUSAL_BYTES = 64 * 1024
MAX_HEADER_TEXT = 100
REQUEST_ID_HEADERS = ("x-request-id", "request-id", "cf-ray")
MONEY_WORDS = ("credit", "quota", "balance", "funds")
_REJECTIONS: Mapping[int, type[ApiRejected]] = {
    400: ApiBadRequest,
    401: ApiUnauthorized,
    402: ApiOutOfCredit,
    403: ApiUnauthorized,
    404: ApiNotFound,
    410: ApiNotFound,
    413: ApiBadRequest,
    422: ApiBadRequest,
}


def understood(response: aiohttp.ClientResponse, raw: bytes) -> object:
    """The JSON of a success. Raises ApiUnexpected for anything else."""
    if len(raw) > MAX_ANSWER_BYTES:
        raise ApiUnexpected("a body over 8 MiB", request_id=_request_id(response))
    body = _parse(raw)
    if body is None:
        raise ApiUnexpected(f"{_header_text(response.content_type)}, not JSON", request_id=_request_id(response))
    return body


async def _refusal_body(response: aiohttp.ClientResponse) -> object | None:
    """The reason in a refusal's body, if it can be had: the status alone has already decided."""
    try:
        return _parse(await read_at_most(response, MAX_REFUSAL_BYTES))
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None


async def read_at_most(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body; one byte or more over ``limit`` where it is longer."""
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > limit:
            break
    return bytes(raw)


def _request_id(response: aiohttp.ClientResponse) -> str | None:
    found = (_header_text(response.headers.get(name, "")) for name in REQUEST_ID_HEADERS)
    return next(filter(None, found), None)


def _header_text(value: str) -> str:
    """A header's value for a log."""
    return "".join(char for char in value[:MAX_HEADER_TEXT] if char.isprintable())


async def refusal(response: aiohttp.ClientResponse) -> ApiError:
    """The error that an answer is which is no success. Reads what it needs of the body."""
    status, request_id = response.status, _request_id(response)
    if status == 429:
        return ApiBusy(parse_retry_after(response.headers), request_id=request_id)
    if status >= 500:
        return ApiBroken(status, parse_retry_after(response.headers), request_id=request_id)
    if status < 400:
        return ApiUnexpected(f"status {status}", request_id=request_id)
    body = await _refusal_body(response)
    code, message = read_error(body)
    kind = ApiOutOfCredit if _is_out_of_credit(status, code, message) else _REJECTIONS.get(status, ApiRejected)
    log.warning("FineVoice said no: status=%s shape=%s", status, describe_shape(body))
    return kind(status, code, message, request_id=request_id)


def _is_out_of_credit(status: int, code: str, message: str) -> bool:
    """Whether a rejection is about money. A message counts only where no code and no clear status speaks for it.

    A message may repeat what a member wrote: "no voice named Balance" is not about money.
    """
    said = code if code or status in {401, 404, 410, 422} else message
    return any(word in said.lower() for word in MONEY_WORDS)


def _parse(raw: bytes) -> object | None:
    try:
        parsed: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return parsed
