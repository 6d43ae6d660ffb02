"""Any sound into a Discord voice message."""

from dataclasses import dataclass
from pathlib import Path

from bot.audio.decoding import open_audio
from bot.audio.encoding import AudioForm, AudioWriter, Encoding
from bot.audio.waveform import Waveform

# What Discord's own clients record. Source: Discord API documentation, message resource, "Voice Messages".
_ENCODING = Encoding(AudioForm.OGG, rate_hz=48_000, channels=1, bitrate_bps=32_000)


@dataclass(frozen=True, slots=True)
class VoiceMessage:
    """An Ogg Opus file, its true length, and 1 to 256 loudness points of 0 to 255 (not yet base64)."""

    path: Path
    duration_s: float
    waveform: bytes


def make_voice_message(source: Path, target: Path) -> VoiceMessage:
    """Write the sound of ``source`` to ``target`` as 48 kHz mono Ogg Opus at 32 kbit/s, in one pass.

    Raises:
        AudioUnreadable: ``not_audio``, ``empty``, ``truncated`` or ``too_long``.
    """
    waveform = Waveform(_ENCODING.rate_hz)
    with open_audio(source) as audio, AudioWriter(target, _ENCODING) as writer:
        for block in audio.blocks(rate_hz=_ENCODING.rate_hz, channels=1):
            writer.write(block)
            waveform.add(block[0])
    return VoiceMessage(target, waveform.duration_s, waveform.points())
