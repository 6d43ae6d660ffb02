"""What the client makes of good answers, and how results are fetched with it."""

from pathlib import Path

import pytest
from yarl import URL

from bot.finevoice.answers import TaskAnswer, TaskState
from bot.finevoice.client import FineVoice
from bot.finevoice.errors import ApiError, ApiNotFound, ApiUnreachable, DownloadRefused, TaskFailed
from bot.finevoice.requests import SpeechSynthesis
from tests.finevoice.fake_api import FakeApi, Mode, cuts_in_the_body, never_ends, says, sends

REQUEST = SpeechSynthesis(voice="james", text="Hello")
SOUND = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(256)) * 4_000
LIMIT = 2_000_000


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_a_submit_gives_the_task(api: FineVoice, server: FakeApi, status: int) -> None:
    server.answers(says({"status": 202, "taskId": "t-1"}, status))
    assert await api.speech.synthesize(REQUEST) == TaskAnswer(state=TaskState.RUNNING, task_id="t-1")


async def test_a_submit_may_give_the_result_at_once(api: FineVoice, server: FakeApi) -> None:
    server.answers(says({"url": "https://cdn.example/a.mp3"}))
    assert await api.speech.synthesize(REQUEST) == TaskAnswer(state=TaskState.DONE, urls=("https://cdn.example/a.mp3",))


async def test_a_failure_inside_a_success_is_given_not_raised(api: FineVoice, server: FakeApi) -> None:
    server.answers(says({"error": {"code": "busy", "message": "Later."}}))
    answer = await api.speech.synthesize(REQUEST)
    assert (answer.state, answer.error_code, answer.error_message) == (TaskState.FAILED, "busy", "Later.")


async def test_a_task_is_asked_for_until_it_is_done(api: FineVoice, server: FakeApi) -> None:
    url = "https://cdn.example/a.mp3"
    server.answers(says({"status": "processing"}), says({"status": 200, "taskId": "t-1", "url": url}))
    assert (await api.tasks.get("t-1")).state is TaskState.RUNNING
    assert await api.tasks.get("t-1") == TaskAnswer(state=TaskState.DONE, task_id="t-1", urls=(url,))


async def test_json_is_read_whatever_the_content_type_says(api: FineVoice, server: FakeApi) -> None:
    server.answers(sends('{"taskId": "zoë"}'.encode(), headers={"Content-Type": "text/html; charset=latin-1"}))
    assert (await api.tasks.get("t")).task_id == "zoë"


async def test_a_result_is_streamed_to_the_file(api: FineVoice, server: FakeApi, tmp_path: Path) -> None:
    server.answers(sends(SOUND))
    target = tmp_path / "result"
    assert await api.download(f"{server.base_url}/files/a.mp3?sign=1", target, max_bytes=LIMIT) == len(SOUND)
    assert target.read_bytes() == SOUND
    assert server.calls[0].raw_path == "/files/a.mp3?sign=1"


async def test_the_key_is_not_sent_to_where_results_are(api: FineVoice, server: FakeApi, tmp_path: Path) -> None:
    server.answers(sends(SOUND))
    await api.download(f"{server.base_url}/a.mp3", tmp_path / "result", max_bytes=LIMIT)
    assert "Authorization" not in server.calls[0].headers


async def test_what_was_made_before_the_service_took_another_port_is_fetched_from_there(
    server: FakeApi, tmp_path: Path
) -> None:
    server.answers(sends(SOUND))
    url = str(URL(server.base_url).with_port(1) / "files/a.mp3")
    async with FineVoice(base_url=server.base_url, api_key="key", changes_port=True) as api:
        await api.download(url, tmp_path / "result", max_bytes=LIMIT)
        for elsewhere in ("http://127.0.0.2:1/a.mp3", "http://[::1", ""):
            with pytest.raises(DownloadRefused):
                await api.download(elsewhere, tmp_path / "other", max_bytes=LIMIT)
    assert (tmp_path / "result").read_bytes() == SOUND


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (sends(b"", 403), ApiNotFound),
        (sends(b"", 404), ApiNotFound),
        (sends(b"", 410), ApiNotFound),
        (sends(b"", 408), ApiUnreachable),
        (sends(b"", 429), ApiUnreachable),
        (sends(b"", 500), ApiUnreachable),
        (sends(b"", 503), ApiUnreachable),
        (cuts_in_the_body(), ApiUnreachable),
        (sends(b"", 400), DownloadRefused),
        (sends(b"", 204), DownloadRefused),
        (sends(b""), DownloadRefused),
        (sends(SOUND + bytes(LIMIT)), DownloadRefused),
        (never_ends(), DownloadRefused),
    ],
)
async def test_a_download_ends_with_the_file_or_with_an_error_that_says_whether_to_try_again(
    *, api: FineVoice, server: FakeApi, tmp_path: Path, mode: Mode, expected: type[ApiError]
) -> None:
    server.answers(mode)
    with pytest.raises(ApiError) as caught:
        await api.download(f"{server.base_url}/a.mp3", tmp_path / "result", max_bytes=LIMIT)
    assert type(caught.value) is expected
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://169.254.169.254/latest", "http://[::1", "", "nonsense"])
async def test_a_result_elsewhere_than_in_public_is_refused(api: FineVoice, tmp_path: Path, url: str) -> None:
    with pytest.raises(DownloadRefused):
        await api.download(url, tmp_path / "result", max_bytes=LIMIT)


def test_errors_say_little_and_carry_the_rest() -> None:
    failed = TaskFailed("voice_broken", "A sentence of the service.", request_id="r-1")
    assert (str(failed), failed.code, failed.request_id) == ("voice_broken", "voice_broken", "r-1")
    assert failed.message == "A sentence of the service."
