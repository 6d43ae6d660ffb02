"""Speech for the tests of everything that listens, made by the studio's own voice, and measures of what came out."""

import random
import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.audio.decoding import open_audio
from bot.studio.models import installed_models, missing_packages
from bot.studio.speech.engine import Engine
from bot.studio.speech.parts import SpeechPart
from bot.studio.voices import catalogue

Samples: TypeAlias = NDArray[np.float32]

SENTENCES = (
    "I think the game night on Friday was the best one so far.",
    "We should move the meeting to a quieter channel next week.",
    "Nobody told me that the rules had changed again.",
    "Can you send me the recording when it is finished?",
    "My microphone was broken, so I could only listen.",
    "That is a wonderful idea, let us try it tomorrow.",
    "The dragon is hiding behind the old stone bridge.",
    "Please remember to update your settings before the event.",
)


def skip_without_speech() -> None:
    if missing_packages():
        pytest.skip(f"the speech packages are not installed: {', '.join(missing_packages())}")


@cache
def _engine() -> Engine:
    return Engine(installed_models() / "hibari.onnx")


@cache
def _said(text: str, voice: str, rate_hz: int, folder: Path) -> Samples:
    target = folder / "said.mp3"
    _engine().speak((SpeechPart(text=text, shape=catalogue()[voice].shape),), target)
    with open_audio(target) as source:
        return np.concatenate(list(source.blocks(rate_hz=rate_hz, channels=1)), axis=1)[0]


def say(
    turns: Sequence[tuple[str, str]], folder: Path, *, rate_hz: int = 48_000, pause_s: float = 0.5
) -> tuple[Samples, list[tuple[float, float]]]:
    """The sound of (voice, text) one after the other, and from when to when each is said."""
    pieces: list[Samples] = []
    times: list[tuple[float, float]] = []
    at = 0
    for voice, text in turns:
        said = _said(text, voice, rate_hz, folder)
        pause = np.zeros(round(pause_s * rate_hz), np.float32)
        times.append((at / rate_hz, (at + said.size) / rate_hz))
        pieces += [said, pause]
        at += said.size + pause.size
    return np.concatenate(pieces), times


def word_errors(said: str, heard: str) -> float:
    """Word error rate: how many words are wrong, missing or made up, for each word that was said."""
    wanted, found = plain_words(said), plain_words(heard)
    row = list(range(len(found) + 1))
    for number, word in enumerate(wanted, 1):
        following = [number]
        for place, (before, other) in enumerate(zip(pairwise(row), found, strict=True), 1):
            following.append(min(before[1] + 1, following[place - 1] + 1, before[0] + (word != other)))
        row = following
    return row[-1] / len(wanted)


def plain_words(text: str) -> list[str]:
    return re.sub(r"[^a-z0-9' ]", " ", text.lower()).split()


def si_sdr_db(wanted: Samples, found: Samples) -> float:
    """Scale-invariant signal to distortion ratio (Le Roux et al., 2019)."""
    scale = float((wanted * found).sum() / np.square(wanted).sum())
    error = found - scale * wanted
    return float(10 * np.log10(np.square(scale * wanted).sum() / np.square(error).sum()))


def pink_noise(samples: int, seed: int) -> Samples:
    """Noise with as much power in each octave, of RMS 1."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(samples))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.size), 1))
    noise = np.fft.irfft(spectrum, samples)
    return (noise / noise.std()).astype(np.float32)


def synthetic_music(seconds: float, *, bpm: float, unsteady_s: float, seed: int) -> Samples:
    """Four chords in a circle, spread over both channels at 48 kHz, with a kick drum and hi-hats."""
    generator, rate_hz = random.Random(seed), 48_000
    chords = ((220.0, 277.2, 329.6), (174.6, 220.0, 261.6), (196.0, 246.9, 293.7), (164.8, 207.7, 246.9))
    beat_s = 60 / bpm
    at_s = np.arange(round(beat_s * rate_hz * 1.2)) / rate_hz
    sound = np.zeros((2, round((seconds + 3) * rate_hz)), np.float32)
    for beat in range(int(seconds / beat_s)):
        start = max(round((beat * beat_s + generator.gauss(0, unsteady_s)) * rate_hz), 0)
        for voice, hz in enumerate(chords[beat // 4 % 4]):
            tone = sum(np.sin(2 * np.pi * hz * part * at_s) / part for part in (1, 2, 3, 4)) * np.exp(-3 * at_s) * 0.12
            right = (0.15, 0.9, 0.6)[voice]
            late = start + voice * 192
            sound[0, start : start + at_s.size] += (tone * np.sqrt(1 - right)).astype(np.float32)
            sound[1, late : late + at_s.size] += (tone * np.sqrt(right)).astype(np.float32)
        if beat % 2 == 0:
            sound[:, start : start + at_s.size] += (np.sin(2 * np.pi * 60 * at_s) * np.exp(-12 * at_s) * 0.4).astype(
                np.float32
            )
        hats = np.random.default_rng(seed + beat).standard_normal((2, at_s.size)) * np.exp(-40 * at_s) * 0.08
        sound[:, start : start + at_s.size] += hats.astype(np.float32)
    return sound[:, : round(seconds * rate_hz)]
