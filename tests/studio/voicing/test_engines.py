"""Conversion, design and podcast behind the interface of engines."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from bot.studio.bodies import Body, ConversionBody, DesignBody, PodcastBody, SpeechFormat
from bot.studio.engines.base import Engine, EngineSetup, Operation, Order, Produced
from bot.studio.engines.conversion import Conversion
from bot.studio.engines.podcast import Podcast
from bot.studio.engines.voice_design import VoiceDesign
from bot.studio.models import missing_packages
from bot.studio.refusal import Refusal
from bot.studio.voicing.saved_voices import SavedVoices

pytestmark = pytest.mark.skipif(bool(missing_packages()), reason=f"not installed: {', '.join(missing_packages())}")

OPERATIONS: dict[type[Engine], Operation] = {
    Conversion: Operation.CONVERSION,
    VoiceDesign: Operation.VOICE_DESIGN,
    Podcast: Operation.PODCAST,
}
URL = "https://cdn.example.com/recording.mp3"
SCRIPT = "Anna: Hello there, my friend!\nBen: Hi. It is good to see you."


@pytest.fixture
def setup(tmp_path: Path) -> EngineSetup:
    return EngineSetup(tmp_path / "cache", tmp_path / "voices")


Run: TypeAlias = Callable[..., Produced]


@pytest.fixture
def run(setup: EngineSetup, tmp_path: Path) -> Run:
    """run(VoiceDesign, DesignBody(prompt="girl")) -> what a worker would answer."""

    def carried_out(kind: type[Engine], body: Body, source: Path | None = None) -> Produced:
        order = Order(OPERATIONS[kind], body, source, 5.0 if source else 0.0)
        in_the_server, in_the_worker = kind(setup), kind(setup)
        in_the_server.check(order)
        in_the_worker.load()
        folder = tmp_path / "order"
        folder.mkdir(exist_ok=True)
        produced = in_the_worker.run(order, folder)
        assert produced.files
        assert all(file.parent == folder and file.stat().st_size > 1_000 for file in produced.files)
        assert in_the_worker.allowed_s(order) > 10
        return produced

    return carried_out


def test_a_designed_voice_can_be_changed_converted_to_and_cast(run: Run, setup: EngineSetup) -> None:
    designed = run(VoiceDesign, DesignBody(prompt="an old, raspy man", previewText="Good evening."))
    name = str(designed.facts["voice"])
    assert SavedVoices(setup.voices).find(name) is not None
    changed = run(VoiceDesign, DesignBody(prompt="slower and deeper", taskId=str(designed.facts["desigUuid"])))
    assert changed.facts["voice"] != name
    assert changed.facts["gender"] == "male"
    converted = run(Conversion, ConversionBody(voice=name, sourceUrl=URL), designed.files[0])
    assert converted.files[0].suffix == ".mp3"
    podcast = run(Podcast, PodcastBody(text=SCRIPT, speakers=(name, "olivia")))
    assert podcast.facts["speakers"] == [{"speaker": "Anna", "voice": name}, {"speaker": "Ben", "voice": "olivia"}]


def test_the_same_design_twice_is_one_voice(run: Run, setup: EngineSetup) -> None:
    first = run(VoiceDesign, DesignBody(prompt="girl", previewText="Hello.", seed=3))
    second = run(VoiceDesign, DesignBody(prompt="girl", previewText="Hello.", seed=3))
    assert first.facts == second.facts
    assert len(SavedVoices(setup.voices).all()) == 1


def test_a_design_can_be_heard_again_without_a_change(run: Run, setup: EngineSetup) -> None:
    first = run(VoiceDesign, DesignBody(prompt="girl", previewText="Hello."))
    again = run(VoiceDesign, DesignBody(taskId=str(first.facts["voice"]), previewText="Something longer to hear."))
    assert again.facts["voice"] == first.facts["voice"]
    assert len(SavedVoices(setup.voices).all()) == 1


def test_conversion_writes_the_form_that_is_asked_for(run: Run) -> None:
    spoken = run(VoiceDesign, DesignBody(prompt="woman", previewText="Good evening, everybody."))
    converted = run(
        Conversion, ConversionBody(voice="Bruno", sourceUrl=URL, outputFormat=SpeechFormat.WAV), spoken.files[0]
    )
    assert converted.files[0].read_bytes()[:4] == b"RIFF"
    assert converted.facts["sourcePitchHz"] == pytest.approx(190, rel=0.15)
    assert converted.facts["durationSeconds"] == pytest.approx(spoken.facts["durationSeconds"], abs=0.1)


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        (Conversion, ConversionBody(voice="nobody!", sourceUrl=URL), 422, "voice_unknown"),
        (Conversion, ConversionBody(voice=URL, sourceUrl=URL), 501, "likeness_not_available"),
        (VoiceDesign, DesignBody(prompt="xyzzy"), 422, "nothing_understood"),
        (VoiceDesign, DesignBody(prompt="irish man"), 501, "accent_not_available"),
        (VoiceDesign, DesignBody(taskId="../../etc"), 422, "design_not_found"),
        (VoiceDesign, DesignBody(prompt="man", previewText="..."), 422, "nothing_to_say"),
        (Podcast, PodcastBody(text=SCRIPT, speakers=("nobody!",)), 422, "voice_unknown"),
        (Podcast, PodcastBody(text="Anna: !\nBen: ?"), 422, "nothing_to_say"),
    ],
)
def test_what_cannot_be_done_is_refused_before_any_work(
    setup: EngineSetup, kind: type[Engine], body: Body, status: int, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        kind(setup).check(Order(OPERATIONS[kind], body))
    assert (refused.value.status, refused.value.code) == (status, code)
