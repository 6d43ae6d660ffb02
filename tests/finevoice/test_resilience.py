"""The client in trouble: what it repeats by itself, what it leaves alone, and what it gives up."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from pydantic import BaseModel

from bot.finevoice.breaker import FAILURES_TO_OPEN, FIRST_OPEN
from bot.finevoice.client import FineVoice
from bot.finevoice.errors import (
    ApiBadRequest,
    ApiBroken,
    ApiBusy,
    ApiError,
    ApiNotFound,
    ApiOutcomeUnknown,
    ApiUnavailable,
    ApiUnexpected,
    ApiUnreachable,
    DownloadRefused,
)
from bot.finevoice.places import Places
from bot.finevoice.requests import SpeechSynthesis
from bot.finevoice.retry import READS, SUBMITS
from bot.finevoice.transport import Conduct, Transport
from tests.finevoice.clock import Clock
from tests.finevoice.conftest import KEY, TIMEOUT_S, conduct_by
from tests.finevoice.fake_api import (
    FakeApi,
    Mode,
    cuts_before_headers,
    cuts_in_the_body,
    never_ends,
    not_http,
    says,
    sends,
)

REQUEST = SpeechSynthesis(voice="james", text="Hello")
TASK = says({"taskId": "t-1", "status": "processing"})
DATE = "Sun, 22 Nov 2026 12:00:00 GMT"
DATE_IN_3_S = "Sun, 22 Nov 2026 12:00:03 GMT"
HTML = b"<html>502 Bad Gateway</html>"
SOUND = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(256)) * 400
LIMIT = 1_000_000


# Reading


@pytest.mark.parametrize(
    "fault",
    [
        cuts_before_headers,
        cuts_in_the_body(),
        not_http(b"SSH-2.0-OpenSSH_9.9\r\n"),
        says({}, 429),
        says({}, 429, {"Retry-After": "1"}),
        sends(HTML, 500),
        sends(HTML, 502),
        cuts_in_the_body(503),
    ],
)
async def test_reading_survives_a_passing_fault(api: FineVoice, server: FakeApi, clock: Clock, fault: Mode) -> None:
    server.answers(fault, fault, TASK)
    assert (await api.tasks.get("t-1")).task_id == "t-1"
    assert len(server.calls) == 3
    # aiohttp itself asks again once where a connection was hung up on.
    assert 1 <= len(clock.slept_s) <= 2


@pytest.mark.parametrize(
    "fault", [says({}, 401), says({}, 404), says({}, 422), sends(HTML), sends(b'{"taskId": '), never_ends()]
)
async def test_reading_is_not_repeated_where_it_would_end_the_same(
    api: FineVoice, server: FakeApi, fault: Mode
) -> None:
    server.answers(fault)
    with pytest.raises(ApiError):
        await api.tasks.get("t-1")
    assert len(server.calls) == 1


async def test_reading_is_given_up_after_a_few_tries(api: FineVoice, server: FakeApi) -> None:
    server.answers(sends(HTML, 502))
    with pytest.raises(ApiBroken):
        await api.tasks.get("t-1")
    assert len(server.calls) == READS.tries


async def test_slow_answers_are_waited_for_a_few_times(hasty_api: FineVoice, server: FakeApi) -> None:
    server.answers(server.never_answers, server.stops_in_the_body(), TASK)
    assert (await hasty_api.tasks.get("t-1")).task_id == "t-1"


@pytest.mark.parametrize("headers", [{"Retry-After": "3"}, {"Retry-After": DATE_IN_3_S, "Date": DATE}])
@pytest.mark.parametrize("status", [429, 503])
async def test_a_moment_that_the_service_names_is_waited_for(
    *, api: FineVoice, server: FakeApi, clock: Clock, headers: dict[str, str], status: int
) -> None:
    server.answers(says({}, status, headers), TASK)
    await api.tasks.get("t-1")
    assert 3.0 <= clock.slept_s[0] <= 3.3


async def test_a_long_wait_is_the_callers_to_take(api: FineVoice, server: FakeApi, clock: Clock) -> None:
    server.answers(says({}, 429, {"Retry-After": "60"}))
    with pytest.raises(ApiBusy) as caught:
        await api.tasks.get("t-1")
    assert (caught.value.retry_after_s, len(server.calls), clock.slept_s) == (60.0, 1, [])


# Submitting


@pytest.fixture
async def stubborn_api(server: FakeApi, clock: Clock) -> AsyncIterator[FineVoice]:
    """A client that repeats submits where nothing was started."""
    conduct = conduct_by(clock, submits=SUBMITS)
    async with FineVoice(base_url=server.base_url, api_key=KEY, timeout_s=TIMEOUT_S, conduct=conduct) as client:
        yield client


async def test_a_submit_is_not_repeated_unless_asked_for(api: FineVoice, server: FakeApi) -> None:
    server.answers(says({}, 429), TASK)
    with pytest.raises(ApiBusy):
        await api.speech.synthesize(REQUEST)
    assert len(server.calls) == 1


async def test_a_submit_that_started_nothing_may_be_repeated(
    stubborn_api: FineVoice, server: FakeApi, clock: Clock
) -> None:
    server.answers(says({}, 429, {"Retry-After": "20"}), says({}, 429), TASK)
    assert (await stubborn_api.speech.synthesize(REQUEST)).task_id == "t-1"
    assert clock.slept_s[0] >= 20


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (cuts_before_headers, ApiOutcomeUnknown),
        (cuts_in_the_body(), ApiOutcomeUnknown),
        (sends(HTML, 500), ApiBroken),
        (sends(b"", 503, {"Retry-After": "1"}), ApiBroken),
        (sends(HTML), ApiUnexpected),
        (says({}, 422), ApiBadRequest),
    ],
)
async def test_a_submit_that_may_have_started_something_is_never_repeated(
    *, stubborn_api: FineVoice, server: FakeApi, fault: Mode, expected: type[ApiError]
) -> None:
    server.answers(fault, TASK)
    with pytest.raises(ApiError) as caught:
        await stubborn_api.speech.synthesize(REQUEST)
    assert type(caught.value) is expected
    assert len(server.calls) == 1


# The breaker and the places


async def break_speech(api: FineVoice, server: FakeApi) -> None:
    server.answers(sends(HTML, 502))
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(ApiBroken):
            await api.speech.synthesize(REQUEST)


async def test_a_service_that_is_down_is_left_alone_and_asked_again_later(
    api: FineVoice, server: FakeApi, clock: Clock
) -> None:
    await break_speech(api, server)
    with pytest.raises(ApiUnavailable) as caught:
        await api.speech.synthesize(REQUEST)
    assert len(server.calls) == FAILURES_TO_OPEN
    assert isinstance(caught.value, ApiUnreachable)
    assert caught.value.retry_at == clock.now() + FIRST_OPEN
    server.answers(TASK)
    clock.step(FIRST_OPEN.total_seconds())
    assert (await api.speech.synthesize(REQUEST)).task_id == "t-1"


async def test_other_groups_go_on_while_one_is_down(api: FineVoice, server: FakeApi) -> None:
    await break_speech(api, server)
    server.answers(TASK)
    assert (await api.tasks.get("t-1")).task_id == "t-1"


async def test_a_probe_that_is_cancelled_holds_nobody_up(api: FineVoice, server: FakeApi, clock: Clock) -> None:
    await break_speech(api, server)
    clock.step(FIRST_OPEN.total_seconds())
    server.answers(server.never_answers)
    probe = asyncio.create_task(api.speech.synthesize(REQUEST))
    while len(server.calls) == FAILURES_TO_OPEN:  # noqa: ASYNC110  # until the request is out
        await asyncio.sleep(0)
    probe.cancel()
    await asyncio.wait({probe})
    server.answers(TASK)
    assert (await api.speech.synthesize(REQUEST)).task_id == "t-1"


async def test_refusals_do_not_open_it(api: FineVoice, server: FakeApi) -> None:
    server.answers(says({}, 404))
    for _ in range(3 * FAILURES_TO_OPEN):
        with pytest.raises(ApiNotFound):
            await api.tasks.get("t-1")
    assert len(server.calls) == 3 * FAILURES_TO_OPEN


async def test_too_many_requests_lower_the_places(api: FineVoice, server: FakeApi) -> None:
    server.answers(says({}, 429))
    assert api.places.allowed == 5
    with pytest.raises(ApiBusy):
        await api.speech.synthesize(REQUEST)
    assert api.places.allowed == 4


# Audio as the answer itself


class Enhancement(BaseModel):
    """Any request will do."""

    url: str = "https://cdn.example/a.mp3"


@pytest.fixture
async def transport(server: FakeApi, clock: Clock) -> AsyncIterator[Transport]:
    async with aiohttp.ClientSession() as session:
        conduct = conduct_by(clock)
        yield Transport(session, server.base_url, KEY, TIMEOUT_S, places=Places(5, clock.now), conduct=conduct)


async def post(transport: Transport, target: Path) -> object | None:
    return await transport.post_for_file("v1/enhancer/speech_enhancement", Enhancement(), target, LIMIT)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("content_type", ["audio/mpeg", "application/octet-stream", "application/json"])
@pytest.mark.parametrize("body", [SOUND, SOUND[:500]])
async def test_audio_is_kept_whatever_it_is_called(
    *, transport: Transport, server: FakeApi, tmp_path: Path, content_type: str, body: bytes
) -> None:
    server.answers(sends(body, headers={"Content-Type": content_type}))
    assert await post(transport, tmp_path / "result") is None
    assert (tmp_path / "result").read_bytes() == body
    assert files_in(tmp_path) == ["result"]
    assert server.calls[0].body == {"url": "https://cdn.example/a.mp3"}


@pytest.mark.parametrize("answer", [{"taskId": "t-1"}, {"url": "https://cdn.example/a.mp3", "more": "x" * 20_000}])
async def test_json_is_given_as_it_is(transport: Transport, server: FakeApi, tmp_path: Path, answer: object) -> None:
    server.answers(says(answer, headers={"Content-Type": "audio/mpeg"}))
    assert await post(transport, tmp_path / "result") == answer
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (sends(HTML, headers={"Content-Type": "audio/mpeg"}), ApiUnexpected),
        (sends(b""), ApiUnexpected),
        (sends(SOUND + bytes(LIMIT)), DownloadRefused),
        (never_ends(start=SOUND), DownloadRefused),
        (never_ends(), ApiUnexpected),
        (cuts_in_the_body(start=SOUND, promised=len(SOUND) + 1), ApiOutcomeUnknown),
        (cuts_before_headers, ApiOutcomeUnknown),
        (sends(SOUND, 500), ApiBroken),
        (says({}, 422), ApiBadRequest),
        (says({}, 429), ApiBusy),
    ],
)
async def test_what_is_no_whole_audio_leaves_nothing_and_is_asked_for_once(
    *, transport: Transport, server: FakeApi, tmp_path: Path, mode: Mode, expected: type[ApiError]
) -> None:
    server.answers(mode)
    with pytest.raises(ApiError) as caught:
        await post(transport, tmp_path / "result")
    assert type(caught.value) is expected
    assert files_in(tmp_path) == []
    assert len(server.calls) == 1


async def test_nothing_is_asked_for_that_cannot_be_kept(transport: Transport, server: FakeApi, tmp_path: Path) -> None:
    server.answers(sends(SOUND))
    with pytest.raises(ApiUnreachable):
        await post(transport, tmp_path / "nowhere" / "result")
    assert server.calls == []


async def test_clients_share_no_dice_by_default() -> None:
    assert Conduct().rng is not Conduct().rng
