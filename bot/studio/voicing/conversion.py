"""A recording into another voice: its pitch is measured and moved to the target's, its timing is kept.

Runs in the engine process only. Words, pauses and melody stay the speaker's own; pitch, resonances and breath become
the target's. That is a disguise, not another person's voice.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyworld
from numpy.typing import NDArray

from bot.audio.decoding import AudioSource, Samples, open_audio
from bot.audio.encoding import AudioForm, AudioWriter, Encoding
from bot.studio.refusal import unprocessable
from bot.studio.speech.parts import Shape
from bot.studio.speech.shaping import reshape
from bot.studio.voicing.levels import at_level_of
from bot.studio.voicing.pieces import changed_in_pieces

RATE_HZ = 24_000
"""WORLD's cost grows with the rate, and a converted voice has nothing above 12 kHz that is worth it."""
MAX_DURATION_S = 10 * 60
"""Longer recordings are refused: ten minutes are about a minute of work on one slow core."""

_HEART_HZ = 190.0  # median pitch of the voice that shapes are measured against, as in shaping.py
_FLOOR_HZ, _CEILING_HZ = 60.0, 600.0
# Men speak 0.56 times as high as women and their resonances lie 0.84 times as high: 0.84 = 0.56 ** 0.3. Source of
# both: the listed man's voice; Hillenbrand et al., J. Acoust. Soc. Am. 97 (1995), has 0.60 and 0.86.
_SIZE_EXPONENT = 0.3
_SIZE_LIMITS = (0.8, 1.25)
_PITCH_LIMITS, _FORMANT_LIMITS = (0.25, 4.0), (0.55, 1.9)
_MEASURED_S = 60.0  # of voiced sound; the median has settled long before
_FEWEST_VOICED_S = 0.15
_FRAME_S = 0.005  # WORLD's own
_SILENT = 0.001  # -60 dBFS
_SHORTEST_S = 0.2  # what the pitch detector needs
_BITRATE_BPS = 96_000

_NO_PITCH = "No voiced sound was found in the recording, so only its timbre was changed, not its pitch."
_LENGTH_REFUSED = f"At most {MAX_DURATION_S // 60} minutes can be converted at once. Cut the recording and try again."


@dataclass(frozen=True, slots=True)
class SourceVoice:
    """The recording as measured. ``pitch_hz`` is the median of its voiced parts, None where there are none."""

    duration_s: float
    pitch_hz: float | None
    peak: float
    """Of full scale."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was done. ``source`` is the recording, ``shape`` what was applied to it."""

    source: SourceVoice
    shape: Shape
    duration_s: float
    warnings: tuple[str, ...]


def convert_voice(source: Path, target: Path, *, voice: Shape, form: AudioForm = AudioForm.MP3) -> Conversion:
    """Write ``source`` in another voice to ``target``: mono, as loud as it was, the same length.

    ``voice`` is measured against the voice "heart"; its speed and gain are not used. Takes about 0.1 s per second
    of sound; memory does not grow with the length.

    Raises:
        Refusal: 422 ``too_long`` past `MAX_DURATION_S`, ``nothing_to_convert`` for silence.
        AudioUnreadable: ``source`` is not audio, or broken.
        OSError: a file could not be read or written.
    """
    measured = measure_source(source)
    if measured.peak < _SILENT:
        raise unprocessable("nothing_to_convert", "The recording is silent: there is no voice to convert.")
    shape = relative_shape(voice, measured.pitch_hz)
    with (
        open_audio(source) as audio,
        AudioWriter(target, Encoding(form, RATE_HZ, bitrate_bps=_BITRATE_BPS)) as writer,
    ):
        for block in converted(_mono(audio), shape):
            writer.write(block[np.newaxis, :])
        duration_s = writer.samples_written / RATE_HZ
    warnings = () if measured.pitch_hz is not None or voice.whispered else (_NO_PITCH,)
    return Conversion(measured, shape, duration_s, warnings)


