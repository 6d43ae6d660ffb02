"""Where a sound is: far ones are darker, narrower and have more of the room; moving ones come and go."""

from functools import lru_cache

import numpy as np

from bot.studio.effects.traits import Movement, Traits
from bot.studio.effects.waves import RATE_HZ, Wave, band, count, decay, fast_size, frequencies, line, noise

_SCARCE = 0.02  # less echo than this is not worth an FFT
_ROOM_SEED = 1  # the same room for everybody: what differs is how much of it is heard


def placed(sound: Wave, traits: Traits, room_s: float | None = None) -> Wave:
    """Return two channels put where ``traits`` say; with echo it rings on, up to ``room_s`` seconds in all.

    Without ``room_s`` the length stays.
    """
    longest = sound.shape[1] if room_s is None else max(count(room_s), 1)
    echo = min(traits.echo + 0.35 * max(traits.distance, 0), 1.0)
    is_coloured = traits.brightness_db != 0 or traits.distance != 0
    if echo >= _SCARCE or is_coloured:
        sound = _filtered(sound, traits, echo, longest)
    sound = sound[:, :longest]
    if traits.distance > 0:
        sound = _narrowed(sound, 0.7 * traits.distance)
    return sound if traits.movement is None else _moved(sound, traits.movement)


def _filtered(sound: Wave, traits: Traits, echo: float, longest: int) -> Wave:
    """Colour and room in one pass through the spectrum."""
    reverb_s = round(0.5 + 1.8 * echo, 1) if echo >= _SCARCE else 0.02
    wanted = min(sound.shape[1] + count(reverb_s), longest + count(0.02))
    size = fast_size(sound.shape[1] + count(reverb_s))
    hz = np.maximum(frequencies(size), 20)
    gains = np.ones_like(hz)
    if traits.brightness_db:
        gains *= (np.clip(hz, 60, 16_000) / np.float32(1_000)) ** np.float32(traits.brightness_db / 6.0206)
    if traits.distance > 0:
        # Air takes the highs; a house and a hill take more than air does.
        edge_hz = 14_000 * 0.06**traits.distance
        gains /= np.sqrt(1 + (hz / np.float32(edge_hz)) ** 4)
    spectrum = np.fft.rfft(sound, size) * gains
    if echo >= _SCARCE:
        spectrum *= 1 - 0.45 * echo + 0.55 * echo * np.fft.rfft(_room(reverb_s), size)
    result = np.fft.irfft(spectrum, size)
    return result[:, :wanted].astype(np.float32, copy=False)


@lru_cache(maxsize=8)
def _room(reverb_s: float) -> Wave:
    """The answer of a room to a clap, left and right: noise that dies away, its highs first. Not to be written to."""
    rng = np.random.default_rng(_ROOM_SEED)
    sides: list[Wave] = []
    for _ in range(2):
        body = noise(rng, reverb_s, band(120, 2_400, order=1)) * decay(reverb_s, reverb_s / 5)
        air = noise(rng, reverb_s, band(2_400, 9_000, order=1)) * decay(reverb_s, reverb_s / 11)
        side = body + np.float32(0.7) * air
        side[: RATE_HZ // 100] = 0  # the first wall is a few metres away
        sides.append(side / np.float32(np.sqrt(np.dot(side, side))))
    return np.stack(sides)


def _narrowed(sound: Wave, share: float) -> Wave:
    middle = sound.mean(axis=0)
    return np.float32(1 - share) * sound + np.float32(share) * middle


def _moved(sound: Wave, movement: Movement) -> Wave:
    length_s = sound.shape[1] / RATE_HZ
    if movement is Movement.APPROACHING:
        return sound * line(length_s, (0, 0.06), (0.5, 0.3), (1, 1))
    if movement is Movement.RECEDING:
        return sound * line(length_s, (0, 1), (0.5, 0.3), (1, 0.06))
    nearness = line(length_s, (0, 0.08), (0.35, 0.45), (0.5, 1), (0.65, 0.45), (1, 0.08))
    side = line(length_s, (0, 0.85), (0.35, 0.75), (0.5, 0.5), (0.65, 0.25), (1, 0.15))
    middle = sound.mean(axis=0) * nearness * np.float32(np.sqrt(2))
    return np.stack((np.sqrt(side) * middle, np.sqrt(1 - side) * middle))
