"""Every shape of a voice and of the voice list that the API documents or was met with."""

import pytest

from bot.finevoice.answers import (
    MAX_RESULTS,
    MAX_TEXT,
    MAX_VOICES_IN_ANSWER,
    VoiceAnswer,
    VoicePage,
    read_voice,
    read_voice_page,
)
from bot.finevoice.errors import ApiUnexpected

JAMES = VoiceAnswer(name="james", label="james")
LIST_NAMES = ("data", "list", "voices", "items", "records", "results")


@pytest.mark.parametrize("key", ["name", "voice", "id", "slug", "voiceName"])
def test_a_voice_is_named_under_any_key(key: str) -> None:
    assert read_voice({key: "james"}) == JAMES


@pytest.mark.parametrize("key", ["displayName", "title", "label"])
def test_a_label_is_found_under_any_key(key: str) -> None:
    assert read_voice({"name": "james", key: "James the Bold"}).label == "James the Bold"


def test_the_name_is_preferred_to_the_id_and_to_the_envelopes_own() -> None:
    assert read_voice({"id": 7, "name": "james", "slug": "j"}).name == "james"
    assert read_voice({"id": "request-1", "status": 200, "data": {"name": "james"}}).name == "james"


def test_all_that_is_known_of_a_voice_is_read() -> None:
    body = {
        "id": "17",
        "name": "james",
        "displayName": "James",
        "gender": "Male",
        "language": "en-US",
        "age": "adult",
        "style": "calm",
        "primaryCategory": "narrative-and-story",
        "description": "A voice\nlike velvet.",
        "tags": ["deep", " warm ", "", None, {"a": 1}],
        "avatarUrl": "https://example.com/james.png",
        "usage": {"count": 3},
    }
    assert read_voice(body) == VoiceAnswer(
        name="james",
        label="James",
        gender="male",
        language="en-US",
        age="adult",
        style="calm",
        category="narrative-and-story",
        description="A voice like velvet.",
        tags=("deep", "warm"),
    )


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("deep, warm,,soft ", ("deep", "warm", "soft")),
        (["deep, warm"], ("deep, warm",)),
        ("", ()),
        ([], ()),
        (None, ()),
        (3, ()),
        ({"deep": True}, ()),
        (["x" * 5_000], ("x" * MAX_TEXT,)),
    ],
)
def test_tags_are_a_list_or_a_string(tags: object, expected: tuple[str, ...]) -> None:
    assert read_voice({"name": "james", "tags": tags}).tags == expected


def test_a_voice_may_be_wrapped_in_its_own_name() -> None:
    assert read_voice({"status": 200, "data": {"voice": {"name": "james"}}}) == JAMES


def test_texts_and_tags_are_bounded() -> None:
    voice = read_voice({"name": "james", "description": "x" * 100_000, "tags": "a," * 100_000})
    assert len(voice.description) == MAX_TEXT
    assert len(voice.tags) == MAX_RESULTS


@pytest.mark.parametrize(
    "body",
    [None, "james", 3, [], {}, {"name": ""}, {"name": None}, {"name": "x" * 301}, {"name": "x" * 1_000}, {"a": "b"}],
)
def test_what_has_no_name_is_no_voice(body: object) -> None:
    with pytest.raises(ApiUnexpected):
        read_voice(body)


@pytest.mark.parametrize("key", LIST_NAMES)
@pytest.mark.parametrize("outer", ["", "data", "result"])
def test_the_list_is_found_under_every_name_and_one_level_deeper(key: str, outer: str) -> None:
    body: object = {key: [{"name": "james"}]}
    if outer == "result":
        outer = "results"
    body = {outer: body} if outer else body
    assert read_voice_page(body) == VoicePage(voices=(JAMES,))


def test_the_list_may_be_the_whole_answer() -> None:
    assert read_voice_page([{"name": "james"}, {"id": "anna"}]).voices == (
        JAMES,
        VoiceAnswer(name="anna", label="anna"),
    )


def test_the_documented_page_is_read() -> None:
    voice = {"id": "v1", "name": "james", "language": "en-US", "gender": "male", "category": "all"}
    page = read_voice_page({"page": 0, "limit": 10, "total": 1500, "voices": [voice]})
    assert page.total == 1500
    assert page.voices == (VoiceAnswer(name="james", label="james", gender="male", language="en-US", category="all"),)


@pytest.mark.parametrize("total", [None, True, False, 0, -1, "15", 1.5, [15]])
def test_a_total_that_is_no_number_of_voices_is_not_believed(total: object) -> None:
    assert read_voice_page({"total": total, "data": [{"name": "james"}]}).total is None


def test_a_total_is_also_found_inside() -> None:
    assert read_voice_page({"code": 200, "data": {"total": 3, "list": [{"name": "james"}]}}).total == 3


@pytest.mark.parametrize("body", [[], {"data": []}, {"data": None, "voices": []}, {"data": {"list": []}}])
def test_an_empty_page_is_a_page(body: object) -> None:
    assert read_voice_page(body) == VoicePage(voices=())


def test_one_broken_entry_does_not_cost_the_others() -> None:
    assert read_voice_page([None, {"name": "james"}, {"name": ""}, 3, "anna", ["b"]]).voices == (JAMES,)


def test_a_page_holds_no_more_than_its_bound() -> None:
    page = read_voice_page([{"name": str(number)} for number in range(MAX_VOICES_IN_ANSWER + 10)])
    assert len(page.voices) == MAX_VOICES_IN_ANSWER


@pytest.mark.parametrize(
    "body",
    [
        None,
        "voices",
        7,
        {},
        {"data": {"list": {"voices": []}}},
        {"data": "none"},
        [1, 2, 3],
        [{"nothing": "known"}],
        {"error": "quota used up", "data": []},
        {"error": {"code": "oops"}, "data": [{"name": "james"}]},
    ],
)
def test_what_is_no_page_of_voices_is_unexpected(body: object) -> None:
    with pytest.raises(ApiUnexpected):
        read_voice_page(body)
