"""What is sent: only what was set, under the API's own spellings, with the key and to the right place."""

import pytest
from pydantic import ValidationError

from bot.finevoice.client import FineVoice
from bot.finevoice.errors import ApiNotFound
from bot.finevoice.requests import PrimaryCategory, SpeechSynthesis, VoiceCategory, VoiceQuery
from tests.finevoice.conftest import KEY
from tests.finevoice.fake_api import FakeApi, says

EVERYTHING = VoiceQuery(
    category=VoiceCategory.MINE,
    primary_category=PrimaryCategory.ENTERPRISE,
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


@pytest.mark.parametrize(
    "fields",
    [
        {"page": -1},
        {"limit": 0},
        {"category": "everyone"},
        {"primary_category": "all of them"},
        {"language": "en US"},
        {"sort": "name"},
    ],
)
def test_a_query_outside_the_reference_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        VoiceQuery.model_validate(fields)
