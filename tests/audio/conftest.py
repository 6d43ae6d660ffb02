from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

FORMATS = {
    "mp3": ("mp3", "libmp3lame"),
    "ogg": ("ogg", "libopus"),
    "wav": ("wav", "pcm_s16le"),
    "flac": ("flac", "flac"),
    "m4a": ("ipod", "aac"),
    "webm": ("webm", "libopus"),
}


def tone(seconds: float, *, rate_hz: int = 48_000, hz: float = 440.0, level: float = 0.3) -> NDArray[np.float32]:
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return (level * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


def encode(path: Path, samples: NDArray[np.float32], kind: str, *, rate_hz: int = 48_000, channels: int = 1) -> Path:
    """Encode with PyAV directly, so that the code under test does not make its own test data."""
    container, codec = FORMATS[kind]
    layout = "mono" if channels == 1 else "stereo"
    block = np.ascontiguousarray(np.tile(samples, (channels, 1)))
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate_hz, layout=layout)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - PyAV's overloads leave kwargs untyped
        for start in range(0, block.shape[1], 8_192):
            part = np.ascontiguousarray(block[:, start : start + 8_192])
            frame = AudioFrame.from_ndarray(part, format="fltp", layout=layout)
            frame.sample_rate = rate_hz
            output.mux(stream.encode(frame))  # pyright: ignore[reportUnknownMemberType, reportArgumentType, reportUnknownArgumentType, reportAttributeAccessIssue, reportUnknownVariableType] - as above
        output.mux(stream.encode(None))  # pyright: ignore[reportUnknownMemberType, reportArgumentType, reportUnknownArgumentType, reportAttributeAccessIssue, reportUnknownVariableType] - as above
    return path


MakeTone = Callable[..., Path]


@pytest.fixture
def make_tone(tmp_path: Path) -> MakeTone:
    """make_tone(kind, seconds, rate_hz=…, channels=…, hz=…, level=…) -> a real encoded file without a suffix."""

    def make(
        kind: str, seconds: float, *, rate_hz: int = 48_000, channels: int = 1, hz: float = 440.0, level: float = 0.3
    ) -> Path:
        samples = tone(seconds, rate_hz=rate_hz, hz=hz, level=level)
        return encode(tmp_path / f"{kind}-{seconds}-{channels}", samples, kind, rate_hz=rate_hz, channels=channels)

    return make
