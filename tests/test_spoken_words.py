"""What of a message is spoken: examples to read, and rules that hold for any text."""

import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.emotions import TAGS, parse_tagged_text
from bot.spoken_words import EMOJI_IN_A_ROW, MAX_NAME_LENGTH, Names, clean_text, says_something, shorten

NAMES = Names(
    users={1: "Robin", 2: "*_Fancy_* \U0001d4d7\U0001d4ea\U0001d4fb\U0001d4fb\U0001d502", 3: "[sad]", 4: "n" * 100},
    roles={5: "Mods"},
    channels={6: "general"},
)
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hi <@1> and <@!1>!", "Hi Robin and Robin!"),
        ("<@2>", "Fancy Harry"),
        ("<@3>", "sad"),
        ("<@4>", "n" * 3),
        ("<@99> of <@&5> and <@&99>", "someone of Mods and a role"),
        ("See <#6> or <#99>, then <id:customize>", "See general or a channel, then a channel"),
        ("</tts:123456> helps", "tts helps"),
        ("<@1><@1>, and<#6>and", "Robin Robin, and general and"),
        ("(<@1>)'s", "(Robin)'s"),
        ("@everyone look @here, not me@here.org", "everyone look here, not me@here.org"),
    ],
)
def test_mentions_become_names(text: str, spoken: str) -> None:
    assert clean_text(text, NAMES) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("See https://a.example/b?c=(d), or <https://e.example>.", "See link, or link."),
        ("www.a.example! discord.gg/abc", "link! link"),
        ("(https://a.example)", "(link)"),
        ("[the rules](https://a.example/x_(y)) hold", "the rules hold"),
        ('[the rules](<https://a.example> "hover") hold', "the rules hold"),
        ("[happy](https://a.example)", "happy"),
        ("http://[2001:db8::1]/x!", "link!"),
    ],
)
def test_links_are_not_spelled_out(text: str, spoken: str) -> None:
    assert clean_text(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("**bold** *slanted* ***both*** __under__ ~~gone~~ _also_", "bold slanted both under gone also"),
        ("2 * 3 * 4 and snake_case_name and *one", "2 * 3 * 4 and snake_case_name and *one"),
        (r"\*not slanted\* and \> not quoted", "*not slanted* and > not quoted"),
        ("# Title\n## Smaller\n-# small print", "Title\nSmaller\nsmall print"),
        ("- one\n  * two\n+ three\n1. four\n23) five", "one\ntwo\nthree\nfour\nfive"),
        ("> quoted\n>>> more\n> - # all at once", "quoted\nmore\nall at once"),
        ("-5 degrees, #hashtag, 2024. And on", "-5 degrees, #hashtag, 2024. And on"),
        ("`code` and ```py\nprint(1)\n```", "code and print(1)"),
        ("a\n\n\n  b  c", "a\nb c"),
    ],
)
def test_markdown_is_not_spoken(text: str, spoken: str) -> None:
    assert clean_text(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("He is ||the murderer|| !", "He is !"),
        ("||two\nlines||", ""),
        ("||`in code`|| ||<@1>|| rest", "rest"),
        ("half || open", "half open"),
    ],
)
def test_spoilers_are_skipped(text: str, spoken: str) -> None:
    assert clean_text(text, NAMES) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("aaaaaaa NOOOOOO 1000000", "aaa NOOO 1000000"),
        ("hahahahahaha", "hahaha"),
        ("no no no no no no", "no no no"),
        ("What!!!!!! Why???? How?!?!?! Well......", "What! Why? How?! Well..."),
        ("本当？？？すごい！！！そう。。。نعم؟؟؟", "本当？すごい！そう。نعم؟"),  # noqa: RUF001 - as they are written
        ("==========", ""),
        ("🔥🔥🔥🔥🔥🔥", "🔥"),
        ("😀😁😂😃😄", "😀 😁 😂"),
        ("👨‍👩‍👧 🇩🇪🇩🇪", "👨‍👩‍👧 🇩🇪"),
        ("<:party_parrot:1> <a:party_parrot:1><:kek:2>", "party parrot kek"),
    ],
)
def test_floods_are_collapsed(text: str, spoken: str) -> None:
    assert clean_text(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("<t:1618953630>", "20 April 2021, 21:20 UTC"),
        ("<t:1618953630:t> <t:1618953630:D>", "21:20 UTC 20 April 2021"),
        ("<t:1618953630:F>", "Tuesday, 20 April 2021, 21:20 UTC"),
        (f"<t:{int(NOW.timestamp()) + 300}:R>", "in 5 minutes"),
        (f"<t:{int(NOW.timestamp()) - 3600}:R>", "1 hour ago"),
        (f"<t:{int(NOW.timestamp())}:R>", "now"),
        ("<t:99999999999999999>", "some time"),
    ],
)
def test_times_are_written_out(text: str, spoken: str) -> None:
    assert clean_text(text, now=NOW) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "[happy] Hello! [break] And [in a hurry tone] go.",
        r"\[not a tag] is read",
        "[ Crying Loudly ] no",
        "Line one\n[whispering] line two",
    ],
)
def test_emotion_tags_stay_as_they_are(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "7",
        "½",
        "é",
        "你好",
        "ありがとう",
        "مرحبا",
        "नमस्ते",
        "123!",
        "🎉 yes",
        "[laughing]",
        "[happy] [laughing]",
        "[wow]",
    ],
)
def test_letters_digits_and_sounds_can_be_heard(text: str) -> None:
    assert says_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!",
        "…",
        "🎉🎉",
        "🇩🇪",
        "👨‍👩‍👧‍👦",
        "- — *",
        "¿?",
        "[happy]",
        "[happy] !!!",
        "[break]",
        "[long-break] …",
        "$ %",
        "\u3164\u3164",
        "\u115f \u1160 \uffa0",
    ],
)
def test_signs_and_moods_alone_cannot(text: str) -> None:
    assert not says_something(text)
    assert not says_something(clean_text(text))


