"""Written transcripts: valid by an independent check, and read back as they were."""

import json
import re
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.transcripts import Segment, Transcript, TranscriptForm, Word, read_transcript, write_transcript
from bot.transcripts.cues import SHORTEST_CUE_MS
from bot.transcripts.cutting import MAX_COLUMNS, MAX_LENGTH_S
from bot.transcripts.model import MAX_TIME_S

TXT, SRT, VTT, JSON = TranscriptForm

DIALOGUE = Transcript(
    "en",
    (
        Segment(1.0, 2.5, "Hello\nthere.", "Ann"),
        Segment(2.0, 3.0, "a --> b & <i>", "Bob"),
        Segment(3.0, 3.0, "Bye.", "Bob"),
    ),
)
GOLDEN = {
    TXT: "Ann: Hello there.\n\nBob: a --> b & <i> Bye.\n",
    SRT: (
        "1\n00:00:01,000 --> 00:00:02,000\nAnn: Hello\nthere.\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\nBob: a --\u2060> b & <\u2060i>\n\n"
        "3\n00:00:03,000 --> 00:00:03,500\nBob: Bye.\n"
    ),
    VTT: (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:02.000\n<v Ann>Hello\nthere.\n\n"
        "00:00:02.000 --> 00:00:03.000\n<v Bob>a --&gt; b &amp; &lt;i&gt;\n\n"
        "00:00:03.000 --> 00:00:03.500\n<v Bob>Bye.\n"
    ),
}


def check_srt(text: str) -> list[tuple[int, int]]:
    """Check srt by its strictest reading; return the cues' times in milliseconds."""
    times: list[tuple[int, int]] = []
    clock = r"(\d{2,3}):([0-5]\d):([0-5]\d),(\d{3})"
    for number, block in enumerate(text.removesuffix("\n").split("\n\n") if text else [], 1):
        index, timing, *lines = block.split("\n")
        assert index == str(number)
        match = re.fullmatch(f"{clock} --> {clock}", timing, re.ASCII)
        assert match
        assert lines
        assert all(line.strip() and "-->" not in line for line in lines)
        parts = [int(part) for part in match.groups()]
        start, end = (((hour * 60 + minute) * 60 + s) * 1000 + ms for hour, minute, s, ms in (parts[:4], parts[4:]))
        times.append((start, end))
    return times


def check_vtt(text: str) -> list[tuple[int, int]]:
    """Check WebVTT by the standard's syntax: nothing unescaped, and no tag but a voice at the start."""
    head, *blocks = text.removesuffix("\n").split("\n\n")
    assert head in {"WEBVTT", "WEBVTT\n"}
    srt: list[str] = []
    for number, block in enumerate(blocks, 1):
        timing, _, payload = block.partition("\n")
        bare = re.sub(r"\A<v [^<>&\n]*(?:&(?:amp|lt|gt);[^<>&\n]*)*>", "", payload)
        assert "<" not in bare
        assert ">" not in bare
        assert not re.search(r"&(?!(?:amp|lt|gt);)", bare)
        srt.append(f"{number}\n{timing.replace('.', ',')}\n{payload}")
    return check_srt("\n\n".join(srt) + "\n" if srt else "")


def check_cues(times: list[tuple[int, int]]) -> None:
    free_from = 0
    for start, end in times:
        assert start >= free_from
        assert end - start >= SHORTEST_CUE_MS
        free_from = end


@pytest.mark.parametrize("form", GOLDEN)
def test_a_dialogue_is_written(form: TranscriptForm) -> None:
    assert write_transcript(DIALOGUE, form) == GOLDEN[form]


def test_json_is_written_in_the_documented_layout() -> None:
    spoken = Transcript("en", (Segment(0.5, 2.0, "Hi", "Ann", (Word(0.5, 1.0, "Hi", 0.75),)),), 3.5)
    assert json.loads(write_transcript(spoken, JSON)) == {
        "language": "en",
        "duration": 3.5,
        "time_unit": "s",
        "text": "Hi",
        "segments": [
            {
                "start": 0.5,
                "end": 2.0,
                "text": "Hi",
                "speaker": "Ann",
                "words": [{"word": "Hi", "start": 0.5, "end": 1.0, "probability": 0.75}],
            }
        ],
    }


def test_a_name_cannot_make_an_arrow() -> None:
    written = write_transcript(
        Transcript(None, (Segment(1.0, 2.0, "Hi", "Ann --"), Segment(2.0, 3.0, "Ho", "--"))), VTT
    )
    assert check_vtt(written) == [(1000, 2000), (2000, 3000)]
    assert "<v Ann>Hi" in written


