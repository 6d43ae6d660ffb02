"""Any sound becomes one that Discord's soundboard takes, and discord.py does too."""

from pathlib import Path

import numpy as np
import pytest
from discord import utils

from bot.audio.decoding import open_audio
from bot.audio.loudness import SPEECH_TARGET_LUFS, integrated_loudness
from bot.audio.soundboard import MOST_BYTES, MOST_S, make_soundboard_clip
from bot.errors import AudioUnreadable
from tests.audio.conftest import MakeTone

# MPEG-1 layer III at 48,000 Hz. Source: ISO/IEC 11172-3, 2.4.2.3.
SAMPLES_PER_FRAME = 1152


def decoded(path: Path, rate_hz: int = 48_000) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    with open_audio(path) as audio:
        return np.concatenate(list(audio.blocks(rate_hz=rate_hz, channels=1)), axis=1)[0]


def frames_of(content: bytes) -> int:
    """How many MP3 frames there are, the header's own included, counted as somebody would who knows no more."""
    tag_bytes = sum(byte << shift for byte, shift in zip(content[6:10], (21, 14, 7, 0), strict=True))
    at, frames = 10 + tag_bytes, 0
    kbit_s = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    while at + 4 <= len(content):
        assert content[at] == 0xFF
        assert content[at + 1] & 0xFE == 0xFA, "MPEG-1 layer III"
        at += 144 * kbit_s[content[at + 2] >> 4] * 1000 // 48_000 + (content[at + 2] >> 1 & 1)
        frames += 1
    return frames


@pytest.mark.parametrize(("kind", "seconds"), [("mp3", 0.5), ("ogg", 6.0), ("wav", 0.5), ("flac", 0.5), ("m4a", 6.0)])
def test_every_kind_of_sound_becomes_an_mp3_that_is_short_and_small_enough(
    make_tone: MakeTone, tmp_path: Path, kind: str, seconds: float
) -> None:
    clip = make_soundboard_clip(make_tone(kind, seconds, channels=2), tmp_path / "made.mp3")
    assert clip.content.startswith(b"ID3")
    assert len(clip.content) <= MOST_BYTES
    assert frames_of(clip.content) * SAMPLES_PER_FRAME / 48_000 <= MOST_S
    assert clip.length_s == pytest.approx(min(seconds, 5.1), abs=0.1)
    assert clip.was_cut is (seconds > MOST_S)
    assert utils._bytes_to_base64_data(clip.content, audio=True).startswith("data:audio/mpeg;base64,")  # pyright: ignore[reportPrivateUsage] - what the library accepts is the matter here


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100])
def test_low_rates_do_not_make_the_kind_of_mp3_that_the_library_refuses(
    make_tone: MakeTone, tmp_path: Path, rate_hz: int
) -> None:
    clip = make_soundboard_clip(make_tone("wav", 1.0, rate_hz=rate_hz), tmp_path / "made.mp3")
    assert frames_of(clip.content) > 40


@pytest.mark.parametrize("level", [0.01, 0.3, 0.99])
def test_quiet_and_loud_sounds_become_equally_loud(make_tone: MakeTone, tmp_path: Path, level: float) -> None:
    target = tmp_path / "made.mp3"
    make_soundboard_clip(make_tone("wav", 1.5, level=level), target)
    assert integrated_loudness(decoded(target), 48_000) == pytest.approx(SPEECH_TARGET_LUFS, abs=0.5)


def test_what_is_cut_fades_out_and_what_fits_keeps_its_end(make_tone: MakeTone, tmp_path: Path) -> None:
    ends: list[float] = []
    for seconds in (2.0, 6.0):
        target = tmp_path / "made.mp3"
        clip = make_soundboard_clip(make_tone("wav", seconds), target)
        samples = decoded(target)
        end = round(clip.length_s * 48_000)
        ends.append(float(np.abs(samples[end - 1200 : end - 600]).max() / np.abs(samples[20_000:40_000]).max()))
    assert ends[0] == pytest.approx(1.0, abs=0.05)
    assert ends[1] < 0.15


def test_silence_stays_silent(make_tone: MakeTone, tmp_path: Path) -> None:
    target = tmp_path / "made.mp3"
    make_soundboard_clip(make_tone("wav", 1.0, level=0.0), target)
    assert float(np.abs(decoded(target)).max()) < 1e-4


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "picture"
    source.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    with pytest.raises(AudioUnreadable):
        make_soundboard_clip(source, tmp_path / "made.mp3")
