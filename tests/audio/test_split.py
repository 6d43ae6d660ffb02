"""Long sound becomes several files, each within its limit, in order, and together as long as the whole."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.audio.decoding import Samples, open_audio
from bot.audio.probe import probe
from bot.audio.split import plan_cuts, quietest, split
from bot.errors import AudioUnreadable, FileTooLarge
from tests.audio.conftest import encode, tone

RATE_HZ = 24_000


def read(path: Path) -> Samples:
    with open_audio(path) as audio:
        return np.concatenate(list(audio.blocks(rate_hz=48_000, channels=1)), axis=1)[0]


def rising(seconds: float) -> Samples:
    """A tone that is higher later, so that the order of the parts can be heard."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (0.3 * np.sin(2 * np.pi * (200 + 40 * time_s) * time_s)).astype(np.float32)


def pitch(samples: Samples) -> float:
    """Crossings of zero in each second."""
    return float(np.count_nonzero(np.diff(np.signbit(samples)))) * 48_000 / samples.size


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seconds=st.floats(5, 25), kilobytes=st.integers(15, 80), channels=st.integers(1, 2))
def test_parts_fit_are_in_order_and_add_up(
    seconds: float, kilobytes: int, channels: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("split")
    source = encode(folder / "source", rising(seconds), "wav", rate_hz=RATE_HZ, channels=channels)
    limit = kilobytes * 1_000

    parts = split(source, folder / "parts", limit, most_parts=10)

    assert 1 <= len(parts) <= 10
    assert all(part.stat().st_size <= limit for part in parts)
    lengths_s = [probe(part).duration_s for part in parts]
    assert sum(lengths_s) == pytest.approx(seconds, abs=0.05 * len(parts))
    pitches = [pitch(read(part)) for part in parts]
    assert pitches == sorted(pitches)
    (first, *_) = split(source, folder / "again", limit, most_parts=10)
    assert probe(first).duration_s == lengths_s[0]


@given(
    duration_s=st.floats(1, 4 * 3600), bitrate_bps=st.integers(12_000, 256_000), max_bytes=st.integers(10_000, 10**8)
)
def test_planned_parts_are_never_longer_than_fits(duration_s: float, bitrate_bps: int, max_bytes: int) -> None:
    cuts = plan_cuts(duration_s, bitrate_bps, max_bytes)
    if cuts is None:
        assert max_bytes * 8 / bitrate_bps < 3
        return
    assert cuts.count * cuts.part_s == pytest.approx(duration_s)
    longest_s = cuts.part_s + 2 * cuts.searched_s
    assert longest_s * bitrate_bps / 8 < max_bytes
    if cuts.count > 1:
        assert cuts.part_s > 2 * cuts.searched_s, "what is searched for two cuts must not overlap"


def test_cuts_are_made_in_pauses(tmp_path: Path) -> None:
    # Nearly 30 s of sound in two parts: words of 0.8 s, pauses of 0.2 s.
    voiced = tone(30, rate_hz=RATE_HZ)
    position_s = np.arange(voiced.size) / RATE_HZ
    source = encode(tmp_path / "words", voiced * (position_s % 1.0 < 0.8), "wav", rate_hz=RATE_HZ)
    parts = split(source, tmp_path / "parts", 130_000, most_parts=10)
    assert len(parts) == 2
    assert 0.8 < probe(parts[0]).duration_s % 1.0 < 1.0


def test_what_was_cut_sounds_as_before(tmp_path: Path) -> None:
    whole = rising(30)
    source = encode(tmp_path / "source", whole, "wav", rate_hz=RATE_HZ)
    parts = split(source, tmp_path / "parts", 60_000, most_parts=10)
    joined = np.concatenate([read(part) for part in parts])
    original = read(source)
    shared = min(joined.size, original.size)
    # Opus keeps the phase of a tone well enough for the whole to be recognised at each moment.
    correlation = np.corrcoef(joined[:shared], original[:shared])[0, 1]
    assert correlation > 0.8


@pytest.mark.parametrize(("limit", "most_parts"), [(20_000, 3), (2_000, 10)])
def test_what_cannot_be_split_is_named_so(tmp_path: Path, limit: int, most_parts: int) -> None:
    source = encode(tmp_path / "source", rising(60), "wav", rate_hz=RATE_HZ)
    with pytest.raises(FileTooLarge) as refused:
        split(source, tmp_path / "parts", limit, most_parts=most_parts)
    assert refused.value.size_bytes > limit


def test_what_is_not_sound_is_named_so(tmp_path: Path) -> None:
    source = tmp_path / "page"
    source.write_bytes(b"<html>502</html>" * 100)
    with pytest.raises(AudioUnreadable):
        split(source, tmp_path / "parts", 10_000, most_parts=3)


@pytest.mark.parametrize("channels", [1, 2])
def test_the_quietest_moment_is_found(channels: int) -> None:
    samples = np.tile(tone(2, rate_hz=RATE_HZ), (channels, 1))
    samples[:, RATE_HZ : RATE_HZ + RATE_HZ // 10] = 0
    assert RATE_HZ <= quietest(samples, RATE_HZ) <= RATE_HZ * 1.1


def test_in_even_sound_the_middle_is_taken() -> None:
    assert quietest(np.zeros((1, RATE_HZ), np.float32), RATE_HZ) == pytest.approx(RATE_HZ / 2, abs=RATE_HZ * 0.05)


def test_too_little_to_look_at_is_cut_in_the_middle() -> None:
    assert quietest(np.zeros((2, 10), np.float32), RATE_HZ) == 5
