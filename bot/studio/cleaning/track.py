"""Sound on disk as plain samples: 0.4 MB for a second of stereo, read and written block by block."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np

from bot.audio.decoding import Samples, open_audio
from bot.errors import AudioUnreadable

RATE_HZ = 48_000
"""The rate of every track: what DeepFilterNet 3 works at, and the highest that is worth keeping."""
BLOCK = 10 * RATE_HZ
"""Samples that are worked on at once."""

_BYTES = 4


@dataclass(frozen=True, slots=True)
class Track:
    """``samples`` frames of ``channels`` (1 or 2) interleaved float32 samples at `RATE_HZ` in the file ``path``."""

    path: Path
    channels: int
    samples: int

    @property
    def duration_s(self) -> float:
        """Its length in seconds."""
        return self.samples / RATE_HZ

    def read(self, start: int, stop: int) -> Samples:
        """Return (channels, samples) from ``start`` to ``stop``; less where it ends before."""
        first, last = max(start, 0), min(stop, self.samples)
        count = max(last - first, 0) * self.channels
        found = np.fromfile(self.path, np.float32, count, offset=first * self.channels * _BYTES)
        return found.reshape(-1, self.channels).T

    def blocks(self, length: int = BLOCK) -> Iterator[Samples]:
        """Yield all of it in arrays of shape (channels, samples), ``length`` samples at a time."""
        for start in range(0, self.samples, length):
            yield self.read(start, start + length)

    def parts(self, spans: Iterable[tuple[int, int]]) -> Iterator[Samples]:
        """Yield each of ``spans`` (from, to; in samples) block by block."""
        for first, last in spans:
            for start in range(first, last, BLOCK):
                yield self.read(start, min(start + BLOCK, last))


class TrackWriter:
    """Appends blocks to a new track."""

    def __init__(self, file: BinaryIO, channels: int) -> None:
        self._file = file
        self._channels = channels
        self.samples = 0
        """Written so far."""

    def write(self, block: Samples) -> None:
        """Append a block of shape (channels, samples)."""
        self._file.write(np.ascontiguousarray(block.T, dtype=np.float32).tobytes())
        self.samples += block.shape[1]


@contextmanager
def new_track(path: Path, channels: int) -> Generator[TrackWriter]:
    """Open a track for writing. Raises OSError where the disk is full."""
    with path.open("wb") as file:
        yield TrackWriter(file, channels)


def written(path: Path, channels: int, blocks: Iterable[Samples]) -> Track:
    """Write ``blocks`` to ``path`` and return the track."""
    with new_track(path, channels) as writer:
        for block in blocks:
            writer.write(block)
        return Track(path, channels, writer.samples)


def decoded_track(source: Path, path: Path) -> tuple[Track, bool]:
    """Decode ``source``; mono stays mono, everything else becomes stereo. The flag says that it breaks off early.

    Raises:
        AudioUnreadable: ``not_audio``, ``empty`` or ``too_long``.
    """
    is_truncated = False

    def sound() -> Iterator[Samples]:
        nonlocal is_truncated
        try:
            yield from audio.blocks(rate_hz=RATE_HZ, channels=channels)
        except AudioUnreadable as error:
            if error.reason != "truncated":
                raise
            is_truncated = True

    with open_audio(source) as audio:
        channels = 1 if audio.facts.channels == 1 else 2
        track = written(path, channels, sound())
    if not track.samples:
        raise AudioUnreadable("empty")
    return track, is_truncated


def mono(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """Yield the mean of both channels, of shape (samples,)."""
    for block in blocks:
        yield block.mean(axis=0)


def at_third_rate(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """Yield one-dimensional ``blocks`` of 48 kHz at 16 kHz, for the recogniser."""
    taps = _low_pass()
    before = np.zeros(taps.size // 2, np.float32)  # so that nothing is shifted
    phase = 0
    for block in chain(blocks, [np.zeros(taps.size // 2, np.float32)]):
        joined = np.concatenate((before, block))
        if joined.size < taps.size:
            before = joined
            continue
        filtered = np.convolve(joined, taps, mode="valid")
        yield filtered[phase::3].astype(np.float32)
        phase = (phase - filtered.size) % 3
        before = joined[filtered.size :]


def _low_pass() -> Samples:
    """7.2 kHz at 48 kHz, 60 dB down from 8.8 kHz on."""
    at = np.arange(-60, 61)
    taps = np.sinc(at * 0.333) * np.blackman(at.size)
    return (taps / taps.sum()).astype(np.float32)
