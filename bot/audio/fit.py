"""The best re-encoding that fits a size."""

from dataclasses import dataclass
from pathlib import Path

from bot.audio.encoding import AudioForm
from bot.audio.probe import probe
from bot.audio.transcode import transcode
from bot.errors import FileTooLarge

# Best first. MP3 plays everywhere; under 64 kbit/s Opus sounds far better; under 32 kbit/s only mono still does.
_LADDER: tuple[tuple[AudioForm, int, int | None], ...] = (
    (AudioForm.MP3, 256_000, None),
    (AudioForm.MP3, 192_000, None),
    (AudioForm.MP3, 128_000, None),
    (AudioForm.MP3, 96_000, None),
    (AudioForm.MP3, 64_000, None),
    (AudioForm.OGG, 48_000, None),
    (AudioForm.OGG, 32_000, 1),
    (AudioForm.OGG, 24_000, 1),
    (AudioForm.OGG, 16_000, 1),
    (AudioForm.OGG, 12_000, 1),
)
_CONTAINER_BYTES = 1_500  # headers of either form
_PROMISING = 0.97  # a variable rate may end a little under its target, so a near miss is tried as well


@dataclass(frozen=True, slots=True)
class FittedAudio:
    """The smaller file, and what it became."""

    path: Path
    form: AudioForm


def fit(source: Path, target: Path, max_bytes: int, *, floor_bps: int = _LADDER[-1][1]) -> FittedAudio:
    """Re-encode ``source`` at the highest quality that stays within ``max_bytes``.

    ``target`` gets the suffix of the form that was chosen. Call it for what does not fit: what fits already
    would lose quality for nothing. Below ``floor_bps`` nothing is tried.

    Raises:
        FileTooLarge: even the lowest quality is too large; ``size_bytes`` is about what it would take.
        AudioUnreadable: ``not_audio``, ``empty``, ``truncated`` or ``too_long``.
    """
    duration_s = probe(source).duration_s
    ladder = [rung for rung in _LADDER if rung[1] >= floor_bps]
    for form, bitrate_bps, channels in ladder:
        if _estimated_bytes(duration_s, bitrate_bps) * _PROMISING > max_bytes:
            continue
        path = target.with_suffix(f".{form}")
        transcode(source, path, form, bitrate_bps=bitrate_bps, channels=channels)
        if path.stat().st_size <= max_bytes:
            return FittedAudio(path, form)
        path.unlink()
    raise FileTooLarge(_estimated_bytes(duration_s, floor_bps))


def _estimated_bytes(duration_s: float, bitrate_bps: int) -> int:
    return round(duration_s * bitrate_bps / 8) + _CONTAINER_BYTES
