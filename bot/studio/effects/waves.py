"""The raw material of all effects: tones, noises, envelopes and filters, all float32 at 48 kHz, all vectorised.

Noise is drawn as a spectrum and brought back by one inverse FFT, which is several times faster than filtering
it afterwards. Filters have no phase: they neither delay nor, with the gentle slopes used here, ring before a sound.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
Wave: TypeAlias = NDArray[np.floating[Any]]
"""float32 in truth; numpy's types lose sight of the width in arithmetic. One channel, or (channels, samples)."""
Random: TypeAlias = np.random.Generator
Shape: TypeAlias = Callable[[Wave], Wave]
"""Frequencies in Hz into gains."""

_Counts: TypeAlias = NDArray[np.uint32]

_SINE_BITS = 15
_TABLE_BITS = 13
_PERIOD = 1 << 18  # noise repeats after 5.5 s, without a seam; nobody hears that, and half a minute costs no more
_FAR = np.float32(1_000)
_INAUDIBLE = 1e-3  # spectral gains below this share of the highest are not drawn at all


def count(length_s: float) -> int:
    """Return ``length_s`` in samples, at least one."""
    return max(round(length_s * RATE_HZ), 1)


def clock(length_s: float) -> Wave:
    """Return the time of each sample in seconds; for tones use `tone`, which keeps its phase exact."""
    return np.arange(count(length_s), dtype=np.float32) / np.float32(RATE_HZ)


def silence(length_s: float) -> Wave:
    """Return one channel of nothing."""
    return np.zeros(count(length_s), np.float32)


# Tones


def tone(hz: float | Wave, length_s: float) -> Wave:
    """Return a sine that follows ``hz`` (above 0, below 24,000)."""
    return _sine()[_places(hz, length_s, _SINE_BITS)]


def rich_tone(hz: float | Wave, length_s: float, harmonics: tuple[float, ...]) -> Wave:
    """Return a tone with these gains of its first, second, third... harmonic; none of them may pass 24 kHz."""
    return _wavetable(harmonics)[_places(hz, length_s, _TABLE_BITS)]


def _places(hz: float | Wave, length_s: float, bits: int) -> _Counts:
    """Where in a table of 2**bits places a tone is. The phase is a 32-bit count that runs over once per cycle."""
    size = count(length_s)
    per_hz = 2**32 / RATE_HZ
    if isinstance(hz, np.ndarray):
        cycles = np.cumsum((hz[:size] * np.float32(per_hz)).astype(np.uint32), dtype=np.uint32)
    else:
        cycles = np.arange(size, dtype=np.uint32) * np.uint32(hz * per_hz)
    return cycles >> np.uint32(32 - bits)


@lru_cache(maxsize=1)
def _sine() -> Wave:
    return np.sin(np.arange(1 << _SINE_BITS) * (2 * np.pi / (1 << _SINE_BITS))).astype(np.float32)


def saw(harmonics: int) -> tuple[float, ...]:
    """Return the gains of a saw-tooth's first ``harmonics`` harmonics."""
    return tuple(1 / number for number in range(1, harmonics + 1))


def square(harmonics: int) -> tuple[float, ...]:
    """Return the gains of a square wave's first ``harmonics`` harmonics."""
    return tuple(number % 2 / number for number in range(1, harmonics + 1))


@lru_cache(maxsize=64)
def _wavetable(harmonics: tuple[float, ...]) -> Wave:
    places = np.arange(1 << _TABLE_BITS) / (1 << _TABLE_BITS)
    table = np.zeros(places.size)
    for number, gain in enumerate(harmonics, start=1):
        table += gain * np.sin(2 * np.pi * number * places)
    return (table / np.abs(table).max()).astype(np.float32)


def glide(start_hz: float, end_hz: float, length_s: float, bend: float = 1.0) -> Wave:
    """Return frequencies from ``start_hz`` to ``end_hz``, even in octaves; ``bend`` below 1 hurries at first."""
    share = np.linspace(0, 1, count(length_s), dtype=np.float32) ** np.float32(bend)
    return np.float32(start_hz) * np.exp(share * np.float32(np.log(end_hz / start_hz)))


class Mode(NamedTuple):
    """One way a struck thing rings: a sine that dies away to 37 % in ``decay_s``."""

    hz: float
    gain: float
    decay_s: float


