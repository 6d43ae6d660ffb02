from dataclasses import replace
from types import MappingProxyType
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_limits import MAX_OPTIONS
from bot.errors import InvalidRequest
from bot.models import Voice
from bot.preferences import ChosenVoice, VoiceScope
from bot.replies.cards import Card
from bot.replies.gallery import (
    ANY,
    FilterMenu,
    GalleryPage,
    ShownVoice,
    build_gallery,
    build_voice,
)
from bot.replies.gallery_place import (
    FILTERS,
    PAGE_LENGTH,
    GalleryPlace,
    Shelf,
    filter_key,
    gallery_id,
    searched,
    voice_key,
    voice_of,
)
from bot.replies.language import LANGUAGES, speaking
from bot.replies.sentences import say_error
from bot.replies.voice_choices import build_choices, reset_id, say_chosen
from bot.replies.voice_refusals import VOICE_REFUSALS
from bot.replies.voice_sample import sample_file

HARPER = Voice("harper", "Harper", "female", "en-US", "adult", "narration", "narrative-and-story", "Warm.", ("soft",))
# As long and as harmful as a service can make it.
BAD = Voice(*(["@everyone **[x](https://e.vil)** `\u202e\n# " * 60] * 8), tags=("<@1>" * 50,) * 50)
LONGEST = GalleryPlace(
    Shelf.ALL,
    9999,
    searched("\U0001f600 abcdefghij klmnopqrst uvwxyz 0123456789"),
    MappingProxyType(dict.fromkeys(FILTERS, filter_key("x"))),
    voice_key("a"),
    9,
)

places = st.builds(
    GalleryPlace,
    shelf=st.sampled_from(Shelf),
    page=st.integers(0, 9999),
    words=st.text(max_size=60).map(searched),
    filters=st.dictionaries(st.sampled_from(FILTERS), st.text().map(filter_key)).map(MappingProxyType),
    like=st.just("") | st.text().map(voice_key),
    filter_row=st.integers(0, 9),
)


def shown(voice: Voice, **more: Any) -> ShownVoice:
    return ShownVoice(voice.name, voice.label, voice, **more)


GONE = ShownVoice("old", "Old *one*", None, is_starred=True, nearest=HARPER)


def page(*voices: ShownVoice, count: int | None = None, **more: Any) -> GalleryPage:
    given: dict[str, Any] = {"place": GalleryPlace(), **more}
    return GalleryPage(shown=voices, count=len(voices) if count is None else count, **given)


def said(card: Card) -> str:
    return str(card.embed.to_dict())


def items(card: Card) -> list[Any]:
    return list(card.view.children)


def labels(card: Card) -> list[str | None]:
    return [item.label for item in items(card) if isinstance(item, discord.ui.Button)]


def options(card: Card, placeholder: str) -> list[discord.SelectOption]:
    (found,) = [item.options for item in items(card) if getattr(item, "placeholder", None) == placeholder]
    return found


