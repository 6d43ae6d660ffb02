"""The provider's own documents beside the repository, made strict enough to catch a wrong name or value."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

import jsonschema

FOLDER = Path(__file__).parents[3] / "shared" / "finevoice"
OPENAPI = FOLDER / "openapi.json"
FACTS = FOLDER / "API.md"
Json: TypeAlias = dict[str, object]

# "Supported: `mp3`, `wav`.", "`peak` (prevents clipping), `rms` (uniform volume), or `both`": the first run of words in
# backticks after what introduces values. A single word in backticks elsewhere is the name of another field.
_VALUES = re.compile(
    r"(?:Supported:|Must be|format:|method:|using|model:|size:|detection:|return:)\s*"
    r"((?:`[^`]+`(?:\s*\([^)]*\))?(?:,\s*or\s+|,\s*|\s+or\s+)?)+)"
)


@dataclass(frozen=True)
class Endpoint:
    """One operation of the reference."""

    path: str
    method: str
    definition: Json


class Reference:
    """The OpenAPI document, read."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self.endpoints = {str(one.definition["operationId"]): one for one in self._endpoints()}
        self._closed = _closed(document)

    def check_body(self, operation: str, body: object) -> None:
        """Validate a body with every object closed and every value that the texts list enforced."""
        check_value({**self._body_schema(operation), **self._closed}, body)

    def body_properties(self, operation: str) -> dict[str, Json]:
        """The properties of an operation's body, their listed values as an ``enum``."""
        name = str(self._body_schema(operation)["$ref"]).rpartition("/")[2]
        return self.properties_of(name)

    def properties_of(self, schema: str) -> dict[str, Json]:
        """The properties of a named schema, their listed values as an ``enum``."""
        found = inside(self._closed, "components", "schemas", schema, "properties")
        return cast("dict[str, Json]", found)

    def parameters(self, operation: str) -> dict[str, Json]:
        """Path and query parameters by name."""
        listed = cast("list[Json]", self.endpoints[operation].definition.get("parameters", []))
        return {str(one["name"]): one for one in listed}

    def _body_schema(self, operation: str) -> Json:
        return inside(self.endpoints[operation].definition, "requestBody", "content", "application/json", "schema")

    def _endpoints(self) -> Iterator[Endpoint]:
        for path, methods in inside(self._document, "paths").items():
            for method, definition in cast("dict[str, Json]", methods).items():
                yield Endpoint(path, method.upper(), definition)


def check_value(schema: Json, value: object) -> None:
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(value)  # pyright: ignore[reportUnknownMemberType]  # jsonschema's own types are partial


def inside(document: Json, *path: str) -> Json:
    for key in path:
        document = cast("Json", document[key])
    return document


def read_reference() -> Reference:
    return Reference(cast("Json", json.loads(OPENAPI.read_text(encoding="utf-8"))))


def podcast_speakers() -> set[str]:
    """The names in the section about them, each before its parenthesis."""
    section = FACTS.read_text(encoding="utf-8").partition("## Podcast speakers")[2].partition("\n## ")[0]
    return set(re.findall(r"(\w+) \([FM], ", section))


def _closed(document: Json) -> Json:
    components = deepcopy(inside(document, "components"))
    for schema in cast("dict[str, Json]", components["schemas"]).values():
        schema["additionalProperties"] = False
        for definition in cast("dict[str, Json]", schema["properties"]).values():
            _list_values(definition)
    return {"components": components}


def _list_values(definition: Json) -> None:
    found = _VALUES.search(str(definition.get("description", "")))
    if found is None or "enum" in definition or definition["type"] == "boolean":
        return
    words = re.findall(r"`([^`]+)`", found[1])
    definition["enum"] = [int(word) for word in words] if definition["type"] == "integer" else words
