"""Text into sound: the neural voice, its shapes, pauses and loudness. Runs in the engine process only."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

import numpy as np

from bot.audio.decoding import Samples
from bot.audio.encoding import AudioForm, AudioWriter, Encoding
from bot.studio.speech.parts import Part, PausePart, Shape, SpeechPart
from bot.studio.speech.shaping import reshape
from bot.studio.speech.speakable import sentences_of

RATE_HZ = 24_000
"""The neural voice's own rate."""
MAX_DURATION_S = 20 * 60
"""Longer speech is refused: 5,000 digits alone would be 40 minutes."""

# The package's many reading rules stumble over some texts (a number beyond its table of names, for one); such a
# text must not cost the process, and with it the warm model.
_READING_ERRORS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_SEED = 0  # the same request gives the same sound
_LONGEST_SENTENCE = 220  # characters; about 250 phonemes
_MOST_PHONEMES = 400  # what the model was made for; its memory grows with their square
_SPEEDS = (0.5, 2.0)  # what the model was made for
_SENTENCE_PAUSE_S = 0.28
_EDGE_S = 0.03
_FADE_S = 0.012
_QUIET = 10 ** (-45 / 20)  # against the loudest 10 ms
_SPEECH_LEVEL = 0.1  # RMS of the spoken parts: -20 dBFS
_PEAK = 0.89  # -1 dBFS; MP3 overshoots a little
_KNEE = 0.6
_SILENT = 0.001
_BITRATE_BPS = 96_000


class NothingSpoken(Exception):
    """The model made no sound of this text."""


class TooLong(Exception):
    """The speech would be longer than `MAX_DURATION_S`."""


class _SpeechModel(Protocol):
    """The part of hibari used here; the package has no types."""

    def phonemize(self, text: str, /) -> list[str]: ...
    def from_phonemes(self, phonemes: str, /, speed: float, seed: int) -> Samples: ...


class Engine:
    """Loads the neural voice (about 0.5 s, 240 MB)."""

    def __init__(self, model_file: Path) -> None:
        hibari = importlib.import_module("hibari")
        self._model = cast("_SpeechModel", hibari.Hibari(voice="heart", model=str(model_file), threads=1))

    def speak(self, parts: tuple[Part, ...], target: Path) -> float:
        """Write ``parts`` to ``target`` as MP3 and return the length in seconds; memory holds one sentence.

        Raises:
            NothingSpoken: a part with words made no sound, or all of it is silence.
            TooLong: more than `MAX_DURATION_S`.
            OSError: the file could not be written.
        """
        loudest = 0.0
        with AudioWriter(target, Encoding(AudioForm.MP3, RATE_HZ, bitrate_bps=_BITRATE_BPS)) as writer:
            for sound in self._sounds(parts):
                loudest = max(loudest, float(np.abs(sound).max(initial=0.0)))
                writer.write(sound[np.newaxis, :])
                if writer.samples_written > MAX_DURATION_S * RATE_HZ:
                    raise TooLong
            if loudest < _SILENT:
                raise NothingSpoken
            return writer.samples_written / RATE_HZ

    def _sounds(self, parts: tuple[Part, ...]) -> Iterator[Samples]:
        spoke_just_now = False
        for part in parts:
            if isinstance(part, PausePart):
                yield _silence(part.seconds)
                spoke_just_now = False
                continue
            for sentence in self._sentences(part):
                if spoke_just_now:
                    yield _silence(_SENTENCE_PAUSE_S / part.shape.speed)
                yield sentence
                spoke_just_now = True

    def _sentences(self, part: SpeechPart) -> Iterator[Samples]:
        spoke = False
        for text in sentences_of(part.text, _LONGEST_SENTENCE):
            for phonemes in self._phonemes(text):
                sound = self._spoken(phonemes, part.shape)
                if sound.size:
                    spoke = True
                    yield sound
        if not spoke:
            raise NothingSpoken

    def _phonemes(self, text: str) -> Iterator[str]:
        try:
            sentences = self._model.phonemize(text)
        except _READING_ERRORS as error:
            raise NothingSpoken from error
        for sentence in sentences:
            rest = sentence
            while len(rest) > _MOST_PHONEMES:
                cut = rest.rfind(" ", 0, _MOST_PHONEMES)
                cut = cut if cut > 0 else _MOST_PHONEMES
                yield rest[:cut]
                rest = rest[cut:].strip()
            yield rest

    def _spoken(self, phonemes: str, shape: Shape) -> Samples:
        speed = min(max(shape.speed, _SPEEDS[0]), _SPEEDS[1])
        raw = self._model.from_phonemes(phonemes, speed=speed, seed=_SEED)
        if not raw.size or float(np.abs(raw).max()) < _SILENT:
            return np.zeros(0, np.float32)
        return _levelled(_trimmed(reshape(raw, RATE_HZ, shape)), shape.gain_db)


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def _loudness(samples: Samples) -> Samples:
    """RMS of every 10 ms."""
    step = RATE_HZ // 100
    whole = samples[: samples.size // step * step].reshape(-1, step)
    return np.sqrt(np.mean(np.square(whole), axis=1))


def _trimmed(samples: Samples) -> Samples:
    """Cut quiet ends, leaving 30 ms, and fade both so that joins do not click."""
    loudness = _loudness(samples)
    if not loudness.size:
        return samples
    heard = np.flatnonzero(loudness > loudness.max() * _QUIET)
    if not heard.size:
        return np.zeros(0, np.float32)
    edge, step = round(_EDGE_S * RATE_HZ), RATE_HZ // 100
    cut = samples[max(int(heard[0]) * step - edge, 0) : (int(heard[-1]) + 1) * step + edge].copy()
    fade = min(round(_FADE_S * RATE_HZ), cut.size // 2)
    ramp = np.sin(np.linspace(0, np.pi / 2, fade, dtype=np.float32)) ** 2
    cut[:fade] *= ramp
    cut[cut.size - fade :] *= ramp[::-1]
    return cut


def _levelled(samples: Samples, gain_db: float) -> Samples:
    """Bring the spoken part to one loudness, add ``gain_db``, and round off what would clip."""
    loudness = _loudness(samples)
    heard = loudness[loudness > loudness.max(initial=0.0) * 0.1]
    level = float(np.sqrt(np.mean(np.square(heard)))) if heard.size else 0.0
    if level == 0.0:
        return samples
    louder = samples * np.float32(_SPEECH_LEVEL / level * 10 ** (gain_db / 20))
    size = np.abs(louder)
    room = _PEAK - _KNEE
    rounded = np.sign(louder) * (_KNEE + room * np.tanh((size - _KNEE) / room))
    return np.where(size > _KNEE, rounded, louder).astype(np.float32)
