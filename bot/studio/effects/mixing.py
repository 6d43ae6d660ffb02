"""A planned scene into sound: events are placed in time, far things put far away, beds step back for events.

About 60 ms for five seconds of one sound, 200 ms for a scene of four. Memory: 12 MB per layer at half a minute.
"""

import numpy as np

from bot.audio.decoding import Samples
from bot.studio.effects.catalogue import GENERATORS
from bot.studio.effects.generators import Bed, Event, Rhythm
from bot.studio.effects.levels import levelled
from bot.studio.effects.scene import Layer, Scene
from bot.studio.effects.space import placed
from bot.studio.effects.traits import Traits
from bot.studio.effects.waves import RATE_HZ, Random, Wave, add, count, faded, panned, stretched, to_rms

_BED_RMS = 0.1
_BED_PEAK = 0.6
_EVENT_RMS = 0.28  # of its loudest tenth of a second: 9 dB above a bed
_EVENT_PEAK = 0.95
_DUCKED = 0.62  # the most a bed steps back: to 0.38 of its level, by 8.4 dB
_DUCK_BLOCK = RATE_HZ // 50
_JOIN_S = 0.35  # beds of two steps overlap by so much
_END_FADE_S = 0.25
_EDGE_S = 0.01


def render(scene: Scene) -> Samples:
    """Return two channels at 48 kHz, exactly as long as the scene, at -16 LUFS with no sample above -1 dBFS.

    What consists of a few clicks stays less loud than that, see `levelled`.
    """
    beds = np.zeros((2, count(scene.length_s)), np.float32)
    events = np.zeros_like(beds)
    for place, layer in enumerate(scene.layers):
        rng = np.random.default_rng((scene.seed, place))
        generator = GENERATORS[layer.generator]
        if isinstance(generator, Bed):
            _add_bed(beds, layer, generator, rng, scene.length_s)
        else:
            _add_events(events, layer, generator, rng)
    mixed = beds * _ducking(events) + events if beds.any() else events
    return levelled(_ended(mixed)).astype(np.float32, copy=False)


def _add_bed(beds: Wave, layer: Layer, bed: Bed, rng: Random, whole_s: float) -> None:
    # It goes on a little beyond its step and the next fades in meanwhile.
    length_s = min(layer.length_s + _JOIN_S, whole_s - layer.start_s)
    if length_s <= 0:
        return
    sound = placed(bed.make(layer.traits, length_s, rng), layer.traits)
    sound = _rounded(to_rms(sound, _BED_RMS)) * np.float32(_gain(layer.traits))
    is_first, is_last = layer.start_s == 0, layer.start_s + length_s >= whole_s - 1e-6
    add(beds, faded(sound, _EDGE_S if is_first else _JOIN_S, _EDGE_S if is_last else _JOIN_S), layer.start_s)


def _rounded(bed: Wave) -> Wave:
    """Round off the few peaks of crackling beds, so that they can be as loud as others."""
    if float(np.abs(bed).max()) <= _BED_PEAK:
        return bed
    return np.tanh(bed / np.float32(_BED_PEAK)) * np.float32(_BED_PEAK)


def _add_events(events: Wave, layer: Layer, event: Event, rng: Random) -> None:
    starts = _starts(layer, event.rhythm, rng)
    takes = [event.make(layer.traits, rng) for _ in range(min(event.rhythm.takes, len(starts)))]
    takes = [faded(take, 0.0005, 0.01) for take in takes]
    longest_s = max(take.size for take in takes) / RATE_HZ
    room_s = events.shape[1] / RATE_HZ - layer.start_s
    row = np.zeros((2, count(min(starts[-1] + longest_s + 0.1, room_s))), np.float32)
    for place, start_s in enumerate(starts):
        # Never the same take twice in a row, where there is more than one.
        take = takes[place % len(takes)]
        pan = float(rng.uniform(-1, 1)) * event.rhythm.width
        add(row, panned(take, pan), start_s, float(rng.uniform(0.82, 1)) if len(starts) > 1 else 1.0)
    loud = _event_gain(row) * _gain(layer.traits)
    add(events, placed(row * np.float32(loud), layer.traits, room_s), layer.start_s)


def _starts(layer: Layer, rhythm: Rhythm, rng: Random) -> list[float]:
    """When each event begins, in seconds from the layer's beginning; at least one."""
    gap_s = rhythm.gap_s / layer.traits.speed
    times = layer.times if layer.times is not None else max(round((layer.length_s - 0.05) / gap_s), 1)
    starts: list[float] = []
    for place in range(times):
        off_s = float(rng.uniform(-1, 1)) * rhythm.jitter * gap_s if place else 0.0
        start_s = place * gap_s + off_s
        if place and start_s > layer.length_s - 0.05:
            break
        starts.append(max(start_s, 0.0))
    return sorted(starts)


def _event_gain(row: Wave) -> float:
    """Events are levelled by their loudest tenth of a second, clicks by their peak."""
    peak = float(np.abs(row).max())
    if peak == 0:
        return 1.0
    step = RATE_HZ // 10
    padded = np.zeros((2, -(-row.shape[1] // step) * step), np.float32)
    padded[:, : row.shape[1]] = row
    powers = np.square(padded).reshape(2, -1, step).mean(axis=(0, 2))
    return min(_EVENT_RMS / float(np.sqrt(powers.max())), 3 * _EVENT_PEAK / peak)


def _gain(traits: Traits) -> float:
    return 10 ** ((traits.gain_db - 9 * max(traits.distance, 0)) / 20)


def _ducking(events: Wave) -> Wave:
    """How far beds step back at each moment: quickly when something happens, slowly back."""
    length = events.shape[1]
    blocks = -(-length // _DUCK_BLOCK)
    padded = np.zeros((2, blocks * _DUCK_BLOCK), np.float32)
    padded[:, :length] = events
    levels = np.sqrt(np.square(padded).reshape(2, blocks, _DUCK_BLOCK).mean(axis=(0, 2)))
    held = np.zeros(blocks)
    level = 0.0
    for place, found in enumerate(levels.tolist()):
        level = max(found, level * 0.94)  # falls to a third in about 0.4 s
        held[place] = level
    pressed = 1 - _DUCKED * np.clip(held / (0.5 * _EVENT_RMS), 0, 1)
    early = np.minimum(pressed, np.append(pressed[1:], 1.0))  # beds make room just before
    return stretched(early, _DUCK_BLOCK, length)


def _ended(mixed: Wave) -> Wave:
    """What rings beyond the end is faded, not cut."""
    tail = mixed[:, -count(_EDGE_S) :]
    rings_on = float(np.abs(tail).max()) > 0.002
    out_s = min(_END_FADE_S, 0.1 * mixed.shape[1] / RATE_HZ) if rings_on else _EDGE_S
    return faded(mixed, 0.001, out_s)
