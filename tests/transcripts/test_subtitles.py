"""srt and vtt, as people and programs write them."""

import time

import pytest

from bot.transcripts import Segment, TranscriptForm, TranscriptUnreadable, Word, read_transcript
from bot.transcripts.subtitles import MAX_TAGS

SRT, VTT = TranscriptForm.SRT, TranscriptForm.VTT
HELLO = Segment(1.0, 2.5, "Hello there.")
BYE = Segment(3.0, 4.0, "Bye.")

GOLDEN_SRT = """\
1
00:00:01,000 --> 00:00:02,500
<i>Hello</i>
there.

2
00:00:03,000 --> 00:00:04,000 X1:100 X2:200 Y1:10 Y2:20
{\\an8}Ann: <font color="#fff">3 < 4</font> &amp; <laughs>

3
00:01:00,000 --> 00:01:01,000
Ann: Fine.
"""
GOLDEN_VTT = """\
WEBVTT Kind: captions; Language: en
X-TIMESTAMP-MAP=LOCAL:00:00:00.000

STYLE
::cue { color: red }

REGION
id:fred

NOTE
00:00:00.000 --> 00:00:09.000 is no cue here

intro
00:01.000 --> 00:02.500 align:start position:0%
<v.loud Ann>Hello <b>there</b>.</v>

01:00:03.000 --> 01:00:04.000
<v Bob &amp; Co>A &lt;b&gt;&nbsp;&#8594; c
"""


def test_srt_is_read() -> None:
    assert read_transcript(GOLDEN_SRT).segments == (
        Segment(1.0, 2.5, "Hello\nthere."),
        Segment(3.0, 4.0, "3 < 4 & <laughs>", "Ann"),
        Segment(60.0, 61.0, "Fine.", "Ann"),
    )


def test_vtt_is_read() -> None:
    assert read_transcript(GOLDEN_VTT).segments == (
        Segment(1.0, 2.5, "Hello there.", "Ann"),
        Segment(3603.0, 3604.0, "A <b> → c", "Bob & Co"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "1\n00:00:01,000 --> 00:00:02,500\nHello there.\n\n2\n00:00:03,000 --> 00:00:04,000\nBye.\n",
        "1\r\n00:00:01,000 --> 00:00:02,500\r\nHello there.\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nBye.",
        "1\r00:00:01,000 --> 00:00:02,500\rHello there.\r\r2\r00:00:03,000 --> 00:00:04,000\rBye.",
        "00:00:01.000 --> 00:00:02.500\nHello there.\n\n00:00:03.000 --> 00:00:04.000\nBye.\n",
        "00:01,0 --> 00:02,5\nHello there.\n00:03 --> 00:04\nBye.\n",
        "7\n0:0:1,000-->0:0:2,500\nHello there.\n7\n00:00:03,000 ---> 0:0:4,000\nBye.",
        "\n\n1\n 00:00:01,000  -->  00:00:02,500 \n\n Hello   there. \n\n\n2\n00:00:03,000 --> 00:00:04,000\nBye.\n\n",
        "2\n00:00:03,000 --> 00:00:04,000\nBye.\n\n1\n00:00:01,000 --> 00:00:02,500\nHello there.\n",
        "[00:00:01.000 --> 00:00:02.500]   Hello there.\n[00:03.000 --> 00:04.000]  Bye.\n",
    ],
    ids=["plain", "crlf", "cr", "no index, point", "no hours", "wrong index", "loose", "backwards", "whisper prints"],
)
def test_srt_is_read_however_it_is_written(text: str) -> None:
    assert read_transcript(text, SRT).segments == (HELLO, BYE)


def test_a_spoken_number_is_no_index() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n41\n42\n\n2\n00:00:03,000 --> 00:00:04,000\n43\n"
    assert [segment.text for segment in read_transcript(text, SRT).segments] == ["41\n42", "43"]
    without = (
        "00:00:01,000 --> 00:00:02,000\n41\n42\n00:00:02,000 --> 00:00:03,000\na\n00:00:03,000 --> 00:00:04,000\nb\n"
    )
    assert read_transcript(without, SRT).segments[0].text == "41\n42"


