"""One long sound in several files, cut where it is quiet."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.audio.decoding import Samples, open_audio
from bot.audio.encoding import AudioForm, AudioWriter, Encoding, nearest_rate_hz
from bot.audio.probe import AudioFacts, probe
from bot.errors import FileTooLarge

# Best first. Opus throughout: whoever needs parts has hours of sound and few bytes for it.
_LADDER: tuple[tuple[int, int], ...] = ((48_000, 2), (32_000, 1), (24_000, 1), (16_000, 1), (12_000, 1))
_CONTAINER_BYTES = 1_500
# Opus takes a bit rate as an average over music and speech, and needs more for some sounds: then shorter parts follow.
_FILLED = 0.88
_TRIES = 2
# A cut is looked for this far to both sides of where it should be, in shares of a part and in seconds.
_SEARCHED_SHARE, _SEARCHED_MOST_S = 0.05, 5.0
_SHORTEST_PART_S = 2.0
_FRAME_S = 0.05
_BLOCK_SAMPLES = 65_536


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where to cut: ``count`` equal parts, each cut moved by up to ``searched_s`` to where it is quiet."""

    count: int
    part_s: float
    searched_s: float


def split(source: Path, folder: Path, max_bytes: int, *, most_parts: int) -> tuple[Path, ...]:
    """Write the sound of ``source`` as up to ``most_parts`` Ogg files of at most ``max_bytes`` each, in order.

    Each can be played by itself, and their lengths add up to the whole. The best quality is taken that this leaves
    room for. The cuts depend on nothing but the arguments: doing it again gives the same parts. ``folder`` is created;
    files of an earlier try in it are overwritten.

    Raises:
        FileTooLarge: even at the lowest quality there would be more parts, or parts of less than 2 s.
        AudioUnreadable: ``not_audio``, ``empty``, ``truncated`` or ``too_long``.
    """
    facts = probe(source)
    folder.mkdir(parents=True, exist_ok=True)
    for bitrate_bps, most_channels in _LADDER:
        encoding = _encoding(facts, bitrate_bps, most_channels)
        allowed_bytes = max_bytes
        for _ in range(_TRIES):
            cuts = plan_cuts(facts.duration_s, bitrate_bps, allowed_bytes)
            if cuts is None or cuts.count > most_parts:
                break
            parts = _write_parts(source, folder, encoding, cuts)
            largest_bytes = max(part.stat().st_size for part in parts)
            if largest_bytes <= max_bytes:
                return parts
            allowed_bytes = allowed_bytes * max_bytes // largest_bytes
    raise FileTooLarge(round(facts.duration_s * _LADDER[-1][0] / 8))


def plan_cuts(duration_s: float, bitrate_bps: int, max_bytes: int) -> Cuts | None:
    """Where to cut ``duration_s`` seconds so that each part fits; None where parts would be too short to be of use."""
    longest_s = (max_bytes - _CONTAINER_BYTES) * 8 * _FILLED / bitrate_bps
    if longest_s < _SHORTEST_PART_S:
        return None
    searched_s = min(_SEARCHED_MOST_S, longest_s * _SEARCHED_SHARE)
    # A part grows by what both of its cuts move.
    count = max(1, math.ceil(duration_s / (longest_s - 2 * searched_s)))
    return Cuts(count, duration_s / count, searched_s)


def quietest(samples: Samples, rate_hz: int) -> int:
    """The position, in samples, of the middle of the quietest 50 ms of ``samples`` (channels, samples).

    Among equally quiet ones it is the one nearest to the middle.
    """
    frame = max(1, round(rate_hz * _FRAME_S))
    count = samples.shape[1] // frame
    if count == 0:
        return samples.shape[1] // 2
    frames = samples[:, : count * frame].reshape(samples.shape[0], count, frame)
    loudness = np.square(frames, dtype=np.float64).mean(axis=(0, 2))
    candidates = np.flatnonzero(loudness <= loudness.min())
    middle = (count - 1) / 2
    chosen = int(candidates[np.abs(candidates - middle).argmin()])
    return chosen * frame + frame // 2


class _Reading:
    """Blocks of samples, read in whatever amounts are wanted. Keeps one block, and what was put back."""

    def __init__(self, blocks: Iterator[Samples], channels: int) -> None:
        self._blocks = blocks
        self._channels = channels
        self._waiting: list[Samples] = []
        self.position = 0

    def read(self, most: int) -> Samples:
        """The next samples, up to ``most`` of them; fewer only where the sound ends."""
        taken: list[Samples] = []
        wanted = most
        while wanted > 0 and (block := self._next_block()) is not None:
            taken.append(block[:, :wanted])
            if block.shape[1] > wanted:
                self._waiting.append(block[:, wanted:])
            wanted -= taken[-1].shape[1]
        self.position += most - wanted
        return np.concatenate(taken, axis=1) if taken else np.zeros((self._channels, 0), np.float32)

    def put_back(self, samples: Samples) -> None:
        """Let the next ``read`` begin with these."""
        self._waiting.append(samples)
        self.position -= samples.shape[1]

    def _next_block(self) -> Samples | None:
        return self._waiting.pop() if self._waiting else next(self._blocks, None)


def _encoding(facts: AudioFacts, bitrate_bps: int, most_channels: int) -> Encoding:
    return Encoding(
        AudioForm.OGG,
        rate_hz=nearest_rate_hz(AudioForm.OGG, facts.sample_rate_hz),
        channels=min(max(facts.channels, 1), most_channels),
        bitrate_bps=bitrate_bps,
    )


def _write_parts(source: Path, folder: Path, encoding: Encoding, cuts: Cuts) -> tuple[Path, ...]:
    parts: list[Path] = []
    with open_audio(source) as audio:
        reading = _Reading(audio.blocks(rate_hz=encoding.rate_hz, channels=encoding.channels), encoding.channels)
        for number in range(1, cuts.count + 1):
            path = folder / f"{number}.{encoding.form}"
            with AudioWriter(path, encoding) as writer:
                _write_until(reading, writer, encoding, cuts, None if number == cuts.count else number)
            parts.append(path)
    return tuple(parts)


def _write_until(reading: _Reading, writer: AudioWriter, encoding: Encoding, cuts: Cuts, cut: int | None) -> None:
    """Write up to the cut of this number, at the quietest moment near to it; None writes all that is left."""
    if cut is None:
        while (block := reading.read(_BLOCK_SAMPLES)).shape[1]:
            writer.write(block)
        return
    begin = round((cut * cuts.part_s - cuts.searched_s) * encoding.rate_hz)
    while reading.position < begin and (block := reading.read(min(_BLOCK_SAMPLES, begin - reading.position))).shape[1]:
        writer.write(block)
    searched = reading.read(round(2 * cuts.searched_s * encoding.rate_hz))
    here = quietest(searched, encoding.rate_hz)
    writer.write(searched[:, :here])
    reading.put_back(searched[:, here:])
