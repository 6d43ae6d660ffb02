import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.studio.podcast.script import MAX_TURNS, Script, Turn, read_script
from bot.studio.refusal import Refusal


def script_of(text: str) -> Script:
    script = read_script(text)
    assert script is not None
    return script


def test_labelled_lines_are_turns() -> None:
    script = script_of("Anna: Hello!\nBen: Hi, Anna.\n\nanna: How are you?")
    assert script.turns == (Turn("Anna", "Hello!"), Turn("Ben", "Hi, Anna."), Turn("Anna", "How are you?"))
    assert script.speakers == ("Anna", "Ben")
    assert script.warnings == ()


@pytest.mark.parametrize(
    "line",
    [
        "Anna:  Hello!",
        "**Anna:** Hello!",
        "**Anna**: Hello!",
        "__Anna__: Hello!",
        "- Anna: Hello!",
        "  Anna (laughs) : Hello!",
        "Anna\uff1a Hello!",
        "> Anna: Hello!",
    ],
)
def test_labels_may_be_decorated(line: str) -> None:
    assert script_of(f"{line}\nBen: Hi.").turns[0] == Turn("Anna", "Hello!")


def test_lines_without_a_label_go_on_with_who_spoke() -> None:
    script = script_of("Good evening.\nAnna: Hello!\nNice to see you.\nBen:\nHi.")
    assert script.turns == (Turn("Anna", "Good evening.\nHello!\nNice to see you."), Turn("Ben", "Hi."))


def test_lines_that_nobody_speaks_are_left_out_and_told() -> None:
    script = script_of("# My show\nTitle: Tea\nAnna: Hello!\nMusic: soft piano\nBen: Hi.")
    assert script.turns == (Turn("Anna", "Hello!"), Turn("Ben", "Hi."))
    assert len(script.warnings) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Just some words about tea.",
        "Remember: always warm the pot.\nNote: water boils at 100 degrees.",
        "One thing is certain: tea is good.",
        "See https://example.com: it explains everything.",
        "",
        "It was the best of times, it was the worst of times and it was long: it went on.\nAnd on.",
    ],
)
def test_ordinary_text_is_no_script(text: str) -> None:
    assert read_script(text) is None


def test_one_line_is_a_script_where_the_speaker_is_known() -> None:
    assert read_script("Olivia: Hello!") is None
    assert read_script("Olivia: Hello!", frozenset({"olivia"})) == Script((Turn("Olivia", "Hello!"),))


@pytest.mark.parametrize("key", ["segments", "turns", "script", None])
def test_json_is_a_script(key: str | None) -> None:
    items = [{"speaker": "Anna", "text": "Hello!"}, {"name": "Ben", "line": "Hi."}, {"speaker": 1, "text": "Well."}]
    text = json.dumps(items if key is None else {key: items})
    assert script_of(text).turns == (Turn("Anna", "Hello!"), Turn("Ben", "Hi."), Turn("1", "Well."))


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "{}", "[1, 2]", '{"segments": 5}', '[{"text": 7}]', "[happy] Hello!", "[]"]
)
def test_other_json_is_no_script(text: str) -> None:
    assert read_script(text) is None


def test_too_many_turns_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        read_script("A: x\nB: y\n" * MAX_TURNS)
    assert (refused.value.status, refused.value.code) == (422, "too_many_turns")


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    script = read_script(text)
    if script is not None:
        assert all(turn.text.strip() and turn.speaker for turn in script.turns)
        assert all(one.speaker != other.speaker for one, other in zip(script.turns, script.turns[1:], strict=False))
