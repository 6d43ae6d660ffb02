"""Languages: which one members are answered in, and that the translations are complete and fit the code."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import discord
import pytest
from babel.messages.catalog import Catalog

from bot.catalogue_faults import faults
from bot.catalogues import NAMES, all_messages, main, read, updated, write
from bot.limits import DayOfKind, LimitName, Subject, UsedLimit
from bot.models import Forecast, JobKind, JobState
from bot.replies import language
from bot.replies.job_cards import LABELS, build_card
from bot.replies.language import HUNDREDTHS, LANGUAGES, N_, TENTHS, _, day_and_month, n_, number, speaking, spoken
from bot.replies.limits import SHORT_NAMES, say_value
from bot.replies.permissions import PERMISSION_NAMES
from bot.replies.times import ordinal
from bot.replies.usage_chart import KIND_NAMES, draw_usage
from bot.sentences_in_code import Message, unmarked
from bot.sentences_in_code import sentences as marked_in
from tests.replies.conftest import make_job

TODAY = date(2026, 11, 22)
# What languages are called in themselves.
NOT_TRANSLATED = ("Português do Brasil",)


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return asyncio.run(all_messages())


@pytest.mark.parametrize("name", NAMES)
def test_everything_members_read_is_translated_rightly(name: str, messages: list[Message]) -> None:
    found = faults(read(name), messages)
    assert not found, "\n".join([f"{len(found)} faults; python -m bot.catalogues check {name}", *found[:30]])


def test_no_sentence_in_the_code_was_forgotten() -> None:
    assert [text for text in unmarked() if not text.endswith(tuple(map(repr, NOT_TRANSLATED)))] == []


def test_every_word_that_is_looked_up_is_marked() -> None:
    marked = {message.text for message in marked_in()}
    for looked_up in (PERMISSION_NAMES, SHORT_NAMES, KIND_NAMES, LABELS):
        assert set(looked_up.values()) <= marked


def test_every_language_is_one_of_discords_and_has_a_catalogue() -> None:
    assert set(LANGUAGES) <= {locale.value for locale in discord.Locale}
    assert {file.stem for file in language.LOCALES.glob("*.po")} == set(LANGUAGES.values())


@pytest.mark.parametrize("locale", ["en-US", "en-GB", "nl", "xx", "", None])
def test_who_speaks_another_language_reads_english(locale: str | None) -> None:
    with speaking(locale):
        assert _("Done") == "Done"
        assert number(1234.5, HUNDREDTHS) == "1,234.5"


def test_a_language_is_spoken_inside_and_not_after() -> None:
    with speaking("de"):
        assert (spoken(), _("Done"), _("")) == ("de", "Fertig", "")
        with speaking("en-US"):
            assert _("Done") == "Done"
        assert _("Done") == "Fertig"
    assert (spoken(), _("Done")) == ("en-US", "Done")


async def test_a_language_goes_along_into_tasks_and_threads_but_not_to_others() -> None:
    async def say() -> str:
        await asyncio.sleep(0)
        return _("Done")

    async def say_in(locale: str) -> str:
        with speaking(locale):
            return await asyncio.create_task(say()) + await asyncio.to_thread(_, "Done")

    assert await asyncio.gather(say_in("de"), say_in("en-US")) == ["FertigFertig", "DoneDone"]


def test_a_number_takes_the_form_it_has_in_the_language() -> None:
    with speaking("de"):
        assert [say_value(LimitName.BURST, value) for value in (1, 2)] == [
            "1 Auftrag auf einmal",
            "2 Aufträge auf einmal",
        ]
        assert say_value(LimitName.DAY, 12000) == "12.000 Einheiten am Tag"
    assert [n_("one", "many", count) for count in (0, 1, 1.5, 2)] == ["many", "one", "many", "many"]


@pytest.mark.parametrize(
    ("locale", "whole", "tenths", "day"),
    [("en-US", "12,345", "0.5", "22 Nov"), ("de", "12.345", "0,5", "22. Nov."), ("ja", "12,345", "0.5", "11月22日")],
)
def test_numbers_and_days_are_written_as_the_language_does(locale: str, whole: str, tenths: str, day: str) -> None:
    with speaking(locale):
        assert (number(12345), number(0.5, TENTHS), day_and_month(TODAY)) == (whole, tenths, day)


def test_a_place_in_line_is_written_as_the_language_does() -> None:
    assert [ordinal(place) for place in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip
    with speaking("de"):
        assert [ordinal(place) for place in (1, 2, 3, 11)] == ["1.", "2.", "3.", "11."]


def test_a_card_is_in_one_language_with_its_buttons() -> None:
    with speaking("de"):
        card = build_card(make_job(), Forecast(40, 3))
    assert card.embed.footer.text == "⏳ In der Warteschlange: 3. · beginnt in etwa 40 s"
    assert str(card.embed.description).startswith("**Harper** für <@")
    (button,) = card.view.children
    assert isinstance(button, discord.ui.Button)
    assert button.label == "Abbrechen"


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("state", JobState)
def test_every_card_can_be_built_in_every_language(locale: str, state: JobState) -> None:
    with speaking(locale):
        card = build_card(make_job(state=state), Forecast(40, 3))
    assert card.embed.footer.text
    assert "{" not in f"{card.embed.footer.text}{card.embed.description}"


def test_the_picture_of_usage_is_never_drawn_with_letters_its_font_lacks() -> None:
    days = [DayOfKind(TODAY, JobKind.SPEECH, 5, 1)]
    bars = [UsedLimit(Subject.MEMBER, LimitName.DAY, 100, 40, None)]
    in_english = draw_usage(days, bars, TODAY)
    with speaking("ja"):
        # The library warns of letters that it has no shape for, and warnings are errors here.
        assert draw_usage(days, bars, TODAY) == in_english
    with speaking("de"):
        assert draw_usage(days, bars, TODAY) != in_english
    assert set(KIND_NAMES) == set(JobKind)


def test_a_mark_does_nothing_by_itself() -> None:
    with speaking("de"):
        assert N_("Done") == "Done"


CODE = """
LABEL = N_("Stay {name}")
x = n_("{count} dog", "{count} dogs", 3)
# Translators: what a dog says,
# loudly.
y = _("Woof" " woof").format(a=f"{x} and so on")
z = discord.ui.Button[View](label=_("Press"), style=1)
stay = button(_("Stay"), "dogs:stay")
"""


def test_what_is_marked_in_the_code_is_found(tmp_path: Path) -> None:
    (tmp_path / "dogs.py").write_text(CODE)
    assert marked_in((tmp_path,)) == [
        Message("Stay {name}", file="dogs.py"),
        Message("{count} dog", "{count} dogs", file="dogs.py"),
        Message("Woof woof", file="dogs.py", comment="what a dog says, loudly."),
        Message("Press", file="dogs.py", most_characters=80),
        Message("Stay", file="dogs.py", most_characters=80),
    ]


@pytest.mark.parametrize("code", ['_(f"{x} dogs")', '_("Dogs " + x)', 'n_("dog", f"{x} dogs", x)'])
def test_a_sentence_that_is_put_together_is_refused(tmp_path: Path, code: str) -> None:
    (tmp_path / "dogs.py").write_text(code)
    with pytest.raises(ValueError, match=r"dogs\.py:1"):
        marked_in((tmp_path,))


def test_what_was_not_marked_is_found(tmp_path: Path) -> None:
    (tmp_path / "dogs.py").write_text(
        '"""Dogs are fine."""\nlog.info("Dogs are fine")\na = _("Dogs are fine")\nb = "dogs"\n'
        'c = "Dogs are bad"\nd = f"{a} are very bad"\ne = Button(label="bad")\n'
        'f = button("worse", "worst")\n'
    )
    assert unmarked((tmp_path,)) == [
        "dogs.py:5: 'Dogs are bad'",
        "dogs.py:6: ' are very bad'",
        "dogs.py:7: 'bad'",
        "dogs.py:8: 'worse'",
    ]


IN_CODE = (
    Message("Try /bark again, {name}: **now**."),
    Message("one dog", "{count} dogs"),
    Message("Press", most_characters=8),
    Message("bark", context="command name", most_characters=32),
)


def translated(changes: Mapping[str, str | Sequence[str]] | None = None, *, name: str = "de") -> Catalog:
    """A flawless catalogue but for the changes, named by the first letters of what they translate."""
    entries = updated(name, Catalog(locale=name), IN_CODE)
    right = {"Try": "Probier /bellen noch mal, {name}: **jetzt**.", "one": ("ein Hund", "{count} Hunde"),
             "Press": "Drück", "bark": "bellen"}  # fmt: skip
    for start, text in (right | dict(changes or {})).items():
        (entry,) = [entry for entry in entries if entry.id and str(entry.id).lstrip("('").startswith(start)]
        entry.string = text if isinstance(text, str) else tuple(text)
    return entries


def test_a_flawless_catalogue_has_no_faults() -> None:
    assert faults(translated(), IN_CODE) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"Press": ""}, "not translated: “Press”"),
        ({"one": ("", "{count} Hunde")}, "not translated: “one dog”"),
        ({"Try": "Probier /bellen noch mal: **jetzt**."}, "has the fields none where {name} belong"),
        ({"Try": "Probier /bellen, {nmae}: **jetzt**."}, "has the fields {nmae} where {name} belong"),
        ({"Try": "Probier /bellen, {name!r:>9}: **jetzt**."}, "has the fields {name:>9} where {name} belong"),
        ({"Try": "Probier /bellen, {name: **jetzt**."}, "braces that do not match"),
        ({"Try": "Probier /bellen, {name}: jetzt."}, "has other markdown"),
        ({"Try": "Probier /bark, {name}: **jetzt**."}, "does not name the command /bellen"),
        ({"one": ("ein Hund", "viele Hunde")}, "has the fields none where {count} belong"),
        ({"Press": "Draufdrücken"}, "has 12 characters where Discord takes 8"),
        ({"bark": "Bellen", "Try": "/Bellen {name} **jetzt**"}, "is no name for Discord (Bellen)"),
        ({"bark": "laut bellen", "Try": "/laut bellen {name} **jetzt**"}, "is no name for Discord (laut bellen)"),
    ],
)
def test_a_fault_is_told_with_its_sentence(changes: dict[str, str | Sequence[str]], fault: str) -> None:
    (told,) = faults(translated(changes), IN_CODE)
    assert told.startswith(fault)


def test_what_is_missing_unused_or_guessed_is_told() -> None:
    entries = translated()
    entries["Press"].flags.add("fuzzy")
    changed = [*IN_CODE[:3], Message("woof")]
    assert faults(entries, changed) == [
        "missing, run the update: “woof”",
        "not in the code any more, run the update: “bark”",
        "only guessed (fuzzy): “Press”",
    ]


def test_a_small_number_may_be_left_out_where_english_does_and_a_language_without_plural_keeps_it() -> None:
    assert faults(translated({"one": ("{count} Hund", "{count} Hunde")}), IN_CODE) == []
    assert "not translated" not in str(faults(translated({"one": ("犬{count}匹",)}, name="ja"), IN_CODE))
    assert "has the fields none" in str(faults(translated({"one": ("犬",)}, name="ja"), IN_CODE))


def test_an_update_keeps_translations_and_drops_what_is_gone(tmp_path: Path) -> None:
    write("de", translated(), tmp_path)
    before = (tmp_path / "de.po").read_bytes()
    write("de", updated("de", read("de", tmp_path), IN_CODE), tmp_path)
    assert (tmp_path / "de.po").read_bytes() == before, "an update without news changes nothing"

    news = [*IN_CODE[1:], Message("woof", comment="loudly")]
    write("de", updated("de", read("de", tmp_path), news), tmp_path)
    again = read("de", tmp_path)
    assert faults(again, news) == ["not translated: “woof”"]
    assert "#. loudly" in (tmp_path / "de.po").read_text("utf-8")
    assert "Probier" not in (tmp_path / "de.po").read_text("utf-8")


def test_a_sentence_that_became_one_with_a_number_is_translated_anew() -> None:
    news = [Message("Press", "Press {count} times")]
    assert faults(updated("de", translated(), news), news) == ["not translated: “Press”"]


def test_a_language_without_a_file_begins_empty(tmp_path: Path) -> None:
    assert len(read("fr", tmp_path)) == 0


def test_the_command_line_refuses_languages_there_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "klingon"])
    assert "no such language: klingon" in capsys.readouterr().err
