"""The OpenAPI document of the studio, made from the same table and models that check the requests."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, cast

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from bot import __version__
from bot.studio.operations import CALLS, Answering, Call
from bot.studio.voices import VoiceQuery

if TYPE_CHECKING:
    from pydantic import BaseModel

_ERRORS = {
    "401": "The API key is missing or wrong.",
    "413": "The body, or the recording it names, is too large or too long.",
    "422": "A field of the body is wrong, or this cannot be done with this content.",
    "429": "Too many requests are waiting; Retry-After says when to come back.",
    "500": "The engine failed at this request.",
    "501": "No engine here can do it; the message says what to use instead.",
    "503": "The engine is not installed or does not work here.",
}
_TASK: dict[str, object] = {
    "type": "object",
    "required": ["status", "taskId"],
    "properties": {
        "status": {"type": "integer", "description": "200 done, 202 in progress, anything else failed"},
        "taskId": {"type": "string"},
        "service": {"type": "string"},
        "url": {"type": "string", "description": "Where the result is, when done"},
        "urls": {"type": "array", "items": {"type": "string"}, "description": "All results, where there are several"},
        "engine": {"type": "string", "description": "What made it, such as embedded/hibari"},
        "approximate": {"type": "boolean", "description": "Less than the hosted service would make of it"},
        "warnings": {"type": "array", "items": {"type": "string"}},
        "error": {"$ref": "#/components/schemas/Error"},
    },
}
_ERROR: dict[str, object] = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
}


@cache
def openapi_document() -> Mapping[str, object]:
    """Return the document: OpenAPI 3.1, whose schemas are those of JSON Schema 2020-12 that pydantic writes."""
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(call.body, "validation") for call in CALLS]
    models.append((VoiceQuery, "validation"))
    _, found = models_json_schema(models, by_alias=True, ref_template="#/components/schemas/{model}")
    schemas = cast("dict[str, object]", found["$defs"])
    queries = cast("dict[str, dict[str, object]]", cast("dict[str, object]", schemas.pop("VoiceQuery"))["properties"])
    paths: dict[str, object] = {call.path: {"post": _operation(call)} for call in CALLS}
    paths["/v1/task/{task_id}"] = {"get": _telling("getTask", "Tell how a task is doing.", [_path("task_id")], "Task")}
    paths["/v1/voice/{name}"] = {
        "get": _telling(
            "getVoice", "Tell all about one voice.", [_path("name"), _query("desigUuid", {"type": "string"})]
        )
    }
    paths["/v1/voice/pagevoices"] = {
        "get": _telling("listVoices", "List voices.", [_query(name, schema) for name, schema in queries.items()])
    }
    security: list[dict[str, list[str]]] = [{"key": []}]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Soundbooth studio",
            "version": __version__,
            "description": "An audio studio on your own machine, with the calls of the FineVoice API.",
        },
        "security": security,
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {**schemas, "Task": _TASK, "Error": _ERROR, "Failure": _failure()},
        },
    }


def _operation(call: Call) -> dict[str, object]:
    body = {"schema": {"$ref": f"#/components/schemas/{call.body.__name__}"}}
    return {
        "operationId": call.operation.value,
        "summary": call.summary,
        "tags": [call.capability.value],
        "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {"200": _success(call), **_failures(_ERRORS)},
    }


def _success(call: Call) -> dict[str, object]:
    content: dict[str, object] = {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}}
    if call.answering is Answering.FILE:
        audio = {"schema": {"type": "string", "format": "binary"}}
        content.update(dict.fromkeys(("audio/wav", "audio/mpeg", "audio/flac", "audio/mp4"), audio))
    return {"description": "Done, or taken: then the task tells when it is done.", "content": content}


def _telling(name: str, summary: str, parameters: list[object], schema: str = "") -> dict[str, object]:
    told: dict[str, object] = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "object"}
    found = {"description": "As asked.", "content": {"application/json": {"schema": told}}}
    failures = {"401": _ERRORS["401"], "404": "There is no such thing.", "422": "A parameter is wrong."}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": found, **_failures(failures)},
    }


def _path(name: str) -> dict[str, object]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(name: str, schema: Mapping[str, object]) -> dict[str, object]:
    return {"name": name, "in": "query", "required": False, "schema": dict(schema)}


def _failures(messages: Mapping[str, str]) -> dict[str, object]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}
    return {status: {"description": message, "content": content} for status, message in messages.items()}


def _failure() -> dict[str, object]:
    return {"type": "object", "required": ["error"], "properties": {"error": {"$ref": "#/components/schemas/Error"}}}
