from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.audio.decoding import open_audio
from bot.studio.bodies import BackgroundMusicBody, SongBody
from bot.studio.engines.base import EngineSetup, Operation, Order
from bot.studio.engines.music import Music
from bot.studio.refusal import Refusal

if TYPE_CHECKING:
    from pathlib import Path


def background(**fields: object) -> Order:
    return Order(Operation.BACKGROUND_MUSIC, BackgroundMusicBody.model_validate(fields))


def song(**fields: object) -> Order:
    return Order(Operation.SONG, SongBody.model_validate(fields))


@pytest.fixture
def engine(tmp_path: "Path") -> Music:
    return Music(EngineSetup(tmp_path / "cache", tmp_path / "voices"))


def test_an_order_becomes_a_stereo_file_of_the_asked_length(engine: Music, tmp_path: "Path") -> None:
    wanted = background(prompt="chiptune in A minor, 120 bpm", duration=4, seed=2, instrumental=True)
    engine.check(wanted)
    engine.load()
    produced = engine.run(wanted, tmp_path)
    with open_audio(produced.files[0]) as audio:
        sound = np.concatenate(list(audio.blocks(rate_hz=48_000, channels=2)), axis=1)
    assert sound.shape[0] == 2
    assert sound.shape[1] / 48_000 == pytest.approx(4, abs=0.06)
    assert dict(produced.facts) == {
        "durationSeconds": 4, "style": "chiptune", "key": "A minor", "bpm": 120, "isLoopable": True, "seed": "2",
    }  # fmt: skip
    assert not produced.warnings


def test_an_instrumental_song_is_made_from_its_style_without_the_lyrics(engine: Music, tmp_path: "Path") -> None:
    wanted = song(style="calm piano, slow", lyrics="la la la", instrumental=True)
    engine.check(wanted)
    produced = engine.run(wanted, tmp_path)
    assert "lyrics" in produced.warnings[0]
    assert produced.facts["durationSeconds"] == 30


@pytest.mark.parametrize(
    "wanted",
    [
        background(prompt="calm", instrumental=False),
        background(prompt="calm", continuation=True, audioId="abc"),
        background(prompt="calm", input_audio="https://example.com/a.mp3"),
        song(lyrics="la la la"),
        song(style="calm", lyrics="la la la", instrumental=False),
        song(style="calm", referVoice="abc", instrumental=True),
    ],
)
def test_what_is_not_possible_is_refused_with_what_to_use_instead(engine: Music, wanted: Order) -> None:
    with pytest.raises(Refusal) as caught:
        engine.check(wanted)
    assert caught.value.status == 501
    assert "instrumental" in caught.value.message or "prompt" in caught.value.message


def test_unknown_prompts_are_refused_before_any_work(engine: Music) -> None:
    with pytest.raises(Refusal) as caught:
        engine.check(background(prompt="blorple"))
    assert (caught.value.status, caught.value.code) == (422, "unsupported_prompt")


def test_an_instrumental_song_without_a_style_is_refused(engine: Music) -> None:
    with pytest.raises(Refusal) as caught:
        engine.check(song(lyrics="la la la", instrumental=True))
    assert (caught.value.status, caught.value.code) == (422, "style_missing")
