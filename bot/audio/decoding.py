"""The one place that decodes foreign audio, and the one that translates PyAV's errors.

PyAV raises its own family, ValueError (a frame that suddenly has another format) and, inside metadata,
UnicodeDecodeError; all become ``AudioUnreadable`` or the end of the stream here.
"""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container.input import InputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from bot.errors import AudioUnreadable

Samples: TypeAlias = NDArray[np.float32]
"""Full scale is -1.0 to 1.0. One dimension, or (channels, samples) where a function says so."""

MAX_DURATION_S = 4 * 3600
"""Longer audio is refused: a few kilobytes of FLAC can hold days of silence."""

# Only formats that carry sound in themselves. HLS, DASH, concat and the like would make the decoder open
# other files and addresses named inside the upload.
_FORMATS = "mp3,ogg,wav,w64,flac,mov,mp4,m4a,3gp,matroska,webm,aac,aiff,caf,amr,asf,avi,mpegts,au,flv,ac3,eac3"
_FOREIGN_ERRORS = (FFmpegError, ValueError)
_READ_AT_ONCE_BYTES = 256 * 1024
_SAMPLE_RATES_HZ = range(1_000, 768_001)  # outside of it a header lies; resampling from 1 Hz would eat all memory
_MOST_CHANNELS = 64
_BAD_PACKETS_IN_A_ROW = 2_000

# In these, the length is a field that was written with the audio. Elsewhere FFmpeg guesses it from the bit rate,
# or reads it from the last page that is there, so it says nothing about what is missing.
_CONTAINERS_THAT_KNOW_THEIR_LENGTH = frozenset({"wav", "flac", "mov", "matroska"})
_LEAST_SHARE_DECODED = 0.9
_SLACK_S = 0.5


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """What the headers say. ``declared_duration_s`` is None where nothing reliable says it."""

    sample_rate_hz: int
    channels: int
    container: str
    declared_duration_s: float | None


class AudioSource:
    """An open file with sound in it. Its iterators can be used once."""

    def __init__(self, container: InputContainer, stream: AudioStream) -> None:
        self._container = container
        self._stream = stream
        self.facts = _facts(container, stream)
        self.decoded_s = 0.0
        """Seconds of sound decoded so far."""

    def frames(self) -> Iterator[AudioFrame]:
        """Yield decoded frames in the stream's own format, stepping over damaged packets.

        Raises:
            AudioUnreadable: ``empty`` when nothing came out, ``truncated`` when much less came out than the
                container declares, ``too_long`` past `MAX_DURATION_S`.
        """
        for frame in _decoded(self._container, self._stream):
            self.decoded_s += frame.samples / frame.sample_rate
            if self.decoded_s > MAX_DURATION_S:
                raise AudioUnreadable("too_long")
            frame.pts = None  # timestamps of damaged files jump; sound is simply what follows on
            yield frame
        if self.decoded_s == 0:
            raise AudioUnreadable("empty")
        declared_s = self.facts.declared_duration_s
        if declared_s is not None and self.decoded_s < declared_s * _LEAST_SHARE_DECODED - _SLACK_S:
            raise AudioUnreadable("truncated")

    def blocks(self, *, rate_hz: int, channels: int) -> Iterator[Samples]:
        """Yield arrays of shape (channels, samples) at ``rate_hz``; ``channels`` is 1 or 2. Raises as `frames`."""
        resampling = _Resampling(rate_hz, "mono" if channels == 1 else "stereo")
        for frame in self.frames():
            yield from resampling.of(frame)
        yield from resampling.of(None)


