"""One HTTP call to the API, and the only place where foreign errors become ours."""

import json
import logging
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import aiohttp
from pydantic import BaseModel
from yarl import URL

from bot.finevoice.answers import describe_shape, read_error
from bot.finevoice.errors import (
    ApiBadRequest,
    ApiBroken,
    ApiBusy,
    ApiError,
    ApiNotFound,
    ApiOutcomeUnknown,
    ApiOutOfCredit,
    ApiRejected,
    ApiUnauthorized,
    ApiUnexpected,
    ApiUnreachable,
)

log = logging.getLogger(__name__)

MAX_ANSWER_BYTES = 8 * 1024 * 1024
MAX_REFUSAL_BYTES = 64 * 1024
MAX_HEADER_TEXT = 100
MAX_RETRY_AFTER_S = 120.0
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


class Transport:
    """Sends requests with the key and reads JSON answers. Does not repeat anything."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str, api_key: str, timeout_s: float) -> None:
        self._session = session
        self._base_url = URL(base_url.rstrip("/") + "/")
        self._headers = {"Authorization": f"Bearer {api_key}", "Accept": "application/json"}
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=min(10.0, timeout_s))

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> object:
        """Read a resource. ``path`` is relative, its variable parts already quoted."""
        return await self._request("GET", path, query=query)

    async def post(self, path: str, body: BaseModel) -> object:
        """Submit work. Only what was set is sent, under the API's own names."""
        return await self._request("POST", path, body=body.model_dump(by_alias=True, exclude_none=True, mode="json"))

    async def _request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: dict[str, object] | None = None,
    ) -> object:
        url = self._base_url.join(URL(path, encoded=True))
        try:
            async with self._session.request(
                method,
                url,
                params=query,
                json=body,
                headers=self._headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                return await _read(response)
        except ApiError:
            raise
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise ApiUnreachable(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # ValueError: what a library makes of a host or a header it cannot send, or of an answer it cannot read.
            raise ApiOutcomeUnknown(type(error).__name__) from error


async def _read(response: aiohttp.ClientResponse) -> object:
    request_id = _request_id(response)
    if response.status not in {200, 201, 202}:
        raise await _refusal(response, request_id)
    raw = await _read_at_most(response, MAX_ANSWER_BYTES)
    if len(raw) > MAX_ANSWER_BYTES:
        raise ApiUnexpected("a body over 8 MiB", request_id=request_id)
    body = _parse(raw)
    if body is None:
        raise ApiUnexpected(f"{_header_text(response.content_type)}, not JSON", request_id=request_id)
    return body


async def _refusal_body(response: aiohttp.ClientResponse) -> object | None:
    """The reason in a refusal's body, if it can be had: the status alone has already decided."""
    try:
        return _parse(await _read_at_most(response, MAX_REFUSAL_BYTES))
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None


async def _read_at_most(response: aiohttp.ClientResponse, limit: int) -> bytes:
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


async def _refusal(response: aiohttp.ClientResponse, request_id: str | None) -> ApiError:
    status = response.status
    if status == 429:
        return ApiBusy(parse_retry_after(response.headers), request_id=request_id)
    if status >= 500:
        return ApiBroken(status, request_id=request_id)
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


def parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from a number or a date; None where nothing sane is said.

    A date is measured against the answer's own Date header, so that a wrong clock here does no harm.
    Source: RFC 9110 section 10.2.3. More than two minutes is cut to two.
    """
    value = headers.get("Retry-After", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    # NaN fails both comparisons and means nothing was said.
    return min(seconds, MAX_RETRY_AFTER_S) if seconds >= 0 else None
