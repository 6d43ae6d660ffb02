"""Where the segments lie in a JSON document.

Looked for at each level, from the outside in: a list of segments, a list of words, a wrapper that holds either, text
alone. Which keys are known stands below; their makers are named in ``json_items``. The document that ``writing`` makes
is one of them.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.transcripts.clock import Moment, Unit
from bot.transcripts.drafts import Draft, SegmentDraft, WordDraft, refuse_too_many
from bot.transcripts.json_items import (
    Json,
    as_json,
    as_list,
    has_time,
    read_length,
    read_segment,
    read_words,
    text_in,
)
from bot.transcripts.model import TranscriptUnreadable
from bot.transcripts.units import decide_duration, decide_unit
from bot.transcripts.wording import SENTENCE_ENDS

MAX_CONTAINERS = 300_000
"""Braces and brackets that may open: each costs some hundred bytes of memory. Every word takes one: 30 hours."""
_DEEPEST = 8
_SEGMENT_KEYS = ("segments", "sentence_info", "stamp_sents", "utterances", "sentences", "chunks", "transcription")
_MILLISECOND_KEYS = frozenset({"sentence_info", "stamp_sents"})
_WRAPPER_KEYS = ("data", "result", "results", "output", "response", "transcript", "transcription")
_ALTERNATIVE_KEYS = ("channels", "alternatives")
"""Lists of which the first is the best (alternatives) or the only one that is read (channels)."""
_TEXT_KEYS = ("text", "transcript", "transcription")
_LANGUAGE_KEYS = ("language", "language_code", "languageCode", "detected_language", "lang")
_HEADER_KEYS = ("metadata", "result", "params")
"""Objects beside the segments that may tell language and length (Deepgram, whisper.cpp)."""
_UNIT_WORDS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), Unit.SECONDS),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), Unit.MILLISECONDS),
}
_PAUSE_BETWEEN_SEGMENTS_S = 1.0
_LONGEST_GROUP = 60
"""Words in a segment made of bare words without any sentence end."""
_MAX_SHAPE = 200
_KEYS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class _Found:
    """Segments or words, with the objects around them, innermost first."""

    items: Sequence[object] = ()
    words: Sequence[object] = ()
    around: tuple[Json, ...] = ()
    unit: Unit | None = None


def read_json(text: str) -> Draft:
    """Read a JSON document of any layout that is known.

    Raises TranscriptUnreadable for what is no JSON, is nested too deeply, holds too much, or has no place where a
    transcript could be.
    """
    document = _load(text)
    found = _find(document, 0)
    if found is None:
        raise TranscriptUnreadable(f"JSON without segments or text: {_describe(document)}"[:_MAX_SHAPE])
    headers = [*found.around, *(header for item in found.around for header in _headers(item))]
    return _build(found, headers)


def _find(node: object, depth: int) -> _Found | None:
    if depth > _DEEPEST:
        return None
    item = as_json(node)
    if item is not None:
        return _find_inside(item, depth) or _find_text(item)
    items = as_list(node)
    if not items:
        return _Found() if items is not None and depth == 0 else None
    return _find_in_list(items, depth)


def _find_inside(item: Json, depth: int) -> _Found | None:
    """Look for segments, then words, then the same in what the object wraps."""
    words = as_list(item.get("words")) or ()
    for key in _SEGMENT_KEYS:
        items = as_list(item.get(key))
        if items and any(map(_says_something, items)):
            return _Found(items, words, (item,), Unit.MILLISECONDS if key in _MILLISECOND_KEYS else None)
    if any(map(_says_something, words)):
        return _Found((), words, (item,))
    for inner in _inner(item):
        found = _find(inner, depth + 1)
        if found is not None:
            return replace(found, around=(*found.around, item))
    return None


def _inner(item: Json) -> Iterator[object]:
    for key in _ALTERNATIVE_KEYS:
        yield from (as_list(item.get(key)) or ())[:1]
    for key in _WRAPPER_KEYS:
        yield item.get(key)


def _find_text(item: Json) -> _Found | None:
    if text_in(item, _TEXT_KEYS) is not None:
        return _Found([item], (), (item,))
    has_empty_list = any(as_list(item.get(key)) == [] for key in _SEGMENT_KEYS)
    return _Found(around=(item,)) if has_empty_list else None


def _find_in_list(items: Sequence[object], depth: int) -> _Found | None:
    inside = [item for item in map(as_json, items) if item is not None]
    timed = next((item for item in inside if _says_something(item) and has_time(item)), None)
    if timed is not None:
        return _Found((), items) if "word" in timed and "text" not in timed else _Found(items)
    parts = [found for item in inside if (found := _find_inside(item, depth + 1)) is not None]
    if parts:  # one part for each stretch of the recording: Google, FunASR
        return replace(
            parts[0],
            items=[item for part in parts for item in part.items],
            words=[word for part in parts for word in part.words],
        )
    return _Found(items) if any(map(_says_something, inside)) else None


def _says_something(raw: object) -> bool:
    item = as_json(raw)
    return item is not None and (text_in(item) is not None or bool(as_list(item.get("words"))))


def _headers(item: Json) -> Iterator[Json]:
    for key in _HEADER_KEYS:
        header = as_json(item.get(key))
        if header is not None:
            yield header


def _build(found: _Found, headers: Sequence[Json]) -> Draft:
    refuse_too_many(len(found.items))
    length = next((moment for item in headers if (moment := read_length(item)) is not None), None)
    words = list(read_words(found.words, found.unit))
    segments = [read_segment(item, found.unit) for item in map(as_json, found.items) if item is not None]
    timed = segments or [SegmentDraft("", words=words)]
    unit = _declared_unit(headers) or decide_unit(timed, length)
    if not segments:
        segments = _group(words, unit, _text_around(found))
    elif not any(segment.words for segment in segments):
        _share_out(words, segments)
    return Draft(segments, _language(headers), decide_duration(timed, length, unit), unit)


def _language(headers: Sequence[Json]) -> str | None:
    return next((text for item in headers if (text := text_in(item, _LANGUAGE_KEYS))), None)


def _declared_unit(headers: Sequence[Json]) -> Unit | None:
    words = (text_in(item, ("time_unit", "timeUnit")) for item in headers)
    return next((_UNIT_WORDS[word] for word in words if word in _UNIT_WORDS), None)


def _text_around(found: _Found) -> str:
    return (text_in(found.around[0], _TEXT_KEYS) or "") if found.around else ""


def _share_out(words: Sequence[WordDraft], segments: Sequence[SegmentDraft]) -> None:
    """Give words that stand beside the segments (OpenAI's API) to the segment in which they start."""
    starts = [_seconds(segment.start) for segment in segments]
    if any(start is None for start in starts):
        return
    shares: list[list[WordDraft]] = [[] for _ in segments]
    at = 0
    for word in words:
        start = _seconds(word.start)
        while start is not None and at + 1 < len(starts) and start >= (starts[at + 1] or 0):
            at += 1
        shares[at].append(word)
    for segment, share in zip(segments, shares, strict=True):
        segment.words = share


def _seconds(moment: Moment | None) -> float | None:
    # Whatever the unit is, it is the same on both sides of a comparison.
    return None if moment is None else moment.seconds(Unit.SECONDS)


def _group(words: Sequence[WordDraft], unit: Unit, text: str) -> list[SegmentDraft]:
    """Make bare words into segments: by speaker, sentence and pause, or as one where only ``text`` has sentences."""
    has_speakers = any(word.speaker is not None for word in words)
    has_sentences = any(word.text.strip()[-1:] in SENTENCE_ENDS for word in words)
    if text.strip() and not has_speakers and not has_sentences:
        return [SegmentDraft(text, words=words)]
    groups: list[list[WordDraft]] = []
    for word in words:
        if not groups or _starts_group(word, groups[-1], unit):
            groups.append([])
        groups[-1].append(word)
    return [SegmentDraft("", speaker=group[0].speaker, words=group) for group in groups]


def _starts_group(word: WordDraft, group: Sequence[WordDraft], unit: Unit) -> bool:
    last = group[-1]
    if word.speaker != last.speaker or len(group) >= _LONGEST_GROUP:
        return True
    if last.text.strip()[-1:] in SENTENCE_ENDS:
        return True
    if word.start is None or last.end is None:
        return False
    return word.start.seconds(unit) - last.end.seconds(unit) >= _PAUSE_BETWEEN_SEGMENTS_S


def _load(text: str) -> object:
    if text.count("{") + text.count("[") > MAX_CONTAINERS:
        raise TranscriptUnreadable(f"JSON of more than {MAX_CONTAINERS} objects and arrays")
    try:
        return json.loads(text, strict=False)
    except RecursionError as error:
        raise TranscriptUnreadable("JSON nested too deeply") from error
    except ValueError as error:  # also an integer of more digits than Python converts
        raise TranscriptUnreadable("not JSON") from error


def _describe(document: object) -> str:
    """Return kinds and keys of the two outer levels, never values; odd keys are shown as ``?``."""
    item, items = as_json(document), as_list(document)
    if item is not None:
        keys = [f"{_plain_key(key)}: {_kind(value)}" for key, value in list(item.items())[:_KEYS_SHOWN]]
        return "{" + ", ".join(keys) + "}"
    return f"[{_kind(items[0])}, …]" if items else _kind(document)


def _plain_key(key: str) -> str:
    return key if key.isidentifier() and len(key) <= 30 else "?"


def _kind(value: object) -> str:
    return "null" if value is None else type(value).__name__
