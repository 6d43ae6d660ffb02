import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.studio.music.brief import MAX_PROMPT_CHARACTERS, read_brief
from bot.studio.music.drums import DRUMS as DRUM_SOUNDS
from bot.studio.music.harmony import Key, Mode
from bot.studio.music.instruments import INSTRUMENTS as INSTRUMENT_SOUNDS
from bot.studio.music.patterns import ARPEGGIOS, BASSES, COMPING, DRUMS, MELODIES, STEPS_PER_BAR
from bot.studio.music.styles import STYLES
from bot.studio.music.words import INSTRUMENTS, NEAREST, STYLE_WORDS
from bot.studio.refusal import Refusal


def refusal(prompt: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_brief(prompt)
    return caught.value


def test_every_word_leads_to_something_that_exists() -> None:
    assert set(STYLE_WORDS.values()) == set(STYLES)
    assert set(NEAREST.values()) <= set(STYLES)
    assert set(INSTRUMENTS.values()) <= set(INSTRUMENT_SOUNDS)


@pytest.mark.parametrize("name", STYLES)
def test_every_style_uses_patterns_and_sounds_that_exist(name: str) -> None:
    style = STYLES[name]
    assert {style.bass_sound, style.chord_sound, style.lead_sound, style.arpeggio_sound} <= set(INSTRUMENT_SOUNDS)
    assert style.drums in DRUMS
    assert style.bass in BASSES
    assert style.comping in COMPING
    assert style.arpeggio in ARPEGGIOS
    assert style.melody in MELODIES
    assert {len(progression) for progression in style.progressions} == {4}


def test_patterns_fill_bars_exactly() -> None:
    for pattern in DRUMS.values():
        assert set(pattern) <= set(DRUM_SOUNDS)
        assert all(len(steps) == STEPS_PER_BAR for steps in pattern.values())
    for rhythms in MELODIES.values():
        assert all(sum(abs(beats) for beats in rhythm) == 4 for rhythm in rhythms)


@pytest.mark.parametrize(
    ("prompt", "style"),
    [
        ("Lo-Fi beats to study to", "lo-fi"),
        ("an 8-bit chiptune for my server", "chiptune"),
        ("epic orchestral battle music", "epic"),
        ("smooth jazz", "jazz"),
        ("background music for a horror scene", "horror"),
        ("sad lo-fi", "lo-fi"),
    ],
)
def test_words_lead_to_a_style(prompt: str, style: str) -> None:
    brief = read_brief(prompt)
    assert brief.style == style
    assert not brief.warnings


def test_a_mood_colours_a_genre() -> None:
    assert read_brief("sad lo-fi").mode is Mode.MINOR
    assert read_brief("happy techno").mode is Mode.MAJOR


@pytest.mark.parametrize(
    ("prompt", "key"),
    [
        ("calm in D minor", Key(2, Mode.MINOR)),
        ("calm, F# major", Key(6, Mode.MAJOR)),
        ("calm, key of b flat minor", Key(10, Mode.MINOR)),
        ("calm, A dorian", Key(9, Mode.DORIAN)),
        ("calm", None),
    ],
)
def test_a_key_is_read(prompt: str, key: Key | None) -> None:
    assert read_brief(prompt).key == key


def test_tempo_words_and_numbers_are_read() -> None:
    assert read_brief("techno 128 bpm").bpm == 128
    assert read_brief("techno 999 bpm").bpm == 220
    assert read_brief("slow techno").tempo < 1 < read_brief("fast techno").tempo


def test_instruments_and_what_is_to_be_left_out_are_read() -> None:
    brief = read_brief("calm piano with flute, no drums, without bass")
    assert (brief.chord_sound, brief.lead_sound) == ("piano", "flute")
    assert (brief.has_drums, brief.has_bass, brief.has_tune) == (False, False, True)


def test_an_unknown_style_gives_the_nearest_with_a_warning() -> None:
    brief = read_brief("death metal")
    assert brief.style == "rock"
    assert "death metal" in brief.warnings[0]
    assert read_brief("chipune").style == "chiptune"
    assert "chiptune" in read_brief("chipune").warnings[0]


def test_a_mood_among_unknown_words_is_enough_with_a_warning() -> None:
    brief = read_brief("sad blorple gronk")
    assert brief.style == "sad"
    assert "blorple" in brief.warnings[0]


def test_wished_singing_is_a_warning_and_no_singing_is_none() -> None:
    assert "instrumental" in read_brief("calm with female vocals").warnings[0]
    assert not read_brief("calm, no vocals").warnings


@pytest.mark.parametrize("prompt", ["", "blorple gronk", "music", "!!!", "the song"])
def test_what_says_nothing_of_music_is_refused_with_the_styles(prompt: str) -> None:
    found = refusal(prompt)
    assert (found.status, found.code) == (422, "unsupported_prompt")
    assert "chiptune" in found.message


def test_too_long_a_prompt_is_refused() -> None:
    assert refusal("calm " * MAX_PROMPT_CHARACTERS).code == "prompt_too_long"


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from([*STYLE_WORDS, *INSTRUMENTS, "in", "c", "#", "minor"])).map(" ".join)
)
def test_any_text_is_understood_or_refused(prompt: str) -> None:
    try:
        brief = read_brief(prompt)
    except Refusal as refused:
        status = refused.status
    else:
        assert brief.style in STYLES
        return
    assert status == 422