@contextmanager
def open_audio(path: Path) -> Generator[AudioSource]:
    """Open the best audio stream of ``path``, whatever the file is called.

    Raises:
        AudioUnreadable: ``empty`` for a file of no bytes, ``not_audio`` when no sound can be found in it.
        OSError: when the file itself cannot be read.
    """
    with path.open("rb") as file:
        if not file.read(1):
            raise AudioUnreadable("empty")
        file.seek(0)
        try:
            container = av.open(
                file,
                "r",
                options={"format_whitelist": _FORMATS},
                metadata_errors="replace",
                buffer_size=_READ_AT_ONCE_BYTES,
            )
        except _FOREIGN_ERRORS as error:
            raise AudioUnreadable("not_audio") from error
        with closing(container):
            yield AudioSource(container, _best_stream(container))


def _best_stream(container: InputContainer) -> AudioStream:
    try:
        stream = container.streams.best("audio")
    except _FOREIGN_ERRORS as error:
        raise AudioUnreadable("not_audio") from error
    if not isinstance(stream, AudioStream) or not _is_plausible(stream):
        raise AudioUnreadable("not_audio")
    return stream


def _is_plausible(stream: AudioStream) -> bool:
    # PyAV gives None as the context of a codec it has no decoder for, though its types do not say so.
    if cast("object", stream.codec_context) is None:
        return False
    return stream.codec_context.sample_rate in _SAMPLE_RATES_HZ


def _facts(container: InputContainer, stream: AudioStream) -> StreamFacts:
    name = container.format.name.split(",")[0]
    knows_length = name in _CONTAINERS_THAT_KNOW_THEIR_LENGTH and container.duration is not None
    return StreamFacts(
        sample_rate_hz=stream.codec_context.sample_rate,
        channels=stream.codec_context.channels,
        container=name,
        declared_duration_s=(container.duration or 0) / av.time_base if knows_length else None,
    )


def _decoded(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    bad_in_a_row = 0
    for packet in _packets(container, stream):
        try:
            frames = packet.decode()
        except _FOREIGN_ERRORS:
            frames = []
        usable = [frame for frame in frames if _is_usable(frame)]
        bad_in_a_row = 0 if usable else bad_in_a_row + 1
        if bad_in_a_row >= _BAD_PACKETS_IN_A_ROW:
            return
        yield from usable


class _AudioPacket(Protocol):
    def decode(self) -> list[AudioFrame]: ...


def _packets(container: InputContainer, stream: AudioStream) -> Iterator[_AudioPacket]:
    packets = cast("Iterator[_AudioPacket]", container.demux(stream))
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except _FOREIGN_ERRORS:
            return  # the container breaks off here; what was decoded so far counts
        yield packet


def _is_usable(frame: AudioFrame) -> bool:
    channels = frame.layout.nb_channels
    return frame.samples > 0 and frame.sample_rate in _SAMPLE_RATES_HZ and 0 < channels <= _MOST_CHANNELS


class _Resampling:
    """A resampler that is made anew when a (damaged or chained) stream changes its format half-way."""

    def __init__(self, rate_hz: int, layout: str) -> None:
        self._rate_hz = rate_hz
        self._layout = layout
        self._resampler: AudioResampler | None = None
        self._format: tuple[str, str, int] | None = None

    def of(self, frame: AudioFrame | None) -> Iterator[Samples]:
        """Yield what ``frame`` gives; None gives what is left inside."""
        if frame is not None:
            format_now = (frame.format.name, frame.layout.name, frame.sample_rate)
            if format_now != self._format:
                yield from self._pass(None)
                self._format = format_now
                self._resampler = AudioResampler(format="fltp", layout=self._layout, rate=self._rate_hz)
        yield from self._pass(frame)

    def _pass(self, frame: AudioFrame | None) -> Iterator[Samples]:
        if self._resampler is None:
            return
        try:
            resampled = self._resampler.resample(frame)
        except _FOREIGN_ERRORS:
            self._resampler, self._format = None, None  # this frame is lost, the next one starts afresh
            return
        for part in resampled:
            if part.samples:
                # NaN and infinities are legal in float formats, and poison every sum that follows.
                samples = np.nan_to_num(part.to_ndarray().astype(np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
                yield np.clip(samples, -8.0, 8.0)
