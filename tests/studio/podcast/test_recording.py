"""Podcasts as they are heard."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.audio.decoding import Samples
from bot.audio.loudness import integrated_loudness, true_peak_db
from bot.studio.podcast.plan import PodcastPlan, plan_podcast
from bot.studio.refusal import Refusal
from bot.studio.speech.parts import Part, SpeechPart

if TYPE_CHECKING:
    from bot.studio.voicing.speaking import NeuralVoice

pytest.importorskip("pyworld", reason="pyworld-prebuilt is not installed")

from bot.studio.podcast import recording
from bot.studio.podcast.recording import Recording, record
from bot.studio.speech.engine import RATE_HZ, NothingSpoken
from tests.studio.voicing.listening import median_hz, missing_recogniser, sound_of, word_errors

LINES = (
    ("Anna", "Good evening, and welcome to the show."),
    ("Ben", "Thank you, it is nice to be here again."),
    ("Anna", "[whispering] Please tell us a secret. [break] We are listening."),
    ("Robin", "I know one as well, my friends."),
    ("Ben", "Then we should hear both of them."),
)
SCRIPT = "\n".join(f"{speaker}: {text}" for speaker, text in LINES)


def plan_of(text: str, *speakers: str) -> PodcastPlan:
    def nobody(name: str) -> None:
        del name

    return plan_podcast(text=text, prompt=None, speakers=speakers, find_saved=nobody)


@pytest.fixture(scope="module")
def podcast(neural_voice: "NeuralVoice", tmp_path_factory: pytest.TempPathFactory) -> tuple[Recording, Path]:
    target = tmp_path_factory.mktemp("podcast") / "podcast.mp3"
    return record(plan_of(SCRIPT), neural_voice, target), target


def test_turns_are_heard_in_order_and_by_different_voices(podcast: tuple[Recording, Path]) -> None:
    done, path = podcast
    assert [turn.speaker for turn in done.turns] == [speaker for speaker, _ in LINES]
    sound = sound_of(path)
    voiced = [done.turns[number] for number in (0, 1, 3, 4)]  # the other one is whispered
    pitch = [median_hz(sound[round(turn.starts_s * RATE_HZ) : round(turn.ends_s * RATE_HZ)]) for turn in voiced]
    anna, ben, robin, ben_again = pitch
    assert anna == pytest.approx(190, rel=0.1)
    assert ben == pytest.approx(106, rel=0.1)
    assert robin > 1.1 * anna
    assert ben_again == pytest.approx(ben, rel=0.1)


def test_the_whole_has_the_loudness_of_podcasts(podcast: tuple[Recording, Path]) -> None:
    done, path = podcast
    sound = sound_of(path)
    assert sound.size / RATE_HZ == pytest.approx(done.duration_s, abs=0.1)
    assert integrated_loudness(sound, RATE_HZ) == pytest.approx(-16, abs=0.5)
    assert true_peak_db(sound) < 0


def test_all_speakers_are_equally_loud(podcast: tuple[Recording, Path]) -> None:
    done, path = podcast
    sound = sound_of(path)
    plain = [turn for turn in done.turns if turn.speaker != "Anna"]
    levels = [
        integrated_loudness(sound[round(turn.starts_s * RATE_HZ) : round(turn.ends_s * RATE_HZ)], RATE_HZ)
        for turn in plain
    ]
    assert max(levels) - min(levels) < 2


def test_there_are_pauses_between_turns(podcast: tuple[Recording, Path]) -> None:
    done, path = podcast
    sound = sound_of(path)
    for before, after in zip(done.turns, done.turns[1:], strict=False):
        assert 0.3 <= after.starts_s - before.ends_s <= 1
        middle = round((before.ends_s + after.starts_s) / 2 * RATE_HZ)
        assert float(np.abs(sound[middle - 1_000 : middle + 1_000]).max()) < 0.01


def test_the_same_script_gives_the_same_bytes(
    podcast: tuple[Recording, Path], neural_voice: "NeuralVoice", tmp_path: Path
) -> None:
    assert record(plan_of(SCRIPT), neural_voice, tmp_path / "again.mp3") == podcast[0]
    assert (tmp_path / "again.mp3").read_bytes() == podcast[1].read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again.mp3"]


@pytest.mark.skipif(bool(missing_recogniser()), reason=missing_recogniser())
def test_the_words_can_be_understood(podcast: tuple[Recording, Path], tmp_path: Path) -> None:
    said = " ".join(text for _, text in LINES).replace("[whispering]", "").replace("[break]", "")
    assert word_errors(podcast[1], said, cache_folder=tmp_path) < 0.15


class Buzzer:
    """A voice that takes no time: a buzz for every character, nothing for "mute"."""

    def sounds(self, parts: tuple[Part, ...]) -> Iterator[Samples]:
        for part in parts:
            if isinstance(part, SpeechPart) and "mute" in part.text:
                raise NothingSpoken
            yield 0.1 * np.sign(np.sin(np.arange(6_000) / 20)).astype(np.float32)


def test_a_turn_that_makes_no_sound_is_told(tmp_path: Path) -> None:
    done = record(plan_of("Anna: Hello.\nBen: mute\nAnna: Well."), Buzzer(), tmp_path / "podcast.mp3")
    assert [turn.speaker for turn in done.turns] == ["Anna", "Anna"]
    assert done.warnings == ("Turn 2 (Ben) made no sound in part or as a whole.",)


def test_no_sound_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        record(plan_of("Anna: mute\nBen: mute"), Buzzer(), tmp_path / "podcast.mp3")
    assert (refused.value.status, refused.value.code) == (422, "nothing_spoken")
    assert list(tmp_path.iterdir()) == []


def test_a_podcast_that_grows_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_DURATION_S", 2)
    with pytest.raises(Refusal) as refused:
        record(plan_of("Anna: Hello.\nBen: Hi.\n" * 10), Buzzer(), tmp_path / "podcast.mp3")
    assert (refused.value.status, refused.value.code) == (422, "too_long")
    assert list(tmp_path.iterdir()) == []


def test_what_was_said_is_on_disk_and_not_in_memory(tmp_path: Path) -> None:
    on_disk: list[int] = []

    class Watched(Buzzer):
        def sounds(self, parts: tuple[Part, ...]) -> Iterator[Samples]:
            on_disk.append(sum(path.stat().st_size for path in tmp_path.iterdir()))
            return super().sounds(parts)

    record(plan_of("Anna: Hello.\nBen: Hi.\n" * 20), Watched(), tmp_path / "podcast.mp3")
    seconds_before_the_last_turn = 39 * 0.25
    assert max(on_disk) > seconds_before_the_last_turn * RATE_HZ
