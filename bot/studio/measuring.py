"""How long a recording really is: found by decoding all of it, in a worker, before an engine sees it."""

import os
from pathlib import Path

from bot.audio.decoding import open_audio
from bot.errors import AudioUnreadable
from bot.studio.refusal import Refusal, unprocessable

_MOST_CHUNKS = 64
_UNKNOWN_SIZE = 0x7FFF_F000  # what programs that stream write is at or near the largest signed or unsigned number
_LEAST_SHARE_THERE = 0.9  # as bot/audio has it for the other containers

_REASONS = {
    "not_audio": "There is no sound in the source that can be decoded.",
    "empty": "The source is empty: no sound came out of it.",
    "truncated": "The source is damaged or cut off: it holds much less sound than it says.",
}


def measured_s(path: Path, longest_s: float) -> float:
    """Return the length in seconds, decoding no more than is allowed: a few kilobytes can hold days of silence.

    Raises:
        Refusal: 422 ``source_not_audio``, ``source_empty`` or ``source_truncated``; 413 ``source_too_long``.
        OSError: the file cannot be read.
    """
    try:
        _refuse_half_a_wav(path)
        with open_audio(path) as source:
            for _ in source.frames():
                if source.decoded_s > longest_s:
                    raise source_too_long(longest_s)
            return source.decoded_s
    except AudioUnreadable as error:
        raise unreadable(error, longest_s) from error


def _refuse_half_a_wav(path: Path) -> None:
    """Believe a WAV file about its own size: FFmpeg takes what is there and says nothing.

    Sizes that programs write when they do not know yet (nothing, or the largest number) are no claim.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return
        for _ in range(_MOST_CHUNKS):
            chunk = file.read(8)
            declared = int.from_bytes(chunk[4:], "little")
            if len(chunk) < 8:
                return
            if chunk[:4] == b"data":
                there = size - file.tell()
                if 0 < declared < _UNKNOWN_SIZE and there < declared * _LEAST_SHARE_THERE:
                    raise AudioUnreadable("truncated")
                return
            file.seek(declared + declared % 2, os.SEEK_CUR)


def unreadable(error: AudioUnreadable, longest_s: float) -> Refusal:
    """Return what to answer for a source that the decoder gave up."""
    if error.reason == "too_long":
        return source_too_long(longest_s)
    message = _REASONS.get(error.reason, _REASONS["not_audio"])
    return unprocessable(f"source_{error.reason}", message)


def source_too_long(longest_s: float) -> Refusal:
    """Return the refusal of a longer source than ``longest_s`` seconds."""
    return Refusal(413, "source_too_long", f"The source is longer than {longest_s / 60:g} minutes.")
