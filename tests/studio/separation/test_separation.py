from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.audio.decoding import open_audio
from bot.audio.transcode import write_samples
from bot.studio.bodies import SeparationBody, SeparationModel
from bot.studio.engines.base import EngineSetup, Operation, Order
from bot.studio.engines.separation import Separation
from bot.studio.refusal import Refusal
from bot.studio.separation import stems as stems_module
from bot.studio.separation.centre import centre_mask
from bot.studio.separation.repetition import repeating_period
from bot.studio.separation.spectra import HOP, sound_of, spectra_of
from bot.studio.separation.stems import separate, voice_in
from tests.studio.speaking import SENTENCES, say, si_sdr_db, skip_without_speech, synthetic_music

Samples = NDArray[np.float32]
RATE_HZ = 48_000


@pytest.fixture(scope="session")
def mix(tmp_path_factory: pytest.TempPathFactory) -> tuple[Samples, Samples]:
    """Voice in the middle and music around it, equally loud."""
    skip_without_speech()
    turns = [(("heart", "bruno")[at % 2], text) for at, text in enumerate(SENTENCES[:6])]
    voice, _ = say(turns, tmp_path_factory.mktemp("speech"), pause_s=0.3)
    both = np.stack([voice, voice]) * np.float32(0.5)
    music = synthetic_music(voice.size / RATE_HZ, bpm=128, unsteady_s=0.005, seed=1)[:, : voice.size]
    return both, music * np.float32(np.sqrt(np.square(both).sum() / np.square(music).sum()))


def test_voice_and_music_come_apart(mix: tuple[Samples, Samples]) -> None:
    voice, music = mix
    found, is_repeating = voice_in(voice + music)
    assert is_repeating
    assert si_sdr_db(voice, found) > 6  # of 0 dB in the mix
    assert si_sdr_db(music, voice + music - found) > 6


def test_both_stems_are_written_and_add_up_to_the_recording(
    mix: tuple[Samples, Samples], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stems_module, "_BLOCK_S", 6.0)  # several blocks: their seams must not be heard either
    source = tmp_path / "song.wav"
    song = (mix[0] + mix[1]) * np.float32(0.5)
    write_samples(song, RATE_HZ, source)

    stems = separate(source, tmp_path)

    read = [_read(path) for path in (stems.vocals, stems.accompaniment)]
    length = min(song.shape[1], read[0].shape[1])
    assert stems.duration_s == pytest.approx(song.shape[1] / RATE_HZ)
    assert si_sdr_db(song[:, :length], (read[0] + read[1])[:, :length]) > 20
    assert {path.name for path in tmp_path.iterdir()} == {"song.wav", "vocals.mp3", "accompaniment.mp3"}


def test_spectra_turn_back_into_the_same_sound() -> None:
    for samples in (1, HOP, 12_345):
        sound = np.random.default_rng(1).standard_normal((2, samples)).astype(np.float32)
        assert np.abs(sound_of(spectra_of(sound), samples) - sound).max() < 1e-5


def test_noise_has_no_beat_and_the_middle_is_what_both_channels_share() -> None:
    generator = np.random.default_rng(1)
    wide = generator.standard_normal((2, 10 * RATE_HZ)).astype(np.float32)
    middle = np.stack([wide[0], wide[0]])

    assert repeating_period(np.abs(spectra_of(wide)).mean(axis=0)) is None
    assert float(centre_mask(spectra_of(wide)).mean()) < 0.2
    assert float(centre_mask(spectra_of(middle))[:, 20:].mean()) > 0.99


@pytest.mark.parametrize(
    ("kind", "code"),
    [("mono", "stereo_needed"), ("twice the same", "stereo_needed"), ("silence", "nothing_to_separate")],
)
def test_what_has_no_sides_is_refused(tmp_path: Path, kind: str, code: str) -> None:
    tone = (0.2 * np.sin(np.arange(RATE_HZ) / 20)).astype(np.float32)
    sounds = {"mono": tone, "twice the same": np.stack([tone, tone]), "silence": np.zeros((2, RATE_HZ), np.float32)}
    source = tmp_path / "odd.wav"
    write_samples(sounds[kind], RATE_HZ, source)

    with pytest.raises(Refusal) as refused:
        separate(source, tmp_path)

    assert (refused.value.status, refused.value.code) == (422, code)
    assert [path.name for path in tmp_path.iterdir()] == ["odd.wav"]


@pytest.mark.parametrize(
    ("model", "code"),
    [(SeparationModel.SIX_STEMS, "six_stems_not_available"), (SeparationModel.REVERB, "reverb_not_available")],
)
def test_other_stems_are_refused_before_any_work(tmp_path: Path, model: SeparationModel, code: str) -> None:
    body = SeparationBody.model_validate({"sourceUrl": "https://example.com/song.mp3", "model": model})
    with pytest.raises(Refusal) as refused:
        Separation(EngineSetup(tmp_path, tmp_path)).check(Order(Operation.SEPARATION, body))
    assert (refused.value.status, refused.value.code) == (501, code)
    assert "vocal-remover" in refused.value.message


def _read(path: Path) -> Samples:
    with open_audio(path) as source:
        return np.concatenate(list(source.blocks(rate_hz=RATE_HZ, channels=2)), axis=1)
