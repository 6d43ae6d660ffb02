"""How long a sound is: an MP3 by adding up its frames, an Ogg by the position that its last page names.

Source: ISO/IEC 11172-3 section 2.4.2.3 and 13818-3 (layer III); RFC 3533 section 6 (Ogg pages), RFC 7845 sections 4
and 5.1 (Opus), and the Vorbis I specification, section 4.2.2.
"""

import struct

_MPEG1_KBIT_S = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_KBIT_S = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MPEG1_HZ = (44_100, 48_000, 32_000)
_HEADER_BYTES, _TAG_BYTES = 4, 10
_MPEG1, _MPEG2, _MPEG25 = 3, 2, 0
_LAYER_3 = 1
# Up to the count of segments: signature, version, kind, position, stream, number, checksum.
_OGG_PAGE = struct.Struct("<4sBBqIIIB")
_NO_PACKET_ENDS = -1
# Where the first packet says, in Opus, how many samples are skipped; in Vorbis, how many a second has.
_OPUS_START, _OPUS_SKIPPED_AT, _OPUS_HZ = b"OpusHead", 10, 48_000
_VORBIS_START, _VORBIS_RATE_AT = b"\x01vorbis", 12


def sound_length_s(content: bytes) -> float | None:
    """Say how many seconds an MP3 or an Ogg of Opus or Vorbis lasts; None for anything else."""
    return ogg_length_s(content) if content.startswith(b"OggS") else mp3_length_s(content)


def ogg_length_s(content: bytes) -> float | None:
    """Say how many seconds the first stream of an Ogg lasts; None where it is neither Opus nor Vorbis."""
    clock: tuple[int, int] | None = None
    first_stream, last = 0, 0
    at = 0
    while at + _OGG_PAGE.size <= len(content):
        signature, _, _, position, stream, _, _, segments = _OGG_PAGE.unpack_from(content, at)
        body = at + _OGG_PAGE.size + segments
        if signature != b"OggS" or body > len(content):
            break
        if clock is None:
            clock, first_stream = _ogg_clock(content[body:]), stream
        if clock is None:
            return None
        if stream == first_stream and position != _NO_PACKET_ENDS:
            last = position
        at = body + sum(content[body - segments : body])
    return None if clock is None else max(0, last - clock[0]) / clock[1]


def _ogg_clock(packet: bytes) -> tuple[int, int] | None:
    """The position at which the sound begins, and how many positions are a second; by the stream's first packet."""
    if packet.startswith(_OPUS_START) and len(packet) >= _OPUS_SKIPPED_AT + 2:
        return int.from_bytes(packet[_OPUS_SKIPPED_AT : _OPUS_SKIPPED_AT + 2], "little"), _OPUS_HZ
    rate_hz = int.from_bytes(packet[_VORBIS_RATE_AT : _VORBIS_RATE_AT + 4], "little")
    return (0, rate_hz) if packet.startswith(_VORBIS_START) and rate_hz else None


def mp3_length_s(content: bytes) -> float | None:
    """Say how many seconds the frames of an MP3 last, its header frame included; None for anything else."""
    at, seconds = _after_tag(content), 0.0
    is_mp3 = False
    while at + _HEADER_BYTES <= len(content):
        frame = _frame(content[at : at + _HEADER_BYTES])
        if frame is None:
            break
        is_mp3 = True
        at, seconds = at + frame[0], seconds + frame[1]
    return seconds if is_mp3 else None


def _after_tag(content: bytes) -> int:
    if not content.startswith(b"ID3") or len(content) < _TAG_BYTES:
        return 0
    size = 0
    for byte in content[6:_TAG_BYTES]:
        size = size << 7 | byte & 0x7F
    return _TAG_BYTES + size


def _frame(header: bytes) -> tuple[int, float] | None:
    """The bytes and the seconds of the frame with this header; None where it is none of layer III."""
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate_at, bitrate_at = header[2] >> 2 & 3, header[2] >> 4
    is_frame = header[0] == 0xFF and header[1] & 0xE0 == 0xE0 and layer == _LAYER_3 and version != 1
    if not is_frame or rate_at == 3 or not 0 < bitrate_at < 15:
        return None
    rate_hz = _MPEG1_HZ[rate_at] // {_MPEG1: 1, _MPEG2: 2, _MPEG25: 4}[version]
    kbit_s = (_MPEG1_KBIT_S if version == _MPEG1 else _MPEG2_KBIT_S)[bitrate_at]
    samples = 1152 if version == _MPEG1 else 576
    size = samples // 8 * kbit_s * 1000 // rate_hz + (header[2] >> 1 & 1)
    return size, samples / rate_hz
