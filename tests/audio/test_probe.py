import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bot.audio import decoding
from bot.audio.decoding import open_audio
from bot.audio.probe import probe
from bot.errors import AudioUnreadable

MakeTone = Callable[..., Path]
CONTAINERS = {"mp3": "mp3", "ogg": "ogg", "wav": "wav", "flac": "flac", "m4a": "mov", "webm": "matroska"}


@pytest.mark.parametrize("kind", CONTAINERS)
def test_facts_come_from_the_content(make_tone: MakeTone, kind: str) -> None:
    facts = probe(make_tone(kind, 2.5, channels=2))
    assert facts.duration_s == pytest.approx(2.5, abs=0.05)
    assert (facts.sample_rate_hz, facts.channels) == (48_000, 2)
    assert facts.container == CONTAINERS[kind]


def test_the_name_of_a_file_does_not_matter(make_tone: MakeTone, tmp_path: Path) -> None:
    named_wrongly = make_tone("ogg", 1).rename(tmp_path / "song.m3u8")
    assert probe(named_wrongly).container == "ogg"


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "nothing"
    path.touch()
    with pytest.raises(AudioUnreadable) as caught:
        probe(path)
    assert caught.value.reason == "empty"


@pytest.mark.parametrize(
    "content",
    [
        b"\0",
        b"\0" * 5_000,
        b"just some words\n" * 500,
        b"%PDF-1.7\n" + bytes(range(256)) * 20,
        b"ffconcat version 1.0\nfile other.wav\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nother.wav\n#EXT-X-ENDLIST\n",
        b"RIFF\xff\xff\xff\xffWAVE",
        b"OggS" + b"\xff" * 400,
        b"fLaC" + b"\xff" * 400,
        b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
    ],
)
def test_what_is_not_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.wav").write_bytes(wav(np.zeros(800, np.int16), 8_000))
    path = tmp_path / "upload.wav"
    path.write_bytes(content)
    with pytest.raises(AudioUnreadable) as caught:
        probe(path)
    assert caught.value.reason in {"not_audio", "empty"}


def test_a_header_without_sound_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "header"
    path.write_bytes(wav(np.zeros(0, np.int16), 48_000))
    with pytest.raises(AudioUnreadable) as caught:
        probe(path)
    assert caught.value.reason in {"empty", "not_audio"}


@pytest.mark.parametrize("kind", ["flac", "webm"])
def test_half_a_file_that_declares_its_length_is_truncated(make_tone: MakeTone, tmp_path: Path, kind: str) -> None:
    whole = make_tone(kind, 4).read_bytes()
    half = tmp_path / "half"
    half.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(AudioUnreadable) as caught:
        probe(half)
    assert caught.value.reason == "truncated"


@pytest.mark.parametrize("kind", ["mp3", "ogg", "wav"])
def test_half_a_file_of_a_streaming_format_is_as_long_as_what_is_there(
    make_tone: MakeTone, tmp_path: Path, kind: str
) -> None:
    whole = make_tone(kind, 4).read_bytes()
    half = tmp_path / "half"
    half.write_bytes(whole[: len(whole) // 2])
    assert probe(half).duration_s == pytest.approx(2, abs=0.25)


def test_a_missing_index_is_refused(make_tone: MakeTone, tmp_path: Path) -> None:
    whole = make_tone("m4a", 4).read_bytes()
    half = tmp_path / "half"
    half.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(AudioUnreadable):
        probe(half)


def test_a_wav_of_unknown_length_is_read_to_its_end(tmp_path: Path) -> None:
    content = bytearray(wav(np.ones(48_000, np.int16), 48_000))
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    path = tmp_path / "streamed"
    path.write_bytes(content)
    assert probe(path).duration_s == pytest.approx(1)


@pytest.mark.parametrize("rate_hz", [1, 900, 2_000_000_000])
def test_an_absurd_sample_rate_is_refused_before_it_costs_memory(tmp_path: Path, rate_hz: int) -> None:
    path = tmp_path / "slow"
    path.write_bytes(wav(np.ones(20_000, np.int16), rate_hz))
    with pytest.raises(AudioUnreadable):
        probe(path)


def test_endless_audio_is_cut_off(make_tone: MakeTone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_DURATION_S", 2)
    with pytest.raises(AudioUnreadable) as caught:
        probe(make_tone("flac", 3))
    assert caught.value.reason == "too_long"


def test_a_change_of_rate_half_way_is_followed(make_tone: MakeTone, tmp_path: Path) -> None:
    joined = tmp_path / "joined"
    parts = [make_tone("mp3", 1), make_tone("mp3", 2, rate_hz=22_050, channels=2), make_tone("mp3", 3)]
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    with open_audio(joined) as source:
        samples = sum(block.shape[1] for block in source.blocks(rate_hz=16_000, channels=1))
    assert samples / 16_000 == pytest.approx(source.decoded_s, abs=0.1)
    assert source.decoded_s > 3


def test_not_a_number_never_reaches_the_caller(tmp_path: Path) -> None:
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 4_036, b"WAVE", b"fmt ", 16, 3, 1, 8_000, 32_000, 4, 32, b"data", 4_000
    )
    samples = np.full(1_000, np.nan, np.float32)
    samples[::2] = np.inf
    path = tmp_path / "nan"
    path.write_bytes(header + samples.tobytes())
    with open_audio(path) as source:
        blocks = list(source.blocks(rate_hz=8_000, channels=1))
    assert np.isfinite(np.concatenate(blocks, axis=1)).all()


def test_a_missing_file_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        probe(tmp_path / "nowhere")


def wav(samples: "np.ndarray[tuple[int], np.dtype[np.int16]]", rate_hz: int) -> bytes:
    data = samples.tobytes()
    byte_rate = min(rate_hz * 2, 2**32 - 1)
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(data),
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        rate_hz,
        byte_rate,
        2,
        16,
        b"data",
        len(data),
    )
    return header + data
