"""The log: no secret in any form of it, and nothing hidden that is none."""

import io
import json
import logging
import sys
from typing import Literal

import pytest

from bot.logs import HIDDEN, HidingFormatter, set_up_logging

KEY = "fv-key/with+odd=characters"
AWKWARD = 'quo"te\\back\nline&'
# Made up, in the form of a real one: id, time and signature in base64.
BOT_TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB"
INTERACTION_TOKEN = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTpzZWNyZXQ"
FORMS: tuple[Literal["text", "json"], ...] = ("text", "json")


@pytest.fixture(params=FORMS)
def formatter(request: pytest.FixtureRequest) -> HidingFormatter:
    form: Literal["text", "json"] = request.param
    return HidingFormatter([KEY, AWKWARD], form)


def record(message: object, *arguments: object, name: str = "bot.test") -> logging.LogRecord:
    return logging.LogRecord(name, logging.INFO, __file__, 1, message, arguments, None)


def record_of_failure(text: str) -> logging.LogRecord:
    """A record with a traceback of two errors, one because of the other."""
    failed = record("It failed")
    try:
        look_up(text)
    except ValueError:
        failed.exc_info = sys.exc_info()
    return failed


def look_up(text: str) -> None:
    nothing: dict[str, None] = {}
    try:
        nothing[text]
    except KeyError as error:
        raise ValueError(f"because of {text}") from error


# Known secrets


@pytest.mark.parametrize("secret", [KEY, AWKWARD])
def test_a_known_secret_is_hidden_in_messages_arguments_and_names(formatter: HidingFormatter, secret: str) -> None:
    for one in (
        record(f"key={secret}."),
        record("key=%s.", secret),
        record("headers=%r", {"X": secret}),
        record("%(key)s", {"key": secret}),
        record(ValueError(secret)),
        record("hello", name=f"bot.{secret}"),
    ):
        line = formatter.format(one)
        assert HIDDEN in line
        for form in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]):
            assert form not in line


@pytest.mark.parametrize("secret", [KEY, BOT_TOKEN])
def test_a_secret_is_hidden_in_tracebacks(formatter: HidingFormatter, secret: str) -> None:
    line = formatter.format(record_of_failure(secret))
    assert secret not in line
    assert line.count(HIDDEN) >= 2
    assert "ValueError: because of [hidden]" in line


def test_a_secret_is_hidden_in_the_form_it_has_in_an_address(formatter: HidingFormatter) -> None:
    line = formatter.format(record("GET https://host/?x=fv-key%2Fwith%2Bodd%3Dcharacters"))
    assert "fv-key" not in line
    assert "characters" not in line


def test_a_secret_that_holds_another_leaves_nothing_behind() -> None:
    formatter = HidingFormatter(["secret", "secret-and-more"], "text")
    assert formatter.hide("a secret-and-more b secret c") == f"a {HIDDEN} b {HIDDEN} c"


def test_what_is_too_short_for_a_secret_hides_nothing() -> None:
    assert HidingFormatter(["", "abc"], "text").hide("abc of it") == "abc of it"


def test_arguments_that_do_not_fit_are_not_printed_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(HidingFormatter([KEY], "text"))
    handler.handle(record("%d jobs for %s", KEY))
    handler.handle(record("%(no)s", {"key": KEY}))
    written = stream.getvalue() + "".join(capsys.readouterr())
    assert KEY not in written
    assert written.count("(its arguments do not fit)") == 2


