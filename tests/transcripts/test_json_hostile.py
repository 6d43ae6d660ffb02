"""JSON that is broken, wild or far too much."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.transcripts import Transcript, TranscriptForm, TranscriptUnreadable, read_transcript
from bot.transcripts.json_shapes import MAX_CONTAINERS
from bot.transcripts.model import MAX_SEGMENTS


def read(document: object) -> Transcript:
    return read_transcript(json.dumps(document), TranscriptForm.JSON)


@pytest.mark.parametrize(
    "text",
    [
        '{"segments": [',
        "[" * 100_000,
        '{"data":' * 50_000,
        '{"segments": [{"text": "a", "start": ' + "1" * 5000 + "}]}",
        "[{}" + ",{}" * MAX_CONTAINERS + "]",
        '[{"text":"a"}' + ',{"text":"a"}' * MAX_SEGMENTS + "]",
    ],
    ids=["cut off", "deep", "deep objects", "huge integer", "many objects", "many segments"],
)
def test_hostile_json_is_refused(text: str) -> None:
    with pytest.raises(TranscriptUnreadable):
        read_transcript(text, TranscriptForm.JSON)


def test_wrappers_are_followed_a_few_levels_only() -> None:
    with pytest.raises(TranscriptUnreadable):
        read_transcript('{"data":' * 20 + '{"text": "found"}' + "}" * 20)


def test_many_words_are_read_in_linear_time() -> None:
    words = [{"word": f"w{at}", "start": at / 4, "end": at / 4 + 0.2} for at in range(20_000)]
    started = time.process_time()
    read(
        {
            "segments": [
                {"start": 0.0, "end": 5000.0, "text": " ".join(f"w{at}" for at in range(20_000)), "words": words}
            ]
        }
    )
    assert time.process_time() - started < 5


NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([0, 1, 2.5, 1000, "00:00:01,000", "1.5s"]))
LIST_KEYS = ["segments", "sentence_info", "utterances", "chunks", "transcription", "words", "channels", "alternatives"]
WRAPPER_KEYS = ["data", "result", "results", "offsets", "timestamp", "ts_list"]
VALUE_KEYS = ["text", "word", "start", "end", "from", "to", "speaker", "spk", "duration", "language", "probability"]
KEYS = st.sampled_from([*LIST_KEYS, *WRAPPER_KEYS, *VALUE_KEYS, "time_unit"])
DOCUMENTS = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=40,
)


@settings(deadline=None, max_examples=300)
@given(DOCUMENTS)
def test_any_json_gives_a_sound_transcript_or_is_refused(document: object) -> None:
    try:
        found = read(document)
    except TranscriptUnreadable:
        return
    last = 0.0
    for segment in found.segments:
        assert segment.text
        assert last <= segment.start_s
        assert segment.start_s < segment.end_s or not found.is_timed
        edges = [segment.start_s, *(word.start_s for word in segment.words), segment.end_s]
        assert edges == sorted(edges)
        assert all(word.start_s <= word.end_s <= segment.end_s for word in segment.words)
        last = segment.start_s
