"""What comes out of the studio, listened to by numbers."""

import asyncio
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tests.studio.conftest import Caller

pytestmark = pytest.mark.asyncio(loop_scope="session")

Samples: TypeAlias = NDArray[np.float32]
RATE_HZ = 24_000
TEXT = "Please find your seats, the show begins in a minute!"


def pitch_of(samples: Samples) -> NDArray[np.float64]:
    """Pitch in Hz of every 5 ms, 0 where there is no voice."""
    import pyworld  # noqa: PLC0415 - only where the studio packages are installed

    sound = samples.astype(np.float64)
    pitch, times = pyworld.dio(sound, RATE_HZ, f0_floor=40, f0_ceil=700)
    return pyworld.stonemask(sound, pitch, times, RATE_HZ)


def median_hz(samples: Samples) -> float:
    pitch = pitch_of(samples)
    return float(np.median(pitch[pitch > 0]))


def pitch_range(samples: Samples) -> float:
    """Semitones between the fifths of the pitch; a detector's octave errors lie outside of them."""
    pitch = pitch_of(samples)
    low, high = np.percentile(pitch[pitch > 0], [20, 80])
    return float(12 * np.log2(high / low))


def voiced_share(samples: Samples) -> float:
    return float(np.mean(pitch_of(samples) > 0))


