"""A track as the file that was asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.error import FFmpegError

from bot.audio.decoding import Samples
from bot.audio.encoding import AudioForm, AudioWriter, Encoding
from bot.studio.cleaning.track import RATE_HZ, Track

FORMS = ("wav", "mp3", "flac", "m4a")

_BITRATE_BPS = {1: 128_000, 2: 192_000}
_CODECS = {"flac": ("flac", "flac", "s16"), "m4a": ("ipod", "aac", "fltp")}  # container, codec, samples
_FRAME = 8_192


class _Context(Protocol):
    layout: str
    bit_rate: int


class _Stream(Protocol):
    """The part of PyAV's audio stream used here; its own types leave packets unspecified."""

    @property
    def codec_context(self) -> _Context: ...
    def encode(self, frame: AudioFrame | None, /) -> list[object]: ...


class _Output(Protocol):
    """The part of PyAV's output container used here."""

    def add_stream(self, codec_name: str, /, *, rate: int) -> _Stream: ...
    def mux(self, packets: list[object], /) -> None: ...
    def close(self) -> None: ...


def write_track(track: Track, target: Path, form: str) -> None:
    """Write ``track`` to ``target`` as one of `FORMS`; what is beyond full scale is clipped.

    Raises:
        OSError: it could not be written.
    """
    if form in _CODECS:
        _write(track, target, form)
        return
    encoding = Encoding(AudioForm(form), RATE_HZ, track.channels, _BITRATE_BPS[track.channels])
    with AudioWriter(target, encoding) as writer:
        for block in track.blocks():
            writer.write(block)


def _write(track: Track, target: Path, form: str) -> None:
    container, codec, samples = _CODECS[form]
    layout = "mono" if track.channels == 1 else "stereo"
    try:
        output = cast("_Output", av.open(str(target), "w", format=container))
        try:
            stream = output.add_stream(codec, rate=RATE_HZ)
            stream.codec_context.layout = layout
            if form != "flac":
                stream.codec_context.bit_rate = _BITRATE_BPS[track.channels]
            for frame in _frames(track, layout, samples):
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        finally:
            output.close()
    except FFmpegError as error:
        raise OSError(error.errno, "the audio could not be written") from error


def _frames(track: Track, layout: str, samples: str) -> Iterator[AudioFrame]:
    written = 0
    for block in track.blocks(_FRAME):
        clipped = np.clip(block, -1.0, 1.0)
        # Written in the other order, 16-bit samples of both channels alternate.
        shaped = np.ascontiguousarray(clipped) if samples == "fltp" else _sixteen_bit(clipped)
        frame = AudioFrame.from_ndarray(shaped, format=samples, layout=layout)
        frame.sample_rate = RATE_HZ
        frame.pts = written
        written += block.shape[1]
        yield frame


def _sixteen_bit(block: Samples) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    return np.round(block.T * 32_767).astype(np.int16).reshape(1, -1)
