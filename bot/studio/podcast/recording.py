"""A planned podcast into a file: every speaker equally loud, pauses between them. Engine process only.

The sentences are written one after another to a plain file beside the result, each at one loudness; when the loudness
of the whole is known, that file is read again and encoded at -16 LUFS. Memory holds one sentence; the plain file has
58 MB for the longest podcast and is removed.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from bot.audio.decoding import Samples, open_audio
from bot.audio.encoding import AudioForm, AudioWriter, Encoding
from bot.audio.loudness import SPEECH_TARGET_LUFS, LoudnessMeter, integrated_loudness
from bot.studio.podcast.plan import MAX_DURATION_S, PodcastPlan, SpokenTurn
from bot.studio.refusal import unprocessable
from bot.studio.speech.engine import RATE_HZ, NothingSpoken
from bot.studio.speech.parts import Part, PausePart
from bot.studio.voicing.levels import soft_limited

_BITRATE_BPS = 96_000
_SENTENCE_LUFS = -26.0  # quiet enough that no peak of a sentence needs to be bent before the whole is known
_MOST_GAIN_DB = 24.0
_MEASUREMENTS = 2  # bending peaks costs a decibel, of which each measurement makes up for half or more
_MOOD_DB = (-5.0, 3.0)  # how much quieter a whisper, how much louder a shout may stay
_TOO_LONG = f"The podcast would be longer than {MAX_DURATION_S // 60} minutes. Make the text shorter."


class Voice(Protocol):
    """What speaks: sound by the sentence, mono, at `bot.studio.speech.engine.RATE_HZ`."""

    def sounds(self, parts: tuple[Part, ...]) -> Iterator[Samples]:
        """Yield sentences and pauses."""
        ...


@dataclass(frozen=True, slots=True)
class HeardTurn:
    """When a speaker was heard, in seconds from the beginning."""

    speaker: str
    starts_s: float
    ends_s: float


@dataclass(frozen=True, slots=True)
class Recording:
    """What was recorded."""

    duration_s: float
    turns: tuple[HeardTurn, ...]
    warnings: tuple[str, ...]


def record(plan: PodcastPlan, voice: Voice, target: Path) -> Recording:
    """Write ``plan`` to ``target`` as mono MP3 at -16 LUFS.

    Raises:
        Refusal: 422 ``too_long`` past `MAX_DURATION_S`, ``nothing_spoken`` when no turn made a sound.
        OSError: a file could not be written.
    """
    plain = target.with_suffix(".wav")
    try:
        recording = _record_plainly(plan, voice, plain)
        _encode(plain, target)
    finally:
        plain.unlink(missing_ok=True)
    return recording


def _record_plainly(plan: PodcastPlan, voice: Voice, plain: Path) -> Recording:
    heard: list[HeardTurn] = []
    warnings: list[str] = []
    with AudioWriter(plain, Encoding(AudioForm.WAV, RATE_HZ)) as writer:
        for number, turn in enumerate(plan.turns, start=1):
            if heard:
                writer.write(_silence(turn.pause_before_s))
            starts_at = writer.samples_written
            if not _write_turn(turn, voice, writer):
                warnings.append(f"Turn {number} ({turn.speaker.label[:40]}) made no sound in part or as a whole.")
            if writer.samples_written > starts_at:
                heard.append(HeardTurn(turn.speaker.label, starts_at / RATE_HZ, writer.samples_written / RATE_HZ))
        if not heard:
            raise unprocessable("nothing_spoken", "The voices cannot say this text: no sound came out.")
        return Recording(writer.samples_written / RATE_HZ, tuple(heard), tuple(warnings))


def _write_turn(turn: SpokenTurn, voice: Voice, writer: AudioWriter) -> bool:
    """Write one turn; False when a part of it could not be said."""
    is_whole = True
    for part in turn.parts:
        mood_db = 0.0 if isinstance(part, PausePart) else part.shape.gain_db
        try:
            for sound in voice.sounds((part,)):
                writer.write(_levelled(sound, mood_db)[np.newaxis, :])
                if writer.samples_written > MAX_DURATION_S * RATE_HZ:
                    raise unprocessable("too_long", _TOO_LONG)
        except NothingSpoken:
            is_whole = False
    return is_whole


def _levelled(sound: Samples, mood_db: float) -> Samples:
    """Bring a sentence to the loudness of all others, or ``mood_db`` beside it; silence stays as it is."""
    lufs = integrated_loudness(sound, RATE_HZ)
    if not math.isfinite(lufs):
        return sound
    wanted = _SENTENCE_LUFS + min(max(mood_db, _MOOD_DB[0]), _MOOD_DB[1])
    return _louder(sound, wanted - lufs)


def _encode(plain: Path, target: Path) -> None:
    gain_db = SPEECH_TARGET_LUFS - _SENTENCE_LUFS
    for _ in range(_MEASUREMENTS):
        gain_db += SPEECH_TARGET_LUFS - _loudness_with(plain, gain_db)
    with AudioWriter(target, Encoding(AudioForm.MP3, RATE_HZ, bitrate_bps=_BITRATE_BPS)) as writer:
        for block in _limited(plain, gain_db):
            writer.write(block)


def _loudness_with(plain: Path, gain_db: float) -> float:
    meter = LoudnessMeter(RATE_HZ, 1)
    for block in _limited(plain, gain_db):
        meter.add(block)
    found = meter.integrated_lufs()
    return found if math.isfinite(found) else SPEECH_TARGET_LUFS


def _limited(plain: Path, gain_db: float) -> Iterator[Samples]:
    """Read the plain file in seconds: decoders give single frames, which are slow to measure."""
    waiting: list[Samples] = []
    with open_audio(plain) as audio:
        for block in audio.blocks(rate_hz=RATE_HZ, channels=1):
            waiting.append(block)
            if sum(one.shape[1] for one in waiting) >= RATE_HZ:
                yield soft_limited(_louder(np.concatenate(waiting, axis=1), gain_db))
                waiting = []
    if waiting:
        yield soft_limited(_louder(np.concatenate(waiting, axis=1), gain_db))


def _louder(sound: Samples, gain_db: float) -> Samples:
    return (sound * 10 ** (min(gain_db, _MOST_GAIN_DB) / 20)).astype(np.float32)


def _silence(seconds: float) -> Samples:
    return np.zeros((1, round(seconds * RATE_HZ)), np.float32)
