"""How long a sound is, told without decoding it; compared with real files of a real encoder."""

import io

import av
import numpy as np
import pytest

from bot.sandbox.sound_lengths import sound_length_s

PAGE_START = b"OggS\x00"


def make_sound(length_s: float, codec: str, container: str, rate_hz: int = 48_000) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate_hz)  # pyright: ignore[reportUnknownMemberType] - PyAV's overloads leave kwargs untyped
        assert isinstance(stream, av.AudioStream)
        stream.layout = "stereo"
        silence = np.zeros((2, int(rate_hz * length_s)), dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="stereo")
        frame.sample_rate = rate_hz
        for part in (frame, None):
            output.mux(stream.encode(part))  # pyright: ignore[reportUnknownMemberType] - its packets are generic without an argument
    return buffer.getvalue()


@pytest.mark.parametrize(("codec", "container", "rate_hz"), [("libopus", "ogg", 48_000), ("mp3", "mp3", 44_100)])
@pytest.mark.parametrize("length_s", [0.5, 5.4])
def test_a_real_file_is_as_long_as_it_was_made(codec: str, container: str, rate_hz: int, length_s: float) -> None:
    told = sound_length_s(make_sound(length_s, codec, container, rate_hz))
    # MP3 comes in whole frames, with some of silence before and after; the last packet of Opus may not be full.
    assert told == pytest.approx(length_s, abs={"mp3": 0.09, "libopus": 0.02}[codec])


def page(position: int, packet: bytes, stream: int = 7) -> bytes:
    numbers = position.to_bytes(8, "little", signed=True) + stream.to_bytes(4, "little") + bytes(8)
    return b"OggS\x00\x00" + numbers + bytes((1, len(packet))) + packet


def test_vorbis_counts_in_its_own_rate_and_only_its_first_stream() -> None:
    head = b"\x01vorbis" + bytes(5) + (22_050).to_bytes(4, "little") + bytes(14)
    sound = page(0, head) + page(11_025, bytes(90)) + page(-1, bytes(90)) + page(999_999, bytes(9), stream=8)
    assert sound_length_s(sound) == 0.5


@pytest.mark.parametrize(
    "content", [b"", b"Ogg", PAGE_START, b"OggS" + bytes(60), b"OggS" + b"\xff" * 400, b"RIFF" * 9]
)
def test_what_is_no_sound_has_no_length(content: bytes) -> None:
    assert sound_length_s(content) is None


def test_a_file_that_was_cut_off_is_as_long_as_what_is_left() -> None:
    whole = make_sound(3.0, "libopus", "ogg")
    told = sound_length_s(whole[: len(whole) // 2])
    assert told is not None
    assert told < 3.0
