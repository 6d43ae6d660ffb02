import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.studio.refusal import Refusal
from bot.studio.speech.parts import Shape
from bot.studio.voicing.design import MAX_PROMPT_CHARACTERS, Design, design_voice
from bot.studio.voicing.words import EMOTION_WORDS, FILLER, LEXICON, NEGATIONS, STRENGTHS


def shape_of(prompt: str) -> Shape:
    return design_voice(prompt).voice.shape


def refused(prompt: str) -> Refusal:
    with pytest.raises(Refusal) as error:
        design_voice(prompt)
    return error.value


def test_there_are_many_words_and_none_means_two_things() -> None:
    assert len(LEXICON) > 200
    assert not set(LEXICON) & (FILLER | set(STRENGTHS) | NEGATIONS)


@pytest.mark.parametrize("word", sorted([*LEXICON, *EMOTION_WORDS]))
def test_every_word_makes_a_voice_by_itself(word: str) -> None:
    design = design_voice(word)
    assert design.voice.tags
    assert not [warning for warning in design.warnings if "not understood" in warning]


@pytest.mark.parametrize(
    ("lower", "higher", "quantity"),
    [
        ("deep woman", "woman", "pitch"),
        ("woman", "high woman", "pitch"),
        ("man", "woman", "pitch"),
        ("woman", "girl", "pitch"),
        ("old woman", "woman", "pitch"),
        ("big man", "man", "formant"),
        ("man", "tiny man", "formant"),
        ("slow man", "man", "speed"),
        ("man", "fast man", "speed"),
        ("monotone man", "man", "intonation"),
        ("calm man", "energetic man", "intonation"),
        ("man", "raspy man", "breath"),
        ("woman", "breathy woman", "breath"),
        ("young man", "old man", "breath"),
        ("warm woman", "woman", "brightness_db"),
        ("woman", "bright woman", "brightness_db"),
        ("robotic voice", "man", "intonation"),
        ("shy woman", "loud woman", "gain_db"),
        ("10 year old", "70 year old", "breath"),
    ],
)
def test_words_change_what_they_speak_of(lower: str, higher: str, quantity: str) -> None:
    assert getattr(shape_of(lower), quantity) < getattr(shape_of(higher), quantity)


def test_adjectives_combine() -> None:
    combined, man = shape_of("slow, deep, breathy man"), shape_of("man")
    assert combined.speed < man.speed
    assert combined.pitch < man.pitch
    assert combined.breath > man.breath
    assert shape_of("breathy, slow and deep man") == combined


def test_strength_and_negation_count() -> None:
    slightly, plainly, very = (shape_of(f"{word} deep woman").pitch for word in ("slightly", "", "very"))
    assert very < plainly < slightly < 1
    assert shape_of("woman, not too deep") == shape_of("woman")
    assert shape_of("man without a rasp or deepness") == shape_of("man")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("slowly speaking man", "slow man"),
        ("deeper man", "deep man"),
        ("the raspiest man", "raspy man"),
        ("Low-Pitched man", "low-pitched man"),
        ("low pitched man", "low-pitched man"),
        ("middle aged woman", "middle-aged woman"),
        ("bigger man", "big man"),
        ("an OLD man's voice", "old man"),
        ("man with an American accent", "man"),
        ("man, no accent", "man"),
    ],
)
def test_words_are_understood_in_other_forms(written: str, meant: str) -> None:
    assert shape_of(written) == shape_of(meant)


@pytest.mark.parametrize(
    ("prompt", "gender", "age"),
    [
        ("old wizard", "male", "senior"),
        ("a little girl", "female", "child"),
        ("teenage boy", "male", "child"),
        ("20 years old lady", "female", "young"),
        ("a man of 70", "male", "senior"),
        ("robot", "neutral", "adult"),
        ("deep narrator", "male", "adult"),
        ("warm storyteller", "female", "adult"),
        ("androgynous voice", "neutral", "adult"),
    ],
)
def test_the_voice_is_listed_as_what_it_is(prompt: str, gender: str, age: str) -> None:
    voice = design_voice(prompt).voice
    assert (voice.gender, voice.age) == (gender, age)


def test_a_gender_that_was_not_named_is_told() -> None:
    assert "No gender was named; a man's voice was taken." in design_voice("deep and gravelly").warnings
    assert design_voice("deep gravelly man").warnings == ()


