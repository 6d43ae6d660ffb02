"""Every shape of a task that the API documents or was met with."""

from itertools import product

import pytest

from bot.finevoice.answers import MAX_RESULTS, MAX_TEXT, MAX_URL, TaskAnswer, TaskState, read_error, read_task
from bot.finevoice.body import MAX_KEYS
from bot.finevoice.errors import ApiUnexpected

URL = "https://cdn.finevoice.ai/output/result.mp3?sign=a%2Fb"
TASK = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
RUNNING = ("pending", "processing", "queued", "running", "in_progress")
DONE = ("completed", "success", "succeeded", "done", "finished")
FAILED = ("failed", "failure", "error", "cancelled")
RESULT_NAMES = ("url", "audio_url", "audioUrl", "file_url", "fileUrl", "download_url", "downloadUrl")
NESTINGS = ("", "data", "result", "data.data", "data.result", "result.data")


def nested(body: dict[str, object], path: str) -> dict[str, object]:
    for key in reversed(path.split(".") if path else []):
        body = {key: body}
    return body


@pytest.mark.parametrize("name", ["taskId", "task_id", "taskid"])
@pytest.mark.parametrize("nesting", NESTINGS)
def test_a_task_id_is_found_under_every_name_and_nesting(name: str, nesting: str) -> None:
    answer = read_task(nested({name: TASK}, nesting))
    assert answer == TaskAnswer(state=TaskState.RUNNING, task_id=TASK)


@pytest.mark.parametrize("value", ["p1-a1b2", " p1-a1b2 "])
def test_a_task_id_is_taken_without_space_around_it(value: str) -> None:
    assert read_task({"task_id": value}).task_id == "p1-a1b2"


def test_a_task_id_may_be_a_number() -> None:
    assert read_task({"taskId": 12345}).task_id == "12345"


@pytest.mark.parametrize("value", [None, "", "  ", True, 1.5, [TASK], {"id": TASK}, "x" * (MAX_TEXT + 1), "a\x00b"])
def test_what_cannot_be_a_task_id_is_not_taken_for_one(value: object) -> None:
    with pytest.raises(ApiUnexpected):
        read_task({"taskId": value})


@pytest.mark.parametrize(
    ("words", "state"), [(RUNNING, TaskState.RUNNING), (DONE, TaskState.DONE), (FAILED, TaskState.FAILED)]
)
def test_a_state_is_read_in_any_spelling(words: tuple[str, ...], state: TaskState) -> None:
    for word, key in product(words, ("status", "state", "taskStatus", "task_status")):
        for spelling in (word, word.upper(), word.title(), f" {word} ", word.replace("_", "-"), word.replace("_", " ")):
            body = {key: spelling, "taskId": TASK, "url": URL}
            assert read_task(body).state is state, body


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, TaskState.DONE),
        ("200", TaskState.DONE),
        (202, TaskState.RUNNING),
        ("202", TaskState.RUNNING),
        (500, TaskState.FAILED),
        ("500", TaskState.FAILED),
        (400, TaskState.FAILED),
        (0, TaskState.FAILED),
        (-1, TaskState.FAILED),
        ("melting", TaskState.RUNNING),
    ],
)
def test_a_number_that_is_neither_done_nor_in_progress_is_a_failure_an_unknown_word_is_not(
    status: object, state: TaskState
) -> None:
    assert read_task({"status": status, "taskId": TASK, "url": URL}).state is state


@pytest.mark.parametrize("name", RESULT_NAMES)
@pytest.mark.parametrize("nesting", NESTINGS)
def test_a_result_is_found_under_every_name_and_nesting(name: str, nesting: str) -> None:
    body = {"status": 200, "taskId": TASK, **nested({name: URL}, nesting)}
    assert read_task(body) == TaskAnswer(state=TaskState.DONE, task_id=TASK, urls=(URL,))


@pytest.mark.parametrize("name", ["urls", "audio_urls", "audioUrls"])
def test_stems_are_found_in_their_order(name: str) -> None:
    stems = [f"{URL}&stem={number}" for number in range(6)]
    assert read_task({"status": "completed", "result": {name: stems}}).urls == tuple(stems)


