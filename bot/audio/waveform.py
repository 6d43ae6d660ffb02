"""The little picture of loudness that Discord draws for a voice message, made while the sound streams by."""

import numpy as np

from bot.audio.decoding import Samples

MAX_POINTS = 256
"""Source: Discord API documentation, message resource, "Voice Messages": at most 256 datapoints, one byte each."""
POINT_S = 0.1
"""Same source: the official client samples at most once per 100 ms."""

_MOST_BINS = 4_096
# Below this (about -50 dBFS) there is only noise: drawing it at full height would make silence look like speech.
_QUIETEST_PEAK = 0.003
# Loudness is felt roughly as the square root of amplitude; without it quiet speech is a flat line.
_CURVE = 0.5


class Waveform:
    """Collects loudness from blocks of mono samples. At most `_MOST_BINS` numbers are kept, however long it gets."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._bin_samples = round(rate_hz * POINT_S)
        self._bins: list[float] = []
        self._waiting: list[Samples] = []
        self._waiting_samples = 0
        self._samples = 0

    @property
    def duration_s(self) -> float:
        """Length of all that was added."""
        return self._samples / self._rate_hz

    def add(self, block: Samples) -> None:
        """Take in mono samples, one dimension."""
        self._samples += block.size
        self._waiting.append(block)
        self._waiting_samples += block.size
        if self._waiting_samples >= self._bin_samples:
            self._empty_waiting()

    def points(self) -> bytes:
        """Return 1 to 256 points of 0 to 255, the loudest near 255; all 0 for silence."""
        bins = [*self._bins, *self._rest()] or [0.0]
        count = max(1, min(MAX_POINTS, int(self.duration_s / POINT_S), len(bins)))
        edges = np.linspace(0, len(bins), count, endpoint=False).astype(int)
        loudness = np.maximum.reduceat(np.asarray(bins), edges)
        peak = max(float(loudness.max()), _QUIETEST_PEAK)
        return np.round(255 * (loudness / peak) ** _CURVE).astype(np.uint8).tobytes()

    def _empty_waiting(self) -> None:
        samples = np.concatenate(self._waiting)
        whole = samples.size // self._bin_samples * self._bin_samples
        squares = np.square(samples[:whole].reshape(-1, self._bin_samples), dtype=np.float64)
        self._bins.extend(np.sqrt(squares.mean(axis=1)).tolist())
        self._waiting, self._waiting_samples = [samples[whole:]], samples.size - whole
        while len(self._bins) >= _MOST_BINS:
            self._halve()

    def _halve(self) -> None:
        odd = self._bins[len(self._bins) // 2 * 2 :]
        pairs = zip(self._bins[::2], self._bins[1::2], strict=False)
        self._bins = [max(first, second) for first, second in pairs] + odd
        self._bin_samples *= 2

    def _rest(self) -> list[float]:
        if not self._waiting_samples:
            return []
        rest = np.concatenate(self._waiting)
        return [float(np.sqrt(np.mean(np.square(rest, dtype=np.float64))))]
