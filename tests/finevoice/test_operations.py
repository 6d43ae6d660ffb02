"""What the client makes of the answers to each of its operations."""

from pathlib import Path

import pytest

from bot.finevoice import requests as ask
from bot.finevoice.answers import FillerWord, FillerWordsAnswer, NewVoiceAnswer, TaskAnswer, TaskState
from bot.finevoice.client import FineVoice
from bot.finevoice.errors import ApiBadRequest, ApiOutcomeUnknown, ApiUnexpected, DownloadRefused
from tests.finevoice.fake_api import FakeApi, cuts_in_the_body, says, sends
from tests.finevoice.operations import BY_NAME, MAX_BYTES, OPERATIONS, SOURCE, Operation

URL = "https://cdn.example/result.mp3?sign=a%2Fb"
SOUND = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(256)) * 100
AUDIO_ANSWER = {"Content-Type": "audio/mpeg"}
READS = {"GetVoiceDetail", "PageVoices", "GetTaskStatus"}
NEW_VOICES = {"VoiceDesign", "TrainVoice"}
SUBMITS = [one for one in OPERATIONS if one.name not in {*READS, *NEW_VOICES, "FillerWordsDetect"}]
REPAIRS = [
    BY_NAME[name]
    for name in (
        *("SpeechEnhancement", "SpeechSuperResolution", "EnhancerSpeechSeparation", "RemoveMouthSounds"),
        *("RemoveLongSilences", "FillerWordsRemove", "StutteringRemove", "AudioNormalization", "ProcessPipeline"),
    )
]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "result"


@pytest.mark.parametrize("operation", SUBMITS, ids=lambda one: one.name)
async def test_a_submit_gives_the_task_to_ask_for(
    api: FineVoice, server: FakeApi, target: Path, operation: Operation
) -> None:
    server.answers(says({"status": 202, "taskId": "t-1"}))
    assert await operation.send_least(api, target) == TaskAnswer(state=TaskState.RUNNING, task_id="t-1")
    assert not target.exists()


@pytest.mark.parametrize("operation", SUBMITS, ids=lambda one: one.name)
async def test_a_submit_may_give_the_results_at_once(
    api: FineVoice, server: FakeApi, target: Path, operation: Operation
) -> None:
    server.answers(says({"data": {"urls": [URL, URL + "2"]}}))
    assert await operation.send_least(api, target) == TaskAnswer(state=TaskState.DONE, urls=(URL, URL + "2"))


@pytest.mark.parametrize(
    "operation", [*SUBMITS, BY_NAME["VoiceDesign"], BY_NAME["TrainVoice"]], ids=lambda one: one.name
)
async def test_a_failure_inside_a_success_is_given_not_raised(
    api: FineVoice, server: FakeApi, target: Path, operation: Operation
) -> None:
    server.answers(says({"status": 200, "error": {"code": "too_loud", "message": "Later."}}))
    answer = await operation.send_least(api, target)
    assert isinstance(answer, TaskAnswer)
    assert (answer.state, answer.error_code, answer.error_message) == (TaskState.FAILED, "too_loud", "Later.")


@pytest.mark.parametrize("operation", SUBMITS, ids=lambda one: one.name)
@pytest.mark.parametrize("body", [{"status": 202}, {"status": "processing"}, {"message": "ok"}, []])
async def test_work_that_nobody_could_ask_for_is_unexpected(
    *, api: FineVoice, server: FakeApi, target: Path, operation: Operation, body: object
) -> None:
    server.answers(says(body))
    with pytest.raises(ApiUnexpected):
        await operation.send_least(api, target)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
async def test_a_wrong_field_is_said_by_every_operation(
    api: FineVoice, server: FakeApi, target: Path, operation: Operation
) -> None:
    server.answers(says({"detail": [{"loc": ["body", "url"], "msg": "Not a recording.", "type": "value"}]}, 422))
    with pytest.raises(ApiBadRequest) as caught:
        await operation.send_everything(api, target)
    assert caught.value.message == "Not a recording."


@pytest.mark.parametrize("operation", REPAIRS, ids=lambda one: one.name)
async def test_a_repair_may_be_answered_with_the_audio_itself(
    api: FineVoice, server: FakeApi, target: Path, operation: Operation
) -> None:
    server.answers(sends(SOUND, headers=AUDIO_ANSWER))
    assert await operation.send_least(api, target) == TaskAnswer(state=TaskState.DONE, file=target)
    assert target.read_bytes() == SOUND


async def test_audio_that_is_too_large_leaves_nothing_behind(api: FineVoice, server: FakeApi, target: Path) -> None:
    server.answers(sends(SOUND + bytes(MAX_BYTES), headers=AUDIO_ANSWER))
    with pytest.raises(DownloadRefused):
        await BY_NAME["AudioNormalization"].send_least(api, target)
    assert list(target.parent.iterdir()) == []


async def test_audio_that_breaks_off_leaves_nothing_behind(api: FineVoice, server: FakeApi, target: Path) -> None:
    server.answers(cuts_in_the_body(start=SOUND, promised=2 * len(SOUND)))
    with pytest.raises(ApiOutcomeUnknown):
        await BY_NAME["AudioNormalization"].send_least(api, target)
    assert list(target.parent.iterdir()) == []


async def test_filler_words_are_given_with_their_times(api: FineVoice, server: FakeApi) -> None:
    server.answers(says({"filler_words": [{"word": "um", "start": 0.5, "end": 0.75}]}))
    answer = await api.enhancement.detect_filler_words(ask.FillerWords(url=SOURCE))
    assert answer == FillerWordsAnswer(words=(FillerWord(start_s=0.5, end_s=0.75, word="um"),))


@pytest.mark.parametrize("name", sorted(NEW_VOICES))
async def test_a_new_voice_is_a_task_first(api: FineVoice, server: FakeApi, target: Path, name: str) -> None:
    server.answers(says({"status": 202, "data": {"task_id": "t-1"}}))
    answer = await BY_NAME[name].send_least(api, target)
    assert answer == NewVoiceAnswer(state=TaskState.RUNNING, task_id="t-1")
