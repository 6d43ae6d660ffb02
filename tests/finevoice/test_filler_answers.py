"""The answer of the filler word detector, whose layout is not documented."""

import pytest

from bot.finevoice.answers import FillerWord, FillerWordsAnswer, TaskAnswer, TaskState, read_filler_words
from bot.finevoice.errors import ApiUnexpected
from bot.finevoice.filler_answers import MAX_FILLERS

UM = FillerWord(start_s=0.5, end_s=0.75, word="um")
BARE = FillerWord(start_s=0.5, end_s=0.75)
URL = "https://cdn.example/fillers.json"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"word": "um", "start": 0.5, "end": 0.75}, UM),
        ({"text": "um", "start_time": 0.5, "end_time": 0.75}, UM),
        ({"label": "um", "startTime": 0.5, "EndTime": 0.75, "confidence": 0.9}, UM),
        ({"filler": "um", "start_ms": 500, "end_ms": 750}, UM),
        ({"Word": "um", "begin": 0.5, "stop": 0.75}, UM),
        ({"start": 0.5, "end": 0.75}, BARE),
        ([0.5, 0.75], BARE),
        ({"word": "um", "start": 2, "end": 2}, FillerWord(start_s=2, end_s=2, word="um")),
    ],
)
@pytest.mark.parametrize("key", ["", "filler_words", "fillers", "segments", "timestamps", "data", "result", "words"])
@pytest.mark.parametrize("outer", ["", "data", "result"])
def test_a_filler_word_is_read_in_every_likely_shape(
    *, entry: object, expected: FillerWord, key: str, outer: str
) -> None:
    body: object = {key: [entry]} if key else [entry]
    if outer and key:
        body = {"status": 200, outer: body}
    assert read_filler_words(body) == FillerWordsAnswer(words=(expected,))


def test_filler_words_are_put_in_order() -> None:
    body = {"words": [{"start": 3, "end": 4}, {"start": 1, "end": 2}]}
    assert [word.start_s for word in read_filler_words(body).words] == [1, 3]


@pytest.mark.parametrize("body", [[], {"filler_words": []}, {"status": 200, "data": {"segments": []}}])
def test_a_recording_without_filler_words_is_an_answer(body: object) -> None:
    assert read_filler_words(body) == FillerWordsAnswer()


def test_no_more_filler_words_are_kept_than_the_bound() -> None:
    assert len(read_filler_words([[1, 2]] * (MAX_FILLERS + 10)).words) == MAX_FILLERS


@pytest.mark.parametrize(
    ("body", "task"),
    [
        ({"status": 202, "taskId": "t-1"}, TaskAnswer(state=TaskState.RUNNING, task_id="t-1")),
        ({"status": 202, "taskId": "t-1", "words": None}, TaskAnswer(state=TaskState.RUNNING, task_id="t-1")),
        ({"url": URL}, TaskAnswer(state=TaskState.DONE, urls=(URL,))),
        ({"error": "No.", "words": []}, TaskAnswer(state=TaskState.FAILED, error_message="No.")),
    ],
)
def test_the_detector_may_answer_with_a_task(body: object, task: TaskAnswer) -> None:
    assert read_filler_words(body) == FillerWordsAnswer(task=task)


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"status": 202},
        {"message": "ok"},
        ["um", "uh"],
        [{"word": "um"}],
        [{"start": 2, "end": 1}],
        [{"start": -1, "end": 1}],
        [{"start": True, "end": 1}],
        [{"start": "0.5", "end": 1}],
        [{"start": float("nan"), "end": 1}],
        [{"start": 0, "end": float("inf")}],
        [{"start": 0, "end": 10**400}],
        [[1, 2], "um"],
        [[1]],
    ],
)
def test_what_has_no_times_is_unexpected(body: object) -> None:
    with pytest.raises(ApiUnexpected):
        read_filler_words(body)