def test_unknown_words_are_named_with_what_comes_near() -> None:
    warnings = design_voice("a gravely frobnicated man").warnings
    assert any("'frobnicated' was not understood" in warning for warning in warnings)
    assert any("Did you mean" in warning for warning in design_voice("a rasppy man").warnings)


def test_nothing_understood_is_refused_with_suggestions() -> None:
    refusal = refused("xyzzy brigt")
    assert (refusal.status, refusal.code) == (422, "nothing_understood")
    assert "bright" in refusal.message
    assert refused("\u58f0\u97f3").code == "nothing_understood"
    assert refused("!!! ...").code == "nothing_understood"


@pytest.mark.parametrize(
    "prompt",
    [
        "warm woman with a slight British accent",
        "a Scottish man",
        "an Indian woman",
        "deep man with a thick accent",
        "a french accent, young",
    ],
)
def test_accents_are_refused(prompt: str) -> None:
    assert (refused(prompt).status, refused(prompt).code) == (501, "accent_not_available")


@pytest.mark.parametrize(
    "prompt",
    [
        "sounds like Morgan Freeman",
        "Morgan Freeman, deep and slow",
        "a man like Darth Vader",
        "clone my voice",
        "imitate a famous actor",
        "the voice of Obama",
        "celebrity woman",
        "similar to Scarlett Johansson",
    ],
)
def test_certain_persons_are_refused(prompt: str) -> None:
    assert (refused(prompt).status, refused(prompt).code) == (501, "likeness_not_available")


@pytest.mark.parametrize(
    "prompt", ["Deep Warm Man", "Energetic Young Woman, Bright And Fast", "like a robot", "Old Man"]
)
def test_capital_letters_alone_are_no_name(prompt: str) -> None:
    assert design_voice(prompt).voice.tags


def same(one: Design, other: Design) -> bool:
    return (one.voice, one.design_uuid) == (other.voice, other.design_uuid)


def test_the_same_words_and_seed_make_the_same_voice_and_others_another() -> None:
    plain = design_voice("old raspy man")
    assert same(plain, design_voice("Old, raspy   MAN!"))
    first, second = design_voice("old raspy man", seed=1), design_voice("old raspy man", seed=2)
    assert same(first, design_voice("old raspy man", seed=1))
    assert len({plain.voice.name, first.voice.name, second.voice.name}) == 3
    assert len({plain.design_uuid, first.design_uuid, second.design_uuid}) == 3
    assert first.voice.shape != second.voice.shape
    assert first.voice.shape.pitch == pytest.approx(plain.voice.shape.pitch, rel=0.1)


@pytest.mark.parametrize("seed", [0, -1, 2**63 - 1, -(2**63)])
def test_any_seed_will_do(seed: int) -> None:
    assert design_voice("child", seed=seed).voice.shape.pitch > 1


def test_a_design_can_be_changed() -> None:
    base = design_voice("old raspy man").voice
    slower = design_voice("slower", base=base).voice
    assert slower.shape == base.shape.model_copy(update={"speed": pytest.approx(base.shape.speed * 0.85, abs=0.001)})
    assert (slower.gender, slower.age) == ("male", "senior")
    assert slower.name != base.name
    assert design_voice("girl", base=base).voice.shape.pitch > 1


def test_an_endless_description_is_refused() -> None:
    assert refused("deep " * MAX_PROMPT_CHARACTERS).code == "prompt_too_long"


def made(prompt: str) -> Design | Refusal:
    try:
        return design_voice(prompt)
    except Refusal as refusal:
        return refusal


@given(st.text(max_size=300))
def test_any_text_makes_a_usable_voice_or_a_refusal(prompt: str) -> None:
    result = made(prompt)
    if isinstance(result, Refusal):
        assert result.status in {422, 501}
        assert len(result.message) < 400
    else:
        assert 0.3 < result.voice.shape.pitch <= 2.0


@given(st.lists(st.sampled_from(sorted([*LEXICON, *EMOTION_WORDS, *STRENGTHS])), max_size=30))
def test_many_words_at_once_stay_within_what_can_be_understood(words: list[str]) -> None:
    design = design_voice(" ".join([*words, "man"]))
    shape = design.voice.shape
    assert 0.34 <= shape.pitch <= 2.0
    assert 0.65 <= shape.formant <= 1.45
    assert 0.6 <= shape.speed <= 1.6
    assert 0 <= shape.breath <= 0.75
    assert all(len(warning) < 200 for warning in design.warnings)
