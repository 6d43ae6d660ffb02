import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.emotions import (
    ALIASES,
    TAGS,
    NoteKind,
    TagGroup,
    begins_with_tag,
    canonical_tag,
    group_of,
    is_moment,
    parse_tagged_text,
)

ALL_TAGS = [tag for tags in TAGS.values() for tag in tags]
PIECES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["[", "]", "\\", "[happy]", "[SAD]", "[break]", "[wow]", "[[", "[ calm ]", "\\[angry]", ". ", " "]),
    st.sampled_from(ALL_TAGS).map(lambda tag: f"[{tag}]"),
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


def pairs(text: str) -> list[tuple[str | None, str]]:
    return [(segment.tag, segment.text) for segment in parse_tagged_text(text).segments]


def source(text: str) -> str:
    """The text put together again from what it was split into."""
    return "".join(segment.marker + segment.text for segment in parse_tagged_text(text).segments)


@given(TEXTS)
def test_every_character_is_kept(text: str) -> None:
    assert source(text) == text


@given(st.text(alphabet=st.characters(exclude_characters="[")))
def test_text_without_brackets_is_its_own_plain_text(text: str) -> None:
    parsed = parse_tagged_text(text)
    assert parsed.plain_text == text
    assert not parsed.unknown_tags
    assert not parsed.notes


@pytest.mark.parametrize("piece", ["[", "[ ", "[a", "\\[", "[happy", "[happy]", "[]", "[" + "a" * 39, "[a b c d e]"])
def test_hostile_repetition_is_parsed_in_linear_time(piece: str) -> None:
    started = time.process_time()
    text = piece * (200_000 // len(piece))
    assert source(text) == text
    assert time.process_time() - started < 5


@pytest.mark.parametrize("tag", ALL_TAGS)
def test_every_documented_tag_is_its_own_name_in_any_case(tag: str) -> None:
    assert canonical_tag(tag.upper()) == tag
    assert tag in TAGS[group_of(tag)]


def test_aliases_mean_documented_tags() -> None:
    assert set(ALIASES.values()) <= set(ALL_TAGS)
    assert not set(ALIASES) & set(ALL_TAGS)
    assert canonical_tag("Urgent") == "in a hurry tone"
    assert canonical_tag("robot") == "calm"
    assert canonical_tag("wow") is None


def test_a_tag_colours_what_follows_up_to_the_next_one() -> None:
    assert pairs("One. [happy] Two. [SAD]Three.") == [(None, "One. "), ("happy", " Two. "), ("sad", "Three.")]


def test_sounds_and_effects_are_moments_that_leave_the_mood() -> None:
    assert pairs("[happy]Hi[break]there[laughing]!") == [
        ("happy", "Hi"),
        ("break", ""),
        ("happy", "there"),
        ("laughing", ""),
        ("happy", "!"),
    ]
    assert is_moment("long-break")
    assert not is_moment("whispering")


def test_an_unknown_tag_is_reported_once_and_keeps_the_mood() -> None:
    parsed = parse_tagged_text("[happy]a [Wow]b [wow]c")
    assert parsed.unknown_tags == ("wow",)
    assert parsed.plain_text == "a b c"
    assert {segment.tag for segment in parsed.segments} == {"happy"}


@pytest.mark.parametrize(
    "text",
    [
        "[1] a citation",
        "[happy",
        "happy]",
        "[]",
        "[ ]",
        "\\[happy] is a tag",
        "[see https://example.org]",
        "[our rules](https://example.org)",
        "[these are five whole words]",
        "[" + "a" * 60 + "]",
        "[h\u00e4ppy]",
        "",
    ],
)
def test_what_is_not_a_tag_stays_text(text: str) -> None:
    parsed = parse_tagged_text(text)
    assert parsed.plain_text == text
    assert not parsed.tags
    assert not parsed.unknown_tags


def test_an_inner_bracket_can_still_be_a_tag() -> None:
    assert pairs("[[happy]]") == [(None, "["), ("happy", "]")]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("[happy] [sad] Hi.", [NoteKind.TWO_TAGS_IN_A_ROW, NoteKind.SEVERAL_TAGS_IN_ONE_SENTENCE]),
        ("Hi. [sad]", [NoteKind.TAG_WITHOUT_TEXT]),
        ("[happy] Hi [sad] you.", [NoteKind.SEVERAL_TAGS_IN_ONE_SENTENCE]),
        ("[happy] Hi. [sad] You.", []),
        ("[happy] [break] Hi.", []),
        ("[laughing][happy] Hi.", [NoteKind.TAG_BESIDE_SOUND]),
        ("[happy] [laughing] Hi.", [NoteKind.TAG_BESIDE_SOUND]),
        ("[laughing][chuckling] Hi.", [NoteKind.TAG_BESIDE_SOUND]),
        ("[laughing] [break] Hi.", []),
        ("[laughing] Hi [chuckling] you.", []),
        ("[happy] こんにちは。[sad] さようなら。", []),
        ("[happy] [wow] Hi.", []),
    ],
)
def test_odd_tags_are_noted(text: str, kinds: list[NoteKind]) -> None:
    assert [note.kind for note in parse_tagged_text(text).notes] == kinds


@pytest.mark.parametrize(
    ("text", "begins"),
    [("[happy] Hi", True), (" [Laughing]", True), ("[nonsense] Hi", False), ("Hi [happy]", False), ("", False)],
)
def test_a_text_that_begins_with_a_tag_is_known(text: str, *, begins: bool) -> None:
    assert begins_with_tag(text) is begins


def test_groups_do_not_overlap() -> None:
    assert len(ALL_TAGS) == len(set(ALL_TAGS))
    assert group_of("break") is TagGroup.EFFECT
