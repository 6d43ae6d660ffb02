"""What is made: every generator and word, and whether things sound like what they are called."""

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.studio.effects.catalogue import GENERATORS
from bot.studio.effects.generators import Bed
from bot.studio.effects.levels import loudness
from bot.studio.effects.mixing import render
from bot.studio.effects.modifiers import ADJECTIVES
from bot.studio.effects.scene import Layer, Scene, plan_scene
from bot.studio.effects.traits import PLAIN, Material, Traits
from bot.studio.effects.words import SOUNDS
from bot.studio.refusal import Refusal
from tests.studio.effects.heard import RATE_HZ, Heard

if TYPE_CHECKING:
    from tests.studio.effects.conftest import Hear

MINUS_ONE_DB = 10 ** (-1 / 20)
EXTREMES = (
    Traits(size=0.4, strength=0.25, speed=2.5, length=0.3, pitch=2.5, brightness_db=6),
    Traits(size=2.5, strength=3, speed=0.4, length=3, pitch=0.4, distance=1, echo=1, brightness_db=-9),
)
SOUNDS_BY_PARTS = {sound.parts: word for word, sound in SOUNDS.items()}


def check(sound: Heard, seconds: float) -> None:
    assert sound.samples.dtype == np.float32
    assert sound.samples.shape == (2, round(seconds * RATE_HZ))
    assert np.isfinite(sound.samples).all()
    assert 0.05 < sound.peak <= MINUS_ONE_DB


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_every_generator_makes_sound_in_plain_form_and_at_the_extremes(name: str) -> None:
    generator = GENERATORS[name]
    for traits in (PLAIN, *EXTREMES):
        rng = np.random.default_rng(1)
        made = generator.make(traits, 0.6, rng) if isinstance(generator, Bed) else generator.make(traits, rng)
        assert made.dtype == np.float32
        assert np.isfinite(made).all()
        assert float(np.abs(made).max()) > 1e-3
        assert made.shape[-1] <= 12 * RATE_HZ  # bounded work, however long and slow
        if isinstance(generator, Bed):
            assert made.shape == (2, round(0.6 * RATE_HZ))


@pytest.mark.parametrize("word", sorted(SOUNDS_BY_PARTS.values()))
def test_every_word_can_be_heard_without_clipping(word: str) -> None:
    parts = SOUNDS[word].parts
    layers = tuple(Layer(part.generator, part.traits, 0.0, 1.2, 1) for part in parts)
    check(Heard(render(Scene(layers, 1.2, seed=3))), 1.2)


@pytest.mark.parametrize("material", Material)
def test_steps_rain_and_knocks_take_every_material(material: Material) -> None:
    layers = tuple(Layer(name, Traits(material=material), 0.0, 1.0, 2) for name in ("footsteps", "rain", "knock"))
    check(Heard(render(Scene(layers, 1.0, seed=3))), 1.0)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([*SOUNDS, *ADJECTIVES, "then", "and", "three", "no"]), min_size=1, max_size=6),
    st.floats(0.05, 3.0),
)
def test_any_prompt_that_is_understood_can_be_rendered(words: list[str], seconds: float) -> None:
    try:
        scene = plan_scene(" ".join(words), duration_s=seconds)
    except Refusal:
        return
    check(Heard(render(scene)), scene.length_s)


def test_the_same_prompt_gives_the_same_samples_and_a_seed_another_take(hear: "Hear") -> None:
    first, second = hear("wind and birds", seconds=2), hear("wind and birds", seconds=2)
    np.testing.assert_array_equal(first.samples, second.samples)
    assert not np.array_equal(first.samples, hear("wind and birds", seconds=2, seed=5).samples)


@pytest.mark.parametrize("prompt", ["rain", "thunder", "siren", "fire", "laser", "birds, wind"])
def test_the_loudness_is_minus_sixteen(hear: "Hear", prompt: str) -> None:
    assert loudness(hear(prompt, seconds=4).samples) == pytest.approx(-16, abs=1)


def test_clicks_stay_a_little_less_loud_rather_than_being_flattened(hear: "Hear") -> None:
    sound = hear("footsteps", seconds=4)
    assert -19 < loudness(sound.samples) < -16
    assert sound.peak / sound.level > 5


