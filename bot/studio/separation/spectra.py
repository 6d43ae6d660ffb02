"""Stereo sound as overlapping spectra, and back."""

import numpy as np
from numpy.typing import NDArray

from bot.audio.decoding import Samples

Spectra = NDArray[np.complex64]
"""(channels, frames, frequencies)"""
Magnitudes = NDArray[np.float32]
"""(frames, frequencies)"""

FRAME, HOP = 4096, 1024
"""85 ms at 48 kHz: long enough to tell neighbouring notes apart."""


def spectra_of(sound: Samples) -> Spectra:
    """Return the spectra of (channels, samples), padded so that each sample lies in as many frames as any other."""
    missing = -sound.shape[1] % HOP
    padded = np.pad(sound, ((0, 0), (FRAME - HOP, FRAME - HOP + missing)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME, axis=1)[:, ::HOP]
    return np.fft.rfft(frames * _window(), axis=2).astype(np.complex64)


def sound_of(spectra: Spectra, samples: int) -> Samples:
    """Return ``samples`` samples of each channel; what was made by `spectra_of` comes back as it was."""
    frames = np.fft.irfft(spectra, FRAME, axis=2).astype(np.float32) * _window()
    count = frames.shape[1]
    sound = np.zeros((spectra.shape[0], (count - 1) * HOP + FRAME), np.float32)
    # Every fourth frame follows on the one before without a gap, so they are added four times at once.
    overlap = FRAME // HOP
    for first in range(overlap):
        some = frames[:, first::overlap]
        joined = some.reshape(some.shape[0], -1)
        sound[:, first * HOP : first * HOP + joined.shape[1]] += joined
    return sound[:, FRAME - HOP : FRAME - HOP + samples] / np.float32(overlap / 2)


def _window() -> Samples:
    """The square root of a Hann window, before and after."""
    return np.sin(np.pi * (np.arange(FRAME) + 0.5) / FRAME).astype(np.float32)
