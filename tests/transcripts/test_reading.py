"""Encodings, recognition of forms, plain text, and bounds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.transcripts import Segment, Transcript, TranscriptForm, TranscriptUnreadable, drafts, read_transcript
from bot.transcripts.model import MAX_BYTES

SRT = "1\n00:00:01,000 --> 00:00:02,500\nGrüße, 你好\n"
FORMS: list[TranscriptForm | None] = [None, *TranscriptForm]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("form", [None, TranscriptForm.SRT])
def test_encodings_with_their_marks_are_read(encoding: str, form: TranscriptForm | None) -> None:
    assert read_transcript(SRT.encode(encoding), form).segments == (Segment(1.0, 2.5, "Grüße, 你好"),)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_mark_is_read(encoding: str) -> None:
    assert read_transcript(SRT.encode(encoding)).text == "Grüße, 你好"


def test_windows_1252_is_read() -> None:
    assert read_transcript("Grüße • schön".encode("cp1252")).text == "Grüße • schön"


def test_utf_8_cut_off_in_a_character_is_read_up_to_there() -> None:
    assert read_transcript("Grüße, 你好".encode()[:-1]).text == "Grüße, 你\ufffd"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        " \n\t ",
        b"\xff\xfb\x90\x64\x00\x00\x0f",
        b"ID3\x04\x00\x00\x00\x00\x00\x23TSSE",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        "\x01\x02\x03abc",
        b"\x81\x8d\x8f",
        b"\xff\xfea",
        "<!DOCTYPE html><p>Not found",
        "\n <?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
        "<HTML>",
    ],
)
def test_what_is_no_transcript_is_refused(data: bytes | str) -> None:
    with pytest.raises(TranscriptUnreadable):
        read_transcript(data)


@pytest.mark.parametrize("text", ["[Music] Hello", "[00:01] Hello", "{hello}", "- Hello --> you", "WEB VTT"])
def test_text_that_only_resembles_a_form_is_text(text: str) -> None:
    assert read_transcript(text).segments == (Segment(0.0, 0.0, text),)


def test_lines_of_plain_text_are_segments_with_speakers() -> None:
    text = "\ufeffAnn: Hello.\r\n\r\nBob: Hi,\r\nthere.\r\nAnn: Bye.\r\n"
    assert read_transcript(text, TranscriptForm.TXT).segments == (
        Segment(0.0, 0.0, "Hello.", "Ann"),
        Segment(0.0, 0.0, "Hi,", "Bob"),
        Segment(0.0, 0.0, "there."),
        Segment(0.0, 0.0, "Bye.", "Ann"),
    )


def test_no_text_is_silence_when_text_was_asked_for() -> None:
    assert read_transcript(b"", TranscriptForm.TXT) == Transcript(None, ())


@pytest.mark.parametrize("form", FORMS)
def test_too_many_bytes_are_refused_unread(form: TranscriptForm | None) -> None:
    with pytest.raises(TranscriptUnreadable):
        read_transcript(b"[" + b" " * MAX_BYTES, form)


@pytest.mark.parametrize(
    ("form", "piece"),
    [
        (TranscriptForm.TXT, "a\n"),
        (TranscriptForm.SRT, "0:1 --> 0:2\na\n"),
        (TranscriptForm.VTT, "0:1 --> 0:2\na\n\n"),
        (TranscriptForm.JSON, '{"text":"a"},'),
    ],
)
def test_too_many_segments_are_refused(form: TranscriptForm, piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MAX_SEGMENTS", 50)
    body = piece * 50
    at_most, too_many = body, body + piece
    if form is TranscriptForm.JSON:
        at_most, too_many = f"[{body[:-1]}]", f"[{body + piece[:-1]}]"
    assert len(read_transcript(at_most, form).segments) == 50
    with pytest.raises(TranscriptUnreadable):
        read_transcript(too_many, form)


TIMED = ["00:00:01,000 --> 00:00:02.000", "--> ", "\n", "\n\n", "1", "WEBVTT", "NOTE", "99:99:99", "<00:01.5>"]
MARKED = ["<v Ann>", "</v>", "&lt;", "&#0;", "Ann: ", "[SPEAKER_00]: ", "\ufeff", "\x00", "\u2028"]
BRACKETED = ["{", "}", "[", "]", '"text":', '"a"', ","]
PIECES = st.sampled_from([*TIMED, *MARKED, *BRACKETED])
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=25).map("".join)


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=300), TEXTS, TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))))
@pytest.mark.parametrize("form", FORMS)
def test_anything_is_a_transcript_or_refused(form: TranscriptForm | None, data: bytes | str) -> None:
    try:
        found = read_transcript(data, form)
    except TranscriptUnreadable:
        return
    assert all(segment.text for segment in found.segments)
    found.text.encode()  # raises for a lone surrogate