def test_half_a_minute_is_the_most(hear: "Hear") -> None:
    assert hear("rain", seconds=10_000).seconds == 30


def test_rain_is_a_noise_and_a_bell_is_not(hear: "Hear") -> None:
    rain, bell = hear("rain", seconds=3), hear("church bell", seconds=3)
    assert rain.flatness() > 10 * bell.flatness()
    assert rain.unevenness() < 0.4 < bell.unevenness()


def test_rain_is_not_white(hear: "Hear") -> None:
    rain = hear("rain", seconds=3)
    assert rain.share(500, 5_000) > 0.6
    assert rain.share(10_000, 24_000) < 0.1


def test_a_bell_has_the_minor_third_of_bells(hear: "Hear") -> None:
    bell = hear("church bell", seconds=4).part(0.3, 4)
    hz, power = bell.spectrum()
    prime = 330.0
    for ratio in (0.5, 1.0, 1.19, 2.0):
        near = power[np.abs(hz - prime * ratio) < 4].max()
        beside = np.median(power[np.abs(hz - prime * ratio) < 40])
        assert near > 100 * beside


def test_a_bell_begins_with_a_strike(hear: "Hear") -> None:
    bell = hear("church bell", seconds=4)
    assert bell.part(0, 0.03).share(1_500, 10_000) > 4 * bell.part(1, 2).share(1_500, 10_000)


def test_thunder_is_low_and_leaves_no_hiss(hear: "Hear") -> None:
    thunder = hear("thunder", seconds=4)
    assert thunder.share(20, 600) > 0.6
    assert thunder.part(2, 4).share(2_000, 24_000) < 0.001


def test_an_explosion_leaves_no_hiss(hear: "Hear") -> None:
    boom = hear("explosion", seconds=3)
    assert boom.centroid_hz() < 800
    assert boom.part(2, 2.9).share(3_000, 24_000) < 0.01


def test_a_laser_falls_and_is_far_above_thunder(hear: "Hear") -> None:
    laser = hear("laser", seed=1)
    assert laser.part(0, 0.05).centroid_hz() > 2 * laser.part(0.15, 0.25).centroid_hz()
    assert laser.centroid_hz() > 3 * hear("thunder", seconds=3).centroid_hz()


def test_a_laser_does_not_click_at_its_ends(hear: "Hear") -> None:
    laser = hear("laser")
    assert float(np.abs(laser.samples[:, :3]).max()) < 0.02
    assert float(np.abs(laser.samples[:, -3:]).max()) < 0.005
    assert laser.part(0, 0.01).share(16_000, 24_000) < 0.01


@pytest.mark.parametrize(
    ("low", "high"),
    [("thunder", "rain"), ("big bell", "small bell"), ("heartbeat", "birds"), ("rumble", "wind"), ("gong", "triangle")],
)
def test_what_is_lower_by_nature_is_lower_here(hear: "Hear", low: str, high: str) -> None:
    assert hear(low, seconds=3).centroid_hz() < hear(high, seconds=3).centroid_hz()


@pytest.mark.parametrize(
    ("words", "number"), [("three knocks", 3), ("five knocks", 5), ("two gunshots", 2), ("4 claps", 4)]
)
def test_as_many_are_heard_as_were_asked_for(hear: "Hear", words: str, number: int) -> None:
    assert len(hear(words).onsets_s()) == number


def test_footsteps_keep_their_pace_and_running_is_faster(hear: "Hear") -> None:
    walking, running = hear("footsteps", seconds=6).onsets_s(), hear("running footsteps", seconds=6).onsets_s()
    assert np.median(np.diff(walking)) == pytest.approx(0.55, abs=0.05)
    assert len(running) > 1.5 * len(walking)


def test_a_clock_ticks_twice_a_second(hear: "Hear") -> None:
    assert np.median(np.diff(hear("clock ticking", seconds=6).onsets_s())) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("sound", ["thunder", "bell", "rain", "gunshot"])
def test_distance_makes_darker(hear: "Hear", sound: str) -> None:
    near, far = hear(sound, seconds=3, seed=1), hear(f"distant {sound}", seconds=3, seed=1)
    assert far.share(2_500, 24_000) < 0.6 * near.share(2_500, 24_000)


