"""How loud sound is, and bringing it to a level: ITU-R BS.1770-4 (10/2015) in numpy.

The two filters of the recommendation are given for 48 kHz only; for other rates they are made again from the
analogue prototypes that libebur128 derived (they give its table back at 48 kHz). The filters are recursive, which
numpy cannot do quickly, but what they answer to an impulse is 200 dB down after a tenth of a second: so they are
applied as one finite filter through the FFT, the same to within float32.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.audio.decoding import Samples

SILENCE_LUFS = -math.inf
"""The loudness of what is never above the absolute gate."""
SPEECH_TARGET_LUFS = -16.0
"""Usual for spoken word: AES TD1008 (2021) asks for -18, streaming services for -14 to -16."""
PEAK_LIMIT_DB = -1.0
"""Highest true peak in dBFS, leaving room for what lossy codecs add. Source: EBU R 128 (2020), section f."""

_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_OFFSET_DB = -0.691  # BS.1770-4 annex 1: makes a 997 Hz sine read as its level
_STEPS_PER_S = 10
_STEPS_PER_BLOCK = 4  # gating blocks of 400 ms that overlap by three quarters
_TAIL_S = 0.1
_OVERSAMPLING = 4  # BS.1770-4 annex 2
_TAPS = 12  # for each phase, as many as the annex has
_KAISER = 3.5  # within 0.05 dB up to half of the highest frequency
_PEAK_PIECE = 65_536

_Spectrum = NDArray[np.complex128]


class LoudnessMeter:
    """Measures sound that comes in blocks; of each tenth of a second one number is kept.

    ``channels`` is 1 or 2. As the recommendation has it, one channel alone reads 3 LU less than the same in both.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate_hz = rate_hz
        self._filter = _weighting(rate_hz)
        self._before = np.zeros((channels, self._filter.size - 1), np.float32)
        self._rest = np.zeros(0, np.float64)
        self._samples = 0
        self._powers: list[float] = []
        self._peak = 0.0
        self._edge = np.zeros((channels, _TAPS), np.float32)

    def add(self, block: Samples) -> None:
        """Take in a block of shape (channels, samples)."""
        if block.shape[1] == 0:
            return
        joined = np.concatenate((self._edge, block), axis=1)
        self._peak = _oversampled_peak(joined, self._peak)
        self._edge = joined[:, -_TAPS:]
        weighted = self._weighted(block)
        self._rest = np.concatenate((self._rest, np.square(weighted, dtype=np.float64).sum(axis=0)))
        self._samples += block.shape[1]
        self._collect()

    def integrated_lufs(self) -> float:
        """Return the gated loudness of all that was added in LUFS; `SILENCE_LUFS` where there is none.

        What is shorter than 400 ms, for which the recommendation has no answer, is taken as one block.
        """
        powers = np.asarray(self._powers)
        if powers.size < _STEPS_PER_BLOCK:
            total = float(powers.sum()) * self._rate_hz / _STEPS_PER_S + float(self._rest.sum())
            blocks = np.asarray([total / max(self._samples, 1)])
        else:
            blocks = np.convolve(powers, np.full(_STEPS_PER_BLOCK, 1 / _STEPS_PER_BLOCK), mode="valid")
        audible = blocks[blocks > _power_of(_ABSOLUTE_GATE_LUFS)]
        if not audible.size:
            return SILENCE_LUFS
        gate = float(audible.mean()) * 10 ** (_RELATIVE_GATE_LU / 10)
        return _lufs(float(audible[audible > gate].mean()))

    def true_peak_db(self) -> float:
        """Return the highest level between the samples, in dBFS; minus infinity for digital silence."""
        return _db(_oversampled_peak(np.pad(self._edge, ((0, 0), (0, _TAPS))), self._peak))

    def _weighted(self, block: Samples) -> Samples:
        joined = np.concatenate((self._before, block), axis=1)
        self._before = joined[:, joined.shape[1] - self._before.shape[1] :]
        return _convolved(joined, self._filter)[:, : block.shape[1]]

    def _collect(self) -> None:
        """Turn whole tenths of a second into their mean power; no rate need be a multiple of ten."""
        start = 0
        while True:
            done = len(self._powers)
            length = (done + 1) * self._rate_hz // _STEPS_PER_S - done * self._rate_hz // _STEPS_PER_S
            if start + length > self._rest.size:
                break
            self._powers.append(float(self._rest[start : start + length].mean()))
            start += length
        self._rest = self._rest[start:]


def integrated_loudness(samples: Samples, rate_hz: int) -> float:
    """Return the loudness of (channels, samples) or one channel in LUFS; `SILENCE_LUFS` where there is none."""
    shaped = np.atleast_2d(samples)
    meter = LoudnessMeter(rate_hz, shaped.shape[0])
    meter.add(shaped)
    return meter.integrated_lufs()


def true_peak_db(samples: Samples) -> float:
    """Return the true peak (fourfold oversampling) in dBFS; minus infinity for digital silence."""
    return _db(_oversampled_peak(np.pad(np.atleast_2d(samples), ((0, 0), (_TAPS, _TAPS))), 0.0))


def gain_to_loudness(
    lufs: float, peak_db: float, *, target_lufs: float = SPEECH_TARGET_LUFS, limit_db: float = PEAK_LIMIT_DB
) -> float:
    """Return the gain in dB that brings ``lufs`` to ``target_lufs`` without a true peak above ``limit_db``.

    Silence stays as it is: 0 dB.
    """
    if not math.isfinite(lufs) or not math.isfinite(peak_db):
        return 0.0
    return min(target_lufs - lufs, limit_db - peak_db)


