import pytest

from bot.studio.refusal import Refusal
from bot.studio.speech.parts import Shape
from bot.studio.voices import Voice, catalogue
from bot.studio.voicing.design import design_voice
from bot.studio.voicing.targets import PRESETS, conversion_target, find_target


def test_every_listed_voice_is_a_target() -> None:
    for name, voice in catalogue().items():
        assert conversion_target(name.upper()) == voice.shape


@pytest.mark.parametrize(
    ("said", "preset"),
    [
        ("Man", "man"),
        ("a deep voice", "deep"),
        ("old_man", "old man"),
        ("the Old-Woman", "old woman"),
        ("female", "woman"),
        ("kid", "child"),
        ("ROBOT voice", "robot"),
    ],
)
def test_presets_have_more_than_one_name(said: str, preset: str) -> None:
    assert conversion_target(said) == PRESETS[preset]


def test_presets_do_not_hide_listed_voices() -> None:
    assert not set(PRESETS) & set(catalogue())


def test_designed_voices_are_targets() -> None:
    voice = design_voice("old raspy man").voice

    def find(name: str) -> Voice | None:
        return voice if name == voice.name else None

    assert conversion_target(voice.name, find) == voice.shape
    assert find_target("nobody", find) is None


def test_an_unknown_voice_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(Refusal) as refused:
        conversion_target("brunno")
    assert (refused.value.status, refused.value.code) == (422, "voice_unknown")
    assert "bruno" in refused.value.message


def test_a_refusal_without_near_names_lists_the_presets_and_repeats_little() -> None:
    with pytest.raises(Refusal) as refused:
        conversion_target("zq" * 5_000)
    assert all(name in refused.value.message for name in PRESETS)
    assert len(refused.value.message) < 400


@pytest.mark.parametrize("name", ["https://example.com/voice.mp3", "like Morgan Freeman", "clone of me"])
def test_sounding_like_somebody_is_not_possible(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        conversion_target(name)
    assert (refused.value.status, refused.value.code) == (501, "likeness_not_available")


def test_presets_are_different_voices() -> None:
    shapes = list(PRESETS.values())
    assert len({shape.model_dump_json() for shape in shapes}) == len(shapes)
    assert PRESETS["woman"] == Shape()