@pytest.mark.parametrize(("form", "text"), [(TXT, ""), (SRT, ""), (VTT, "WEBVTT\n")])
def test_silence_is_written(form: TranscriptForm, text: str) -> None:
    assert write_transcript(Transcript(None, ()), form) == text


@pytest.mark.parametrize(("duration_s", "end"), [(12.5, "00:00:12,500"), (None, "00:00:02,000")])
def test_text_without_times_is_one_cue_over_the_whole(duration_s: float | None, end: str) -> None:
    untimed = Transcript(None, (Segment(0.0, 0.0, "a" * 15, "Ann"), Segment(0.0, 0.0, "b" * 14)), duration_s)
    assert write_transcript(untimed, SRT) == f"1\n00:00:00,000 --> {end}\nAnn: {'a' * 15}\n{'b' * 14}\n"


def test_paragraphs_without_speakers_break_at_pauses() -> None:
    said = [Segment(0.0, 1.0, "One"), Segment(1.5, 2.0, "two."), Segment(4.0, 5.0, "你好"), Segment(5.0, 6.0, "吗?")]
    assert write_transcript(Transcript(None, tuple(said)), TXT) == "One two.\n你好吗?\n"


def test_people_who_start_together_share_the_time() -> None:
    both = Transcript(None, (Segment(1.0, 3.0, "a" * 30, "Ann"), Segment(1.0, 3.0, "b" * 10, "Bob")))
    assert check_srt(write_transcript(both, SRT)) == [(1000, 2480), (2480, 3000)]


def test_long_segments_are_cut_at_sentences_between_words() -> None:
    sentences = ["This is the first sentence of a long speech.", "Here comes the second one, which is longer still."]
    texts = " ".join(sentences * 4).split()
    words = tuple(Word(at * 0.3, at * 0.3 + 0.25, text) for at, text in enumerate(texts))
    speech = Transcript("en", (Segment(0.0, 22.0, " ".join(texts), "Ann", words),))
    written = write_transcript(speech, VTT)
    check_cues(check_vtt(written))
    cues = read_transcript(written).segments
    assert [cue.text for cue in cues] == sentences * 4
    assert {cue.speaker for cue in cues} == {"Ann"}


def test_long_text_without_spaces_is_cut_between_words() -> None:
    words = tuple(Word(at * 0.2, at * 0.2 + 0.2, "字") for at in range(100))
    cues = read_transcript(
        write_transcript(Transcript("zh", (Segment(0.0, 20.0, "字" * 100, None, words),)), SRT)
    ).segments
    assert "".join(cue.text for cue in cues) == "字" * 100
    assert all(len(cue.text) * 2 <= MAX_COLUMNS and cue.end_s - cue.start_s <= MAX_LENGTH_S for cue in cues)


def test_long_segments_without_words_stay_whole() -> None:
    speech = Transcript(None, (Segment(0.0, 60.0, "word " * 100),))
    assert check_srt(write_transcript(speech, SRT)) == [(0, 60_000)]


@pytest.mark.parametrize("form", TranscriptForm)
@pytest.mark.parametrize("speaker", [None, "Ann"])
@pytest.mark.parametrize("gap_s", [0.0, 1.0])
def test_many_segments_are_written_in_linear_time(form: TranscriptForm, speaker: str | None, gap_s: float) -> None:
    said = tuple(Segment(at * gap_s, at * gap_s + 2.0, "a b", speaker) for at in range(10_000))
    started = time.process_time()
    assert write_transcript(Transcript(None, said), form)
    assert time.process_time() - started < 5


# Plain enough that no line of text reads as "Ann: …": srt and txt cannot tell that from a speaker.
ALPHABET = st.one_of(
    st.sampled_from(
        [" ", "\n", "<", ">", "&", "-", "{", "\\", "/", "i", "amp;", "-->", "<i>", "42", "\n\n", "\u2060", "字"]
    ),
    st.characters(exclude_characters=":\uff1a[]\x00", exclude_categories=["Cc"]),
)
SAID = st.lists(ALPHABET, min_size=1, max_size=15).map("".join)
ANY_TEXT = st.one_of(
    SAID, st.text(max_size=20), st.sampled_from(["WEBVTT", "NOTE", "1\n00:00:01,000 --> 00:00:02,000\nx"])
)
NAMES = st.one_of(st.none(), st.sampled_from(["Ann", "Bob", "Speaker 1", "SPEAKER_00", "2", "A"]), st.text(max_size=50))
ANY_TIME = st.one_of(st.floats(), st.floats(0, MAX_TIME_S), st.floats(0, 3))


