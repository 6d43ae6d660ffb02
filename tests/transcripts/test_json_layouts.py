"""JSON of many makers into one model."""

import json
from typing import Any

import pytest

from bot.transcripts import Segment, Transcript, TranscriptForm, TranscriptUnreadable, Word, read_transcript

ANN, BOB = Segment(0.5, 2.0, "Hello there."), Segment(2.0, 3.25, "How are you?")
PLAIN = (ANN, BOB)
TURNS = (Segment(0.5, 2.0, "Hello there.", "Speaker 1"), Segment(2.0, 3.25, "How are you?", "Speaker 2"))


def read(document: object) -> Transcript:
    return read_transcript(json.dumps(document), TranscriptForm.JSON)


def segments(**names: str) -> list[dict[str, Any]]:
    """Two segments in seconds whose keys are called as given."""
    start, end, text = names.get("start", "start"), names.get("end", "end"), names.get("text", "text")
    return [{start: 0.5, end: 2.0, text: " Hello there."}, {start: 2.0, end: 3.25, text: " How are you?"}]


LAYOUTS: dict[str, tuple[Any, tuple[Segment, ...]]] = {
    "whisper": ({"text": "…", "language": "en", "segments": segments()}, PLAIN),
    "bare list": (segments(), PLAIN),
    "under data": ({"code": 0, "data": {"segments": segments()}}, PLAIN),
    "list under data": ({"data": segments()}, PLAIN),
    "under result": ({"result": {"segments": segments()}}, PLAIN),
    "list under results": ({"results": segments()}, PLAIN),
    "two wrappers deep": ({"data": {"result": {"utterances": segments()}}}, PLAIN),
    "utterances with transcript": ({"utterances": segments(text="transcript")}, PLAIN),
    "start_time and end_time": (segments(start="start_time", end="end_time"), PLAIN),
    "startTime and endTime": (segments(start="startTime", end="endTime"), PLAIN),
    "begin and end": (segments(start="begin", text="sentence"), PLAIN),
    "start and duration": (
        [{"start": 0.5, "duration": 1.5, "text": "Hello there."}, {"start": 2, "dur": 1.25, "text": "How are you?"}],
        PLAIN,
    ),
    "keys that name milliseconds": (
        [
            {"start_ms": 500, "end_ms": 2000, "text": "Hello there."},
            {"startMs": 2000, "endMs": 3250, "text": "How are you?"},
        ],
        PLAIN,
    ),
    "clocks": (
        [
            {"start": "00:00:00,500", "end": "00:00:02,000", "text": "Hello there."},
            {"start": "0:02.0", "end": "00:00:03.25", "text": "How are you?"},
        ],
        PLAIN,
    ),
    "numbers in strings": (
        [
            {"start": "0.5", "end": "2", "text": "Hello there."},
            {"start": "2s", "end": "3250 ms", "text": "How are you?"},
        ],
        PLAIN,
    ),
    "hugging face": (
        {
            "text": "…",
            "chunks": [
                {"timestamp": [0.5, 2.0], "text": " Hello there."},
                {"timestamp": [2.0, 3.25], "text": " How are you?"},
            ],
        },
        PLAIN,
    ),
    "whisper.cpp": (
        {
            "params": {"language": "auto"},
            "result": {"language": "en"},
            "transcription": [
                {
                    "timestamps": {"from": "00:00:00,500", "to": "00:00:02,000"},
                    "offsets": {"from": 500, "to": 2000},
                    "text": " Hello there.",
                },
                {"timestamps": {"from": "00:00:02,000", "to": "00:00:03,250"}, "text": " How are you?"},
            ],
        },
        PLAIN,
    ),
    "whisperx": (
        {
            "segments": [
                {"start": 0.5, "end": 2.0, "text": " Hello there.", "speaker": "SPEAKER_00"},
                {"start": 2.0, "end": 3.25, "text": " How are you?", "speaker": "SPEAKER_01"},
            ]
        },
        TURNS,
    ),
    "funasr": (
        [
            {
                "key": "audio",
                "text": "Hello there. How are you?",
                "sentence_info": [
                    {"text": "Hello there.", "start": 500, "end": 2000, "spk": 0},
                    {"text": "How are you?", "start": 2000, "end": 3250, "spk": 1},
                ],
            }
        ],
        TURNS,
    ),
    "speakers counted from one": (
        [
            {"start": 0.5, "end": 2.0, "text": "Hello there.", "speaker": 1},
            {"start": 2.0, "end": 3.25, "text": "How are you?", "speaker": "spk_2"},
        ],
        TURNS,
    ),
    "speakers with names": (
        [
            {"start": 0.5, "end": 2.0, "text": "Hello there.", "speaker": {"id": 7, "name": "Ann Lee"}},
            {"start": 2.0, "end": 3.25, "text": "How are you?", "speaker_name": "Bob"},
        ],
        (Segment(0.5, 2.0, "Hello there.", "Ann Lee"), Segment(2.0, 3.25, "How are you?", "Bob")),
    ),
    "nobody knows who": (
        [
            {"start": 0.5, "end": 2.0, "text": "Hello there.", "spk": -1},
            {"start": 2.0, "end": 3.25, "text": "How are you?", "speaker": "unknown"},
        ],
        PLAIN,
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_read(name: str) -> None:
    document, expected = LAYOUTS[name]
    assert read(document).segments == expected


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_recognised_as_json(name: str) -> None:
    document, expected = LAYOUTS[name]
    assert read_transcript(json.dumps(document, indent=2).encode()).segments == expected


@pytest.mark.parametrize(
    ("name", "language"), [("whisper", "en"), ("whisper.cpp", "en"), ("bare list", None), ("funasr", None)]
)
def test_language_is_read_where_it_is_told(name: str, language: str | None) -> None:
    assert read(LAYOUTS[name][0]).language == language


@pytest.mark.parametrize(
    ("text_key", "probability_key"), [("word", "probability"), ("text", "confidence"), ("word", "score")]
)
def test_words_are_read_with_their_segment(text_key: str, probability_key: str) -> None:
    words = [
        {text_key: " Hello", "start": 0.5, "end": 1.0, probability_key: 0.9},
        {text_key: " there.", "start": 1.25, "end": 2.0},
    ]
    found = read({"segments": [{"start": 0.5, "end": 2.0, "text": " Hello there.", "words": words}]})
    assert found.segments[0].words == (Word(0.5, 1.0, "Hello", 0.9), Word(1.25, 2.0, "there."))


def test_words_beside_the_segments_go_to_the_segment_in_which_they_start() -> None:
    words = [
        {"word": "Hello", "start": 0.5, "end": 1.0},
        {"word": "there", "start": 1.0, "end": 2.1},
        {"word": "How", "start": 2.0, "end": 2.5},
    ]
    found = read({"segments": segments(), "words": words})
    assert [[word.text for word in segment.words] for segment in found.segments] == [["Hello", "there"], ["How"]]


def test_words_without_times_stand_between_their_neighbours() -> None:
    words = [
        {"word": "in", "start": 0.5, "end": 0.75},
        {"word": "1999"},
        {"word": "it", "start": 1.5, "end": 2.0},
    ]
    found = read({"segments": [{"start": 0.5, "end": 2.0, "text": "in 1999 it", "words": words}]})
    assert found.segments[0].words[1] == Word(0.75, 1.5, "1999")


def test_words_alone_become_a_segment_for_each_speaker_and_sentence() -> None:
    words = [
        {"punctuated_word": "Hi.", "word": "hi", "start": 0.1, "end": 0.4, "speaker": 0},
        {"punctuated_word": "I'm", "word": "i'm", "start": 0.4, "end": 0.6, "speaker": 0},
        {"punctuated_word": "Ann", "word": "ann", "start": 0.6, "end": 1.0, "speaker": 0},
        {"punctuated_word": "Hello", "word": "hello", "start": 1.0, "end": 1.5, "speaker": 1},
        {"punctuated_word": "you", "word": "you", "start": 9.0, "end": 9.5, "speaker": 1},
    ]
    channels = [{"detected_language": "en", "alternatives": [{"transcript": "…", "words": words}]}]
    found = read({"metadata": {"duration": 10.5}, "results": {"channels": channels}})
    assert [(segment.speaker, segment.text) for segment in found.segments] == [
        ("Speaker 1", "Hi."),
        ("Speaker 1", "I'm Ann"),
        ("Speaker 2", "Hello"),
        ("Speaker 2", "you"),
    ]
    assert (found.language, found.duration_s) == ("en", 10.5)


def test_spaces_between_words_are_no_words() -> None:
    words = [
        {"text": "Hi", "start": 0.1, "end": 0.4, "type": "word", "speaker_id": "speaker_0"},
        {"text": " ", "start": 0.4, "end": 0.5, "type": "spacing", "speaker_id": "speaker_0"},
        {"text": "you", "start": 0.5, "end": 0.9, "type": "word", "speaker_id": "speaker_0"},
    ]
    found = read({"language_code": "en", "text": "Hi you", "words": words})
    assert [(segment.text, segment.speaker, len(segment.words)) for segment in found.segments] == [
        ("Hi you", "Speaker 1", 2)
    ]


def test_text_with_sentences_is_kept_where_the_words_have_none() -> None:
    words = [{"word": "hi", "start": 0.1, "end": 0.4}, {"word": "you", "start": 0.5, "end": 0.9}]
    assert read({"text": "Hi, you!", "words": words}).segments[0].text == "Hi, you!"


def test_funasr_gives_each_han_character_and_word_its_time() -> None:
    found = read([{"key": "a", "text": "你好,world", "timestamp": [[100, 200], [200, 500], [500, 900]]}])
    assert found.segments == (
        Segment(0.1, 0.9, "你好,world", None, (Word(0.1, 0.2, "你"), Word(0.2, 0.5, "好"), Word(0.5, 0.9, "world"))),
    )


def test_funasr_times_that_do_not_match_the_words_time_the_whole_only() -> None:
    found = read({"text": "你好吗", "timestamp": [[100, 200], [200, 500]]})
    assert found.segments == (Segment(0.1, 0.5, "你好吗"),)


def test_funasr_sentence_starts_with_its_first_word_even_where_it_says_otherwise() -> None:
    sentence = {"text": "因为", "start": 897260, "end": 897400, "timestamp": [[895640, 895780], [897260, 897400]]}
    assert read([{"sentence_info": [sentence]}]).segments[0].start_s == pytest.approx(895.64)


def test_funasr_runtime_puts_words_and_mark_together() -> None:
    stamps = [{"text_seg": "正 是", "punc": ",", "start": 430, "end": 670, "ts_list": [[430, 550], [550, 670]]}]
    found = read({"mode": "offline", "text": "正是,", "stamp_sents": stamps})
    assert found.segments == (Segment(0.43, 0.67, "正是,", None, (Word(0.43, 0.55, "正"), Word(0.55, 0.67, "是"))),)


def test_results_in_several_parts_are_put_together() -> None:
    parts = [
        {"alternatives": [{"transcript": "One.", "words": [{"word": "One.", "startTime": "0s", "endTime": "1.5s"}]}]},
        {"alternatives": [{"transcript": "Two.", "words": [{"word": "Two.", "startTime": "2s", "endTime": "2.500s"}]}]},
    ]
    assert read({"results": parts}).segments == (
        Segment(0.0, 1.5, "One.", None, (Word(0.0, 1.5, "One."),)),
        Segment(2.0, 2.5, "Two.", None, (Word(2.0, 2.5, "Two."),)),
    )


@pytest.mark.parametrize(
    "document", [{"text": "Only text"}, {"data": {"text": "Only text"}}, {"transcript": "Only text"}]
)
def test_text_without_segments_is_one_segment_without_times(document: object) -> None:
    found = read(document)
    assert found.segments == (Segment(0.0, 0.0, "Only text"),)
    assert not found.is_timed


@pytest.mark.parametrize("document", [{"text": "", "segments": []}, {"segments": []}, [], {"text": ""}])
def test_silence_is_a_transcript_without_segments(document: object) -> None:
    assert read(document).segments == ()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('{"start": NaN, "end": 2.0}', (0.0, 2.0)),
        ('{"start": -3.0, "end": 2.0}', (0.0, 2.0)),
        ('{"start": 1.5, "end": Infinity}', (1.5, 2.0)),
        ('{"start": 1.5, "end": 1e300}', (1.5, 2.0)),
        ('{"start": 1.5, "end": 0.5}', (1.5, 2.0)),
        ('{"start": 1.5, "end": null}', (1.5, 2.0)),
        ('{"start": true, "end": 1.5}', (0.0, 1.5)),
        ('{"start": 1.5, "end": ' + "9" * 400 + "}", (1.5, 2.0)),
        ('{"start": 1.5, "end": "' + "9" * 400 + '"}', (1.5, 2.0)),
    ],
)
def test_impossible_times_count_as_missing(raw: str, expected: tuple[float, float]) -> None:
    first = raw.removesuffix("}") + ', "text": "a"}'
    found = read_transcript(f'[{first}, {{"start": 100.5, "end": 101.5, "text": "b"}}]')
    assert (found.segments[0].start_s, found.segments[0].end_s) == expected