def assert_fits(card: Card) -> None:
    """Discord's limits. Source: its documentation, "Component Reference" and "Embed Limits", read 2026-11."""
    rows = card.view.to_components()
    assert len(rows) <= 5
    assert all(len(row["components"]) <= 5 for row in rows)
    ids = [item.custom_id for item in items(card)]
    assert len(set(ids)) == len(ids)
    assert all(0 < len(one.encode("utf-16-le")) // 2 <= 100 for one in ids)
    assert len(card.embed) <= 6000
    assert len(card.embed.title or "") <= 256
    assert len(card.embed.description or "") <= 4096
    assert all(0 < len(field.value or "") <= 1024 for field in card.embed.fields)
    for item in items(card):
        if isinstance(item, discord.ui.Button):
            assert 0 < len(item.label or "") <= 80
        else:
            assert 1 <= len(item.options) <= 25
            assert len({option.value for option in item.options}) == len(item.options)
            for option in item.options:
                assert 0 < len(option.label) <= 100
                assert len(option.description or "") <= 100


@given(place=places)
def test_a_place_comes_back_from_its_id(place: GalleryPlace) -> None:
    assert GalleryPlace.read(place.as_id()) == place
    assert len(gallery_id("channel", place, "x" * 8).encode("utf-16-le")) <= 200


@pytest.mark.parametrize("text", ["", "x00::....:", "a0:::", "a000000::::", "\0", "s00:way-too-long-key:....:x"])
def test_what_is_no_place_is_the_beginning(text: str) -> None:
    assert GalleryPlace.read(text) == GalleryPlace()


@given(text=st.text(max_size=120))
def test_searched_words_can_stand_in_an_id(text: str) -> None:
    words = searched(text)
    assert searched(words) == words
    assert ":" not in words
    assert len(words.encode("utf-16-le")) <= 60


def test_words_of_all_scripts_can_be_looked_for() -> None:
    assert searched("  Élodie,  美咲: काव्या -- 7!") == "Élodie 美咲 काव्या 7"


@pytest.mark.parametrize(
    ("description", "about"),
    [
        ("Warm and calm.", "*Warm and calm.*"),
        ("A bright, lively woman. " + "Made from another voice. " * 9, "*A bright, lively woman. Made from"),
        ("Dr. Who sees no end of it, " + "and goes on " * 9, "*Dr. Who sees"),
    ],
)
def test_of_a_long_description_the_whole_sentences_that_fit_are_shown(description: str, about: str) -> None:
    text = str(build_gallery(page(shown(replace(HARPER, description=description)))).embed.description)
    assert about in text
    assert text.endswith((".*", "…*"))
    assert ". …" not in text


def test_voices_are_found_by_their_keys() -> None:
    voices = [replace(HARPER, name=f"voice {number}") for number in range(2_000)]
    assert len({voice_key(voice.name) for voice in voices}) == 2_000
    assert voice_of(voice_key("voice 1234"), voices) is voices[1234]
    assert voice_of(voice_key("another"), voices) is None
    assert voice_of("", voices) is None


def test_a_filter_is_set_replaced_and_taken_away_and_begins_at_the_first_page() -> None:
    place = GalleryPlace(page=7, words="warm").filtered("gender", "abcd").filtered("age", "efgh")
    assert (place.page, place.words, dict(place.filters)) == (0, "warm", {"gender": "abcd", "age": "efgh"})
    assert dict(place.filtered("gender", "").filters) == {"age": "efgh"}
    assert dict(place.filtered("shoe size", "abcd").filters) == dict(place.filters)


def test_a_page_tells_what_each_voice_sounds_like() -> None:
    other = Voice("james", "James", "male")
    card = build_gallery(page(shown(HARPER, is_starred=True), shown(other), own="james"))
    assert card.embed.description == (
        "-# 2 voices\n\n"
        "**Harper** ⭐\nEnglish (US) · female · adult · narration\n*Warm.*\n\n"
        "**James** · speaks for you here\nmale"
    )
    assert card.embed.footer.text == "A name's button plays a short sample that only you hear"
    assert labels(card) == ["Harper", "James", "Favourites"]
    one_of_many = build_gallery(page(shown(HARPER), count=12))
    assert (one_of_many.embed.footer.text or "").startswith("1 of 12 · a name's button")
    chosen = options(card, "Choose a voice…")
    assert [(one.label, one.value) for one in chosen] == [
        ("Harper", voice_key("harper")),
        ("James", voice_key("james")),
    ]


def test_a_page_in_the_middle_counts_on_and_leads_both_ways() -> None:
    card = build_gallery(page(shown(HARPER), count=1_600, place=GalleryPlace(page=319)))
    assert "1,596 of 1,600" in said(card)
    turning = {item.label: item.custom_id for item in items(card) if isinstance(item, discord.ui.Button)}
    assert turning["Previous"] == gallery_id("prev", GalleryPlace(page=318))
    assert turning["Next"] == gallery_id("next", GalleryPlace(page=0))


def test_the_summary_says_what_was_narrowed_down_to() -> None:
    place = GalleryPlace(words="warm old")
    card = build_gallery(page(shown(HARPER), place=place, chosen={"language": "de", "style": "asmr-soft"}))
    assert "-# 1 voice · German · asmr soft · “warm old”" in said(card)
    assert "All voices" in labels(card)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"place": GalleryPlace(Shelf.FAVOURITES)}, "You have no favourites yet"),
        ({"place": GalleryPlace(words="xyz")}, "No voice is like that"),
        ({"chosen": {"age": "child"}}, "No voice is like that"),
        ({}, "There are no voices here"),
    ],
)
def test_an_empty_page_says_what_to_do(more: dict[str, Any], words: str) -> None:
    card = build_gallery(page(**more))
    assert words in said(card)
    # Discord refuses a footer without text.
    assert "footer" not in card.embed.to_dict()
    assert not [item for item in items(card) if isinstance(item, discord.ui.Select)]