def test_muffled_makes_darker_and_bright_brighter(hear: "Hear") -> None:
    plain = hear("rain", seconds=2, seed=1).centroid_hz()
    assert hear("muffled rain", seconds=2, seed=1).centroid_hz() < 0.6 * plain
    assert hear("bright rain", seconds=2, seed=1).centroid_hz() > 1.1 * plain


def test_echo_rings_on(hear: "Hear") -> None:
    dry, wet = hear("one gunshot", seconds=4, seed=1), hear("one gunshot echoing in a tunnel", seconds=4, seed=1)
    assert wet.part(1.3, 2.0).level > 5 * dry.part(1.3, 2.0).level


def test_heavy_rain_has_more_wash_than_light_rain(hear: "Hear") -> None:
    heavy, light = hear("heavy rain", seconds=3, seed=1), hear("gentle rain", seconds=3, seed=1)
    assert heavy.unevenness() < light.unevenness()


def test_metal_rings_longer_than_wood(hear: "Hear") -> None:
    metal, wood = hear("one knock on metal", seconds=1), hear("one knock on wood", seconds=1)
    assert (
        metal.part(0.2, 0.4).level / metal.part(0, 0.1).level > 5 * wood.part(0.2, 0.4).level / wood.part(0, 0.1).level
    )


def test_approaching_grows_and_receding_fades(hear: "Hear") -> None:
    coming, going = hear("train approaching", seconds=5), hear("train going away", seconds=5)
    assert coming.part(4, 5).level > 4 * coming.part(0, 1).level
    assert going.part(0, 1).level > 4 * going.part(4, 5).level


def test_passing_goes_from_left_to_right(hear: "Hear") -> None:
    helicopter = hear("helicopter passing by", seconds=6).samples
    left, right = (np.square(side.reshape(6, -1)).mean(axis=1) for side in helicopter)
    assert left[0] > 1.5 * right[0]
    assert right[5] > 1.5 * left[5]


def test_then_comes_later(hear: "Hear") -> None:
    sound = hear("birds then explosion", seconds=8)
    assert sound.part(0, 3).centroid_hz() > 2_000
    assert sound.part(6, 8).centroid_hz() < 800


def test_three_steps_are_heard_in_their_order() -> None:
    scene = plan_scene("siren then rain then gong", duration_s=9)
    sound = Heard(render(scene))
    first, second, third = (sound.part(layer.start_s + 0.4, layer.start_s + 1.4) for layer in scene.layers)
    assert second.flatness() > 3 * first.flatness()
    assert third.centroid_hz() < first.centroid_hz() < second.centroid_hz()


def test_rain_does_not_mask_thunder(hear: "Hear") -> None:
    both = hear("rain and thunder", seconds=8, seed=2)
    strike_s = float(np.argmax([both.part(at, at + 0.5).share(20, 300) for at in np.arange(0, 7.5, 0.1)])) * 0.1
    strike, quiet = both.part(strike_s, strike_s + 0.5), hear("rain", seconds=4, seed=2)
    assert strike.share(20, 300) > 0.5
    assert strike.share(20, 300) > 10 * quiet.share(20, 300)


def test_beds_step_back_for_events_and_return(hear: "Hear") -> None:
    sound = hear("rain and explosion", seconds=8, seed=1)
    highs_during = sound.part(0.3, 0.9).share(4_000, 9_000) * sound.part(0.3, 0.9).level ** 2
    highs_after = sound.part(5, 7).share(4_000, 9_000) * sound.part(5, 7).level ** 2
    assert highs_during < 0.6 * highs_after


def test_a_negative_prompt_removes_the_sound(hear: "Hear") -> None:
    with_it, without = hear("thunderstorm", seconds=6), hear("thunderstorm", negative="thunder", seconds=6)
    assert with_it.share(20, 90) > 5 * without.share(20, 90)


def test_silence_follows_an_event_in_a_long_duration(hear: "Hear") -> None:
    sound = hear("one laser", seconds=5)
    assert sound.part(0, 0.4).level > 0.01
    assert not sound.part(2, 5).samples.any()


def test_what_rings_beyond_the_end_is_faded(hear: "Hear") -> None:
    assert float(np.abs(hear("gong", seconds=1).samples[:, -20:]).max()) < 0.01
