"""What a file really holds."""

from dataclasses import dataclass
from pathlib import Path

from bot.audio.decoding import open_audio


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """Facts about a file's sound. ``container`` is FFmpeg's name (``ogg``).

    ``duration_s`` was measured by decoding all of it; headers are not believed.
    """

    duration_s: float
    sample_rate_hz: int
    channels: int
    container: str


def probe(path: Path) -> AudioFacts:
    """Decode ``path`` to its end and say what is in it (about 1 s of work for 10 minutes of sound).

    Raises:
        AudioUnreadable: ``not_audio``, ``empty``, ``truncated`` (much shorter than declared) or ``too_long``.
    """
    with open_audio(path) as source:
        for _ in source.frames():
            pass
        facts = source.facts
        return AudioFacts(source.decoded_s, facts.sample_rate_hz, facts.channels, facts.container)
