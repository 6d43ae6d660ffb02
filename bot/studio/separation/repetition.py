"""What comes again with the beat is accompaniment: REPET.

Source: Rafii and Pardo, "Repeating Pattern Extraction Technique (REPET)", IEEE TASLP 21 (2013): the beat spectrum
(section II A), the repeating segment as the median of all periods (II B), and the mask (II C). A song whose
accompaniment is played by people repeats less exactly than a loop, so the voice keeps more of it.
"""

import numpy as np
from numpy.typing import NDArray

from bot.studio.separation.spectra import HOP, Magnitudes

_RATE_HZ = 48_000
_SHORTEST_S, _LONGEST_S = 0.8, 8.0
_LEAST_PERIODS = 3
_CLEAR = 0.30
"""How strongly the magnitudes of a period have to be correlated with those of the next."""
_FLOOR = 1e-6


def repeating_period(magnitudes: Magnitudes) -> int | None:
    """Return the period of the accompaniment in frames; None where nothing repeats clearly enough.

    It has to occur at least three times, and to last from 0.8 to 8 s.
    """
    spectrum = beat_spectrum(magnitudes)
    shortest = round(_SHORTEST_S * _RATE_HZ / HOP)
    longest = min(round(_LONGEST_S * _RATE_HZ / HOP), magnitudes.shape[0] // _LEAST_PERIODS)
    if longest <= shortest + 2:
        return None
    lags = np.arange(shortest, longest)
    strength = np.asarray([_strength(spectrum, int(lag)) for lag in lags])
    best = int(np.argmax(strength))
    return int(lags[best]) if strength[best] >= _CLEAR else None


def repeating_mask(magnitudes: Magnitudes, period: int) -> Magnitudes:
    """Return which share of each frame and frequency repeats with ``period``: 0 (the voice) to 1."""
    frames = magnitudes.shape[0]
    whole = frames // period
    segment = np.median(magnitudes[: whole * period].reshape(whole, period, -1), axis=0)
    repeated = np.tile(segment, (whole + 1, 1))[:frames]
    shares = (np.minimum(repeated, magnitudes) + _FLOOR) / (magnitudes + _FLOOR)
    return shares.astype(np.float32)


def beat_spectrum(magnitudes: Magnitudes) -> NDArray[np.float64]:
    """Return how much the powers are like themselves later on, by lag in frames; 1 at lag 0."""
    powers = np.square(magnitudes, dtype=np.float64)
    # Without the mean, steady loudness would count as repetition of every lag.
    powers = powers - powers.mean(axis=0)
    frames = powers.shape[0]
    total = np.zeros(frames)
    for first in range(0, powers.shape[1], 128):
        transformed = np.fft.rfft(powers[:, first : first + 128], 2 * frames, axis=0)
        total += np.fft.irfft(np.square(np.abs(transformed)).sum(axis=1), 2 * frames)[:frames]
    overlap = np.arange(frames, 0, -1, dtype=np.float64)
    scaled: NDArray[np.float64] = total / overlap
    return scaled / max(float(scaled[0]), _FLOOR)


def _strength(spectrum: NDArray[np.float64], lag: int) -> float:
    """The mean height at all multiples of ``lag`` that are seen well, above what surrounds them."""
    seen = np.arange(lag, spectrum.size * 3 // 4, lag)
    return float(spectrum[seen].mean()) if seen.size else 0.0