def test_filters_offer_the_most_common_values_and_always_the_chosen_one() -> None:
    values = tuple((f"style-{number}", 100 - number) for number in range(40))
    card = build_gallery(page(shown(HARPER), menus=(FilterMenu("style", values, "style-39"),)))
    found = options(card, "Style")
    assert len(found) == MAX_OPTIONS
    assert (found[0].value, found[0].default) == (ANY, False)
    assert [(one.label, one.value) for one in found if one.default] == [("Style: style 39", filter_key("style-39"))]
    assert (found[2].label, found[2].description) == ("Style: style 0", "100 voices")


def test_a_filter_that_is_not_set_says_so() -> None:
    card = build_gallery(page(shown(HARPER), menus=(FilterMenu("gender", (("female", 3), ("male", 1))),)))
    assert [(one.label, one.default) for one in options(card, "Gender")] == [
        ("Gender: any", True),
        ("Gender: female", False),
        ("Gender: male", False),
    ]


def test_a_favourite_that_is_gone_is_shown_with_the_nearest() -> None:
    card = build_gallery(page(GONE, place=GalleryPlace(Shelf.FAVOURITES)))
    assert "~~Old \\*one\\*~~ · gone from the catalogue\nThe nearest there is: **Harper**" in (
        card.embed.description or ""
    )
    assert labels(card) == ["All voices"]
    opened = build_voice(GONE, GalleryPlace(Shelf.FAVOURITES), manages=False, own=None, is_mine=False)
    assert labels(opened) == ["Harper", "Star that one instead", "Take star away", "Back"]
    alone = build_voice(replace(GONE, nearest=None), GalleryPlace(), manages=True, own=None, is_mine=False)
    assert labels(alone) == ["Take star away", "Back"]


def test_an_opened_voice_tells_all_and_offers_what_the_member_may_do() -> None:
    card = build_voice(shown(HARPER), GalleryPlace(), manages=False, own=None, is_mine=False)
    facts = {field.name: field.value for field in card.embed.fields}
    assert facts == {
        "Language": "English (US)",
        "Gender": "female",
        "Age": "adult",
        "Style": "narration",
        "Category": "narrative and story",
        "Tags": "soft",
    }
    assert labels(card) == ["Play", "Star", "Similar voices", "Use for me", "Back"]
    managers = build_voice(shown(HARPER, is_starred=True), GalleryPlace(), manages=True, own="harper", is_mine=True)
    assert labels(managers) == [
        "Play", "Take star away", "Similar voices", "Use in this channel", "Use for this server", "Back",
    ]  # fmt: skip
    assert managers.embed.footer.text == "This voice speaks for you here"


