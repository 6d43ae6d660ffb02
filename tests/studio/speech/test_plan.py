"""A request into parts, without any engine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.emotions import TAGS, TagGroup
from bot.studio.refusal import Refusal
from bot.studio.speech.colouring import PAUSES_S, SHAPES
from bot.studio.speech.parts import Part, PausePart, Shape, SpeechPart
from bot.studio.speech.plan import SpeechPlan, plan_speech
from bot.studio.speech.speakable import has_words, make_speakable, sentences_of
from bot.studio.voices import catalogue

SHAPES_OF_ALL_KINDS = [Shape(), *SHAPES.values(), *(voice.shape for voice in catalogue().values())]
HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            ["[happy]", "[break]", "[wow]", "<@1>", "https://a.b/c", "word ", "9" * 20, ". ", "\n", "\ufdfa"]
        ),
    ),
    max_size=30,
).map("".join)


def plan(text: str, voice: str = "heart", speed: float = 1.0, pitch: float = 0.0) -> SpeechPlan:
    return plan_speech(voice=voice, text=text, speed=speed, pitch=pitch)


def texts(parts: tuple[Part, ...]) -> list[str | float]:
    return [part.seconds if isinstance(part, PausePart) else part.text for part in parts]


def test_every_mood_has_a_sound_and_every_pause_a_length() -> None:
    assert set(SHAPES) == {*TAGS[TagGroup.EMOTION], *TAGS[TagGroup.TONE]}
    assert set(PAUSES_S) <= set(TAGS[TagGroup.EFFECT])
    assert not any(shape.is_natural and shape.speed == 1 for shape in SHAPES.values())


@given(
    st.sampled_from(SHAPES_OF_ALL_KINDS), st.sampled_from(SHAPES_OF_ALL_KINDS), st.floats(-12, 12), st.floats(0.5, 2)
)
def test_any_voice_takes_any_mood_pitch_and_speed(voice: Shape, mood: Shape, pitch: float, speed: float) -> None:
    combined = voice.combined(Shape(pitch=2 ** (pitch / 12), speed=speed)).combined(mood)
    assert 0.5 <= combined.speed <= 2
    assert combined.whispered == (voice.whispered or mood.whispered)


def test_the_base_voice_as_it_is_is_not_approximate() -> None:
    assert not plan("Hi. [break] You.", speed=1.2).is_approximate
    assert plan("[happy] Hi.").is_approximate
    assert plan("Hi.", pitch=1.0).is_approximate
    assert plan("Hi.", voice="unit-7").is_approximate


def test_parts_keep_their_order_and_pauses_their_place() -> None:
    found = plan("[break] One [wow] two. [happy] [laughing] Three! [long-break]")
    assert texts(found.parts) == [0.6, "One two.", "Three!", 1.5]
    assert "[laughing]" in " ".join(found.warnings)


def test_a_tag_without_text_is_reported() -> None:
    assert "[happy]" in plan("[happy] [sad] Hello.").warnings[0]


@given(HOSTILE)
def test_any_text_is_planned_or_refused(text: str) -> None:
    try:
        found = plan(text[:5_000])
    except Refusal as refused:
        outcome = (refused.status, refused.code)
    else:
        outcome = (200, "planned")
        spoken = [part.text for part in found.parts if isinstance(part, SpeechPart)]
        assert spoken
        assert all(has_words(part) for part in spoken)
        assert not set("".join(spoken)) & set("[]{}\\`*|")
    assert outcome in {
        (200, "planned"),
        (422, "language_unavailable"),
        (422, "nothing_to_say"),
    }


@given(st.text(max_size=600) | st.text("ab .,!\"')\n", max_size=200), st.integers(10, 300))
def test_sentences_keep_every_word_and_their_size(text: str, longest: int) -> None:
    pieces = list(sentences_of(text, longest))
    assert all(0 < len(piece) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("One. Two! Three? Four", 60, ["One.", "Two!", "Three?", "Four"]),
        ('He said "no." Then left.', 60, ['He said "no."', "Then left."]),
        ("3.14 is pi", 60, ["3.14 is pi"]),
        ("one\n\ntwo", 60, ["one", "two"]),
        ("aaaa bbbb, cccc dddd", 12, ["aaaa bbbb,", "cccc dddd"]),
        ("aaaa bbbb cccc dddd", 12, ["aaaa bbbb", "cccc dddd"]),
        ("a" * 25, 12, ["a" * 12, "a" * 12, "a"]),
    ],
)
def test_sentences_are_split_where_one_breathes(text: str, longest: int, expected: list[str]) -> None:
    assert list(sentences_of(text, longest)) == expected


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hello", "Hello"),
        ("\uff28\uff45\uff4c\uff4c\uff4f", "Hello"),
        ("\U0001d4d7\U0001d4ee\U0001d4f5\U0001d4f5\U0001d4f8", "Hello"),
        ("H\u0336e\u0336llo", "Hello"),
        ("a\u200bb", "ab"),
        ("a\tb\x00c\x1bd", "a b c d"),
        ("**bold** ~~gone~~ `code` ||secret||", "bold gone code secret"),
        ("[word](/f\u0259\u028a/)", "word (/f\u0259\u028a/)"),
        ("20\u00b0C", "20\u00b0C"),
        ("I \u2665 you", "I you"),
        ("1234567890123", "1 2 3 4 5 6 7 8 9 0 1 2 3"),
        ("see www.example.org now", "see link now"),
        ("<t:1700000000:R> <#12> <@&5> <id:customize> hi", "hi"),
        ("1 < 2 > 0", "1 < 2 > 0"),
    ],
)
def test_text_is_made_plain(text: str, spoken: str) -> None:
    assert make_speakable(text)[0] == spoken


def test_endless_words_are_broken() -> None:
    assert max(map(len, make_speakable("x" * 5_000)[0].split())) == 40
