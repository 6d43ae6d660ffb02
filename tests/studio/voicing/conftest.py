from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from bot.studio.models import installed_models, missing_packages
from bot.studio.speech.parts import PausePart, Shape, SpeechPart

if TYPE_CHECKING:
    from bot.studio.voicing.speaking import NeuralVoice

SpeakInto: TypeAlias = Callable[..., Path]


@pytest.fixture(scope="session")
def neural_voice() -> "NeuralVoice":
    if missing_packages():
        pytest.skip(f"the studio packages are not installed: {', '.join(missing_packages())}")
    from bot.studio.voicing.speaking import load_neural_voice  # noqa: PLC0415 - only where the packages are installed

    return load_neural_voice(installed_models())


@pytest.fixture(scope="session")
def speak_into(neural_voice: "NeuralVoice", tmp_path_factory: pytest.TempPathFactory) -> SpeakInto:
    """speak_into("recording", "First.", "Second.", shape=…) -> a recording with a second of silence between texts."""
    folder = tmp_path_factory.mktemp("recordings")

    def speak(name: str, *texts: str, shape: Shape | None = None) -> Path:
        parts = [
            part for text in texts for part in (PausePart(seconds=1), SpeechPart(text=text, shape=shape or Shape()))
        ]
        path = folder / f"{name}.mp3"
        neural_voice.speak(tuple(parts[1:]), path)
        return path

    return speak
