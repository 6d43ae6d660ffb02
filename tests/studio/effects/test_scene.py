import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.studio.effects.catalogue import GENERATORS
from bot.studio.effects.generators import Bed
from bot.studio.effects.modifiers import ADJECTIVES, BREAKS, NUMBERS, THEN
from bot.studio.effects.scene import MAX_LENGTH_S, SHORTEST_S, plan_scene
from bot.studio.effects.words import SOUNDS
from bot.studio.refusal import Refusal

WORDS = sorted({*SOUNDS, *ADJECTIVES, *NUMBERS, *BREAKS, *THEN, "no", "without", "blorple"})


def test_the_same_words_give_the_same_plan_and_other_words_another_seed() -> None:
    assert plan_scene("Heavy  rain") == plan_scene("heavy rain")
    assert plan_scene("heavy rain").seed != plan_scene("light rain").seed
    assert plan_scene("rain", "wind").seed != plan_scene("rain").seed


def test_a_given_seed_is_used_even_if_negative() -> None:
    assert plan_scene("rain", seed=7).seed == 7
    assert plan_scene("rain", seed=-1).seed == 2**64 - 1


def test_steps_of_events_follow_each_other() -> None:
    layers = plan_scene("three knocks then a door creak then a door slam").layers
    assert [layer.generator for layer in layers] == ["knock", "creak", "door slam"]
    for one, following in itertools.pairwise(layers):
        assert following.start_s == pytest.approx(one.start_s + one.length_s)


def test_beds_share_what_events_leave() -> None:
    rain, _, wind = plan_scene("rain then a door slam then wind", duration_s=12).layers
    assert rain.length_s == pytest.approx(wind.length_s)
    assert rain.length_s > 4
    assert wind.start_s + wind.length_s == pytest.approx(12)


def test_steps_fit_into_a_short_duration() -> None:
    scene = plan_scene("thunder then rain then explosion then wind then gong", duration_s=3)
    assert scene.length_s == 3
    assert len(scene.layers) == 5
    assert scene.layers[-1].start_s < 3


def test_one_event_is_as_long_as_it_needs() -> None:
    assert plan_scene("laser").length_s < 1
    assert plan_scene("gong").length_s > 4


def test_endless_events_fill_the_time() -> None:
    assert plan_scene("continuous knocking", duration_s=10).layers[0].times is None
    assert plan_scene("knocking", duration_s=10).layers[0].times == 3


def test_the_length_of_the_prompt_counts_unless_one_is_given() -> None:
    assert plan_scene("10 seconds of rain").length_s == 10
    assert plan_scene("10 seconds of rain", duration_s=4).length_s == 4


def test_too_long_is_cut_with_a_warning() -> None:
    scene = plan_scene("300 seconds of rain")
    assert scene.length_s == MAX_LENGTH_S
    assert "30 seconds" in scene.warnings[0]


def test_too_short_is_lengthened() -> None:
    assert plan_scene("rain", duration_s=0.001).length_s == SHORTEST_S


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14), st.none() | st.floats(0.01, 1e6, allow_nan=False))
def test_any_plan_lies_within_its_length(words: list[str], duration_s: float | None) -> None:
    try:
        scene = plan_scene(" ".join(words), duration_s=duration_s)
    except Refusal:
        return
    assert SHORTEST_S <= scene.length_s <= MAX_LENGTH_S
    for layer in scene.layers:
        assert 0 <= layer.start_s < scene.length_s
        assert layer.length_s > 0
        assert layer.times is None or 1 <= layer.times <= 60
        assert isinstance(GENERATORS[layer.generator], Bed) <= (layer.times is None)
