"""Loudness that is kept, and peaks that are rounded off instead of clipped."""

import numpy as np

from bot.audio.decoding import Samples

_PEAK = 0.89  # -1 dBFS; MP3 overshoots a little
_KNEE = 0.6
_LARGEST_GAIN = 8.0  # 18 dB: beyond it, only hiss would be lifted
_FRAME_S = 0.02
_HEARD = 0.1  # of the loudest frame, in amplitude: pauses must not count


def soft_limited(samples: Samples) -> Samples:
    """Return ``samples`` with what lies above -4.4 dBFS bent towards -1 dBFS; quieter sound is untouched."""
    size = np.abs(samples)
    room = _PEAK - _KNEE
    bent = np.sign(samples) * (_KNEE + room * np.tanh((size - _KNEE) / room))
    return np.where(size > _KNEE, bent, samples).astype(np.float32)


def heard_level(samples: Samples, rate_hz: int) -> float:
    """Return the RMS of the parts that are heard: frames of 20 ms within 20 dB of the loudest one. 0 for silence."""
    loudness = _loudness(samples, round(_FRAME_S * rate_hz))
    heard = loudness[loudness >= loudness.max(initial=0.0) * _HEARD]
    return float(np.sqrt(np.mean(np.square(heard)))) if heard.size else 0.0


def _loudness(samples: Samples, step: int) -> Samples:
    whole = samples[: samples.size // step * step].reshape(-1, step)
    return np.sqrt(np.mean(np.square(whole), axis=1))


def at_level_of(samples: Samples, model: Samples, rate_hz: int) -> Samples:
    """Return ``samples`` as loud as ``model``, without hard clipping."""
    wanted, had = heard_level(model, rate_hz), heard_level(samples, rate_hz)
    if had == 0.0:
        return samples
    return soft_limited((samples * min(wanted / had, _LARGEST_GAIN)).astype(np.float32))
