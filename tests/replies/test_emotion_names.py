"""Emotions by their names in the languages of members. The catalogues are made up, so that translators are free."""

import gettext
from collections.abc import Iterator

import pytest

from bot.discord_limits import CHOICE_CHARACTERS, MAX_CHOICES
from bot.emotions import ALIASES, BREAK, LONG_BREAK, TAGS
from bot.replies import language
from bot.replies.emotion_names import NAMED_TAGS, tag_called
from bot.replies.language import speaking
from bot.replies.speech import emotion_choices, say_oddity, untold
from bot.sentences_in_code import sentences

GERMAN = {"happy": "fröhlich", "sad": "Traurig", "whispering": "flüsternd", "in a hurry tone": "in Eile" * 30}
JAPANESE = {"happy": "嬉しい", "whispering": "ささやき"}


class Made(gettext.NullTranslations):
    """A catalogue of a few words."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self._words = words

    def gettext(self, message: str) -> str:
        return self._words.get(message, message)


MADE = {"de": Made(GERMAN), "ja": Made(JAPANESE)}


def made_catalogue(locale: str) -> gettext.NullTranslations:
    return MADE.get(locale, Made({}))


@pytest.fixture(autouse=True)
def catalogues(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "catalogue", made_catalogue)


@pytest.fixture
def german() -> Iterator[None]:
    with speaking("de"):
        yield


def found(typed: str) -> list[str]:
    return [choice.value for choice in emotion_choices(typed)]


def test_every_tag_that_is_offered_has_a_name_to_translate() -> None:
    documented = {tag for tags in TAGS.values() for tag in tags}
    assert set(NAMED_TAGS) == documented - {BREAK, LONG_BREAK}
    assert len(NAMED_TAGS) == len(set(NAMED_TAGS))
    assert set(NAMED_TAGS) <= {message.text for message in sentences()}


@pytest.mark.parametrize("typed", ["fröhl", "FRÖHLICH", "frohlich", "[fröhlich", "frölich", "happy", "cheerful"])
@pytest.mark.usefixtures("german")
def test_the_list_finds_a_tag_by_its_translated_name_its_own_and_its_aliases(typed: str) -> None:
    assert found(typed)[0] == "happy"


@pytest.mark.usefixtures("german")
def test_the_translated_name_is_shown_with_the_tag() -> None:
    assert [choice.name for choice in emotion_choices("fröhlich")] == ["happy · fröhlich, emotion"]
    assert emotion_choices("cheerful")[0].name == "happy · fröhlich, cheerful, emotion"
    assert emotion_choices("calm")[0].name == "calm · emotion", "what nobody translated is not said twice"
    assert emotion_choices("")[0].name == "happy · fröhlich, emotion"


@pytest.mark.usefixtures("german")
def test_the_list_is_within_discords_limits() -> None:
    for typed in ("", "in e", *"aeinrstu", "%", "\\", "x" * 6000):
        choices = emotion_choices(typed)
        assert len(choices) <= MAX_CHOICES
        assert all(1 <= len(choice.name) <= CHOICE_CHARACTERS and choice.value in NAMED_TAGS for choice in choices)
    assert len(emotion_choices("")) == MAX_CHOICES


def test_other_writings_are_searched_too() -> None:
    with speaking("ja"):
        assert found("嬉し")[0] == "happy"
        assert found("ささやき")[0] == "whispering"


@pytest.mark.parametrize("name", ["fröhlich", " FRÖHLICH ", "frohlich"])
@pytest.mark.usefixtures("german")
def test_a_translated_name_that_is_typed_means_its_tag(name: str) -> None:
    assert tag_called(name) == "happy"


def test_what_members_and_their_server_speak_may_differ() -> None:
    with speaking("en-US"):
        assert tag_called("flüsternd") == tag_called("ささやき") == "whispering"


@pytest.mark.usefixtures("german")
def test_tags_and_aliases_mean_in_every_language_what_they_mean_in_english() -> None:
    assert all(tag_called(tag) == tag for tags in TAGS.values() for tag in tags)
    assert all(tag_called(alias) == tag for alias, tag in ALIASES.items())
    assert tag_called("grantig") is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[happy] [sad] Hi.", ["The tag [sad] has no text.", "Slow today."]),
        ("Hi. [happy]", ["The tag [sad] has no text.", "Slow today."]),
        ("[happy] Hi [sad] you.", ["The tag [happy] has no text.", "The tag [sad] has no text.", "Slow today."]),
        ("[sad] Hi. [nonsense]", ["The tag [happy] has no text.", "The tag [sad] has no text.", "Slow today."]),
        ("[happy] Hi.", ["The tag [happy] has no text.", "The tag [sad] has no text.", "Slow today."]),
    ],
)
def test_a_service_does_not_say_again_what_the_member_was_told_already(text: str, left: list[str]) -> None:
    notes = ("The tag [happy] has no text.", "The tag [sad] has no text.", "Slow today.")
    assert untold(notes, text) == left


def test_a_tag_that_nobody_knows_is_told_once() -> None:
    assert say_oddity("[happy] Hi. [Lachen] Hello. [nonsense]").startswith("📝 I know no emotion **[lachen]**")
    assert untold(["Unknown tag [lachen] was left out.", "Slow today."], "[Lachen] Hi") == ["Slow today."]
    assert say_oddity("See [1] and [the rules, all of them, please]") == ""
