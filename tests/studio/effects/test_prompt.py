import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.studio.effects.catalogue import GENERATORS
from bot.studio.effects.impossible import IMPOSSIBLE
from bot.studio.effects.modifiers import ADJECTIVES
from bot.studio.effects.prompt import MAX_PROMPT_CHARACTERS, MAX_SOUNDS, Asked, read_prompt
from bot.studio.effects.traits import PLAIN, Material, Movement
from bot.studio.effects.words import SOUNDS
from bot.studio.refusal import Refusal


def only(prompt: str) -> Asked:
    """The one sound of a prompt."""
    understood = read_prompt(prompt)
    (step,) = understood.steps
    (asked,) = step
    return asked


def generators(prompt: str, negative: str = "") -> list[list[str]]:
    steps = read_prompt(prompt, negative).steps
    return [[part.generator for asked in step for part in asked.sound.parts] for step in steps]


def refusal(prompt: str, negative: str = "") -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_prompt(prompt, negative)
    return caught.value


def test_there_are_enough_words_and_generators() -> None:
    assert len(SOUNDS) >= 200
    assert len(ADJECTIVES) >= 100
    assert len(GENERATORS) >= 40


def test_every_word_leads_to_a_generator_and_every_generator_has_a_word() -> None:
    reached = {part.generator for sound in SOUNDS.values() for part in sound.parts}
    assert reached == set(GENERATORS)


def test_no_word_is_both_possible_and_impossible() -> None:
    assert not set(SOUNDS) & set(IMPOSSIBLE)


@pytest.mark.parametrize("word", ["rain", "Rain", "RAINS", "the sound of rain", "rain!", "some realistic rain sfx, hd"])
def test_case_plural_and_filler_make_no_difference(word: str) -> None:
    assert only(word).sound == SOUNDS["rain"]
    assert not read_prompt(word).warnings


@pytest.mark.parametrize("word", ["knocks", "knocking", "knocked", "knock"])
def test_endings_are_taken_off(word: str) -> None:
    assert generators(word) == [["knock"]]


@pytest.mark.parametrize(
    ("prompt", "times"),
    [("three knocks", 3), ("3 knocks", 3), ("knock twice", 2), ("a knock", None), ("999 knocks", 60)],
)
def test_numbers_count_events(prompt: str, times: int | None) -> None:
    assert only(prompt).times == times


def test_longer_phrases_win() -> None:
    assert generators("car horn") == [["car horn"]]
    assert generators("train whistle") == [["train whistle"]]
    assert generators("white noise") == [["white noise"]]


def test_adjectives_change_parameters() -> None:
    assert only("heavy wind").traits.strength > 1
    assert only("gentle wind").traits.strength < 1
    assert only("distant bell").traits.distance > 0.5
    assert only("slow footsteps").traits.speed < 1
    assert only("wooden footsteps").traits.material is Material.WOOD
    assert only("footsteps on gravel").traits.material is Material.GRAVEL
    assert only("a big explosion").traits.size > 1
    assert only("train passing by").traits.movement is Movement.PASSING


def test_an_adjective_belongs_to_its_own_clause() -> None:
    ((thunder, rain),) = read_prompt("distant thunder and rain").steps
    assert thunder.traits.distance > 0
    assert rain.traits == PLAIN


def test_adjectives_before_and_after_a_comma_find_their_sound() -> None:
    assert only("loud, heavy hail").traits.strength > 1.5
    assert only("hail, heavy").traits.strength > 1


def test_things_give_way_to_sounds_and_hand_on_their_material() -> None:
    asked = only("three knocks on a metal door")
    assert [part.generator for part in asked.sound.parts] == ["knock"]
    assert asked.traits.material is Material.METAL
    assert asked.times == 3
    assert generators("a door") == [["door slam"]]


@pytest.mark.parametrize("link", ["then", "followed by", "and then", "->", "→", "after that"])
def test_then_makes_a_second_step(link: str) -> None:
    assert generators(f"footsteps {link} a door slam") == [["footsteps"], ["door slam"]]


@pytest.mark.parametrize("link", ["and", "with", ",", "while", "&", "+"])
def test_other_links_make_layers(link: str) -> None:
    assert generators(f"rain {link} wind") == [["rain", "wind"]]


