"""JSON answers: the API's error object for everything that goes wrong, and who may ask at all."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from aiohttp.typedefs import Middleware
from pydantic import ValidationError

from bot.studio.refusal import Refusal, unprocessable
from bot.studio.tasks import TaskRecord

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_CODES = {401: "unauthorized", 404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}
_MESSAGES = {
    404: "There is no such address.",
    405: "This address does not take that method.",
    413: "The request body is too large.",
}
_SAFE_HEADERS = ("Allow",)
_LONGEST_HEADER = 4_000  # aiohttp and nginx take 8 KiB for a line


def error_answer(refusal: Refusal, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return ``{"error": {"code", "message"}}`` with the status of ``refusal``."""
    given = dict(headers or {})
    if refusal.retry_after_s is not None:
        given["Retry-After"] = str(refusal.retry_after_s)
    if refusal.status == web.HTTPUnauthorized.status_code:
        given["WWW-Authenticate"] = "Bearer"
    body = {"error": {"code": refusal.code, "message": refusal.message}}
    return web.json_response(body, status=refusal.status, headers=given)


def task_answer(record: TaskRecord, base_url: str) -> dict[str, object]:
    """Return the state of a task as the API's TaskQueryResponse, with what is special about embedded engines."""
    answer: dict[str, object] = {"taskId": record.id, "service": "studio"}
    if record.state == "waiting":
        return {"status": 202, **answer}
    if record.error is not None:
        error = {"code": record.error.code, "message": record.error.message}
        return {"status": record.error.status, **answer, "error": error}
    about = {"engine": record.engine, "approximate": record.is_approximate, "warnings": list(record.warnings)}
    # What the engine tells comes first: it must not write over what the server knows.
    return {**record.facts, "status": 200, **answer, **_addresses(record, base_url), **about}


def _addresses(record: TaskRecord, base_url: str) -> dict[str, object]:
    urls = [f"{base_url}/files/{file.file_name}" for file in record.files]
    if not urls:
        return {}
    return {"url": urls[0]} if len(urls) == 1 else {"url": urls[0], "urls": urls}


def result_headers(record: TaskRecord) -> dict[str, str]:
    """Return the headers that tell of a result sent as a file what JSON answers tell in fields.

    Warnings are a JSON array; those that do not fit into a header (4,000 characters) are left out.
    """
    warnings: list[str] = []
    for warning in record.warnings:
        if len(json.dumps([*warnings, warning])) <= _LONGEST_HEADER:
            warnings.append(warning)
    return {
        "X-Soundbooth-Task": record.id,
        "X-Soundbooth-Engine": record.engine.encode("ascii", "replace").decode("ascii")[:200],
        "X-Soundbooth-Approximate": "true" if record.is_approximate else "false",
        "X-Soundbooth-Warnings": json.dumps(warnings),
    }


def validation_refusal(error: ValidationError) -> Refusal:
    """Return a 422 that names the first wrong field, without repeating its content."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        return unprocessable("invalid_json", "The body is not valid JSON.")
    field = ".".join(str(part) for part in first["loc"])[:100] or "body"
    return unprocessable("invalid_field", f"{field}: {first['msg']}")


def as_errors_in_json() -> Middleware:
    """Make the middleware that gives every refusal, ours or aiohttp's, the API's error object."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            return error_answer(refusal)
        except ValidationError as error:
            return error_answer(validation_refusal(error))
        except web.HTTPException as error:
            code = _CODES.get(error.status, "http_error")
            message = _MESSAGES.get(error.status, error.reason)
            kept = {name: error.headers[name] for name in _SAFE_HEADERS if name in error.headers}
            return error_answer(Refusal(error.status, code, message), kept)

    return middleware


def only_with_key(api_keys: frozenset[str]) -> Middleware:
    """Make the middleware that lets nobody without a key call anything under ``/v1``."""
    known = [f"Bearer {key}".encode() for key in api_keys if key]

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/v1/") and not _is_known(request, known):
            raise Refusal(401, "unauthorized", "The API key is missing or wrong.")
        return await handler(request)

    return middleware


def _is_known(request: web.Request, known: list[bytes]) -> bool:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    given = f"{scheme.capitalize()} {key.strip()}".encode(errors="replace")
    # All of them, always: how long it takes must not tell which key was nearly right.
    return sum(hmac.compare_digest(given, one) for one in known) > 0


def dumped(answer: Mapping[str, object]) -> web.Response:
    """Return ``answer`` as JSON."""
    return web.json_response(dict(answer), dumps=lambda value: json.dumps(value, ensure_ascii=False))
