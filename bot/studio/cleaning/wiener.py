"""Noise reduction in numpy: a Wiener filter with the decision-directed estimate of Ephraim and Malah (1984).

The noise is taken to be what is there in the quietest moments of each frequency, looked for in stretches of six
seconds, so slow changes are followed. Steady noise (a fan, hiss, hum) goes; a keyboard or other voices stay.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bot.audio.decoding import Samples
from bot.studio.cleaning.track import BLOCK, Track

Powers = NDArray[np.float32]
Spectra = NDArray[np.complex64]

FRAME, HOP = 1536, 768
"""32 ms and half of it at 48 kHz."""

_SMOOTHING = 0.95  # with less the rest warbles, with more beginnings of words are lost; best SI-SDR at 0 to 10 dB
_FLOOR = 10 ** (-20 / 20)  # what is left of pure noise: none at all sounds dead, and warbles
_STRETCH_FRAMES = 6 * 48_000 // HOP
_QUIETEST_SHARE = 0.2
_SMOOTHED_FRAMES = 5
_BIAS = 1.2  # the quietest fifth of smoothed noise lies that far below its mean


class WienerFilter:
    """Takes steady noise away from one channel that comes block by block."""

    def __init__(self, noise: Powers) -> None:
        # The power of the noise, a row for each stretch of six seconds.
        self._noise = noise
        self._frame_number = 0
        self._before = np.zeros(noise.shape[1], np.float32)

    def gains(self, spectra: Spectra) -> Powers:
        """Return what to multiply each frame (row) and frequency by; frames come in order."""
        powers = np.square(np.abs(spectra)).astype(np.float32)
        gains = np.empty_like(powers)
        for row, power in enumerate(powers):
            noise = self._noise_now()
            posterior = power / noise
            prior = _SMOOTHING * self._before / noise + (1 - _SMOOTHING) * np.maximum(posterior - 1, 0)
            gain = np.maximum(prior / (1 + prior), _FLOOR)
            self._before = np.square(gain) * power
            gains[row] = gain
            self._frame_number += 1
        return gains

    def _noise_now(self) -> Powers:
        """The noise between the middles of two stretches."""
        place = self._frame_number / _STRETCH_FRAMES - 0.5
        below = min(max(int(np.floor(place)), 0), self._noise.shape[0] - 1)
        above = min(below + 1, self._noise.shape[0] - 1)
        share = np.float32(min(max(place - below, 0.0), 1.0))
        return self._noise[below] * (1 - share) + self._noise[above] * share


def filtered(track: Track) -> Iterator[Samples]:
    """Yield ``track`` with less noise, as long as it is and not shifted; it is read twice."""
    filters = [WienerFilter(noise) for noise in _noise_of(track)]
    window = _window()
    tail = np.zeros((track.channels, FRAME - HOP), np.float32)
    written, first = 0, True
    for spectra in _spectra(track):
        shaped = np.stack([one * filter_.gains(one) for one, filter_ in zip(spectra, filters, strict=True)])
        frames = np.fft.irfft(shaped, FRAME, axis=2).astype(np.float32) * window
        sound = np.zeros((track.channels, (frames.shape[1] - 1) * HOP + FRAME), np.float32)
        for number in range(frames.shape[1]):
            sound[:, number * HOP : number * HOP + FRAME] += frames[:, number]
        sound[:, : tail.shape[1]] += tail
        done = frames.shape[1] * HOP
        tail = sound[:, done:].copy()
        ready = sound[:, HOP if first else 0 : done]  # the first half frame is the padding before the beginning
        first = False
        yield ready[:, : track.samples - written]
        written += min(ready.shape[1], track.samples - written)


def _spectra(track: Track) -> Iterator[Spectra]:
    """Yield (channels, frames, frequencies) of overlapping frames that cover all of the track."""
    window = _window()
    waiting = np.zeros((track.channels, HOP), np.float32)
    for block in _and_silence(track):
        joined = np.concatenate((waiting, block), axis=1)
        count = (joined.shape[1] - FRAME) // HOP + 1
        if count < 1:
            waiting = joined
            continue
        frames = np.lib.stride_tricks.sliding_window_view(joined, FRAME, axis=1)[:, : count * HOP : HOP]
        yield np.fft.rfft(frames * window, axis=2).astype(np.complex64)
        waiting = joined[:, count * HOP :]


def _and_silence(track: Track) -> Iterator[Samples]:
    """The track, and enough silence after it that its last sample is in the middle of a frame."""
    yield from track.blocks(BLOCK)
    yield np.zeros((track.channels, 2 * FRAME), np.float32)


def _noise_of(track: Track) -> list[Powers]:
    """The power of the noise of each channel, a row for each stretch of six seconds."""
    rows: list[list[Powers]] = [[] for _ in range(track.channels)]
    waiting: NDArray[np.float32] | None = None
    for spectra in _spectra(track):
        powers = np.square(np.abs(spectra)).astype(np.float32)
        waiting = powers if waiting is None else np.concatenate((waiting, powers), axis=1)
        while waiting.shape[1] >= _STRETCH_FRAMES:
            for channel, row in enumerate(rows):
                row.append(_noise_in(waiting[channel, :_STRETCH_FRAMES]))
            waiting = waiting[:, _STRETCH_FRAMES:]
    if waiting is not None and (waiting.shape[1] > _STRETCH_FRAMES // 2 or not rows[0]):
        for channel, row in enumerate(rows):
            row.append(_noise_in(waiting[channel]))
    return [np.stack(row) for row in rows]


def _noise_in(powers: Powers) -> Powers:
    """The mean power of the noise, guessed from the quietest fifth of the frames of each frequency."""
    wide = min(_SMOOTHED_FRAMES, powers.shape[0])
    sums = np.cumsum(np.concatenate((np.zeros((1, powers.shape[1]), np.float32), powers)), axis=0, dtype=np.float64)
    smooth = (sums[wide:] - sums[:-wide]) / wide
    low = np.quantile(smooth, _QUIETEST_SHARE, axis=0)
    return np.maximum(low * _BIAS, 1e-9).astype(np.float32)


def _window() -> Samples:
    """The square root of a Hann window, before and after: halves that overlap add up to one."""
    return np.sin(np.pi * (np.arange(FRAME) + 0.5) / FRAME).astype(np.float32)