# Secrets that are not known in advance


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"PATCH https://discord.com/api/v10/webhooks/123/{INTERACTION_TOKEN}/messages/@original",
            "PATCH https://discord.com/api/v10/webhooks/123/[hidden]/messages/@original",
        ),
        (f"POST /interactions/456/{INTERACTION_TOKEN}/callback", "POST /interactions/456/[hidden]/callback"),
        (f"url='/webhooks/123/{INTERACTION_TOKEN}'", "url='/webhooks/123/[hidden]'"),
        (
            "https://cdn.discordapp.com/attachments/1/2/a.ogg?ex=65d9&is=65c7&hm=0123456789abcdef0123456789abcdef&",
            "https://cdn.discordapp.com/attachments/1/2/a.ogg?ex=65d9&is=65c7&hm=[hidden]&",
        ),
        ("https://cdn/a?X-Amz-Signature=0123456789abcdef&b=1", "https://cdn/a?X-Amz-Signature=[hidden]&b=1"),
        (
            "https://cdn/a?X-Amz-Credential=AKIA%2F2026&Signature=a~b-c_d%3D1",
            "https://cdn/a?X-Amz-Credential=[hidden]&Signature=[hidden]",
        ),
        ("https://cdn/a?access_token=0123456789", "https://cdn/a?access_token=[hidden]"),
        ("{'Authorization': 'Bearer abcdefgh'}", "{'Authorization': '[hidden]'}"),
        ("Authorization: Bot not-a-real-token", "Authorization: Bot [hidden]"),
        ("authorization=Basic dXNlcjp3b3Jk", "authorization=Basic [hidden]"),
        ("sent Bearer sk-0123456789abcdef.xyz", "sent Bearer [hidden]"),
        (f'{{"token": "{INTERACTION_TOKEN}", "type": 2}}', '{"token": "[hidden]", "type": 2}'),
        (f"{{'token': '{INTERACTION_TOKEN}'}}", "{'token': '[hidden]'}"),
        (f"logging in with {BOT_TOKEN} now", "logging in with [hidden] now"),
    ],
)
def test_what_is_secret_by_its_place_or_form_is_hidden(text: str, expected: str) -> None:
    formatter = HidingFormatter([], "text")
    assert formatter.hide(text) == expected
    in_json = json.loads(HidingFormatter([], "json").format(record("%s", text)))
    assert in_json["message"] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Bot restarted successfully",
        "Bot connected to discord.com as Soundbooth#0001",
        "Bearer authentication is required",
        "Basic understanding of https://example.com/?page=12&limit=100",
        "Authorization failed: ask the operator",
        "The token is missing: set DISCORD_TOKEN or [discord] token",
        "Job done: job_id=3f2a9c81 kind=speech took_s=12.50 guild_id=123456789012345678",
        "GET /api/v10/webhooks/123456789012345678 has returned 200",
        "bot.finevoice.transport.Transport and discord.ext.commands.errors.CommandInvokeError",
        "https://cdn.discordapp.com/attachments/123456789012345678/a-very-long-file-name-of-a-recording.ogg?ex=65d9",
        "FineVoice said no: status=422 shape={error: {code: str, message: str}, token: str}",
        "keys=['token', 'authorization', 'secret'] monkey=bananabanana",
        "2026-11-22T12:00:00.123456+00:00 sqlite+aiosqlite:///var/soundbooth.db",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert HidingFormatter([KEY], "text").hide(text) == text


# Form


def test_text_is_one_line_with_the_time_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    one = record("Hello %s", "there")
    monkeypatch.setattr(one, "created", 0.0)
    assert HidingFormatter([], "text").format(one) == "1970-01-01T00:00:00Z INFO    bot.test: Hello there"


def test_json_has_everything_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    one = record_of_failure("üble\nSache")
    monkeypatch.setattr(one, "created", 0.0)
    line = HidingFormatter([], "json").format(one)
    assert "\n" not in line
    assert "üble" in line
    fields = json.loads(line)
    traceback = fields.pop("traceback")
    assert fields == {"at": "1970-01-01T00:00:00Z", "level": "INFO", "logger": "bot.test", "message": "It failed"}
    assert traceback.startswith("Traceback")
    assert "KeyError" in traceback


@pytest.mark.parametrize("secret", ["level", "message", '": "', "bot.test"])
def test_json_stays_json_whatever_the_secret_is(secret: str) -> None:
    fields = json.loads(HidingFormatter([secret], "json").format(record("hello %s", secret)))
    assert set(fields) == {"at", "level", "logger", "message"}
    assert fields["message"] == f"hello {HIDDEN}"


def test_text_from_outside_cannot_look_like_another_event() -> None:
    forged = record("code=%s", "oops\r\n2026-11-22T12:00:00Z ERROR   bot: all is lost")
    line = HidingFormatter([], "text").format(forged)
    assert "\n" not in line
    assert "\r" not in line
    assert "oops\\r\\n2026" in line


def test_a_traceback_keeps_its_lines() -> None:
    lines = HidingFormatter([], "text").format(record_of_failure("x")).splitlines()
    assert lines[0].endswith("bot.test: It failed")
    assert lines[1] == "Traceback (most recent call last):"


# Setting it up


@pytest.mark.usefixtures("untouched_logging")
def test_everything_goes_to_standard_error_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "text", [KEY])
    logging.getLogger("bot.somewhere").info("key=%s", KEY)
    logging.getLogger("bot.somewhere").debug("unheard")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("INFO    bot.somewhere: key=[hidden]\n")
    assert "unheard" not in err


@pytest.mark.usefixtures("untouched_logging")
@pytest.mark.parametrize(
    ("level", "heard"),
    [
        ("DEBUG", ["DEBUG", "INFO", "WARNING", "ERROR"]),
        ("INFO", ["WARNING", "ERROR"]),
        ("WARNING", ["WARNING", "ERROR"]),
        ("ERROR", ["ERROR"]),
    ],
)
def test_libraries_speak_from_warning_on_but_never_below_the_level(
    capsys: pytest.CaptureFixture[str], level: str, heard: list[str]
) -> None:
    set_up_logging(level, "json", [])
    for name in ("DEBUG", "INFO", "WARNING", "ERROR"):
        logging.getLogger("aiohttp.client").log(logging.getLevelNamesMapping()[name], "from a library")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["level"] for line in lines] == heard


@pytest.mark.usefixtures("untouched_logging")
def test_setting_it_up_again_does_not_say_everything_twice(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "text", [])
    set_up_logging("INFO", "text", [])
    logging.getLogger("bot").info("once")
    assert capsys.readouterr().err.count("once") == 1
