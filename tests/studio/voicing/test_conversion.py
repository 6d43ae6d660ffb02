"""A recording in another voice: what changes, and what must not."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pytest

from bot.audio.decoding import Samples
from bot.audio.encoding import AudioForm, AudioWriter, Encoding
from bot.errors import AudioUnreadable
from bot.studio.refusal import Refusal
from bot.studio.speech.parts import Shape
from bot.studio.voices import catalogue
from bot.studio.voicing.targets import PRESETS

if TYPE_CHECKING:
    from tests.studio.voicing.conftest import SpeakInto

pyworld = pytest.importorskip("pyworld", reason="pyworld-prebuilt is not installed")

from bot.studio.voicing.conversion import (  # noqa: E402 - needs the package above
    MAX_DURATION_S,
    RATE_HZ,
    convert_voice,
    converted,
    measure_source,
    relative_shape,
)
from bot.studio.voicing.levels import heard_level  # noqa: E402 - as above
from tests.studio.voicing.listening import (  # noqa: E402 - as above
    SENTENCES,
    formant_ratio,
    frame_loudness,
    median_hz,
    melody_semitones,
    missing_recogniser,
    sound_of,
    voiced_share,
    word_errors,
)

Convert: TypeAlias = Callable[[Path, Shape], Samples]

MAN = Shape(pitch=0.56, formant=0.84)
HEART_HZ = 190.0


@pytest.fixture(scope="module")
def woman(speak_into: "SpeakInto") -> Path:
    return speak_into("woman", "The quick brown fox", "jumps over the lazy dog.")


@pytest.fixture(scope="module")
def man(speak_into: "SpeakInto") -> Path:
    return speak_into("man", "The quick brown fox", "jumps over the lazy dog.", shape=MAN)


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """convert(recording, voice) -> the sound of it; each is made once."""
    folder = tmp_path_factory.mktemp("converted")

    made: dict[tuple[Path, str], Samples] = {}

    def converted_sound(source: Path, voice: Shape) -> Samples:
        key = (source, voice.model_dump_json())
        if key not in made:
            convert_voice(source, folder / "converted.wav", voice=voice, form=AudioForm.WAV)
            made[key] = sound_of(folder / "converted.wav")
        return made[key]

    return converted_sound


def write(path: Path, sound: Samples, rate_hz: int = RATE_HZ) -> Path:
    with AudioWriter(path, Encoding(AudioForm.WAV, rate_hz)) as writer:
        for start in range(0, sound.size, 10 * rate_hz):
            writer.write(sound[np.newaxis, start : start + 10 * rate_hz])
    return path


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - {"whisper", "ghost"}))
def test_a_preset_moves_the_pitch_to_its_own_and_keeps_length_and_loudness(
    woman: Path, convert: Convert, preset: str
) -> None:
    before, after = sound_of(woman), convert(woman, PRESETS[preset])
    assert median_hz(after) == pytest.approx(HEART_HZ * PRESETS[preset].pitch, rel=0.06)
    assert after.size == pytest.approx(before.size, rel=0.01)
    assert 20 * np.log10(heard_level(after, RATE_HZ) / heard_level(before, RATE_HZ)) == pytest.approx(0, abs=0.5)
    assert float(np.abs(after).max()) < 0.95


@pytest.mark.parametrize("name", ["bruno", "poppy", "unit-7"])
def test_every_speaker_comes_out_at_the_pitch_of_a_listed_voice(
    woman: Path, man: Path, convert: Convert, name: str
) -> None:
    shape = catalogue()[name].shape
    for source in (woman, man):
        assert median_hz(convert(source, shape)) == pytest.approx(HEART_HZ * shape.pitch, rel=0.06)


@pytest.mark.parametrize(("preset", "expected"), [("man", 0.84), ("child", 1.25), ("woman", 1.0)])
def test_resonances_move_with_the_size_of_the_voice(
    woman: Path, convert: Convert, preset: str, expected: float
) -> None:
    assert formant_ratio(sound_of(woman), convert(woman, PRESETS[preset])) == pytest.approx(expected, rel=0.06)


def test_a_mans_recording_is_not_made_larger_still(man: Path, convert: Convert) -> None:
    before = sound_of(man)
    assert formant_ratio(before, convert(man, PRESETS["man"])) == pytest.approx(1.0, abs=0.04)
    assert formant_ratio(before, convert(man, PRESETS["woman"])) == pytest.approx(1.19, abs=0.05)


def test_a_whisper_has_no_voice(woman: Path, convert: Convert) -> None:
    assert voiced_share(sound_of(woman)) > 0.3
    assert voiced_share(convert(woman, PRESETS["whisper"])) < 0.05


def test_a_robot_has_no_melody_and_others_keep_theirs(woman: Path, convert: Convert) -> None:
    assert melody_semitones(convert(woman, PRESETS["robot"])) < 0.5
    spoken = melody_semitones(sound_of(woman))
    assert melody_semitones(convert(woman, PRESETS["man"])) == pytest.approx(spoken, rel=0.25)


def test_pauses_stay_where_they_are_and_stay_silent(woman: Path, convert: Convert) -> None:
    before, after = frame_loudness(sound_of(woman)), frame_loudness(convert(woman, PRESETS["deep"]))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (before < 0.0005).astype(int), [0]))))
    starts, ends = edges[::2], edges[1::2]
    pause = int(np.argmax(ends - starts))
    inside = after[starts[pause] + 10 : ends[pause] - 10]
    assert inside.size > 150  # of 5 ms: most of the second
    assert float(inside.max()) < 0.003


def test_the_same_recording_gives_the_same_bytes(woman: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        convert_voice(woman, tmp_path / f"{name}.wav", voice=PRESETS["old man"], form=AudioForm.WAV)
    assert (tmp_path / "first.wav").read_bytes() == (tmp_path / "second.wav").read_bytes()


def test_a_long_recording_is_joined_without_clicks_or_gaps() -> None:
    tone = harmonic_tone(14.0, 150.0)
    given = (tone[start : start + 480] for start in range(0, tone.size, 480))
    blocks = list(converted(given, Shape(pitch=1.3)))
    assert max(block.size for block in blocks) < 9 * RATE_HZ
    whole = np.concatenate(blocks)
    assert whole.size == tone.size
    loudness = frame_loudness(whole)[40:-40]
    smooth = loudness[: loudness.size // 8 * 8].reshape(-1, 8).mean(axis=1)
    assert smooth.min() > 0.5 * float(np.median(smooth))
    assert float(np.abs(np.diff(whole[RATE_HZ:-RATE_HZ])).max()) < 3 * float(np.abs(np.diff(tone)).max())


def test_nothing_to_change_changes_nothing() -> None:
    tone = harmonic_tone(10.0, 150.0)
    whole = np.concatenate(list(converted(iter([tone]), Shape())))
    np.testing.assert_allclose(whole, tone, atol=1e-3)


@pytest.mark.parametrize("samples", [0, 1, 100, 2_000, 9_000])
def test_tiny_recordings_keep_their_length(samples: int) -> None:
    blocks = list(converted(iter([harmonic_tone(1.0, 150.0)[:samples]]), Shape(pitch=0.6, formant=0.9)))
    assert sum(block.size for block in blocks) == samples


def test_silence_is_refused_and_so_is_what_is_no_audio(tmp_path: Path) -> None:
    silence = write(tmp_path / "silence.wav", np.zeros(RATE_HZ, np.float32))
    with pytest.raises(Refusal) as refused:
        convert_voice(silence, tmp_path / "converted.mp3", voice=PRESETS["man"])
    assert (refused.value.status, refused.value.code) == (422, "nothing_to_convert")
    (tmp_path / "text.wav").write_bytes(b"no audio at all" * 100)
    with pytest.raises(AudioUnreadable):
        convert_voice(tmp_path / "text.wav", tmp_path / "converted.mp3", voice=PRESETS["man"])
    assert not (tmp_path / "converted.mp3").exists()


def test_too_long_a_recording_is_refused_by_its_header_already(tmp_path: Path) -> None:
    long = write(tmp_path / "long.wav", np.full((MAX_DURATION_S + 5) * 8_000, 0.1, np.float32), rate_hz=8_000)
    with pytest.raises(Refusal) as refused:
        convert_voice(long, tmp_path / "converted.mp3", voice=PRESETS["man"])
    assert (refused.value.status, refused.value.code) == (422, "too_long")


def test_noise_without_a_voice_is_converted_with_a_warning(tmp_path: Path) -> None:
    noise = np.random.default_rng(5).normal(0, 0.05, 2 * RATE_HZ).astype(np.float32)
    recording = write(tmp_path / "noise.wav", noise)
    assert measure_source(recording).pitch_hz is None
    done = convert_voice(recording, tmp_path / "converted.mp3", voice=PRESETS["man"])
    assert "no voiced sound" in done.warnings[0].casefold()
    assert done.duration_s == pytest.approx(2.0, rel=0.01)


@pytest.mark.parametrize("source_hz", [60.0, 106.0, 190.0, 600.0])
def test_shapes_stay_within_what_the_vocoder_takes(source_hz: float) -> None:
    for voice in (*PRESETS.values(), *(one.shape for one in catalogue().values())):
        shape = relative_shape(voice, source_hz)
        assert 0.25 <= shape.pitch <= 4
        assert 0.55 <= shape.formant <= 1.9
        assert (shape.speed, shape.gain_db) == (1.0, 0.0)


@pytest.mark.skipif(bool(missing_recogniser()), reason=missing_recogniser())
@pytest.mark.parametrize("preset", ["man", "whisper"])
def test_the_words_survive(speak_into: "SpeakInto", tmp_path: Path, preset: str) -> None:
    recording = speak_into("words", *SENTENCES[:3])
    convert_voice(recording, tmp_path / "converted.mp3", voice=PRESETS[preset])
    said = " ".join(SENTENCES[:3])
    assert word_errors(tmp_path / "converted.mp3", said, cache_folder=tmp_path) < 0.15


def harmonic_tone(seconds: float, hz: float) -> Samples:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    waves = [np.sin(2 * np.pi * hz * number * time) / number for number in range(1, 20)]
    return (0.1 * np.sum(waves, axis=0)).astype(np.float32)
