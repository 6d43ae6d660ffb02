"""What one segment or one word says in JSON, whatever its maker calls start, end, text and speaker.

Makers: openai-whisper and its API (start, end, text, words with word/probability), WhisperX (score, SPEAKER_00),
Hugging Face pipelines (chunks with timestamp [start, end]), whisper.cpp (offsets in milliseconds, timestamps as
clocks), Deepgram (punctuated_word, transcript, speaker numbers), AssemblyAI (milliseconds), ElevenLabs (speaker_id,
type), Google (startTime "1.5s"), FunASR (sentence_info with spk, stamp_sents, timestamp lists in milliseconds; layout:
https://github.com/xorbitsai/inference/pull/3591, read 2026-11-22).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import cast

from bot.transcripts.clock import Moment, Unit, read_moment
from bot.transcripts.drafts import SegmentDraft, WordDraft
from bot.transcripts.wording import clean_text, join_pieces

Json = Mapping[str, object]

TEXT_KEYS = ("text", "sentence", "transcript", "content", "text_seg", "punctuated_word", "word")
_WORD_TEXT_KEYS = ("punctuated_word", "word", "text", "content")
_PROBABILITY_KEYS = ("probability", "score", "confidence", "prob")
_SPEAKER_KEYS = ("speaker", "spk", "speaker_id", "speakerId", "speaker_label", "speakerLabel", "speaker_name")
_NAME_KEYS = ("name", "label", "id")
_PAIR_KEYS = ("timestamp", "time", "range")

_MS, _S = Unit.MILLISECONDS, Unit.SECONDS
_SUFFIXES: tuple[tuple[str, Unit | None], ...] = (
    ("", None),
    *((suffix, _MS) for suffix in ("_ms", "Ms", "_millis")),
    *((suffix, _S) for suffix in ("_s", "_sec", "_seconds", "Seconds")),
)


def _spellings(*names: str) -> Mapping[str, Unit | None]:
    """Return every spelling of a key with the unit that it names."""
    return MappingProxyType({name + suffix: unit for suffix, unit in _SUFFIXES for name in names})


_START_KEYS = _spellings("start", "start_time", "startTime", "begin", "begin_time", "beginTime")
_END_KEYS = _spellings("end", "end_time", "endTime", "stop")
_LENGTH_KEYS = _spellings("duration", "dur", "audio_duration", "audioDuration")

# A Han or kana character, or a word of other letters: what FunASR gives one timestamp each.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+(?:['\u2019][^\W_]+)?"
)


def as_json(raw: object) -> Json | None:
    """Return ``raw`` if it is a JSON object."""
    return cast("Json", raw) if isinstance(raw, dict) else None


def as_list(raw: object) -> Sequence[object] | None:
    """Return ``raw`` if it is a JSON array."""
    return cast("Sequence[object]", raw) if isinstance(raw, list) else None


def text_in(item: Json, keys: Sequence[str] = TEXT_KEYS) -> str | None:
    """Return the first text under one of ``keys``, which may be empty."""
    return next((value for key in keys if isinstance(value := item.get(key), str)), None)


def has_time(item: Json) -> bool:
    """Say whether an item tells when it was said."""
    return any(moment is not None for moment in read_span(item, None))


def read_segment(item: Json, unit: Unit | None) -> SegmentDraft:
    """Read one segment; ``unit`` is what its times count, if the place in the document tells."""
    text = text_in(item) or ""
    if item.get("text_seg") is text:  # FunASR's runtime: a space between any two words, the mark beside them
        text = join_pieces([*text.split(), text_in(item, ("punc",)) or ""])
    draft = SegmentDraft(text, *read_span(item, unit), _speaker(item), list(read_words(item.get("words"), unit)))
    pairs = _pairs(item.get("timestamp")) or _pairs(item.get("ts_list"))
    if pairs:
        _take_pairs(draft, pairs)
    if draft.speaker is None:
        draft.speaker = next((word.speaker for word in draft.words if word.speaker is not None), None)
    return draft


def read_words(raw: object, unit: Unit | None) -> Iterator[WordDraft]:
    """Yield what is a word in a JSON array; ElevenLabs' spaces between words are none."""
    for item in map(as_json, as_list(raw) or ()):
        text = None if item is None else text_in(item, _WORD_TEXT_KEYS)
        if item is not None and text and item.get("type") != "spacing":
            start, end = read_span(item, unit)
            yield WordDraft(text, start, end, _probability(item), _speaker(item))


def read_length(item: Json) -> Moment | None:
    """Return the length of the recording where an object tells it."""
    return _first_moment(item, _LENGTH_KEYS, None)


def read_span(item: Json, unit: Unit | None) -> tuple[Moment | None, Moment | None]:
    """Return when an item starts and ends, as far as it says."""
    for key in _PAIR_KEYS:
        pair = as_list(item.get(key))
        if pair is not None and len(pair) == 2 and not isinstance(pair[0], list):
            return read_moment(pair[0], unit), read_moment(pair[1], unit)
    for key, its_unit in (("offsets", Unit.MILLISECONDS), ("timestamps", unit)):
        limits = as_json(item.get(key))
        if limits is not None:
            return read_moment(limits.get("from"), its_unit), read_moment(limits.get("to"), its_unit)
    start, end = _first_moment(item, _START_KEYS, unit), _first_moment(item, _END_KEYS, unit)
    if start is not None and end is None:
        length = _first_moment(item, _LENGTH_KEYS, start.unit)
        end = (
            None
            if length is None or length.unit is not start.unit
            else start._replace(value=start.value + length.value)
        )
    return start, end


def _first_moment(item: Json, keys: Mapping[str, Unit | None], unit: Unit | None) -> Moment | None:
    # Objects have fewer keys than there are spellings.
    moments = (read_moment(value, keys[key] or unit) for key, value in item.items() if key in keys)
    return next((moment for moment in moments if moment is not None), None)


def _pairs(raw: object) -> list[tuple[Moment | None, Moment | None]]:
    """Return FunASR's list of [start, end] in milliseconds."""
    pairs = (as_list(pair) for pair in as_list(raw) or ())
    return [
        (read_moment(pair[0], Unit.MILLISECONDS), read_moment(pair[1], Unit.MILLISECONDS))
        for pair in pairs
        if pair is not None and len(pair) == 2
    ]


def _take_pairs(draft: SegmentDraft, pairs: Sequence[tuple[Moment | None, Moment | None]]) -> None:
    """Give each word of the text its pair; where their numbers differ, only the whole is certain."""
    # The sentence's own start is that of its last word in some versions: github.com/modelscope/FunASR/issues/2110.
    draft.start, draft.end = pairs[0][0] or draft.start, pairs[-1][1] or draft.end
    tokens: list[str] = _TOKEN.findall(clean_text(draft.text))
    if not draft.words and len(tokens) == len(pairs):
        draft.words = [WordDraft(token, *pair) for token, pair in zip(tokens, pairs, strict=True)]


def _probability(item: Json) -> float | None:
    for key in _PROBABILITY_KEYS:
        moment = read_moment(item.get(key))
        if moment is not None:
            return moment.value
    return None


def _speaker(item: Json) -> str | None:
    for key in _SPEAKER_KEYS:
        raw = item.get(key)
        who = as_json(raw)
        label = _label(raw) if who is None else next(filter(None, (_label(who.get(name)) for name in _NAME_KEYS)), None)
        if label:
            return label
    return None


def _label(raw: object) -> str | None:
    if isinstance(raw, str):
        return raw
    is_number = isinstance(raw, int) and not isinstance(raw, bool) and -1 <= raw < 10_000
    return str(raw) if is_number else None
