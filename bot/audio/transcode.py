"""One form of sound into another, and samples into a file."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bot.audio.decoding import Samples, open_audio
from bot.audio.encoding import AudioForm, AudioWriter, Encoding, nearest_rate_hz
from bot.errors import AudioUnreadable

_BLOCK_SAMPLES = 65_536


def transcode(
    source: Path,
    target: Path,
    form: AudioForm,
    *,
    bitrate_bps: int = 128_000,
    channels: int | None = None,
) -> float:
    """Write the sound of ``source`` to ``target`` as ``form`` and return its length in seconds.

    ``channels`` is 1 or 2; None keeps mono as mono and makes everything else stereo. The sample rate is kept as
    far as the form allows (48,000 Hz at most). ``target`` appears only when all of it is written.

    Raises:
        AudioUnreadable: ``not_audio``, ``empty``, ``truncated`` or ``too_long``.
    """
    with open_audio(source) as audio:
        facts = audio.facts
        encoding = Encoding(
            form=form,
            rate_hz=nearest_rate_hz(form, facts.sample_rate_hz),
            channels=channels or min(max(facts.channels, 1), 2),
            bitrate_bps=bitrate_bps,
        )
        with AudioWriter(target, encoding) as writer:
            for block in audio.blocks(rate_hz=encoding.rate_hz, channels=encoding.channels):
                writer.write(block)
        return writer.samples_written / encoding.rate_hz


def write_samples(
    samples: Samples,
    rate_hz: int,
    target: Path,
    *,
    form: AudioForm | None = None,
    bitrate_bps: int = 128_000,
) -> None:
    """Write samples (one dimension, or (channels, samples) with 1 or 2 channels) to ``target``.

    Without ``form`` the suffix of ``target``, a name of our own, decides. ``rate_hz`` must be one the form can
    carry (`nearest_rate_hz`).

    Raises:
        AudioUnreadable: ``empty`` when there are no samples.
        ValueError: the suffix names no form.
    """
    shaped = samples[np.newaxis, :] if samples.ndim == 1 else samples
    if shaped.shape[1] == 0:
        raise AudioUnreadable("empty")
    chosen = form or AudioForm(target.suffix.removeprefix("."))
    with AudioWriter(target, Encoding(chosen, rate_hz, shaped.shape[0], bitrate_bps)) as writer:
        for block in _in_blocks(shaped):
            writer.write(block)


def _in_blocks(samples: Samples) -> Iterator[Samples]:
    for start in range(0, samples.shape[1], _BLOCK_SAMPLES):
        yield samples[:, start : start + _BLOCK_SAMPLES]