def struck(modes: Sequence[Mode], length_s: float) -> Wave:
    """Return a body that rings in ``modes`` after one stroke; what lies above 20 kHz is left out.

    All modes at once: exp(z (qB + r)) is exp(z q B) times exp(z r), so with q as rows and r as columns the sum over
    the modes is one product of two small matrices.
    """
    size = count(length_s)
    heard = [mode for mode in modes if mode.hz < 20_000]
    if not heard:
        return silence(length_s)
    block = math.isqrt(size) + 1
    turns = np.array([complex(-1 / mode.decay_s, 2 * math.pi * mode.hz) for mode in heard]) / RATE_HZ
    gains = np.array([mode.gain for mode in heard])
    within: NDArray[np.complex128] = np.exp(turns[:, np.newaxis] * np.arange(block))
    across: NDArray[np.complex128] = gains[:, np.newaxis] * np.exp(
        turns[:, np.newaxis] * (np.arange(-(-size // block)) * block)
    )
    # The imaginary part of the product is the sine.
    rows = np.concatenate((across.real, across.imag)).T.astype(np.float32)
    columns = np.concatenate((within.imag, within.real)).astype(np.float32)
    return faded((rows @ columns).ravel()[:size], 0, min(0.03, 0.2 * length_s))


# Envelopes


def decay(length_s: float, time_s: float) -> Wave:
    """Return a fall from 1 that reaches 37 % after ``time_s``, and 0 at the end."""
    falling = np.exp(clock(length_s) / np.float32(-time_s))
    return falling - falling[-1] if falling.size > 1 else falling


def swell(length_s: float) -> Wave:
    """Return a rise from 0 to 1 and back, without corners."""
    return np.sin(np.linspace(0, np.pi, count(length_s), dtype=np.float32)) ** 2


def line(length_s: float, *points: tuple[float, float]) -> Wave:
    """Return straight lines through ``points``: (share of the length, value)."""
    at, values = zip(*points, strict=True)
    places = np.linspace(0, 1, count(length_s))
    return np.interp(places, at, values).astype(np.float32)


def wander(rng: Random, length_s: float, per_second: float, low: float, high: float) -> Wave:
    """Return a curve that wanders smoothly between ``low`` and ``high``, turning about ``per_second`` times."""
    points = max(int(length_s * per_second) + 2, 3)
    values = rng.uniform(low, high, points)
    coarse_at = np.linspace(0, points - 1, points * 8)
    share = coarse_at % 1
    smooth = share * share * (3 - 2 * share)
    before = np.minimum(coarse_at.astype(np.intp), points - 1)
    coarse = values[before] + (values[np.minimum(before + 1, points - 1)] - values[before]) * smooth
    places = np.linspace(0, coarse.size - 1, count(length_s))
    return np.interp(places, np.arange(coarse.size), coarse).astype(np.float32)


def stretched(curve: NDArray[np.floating[Any]], block: int, size: int) -> Wave:
    """Return ``size`` samples of straight lines through ``curve``, each value in the middle of ``block`` samples."""
    places: NDArray[np.float64] = np.arange(size, dtype=np.float64)
    middles: NDArray[np.float64] = (np.arange(curve.size, dtype=np.float64) + 0.5) * block
    return np.interp(places, middles, curve).astype(np.float32)


def faded(sound: Wave, in_s: float = 0.003, out_s: float = 0.01) -> Wave:
    """Return ``sound`` with both ends faded so that neither clicks; a copy."""
    result = sound.copy()
    length = result.shape[-1]
    opening, closing = min(count(in_s), length // 2), min(count(out_s), length // 2)
    result[..., :opening] *= np.sin(np.linspace(0, np.pi / 2, opening, dtype=np.float32)) ** 2
    result[..., length - closing :] *= np.cos(np.linspace(0, np.pi / 2, closing, dtype=np.float32)) ** 2
    return result


def driven(sound: Wave, drive: float) -> Wave:
    """Return ``sound`` rounded off as an overloaded amplifier does; 1 is gentle, 5 is fierce."""
    return np.tanh(sound * np.float32(drive)) / np.float32(np.tanh(drive))


# Noise and filters


def band(low_hz: float, high_hz: float, *, order: int = 2, tilt_db: float = 0.0) -> Shape:
    """Return a band that falls with 6 dB per octave and ``order`` outside, and with ``tilt_db`` per octave inside."""

    def gains(hz: Wave) -> Wave:
        safe = np.maximum(hz, np.float32(1))
        # Beyond -60 dB per order it makes no difference, and float32 would overflow.
        rising = _power(np.minimum(np.float32(low_hz) / safe, _FAR), 2 * order)
        falling = _power(np.minimum(safe / np.float32(high_hz), _FAR), 2 * order)
        shape = 1 / np.sqrt((1 + rising) * (1 + falling))
        return shape if tilt_db == 0 else shape * (safe / np.float32(1_000)) ** np.float32(tilt_db / 6.0206)

    return gains


def _power(values: Wave, exponent: int) -> Wave:
    """``values ** exponent`` for small whole exponents; several times as fast."""
    square = values * values
    result = square
    for _ in range(exponent // 2 - 1):
        result = result * square
    return result


def noise(rng: Random, length_s: float, shape: Shape) -> Wave:
    """Return noise with the spectrum of ``shape`` and an RMS of 1."""
    wanted = count(length_s)
    size = min(fast_size(wanted), _PERIOD)
    gains = shape(frequencies(size))
    heard = np.flatnonzero(gains > gains.max() * _INAUDIBLE)
    first, last = int(heard[0]), int(heard[-1]) + 1
    spectrum = np.zeros(size // 2 + 1, np.complex64)
    # Evenly distributed, which is quick; after the FFT, a sum of thousands, the sound is as good as Gaussian.
    drawn = (rng.random(2 * (last - first), dtype=np.float32) - np.float32(0.5)).view(np.complex64)
    spectrum[first:last] = drawn * gains[first:last]
    spectrum[0] = 0
    sound = to_rms(np.fft.irfft(spectrum, size).astype(np.float32, copy=False), 1.0)
    return sound[:wanted] if wanted <= size else np.resize(sound, wanted)


def burst(rng: Random, length_s: float, shape: Shape, decay_s: float) -> Wave:
    """Return noise that starts at once and dies away to 37 % in ``decay_s``; -1 to 1 for the most part."""
    return np.float32(0.4) * noise(rng, length_s, shape) * decay(length_s, decay_s)


def filtered(sound: Wave, shape: Shape) -> Wave:
    """Return ``sound`` (any number of channels) with its spectrum multiplied by ``shape``."""
    wanted = sound.shape[-1]
    size = fast_size(wanted + RATE_HZ // 50)  # room for what would wrap around
    spectrum = np.fft.rfft(sound, size) * shape(frequencies(size))
    return np.fft.irfft(spectrum, size)[..., :wanted].astype(np.float32, copy=False)


def to_rms(sound: Wave, rms: float) -> Wave:
    """Return ``sound`` with this root mean square; silence stays silence."""
    flat = sound.ravel()
    found = float(np.sqrt(np.dot(flat, flat) / flat.size))
    return sound if found == 0 else sound * np.float32(rms / found)


@lru_cache(maxsize=16)
def frequencies(size: int) -> Wave:
    """Return the frequency of each bin of a real FFT of ``size`` samples, in Hz. Not to be written to."""
    return (np.arange(size // 2 + 1) * (RATE_HZ / size)).astype(np.float32)


@lru_cache(maxsize=256)
def fast_size(least: int) -> int:
    """Return the smallest even size of at least ``least`` whose only factors are 2, 3 and 5."""
    best = 1 << max(least - 1, 1).bit_length()
    fives = 1
    while fives < best:
        threes = fives
        while threes < best:
            twos = threes * 2
            while twos < least:
                twos *= 2
            best = min(best, twos)
            threes *= 3
        fives *= 5
    return best


# Putting together


def add(target: Wave, sound: Wave, at_s: float, gain: float = 1.0) -> None:
    """Add ``sound`` into ``target`` from ``at_s`` on; what does not fit is cut off."""
    start = max(round(at_s * RATE_HZ), 0)
    room = target.shape[-1] - start
    if room > 0:
        part = sound[..., :room]
        target[..., start : start + part.shape[-1]] += np.float32(gain) * part


def joined(*sounds: Wave) -> Wave:
    """Return one channel of ``sounds`` one after another."""
    return np.concatenate(sounds)


def panned(sound: Wave, pan: float) -> Wave:
    """Return one channel as two; ``pan`` is -1 (left) to 1 (right), equally loud everywhere."""
    angle = (np.clip(pan, -1, 1) + 1) * np.pi / 4
    gains = np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(np.sqrt(2))
    return gains * sound


def wide(rng: Random, length_s: float, shape: Shape, share: float = 0.7) -> Wave:
    """Return two channels of noise; ``share`` 0 is the same in both, 1 is two strangers. RMS of about 1 each."""
    left, right = noise(rng, length_s, shape), noise(rng, length_s, shape)
    mixed = np.float32(1 - share) * left + np.float32(share) * right
    return np.stack((left, to_rms(mixed, 1.0)))


def scatter(
    rng: Random,
    length_s: float,
    grains: Sequence[Wave],
    *,
    per_second: float,
    spread: float = 0.5,
    width: float = 0.8,
) -> Wave:
    """Return two channels of ``grains`` at random times, on the average ``per_second`` of them.

    ``spread`` is how much their loudness differs (0 not at all), ``width`` how far they stand apart, 0 to 1.
    At most `MOST_GRAINS` are placed, however long and dense.
    """
    sound = np.zeros((2, count(length_s)), np.float32)
    number = min(int(rng.poisson(per_second * length_s)) + 1, MOST_GRAINS)
    starts = rng.integers(0, sound.shape[1], number)
    which = rng.integers(0, len(grains), number)
    gains = np.exp(rng.normal(0, spread, number))
    angles = (1 + width * rng.uniform(-1, 1, number)) * np.pi / 4
    sides = (np.stack((np.cos(angles), np.sin(angles))) * gains).astype(np.float32)
    for index in range(number):
        start = int(starts[index])
        grain = grains[int(which[index])][: sound.shape[1] - start]
        sound[:, start : start + grain.size] += sides[:, index, np.newaxis] * grain
    return sound


MOST_GRAINS = 6_000
"""About 25 ms of work."""
