import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.audio.decoding import open_audio
from bot.audio.encoding import AudioForm, nearest_rate_hz
from bot.audio.fit import fit
from bot.audio.probe import probe
from bot.audio.transcode import transcode, write_samples
from bot.audio.voice_message import make_voice_message
from bot.audio.waveform import Waveform
from bot.errors import AudioUnreadable, FileTooLarge

MakeTone = Callable[..., Path]
KINDS = ("mp3", "ogg", "wav", "flac", "m4a", "webm")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", list(AudioForm))
def test_every_format_becomes_every_form(make_tone: MakeTone, tmp_path: Path, kind: str, form: AudioForm) -> None:
    target = tmp_path / f"out.{form}"
    duration_s = transcode(make_tone(kind, 1.5, channels=2, rate_hz=48_000), target, form)
    facts = probe(target)
    assert duration_s == pytest.approx(1.5, abs=0.06)
    assert facts.duration_s == pytest.approx(1.5, abs=0.06)
    assert facts.channels == 2
    assert facts.container == form.value


def test_the_bit_rate_is_obeyed(make_tone: MakeTone, tmp_path: Path) -> None:
    source = make_tone("wav", 10)
    sizes: list[int] = []
    for bitrate_bps in (64_000, 128_000):
        target = tmp_path / f"{bitrate_bps}.mp3"
        transcode(source, target, AudioForm.MP3, bitrate_bps=bitrate_bps)
        sizes.append(target.stat().st_size)
    assert sizes[0] == pytest.approx(80_000, rel=0.05)
    assert sizes[1] == pytest.approx(160_000, rel=0.05)


def test_the_sound_survives_the_change_of_form(make_tone: MakeTone, tmp_path: Path) -> None:
    target = tmp_path / "out.ogg"
    transcode(make_tone("mp3", 2, rate_hz=44_100, hz=1_000), target, AudioForm.OGG)
    assert loudest_hz(target) == pytest.approx(1_000, abs=5)


def test_a_refused_source_leaves_no_file_behind(make_tone: MakeTone, tmp_path: Path) -> None:
    whole = make_tone("flac", 4)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(AudioUnreadable):
        transcode(whole, tmp_path / "out.mp3", AudioForm.MP3)
    assert list(tmp_path.iterdir()) == [whole]


def test_a_target_that_cannot_be_written_is_an_os_error(make_tone: MakeTone, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="could not be written"):
        transcode(make_tone("wav", 1), tmp_path / "no folder" / "out.mp3", AudioForm.MP3)


@pytest.mark.parametrize("form", list(AudioForm))
@pytest.mark.parametrize("channels", [1, 2])
def test_samples_are_written_as_they_are(tmp_path: Path, form: AudioForm, channels: int) -> None:
    time_s = np.arange(24_000) / 24_000
    samples = np.tile((0.5 * np.sin(2 * np.pi * 500 * time_s)).astype(np.float32), (channels, 1))
    target = tmp_path / f"tone.{form}"
    write_samples(samples, 24_000, target)
    assert probe(target).duration_s == pytest.approx(1, abs=0.06)
    assert probe(target).channels == channels
    assert loudest_hz(target) == pytest.approx(500, abs=5)


def test_no_samples_make_no_file(tmp_path: Path) -> None:
    with pytest.raises(AudioUnreadable):
        write_samples(np.zeros(0, np.float32), 24_000, tmp_path / "none.wav")
    with pytest.raises(ValueError, match="txt"):
        write_samples(np.ones(10, np.float32), 24_000, tmp_path / "none.txt")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("form", "rate_hz", "expected"),
    [
        (AudioForm.MP3, 8_000, 16_000),
        (AudioForm.MP3, 44_100, 44_100),
        (AudioForm.MP3, 96_000, 48_000),
        (AudioForm.OGG, 44_100, 48_000),
        (AudioForm.OGG, 1_000, 8_000),
        (AudioForm.WAV, 11_025, 11_025),
        (AudioForm.WAV, 192_000, 48_000),
    ],
)
def test_the_sample_rate_loses_nothing_where_the_form_allows(form: AudioForm, rate_hz: int, expected: int) -> None:
    assert nearest_rate_hz(form, rate_hz) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_a_voice_message_is_mono_opus_of_true_length(make_tone: MakeTone, tmp_path: Path, kind: str) -> None:
    message = make_voice_message(make_tone(kind, 3, channels=2), tmp_path / "voice.ogg")
    facts = probe(message.path)
    assert (facts.container, facts.sample_rate_hz, facts.channels) == ("ogg", 48_000, 1)
    with av.open(message.path) as container:
        assert container.streams.audio[0].codec_context.codec.canonical_name == "opus"
    assert message.duration_s == pytest.approx(3, abs=0.05)
    assert facts.duration_s == pytest.approx(message.duration_s, abs=0.03)
    assert 29 <= len(message.waveform) <= 31
    assert message.path.stat().st_size < 3 * 32_000 / 8 * 1.5