def test_an_empty_list_of_results_does_not_hide_the_one_beside_it() -> None:
    assert read_task({"status": 200, "urls": [], "url": URL}).urls == (URL,)
    assert read_task({"status": 200, "urls": [None, "", 3], "url": URL}).urls == (URL,)


def test_no_more_results_are_kept_than_any_task_has() -> None:
    assert len(read_task({"urls": [URL] * 100_000}).urls) == MAX_RESULTS


@pytest.mark.parametrize(
    "value", ["", "  ", None, 5, True, "https://a/" + "b" * MAX_URL, "https://a/\nb", "https://\x00"]
)
def test_what_cannot_be_an_address_is_no_result(value: object) -> None:
    answer = read_task({"status": "completed", "taskId": TASK, "url": value})
    assert answer == TaskAnswer(state=TaskState.RUNNING, task_id=TASK)


def test_an_immediate_result_needs_neither_state_nor_task() -> None:
    assert read_task({"url": URL}) == TaskAnswer(state=TaskState.DONE, urls=(URL,))


@pytest.mark.parametrize(
    "body",
    [
        {"status": "completed", "result": URL},
        {"status": "completed", "data": [URL]},
        {"status": "completed", "data": [{"name": "vocals", "url": URL}]},
        {"status": "completed", "result": {"urls": [{"audioUrl": URL}]}},
        {"status": "completed", "url": [URL]},
    ],
)
def test_a_result_is_found_where_the_wrapping_is_the_result(body: object) -> None:
    assert read_task(body) == TaskAnswer(state=TaskState.DONE, urls=(URL,))


@pytest.mark.parametrize("value", ["ok", "Task done, see file.mp3", ["ok"], [{"name": "vocals"}], "ftp://cdn/a.mp3"])
def test_words_in_the_wrapping_are_no_result(value: object) -> None:
    body = {"status": "completed", "taskId": TASK, "data": value}
    assert read_task(body) == TaskAnswer(state=TaskState.RUNNING, task_id=TASK)


def test_an_empty_spelling_does_not_hide_the_other() -> None:
    assert read_task({"taskId": None, "task_id": TASK, "Status": "", "status": "queued"}).task_id == TASK


def test_keys_beyond_the_bound_are_not_read() -> None:
    many: dict[str, object] = {str(number): number for number in range(MAX_KEYS)}
    with pytest.raises(ApiUnexpected):
        read_task({**many, "taskId": TASK})


@pytest.mark.parametrize("status", [202, "processing", "PENDING"])
def test_a_result_is_not_believed_before_the_task_is_done(status: object) -> None:
    assert read_task({"status": status, "taskId": TASK, "url": URL}).urls == ()


def test_success_without_a_result_is_the_success_of_the_submission() -> None:
    assert read_task({"status": 200, "taskId": TASK}) == TaskAnswer(state=TaskState.RUNNING, task_id=TASK)


def test_the_innermost_state_is_the_tasks_own() -> None:
    body = {"status": 200, "data": {"taskId": TASK, "status": "processing", "url": URL}}
    assert read_task(body) == TaskAnswer(state=TaskState.RUNNING, task_id=TASK)


@pytest.mark.parametrize("nesting", NESTINGS)
@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        ({"code": "voice_broken", "message": "No such luck."}, "voice_broken", "No such luck."),
        ({"code": 1001, "message": "No such luck."}, "1001", "No such luck."),
        ({"code": 0, "message": "No such luck."}, "0", "No such luck."),
        ({"message": "No such luck."}, "error", "No such luck."),
        ({"code": "voice_broken"}, "voice_broken", ""),
        ({"type": "unknown"}, "error", ""),
        ("No such luck.", "", "No such luck."),
        (" No such\r\nluck.\x00 ", "", "No such luck."),
    ],
)
def test_an_error_is_a_failure_in_every_shape_even_inside_success(
    error: object, code: str, message: str, nesting: str
) -> None:
    body = {"status": 200, "taskId": TASK, "url": URL, **nested({"error": error}, nesting)}
    expected = TaskAnswer(state=TaskState.FAILED, task_id=TASK, error_code=code, error_message=message)
    assert read_task(body) == expected


