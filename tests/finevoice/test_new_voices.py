"""The answers to a training and a design, which are documented as objects and nothing more."""

import pytest

from bot.finevoice.answers import NewVoiceAnswer, TaskState, read_new_voice
from bot.finevoice.errors import ApiUnexpected

URL = "https://cdn.example/preview.mp3"
RUNNING, DONE, FAILED = TaskState.RUNNING, TaskState.DONE, TaskState.FAILED


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"taskId": "t-1"}, NewVoiceAnswer(state=RUNNING, task_id="t-1")),
        ({"status": 200, "taskId": "t-1", "voice": "mine"}, NewVoiceAnswer(state=RUNNING, task_id="t-1", voice="mine")),
        ({"status": "Completed", "name": "mine"}, NewVoiceAnswer(state=DONE, voice="mine")),
        ({"name": "mine"}, NewVoiceAnswer(state=DONE, voice="mine")),
        ({"data": {"voice": {"name": "mine"}}}, NewVoiceAnswer(state=DONE, voice="mine")),
        ({"status": "pending", "name": "mine"}, NewVoiceAnswer(state=RUNNING, voice="mine")),
        ({"status": 200}, NewVoiceAnswer(state=RUNNING)),
        ({"status": "success", "message": "Training started."}, NewVoiceAnswer(state=RUNNING)),
        ({"url": URL, "desigUuid": "u-1"}, NewVoiceAnswer(state=DONE, urls=(URL,), design_uuid="u-1")),
        ({"designUuid": "u-1"}, NewVoiceAnswer(state=RUNNING, design_uuid="u-1")),
        ({"status": 500}, NewVoiceAnswer(state=FAILED)),
        (
            {"status": 200, "error": "No.", "name": "mine"},
            NewVoiceAnswer(state=FAILED, voice="mine", error_message="No."),
        ),
    ],
)
def test_what_is_known_of_a_new_voice_is_read(body: object, expected: NewVoiceAnswer) -> None:
    assert read_new_voice(body) == expected


@pytest.mark.parametrize("body", [None, [], {}, "mine", {"message": "ok"}, {"id": 7}])
def test_what_says_nothing_of_a_voice_is_unexpected(body: object) -> None:
    with pytest.raises(ApiUnexpected):
        read_new_voice(body)
