"""The HTTP face of the studio: who may ask, what is refused and how, the catalogue, files."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from bot.studio.routes import MAX_BODY_BYTES

if TYPE_CHECKING:
    from tests.studio.conftest import Caller, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPENAPI = Path(__file__).parents[3] / "shared" / "finevoice" / "openapi.json"
SPEECH = "/v1/audio/speech-synthesis"


def error_of(answer: "Json") -> tuple[str, str]:
    assert set(answer) == {"error"}
    error = cast("dict[str, str]", answer["error"])
    assert set(error) == {"code", "message"}
    return error["code"], error["message"]


async def names(studio: "Caller", **query: str) -> list[str]:
    status, answer = await studio.get("/v1/voice/pagevoices", **{"limit": "200", **query})
    assert status == 200
    voices = cast("list[dict[str, str]]", answer["voices"])
    assert answer["total"] == len(voices)
    return [voice["name"] for voice in voices]


@pytest.mark.parametrize("key", [None, "", "wrong", "studio-ke", "studio-keys", "STUDIO-KEY", "k\u00e9y"])
@pytest.mark.parametrize("path", ["/v1/voice/pagevoices", "/v1/task/x", "/v1/voice/heart", "/v1/unheard-of"])
async def test_nobody_gets_in_without_a_key(studio: "Caller", path: str, key: str | None) -> None:
    status, answer = await studio.get(path, key=key)
    assert status == 401
    assert error_of(answer)[0] == "unauthorized"


async def test_every_key_gets_in(studio: "Caller") -> None:
    assert (await studio.get("/v1/voice/heart", key="other"))[0] == 200


async def test_health_needs_no_key(studio: "Caller") -> None:
    status, answer = await studio.get("/healthz", key=None)
    assert (status, answer["status"]) == (200, "ok")


@pytest.mark.parametrize(
    ("body", "code", "hint"),
    [
        (b"", "invalid_json", "JSON"),
        (b"{", "invalid_json", "JSON"),
        (b"[" * 30_000, "invalid_json", "JSON"),
        (b'{"voice": "heart", "text": "\\ud800"}', "invalid_json", "JSON"),
        (b'{"voice": "heart", "text": "\xff"}', "invalid_json", "JSON"),
        ([], "invalid_field", "body"),
        ({"text": "Hi"}, "invalid_field", "voice"),
        ({"voice": "heart"}, "invalid_field", "text"),
        ({"voice": "", "text": "Hi"}, "invalid_field", "voice"),
        ({"voice": "heart", "text": ""}, "invalid_field", "text"),
        ({"voice": "heart", "text": 5}, "invalid_field", "text"),
        ({"voice": "heart", "text": "Hi", "speed": 9}, "invalid_field", "speed"),
        ({"voice": "heart", "text": "Hi", "pitch": "high"}, "invalid_field", "pitch"),
        (b'{"voice": "heart", "text": "Hi", "speed": NaN}', "invalid_field", "speed"),
        ({"voice": "harth", "text": "Hi"}, "voice_unknown", "Did you mean heart"),
        ({"voice": "../../etc/passwd", "text": "Hi"}, "voice_unknown", "pagevoices"),
        ({"voice": "heart", "text": "a" * 5_001}, "text_too_long", "5,001"),
        ({"voice": "heart", "text": "\u4f60\u597d\uff0c\u4e16\u754c"}, "language_unavailable", "Chinese"),
        ({"voice": "heart", "text": "Hello \u041f\u0440\u0438\u0432\u0435\u0442"}, "language_unavailable", "Cyrillic"),
        ({"voice": "heart", "text": "\u0645\u0631\u062d\u0628\u0627"}, "language_unavailable", "Arabic"),
        ({"voice": "heart", "text": "\u3053\u3093\u306b\u3061\u306f"}, "language_unavailable", "Japanese"),
        ({"voice": "heart", "text": "\uc548\ub155"}, "language_unavailable", "Korean"),
        ({"voice": "heart", "text": "   \n "}, "nothing_to_say", "nothing"),
        ({"voice": "heart", "text": "[happy] [break] ?!..."}, "nothing_to_say", "tags"),
        ({"voice": "heart", "text": "\U0001f600 <:smile:123456>"}, "nothing_to_say", "emoji"),
        ({"voice": "heart", "text": "<@123456789>"}, "nothing_to_say", "nothing"),
    ],
)
async def test_a_request_that_cannot_be_done_is_refused_with_its_reason(
    studio: "Caller", body: object, code: str, hint: str
) -> None:
    status, answer = await studio.post(body)
    assert (status, error_of(answer)[0]) == (422, code)
    assert hint in error_of(answer)[1]


async def test_a_huge_body_is_refused(studio: "Caller") -> None:
    status, answer = await studio.post(b" " * (MAX_BODY_BYTES + 1))
    assert (status, error_of(answer)[0]) == (413, "body_too_large")


async def test_unknown_fields_are_ignored(studio: "Caller") -> None:
    status, answer = await studio.post({"voice": "HEART", "text": "Hi.", "temperature": 0.7})
    assert status == 200
    assert (await studio.outcome(str(answer["taskId"])))["status"] == 200


@pytest.mark.parametrize(
    "path", ["/nothing", "/v1/nothing", "/v1/task/unheard-of", "/v1/task/..%2f..%2fx", "/v1/voice/nobody"]
)
async def test_what_does_not_exist_is_404(studio: "Caller", path: str) -> None:
    status, answer = await studio.get(path)
    assert status == 404
    assert error_of(answer)[0].endswith("not_found")


async def test_a_wrong_method_is_405(studio: "Caller") -> None:
    status, answer = await studio.get(SPEECH)
    assert (status, error_of(answer)[0]) == (405, "method_not_allowed")


async def test_every_documented_call_is_answered(studio: "Caller") -> None:
    if not OPENAPI.exists():
        pytest.skip("the provider's OpenAPI document is not beside the checkout")
    paths = cast("dict[str, dict[str, object]]", json.loads(OPENAPI.read_text("utf-8"))["paths"])
    for path, methods in paths.items():
        concrete = path.replace("{task_id}", "unknown").replace("{name}", "heart")
        if "get" in methods:
            status, _ = await studio.get(concrete)
            assert status in {200, 404}, path
        else:
            status, answer = await studio.post({}, concrete)
            assert (status, error_of(answer)[0]) == (422, "invalid_field"), path


async def test_the_catalogue_has_real_choice(studio: "Caller") -> None:
    _, answer = await studio.get("/v1/voice/pagevoices", limit="200")
    voices = cast("list[dict[str, object]]", answer["voices"])
    assert len(voices) >= 12
    assert len({voice["name"] for voice in voices}) == len(voices)
    for voice in voices:
        assert voice["id"] == voice["name"]
        assert voice["tts"] is True
        assert voice["language"] == "en-US"
        assert ("Heart" in str(voice["description"])) == (voice["name"] != "heart")
        assert "shape" not in voice


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"gender": "neutral"}, ["robin", "imp", "unit-7"]),
        ({"gender": "NEUTRAL"}, ["robin", "imp", "unit-7"]),
        ({"age": "senior"}, ["edith", "walter"]),
        ({"age": "child", "gender": "female"}, ["poppy"]),
        ({"style": "whisper"}, ["hush", "shade"]),
        ({"primary_category": "interactive_media"}, ["shade", "unit-7"]),
        ({"primary_category": "enterprise"}, []),
        ({"sub_category": "storyteller"}, ["edith", "walter"]),
        ({"keyword": "UNIT"}, ["unit-7"]),
        ({"keyword": "giant"}, ["titan"]),
        ({"keyword": "nothing like it"}, []),
        ({"language": "ja-JP"}, []),
        ({"categroy": "my_voices"}, []),
        ({"categroy": "favorite"}, []),
    ],
)
async def test_every_filter_filters(studio: "Caller", query: dict[str, str], expected: list[str]) -> None:
    assert await names(studio, **query) == expected


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"categroy": "all"},
        {"primary_category": "all"},
        {"tts": "true"},
        {"tts": "false"},
        {"language": "en-US"},
        {"language": "EN"},
        {
            "gender": "",
            "keyword": "",
            "style": "",
            "age": "",
            "sub_category": "",
            "language": "",
            "tts": "",
            "page": "",
        },
        {"unheard_of": "x"},
    ],
)
async def test_filters_that_ask_for_all_give_all(studio: "Caller", query: dict[str, str]) -> None:
    assert len(await names(studio, **query)) == 16


async def test_pages_cover_the_catalogue_once(studio: "Caller") -> None:
    seen: list[str] = []
    for page in range(5):
        status, answer = await studio.get("/v1/voice/pagevoices", page=str(page), limit="5")
        assert (status, answer["page"], answer["limit"], answer["total"]) == (200, page, 5, 16)
        seen += [voice["name"] for voice in cast("list[dict[str, str]]", answer["voices"])]
    assert seen == await names(studio)


@pytest.mark.parametrize(
    "query",
    [
        {"page": "-1"},
        {"page": "x"},
        {"limit": "0"},
        {"limit": "100000"},
        {"tts": "perhaps"},
        {"categroy": "everything"},
        {"primary_category": "noise"},
    ],
)
async def test_a_wrong_filter_is_refused(studio: "Caller", query: dict[str, str]) -> None:
    status, answer = await studio.get("/v1/voice/pagevoices", **query)
    assert (status, error_of(answer)[0]) == (422, "invalid_field")
    assert next(iter(query)) in error_of(answer)[1]


async def test_one_voice_is_told_in_full(studio: "Caller") -> None:
    status, answer = await studio.get("/v1/voice/Bruno", desigUuid="any")
    assert (status, answer["name"], answer["displayName"], answer["gender"]) == (200, "bruno", "Bruno", "male")


async def test_an_unknown_voice_names_the_nearest(studio: "Caller") -> None:
    status, answer = await studio.get("/v1/voice/brunno")
    assert status == 404
    assert "bruno" in error_of(answer)[1]


async def test_results_need_no_key_and_take_ranges(studio: "Caller") -> None:
    url = str((await studio.speak("Hello.")).answer["url"])
    async with studio.session.get(url) as whole, studio.session.get(url, headers={"Range": "bytes=10-19"}) as part:
        assert (whole.status, part.status) == (200, 206)
        assert await part.read() == (await whole.read())[10:20]
    async with studio.session.get(url, headers={"Range": "bytes=99999999-"}) as beyond:
        assert beyond.status == 416


async def test_results_cannot_be_guessed_from_their_task(studio: "Caller") -> None:
    answer = (await studio.speak("Hello.")).answer
    assert str(answer["taskId"]) not in str(answer["url"])
    for file in (f"{answer['taskId']}.mp3", "..%2ftasks%2fx.mp3", "..%00.mp3", "x.mp3", ".mp3", "x.json"):
        status, error = await studio.get(f"/files/{file}", key=None)
        assert (status, error_of(error)[0]) == (404, "file_not_found")


@pytest.mark.parametrize(
    ("host", "origin"),
    [("studio:8080", "http://studio:8080/"), ("[::1]:80", "http://[::1]:80/"), ("evil/../x?", None), ("a@b", None)],
)
async def test_results_have_the_address_the_caller_used(studio: "Caller", host: str, origin: str | None) -> None:
    task_id = str((await studio.speak("Hello.")).answer["taskId"])
    headers = {"Authorization": "Bearer studio-key", "Host": host}
    async with studio.session.get(f"{studio.server.base_url}/v1/task/{task_id}", headers=headers) as response:
        url = cast("str", (await response.json())["url"])
    assert url.startswith(origin or studio.server.base_url)