def loudness_of(samples: Samples) -> NDArray[np.float64]:
    """RMS of every 10 ms."""
    step = RATE_HZ // 100
    blocks = samples[: samples.size // step * step].reshape(-1, step).astype(np.float64)
    return np.sqrt(np.mean(np.square(blocks), axis=1))


def speech_level_db(samples: Samples) -> float:
    loudness = loudness_of(samples)
    heard = loudness[loudness > loudness.max() * 0.1]
    return float(20 * np.log10(np.sqrt(np.mean(np.square(heard)))))


def centre_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(samples.size, 1 / RATE_HZ)
    return float((spectrum * hz).sum() / spectrum.sum())


def longest_silence_s(samples: Samples) -> float:
    longest = run = 0
    for is_silent in loudness_of(samples) < 0.001:
        run = run + 1 if is_silent else 0
        longest = max(longest, run)
    return longest / 100


async def test_speech_is_as_long_as_it_takes_to_say(studio: "Caller") -> None:
    speech = await studio.speak(TEXT)
    assert 2 < speech.seconds < 4
    assert speech.answer["engine"] == "embedded/hibari"
    assert speech.answer["approximate"] is False
    assert speech.warnings == []
    twice = await studio.speak(f"{TEXT} {TEXT}")
    assert twice.seconds == pytest.approx(2 * speech.seconds, rel=0.15)


async def test_speech_is_loud_enough_and_does_not_clip(studio: "Caller") -> None:
    for voice in ("heart", "rex", "titan"):
        samples = (await studio.speak(f"[excited] {TEXT}", voice)).samples
        assert -24 < speech_level_db(samples) < -14
        assert np.abs(samples).max() < 0.99


async def test_there_are_no_clicks_at_the_joins(studio: "Caller") -> None:
    samples = (await studio.speak("One. [happy] Two. [break] [sad] Three. [break] Four.")).samples
    edges = np.flatnonzero(np.diff((loudness_of(samples) < 0.001).astype(int)))
    assert edges.size
    for edge in edges:
        near = samples[max(edge * 240 - 240, 0) : edge * 240 + 480]
        assert np.abs(np.diff(near)).max(initial=0.0) < 0.1


async def test_the_same_request_gives_the_same_sound(studio: "Caller") -> None:
    first, second = await asyncio.gather(
        studio.submit("Say it again.", "bruno"), studio.submit("Say it again.", "bruno")
    )
    contents: list[bytes] = []
    for task_id in (first, second):
        answer = await studio.outcome(task_id)
        async with studio.session.get(str(answer["url"])) as response:
            contents.append(await response.read())
    assert first != second
    assert contents[0] == contents[1]


async def test_voices_differ_in_pitch(studio: "Caller") -> None:
    order = ("titan", "atlas", "bruno", "felix", "edith", "heart", "robin", "poppy")
    medians = [median_hz((await studio.speak(TEXT, voice)).samples) for voice in order]
    assert medians == sorted(medians)
    assert medians[0] < 90
    assert 90 < medians[2] < 130
    assert 170 < medians[5] < 215
    assert medians[-1] > 240


async def test_a_whisper_has_no_voice(studio: "Caller") -> None:
    spoken = await studio.speak(TEXT)
    whispers = [await studio.speak(TEXT, "hush"), await studio.speak(f"[whispering] {TEXT}")]
    assert voiced_share(spoken.samples) > 0.4
    for whisper in whispers:
        assert voiced_share(whisper.samples) < 0.1
        assert whisper.answer["approximate"] is True
        assert speech_level_db(whisper.samples) < speech_level_db(spoken.samples) - 2


async def test_a_robot_has_one_pitch(studio: "Caller") -> None:
    pitch = pitch_of((await studio.speak(TEXT, "unit-7")).samples)
    voiced = pitch[pitch > 0]
    assert np.median(np.abs(voiced - np.median(voiced))) < 3


async def test_happy_and_sad_differ(studio: "Caller") -> None:
    happy = await studio.speak(f"[happy] {TEXT}")
    sad = await studio.speak(f"[SAD] {TEXT}")
    assert median_hz(happy.samples) > median_hz(sad.samples) * 1.08
    assert pitch_range(happy.samples) > pitch_range(sad.samples) * 1.5
    assert happy.seconds < sad.seconds * 0.95
    assert happy.answer["approximate"] is True
    assert happy.warnings == []


async def test_shouting_is_higher_brighter_and_louder(studio: "Caller") -> None:
    said = (await studio.speak(TEXT)).samples
    shouted = (await studio.speak(f"[shouting] {TEXT}")).samples
    assert median_hz(shouted) > median_hz(said) * 1.15
    assert centre_hz(shouted) > centre_hz(said) * 1.1
    assert speech_level_db(shouted) > speech_level_db(said) + 1.5


async def test_a_tag_colours_only_what_follows_it(studio: "Caller") -> None:
    samples = (await studio.speak(f"{TEXT} [long-break] [whispering] {TEXT}")).samples
    quiet = np.flatnonzero(loudness_of(samples) < 0.0005)
    runs = np.split(quiet, np.flatnonzero(np.diff(quiet) > 1) + 1)
    gap = max(runs, key=len)
    before, after = samples[: gap[0] * 240], samples[(gap[-1] + 1) * 240 :]
    assert voiced_share(before) > 0.4
    assert voiced_share(after) < 0.1


@pytest.mark.parametrize(("tag", "seconds"), [("break", 0.6), ("long-break", 1.5), ("BREAK", 0.6)])
async def test_a_break_is_silence_of_its_length(studio: "Caller", tag: str, seconds: float) -> None:
    together = await studio.speak("Ready, steady go.")
    apart = await studio.speak(f"Ready, steady [{tag}] go.")
    assert longest_silence_s(together.samples) < 0.3
    assert longest_silence_s(apart.samples) == pytest.approx(seconds, abs=0.13)
    assert apart.warnings == []


async def test_breaks_add_up(studio: "Caller") -> None:
    speech = await studio.speak("One [break][long-break] two.")
    assert longest_silence_s(speech.samples) == pytest.approx(2.1, abs=0.13)


async def test_speed_and_pitch_are_obeyed(studio: "Caller") -> None:
    plain, fast, high = (
        await studio.speak(TEXT),
        await studio.speak(TEXT, speed=1.5),
        await studio.speak(TEXT, pitch=6.0),
    )
    assert fast.seconds == pytest.approx(plain.seconds / 1.5, rel=0.12)
    assert median_hz(fast.samples) == pytest.approx(median_hz(plain.samples), rel=0.15)
    assert median_hz(high.samples) == pytest.approx(median_hz(plain.samples) * 2**0.5, rel=0.05)


async def test_what_is_left_out_is_reported(studio: "Caller") -> None:
    text = "[wow] Hello <@123456> [laughing] see https://example.org/a?b=c \U0001f600 at the caf\u00e9."
    speech = await studio.speak(text)
    said = " ".join(speech.warnings)
    for part in ("[wow]", "[laughing]", "Mentions", "link", "Emoji", "accents"):
        assert part in said
    assert 1 < speech.seconds < 5


async def test_tags_are_not_read_aloud(studio: "Caller") -> None:
    plain = await studio.speak("Hello there.")
    tagged = await studio.speak("[indifferent] [nonsense word] Hello there.")
    assert tagged.seconds == pytest.approx(plain.seconds, rel=0.15)


@pytest.mark.parametrize("text", ["1" * 100, "x" * 120, "9,999,999,999,999,999,999,999,999,999", "[break]a", "5"])
async def test_odd_texts_end_well_or_say_why(studio: "Caller", text: str) -> None:
    answer = await studio.outcome(await studio.submit(text))
    assert answer["status"] in {200, 422}
    assert ("url" in answer) == (answer["status"] == 200)
    assert ("error" in answer) == (answer["status"] != 200)


async def test_a_text_without_any_stop_is_spoken_whole(studio: "Caller") -> None:
    short = await studio.speak("word " * 10)
    long = await studio.speak("word " * 100)
    assert long.seconds == pytest.approx(10 * short.seconds, rel=0.25)
