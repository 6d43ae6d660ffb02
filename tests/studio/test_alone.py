"""`soundbooth studio` as a program of its own, with a key file and settings; and the example in its document."""

import importlib.util
import re
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.config import load_settings
from bot.studio.bodies import SpeechBody
from bot.studio.engines.base import Capability, EngineSetup, Operation, Order
from bot.studio.engines.registry import make_engine
from bot.studio.models import missing_packages
from bot.studio.refusal import Refusal
from tests.end_to_end.driver import BotProcess

needs_speech = pytest.mark.skipif(bool(missing_packages()), reason="the studio packages are not installed")
DOCUMENT = Path(__file__).parents[2] / "docs" / "studio.md"


def settings_of(folder: Path, **more: str) -> dict[str, str]:
    return {"SOUNDBOOTH_STORAGE__WORK_DIR": str(folder / "work"), **more}


@pytest.mark.process
@needs_speech
async def test_every_key_of_the_file_gets_in_and_none_is_printed(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text("key-of-ada  # Ada\nkey-of-ben\n", encoding="utf-8")
    keys.chmod(0o600)
    async with BotProcess(tmp_path, settings_of(tmp_path)) as studio, aiohttp.ClientSession() as session:
        await studio.start("studio", "--port", "0", "--key-file", str(keys))
        await studio.logged("studio is here")
        (url,) = re.findall(r"studio is here:\s+(http://\S+)", studio.log)
        for key, status in (("key-of-ada", 200), ("key-of-ben", 200), ("key-of-eve", 401)):
            headers = {"Authorization": f"Bearer {key}"}
            async with session.get(f"{url}/v1/voice/pagevoices", headers=headers) as response:
                assert response.status == status
        assert await studio.stop() == 0
    assert "key-of" not in studio.log
    assert "Traceback" not in studio.log


@pytest.mark.process
@needs_speech
async def test_an_engine_of_ones_own_is_chosen_in_the_settings(tmp_path: Path) -> None:
    chosen = settings_of(
        tmp_path,
        SOUNDBOOTH_STUDIO__ENGINES="effects=own_engines.ByPrompt",
        PYTHONPATH=str(Path(__file__).parent / "engines_of_ones_own"),
    )
    async with BotProcess(tmp_path, chosen) as studio, aiohttp.ClientSession() as session:
        await studio.start("studio", "--port", "0")
        await studio.logged("Key:")
        (url,) = re.findall(r"studio is here:\s+(http://\S+)", studio.log)
        async with session.get(f"{url}/healthz") as response:
            engines = (await response.json())["engines"]
        assert engines["effects"] == {"engine": "own/by-prompt", "state": "idle"}
        assert await studio.stop() == 0


@pytest.mark.process
@needs_speech
async def test_a_key_file_that_cannot_be_used_ends_it_with_one_sentence(tmp_path: Path) -> None:
    async with BotProcess(tmp_path, settings_of(tmp_path)) as studio:
        await studio.start("studio", "--key-file", str(tmp_path / "nowhere"))
        await studio.logged("cannot be read")
    assert "Traceback" not in studio.log


def test_settings_become_the_studios_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        "[studio]\nmax_queue = 3\nkeep_hours = 2\nkeep_mb = 20\nmax_source_mb = 5\nworker_memory_mb = 900\n"
        'whisper_model = "small"\nwhisper_threads = 3\nallowed_origins = ["http://127.0.0.1:8420/"]\n'
        '[studio.engines]\nmusic = "my_package.MyMusic"\n',
        encoding="utf-8",
    )
    options = load_settings(config, tmp_path / "secrets").studio.as_options()
    assert (options.queue_limit, options.kept_s, options.kept_bytes) == (3, 7_200, 20 * 1024**2)
    assert (options.source_bytes, options.worker_bytes) == (5 * 1024**2, 900 * 1024**2)
    assert options.engine_options == {"whisper_model": "small", "whisper_threads": "3"}
    assert options.allowed_origins == {"http://127.0.0.1:8420"}
    assert options.engines == {Capability.MUSIC: "my_package.MyMusic"}
    monkeypatch.setenv("SOUNDBOOTH_STUDIO__ENGINES", "music=a.B, effects = c.D")
    monkeypatch.setenv("SOUNDBOOTH_STUDIO__ALLOWED_ORIGINS", "http://127.0.0.1:1, https://cdn.example")
    options = load_settings(config, tmp_path / "secrets").studio.as_options()
    assert options.engines == {Capability.MUSIC: "a.B", Capability.EFFECTS: "c.D"}
    assert options.allowed_origins == {"http://127.0.0.1:1", "https://cdn.example"}


FAKE_KOKORO = """
import numpy as np

class Kokoro:
    def __init__(self, model, voices):
        assert model.endswith(".onnx") and voices.endswith(".bin")

    def get_voices(self):
        return ["af_sarah"]

    def create(self, text, voice, speed):
        return np.full(len(text) * 1_000, 0.25, np.float32), 24_000
"""


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Import paths of the examples in the document."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (tmp_path / "kokoro_onnx.py").write_text(FAKE_KOKORO, encoding="utf-8")
    found: list[str] = re.findall(r"```python\n(.+?)```", DOCUMENT.read_text("utf-8"), flags=re.DOTALL)
    paths: list[str] = []
    for number, example in enumerate(found):
        (tmp_path / f"example_{number}.py").write_text(example, encoding="utf-8")
        names: list[str] = re.findall(r"^class (\w+)\(", example, flags=re.MULTILINE)
        paths.append(f"example_{number}.{names[0]}")
    return paths


def test_the_examples_of_the_document_work(examples: list[str], tmp_path: Path) -> None:
    setup = EngineSetup(tmp_path, tmp_path)
    assert [path.rpartition(".")[2] for path in examples] == ["LargeWhisper", "Kokoro"]
    kokoro = make_engine(Capability.SPEECH, examples[1], setup)
    kokoro.load()
    produced = kokoro.run(Order(Operation.SPEECH, SpeechBody(voice="af_sarah", text="Hello")), tmp_path)
    assert produced.files[0].stat().st_size > 100
    with pytest.raises(Refusal, match="text_too_long"):
        kokoro.check(Order(Operation.SPEECH, SpeechBody(voice="af_sarah", text="a" * 2_001)))


@pytest.mark.skipif(importlib.util.find_spec("faster_whisper") is None, reason="faster-whisper is not installed")
def test_the_bound_of_the_larger_whisper_is_its_own(examples: list[str], tmp_path: Path) -> None:
    whisper = make_engine(Capability.TRANSCRIPTION, examples[0], EngineSetup(tmp_path, tmp_path))
    assert whisper.longest_source_s == 6 * 3600
