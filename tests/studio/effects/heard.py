"""What can be measured of a sound."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.audio.decoding import Samples

RATE_HZ = 48_000


@dataclass(frozen=True)
class Heard:
    """A sound, and what can be measured of it."""

    samples: Samples

    @property
    def seconds(self) -> float:
        return self.samples.shape[1] / RATE_HZ

    @property
    def peak(self) -> float:
        return float(np.abs(self.samples).max())

    @property
    def level(self) -> float:
        return float(np.sqrt(np.mean(np.square(self.samples))))

    def part(self, start_s: float, end_s: float) -> "Heard":
        return Heard(self.samples[:, round(start_s * RATE_HZ) : round(end_s * RATE_HZ)])

    def spectrum(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Frequencies in Hz, and power."""
        mono = self.samples.mean(axis=0).astype(np.float64)
        hz = np.arange(mono.size // 2 + 1, dtype=np.float64) * (RATE_HZ / mono.size)
        return hz, np.square(np.abs(np.fft.rfft(mono)).astype(np.float64))

    def centroid_hz(self) -> float:
        hz, power = self.spectrum()
        return float((hz * power).sum() / power.sum())

    def share(self, low_hz: float, high_hz: float) -> float:
        """How much of the power lies in a band."""
        hz, power = self.spectrum()
        return float(power[(hz >= low_hz) & (hz < high_hz)].sum() / power.sum())

    def flatness(self) -> float:
        """1 for white noise, near 0 for tones; between 100 Hz and 10 kHz, in bands of 50 Hz."""
        hz, power = self.spectrum()
        inside = power[(hz >= 100) & (hz < 10_000)]
        width = max(round(50 / hz[1]), 1)
        bands: NDArray[np.float64] = inside[: inside.size // width * width].reshape(-1, width).mean(axis=1) + 1e-20
        return float(np.exp(np.mean(np.log(bands))) / bands.mean())

    def envelope(self, step_s: float = 0.01) -> NDArray[np.float64]:
        step = round(step_s * RATE_HZ)
        whole = self.samples[:, : self.samples.shape[1] // step * step].astype(np.float64)
        return np.sqrt(np.square(whole).reshape(2, -1, step).mean(axis=(0, 2)))

    def onsets_s(self, least_gap_s: float = 0.15) -> list[float]:
        """When something begins: the level jumps to twice what it was, above a tenth of the loudest."""
        levels = self.envelope()
        before = np.concatenate(([0.0, 0.0], levels[:-2]))
        found: list[float] = []
        for place in np.flatnonzero((levels > 0.1 * levels.max()) & (levels > 2 * before)):
            at_s = float(place) * 0.01
            if not found or at_s - found[-1] >= least_gap_s:
                found.append(at_s)
        return found

    def unevenness(self) -> float:
        """Spread of the level over its mean: small for steady sounds."""
        levels = self.envelope(0.05)
        return float(levels.std() / levels.mean())
