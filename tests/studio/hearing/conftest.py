import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.audio.transcode import write_samples
from bot.studio.hearing.models import ENGLISH, MULTILINGUAL, find_model, installed_models
from bot.studio.hearing.recognition import Recogniser
from tests.studio.speaking import skip_without_speech

Samples: TypeAlias = NDArray[np.float32]
Spoken: TypeAlias = Callable[..., Path]


def _recogniser(name: str, cache: Path) -> Recogniser:
    if importlib.util.find_spec("faster_whisper") is None or name not in installed_models():
        pytest.skip(f"faster-whisper or the model {name} is not installed")
    return Recogniser(find_model(name, cache), threads=2)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def english(cache: Path) -> Recogniser:
    return _recogniser(ENGLISH, cache)


@pytest.fixture(scope="session")
def multilingual(cache: Path) -> Recogniser:
    return _recogniser(MULTILINGUAL, cache)


@pytest.fixture(scope="session")
def speech_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    skip_without_speech()
    return tmp_path_factory.mktemp("speech")


@pytest.fixture
def recording(tmp_path: Path) -> Callable[[Samples], Path]:
    def write(samples: Samples) -> Path:
        path = tmp_path / "recording.wav"
        write_samples(samples, 48_000, path)
        return path

    return write
