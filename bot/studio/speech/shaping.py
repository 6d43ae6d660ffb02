"""One voice into another with WORLD: pitch, resonances, intonation and breath, each on its own.

Runs in the engine process only. Source of method: Morise et al., "WORLD: a vocoder-based high-quality speech
synthesis system", IEICE Trans. 2016.
"""

from typing import TypeAlias

import numpy as np
import pyworld
from numpy.typing import NDArray

from bot.audio.decoding import Samples
from bot.studio.speech.parts import Shape

Table: TypeAlias = NDArray[np.float64]

# Median pitch of the voice "heart"; intonation stretches around it, so that sentences stay in one register.
_CENTRE_HZ = 190.0
_FLOOR_HZ, _CEILING_HZ = 60.0, 600.0
_PITCH_LIMITS_HZ = (45.0, 900.0)
_WHISPER_DB_PER_OCTAVE = 3.0  # whispered vowels lack the fall of the voice source


def reshape(samples: Samples, rate_hz: int, shape: Shape) -> Samples:
    """Return ``samples`` (mono) in another shape, the same length; about 0.07 s of work per second of sound.

    ``shape.speed`` and ``shape.gain_db`` are not applied here.
    """
    if shape.is_natural:
        return samples
    sound = samples.astype(np.float64)
    pitch, times = pyworld.dio(sound, rate_hz, f0_floor=_FLOOR_HZ, f0_ceil=_CEILING_HZ)
    pitch = pyworld.stonemask(sound, pitch, times, rate_hz)
    envelope = pyworld.cheaptrick(sound, pitch, times, rate_hz)
    noisiness = pyworld.d4c(sound, pitch, times, rate_hz)
    envelope = _tilted(_moved(envelope, shape.formant), rate_hz, _brightness(shape))
    spoken = pyworld.synthesize(_new_pitch(pitch, shape), envelope, _new_noisiness(noisiness, shape), rate_hz)
    return np.nan_to_num(spoken[: samples.size]).astype(np.float32)


def _new_pitch(pitch: Table, shape: Shape) -> Table:
    if shape.whispered:
        return np.zeros_like(pitch)
    voiced = pitch > 0
    moved = np.zeros_like(pitch)
    stretched = _CENTRE_HZ * (pitch[voiced] / _CENTRE_HZ) ** shape.intonation
    moved[voiced] = np.clip(stretched * shape.pitch, *_PITCH_LIMITS_HZ)
    return moved


def _new_noisiness(noisiness: Table, shape: Shape) -> Table:
    if shape.whispered:
        return np.ones_like(noisiness)
    return np.ascontiguousarray(noisiness + (1 - noisiness) * shape.breath * 0.8)


def _brightness(shape: Shape) -> float:
    return shape.brightness_db + (_WHISPER_DB_PER_OCTAVE if shape.whispered else 0.0)


def _moved(envelope: Table, ratio: float) -> Table:
    """Stretch the frequency axis of every frame by ``ratio``, the highest bin repeated at the top."""
    if ratio == 1:
        return envelope
    bins = envelope.shape[1]
    source: Table = np.minimum(np.arange(bins, dtype=np.float64) / ratio, float(bins - 1))
    below = source.astype(np.intp)
    above = np.minimum(below + 1, bins - 1)
    share = source - below
    return np.ascontiguousarray(envelope[:, below] * (1 - share) + envelope[:, above] * share)


def _tilted(envelope: Table, rate_hz: int, db_per_octave: float) -> Table:
    if db_per_octave == 0:
        return envelope
    hz: Table = np.linspace(0, rate_hz / 2, envelope.shape[1])
    near: Table = np.minimum(np.maximum(hz, 250.0), 4_000.0)
    octaves = np.log2(near / 1_000)
    return np.ascontiguousarray(envelope * 10 ** (db_per_octave * octaves / 10))  # a power spectrum: 10, not 20