def test_the_name_of_an_emoji_can_be_heard_and_a_picture_cannot() -> None:
    assert says_something(clean_text("<:party:123456789012345678>"))
    assert not says_something(clean_text("🎉🎉"))


def test_what_cannot_be_heard_goes() -> None:
    assert clean_text("a\u202eb\x00c\ud800d\u200be\ue001") == "abcde"


WORDS = st.lists(st.sampled_from(["hello", "there", "my", "friend"]), min_size=1, max_size=3).map(" ".join)
TAG = st.sampled_from([tag for tags in TAGS.values() for tag in tags]).map("[{}]".format)
MARKS = st.sampled_from(
    ["**", "*", "_", "__", "~~", "||", "`", "```", "<@1>", "<@!7>", "<#6>", "<:a_b:1>", "https://x.y", "[", "](", ")",
     "\\", "> ", "# ", "- ", "1. ", "\n", "<t:1>", "!!!!", "aaaaa", "🔥🔥", "[happy]", " ", "<", ">", "@everyone"]
)  # fmt: skip


@given(st.lists(st.tuples(TAG, WORDS), min_size=1, max_size=5))
def test_every_tag_survives_in_its_place(parts: list[tuple[str, str]]) -> None:
    # A dot between them: four times the same word in a row would be a flood.
    text = ". ".join(f"{tag} {words}" for tag, words in parts)
    before, after = parse_tagged_text(text), parse_tagged_text(clean_text(text))
    assert [segment.tag for segment in after.segments] == [segment.tag for segment in before.segments]


@given(st.one_of(st.text(max_size=300), st.lists(MARKS, max_size=40).map("".join)))
@example("||a<@||x||1>||")
@example("<https://x.y|>")
@example("\\<@1>")
@example("https\\://x.y")
def test_no_text_gives_mentions_links_or_hidden_signs(text: str) -> None:
    spoken = clean_text(text, NAMES, now=NOW)
    assert re.search(r"<(@[!&]?|#)\d{1,20}>|https?://\w|[\x00-\x09\x0b-\x1f\ud800-\udfff\u202e]", spoken) is None
    assert spoken == spoken.strip()


@given(st.text(alphabet="ab*_~`>[]() \n", max_size=50), st.text(alphabet="ab*_~`>[]() \n", max_size=50))
def test_no_spoiler_is_read_whatever_stands_around_it(before: str, inside: str) -> None:
    assert "secret" not in clean_text(f"{before}||{inside}secret{inside}||{before}")


@given(st.text(alphabet="abc 🔥!?.x", max_size=200))
def test_nothing_is_left_of_floods(text: str) -> None:
    spoken = clean_text(text)
    assert re.search(r"([a-z])\1{3}|([!?])\2|🔥 *🔥|\.{4}", spoken) is None
    assert spoken.count("🔥") <= text.count("🔥")


def test_a_row_of_emoji_and_a_long_name_are_bounded() -> None:
    assert len(clean_text("😀😁😂😃😄").split()) == EMOJI_IN_A_ROW
    assert len(clean_text("<@1>", Names(users={1: "ab cd " * 50}))) <= MAX_NAME_LENGTH


@pytest.mark.parametrize(
    "unit",
    ["*", "|", "[", "[a", "_a", "> ", "`", "\\", "🔥\u200d", "http://", "[a](http://x", "<:a:1>", "?!", "ab", "<t:"],
)
def test_hostile_text_holds_nobody_up(unit: str) -> None:
    started = time.process_time()
    clean_text(unit * (5000 // len(unit)))
    assert time.process_time() - started < 0.5, "milliseconds, with room for a busy machine"


@pytest.mark.parametrize(
    ("limit", "read"),
    [
        (100, "One here. Two there! Three and four"),
        (25, "One here. Two there!"),
        (20, "One here. Two there!"),
        (33, "One here. Two there!"),
        (12, "One here."),
        (4, "One"),
        (2, "On"),
    ],
)
def test_what_is_too_long_ends_with_a_sentence_or_a_word(limit: int, read: str) -> None:
    assert shorten("One here. Two there! Three and four", limit) == read


@given(st.text(alphabet="ab .!\n", min_size=1), st.integers(1, 50))
def test_it_is_never_longer_than_asked_for(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit
