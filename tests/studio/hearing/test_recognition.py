import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.studio.hearing.blocks import LONGEST_BLOCK_S
from bot.studio.hearing.models import HearingModel
from bot.studio.hearing.recognition import RATE_HZ, Recogniser

Samples: TypeAlias = NDArray[np.float32]
RecogniserOf: TypeAlias = Callable[["FakeWhisper"], Recogniser]


def heard(text: str, words: list[tuple[str, float, float]], ratio: float = 1.0) -> SimpleNamespace:
    listed = [SimpleNamespace(word=f" {word}", start=start, end=end, probability=0.9) for word, start, end in words]
    return SimpleNamespace(start=0.0, end=1.0, text=f" {text}", words=listed, compression_ratio=ratio)


@dataclass
class FakeWhisper:
    """Stands in for faster-whisper's model: answers from a list and keeps what it was asked."""

    answers: list[list[SimpleNamespace]]
    supported_languages: tuple[str, ...] = ("en", "de")
    asked: list[dict[str, object]] = field(default_factory=list[dict[str, object]])

    def transcribe(self, audio: Samples, **options: object) -> tuple[list[SimpleNamespace], SimpleNamespace]:
        assert audio.ndim == 1
        self.asked.append(options)
        return self.answers.pop(0), SimpleNamespace(language="de", duration_after_vad=1.0)


@pytest.fixture
def recogniser_of(monkeypatch: pytest.MonkeyPatch) -> RecogniserOf:
    def make(model: FakeWhisper) -> Recogniser:
        def loaded(*_: object, **__: object) -> FakeWhisper:
            return model

        module = SimpleNamespace(WhisperModel=loaded)
        monkeypatch.setitem(sys.modules, "faster_whisper", module)
        return Recogniser(HearingModel("fake", "nowhere", is_pinned=False))

    return make


def test_a_word_without_length_gets_one_and_pushes_the_next(recogniser_of: RecogniserOf) -> None:
    words = [("It", 3.16, 3.16), ("is", 3.16, 3.2), ("so", 3.1, 3.3)]
    found = recogniser_of(FakeWhisper([[heard("It is so", words)]])).transcribe([np.zeros(RATE_HZ, np.float32)])

    times = [(round(word.start_s, 3), round(word.end_s, 3)) for word in found.segments[0].words]
    assert times == [(3.16, 3.18), (3.18, 3.2), (3.2, 3.3)]


def test_a_loop_is_tried_again_without_hints_and_without_repetition(recogniser_of: RecogniserOf) -> None:
    loop, good = [heard("I I I I I", [("I", 0, 1)], ratio=9.0)], [heard("I see", [("I", 0, 1), ("see", 1, 2)])]
    model = FakeWhisper([loop, good])

    found = recogniser_of(model).transcribe([np.zeros(RATE_HZ, np.float32)], hints="Um, uh.")

    assert [segment.text for segment in found.segments] == ["I see"]
    assert [(asked["hotwords"], asked.get("no_repeat_ngram_size")) for asked in model.asked] == [
        ("Um, uh.", None),
        (None, 3),
    ]


def test_times_and_language_of_the_first_block_go_on_in_the_next(recogniser_of: RecogniserOf) -> None:
    model = FakeWhisper([[], [heard("Ja", [("Ja", 1.0, 1.5)])], [heard("Gut", [("Gut", 1.0, 1.5)])]])
    sound = np.ones(round(2.5 * LONGEST_BLOCK_S * RATE_HZ), np.float32)

    found = recogniser_of(model).transcribe([sound])

    assert [asked["language"] for asked in model.asked] == [None, None, "de"]
    assert found.language == "de"
    assert found.duration_s == pytest.approx(2.5 * LONGEST_BLOCK_S)
    assert found.segments[0].start_s > LONGEST_BLOCK_S / 2
    assert found.segments[1].start_s > found.segments[0].start_s + LONGEST_BLOCK_S / 2
    assert all(asked["vad_filter"] is True and asked["temperature"] == 0.0 for asked in model.asked)
