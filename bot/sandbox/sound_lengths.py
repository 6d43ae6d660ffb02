"""How long an MP3 is, by adding up its frames. Source: ISO/IEC 11172-3 section 2.4.2.3 and 13818-3 (layer III)."""

_MPEG1_KBIT_S = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_KBIT_S = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MPEG1_HZ = (44_100, 48_000, 32_000)
_HEADER_BYTES, _TAG_BYTES = 4, 10
_MPEG1, _MPEG2, _MPEG25 = 3, 2, 0
_LAYER_3 = 1


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
