"""Whatever the service says: an answer that is understood, or ApiUnexpected that gives nothing of it away."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.finevoice.answers import (
    MAX_RESULTS,
    MAX_TEXT,
    MAX_URL,
    TaskAnswer,
    TaskState,
    read_error,
    read_filler_words,
    read_new_voice,
    read_submission,
    read_task,
    read_voice,
    read_voice_page,
)
from bot.finevoice.errors import ApiUnexpected

KNOWN_KEYS = (
    *("taskId", "task_id", "status", "state", "url", "urls", "audioUrl", "error", "code", "message", "data", "result"),
    *("voices", "list", "items", "name", "id", "voice", "displayName", "tags", "total", "gender", "warnings"),
)
WORDS = ("completed", "failed", "PENDING", "200", "202", "500", "in progress", "https://cdn.example/a.mp3", "", " ")
# json.loads makes lone surrogates of half an escaped pair, so they are among the texts.
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(st.characters(exclude_categories=()), max_size=20))
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from([200, 202, 404]), st.floats(), TEXTS)
KEYS = st.one_of(st.sampled_from(KNOWN_KEYS), st.text(st.characters(exclude_categories=()), max_size=8))
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)

# How long an example takes says more about the machine than about the code.
patient = settings(deadline=None)

SECRET = "zq7secretvalue"
SECRET_LEAVES = st.sampled_from([SECRET, [SECRET], {"x": SECRET}, [[[[SECRET]]]], {"a": {"b": {"c": {"d": SECRET}}}}])
EXTRA = st.dictionaries(st.sampled_from(["service", "port", "timestamp", "traceId", "extra"]), LEAVES, max_size=3)


def cased(word: str, flags: list[bool]) -> str:
    return "".join(char.upper() if flag else char.lower() for char, flag in zip(word, flags, strict=False)) or word


CASES = st.lists(st.booleans(), min_size=12, max_size=12)
NESTINGS = st.lists(st.sampled_from(["data", "result"]), max_size=2)


def is_plain(text: str) -> bool:
    return not any(ord(char) < 0x20 or 0xD800 <= ord(char) <= 0xDFFF for char in text)


@patient
@given(JSON)
def test_any_json_is_a_task_of_bounded_parts_or_unexpected(body: object) -> None:
    try:
        answer = read_task(body)
    except ApiUnexpected:
        return
    assert len(answer.urls) <= MAX_RESULTS
    assert all(0 < len(url) <= MAX_URL for url in answer.urls)
    assert bool(answer.urls) == (answer.state is TaskState.DONE)
    assert all(len(text) <= MAX_TEXT for text in (answer.error_code, answer.error_message, *answer.warnings))
    texts = (answer.task_id or "", *answer.urls, answer.error_code, answer.error_message, *answer.warnings)
    assert all(is_plain(text) for text in texts)


@patient
@given(JSON)
def test_any_json_is_voices_of_bounded_parts_or_unexpected(body: object) -> None:
    try:
        page = read_voice_page(body)
    except ApiUnexpected:
        return
    for voice in page.voices:
        texts = [text for text in voice.model_dump().values() if isinstance(text, str)]
        assert voice.name
        assert voice.label
        assert all(len(text) <= MAX_TEXT and is_plain(text) for text in (*texts, *voice.tags))


@patient
@given(JSON)
def test_any_json_can_be_the_body_of_a_refusal(body: object) -> None:
    code, message = read_error(body)
    assert len(code) <= MAX_TEXT
    assert len(message) <= MAX_TEXT
    assert is_plain(code + message)


@patient
@given(JSON)
def test_a_submission_is_done_failed_or_can_be_asked_for(body: object) -> None:
    try:
        answer = read_submission(body)
    except ApiUnexpected:
        return
    assert answer.task_id or answer.state is not TaskState.RUNNING


@patient
@given(JSON)
def test_any_json_is_a_new_voice_or_unexpected(body: object) -> None:
    try:
        answer = read_new_voice(body)
    except ApiUnexpected:
        return
    assert all(len(text) <= MAX_TEXT and is_plain(text) for text in (answer.voice or "", answer.design_uuid or ""))
    assert answer.state is not TaskState.DONE or answer.urls or answer.voice


@patient
@given(JSON | st.lists(st.fixed_dictionaries({"start": LEAVES, "end": LEAVES}) | st.lists(LEAVES, max_size=3)))
def test_any_json_is_filler_words_in_order_or_unexpected(body: object) -> None:
    try:
        answer = read_filler_words(body)
    except ApiUnexpected:
        return
    starts = [word.start_s for word in answer.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start_s <= word.end_s < float("inf") for word in answer.words)


@patient
@given(
    st.dictionaries(st.sampled_from(["user", "meta", "request", "account"]), SECRET_LEAVES, max_size=4),
    st.sampled_from([read_task, read_submission, read_voice, read_voice_page, read_new_voice, read_filler_words]),
    st.sampled_from(["", "data", "result", "nothing"]),
)
def test_what_is_not_understood_is_described_without_its_values(
    body: dict[str, object], read: Callable[[object], object], nesting: str
) -> None:
    with pytest.raises(ApiUnexpected) as caught:
        read({nesting: body} if nesting else body)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)
    assert SECRET not in caught.value.shape


@patient
@given(
    word=st.sampled_from(["pending", "processing", "queued", "running", "in_progress"]),
    cases=CASES,
    id_key=st.sampled_from(["taskId", "task_id"]),
    nesting=NESTINGS,
    extra=EXTRA,
)
def test_a_running_task_is_read_however_it_is_wrapped(
    *, word: str, cases: list[bool], id_key: str, nesting: list[str], extra: dict[str, object]
) -> None:
    body: dict[str, object] = {**extra, "status": cased(word, cases), id_key: "t-1"}
    for key in nesting:
        body = {**extra, key: body}
    assert read_task(body) == TaskAnswer(state=TaskState.RUNNING, task_id="t-1")


@patient
@given(
    word=st.sampled_from(["completed", "success", "succeeded", "done", "finished", 200]),
    cases=CASES,
    url_key=st.sampled_from(["url", "audio_url", "audioUrl", "file_url", "fileUrl", "download_url", "downloadUrl"]),
    nesting=NESTINGS,
    extra=EXTRA,
)
def test_a_done_task_is_read_however_it_is_wrapped(
    *, word: str | int, cases: list[bool], url_key: str, nesting: list[str], extra: dict[str, object]
) -> None:
    status = cased(word, cases) if isinstance(word, str) else word
    body: dict[str, object] = {**extra, "status": status, url_key: "https://cdn.example/a.mp3"}
    for key in nesting:
        body = {**extra, key: body}
    assert read_task(body) == TaskAnswer(state=TaskState.DONE, urls=("https://cdn.example/a.mp3",))


@patient
@given(
    id_key=st.sampled_from(["taskId", "task_id", "task-id"]),
    state_key=st.sampled_from(["status", "state", "task_status"]),
    url_key=st.sampled_from(["url", "urls", "audio_url", "fileUrl", "download_urls"]),
    cases=CASES,
    wrapped=st.booleans(),
    nesting=NESTINGS,
)
def test_keys_are_read_in_any_letter_case(
    *, id_key: str, state_key: str, url_key: str, cases: list[bool], wrapped: bool, nesting: list[str]
) -> None:
    url = "https://cdn.example/a.mp3"
    body: dict[str, object] = {
        cased(id_key, cases): "t-1",
        cased(state_key, cases): "DONE",
        cased(url_key, cases): [url] if url_key.endswith("urls") else url,
    }
    for key in nesting:
        body = {cased(key, cases) if wrapped else key: body}
    assert read_task(body) == TaskAnswer(state=TaskState.DONE, task_id="t-1", urls=(url,))


@patient
@given(
    error=st.sampled_from(["it broke", {"code": "E1", "message": "it broke"}, {"code": 7}, {"message": "it broke"}]),
    status=st.sampled_from([200, 202, 500, "completed", "failed", None]),
    nesting=NESTINGS,
    extra=EXTRA,
)
def test_a_failed_task_is_read_however_it_is_wrapped(
    *, error: object, status: object, nesting: list[str], extra: dict[str, object]
) -> None:
    body: dict[str, object] = {**extra, "status": status, "taskId": "t-1", "error": error}
    for key in nesting:
        body = {**extra, key: body}
    answer = read_task(body)
    assert answer.state is TaskState.FAILED
    assert answer.error_code or answer.error_message