def test_times_inside_a_vtt_cue_are_words() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\nhello<00:00:01.500><c> big</c><00:00:02.000><c> world</c>\n"
    assert read_transcript(text).segments == (
        Segment(
            1.0, 3.0, "hello big world", None, (Word(1.0, 1.5, "hello"), Word(1.5, 2.0, "big"), Word(2.0, 3.0, "world"))
        ),
    )


def test_each_voice_of_a_vtt_cue_is_a_segment() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Ann>Hi</v> <v Bob>Hello</v>\nall\n"
    assert [(segment.speaker, segment.text) for segment in read_transcript(text).segments] == [
        ("Ann", "Hi"),
        ("Bob", "Hello"),
        (None, "all"),
    ]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Ann: Hi", "Bob: Hello"], [("Ann", "Hi"), ("Bob", "Hello")]),
        (
            ["Ann: Hi", "and more", "so on", "Ann: Bye"],
            [("Ann", "Hi"), (None, "and more"), (None, "so on"), ("Ann", "Bye")],
        ),
        (["SPEAKER_00: Hi", "a", "b", "c"], [("Speaker 1", "Hi"), (None, "a"), (None, "b"), (None, "c")]),
        (["[SPEAKER_01]: Hi", "[SPEAKER_02] Yes"], [("Speaker 1", "Hi"), ("Speaker 2", "Yes")]),
        (["Note: hot", "b", "c"], [(None, "Note: hot"), (None, "b"), (None, "c")]),
        (["[Music] la", "[Music] la"], [(None, "[Music] la"), (None, "[Music] la")]),
        (["I said: no", "http://x.y", "At 12:30"], [(None, "I said: no"), (None, "http://x.y"), (None, "At 12:30")]),
        (["安\uff1a你好", "波\uff1a你好"], [("安", "你好"), ("波", "你好")]),
    ],
)
def test_names_in_front_of_the_text_are_speakers_when_the_document_bears_it_out(
    texts: list[str], expected: list[tuple[str | None, str]]
) -> None:
    text = "\n".join(f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{said}\n" for at, said in enumerate(texts, 1))
    assert [(segment.speaker, segment.text) for segment in read_transcript(text, SRT).segments] == expected


@pytest.mark.parametrize(("text", "form"), [("", SRT), (" \n\n", SRT), ("WEBVTT", VTT), ("\ufeffWEBVTT\n\n", VTT)])
def test_a_file_without_cues_is_silence(text: str, form: TranscriptForm) -> None:
    assert read_transcript(text, form).segments == ()


@pytest.mark.parametrize(
    ("text", "form"),
    [("Just text", SRT), ("Just text", VTT), ("", VTT), ('{"text": "a"}', SRT), ("00:01 --> x\na", SRT)],
)
def test_text_without_cues_is_refused_as_srt_or_vtt(text: str, form: TranscriptForm) -> None:
    with pytest.raises(TranscriptUnreadable):
        read_transcript(text, form)


def test_too_many_tags_are_refused() -> None:
    with pytest.raises(TranscriptUnreadable):
        read_transcript("WEBVTT\n\n0:1 --> 0:2\n" + "<v a>x<v b>y" * MAX_TAGS, VTT)


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<v ",
        "&",
        "&#",
        "{\\",
        "-->",
        "0:",
        "00:00:01,000 --> ",
        "[",
        "[00:00 --> ",
        " ",
        "<v a>x",
        "<0:1>x",
        "\n1\n",
        "A: ",
    ],
)
@pytest.mark.parametrize("form", [SRT, VTT, None])
def test_hostile_repetition_is_read_in_linear_time(piece: str, form: TranscriptForm | None) -> None:
    body = piece * (200_000 // len(piece))
    started = time.process_time()
    for text in (f"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n{body}\n", body):
        try:
            read_transcript(text, form)
        except TranscriptUnreadable:
            continue
    assert time.process_time() - started < 5
