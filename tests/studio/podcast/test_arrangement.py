import re

import pytest

from bot.studio.podcast.arrangement import ONLY_A_TOPIC, PLAIN, alternate, arrange
from bot.studio.podcast.script import Script

TEXT = (
    "Tea comes from the leaves of a plant. People drank it thousands of years ago.\n"
    "Why is it so popular? It keeps you awake, and it is cheap. It grows in warm and rainy places.\n"
    "Black tea is dried for longer than green tea."
)
TWO = ("Host", "Guest")


def said_by(script: Script, speaker: str) -> str:
    return " ".join(turn.text for turn in script.turns if turn.speaker == speaker)


def sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.?!])\s+", text) if sentence]


def test_everything_that_is_said_is_kept_in_order_and_nothing_is_added_but_courtesies() -> None:
    script = arrange(TEXT, TWO)
    spoken = " ".join(turn.text for turn in script.turns)
    places = [spoken.find(sentence) for sentence in sentences(TEXT)]
    assert -1 not in places
    assert places == sorted(places)
    added = spoken
    for sentence in sentences(TEXT):
        added = added.replace(sentence, "")
    assert not {"tea", "plant", "people", "popular"} & set(re.findall(r"[a-z]+", added.casefold()))
    assert PLAIN in script.warnings


def test_the_host_welcomes_asks_and_says_goodbye() -> None:
    script = arrange(TEXT, TWO)
    assert script.turns[0].speaker == "Host"
    assert "welcome" in script.turns[0].text
    assert "Why is it so popular?" in said_by(script, "Host")
    assert "It keeps you awake" in said_by(script, "Guest")
    assert "Goodbye" in script.turns[-1].text
    assert all(one.speaker != other.speaker for one, other in zip(script.turns, script.turns[1:], strict=False))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Make a podcast about the history of tea. It began in China long ago.", "the history of tea"),
        ("Please create a short interview about bees! They make honey.", "bees"),
        ("A conversation between two friends about trains. They are fast.", "trains"),
        ("# The art of tea\nTea is made of leaves.", "The art of tea"),
        ("The art of tea\nTea is made of leaves.", "The art of tea"),
    ],
)
def test_the_topic_is_announced_where_the_text_names_one(text: str, topic: str) -> None:
    script = arrange(text, TWO)
    assert f"Today it is about {topic}." in script.turns[0].text
    assert ONLY_A_TOPIC not in script.warnings
    assert len(script.turns) > 4


@pytest.mark.parametrize("text", ["Make a podcast about the history of tea", "Volcanoes"])
def test_a_topic_alone_gives_a_greeting_and_says_why(text: str) -> None:
    script = arrange(text, TWO)
    assert ONLY_A_TOPIC in script.warnings
    assert len(script.turns) == 4


def test_more_guests_share_the_answers_and_one_speaker_tells_it_alone() -> None:
    script = arrange(TEXT, ("Host", "Guest", "Second guest"))
    assert said_by(script, "Guest")
    assert said_by(script, "Second guest")
    alone = arrange(TEXT, ("Host",))
    assert alone.speakers == ("Host",)
    assert "And what comes next?" not in said_by(alone, "Host")


def test_styles_choose_between_asking_and_taking_turns() -> None:
    news = arrange(TEXT, TWO, style="News")
    assert not [turn for turn in news.turns if turn.text in {"Please go on.", "And then?"}]
    assert "Tea comes" in said_by(news, "Host")
    odd = arrange(TEXT, TWO, style="opera")
    assert any("'opera' is not known" in warning for warning in odd.warnings)
    assert odd.turns == arrange(TEXT, TWO).turns


def test_a_long_answer_is_interrupted() -> None:
    script = arrange("This is one sentence of several words in a row. " * 60, TWO)
    assert max(len(turn.text) for turn in script.turns) < 500


def test_kept_wording_adds_nothing_and_takes_turns_by_paragraph_or_sentences() -> None:
    script = alternate(TEXT, TWO)
    assert [turn.text for turn in script.turns] == TEXT.splitlines()
    assert [turn.speaker for turn in script.turns] == ["Host", "Guest", "Host"]
    one = alternate("One is here. " * 40, TWO)
    assert one.speakers == TWO
    assert " ".join(turn.text for turn in one.turns) == " ".join(["One is here."] * 40)
    assert one.warnings == ()


@pytest.mark.parametrize("text", ["", "   \n ", "...", "?!"])
def test_nothing_gives_no_content(text: str) -> None:
    assert len(arrange(text, TWO).turns) == 4
    assert alternate(text, TWO).turns in {(), alternate("...", TWO).turns, alternate("?!", TWO).turns}
