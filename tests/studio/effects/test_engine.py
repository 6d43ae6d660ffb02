from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.audio.decoding import open_audio
from bot.studio.bodies import EffectBody
from bot.studio.engines.base import EngineSetup, Operation, Order
from bot.studio.engines.effects import Effects
from bot.studio.refusal import Refusal

if TYPE_CHECKING:
    from pathlib import Path


def order(**fields: object) -> Order:
    return Order(Operation.EFFECT, EffectBody.model_validate(fields))


@pytest.fixture
def engine(tmp_path: "Path") -> Effects:
    return Effects(EngineSetup(tmp_path / "cache", tmp_path / "voices"))


def refusal(engine: Effects, **fields: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        engine.check(order(**fields))
    return caught.value


def test_an_order_becomes_a_stereo_file_of_the_asked_length(engine: Effects, tmp_path: "Path") -> None:
    wanted = order(prompt="distant thunder and rain", negative_prompt="wind", duration=3, seed=9)
    engine.check(wanted)
    engine.load()
    produced = engine.run(wanted, tmp_path)
    (file,) = produced.files
    with open_audio(file) as audio:
        sound = np.concatenate(list(audio.blocks(rate_hz=48_000, channels=2)), axis=1)
    assert sound.shape[0] == 2
    assert sound.shape[1] / 48_000 == pytest.approx(3, abs=0.1)
    assert float(np.abs(sound).max()) > 0.1
    assert produced.facts["sounds"] == ["thunder", "rain"]
    assert produced.facts["seed"] == "9"
    assert not produced.warnings


def test_what_was_not_understood_is_a_warning(engine: Effects, tmp_path: "Path") -> None:
    produced = engine.run(order(prompt="blorple and a laser"), tmp_path)
    assert "blorple" in produced.warnings[0]


def test_pictures_are_refused_with_what_to_use_instead(engine: Effects) -> None:
    found = refusal(engine, prompt="rain", sourceUrl="https://example.com/a.mp4", sourceType="video")
    assert found.status == 501
    assert "prompt" in found.message


def test_unknown_prompts_are_refused_before_any_work(engine: Effects) -> None:
    found = refusal(engine, prompt="dog barking")
    assert (found.status, found.code) == (422, "unsupported_prompt")
