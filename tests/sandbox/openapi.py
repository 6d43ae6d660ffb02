"""Checking requests against Discord's own OpenAPI document, with the one relaxation it needs.

The document wants ids to be strings, where the documentation and the API take numbers too; discord.py sends
numbers for attachments and recipients.
"""

import json
import re

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.sandbox.clients import Json

_BASE = "urn:discord"


class OpenApi:
    """Discord's description of its API."""

    def __init__(self, text: str) -> None:
        document = json.loads(text)
        document["components"]["schemas"]["SnowflakeType"] = {"type": ["string", "integer"]}
        resource: Resource[Json] = Resource(contents=document, specification=DRAFT202012)
        self._registry: Registry[Json] = Registry[Json]().with_resource(_BASE, resource)
        self._paths: dict[str, Json] = document["paths"]
        # By route and body: the bot's commands are the same in each test, and take half a second to look through.
        self._known: dict[tuple[str, str], list[str]] = {}

    def problems(self, request: Json) -> list[str]:
        """List what is wrong with a recorded request; empty when the description allows it."""
        pattern = self._pattern(request["path"], request["method"].lower())
        if pattern is None:
            return [f"unknown route {request['method']} {request['path']}"]
        pointer = "/".join(
            part.replace("~", "~0").replace("/", "~1")
            for part in (
                "paths",
                pattern,
                request["method"].lower(),
                "requestBody",
                "content",
                "application/json",
                "schema",
            )
        )
        key = (pointer, json.dumps(request["json"], sort_keys=True))
        if key not in self._known:
            validator: Json = Draft202012Validator({"$ref": f"{_BASE}#/{pointer}"}, registry=self._registry)
            self._known[key] = [error.message for error in validator.iter_errors(request["json"])]
        return list(self._known[key])

    def _pattern(self, path: str, method: str) -> str | None:
        """Find the route of a path; one with fewer parameters is the better fit."""
        fitting = [
            pattern
            for pattern, methods in self._paths.items()
            if method in methods and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", pattern), path)
        ]
        return min(fitting, key=lambda pattern: pattern.count("{"), default=None)