@st.composite
def any_segments(draw: st.DrawFn) -> Segment:
    words = draw(st.lists(st.builds(Word, ANY_TIME, ANY_TIME, ANY_TEXT, st.none() | st.floats()), max_size=4))
    return Segment(draw(ANY_TIME), draw(ANY_TIME), draw(ANY_TEXT), draw(NAMES), tuple(words))


@st.composite
def orderly_transcripts(draw: st.DrawFn) -> Transcript:
    """Segments one after the other, each with text, as cues can say it."""
    segments: list[Segment] = []
    clock_ms = 0
    for _ in range(draw(st.integers(0, 6))):
        clock_ms += draw(st.integers(0, 5_000_000))
        end_ms = clock_ms + draw(st.integers(SHORTEST_CUE_MS, 10_000))
        segments.append(Segment(clock_ms / 1000, end_ms / 1000, draw(SAID), draw(NAMES)))
        clock_ms = end_ms
    return Transcript(None, tuple(segments))


ANY_TRANSCRIPTS = st.builds(
    Transcript,
    st.none() | st.text(max_size=8),
    st.lists(any_segments(), max_size=6).map(tuple[Segment, ...]),
    st.none() | st.floats(),
)


def tidied(transcript: Transcript) -> Transcript:
    return read_transcript(write_transcript(transcript, JSON), JSON)


@settings(deadline=None)
@given(ANY_TRANSCRIPTS)
def test_json_is_read_back_equal(transcript: Transcript) -> None:
    tidy = tidied(transcript)
    written = write_transcript(tidy, JSON)
    assert read_transcript(written) == tidy
    assert write_transcript(transcript, JSON) == written


@settings(deadline=None)
@given(orderly_transcripts())
def test_json_keeps_an_orderly_transcript_as_it_is(transcript: Transcript) -> None:
    times = [(segment.start_s, segment.end_s) for segment in transcript.segments]
    found = tidied(transcript).segments
    assert [(segment.start_s, segment.end_s) for segment in found] == [
        time for time, segment in zip(times, transcript.segments, strict=True) if has_text(segment)
    ]


def has_text(segment: Segment) -> bool:
    return bool(tidied(Transcript(None, (replace(segment, start_s=0.0, end_s=1.0),))).segments)


@settings(deadline=None)
@given(ANY_TRANSCRIPTS)
def test_written_cues_are_always_valid(transcript: Transcript) -> None:
    check_cues(check_srt(write_transcript(transcript, SRT)))
    check_cues(check_vtt(write_transcript(transcript, VTT)))


@settings(deadline=None)
@given(orderly_transcripts())
@pytest.mark.parametrize("form", [SRT, VTT])
def test_cues_are_read_back_with_their_times_text_and_speakers(form: TranscriptForm, transcript: Transcript) -> None:
    tidy = tidied(transcript)
    found = read_transcript(write_transcript(tidy, form), form)
    assert [(cue.start_s, cue.end_s) for cue in found.segments] == [(cue.start_s, cue.end_s) for cue in tidy.segments]
    assert [as_said(cue) for cue in found.segments] == [as_said(cue) for cue in tidy.segments]
    if form is VTT:
        assert found.speakers == tidy.speakers


@settings(deadline=None)
@given(orderly_transcripts())
def test_plain_text_is_read_back_with_everything_said(transcript: Transcript) -> None:
    tidy = tidied(transcript)
    written = write_transcript(tidy, TXT)
    found = read_transcript(written, TXT)
    for segment in tidy.segments:
        assert squeezed(segment.text) in squeezed(written)
    assert "".join(squeezed(as_said(line)) for line in found.segments) == squeezed(written)


@settings(deadline=None)
@given(orderly_transcripts().filter(lambda transcript: len(tidied(transcript).segments) > 0))
@pytest.mark.parametrize("form", [SRT, VTT, JSON])
def test_written_forms_are_recognised(form: TranscriptForm, transcript: Transcript) -> None:
    written = write_transcript(transcript, form)
    assert read_transcript(written.encode()) == read_transcript(written, form)


def as_said(segment: Segment) -> str:
    return f"{segment.speaker}: {segment.text}" if segment.speaker else segment.text


def squeezed(text: str) -> str:
    return "".join(text.split())