def test_missing_end_reaches_no_further_than_the_next_start() -> None:
    found = read([{"start": 1.5, "text": "x" * 90}, {"start": 2.5, "text": "y" * 90}])
    assert [(segment.start_s, segment.end_s) for segment in found.segments] == [(1.5, 2.5), (2.5, 8.5)]


@pytest.mark.parametrize(
    ("document", "end_s"),
    [
        ([{"start": 0, "end": 4, "text": "Whole seconds here."}], 4),
        ([{"start": 0, "end": 4000, "text": "Whole milliseconds here."}], 4),
        ([{"start": 0, "end": 30, "text": "."}], 30),
        ([{"start": 3600, "end": 3630, "text": "Thank you."}], 3630),
        ([{"start": 3600.5, "end": 3690.5, "text": "Thank you."}], 3690.5),
        ([{"start": 1200.5, "end": 3900.5, "text": "Fractions of milliseconds"}], 3.9005),
        ([{"start": 0, "end": 2500.0, "text": "Whole floats are no fractions."}], 2.5),
        ({"time_unit": "ms", "segments": [{"start": 0, "end": 40, "text": "Said to be milliseconds."}]}, 0.04),
        ({"time_unit": "s", "segments": [{"start": 0, "end": 4000, "text": "Long."}]}, 4000),
        ({"audio_duration": 5, "utterances": [{"start": 0, "end": 4000, "text": "x" * 3000}]}, 4),
        ({"segments": [{"start": 0, "end": 4000, "text": "a", "words": [{"word": "a", "start": 9, "end": 99}]}]}, 4),
    ],
)
def test_seconds_or_milliseconds_is_told_from_evidence(document: object, end_s: float) -> None:
    assert read(document).segments[-1].end_s == pytest.approx(end_s, abs=0.001)


