"""Whether a file from outside is what it was promised to be, told by its first bytes alone.

A Content-Type or a name is a claim of whoever sends the file: an error page is often called audio/mpeg. Pure.
"""

import codecs
import re
from enum import Enum

HEAD_BYTES = 4096
"""How much of a file's beginning is enough to tell."""

_ERROR_PAGE = re.compile(
    r"<(!--|(!doctype|\?xml|html|head|body|title|meta|script|style|center|h1|error)\b)", re.IGNORECASE
)
# Tab, line feed, vertical tab, form feed and carriage return are what texts are written with.
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_PICTURE_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis", b"crx "})
"""Pictures in the same container as m4a. Source: MP4 registration authority, mp4ra.org/registered-types/brands."""

# Source of the three tables: ISO/IEC 11172-3 section 2.4.2.3 and 13818-3 (MPEG 1 and 2, layer III).
_MPEG1_KBIT_S = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_KBIT_S = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MPEG1_HZ = (44_100, 48_000, 32_000)


class Promised(Enum):
    """What a file is supposed to be."""

    AUDIO = "audio"
    """mp3, aac, ogg, wav, flac, m4a/mp4 or webm."""
    TRANSCRIPT = "transcript"
    """txt, srt, vtt or json in UTF-8, and no error page; which of them, its reader finds out (bot/transcripts)."""


def is_as_promised(head: bytes, promised: Promised) -> bool:
    """Whether a file that begins with ``head`` (``HEAD_BYTES``, or the whole of a smaller file) is what was promised.

    Only the beginning is looked at: a file that passes may still be damaged further on.
    """
    if promised is Promised.AUDIO:
        return is_audio(head)
    text = _text(head)
    return bool(text) and not _ERROR_PAGE.match(text)


def is_audio(head: bytes) -> bool:
    """Whether a file that begins so is audio of a kind that the audio service gives out."""
    return (
        _is_id3(head)
        or head.startswith((b"OggS\x00", b"fLaC"))
        or (head.startswith((b"RIFF", b"RF64", b"BW64")) and head[8:12] == b"WAVE")
        or _is_mp4(head)
        or _is_webm(head)
        or _begins_with_frames(head)
    )


def _is_id3(head: bytes) -> bool:
    """The tag that many mp3 files begin with. Source: id3.org/id3v2.4.0-structure section 3.1."""
    return len(head) > 10 and head.startswith(b"ID3") and 0xFF not in head[3:5] and all(b < 0x80 for b in head[6:10])


def _is_mp4(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and len(head) >= 16 and head[8:12] not in _PICTURE_BRANDS


def _is_webm(head: bytes) -> bool:
    """EBML with its document type close by. Source: RFC 8794 section 11.2.4 and webmproject.org/docs/container."""
    return head.startswith(b"\x1a\x45\xdf\xa3") and (b"webm" in head[4:64] or b"matroska" in head[4:64])


def _begins_with_frames(head: bytes) -> bool:
    """Bare mp3 or aac: a frame, and the next one where the first says it ends, as far as that can be seen."""
    for frame_bytes in (_mp3_frame_bytes, _adts_frame_bytes):
        length = frame_bytes(head)
        if length is not None:
            following = head[length : length + 4]
            return len(following) < 4 or frame_bytes(following) is not None
    return False


def _mp3_frame_bytes(head: bytes) -> int | None:
    """The length of the layer III frame that ``head`` begins with; None where there is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, kbit_s, rate = (head[1] >> 3) & 0b11, head[2] >> 4, (head[2] >> 2) & 0b11
    if version == 0b01 or kbit_s in {0, 15} or rate == 3:
        return None
    padding = (head[2] >> 1) & 1
    if version == 0b11:
        return 144_000 * _MPEG1_KBIT_S[kbit_s] // _MPEG1_HZ[rate] + padding
    hz = _MPEG1_HZ[rate] // (2 if version == 0b10 else 4)
    return 72_000 * _MPEG2_KBIT_S[kbit_s] // hz + padding


def _adts_frame_bytes(head: bytes) -> int | None:
    """The length of the AAC frame that ``head`` begins with. Source: ISO/IEC 13818-7 section 6.2.

    Four bytes are enough to know one; the length stands in the next two, and is at least the seven of its header.
    """
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or (head[2] >> 2) & 0b1111 > 12:
        return None
    if len(head) < 6:
        return 7
    length = (head[3] & 0b11) << 11 | head[4] << 3 | head[5] >> 5
    return length if length >= 7 else None


def _text(head: bytes) -> str:
    """The beginning as text, without what stands before its first word; empty where it is not UTF-8 text."""
    try:
        # Not final: the last character may have been cut in two.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return ""
    return "" if _NOT_IN_TEXT.search(text) else text.lstrip()