def test_a_long_voice_message_has_256_points(make_tone: MakeTone, tmp_path: Path) -> None:
    message = make_voice_message(make_tone("wav", 40, rate_hz=16_000), tmp_path / "voice.ogg")
    assert len(message.waveform) == 256


def test_quiet_speech_is_visible_and_silence_is_flat() -> None:
    quiet, silent = Waveform(16_000), Waveform(16_000)
    hiss = np.random.default_rng(1).normal(0, 1, 16_000).astype(np.float32)
    quiet.add(0.01 * hiss)
    quiet.add(np.zeros(16_000, np.float32))
    silent.add(0.00001 * hiss)
    assert min(quiet.points()[:10]) > 200
    assert max(quiet.points()[10:]) == 0
    assert max(silent.points()) < 20


@given(
    blocks=st.lists(st.integers(0, 40_000), max_size=30),
    level=st.floats(0, 8, width=32),
)
def test_a_waveform_has_as_many_points_as_its_length_asks_for(blocks: list[int], level: float) -> None:
    waveform = Waveform(16_000)
    for size in blocks:
        waveform.add(np.full(size, level, np.float32))
    assert waveform.duration_s == sum(blocks) / 16_000
    assert len(waveform.points()) == max(1, min(256, sum(blocks) // 1_600))


def test_a_waveform_of_hours_keeps_little_and_still_shows_where_it_is_loud() -> None:
    waveform = Waveform(1_000)
    quiet, loud = np.full(100_000, 0.01, np.float32), np.full(100_000, 0.5, np.float32)
    for index in range(200):
        waveform.add(loud if index == 150 else quiet)
    points = waveform.points()
    assert len(points) == 256
    assert len(waveform._bins) < 4_096  # pyright: ignore[reportPrivateUsage] - what is kept is the point
    assert points.index(max(points)) / 256 == pytest.approx(0.75, abs=0.01)


def test_fit_takes_the_best_quality_that_fits(make_tone: MakeTone, tmp_path: Path) -> None:
    source = make_tone("wav", 20)
    seen: list[int] = []
    for max_bytes in (400_000, 200_000, 100_000, 50_000, 36_000):
        fitted = fit(source, tmp_path / "small", max_bytes)
        assert fitted.path.stat().st_size <= max_bytes
        assert fitted.path.suffix == f".{fitted.form}"
        assert probe(fitted.path).duration_s == pytest.approx(20, abs=0.1)
        seen.append(fitted.path.stat().st_size)
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) >= 4


def test_fit_says_so_when_nothing_fits(make_tone: MakeTone, tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge) as caught:
        fit(make_tone("wav", 20), tmp_path / "small", 5_000)
    assert caught.value.size_bytes > 5_000
    assert [path.name for path in tmp_path.iterdir()] == ["wav-20-1"]


def test_memory_does_not_grow_with_length(make_tone: MakeTone, tmp_path: Path) -> None:
    source = make_tone("flac", 60, rate_hz=16_000)
    tracemalloc.start()
    make_voice_message(source, tmp_path / "voice.ogg")
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 8_000_000  # decoded, the file is 12 MB


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_are_read_or_refused_but_never_crash(
    make_tone: MakeTone, tmp_path: Path, kind: str, data: st.DataObject
) -> None:
    content = bytearray(make_tone(kind, 0.5, rate_hz=48_000).read_bytes())
    last = len(content) - 1
    damage = st.tuples(st.integers(0, last) | st.integers(0, min(200, last)), st.integers(0, 255))
    for position, value in data.draw(st.lists(damage, max_size=30)):
        content[position] = value
    damaged = tmp_path / "damaged"
    damaged.write_bytes(content[: data.draw(st.integers(0, last + 1))])
    with suppress(AudioUnreadable):
        message = make_voice_message(damaged, tmp_path / "voice.ogg")
        assert message.duration_s > 0
        assert 1 <= len(message.waveform) <= 256
        assert probe(message.path).duration_s == pytest.approx(message.duration_s, abs=0.05)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    magic=st.sampled_from(
        [b"", b"RIFF\x24\x10\0\0WAVEfmt ", b"OggS\0\x02", b"ID3\x03", b"fLaC", b"\x1aE\xdf\xa3", b"\xff\xfb"]
    ),
    rest=st.binary(max_size=4_000),
)
def test_random_bytes_are_refused_or_read_but_never_crash(tmp_path: Path, magic: bytes, rest: bytes) -> None:
    path = tmp_path / "random"
    path.write_bytes(magic + rest)
    with suppress(AudioUnreadable):
        assert probe(path).duration_s > 0


def loudest_hz(path: Path) -> float:
    with open_audio(path) as source:
        samples = np.concatenate(list(source.blocks(rate_hz=48_000, channels=1)), axis=1)[0]
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.fft.rfftfreq(samples.size, 1 / 48_000)[int(spectrum.argmax())])
