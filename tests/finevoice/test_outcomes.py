"""Which error every fault becomes, and above all: what a submit may be repeated after."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.finevoice.client import FineVoice
from bot.finevoice.errors import (
    ApiBadRequest,
    ApiBroken,
    ApiBusy,
    ApiError,
    ApiNotFound,
    ApiOutcomeUnknown,
    ApiOutOfCredit,
    ApiRejected,
    ApiUnauthorized,
    ApiUnexpected,
    ApiUnreachable,
)
from bot.finevoice.refusals import MAX_ANSWER_BYTES
from bot.finevoice.requests import SpeechSynthesis
from bot.finevoice.retry import MAX_RETRY_AFTER_S, parse_retry_after
from tests.finevoice.conftest import KEY
from tests.finevoice.fake_api import (
    FakeApi,
    Mode,
    cuts_before_headers,
    cuts_in_the_body,
    is_a_bomb,
    never_ends,
    not_http,
    says,
    sends,
)

REQUEST = SpeechSynthesis(voice="james", text="Nobody else shall read this line.")
MAY_BE_REPEATED = (ApiUnreachable, ApiBusy)
HTML = b"<html><body>502 Bad Gateway</body></html>"
AUDIO = {"Content-Type": "audio/mpeg"}


async def failure(api: FineVoice) -> ApiError:
    """The error a submit ends with."""
    with pytest.raises(ApiError) as caught:
        await api.speech.synthesize(REQUEST)
    return caught.value


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (cuts_before_headers, ApiOutcomeUnknown),
        (cuts_in_the_body(), ApiOutcomeUnknown),
        (sends(b"{}", headers={"Content-Encoding": "gzip"}), ApiOutcomeUnknown),
        (not_http(b"SSH-2.0-OpenSSH_9.9\r\n"), ApiOutcomeUnknown),
        (not_http(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}"), ApiOutcomeUnknown),
        (not_http(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"), ApiOutcomeUnknown),
        (not_http(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"), ApiOutcomeUnknown),
        (sends(b'{"taskId": "t'), ApiUnexpected),
        (sends(b""), ApiUnexpected),
        (sends(b"null"), ApiUnexpected),
        (sends(b"[" * 100_000), ApiUnexpected),
        (sends(b'{"taskId": ' + b"9" * 10_000 + b"}"), ApiUnexpected),
        (sends(b"\xff\xfe\x00"), ApiUnexpected),
        (sends(b"ID3\x04" + bytes(2_000), headers=AUDIO), ApiUnexpected),
        (sends(HTML, 200), ApiUnexpected),
        (says({"taskId": "t"}, 204), ApiUnexpected),
        (says({"taskId": "t"}, 302, {"Location": "/elsewhere"}), ApiUnexpected),
        (never_ends(), ApiUnexpected),
        (is_a_bomb(3 * MAX_ANSWER_BYTES), ApiUnexpected),
        (says({"something": "else"}), ApiUnexpected),
        (says({"status": "processing"}), ApiUnexpected),
        (says({"error": {"code": "e", "message": "m"}}, 500), ApiBroken),
        (sends(HTML, 502), ApiBroken),
        (sends(b"", 503, {"Retry-After": "5"}), ApiBroken),
        (cuts_in_the_body(500), ApiBroken),
        (never_ends(504), ApiBroken),
        (sends(b"", 408), ApiRejected),
        (sends(b"", 409), ApiRejected),
        (sends(b"", 425), ApiRejected),
    ],
)
async def test_a_submit_that_may_have_been_carried_out_is_not_repeated(
    api: FineVoice, server: FakeApi, mode: Mode, expected: type[ApiError]
) -> None:
    server.answers(mode)
    error = await failure(api)
    assert type(error) is expected
    assert not isinstance(error, MAY_BE_REPEATED)
    assert len(server.calls) == 1


async def test_an_answer_that_never_comes_leaves_the_outcome_unknown(hasty_api: FineVoice, server: FakeApi) -> None:
    server.answers(server.never_answers)
    assert type(await failure(hasty_api)) is ApiOutcomeUnknown


async def test_a_body_that_never_comes_leaves_the_outcome_unknown(hasty_api: FineVoice, server: FakeApi) -> None:
    server.answers(server.stops_in_the_body())
    assert type(await failure(hasty_api)) is ApiOutcomeUnknown


async def test_a_submit_is_sent_once_even_on_a_connection_that_was_kept(api: FineVoice, server: FakeApi) -> None:
    server.answers(says({"taskId": "t"}), cuts_before_headers, says({"taskId": "t"}))
    await api.speech.synthesize(REQUEST)
    assert type(await failure(api)) is ApiOutcomeUnknown
    assert len(server.calls) == 2


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is bound and refuses connections, because nobody listens."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


async def test_a_refused_connection_may_be_tried_again(closed_port: int) -> None:
    async with FineVoice(base_url=f"http://127.0.0.1:{closed_port}", api_key=KEY) as api:
        assert type(await failure(api)) is ApiUnreachable


async def test_a_server_without_tls_never_saw_the_request(server: FakeApi) -> None:
    server.answers(says({"taskId": "t"}))
    async with FineVoice(base_url=server.base_url.replace("http", "https"), api_key=KEY) as api:
        assert type(await failure(api)) is ApiUnreachable
    assert server.calls == []


async def test_a_name_that_does_not_resolve_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_such_name(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", no_such_name)
    async with FineVoice(base_url="https://api.example", api_key=KEY) as api:
        assert type(await failure(api)) is ApiUnreachable


async def test_a_certificate_that_is_not_trusted_means_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async def untrusted(*_: object, **__: object) -> None:
        raise ssl.SSLCertVerificationError(1, "self-signed certificate")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", untrusted)
    monkeypatch.setattr("aiohappyeyeballs.start_connection", untrusted)
    async with FineVoice(base_url="https://127.0.0.1:1", api_key=KEY) as api:
        assert type(await failure(api)) is ApiUnreachable


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".example", "2130706433", "[v1.a]"])
async def test_a_host_that_cannot_be_asked_is_an_error_of_ours(host: str) -> None:
    async with FineVoice(base_url=f"http://{host}/", api_key=KEY) as api:
        assert isinstance(await failure(api), ApiUnreachable | ApiOutcomeUnknown)


async def test_a_key_that_fits_into_no_header_is_an_error_of_ours(server: FakeApi) -> None:
    server.answers(says({"taskId": "t"}))
    async with FineVoice(base_url=server.base_url, api_key="two\nlines") as api:
        error = await failure(api)
    assert type(error) is ApiOutcomeUnknown
    assert "two" not in f"{error!r} {error.__cause__!r}"
    assert server.calls == []


OBJECT = {"error": {"code": "the_code", "message": "The words."}}
STRING = {"error": "The words."}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, ApiBadRequest),
        (401, ApiUnauthorized),
        (402, ApiOutOfCredit),
        (403, ApiUnauthorized),
        (404, ApiNotFound),
        (405, ApiRejected),
        (410, ApiNotFound),
        (413, ApiBadRequest),
        (422, ApiBadRequest),
        (451, ApiRejected),
    ],
)
@pytest.mark.parametrize(("body", "code"), [(OBJECT, "the_code"), (STRING, "")])
async def test_a_refusal_is_told_by_its_status_with_the_services_words(
    *, api: FineVoice, server: FakeApi, status: int, expected: type[ApiRejected], body: object, code: str
) -> None:
    server.answers(says(body, status, {"X-Request-Id": "request-7"}))
    error = await failure(api)
    assert isinstance(error, ApiRejected)
    assert type(error) is expected
    assert (error.status, error.code, error.message, error.request_id) == (status, code, "The words.", "request-7")
    assert str(error) == f"{status} {code}".strip()


@pytest.mark.parametrize("mode", [sends(HTML, 401), sends(b"", 401), cuts_in_the_body(401), never_ends(401)])
async def test_a_refusal_stays_one_when_its_body_is_of_no_use(api: FineVoice, server: FakeApi, mode: Mode) -> None:
    server.answers(mode)
    error = await failure(api)
    assert isinstance(error, ApiUnauthorized)
    assert (error.code, error.message) == ("", "")


async def test_a_refusal_stays_one_when_its_body_never_comes(hasty_api: FineVoice, server: FakeApi) -> None:
    server.answers(server.stops_in_the_body(422))
    assert type(await failure(hasty_api)) is ApiBadRequest


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, {"error": {"code": "INSUFFICIENT_CREDITS", "message": ""}}, ApiOutOfCredit),
        (400, {"error": {"code": "quota_exceeded", "message": ""}}, ApiOutOfCredit),
        (422, {"code": "balance_too_low"}, ApiOutOfCredit),
        (400, {"error": "Not enough credits."}, ApiOutOfCredit),
        (403, {"error": {"code": "insufficient_permissions", "message": "No."}}, ApiUnauthorized),
        (422, {"error": "No voice is called 'Balance'."}, ApiBadRequest),
        (404, {"error": "No task 'credit'."}, ApiNotFound),
        (400, {"error": {"code": "bad_text", "message": "text: 'credit where credit is due' is rude"}}, ApiBadRequest),
    ],
)
async def test_money_is_told_from_other_trouble_by_the_code_not_by_what_a_member_wrote(
    api: FineVoice, server: FakeApi, status: int, body: object, expected: type[ApiRejected]
) -> None:
    server.answers(says(body, status))
    assert type(await failure(api)) is expected


async def test_a_refusal_is_logged_by_its_shape_alone(
    api: FineVoice, server: FakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers(says({"error": {"code": "e1", "message": f"You said {REQUEST.text}"}, "n\nl": 1}, 422))
    with caplog.at_level(logging.DEBUG, logger="bot"):
        await failure(api)
    (record,) = caplog.records
    assert record.getMessage() == "FineVoice said no: status=422 shape={error: {code: str, message: str}, n l: int}"


@pytest.mark.parametrize("header", ["X-Request-Id", "request-id", "CF-Ray"])
async def test_the_id_of_the_request_is_kept_short_and_printable(api: FineVoice, server: FakeApi, header: str) -> None:
    server.answers(not_http(f"HTTP/1.1 503 No\r\n{header}: ab\tc{'d' * 500}\r\nContent-Length: 0\r\n\r\n".encode()))
    error = await failure(api)
    assert error.request_id == "abc" + "d" * 96


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("7", 7.0),
        (" 2.5 ", 2.5),
        ("0", 0.0),
        ("-3", None),
        ("nan", None),
        ("inf", MAX_RETRY_AFTER_S),
        ("-inf", None),
        ("1e999", MAX_RETRY_AFTER_S),
        ("99999999", MAX_RETRY_AFTER_S),
        ("soon", None),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
        ("Mon, 01 Jan 2026 00:00:00 +99999999999999999999", None),
    ],
)
async def test_too_many_requests_means_nothing_was_started_and_says_when_to_ask_again(
    api: FineVoice, server: FakeApi, header: str | None, expected: float | None
) -> None:
    server.answers(says(OBJECT, 429, None if header is None else {"Retry-After": header}))
    error = await failure(api)
    assert isinstance(error, ApiBusy)
    assert error.retry_after_s == expected


@pytest.mark.parametrize("mode", [cuts_in_the_body(429), never_ends(429), sends(HTML, 429)])
async def test_too_many_requests_needs_no_body(api: FineVoice, server: FakeApi, mode: Mode) -> None:
    server.answers(mode)
    assert type(await failure(api)) is ApiBusy


def http_date(offset_s: float) -> str:
    return format_datetime(datetime(2026, 11, 22, 12, 0, tzinfo=UTC) + timedelta(seconds=offset_s), usegmt=True)


@pytest.mark.parametrize(("offset_s", "expected"), [(30, 30.0), (0, 0.0), (-1, None), (86_400, MAX_RETRY_AFTER_S)])
def test_a_date_is_measured_against_the_servers_own_clock(offset_s: float, expected: float | None) -> None:
    assert parse_retry_after({"Retry-After": http_date(offset_s), "Date": http_date(0)}) == expected


def test_a_date_beside_no_clock_says_nothing() -> None:
    assert parse_retry_after({"Retry-After": http_date(30)}) is None
    assert parse_retry_after({"Retry-After": http_date(30), "Date": "Sun, 22 Nov 2026 12:00:00 -0000"}) is None


WORDS = ["Mon,", "Jan", "01", "2026", "99999", "00:00:00", "+0000", "-9999", "GMT", "1e9", "nan", "(", ",", "\x00", "é"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=8).map(" ".join))
def test_nothing_that_is_said_in_retry_after_is_believed_without_bounds(value: str) -> None:
    seconds = parse_retry_after({"Retry-After": value, "Date": http_date(0)})
    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER_S


async def test_nothing_of_the_key_or_the_text_is_in_any_error(api: FineVoice, server: FakeApi) -> None:
    for mode in (cuts_before_headers, sends(HTML, 502), says(OBJECT, 401), sends(b""), cuts_in_the_body()):
        server.answers(mode)
        error: BaseException | None = await failure(api)
        while error is not None:
            assert KEY not in f"{error!r} {error}"
            assert REQUEST.text not in f"{error!r} {error}"
            error = error.__cause__
    assert KEY not in f"{api!r} {vars(api)!r} {REQUEST!s}"