@pytest.mark.parametrize(
    ("length", "duration_s"),
    [({"duration": 3.5}, 3.5), ({"duration_ms": 3500}, 3.5), ({"audio_duration": 4}, 4), ({"duration": 0}, None)],
)
def test_length_of_the_recording_is_read(length: dict[str, float], duration_s: float | None) -> None:
    assert read({**length, "segments": segments()}).duration_s == duration_s


def test_length_in_seconds_beside_times_in_milliseconds_stays_seconds() -> None:
    found = read({"duration": 60, "segments": [{"start": 0, "end": 900, "text": "Short."}]})
    assert (found.duration_s, found.segments[0].end_s) == (60, 0.9)


def test_segments_are_ordered_by_start() -> None:
    found = read(list(reversed(segments())))
    assert found.segments == PLAIN


def test_controls_and_lone_surrogates_do_not_come_through() -> None:
    found = read({"text": "a\x00b\u2060c\ud800 d\r\n\r\n  e\u2028f"})
    assert found.segments[0].text == "abc\ufffd d\ne\nf"


@pytest.mark.parametrize(
    ("document", "shape"),
    [
        ({"error": {"message": "secret words"}}, "JSON without segments or text: {error: dict}"),
        ({"secret words": 1}, "JSON without segments or text: {?: int}"),
        ({"segments": [1, "secret words"]}, "JSON without segments or text: {segments: list}"),
        (["secret words"], "JSON without segments or text: [str, …]"),
        ("secret words", "JSON without segments or text: str"),
        (None, "JSON without segments or text: null"),
    ],
)
def test_other_json_is_refused_with_its_shape_and_not_its_values(document: object, shape: str) -> None:
    with pytest.raises(TranscriptUnreadable) as refused:
        read(document)
    assert refused.value.shape == shape
    assert "secret" not in str(refused.value)