def to_loudness(
    samples: Samples, rate_hz: int, *, target_lufs: float = SPEECH_TARGET_LUFS, limit_db: float = PEAK_LIMIT_DB
) -> Samples:
    """Return ``samples`` (same shape) with the gain of `gain_to_loudness`."""
    lufs, peak_db = integrated_loudness(samples, rate_hz), true_peak_db(samples)
    gain_db = gain_to_loudness(lufs, peak_db, target_lufs=target_lufs, limit_db=limit_db)
    return (samples * np.float32(10 ** (gain_db / 20))).astype(np.float32)


def _power_of(lufs: float) -> float:
    return 10 ** ((lufs - _OFFSET_DB) / 10)


def _lufs(power: float) -> float:
    return _OFFSET_DB + 10 * math.log10(power)


@lru_cache(maxsize=16)
def _weighting(rate_hz: int) -> Samples:
    """The answer of both filters of BS.1770-4 annex 1 to an impulse."""
    length = round(rate_hz * _TAIL_S)
    size = 4 * _power_of_two(length)  # long enough that the answer's end does not wrap into its beginning
    step = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = _shelf(rate_hz, step) * _high_pass(rate_hz, step)
    return np.fft.irfft(response, size)[:length].astype(np.float32)


def _shelf(rate_hz: int, step: _Spectrum) -> _Spectrum:
    """The head as a sphere: about 4 dB more above 1.7 kHz. Constants: libebur128 1.2.6, ebur128_init_filter."""
    warped = math.tan(math.pi * 1681.974450955533 / rate_hz)
    high, quality = 10 ** (3.999843853973347 / 20), 0.7071752369554196
    middle = high**0.4996667741545416
    scale = 1 + warped / quality + warped**2
    above = (high + middle * warped / quality + warped**2, 2 * (warped**2 - high))
    last = high - middle * warped / quality + warped**2
    below = 2 * (warped**2 - 1), 1 - warped / quality + warped**2
    return (above[0] + above[1] * step + last * step**2) / (scale + below[0] * step + below[1] * step**2)


def _high_pass(rate_hz: int, step: _Spectrum) -> _Spectrum:
    """Nothing below 38 Hz. Constants as above; the numerator is 1, -2, 1 at every rate, as in the table."""
    warped = math.tan(math.pi * 38.13547087602444 / rate_hz)
    quality = 0.5003270373238773
    scale = 1 + warped / quality + warped**2
    below = 2 * (warped**2 - 1) / scale, (1 - warped / quality + warped**2) / scale
    return (1 - 2 * step + step**2) / (1 + below[0] * step + below[1] * step**2)


def _convolved(joined: Samples, impulse: Samples) -> Samples:
    """Where all of ``impulse`` lies inside ``joined``, by overlap-save: memory follows the input only."""
    wanted = joined.shape[1] - impulse.size + 1
    size = _power_of_two(min(joined.shape[1], 8 * impulse.size))
    spectrum = np.fft.rfft(impulse, size)
    advance = size - impulse.size + 1
    found = np.empty((joined.shape[0], wanted), np.float32)
    for start in range(0, wanted, advance):
        piece = np.fft.rfft(joined[:, start : start + size], size, axis=1) * spectrum
        length = min(advance, wanted - start)
        whole = np.fft.irfft(piece, size, axis=1)
        found[:, start : start + length] = whole[:, impulse.size - 1 : impulse.size - 1 + length]
    return found


def _power_of_two(least: int) -> int:
    return 1 << max(least - 1, 1).bit_length()


def _db(peak: float) -> float:
    return 20 * math.log10(peak) if peak > 0 else -math.inf


def _oversampled_peak(samples: Samples, least: float) -> float:
    """The highest magnitude at the samples and at three places between each two of them, or ``least`` if higher."""
    peak = max(least, float(np.abs(samples).max(initial=0.0)))
    # Below half of the loudest sample nothing between two samples can come out louder, but for tones at the very
    # edge of what the rate can carry; leaving the quiet places out saves most of the work.
    threshold = peak / 2
    for channel in samples:
        for start in range(0, channel.size - _TAPS + 1, _PEAK_PIECE):
            piece = channel[start : start + _PEAK_PIECE + _TAPS - 1]
            around = np.lib.stride_tricks.sliding_window_view(piece, _TAPS)
            middle = np.abs(around[:, _TAPS // 2 - 1 : _TAPS // 2 + 1]).max(axis=1)
            loud = around[(middle > threshold) & (middle > 0)]
            peak = max(peak, float(np.abs(loud @ _interpolation()).max(initial=0.0)))
    return peak


@lru_cache(maxsize=1)
def _interpolation() -> Samples:
    """Windowed sinc filters, one in each column, for a quarter, a half and three quarters between two samples."""
    phases = np.arange(1, _OVERSAMPLING) / _OVERSAMPLING
    at = np.arange(_TAPS)[:, np.newaxis] - (_TAPS // 2 - 1) - phases[np.newaxis, :]
    window = np.i0(_KAISER * np.sqrt(np.maximum(0.0, 1 - np.square(at / (_TAPS / 2))))) / np.i0(_KAISER)
    return (np.sinc(at) * window).astype(np.float32)