@pytest.mark.parametrize("locale", ["en-US", *LANGUAGES])
def test_everything_fits_into_what_discord_takes(locale: str) -> None:
    bad = [shown(replace(BAD, name=f"{number}"), is_starred=True) for number in range(PAGE_LENGTH)]
    menus = tuple(FilterMenu(name, tuple((f"{'v' * 90}{n}", n) for n in range(60)), "gone") for name in FILTERS)
    with speaking(locale):
        for shelf in Shelf:
            place = replace(LONGEST, shelf=shelf)
            chosen = dict.fromkeys(FILTERS, BAD.style)
            card = build_gallery(
                page(
                    *bad, place=place, count=50_000, menus=menus, has_more_menus=True, chosen=chosen, like=BAD, own="3"
                )
            )
            assert_fits(card)
        assert_fits(build_voice(shown(BAD, is_starred=True), LONGEST, manages=True, own=None, is_mine=False))
        assert_fits(
            build_voice(ShownVoice("n", BAD.label, None, nearest=BAD), LONGEST, manages=True, own=None, is_mine=False)
        )
        everything = tuple(ChosenVoice(scope, "bad", BAD.label, None, BAD) for scope in VoiceScope)
        assert_fits(build_choices(everything, BAD, manages=True))


def test_text_of_the_service_can_neither_ping_nor_link_nor_turn_around() -> None:
    cards = [
        build_gallery(page(shown(BAD), place=GalleryPlace(Shelf.SIMILAR), like=BAD)),
        build_gallery(page(ShownVoice("n", BAD.label, None, nearest=BAD))),
        build_voice(shown(BAD), GalleryPlace(), manages=True, own=None, is_mine=False),
        build_choices((ChosenVoice(VoiceScope.MEMBER, "bad", BAD.label, None, BAD),), BAD, manages=False),
    ]
    for text in [*map(said, cards), say_chosen(VoiceScope.GUILD, BAD)]:
        assert "@everyone" not in text
        assert "](https://" not in text
        assert "\u202e" not in text
        assert "<@1>" not in text.replace("\\\\<", "\\<").replace("\\<@1>", "")


def test_voices_without_anything_known_are_shown_all_the_same() -> None:
    nameless = Voice("\u202e", "\n")
    assert_fits(build_gallery(page(shown(nameless))))
    assert_fits(build_voice(shown(nameless), GalleryPlace(), manages=True, own=None, is_mine=False))


def test_mine_shows_every_choice_with_the_buttons_the_member_may_press() -> None:
    old = ChosenVoice(VoiceScope.MEMBER, "old", "Old", None, HARPER)
    chosen = (
        old,
        ChosenVoice(VoiceScope.CHANNEL, "harper", "Harper", HARPER),
        ChosenVoice(VoiceScope.GUILD, "gone", "Gone", None),
    )
    card = build_choices(chosen, HARPER, manages=False)
    values = {field.name: field.value for field in card.embed.fields}
    assert values == {
        "You here": "~~Old~~ · gone from the catalogue\nThe nearest there is: **Harper**",
        "This channel": "**Harper**",
        "This server": "~~Gone~~ · gone from the catalogue",
    }
    assert labels(card) == ["Reset mine", "Favourites"]
    assert labels(build_choices(chosen, HARPER, manages=True)) == [
        "Reset mine", "Reset this channel's", "Reset this server's", "Favourites",
    ]  # fmt: skip
    assert items(card)[0].custom_id == reset_id(VoiceScope.MEMBER)
    nothing = build_choices((), HARPER, manages=True)
    assert "this is the bot's own voice" in said(nothing)
    assert labels(nothing) == ["Favourites"]


def test_the_file_of_a_sample_has_a_harmless_name_and_words_for_who_cannot_hear_it() -> None:
    file = sample_file(replace(HARPER, label="Élodie ../../X @everyone"), b"ID3")
    assert file.filename == "lodie-x-everyone-sample.mp3"
    assert file.description == "A short sample of the voice Élodie ../../X @everyone"
    assert sample_file(replace(HARPER, label="美咲"), b"ID3").filename == "voice-sample.mp3"


def test_every_refusal_has_its_sentence() -> None:
    for reason in VOICE_REFUSALS:
        sentence = say_error(InvalidRequest(reason, "17"))
        assert sentence == VOICE_REFUSALS[reason].format(detail="17")