@pytest.mark.parametrize(
    "error",
    [
        None,
        "",
        "  ",
        False,
        0,
        {},
        [],
        {"code": None, "message": None},
        {"code": "", "message": ""},
        {"code": 0, "message": ""},
        {"code": 200, "message": "Success"},
        {"code": None, "message": None, "details": []},
        "none",
    ],
)
def test_an_error_that_says_nothing_does_not_spoil_a_paid_result(error: object) -> None:
    body = {"status": 200, "url": URL, "error": error}
    assert read_task(body) == TaskAnswer(state=TaskState.DONE, urls=(URL,))


def test_words_of_the_service_are_bounded_and_fit_on_one_line() -> None:
    answer = read_task({"error": {"code": "a\nb" * 500, "message": "x" * 10_000 + "\ud800"}})
    assert len(answer.error_message) == MAX_TEXT
    assert "\n" not in answer.error_code


def test_half_a_character_becomes_a_space() -> None:
    assert read_task({"error": "broken \ud83d emoji"}).error_message == "broken   emoji"


@pytest.mark.parametrize(
    ("warnings", "expected"),
    [
        (["One, two.", "Three."], ("One, two.", "Three.")),
        ("One, two.", ("One, two.",)),
        ([None, "", {"a": 1}, "Three."], ("Three.",)),
        (7, ()),
    ],
)
def test_warnings_are_whole_sentences(warnings: object, expected: tuple[str, ...]) -> None:
    assert read_task({"url": URL, "warnings": warnings}).warnings == expected


@pytest.mark.parametrize(
    "body",
    [
        None,
        True,
        3,
        1.5,
        "text",
        [],
        {},
        {"status": True},
        {"data": [1]},
        {"status": 200},
        {"data": {"data": {"data": {"url": URL}}}},
    ],
)
def test_what_says_nothing_of_a_task_is_unexpected(body: object) -> None:
    with pytest.raises(ApiUnexpected):
        read_task(body)


def test_the_description_of_an_unexpected_answer_has_keys_and_types_but_no_values() -> None:
    body = {"user": {"mail": "person@example.com", "ids": [4711], "on": {"deep": {"deeper": "hidden"}}}, "n\nl": None}
    with pytest.raises(ApiUnexpected) as caught:
        read_task(body)
    assert caught.value.shape == "{user: {mail: str, ids: [int], on: {deep: dict}}, n l: NoneType}"
    assert str(caught.value) == f"unexpected answer: {caught.value.shape}"


def test_the_description_of_a_huge_answer_is_short() -> None:
    with pytest.raises(ApiUnexpected) as caught:
        read_task({f"{'key' * 50}{number}": {"a": [number]} for number in range(100_000)})
    assert len(caught.value.shape) <= 400


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"error": {"code": "unauthorized", "message": "Who are you?"}}, "unauthorized", "Who are you?"),
        ({"error": "Who are you?"}, "", "Who are you?"),
        ({"code": "unauthorized", "message": "Who are you?"}, "unauthorized", "Who are you?"),
        ({"detail": "Who are you?"}, "", "Who are you?"),
        ({"msg": "Who are you?", "code": 401}, "401", "Who are you?"),
        ({"data": {"message": "Who are you?"}}, "", "Who are you?"),
        (None, "", ""),
        ([1], "", ""),
        ({"message": {"text": 1}}, "", ""),
        ({"detail": [{"loc": ["body"], "msg": "Who are you?", "type": "missing"}]}, "", "Who are you?"),
        ({"detail": []}, "", ""),
        ({"detail": ["broken"]}, "", ""),
    ],
)
def test_the_body_of_a_refusal_is_read_in_every_shape(body: object, code: str, message: str) -> None:
    assert read_error(body) == (code, message)
