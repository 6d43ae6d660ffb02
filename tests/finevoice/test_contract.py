"""What goes on the wire, held against the provider's own OpenAPI document."""

import json
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Literal, Union, cast, get_args, get_origin
from urllib.parse import unquote

import jsonschema
import pytest
from pydantic.fields import FieldInfo

from bot.finevoice import requests as ask
from bot.finevoice.client import FineVoice
from bot.models import LONGEST_EFFECT_S
from tests.finevoice.fake_api import Call, FakeApi, says
from tests.finevoice.operations import BY_NAME, OPERATIONS, Operation
from tests.finevoice.reference import (
    FACTS,
    OPENAPI,
    Endpoint,
    Reference,
    check_value,
    podcast_speakers,
    read_reference,
)

# Whatever was asked, this can be read as an answer to it.
ANY_ANSWER: dict[str, object] = {"taskId": "t-1", "status": 202, "name": "james", "data": []}
# What the documents of the provider do not have: the embedded studio's own.
OURS = {"SfxGeneration": {"seed"}}
BODIES = [one for one in OPERATIONS if one.everything is not None and one.name != "PageVoices"]


@pytest.fixture(scope="module")
def reference() -> Reference:
    if not OPENAPI.exists():
        pytest.skip("the provider's OpenAPI document is not beside the repository")
    return read_reference()


def check_query(call: Call, parameters: dict[str, dict[str, object]]) -> None:
    for name, text in call.query.items():
        assert parameters[name]["in"] == "query", name
        schema = cast("dict[str, object]", parameters[name]["schema"])
        value = cast("object", json.loads(text)) if schema["type"] in {"integer", "boolean"} else text
        check_value(schema, value)


def check_path(call: Call, endpoint: Endpoint) -> None:
    sent = unquote(call.raw_path.partition("?")[0]).split("/")
    documented = endpoint.path.split("/")
    assert len(sent) == len(documented)
    assert all(want.startswith("{") or want == got for want, got in zip(documented, sent, strict=True))


def check(call: Call, name: str, reference: Reference) -> None:
    endpoint = reference.endpoints[name]
    assert call.method == endpoint.method
    check_path(call, endpoint)
    check_query(call, reference.parameters(name))
    if endpoint.method == "POST":
        reference.check_body(name, call.body)
    else:
        assert call.body is None


def test_every_operation_of_the_reference_is_covered(reference: Reference) -> None:
    assert len(OPERATIONS) == len(BY_NAME) == 24
    assert set(BY_NAME) == set(reference.endpoints)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
async def test_everything_that_can_be_set_is_sent_as_documented(
    api: FineVoice, server: FakeApi, reference: Reference, tmp_path: Path, operation: Operation
) -> None:
    server.answers(says(ANY_ANSWER))
    await operation.send_everything(api, tmp_path / "result")
    (call,) = server.calls
    check(call, operation.name, reference)
    if call.method == "POST":
        assert set(cast("dict[str, object]", call.body)) == set(reference.body_properties(operation.name))
    else:
        queried = [name for name, one in reference.parameters(operation.name).items() if one["in"] == "query"]
        assert set(call.query) == set(queried)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
async def test_only_what_is_needed_is_sent_as_documented(
    api: FineVoice, server: FakeApi, reference: Reference, tmp_path: Path, operation: Operation
) -> None:
    server.answers(says(ANY_ANSWER))
    await operation.send_least(api, tmp_path / "result")
    (call,) = server.calls
    check(call, operation.name, reference)
    if operation.least is not None:
        sent = call.query if call.method == "GET" else cast("dict[str, object]", call.body)
        assert len(sent) == len(operation.least.model_fields_set)


async def test_a_singer_is_sent_as_documented(reference: Reference) -> None:
    cover = cast("ask.Cover", BY_NAME["MusicCover"].everything)
    assert cover.singers is not None
    wire = cover.singers[0].model_dump(by_alias=True, mode="json")
    assert set(wire) == set(reference.properties_of("MusicCoverSingerRequest"))


def documented_fields(operation: Operation) -> dict[str, FieldInfo]:
    """The fields of an operation's body that the provider's documents should have."""
    assert operation.everything is not None
    ours = OURS.get(operation.name, set())
    return {name: field for name, field in type(operation.everything).model_fields.items() if name not in ours}


@pytest.mark.parametrize("operation", BODIES, ids=lambda one: one.name)
def test_defaults_are_the_documented_ones(reference: Reference, operation: Operation) -> None:
    assert operation.everything is not None
    kind = type(operation.everything)
    for name, field in documented_fields(operation).items():
        wire_name = field.serialization_alias or name
        documented = reference.body_properties(operation.name)[wire_name].get("default")
        if field.is_required() or field.default is None:
            assert documented is None, name
            continue
        only_this = kind.model_construct(_fields_set={name})
        assert only_this.model_dump(by_alias=True, mode="json") == {wire_name: documented}


@pytest.mark.parametrize("operation", BODIES, ids=lambda one: one.name)
def test_the_values_and_ranges_are_the_documented_ones(reference: Reference, operation: Operation) -> None:
    assert operation.everything is not None
    kind = type(operation.everything)
    schema = cast(
        "dict[str, dict[str, object]]", kind.model_json_schema(mode="validation", by_alias=False)["properties"]
    )
    for name, field in documented_fields(operation).items():
        documented = reference.body_properties(operation.name)[field.serialization_alias or name]
        if name != "speakers":
            assert values_of(field.annotation) == set(cast("list[object]", documented.get("enum", []))), name
        for limit, furthest in (("minimum", min), ("maximum", max)):
            if limit in documented:
                listed = cast("list[float]", schema[name].get("enum", []))
                assert (furthest(listed) if listed else schema[name][limit]) == documented[limit], name


def values_of(annotation: object) -> set[object]:
    """The values of an enumeration or a Literal, also inside ``… | None``; none for any other type."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return {cast("object", one.value) for one in annotation}
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    if get_origin(annotation) in {Union, UnionType}:
        return {value for one in get_args(annotation) for value in values_of(one)}
    return set()


@pytest.mark.parametrize(
    ("parameter", "kind"), [("categroy", ask.VoiceCategory), ("primary_category", ask.PrimaryCategory)]
)
def test_the_values_of_a_query_are_the_documented_ones(reference: Reference, parameter: str, kind: type[Enum]) -> None:
    schema = cast("dict[str, list[str]]", reference.parameters("PageVoices")[parameter]["schema"])
    assert {one.value for one in kind} == set(schema["enum"])


def test_the_longest_effect_is_the_documented_one(reference: Reference) -> None:
    text = str(reference.body_properties("SfxGeneration")["duration"]["description"])
    assert f"Maximum is {LONGEST_EFFECT_S:.0f} seconds" in text


def test_the_speakers_of_podcasts_are_the_documented_ones() -> None:
    if not FACTS.exists():
        pytest.skip("the facts about the API are not beside the repository")
    assert {one.value for one in ask.PodcastSpeaker} == podcast_speakers()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("SpeechSynthesis", {"voice": "james", "txt": "Hello"}),
        ("SpeechSynthesis", {"voice": 1}),
        ("MusicCover", {"pitch": 12.5}),
        ("MusicCover", {"singers": [{"voices": "james"}]}),
        ("VoiceConversion", {"outputFormat": "flac"}),
        ("MusicCover", {"way": "m3"}),
        ("EnhancerSpeechSeparation", {"speaker_index": 2}),
    ],
)
def test_the_check_itself_notices_what_is_wrong(reference: Reference, name: str, body: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        reference.check_body(name, body)
