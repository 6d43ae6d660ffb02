"""Bytes or text into a transcript: encoding, form, and plain text."""

import codecs
import re
from typing import assert_never

from bot.transcripts.drafts import Draft, SegmentDraft, build_transcript
from bot.transcripts.json_shapes import read_json
from bot.transcripts.model import MAX_BYTES, Transcript, TranscriptForm, TranscriptUnreadable
from bot.transcripts.speakers import split_prefixes
from bot.transcripts.subtitles import has_timing_line, read_srt, read_vtt
from bot.transcripts.wording import clean_text

# Longest first: the mark of UTF-32 starts with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 400
_LIKE_JSON = re.compile(r"\{\s*[\"}]|\[\s*[\[{\]]")
_LIKE_A_PAGE = re.compile(r"<(!doctype|html|\?xml)", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ONE_CONTROL_IN = 100


def read_transcript(data: bytes | str, form: TranscriptForm | None = None) -> Transcript:
    """Read a transcript of any of the four forms; ``form`` None finds out which.

    Bytes are UTF-8, UTF-16 or UTF-32 by their byte order mark, else UTF-8, else Windows-1252. Text that is in none
    of the other forms is plain text. A ``form`` is taken at its word: JSON read as srt is unreadable.

    Raises TranscriptUnreadable for what is no transcript or more than ``MAX_BYTES`` or ``MAX_SEGMENTS``; nothing else.
    """
    if len(data) > MAX_BYTES:
        raise TranscriptUnreadable(f"{len(data)} long, more than {MAX_BYTES}")
    text = (_decode(data) if isinstance(data, bytes) else data).removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_what_is_no_text(text)
    return build_transcript(_read(text, _find_form(text) if form is None else form))


def _read(text: str, form: TranscriptForm) -> Draft:
    match form:
        case TranscriptForm.JSON:
            return read_json(text)
        case TranscriptForm.SRT:
            return read_srt(text)
        case TranscriptForm.VTT:
            return read_vtt(text)
        case TranscriptForm.TXT:
            return _read_txt(text)
        case _:
            assert_never(form)


def _read_txt(text: str) -> Draft:
    """Read plain text: one segment per line that is not blank, with the speaker that may stand before it."""
    lines = [line for line in clean_text(text).split("\n") if line]
    return Draft([SegmentDraft(said, speaker=speaker) for speaker, said in split_prefixes(lines)])


def _find_form(text: str) -> TranscriptForm:
    start = text.lstrip()[:_LOOKED_AT]
    if not start:
        raise TranscriptUnreadable("empty")
    if start.startswith("WEBVTT"):
        return TranscriptForm.VTT
    if _LIKE_JSON.match(start):
        return TranscriptForm.JSON
    return TranscriptForm.SRT if has_timing_line(text) else TranscriptForm.TXT


def _refuse_what_is_no_text(text: str) -> None:
    if "\x00" in text or len(_CONTROLS.findall(text)) * _ONE_CONTROL_IN > len(text):
        raise TranscriptUnreadable("binary")
    if _LIKE_A_PAGE.match(text.lstrip()[:_LOOKED_AT]):
        raise TranscriptUnreadable("a page of HTML or XML")


def _decode(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_as(data[len(mark) :], encoding)
    if b"\x00" in data[:_LOOKED_AT]:
        return _decode_as(data, _utf_16_without_mark(data[:_LOOKED_AT]))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_damaged(data)


def _utf_16_without_mark(start: bytes) -> str:
    """Return which UTF-16 it would be: Latin letters have their zero second (little-endian) or first."""
    return "utf-16-le" if start[1::2].count(0) >= start[0::2].count(0) else "utf-16-be"


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise TranscriptUnreadable(f"damaged {encoding}") from error


def _decode_damaged(data: bytes) -> str:
    """Decode what is not UTF-8: with gaps if it nearly is (a file cut off in mid-character), else Windows-1252."""
    text = data.decode("utf-8", errors="replace")
    gaps = text.count("\ufffd")
    whole = sum(1 for character in text if character > "\x7f") - gaps
    return text if whole > gaps else _decode_as(data, "cp1252")
