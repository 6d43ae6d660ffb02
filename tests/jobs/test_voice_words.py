import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.voice_words import MAX_WORD_LENGTH, MAX_WORDS_PER_FIELD, fold, words_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Élodie  Müller ", "elodie muller"),
        ("Straße", "strasse"),
        ("Łukasz Søren Đặng", "lukasz soren dang"),
        ("ÆON œuvre", "aeon oeuvre"),
        ("İSTANBUL I\u015f\u0131l", "istanbul isil"),
        ("Юлия Щербаков", "yuliya shcherbakov"),
        ("Ёжик", "yozhik"),
        ("Νίκος", "nikos"),
        ("さくら", "sakura"),
        ("サクラ", "sakura"),
        ("ﾊﾅｺ", "hanako"),
        ("しゃしん きょうこ じゅん", "shashin kyouko jun"),
        ("がく", "gaku"),
        ("지수 민준", "jisu minjun"),
        ("晓晓", "晓晓"),
    ],
)
def test_capitals_accents_and_scripts_are_folded_away(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("O'Brien (deep), en-US_2", ["o", "brien", "deep", "en", "us", "2"]),
        ("हिन्दी आवाज़", 2),
        ("ภาษาไทย", 1),
        ("🎉 !? …", []),
        ("中文 女声", ["中文", "女声"]),
    ],
)
def test_words_end_at_spaces_and_marks_but_not_inside_a_script(text: str, words: list[str] | int) -> None:
    found = words_of(text)
    assert found == words if isinstance(words, list) else len(found) == words


@given(st.text(max_size=300))
def test_any_text_folds_to_something_that_stays(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded or not text.isascii()
    found = words_of(text)
    assert len(found) <= MAX_WORDS_PER_FIELD
    assert all(0 < len(word) <= MAX_WORD_LENGTH and not any(map(str.isspace, word)) for word in found)
