"""What is sent: only what was set, under the API's own spellings, with the key and to the right place."""

import json
from pathlib import Path
from typing import cast

import pytest
from pydantic import ValidationError

from bot.finevoice.client import FineVoice
from bot.finevoice.errors import ApiNotFound
from bot.finevoice.requests import SpeechSynthesis, VoiceCategory, VoiceQuery
from tests.finevoice.conftest import KEY
from tests.finevoice.fake_api import FakeApi, says

OPENAPI = Path(__file__).parents[3] / "shared" / "finevoice" / "openapi.json"
Json = dict[str, object]

EVERYTHING = VoiceQuery(
    categroy=VoiceCategory.MINE,
    primary_category="enterprise",
    sub_category="ads",
    gender="male",
    language="en-US",
    keyword="kade & co",
    style="calm",
    age="adult",
    tts=True,
    page=0,
    limit=50,
)


@pytest.fixture(scope="module")
def openapi() -> Json:
    if not OPENAPI.exists():
        pytest.skip("the provider's OpenAPI document is not beside the repository")
    return cast("Json", json.loads(OPENAPI.read_text(encoding="utf-8")))


def within(document: Json, *path: str) -> Json:
    for key in path:
        document = cast("Json", document[key])
    return document


async def test_speech_is_posted_as_the_reference_says(api: FineVoice, server: FakeApi, openapi: Json) -> None:
    server.answers(says({"taskId": "t-1", "status": 202}))
    await api.speech.synthesize(SpeechSynthesis(voice="james", text="[happy] Hello!"))
    (call,) = server.calls
    operation = within(openapi, "paths", call.raw_path, call.method.lower())
    assert operation["operationId"] == "SpeechSynthesis"
    properties = within(openapi, "components", "schemas", "TextToSpeechRequest", "properties")
    assert call.body == {"voice": "james", "text": "[happy] Hello!"}
    assert set(cast("Json", call.body)) == set(properties)


async def test_voices_are_queried_as_the_reference_says(api: FineVoice, server: FakeApi, openapi: Json) -> None:
    server.answers(says([]))
    await api.voices.list(EVERYTHING)
    (call,) = server.calls
    operation = within(openapi, "paths", call.raw_path.partition("?")[0], call.method.lower())
    assert operation["operationId"] == "PageVoices"
    parameters = {str(one["name"]): one for one in cast("list[Json]", operation["parameters"])}
    assert set(call.query) == set(parameters)
    for name, value in call.query.items():
        allowed = within(parameters[name], "schema").get("enum")
        assert allowed is None or value in cast("list[str]", allowed), name


async def test_every_category_of_ours_is_one_of_the_reference(openapi: Json) -> None:
    parameters = cast("list[Json]", within(openapi, "paths", "/v1/voice/pagevoices", "get")["parameters"])
    (category,) = [one for one in parameters if one["name"] == "categroy"]
    assert {one.value for one in VoiceCategory} == set(cast("list[str]", within(category, "schema")["enum"]))


async def test_only_what_was_set_is_sent(api: FineVoice, server: FakeApi) -> None:
    server.answers(says([]))
    await api.voices.list(VoiceQuery())
    await api.voices.list(VoiceQuery(tts=False, page=2))
    await api.voices.list(EVERYTHING)
    assert [call.query for call in server.calls[:2]] == [{}, {"tts": "false", "page": "2"}]
    assert server.calls[2].query == {
        "categroy": "my_voices",
        "primary_category": "enterprise",
        "sub_category": "ads",
        "gender": "male",
        "language": "en-US",
        "keyword": "kade & co",
        "style": "calm",
        "age": "adult",
        "tts": "true",
        "page": "0",
        "limit": "50",
    }


async def test_every_request_carries_the_key_and_asks_for_json(api: FineVoice, server: FakeApi) -> None:
    server.answers(says({"taskId": "t", "name": "james", "data": []}))
    await api.speech.synthesize(SpeechSynthesis(voice="james", text="Hello"))
    await api.voices.list(VoiceQuery())
    await api.voices.get("james")
    await api.tasks.get("t")
    assert [call.headers["Authorization"] for call in server.calls] == [f"Bearer {KEY}"] * 4
    assert [call.headers["Accept"] for call in server.calls] == ["application/json"] * 4
    assert [call.headers.get("Content-Type") for call in server.calls] == ["application/json", None, None, None]


async def test_a_base_url_keeps_its_path(server: FakeApi) -> None:
    server.answers(says({"status": 202}))
    for base_url in (server.base_url + "/proxy", server.base_url + "/proxy/"):
        async with FineVoice(base_url=base_url, api_key=KEY) as api:
            await api.tasks.get("t")
    assert [call.raw_path for call in server.calls] == ["/proxy/v1/task/t"] * 2


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("Rhythm Kade", "Rhythm%20Kade"),
        ("../../task/x", "..%2F..%2Ftask%2Fx"),
        ("a?b=c#d", "a%3Fb%3Dc%23d"),
        ("50%25", "50%2525"),
        ("Zoë 🎭", "Zo%C3%AB%20%F0%9F%8E%AD"),
        ("a\r\nX-Evil: 1", "a%0D%0AX-Evil%3A%201"),
        ("half \ud83d", "half%20%3F"),
        ("...", "..."),
    ],
)
async def test_a_name_cannot_leave_its_place_in_the_path(api: FineVoice, server: FakeApi, name: str, sent: str) -> None:
    server.answers(says({"name": "james", "status": 202}))
    await api.voices.get(name)
    await api.tasks.get(name)
    assert [call.raw_path for call in server.calls] == [f"/v1/voice/{sent}", f"/v1/task/{sent}"]
    assert all("X-Evil" not in call.headers for call in server.calls)


@pytest.mark.parametrize("name", ["", ".", ".."])
async def test_a_name_that_is_a_step_in_a_path_names_nothing(api: FineVoice, server: FakeApi, name: str) -> None:
    with pytest.raises(ApiNotFound):
        await api.voices.get(name)
    with pytest.raises(ApiNotFound):
        await api.tasks.get(name)
    assert server.calls == []


async def test_a_version_of_a_designed_voice_is_asked_for_in_the_apis_spelling(api: FineVoice, server: FakeApi) -> None:
    server.answers(says({"name": "james"}))
    assert (await api.voices.get("james", design_uuid="u 1")).name == "james"
    assert server.calls[0].query == {"desigUuid": "u 1"}


@pytest.mark.parametrize("fields", [{"voice": "", "text": "a"}, {"voice": "a", "text": ""}, {"voice": "a"}])
def test_speech_needs_a_voice_and_a_text(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        SpeechSynthesis.model_validate(fields)


def test_a_misspelt_field_is_refused_without_repeating_what_the_member_wrote() -> None:
    with pytest.raises(ValidationError) as caught:
        SpeechSynthesis.model_validate({"voice": "james", "txt": "a private line"})
    assert "txt" in str(caught.value)
    assert "private" not in str(caught.value)


@pytest.mark.parametrize("fields", [{"page": -1}, {"limit": 0}, {"categroy": "everyone"}, {"sort": "name"}])
def test_a_query_outside_the_reference_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        VoiceQuery.model_validate(fields)
