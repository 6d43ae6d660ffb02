"""Bringing finished sound to one loudness: a quick measure of BS.1770 loudness, and a limiter.

bot/audio/loudness.py measures exactly and takes sound in blocks; for half a minute of stereo that is half a second.
Here the weighting is applied to the power spectrum of each tenth of a second, which is ten times as fast and, for
whole effects and pieces of music, the same to 0.3 LU.
"""

import math
from functools import lru_cache

import numpy as np

from bot.studio.effects.waves import RATE_HZ, Wave, stretched

TARGET_LUFS = -16.0
"""As for the studio's speech, so that a server's sounds are equally loud."""
CEILING = 10 ** (-1.5 / 20)
"""Highest sample: half a decibel below the -1 dBFS that are promised, for what lies between the samples."""

_BLOCK = RATE_HZ // 10
_MOST_LIMITING = 10 ** (9 / 20)  # a click cannot be as loud as rain: beyond 9 dB a limiter would only flatten it
_PASSES = 2  # limiting takes some loudness away, which the second gives back
_NEAR_LU = 0.3
_LIMITER_BLOCK = 96  # 2 ms
_ABSOLUTE_GATE_LUFS, _RELATIVE_GATE_LU = -70.0, -10.0
_OFFSET_DB = -0.691


def loudness(sound: Wave) -> float:
    """Return the gated loudness of two channels at 48 kHz in LUFS; minus infinity for silence.

    What is shorter than 400 ms is taken as if silence followed, up to that length.
    Source: ITU-R BS.1770-4 (10/2015), annex 1; its filters are tabled there for this rate.
    """
    blocks = max(-(-sound.shape[1] // _BLOCK), 4)
    padded = np.zeros((2, blocks * _BLOCK), np.float32)
    padded[:, : sound.shape[1]] = sound
    spectra = np.fft.rfft(padded.reshape(2, blocks, _BLOCK))
    powers = np.square(spectra.real) + np.square(spectra.imag)
    tenths = (powers.sum(axis=0) @ _weighting()).astype(np.float64)
    whole = np.convolve(tenths, np.full(4, 0.25), mode="valid")
    heard = whole[whole > 10 ** ((_ABSOLUTE_GATE_LUFS - _OFFSET_DB) / 10)]
    if not heard.size:
        return -math.inf
    gate = float(heard.mean()) * 10 ** (_RELATIVE_GATE_LU / 10)
    return _OFFSET_DB + 10 * math.log10(float(heard[heard > gate].mean()))


@lru_cache(maxsize=1)
def _weighting() -> Wave:
    """What each bin of a tenth of a second adds to its mean square."""
    turn = np.exp(-2j * np.pi * np.arange(_BLOCK // 2 + 1) / _BLOCK)
    shelf = (1.53512485958697 - 2.69169618940638 * turn + 1.19839281085285 * turn**2) / (
        1 - 1.69065929318241 * turn + 0.73248077421585 * turn**2
    )
    high_pass = (1 - 2 * turn + turn**2) / (1 - 1.99004745483398 * turn + 0.99007225036621 * turn**2)
    gains = np.abs(shelf * high_pass) ** 2 * (2 / _BLOCK**2)  # twice: the other half of the spectrum
    return gains.astype(np.float32)


def levelled(sound: Wave, *, target_lufs: float = TARGET_LUFS) -> Wave:
    """Return two channels at ``target_lufs`` with no sample above `CEILING`.

    Peaks are turned down for a few milliseconds each, by 9 dB at most. What is so short or so peaky that this does
    not suffice stays less loud. Silence stays silence.
    """
    for turn in range(_PASSES):
        missing_db = target_lufs - loudness(sound)
        if not math.isfinite(missing_db) or (turn > 0 and abs(missing_db) < _NEAR_LU):
            break
        peak = float(np.abs(sound).max())
        gain = min(10 ** (missing_db / 20), CEILING * _MOST_LIMITING / peak)
        sound = sound * np.float32(gain)
        if gain * peak <= CEILING:
            break
        sound = limited(sound)
    return sound


def limited(sound: Wave) -> Wave:
    """Return ``sound`` (channels, samples) with no sample above `CEILING`, turned down smoothly where it was."""
    length = sound.shape[1]
    blocks = -(-length // _LIMITER_BLOCK)
    peaks = np.zeros(blocks * _LIMITER_BLOCK, np.float32)
    peaks[:length] = np.abs(sound).max(axis=0)
    wanted = np.minimum(np.float32(CEILING) / np.maximum(peaks.reshape(blocks, -1).max(axis=1), 1e-6), 1)
    # Lowest of the neighbourhood, then averaged over the same width: never above what any block wants.
    around = np.lib.stride_tricks.sliding_window_view(np.pad(wanted, 4, mode="edge"), 9).min(axis=1)
    window = np.hanning(7)[1:-1]
    smooth = np.convolve(np.pad(around, 2, mode="edge"), window / window.sum(), mode="valid")
    gains = stretched(smooth, _LIMITER_BLOCK, length)
    return np.clip(sound * gains, -CEILING, CEILING).astype(np.float32, copy=False)
