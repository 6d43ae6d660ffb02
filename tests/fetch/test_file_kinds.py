"""Files told by their first bytes: what real encoders write is known, what only claims to be audio is not."""

import json
import struct
from io import BytesIO

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fetch.file_kinds import HEAD_BYTES, Promised, is_as_promised, is_audio

ENCODERS = [
    ("mp3", "libmp3lame", 44_100),
    ("mp3", "libmp3lame", 22_050),
    ("mp3", "libmp3lame", 8_000),
    ("adts", "aac", 44_100),
    ("ogg", "libopus", 48_000),
    ("wav", "pcm_s16le", 44_100),
    ("flac", "flac", 44_100),
    ("ipod", "aac", 44_100),
    ("mp4", "aac", 44_100),
    ("webm", "libopus", 48_000),
    ("matroska", "libopus", 48_000),
]


def encoded(container: str, codec: str, rate: int, options: dict[str, str] | None = None) -> bytes:
    """A second of a tone, as a real encoder writes it."""
    file = BytesIO()
    with av.open(file, "w", format=container, container_options=options or {}) as output:
        stream = output.add_stream(codec, rate=rate)  # pyright: ignore[reportUnknownMemberType] - PyAV's overloads leave kwargs untyped
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        tone = (np.sin(np.arange(rate) / 20) * 9_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(tone.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        for part in (frame, None):
            output.mux(stream.encode(part))  # pyright: ignore[reportUnknownMemberType] - its packets are generic without an argument
    return file.getvalue()


@pytest.mark.parametrize(("container", "codec", "rate"), ENCODERS)
def test_what_encoders_write_is_audio(container: str, codec: str, rate: int) -> None:
    file = encoded(container, codec, rate)
    assert is_audio(file[:HEAD_BYTES])
    for promised in set(Promised) - {Promised.AUDIO}:
        assert not is_as_promised(file[:HEAD_BYTES], promised)


@pytest.mark.parametrize("rate", [44_100, 22_050, 8_000])
def test_mp3_needs_no_tag(rate: int) -> None:
    file = encoded("mp3", "libmp3lame", rate, {"id3v2_version": "0", "write_xing": "0"})
    assert not file.startswith(b"ID3")
    assert is_audio(file[:HEAD_BYTES])
    # A file of less than a frame is told by its first header.
    assert is_audio(file[:40])


PAGES = [
    b"<!DOCTYPE html><html><body>Not found</body></html>",
    b"\xef\xbb\xbf<html>",
    b"\n  <HTML lang=en>",
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    b"<Error><Code>NoSuchKey</Code></Error>",
    b"<!-- cached --><html>",
]
# A transcript, too, may be json: what stands in it, its reader finds out.
ERROR_PAGES = [*PAGES, b'{"error": {"code": "expired"}}']
NO_AUDIO = [
    *ERROR_PAGES,
    b"",
    b"ID3",
    b"ID3\x04\x00\x00\x80\x00\x00\x00\x00",
    b"\xff\xfb",
    b"MZ\x90\x00" + bytes(100),
    b"\x7fELF\x02\x01\x01" + bytes(100),
    b"#!/bin/sh\nrm -rf ~\n",
    b"%PDF-1.7\n",
    b"PK\x03\x04" + bytes(100),
    b"\x89PNG\r\n\x1a\n" + bytes(100),
    b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100),
    b"GIF89a" + bytes(100),
    b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    b"RIFF\x10\x00\x00\x00AVI LIST",
    b"\x00\x00\x00\x1cftypheic\x00\x00\x00\x00mif1heic",
    b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1avif",
    b"\x1a\x45\xdf\xa3" + bytes(100),
    "<html>".encode("utf-16"),
    b"\xff\xfb\x90\x00" + b"<html>" * 700,
    b"\xff\xf1\x50\x80\x20\x00" + b"<html>" * 700,
    b"\xff\xf1\x50\x80\x00\x00" + bytes(100),
    bytes(HEAD_BYTES),
]


@pytest.mark.parametrize("head", NO_AUDIO)
def test_what_is_no_audio_is_refused(head: bytes) -> None:
    assert not is_as_promised(head, Promised.AUDIO)


SRT = b"1\r\n00:00:00,000 --> 00:00:01,500\r\nHello.\r\n"
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.500\nHello.\n"
JSON = json.dumps({"segments": [{"start": 0, "text": "Zoë"}]}, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "head",
    [
        *(SRT, b"\xef\xbb\xbf\n\n" + SRT, SRT.split(b"\n", 1)[1]),
        *(VTT, b"\xef\xbb\xbf" + VTT, b"WEBVTT"),
        *(JSON, b" \r\n[]"),
        *("Hello, Zoë. 你好".encode(), b"[Music] {laughs} <v Ada>Hello"),
        ("x" + "é" * HEAD_BYTES).encode()[:HEAD_BYTES],
    ],
)
def test_a_transcript_is_any_text(head: bytes) -> None:
    assert is_as_promised(head, Promised.TRANSCRIPT)


@pytest.mark.parametrize("head", [b"", b"  ", b"\xff\xfe\x00", b"a\x00b", b"a\x1b[31m", *PAGES])
def test_what_is_no_text_or_an_error_page_is_no_transcript(head: bytes) -> None:
    assert not is_as_promised(head, Promised.TRANSCRIPT)


SEEDS = st.sampled_from(
    [b"", b"ID3\x04", b"\xff\xfb\x90\x00", b"\xff\xf1\x50", b"RIFF", b"\x00\x00\x00\x18ftyp", b"<", b"1\n"]
)


@given(SEEDS, st.binary(max_size=200), st.sampled_from(Promised))
def test_any_bytes_are_judged_without_an_error(seed: bytes, rest: bytes, promised: Promised) -> None:
    assert is_as_promised(seed + rest, promised) in {True, False}


@given(st.integers(0, 2**32 - 1))
def test_a_lone_header_is_a_frame_only_with_another_behind_it(word: int) -> None:
    assert not is_audio(struct.pack(">I", word) + b"\x00" * HEAD_BYTES)
