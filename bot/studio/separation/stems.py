"""A stereo recording into voice and accompaniment, block by block.

Measured on speech in synthetic stereo music, mixed equally loud: the voice gains 8 to 10 dB of SI-SDR. That is the
easiest case there is; of real songs expect less, with traces of drums and echo in the voice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.audio.decoding import Samples
from bot.audio.encoding import AudioForm, AudioWriter, Encoding
from bot.studio.cleaning.track import RATE_HZ, Track, decoded_track
from bot.studio.refusal import Refusal, unprocessable
from bot.studio.separation.centre import centre_mask
from bot.studio.separation.repetition import repeating_mask, repeating_period
from bot.studio.separation.spectra import Magnitudes, Spectra, sound_of, spectra_of

LONGEST_S = 10 * 60.0
"""Long enough for songs; 230 MB of samples on disk."""

_BLOCK_S = 30.0
"""About how much is worked on at once (300 MB of memory); a period of 8 s fits in more than three times."""
_OVERLAP_S = 2.0
_LEAST_WIDTH = 0.002
"""Below this both channels are the same but for what a lossy codec did to them: -27 dB."""
_SILENT = 1e-5
_BITRATE_BPS = 256_000


@dataclass(frozen=True, slots=True)
class Stems:
    """The two files. ``repeating_share``: how much of the recording had a beat to go by, 0 to 1."""

    vocals: Path
    accompaniment: Path
    duration_s: float
    repeating_share: float
    is_truncated: bool


def separate(source: Path, folder: Path) -> Stems:
    """Write ``vocals.mp3`` and ``accompaniment.mp3`` to ``folder``; added up they are the recording.

    Raises:
        Refusal: 422 ``stereo_needed`` for mono, 422 ``nothing_to_separate`` for silence, 413 ``too_long``.
        AudioUnreadable: there is no sound in it.
        OSError: the disk is full.
    """
    track, is_truncated = decoded_track(source, folder / "source.samples")
    try:
        _refuse(track)
        vocals, accompaniment = folder / "vocals.mp3", folder / "accompaniment.mp3"
        encoding = Encoding(AudioForm.MP3, RATE_HZ, 2, _BITRATE_BPS)
        repeating = total = 0
        with AudioWriter(vocals, encoding) as voice, AudioWriter(accompaniment, encoding) as rest:
            for block, sung, is_repeating in _separated(track):
                voice.write(sung)
                rest.write(block - sung)
                repeating += block.shape[1] if is_repeating else 0
                total += block.shape[1]
    finally:
        track.path.unlink()
    return Stems(vocals, accompaniment, track.duration_s, repeating / max(total, 1), is_truncated)


def voice_in(sound: Samples) -> tuple[Samples, bool]:
    """Return the voice in a block of (2, samples) at 48 kHz, and whether its accompaniment repeats."""
    spectra = spectra_of(sound)
    mask, is_repeating = _voice_mask(spectra)
    return sound_of(spectra * mask, sound.shape[1]), is_repeating


def _voice_mask(spectra: Spectra) -> tuple[Magnitudes, bool]:
    centre = centre_mask(spectra)
    magnitudes = np.abs(spectra).mean(axis=0).astype(np.float32)
    period = repeating_period(magnitudes)
    if period is None:
        return centre, False
    # The geometric mean: what only one of the two takes for the voice counts for little.
    return np.sqrt(centre * (1 - repeating_mask(magnitudes, period))).astype(np.float32), True


def _separated(track: Track) -> Iterator[tuple[Samples, Samples, bool]]:
    """Yield blocks of the recording with their voices; neighbouring blocks are faded into each other."""
    overlap = round(_OVERLAP_S * RATE_HZ)
    # Equal blocks: a short rest would have no beat of its own.
    length = -(-track.samples // max(round(track.duration_s / _BLOCK_S), 1)) + overlap
    rising = np.linspace(0, 1, overlap, endpoint=False, dtype=np.float32)
    before: Samples | None = None
    start = 0
    while True:
        stop = min(start + length, track.samples)
        sound = track.read(start, stop)
        voice, is_repeating = voice_in(sound)
        if before is not None:
            voice[:, :overlap] = voice[:, :overlap] * rising + before * (1 - rising)
        if stop >= track.samples:
            yield sound, voice, is_repeating
            return
        ready = sound.shape[1] - overlap
        yield sound[:, :ready], voice[:, :ready], is_repeating
        before = voice[:, ready:]
        start += ready


def _refuse(track: Track) -> None:
    if track.duration_s > LONGEST_S:
        raise Refusal(413, "too_long", f"Recordings of up to {LONGEST_S / 60:g} minutes can be separated.")
    width, loudest = _facts(track)
    if loudest < _SILENT:
        raise unprocessable("nothing_to_separate", "The recording is silent.")
    if width < _LEAST_WIDTH:
        message = (
            "The recording is mono, or the same in both channels. The embedded studio finds the voice by its place "
            "between two channels, so it needs a stereo recording."
        )
        raise unprocessable("stereo_needed", message)


def _facts(track: Track) -> tuple[float, float]:
    """The share of the power that differs between the channels, and the loudest sample."""
    if track.channels == 1:
        return 0.0, max(float(np.abs(block).max(initial=0.0)) for block in track.blocks())
    side = power = loudest = 0.0
    for block in track.blocks():
        side += float(np.square(block[0] - block[1], dtype=np.float64).sum())
        power += float(np.square(block, dtype=np.float64).sum())
        loudest = max(loudest, float(np.abs(block).max(initial=0.0)))
    return side / max(power, 1e-12), loudest