@pytest.mark.parametrize("prompt", ["thunderstorm without wind", "thunderstorm, no wind", "thunderstorm but not wind"])
def test_a_negated_sound_is_left_out(prompt: str) -> None:
    understood = read_prompt(prompt)
    assert generators(prompt) == [["rain", "thunder"]]
    assert understood.avoided == {"wind"}


def test_the_negative_prompt_takes_sounds_out_of_scenes() -> None:
    assert generators("thunderstorm", "thunder, wind, distortion") == [["rain"]]


def test_a_forbidden_scene_does_not_take_what_is_asked_for_by_name() -> None:
    assert generators("rain and owl", "thunderstorm") == [["rain", "owl"]]


def test_negation_ends_with_its_clause() -> None:
    assert generators("no rain, wind") == [["wind"]]
    assert generators("birds with no rain or wind") == [["birds"]]


def test_nothing_left_is_refused() -> None:
    found = refusal("rain", "rain")
    assert (found.status, found.code) == (422, "nothing_left")


def test_unknown_words_are_refused_with_the_nearest_known() -> None:
    found = refusal("thundr")
    assert (found.status, found.code) == (422, "unsupported_prompt")
    assert "thundr" in found.message
    assert "English words" in found.message
    assert "thunder" in found.message.split("nearest", 1)[1]


@pytest.mark.parametrize(
    ("prompt", "hint"), [("dog barking", "Animals"), ("people talking", "text to speech"), ("piano", "music")]
)
def test_what_is_impossible_is_refused_with_the_reason(prompt: str, hint: str) -> None:
    found = refusal(prompt)
    assert found.status == 422
    assert hint in found.message


@pytest.mark.parametrize("prompt", ["", "   ", ",,,", "heavy", "the of and", "!!!", "\N{DOG FACE}"])
def test_prompts_without_a_sound_are_refused(prompt: str) -> None:
    assert refusal(prompt).code == "unsupported_prompt"


def test_what_is_partly_known_is_made_with_a_warning() -> None:
    understood = read_prompt("dog barking in the rain, blorple gronk")
    assert generators("dog barking in the rain, blorple gronk") == [["rain"]]
    (warning,) = understood.warnings
    assert "dog" in warning
    assert "blorple gronk" in warning


def test_too_many_sounds_are_cut_with_a_warning() -> None:
    names = ["rain", "wind", "fire", "bell", "owl", "frog", "train", "siren", "laser", "coin", "gong", "waves"]
    understood = read_prompt(", ".join(names))
    assert sum(len(step) for step in understood.steps) == MAX_SOUNDS
    assert "gong" in understood.warnings[0]


def test_too_long_a_prompt_is_refused() -> None:
    assert refusal("rain " * (MAX_PROMPT_CHARACTERS // 5 + 1)).code == "prompt_too_long"
    assert refusal("rain", "x" * (MAX_PROMPT_CHARACTERS + 1)).code == "prompt_too_long"


@pytest.mark.parametrize(("prompt", "length_s"), [("10 seconds of rain", 10), ("rain for 2.5s", 2.5), ("rain", None)])
def test_a_length_in_the_prompt_is_read_and_is_no_number_of_times(prompt: str, length_s: float | None) -> None:
    understood = read_prompt(prompt)
    assert understood.length_s == length_s
    assert understood.steps[0][0].times is None


def test_traits_stay_in_range_however_many_adjectives_are_piled_up() -> None:
    traits = only(f"{'huge heavy fast distant muffled loud echoing ' * 20} bell").traits
    assert traits.size <= 2.5
    assert traits.strength <= 3
    assert traits.speed <= 2.5
    assert traits.distance == 1
    assert traits.brightness_db == -9
    assert traits.echo == 1


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=MAX_PROMPT_CHARACTERS), st.text(max_size=100))
def test_any_text_is_understood_or_refused(prompt: str, negative: str) -> None:
    try:
        understood = read_prompt(prompt, negative)
    except Refusal as refused:
        status, message = refused.status, refused.message
    else:
        assert any(understood.steps)
        return
    assert status == 422
    assert len(message) < 2_000
