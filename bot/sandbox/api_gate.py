"""What every REST request of the bot passes through: faults, token, rate limits, errors as JSON, the log."""

import asyncio
import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.errors import (
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    REQUEST_TOO_LARGE,
    UNAUTHORIZED,
    ApiError,
)
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.rate_limits import RateLimits
from bot.sandbox.request_log import LoggedRequest, RequestLog
from bot.sandbox.uploads import BODY_TEXT, REQUEST_LIMIT_BYTES, read_body
from bot.sandbox.wire import json_answer

API_PATH = "/api/v10"
_WITHOUT_TOKEN = ("/interactions/", "/webhooks/")
"""Here the interaction's token in the path is what proves the bot."""


class ApiGate:
    """The middleware of ``/api/v10``."""

    def __init__(self, *, token: str, limits: RateLimits, faults: Faults, log: RequestLog) -> None:
        self._expected = f"Bot {token}".encode()
        self._limits = limits
        self._faults = faults
        self._log = log

    def middleware(self) -> Middleware:
        """Build the middleware."""

        @web.middleware
        async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            path = request.path.removeprefix(API_PATH)
            fault = self._faults.take(request.method, path)
            response = await self._answer(request, handler, fault)
            status = 0 if fault is not None and fault.kind.is_drop else response.status
            body = request.get(BODY_TEXT, b"")
            self._log.add(LoggedRequest(request.method, path, status, body))
            return response

        return gate

    async def _answer(self, request: web.Request, handler: Handler, fault: Fault | None) -> web.StreamResponse:
        if fault is None:
            return await self._serve(request, handler)
        if fault.kind.is_slow:
            return await self._serve_slowly(request, handler, fault)
        if fault.after_acting:
            await self._serve(request, handler)
        else:
            await self._read_for_log(request)
        if fault.kind.is_drop and request.transport is not None:
            request.transport.close()
        return fault.answer()

    async def _serve_slowly(self, request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
        if not fault.after_acting:
            await asyncio.sleep(fault.delay_s)
            return await self._serve(request, handler)
        response = await self._serve(request, handler)
        await asyncio.sleep(fault.delay_s)
        return response

    async def _read_for_log(self, request: web.Request) -> None:
        try:
            await read_body(request, file_limit_bytes=REQUEST_LIMIT_BYTES)
        except ApiError:
            return

    async def _serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path.removeprefix(API_PATH)
        if not path.startswith(_WITHOUT_TOKEN) and not self._has_token(request):
            return _refused(ApiError(UNAUTHORIZED))
        headers, too_many = self._count(request)
        if too_many is not None:
            return too_many
        try:
            response = await handler(request)
        except ApiError as error:
            response = _refused(error)
        except web.HTTPException as error:
            response = _refused(_as_api_error(error))
        response.headers.update(headers)
        return response

    def _count(self, request: web.Request) -> tuple[dict[str, str], web.Response | None]:
        resource = request.match_info.route.resource
        if resource is None:
            return {}, None
        route = resource.canonical.removeprefix(API_PATH)
        return self._limits.take(request.method, route, request.match_info)

    def _has_token(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        return hmac.compare_digest(given, self._expected)


def _as_api_error(error: web.HTTPException) -> ApiError:
    known = {404: NOT_FOUND, 405: METHOD_NOT_ALLOWED, 413: REQUEST_TOO_LARGE}
    refusal = known.get(error.status)
    if refusal is None:
        raise error
    return ApiError(refusal)


def _refused(error: ApiError) -> web.Response:
    return json_answer(error.to_json(), status=error.refusal.status)
