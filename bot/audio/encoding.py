"""The one place that encodes audio: blocks of samples in, a finished file out, or none at all."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.error import FFmpegError

from bot.audio.decoding import Samples


class AudioForm(StrEnum):
    """The forms we write. The value is also the file suffix, without its dot."""

    MP3 = "mp3"
    OGG = "ogg"
    """Ogg Opus."""
    WAV = "wav"
    """16-bit PCM; it has no bit rate."""


_CODECS = {AudioForm.MP3: "libmp3lame", AudioForm.OGG: "libopus", AudioForm.WAV: "pcm_s16le"}
_RATES_HZ = {
    # MPEG-1 and MPEG-2 layer III; RFC 6716 section 2 for Opus.
    AudioForm.MP3: (16_000, 22_050, 24_000, 32_000, 44_100, 48_000),
    AudioForm.OGG: (8_000, 12_000, 16_000, 24_000, 48_000),
}
_HIGHEST_RATE_HZ = 48_000
_MP3_HIGHEST_BPS_BELOW_32_KHZ = 160_000  # MPEG-2 layer III knows no more


def nearest_rate_hz(form: AudioForm, rate_hz: int) -> int:
    """Return the lowest sample rate that ``form`` can carry without losing any of ``rate_hz``, 48,000 at most."""
    wanted = min(max(rate_hz, 8_000), _HIGHEST_RATE_HZ)
    return next(rate for rate in _RATES_HZ.get(form, (wanted,)) if rate >= wanted)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to write: ``bitrate_bps`` is ignored for WAV, ``channels`` is 1 or 2."""

    form: AudioForm
    rate_hz: int
    channels: int = 1
    bitrate_bps: int = 128_000

    @property
    def is_speech(self) -> bool:
        """Whether Opus should favour intelligibility, which it does better at low rates."""
        return self.channels == 1 and self.bitrate_bps <= 32_000


class _Stream(Protocol):
    """The part of PyAV's audio stream used here; its own types leave packets unspecified."""

    @property
    def codec_context(self) -> AudioCodecContext: ...
    def encode(self, frame: AudioFrame | None, /) -> list[object]: ...


class _Output(Protocol):
    """The part of PyAV's output container used here."""

    def add_stream(self, codec_name: str, /, *, rate: int) -> _Stream: ...
    def mux(self, packets: list[object], /) -> None: ...
    def close(self) -> None: ...


class AudioWriter:
    """Writes blocks of samples into ``target``, which appears only when everything went well.

    Use it as a context manager. Memory does not grow with the length.
    """

    def __init__(self, target: Path, encoding: Encoding) -> None:
        self._target = target
        self._unfinished = target.with_name(f"{target.name}.part")
        self._encoding = encoding
        self._layout = "mono" if encoding.channels == 1 else "stereo"
        self.samples_written = 0
        """Per channel, at the encoding's rate."""

    def __enter__(self) -> Self:
        with _disk_errors():
            output = av.open(str(self._unfinished), "w", format=self._encoding.form.value)
        self._output = cast("_Output", output)
        self._stream = self._output.add_stream(_CODECS[self._encoding.form], rate=self._encoding.rate_hz)
        self._configure(self._stream.codec_context)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with _disk_errors():
                if kind is None:
                    self._encode(None)
                self._output.close()
            if kind is None:
                self._unfinished.replace(self._target)
        finally:
            self._unfinished.unlink(missing_ok=True)

    def write(self, block: Samples) -> None:
        """Add a block of shape (channels, samples) at the encoding's rate; what is beyond full scale is clipped."""
        if block.shape[1] == 0:
            return
        clipped = np.ascontiguousarray(np.clip(block, -1.0, 1.0), dtype=np.float32)
        frame = AudioFrame.from_ndarray(clipped, format="fltp", layout=self._layout)
        frame.sample_rate = self._encoding.rate_hz
        frame.pts = None
        with _disk_errors():
            self._encode(frame)
        self.samples_written += block.shape[1]

    def _encode(self, frame: AudioFrame | None) -> None:
        self._output.mux(self._stream.encode(frame))

    def _configure(self, context: AudioCodecContext) -> None:
        context.layout = self._layout
        if self._encoding.form is AudioForm.WAV:
            return
        bitrate_bps = self._encoding.bitrate_bps
        if self._encoding.form is AudioForm.MP3 and self._encoding.rate_hz < 32_000:
            bitrate_bps = min(bitrate_bps, _MP3_HIGHEST_BPS_BELOW_32_KHZ)
        context.bit_rate = bitrate_bps
        if self._encoding.form is AudioForm.OGG:
            context.options = {"application": "voip" if self._encoding.is_speech else "audio"}


@contextmanager
def _disk_errors() -> Generator[None]:
    """Full disks and missing folders come as FFmpeg's errors; callers know OSError."""
    try:
        yield
    except FFmpegError as error:
        raise OSError(error.errno, "the audio could not be written") from error