def converted(blocks: Iterator[Samples], shape: Shape) -> Iterator[Samples]:
    """Yield mono ``blocks`` at `RATE_HZ` in another shape, as loud as they were, of the same length altogether."""

    def change(piece: Samples) -> Samples:
        if piece.size == 0 or float(np.abs(piece).max()) < _SILENT:
            return piece  # a vocoder makes a faint hiss of silence
        shortest = round(_SHORTEST_S * RATE_HZ)
        padded = np.pad(piece, (0, max(shortest - piece.size, 0)))
        return at_level_of(reshape(padded, RATE_HZ, shape)[: piece.size], piece, RATE_HZ)

    return changed_in_pieces(blocks, RATE_HZ, change)


def relative_shape(voice: Shape, source_hz: float | None) -> Shape:
    """Return how a recording of median pitch ``source_hz`` has to be reshaped to become ``voice``.

    A voice without pitch keeps its height, and its resonances are taken for a woman's.
    """
    if source_hz is None:
        return voice.model_copy(update={"speed": 1.0, "gain_db": 0.0})
    size = _within((source_hz / _HEART_HZ) ** _SIZE_EXPONENT, _SIZE_LIMITS)
    # Intonation turns around the pitch of "heart"; here it has to turn around the speaker's own.
    around = (source_hz / _HEART_HZ) ** (1 - voice.intonation)
    return Shape(
        pitch=_within(voice.pitch * _HEART_HZ / source_hz * around, _PITCH_LIMITS),
        formant=_within(voice.formant / size, _FORMANT_LIMITS),
        intonation=voice.intonation,
        breath=voice.breath,
        whispered=voice.whispered,
        brightness_db=voice.brightness_db,
    )


def measure_source(path: Path) -> SourceVoice:
    """Read a recording through once. Raises as `convert_voice`."""
    pitches: list[NDArray[np.float64]] = []
    frames_found = 0
    samples, peak = 0, 0.0
    with open_audio(path) as audio:
        if (audio.facts.declared_duration_s or 0.0) > MAX_DURATION_S + 1:
            raise unprocessable("too_long", _LENGTH_REFUSED)
        for piece in changed_in_pieces(_mono(audio), RATE_HZ, lambda unchanged: unchanged):
            samples += piece.size
            peak = max(peak, float(np.abs(piece).max(initial=0.0)))
            if samples > MAX_DURATION_S * RATE_HZ:
                raise unprocessable("too_long", _LENGTH_REFUSED)
            if frames_found * _FRAME_S < _MEASURED_S:
                found = voiced_pitches(piece)
                pitches.append(found)
                frames_found += found.size
    is_voiced = frames_found * _FRAME_S >= _FEWEST_VOICED_S
    pitch_hz = float(np.median(np.concatenate(pitches))) if is_voiced else None
    return SourceVoice(samples / RATE_HZ, pitch_hz, peak)


def voiced_pitches(samples: Samples) -> NDArray[np.float64]:
    """Return the pitch in Hz of every 5 ms of mono ``samples`` at `RATE_HZ` that is voiced and not faint."""
    step = round(_FRAME_S * RATE_HZ)
    if samples.size < round(_SHORTEST_S * RATE_HZ) or float(np.abs(samples).max()) < _SILENT:
        return np.zeros(0)
    sound = samples.astype(np.float64)
    pitch, times = pyworld.dio(sound, RATE_HZ, f0_floor=_FLOOR_HZ, f0_ceil=_CEILING_HZ)
    pitch = pyworld.stonemask(sound, pitch, times, RATE_HZ)
    loudness = np.sqrt(np.mean(np.square(sound[: sound.size // step * step].reshape(-1, step)), axis=1))
    frames = min(pitch.size, loudness.size)
    heard = loudness[:frames] > max(loudness.max() * 0.05, _SILENT)
    return pitch[:frames][(pitch[:frames] > 0) & heard]


def _mono(audio: AudioSource) -> Iterator[Samples]:
    for block in audio.blocks(rate_hz=RATE_HZ, channels=1):
        yield block[0]


def _within(value: float, limits: tuple[float, float]) -> float:
    low, high = limits
    return min(max(value, low), high) if math.isfinite(value) else 1.0
