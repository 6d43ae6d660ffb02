"""Any sound into one that Discord's soundboard takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.audio.decoding import Samples, open_audio
from bot.audio.encoding import AudioForm
from bot.audio.loudness import to_loudness
from bot.audio.transcode import write_samples
from bot.errors import AudioUnreadable

# Source: Discord's documentation, "Create Guild Soundboard Sound", read 2026-11: MP3 or Ogg, 512 kB, 5.2 seconds.
MOST_BYTES = 512_000
MOST_S = 5.2
# MP3 frames of 24 ms: one for the header, up to two before and after the sound. They count for whoever counts frames.
_KEPT_S = 5.1
_FADE_S = 0.25
# MPEG-1 layer III, the one kind of MP3 that discord.py 2.7.1 knows (its utils, _get_mime_type_for_audio).
_RATE_HZ = 48_000
_BITRATE_BPS = 192_000


@dataclass(frozen=True, slots=True)
class SoundboardClip:
    """An MP3 with an ID3 tag, at most ``MOST_S`` long and ``MOST_BYTES`` large."""

    content: bytes
    length_s: float
    was_cut: bool
    """Whether it was longer."""


def make_soundboard_clip(source: Path, target: Path) -> SoundboardClip:
    """The beginning of the sound of ``source``, as loud as speech should be; faded out where it had to be cut.

    ``target`` is written on the way. Synchronous: call it in a thread (about 0.2 s).

    Raises:
        AudioUnreadable: ``not_audio``, ``empty`` or, where there is less than the file promises, ``truncated``.
        OSError: the disk failed.
    """
    with open_audio(source) as audio:
        channels = min(max(audio.facts.channels, 1), 2)
        samples, was_cut = _beginning(audio.blocks(rate_hz=_RATE_HZ, channels=channels))
    if was_cut:
        samples = _faded(samples)
    write_samples(to_loudness(samples, _RATE_HZ), _RATE_HZ, target, form=AudioForm.MP3, bitrate_bps=_BITRATE_BPS)
    return SoundboardClip(target.read_bytes(), samples.shape[1] / _RATE_HZ, was_cut)


def _beginning(blocks: Iterator[Samples]) -> tuple[Samples, bool]:
    """What is kept, and whether there was more. Reads no further than it has to."""
    most = round(_KEPT_S * _RATE_HZ)
    kept: list[Samples] = []
    length = 0
    for block in blocks:
        kept.append(block)
        length += block.shape[1]
        if length > most:
            break
    if not kept:
        raise AudioUnreadable("empty")
    return np.concatenate(kept, axis=1)[:, :most], length > most


def _faded(samples: Samples) -> Samples:
    """The samples with an end that goes down evenly to silence."""
    length = round(_FADE_S * _RATE_HZ)
    faded = samples.copy()
    faded[:, -length:] *= np.linspace(1.0, 0.0, length, dtype=np.float32)
    return faded
