"""Cues of srt and vtt, as written by recognisers, people and players.

Source: WebVTT, https://www.w3.org/TR/webvtt1/ (sections 4 and 6). srt has no standard: indices may be missing, the
fraction mark may be a point, hours may be missing, and Whisper prints ``[00:00.000 --> 00:04.000]  text``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from bot.transcripts.clock import Moment, Unit, read_clock
from bot.transcripts.drafts import Draft, SegmentDraft, WordDraft, refuse_too_many
from bot.transcripts.model import TranscriptUnreadable
from bot.transcripts.speakers import split_prefixes
from bot.transcripts.wording import clean_text

MAX_TAGS = 300_000
"""What may open with ``<`` in vtt: each may become a word or a segment."""
_TIME = r"((?:[0-9]{1,4}:)?[0-9]{1,4}:[0-9]{1,2}(?:[.,][0-9]{1,9})?)"
_TIMING = re.compile(rf"(\[?) ?{_TIME} {{0,4}}-{{2,3}}> {{0,4}}{_TIME}(?![0-9:.,])(\]?)")
_HIDDEN_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_VOICE_TAG = re.compile(r"/?v(?:[. ]|$)")
_LONGEST_INDEX = 8
_TAG = re.compile(r"<([^<>]{0,300})>")
_SRT_TAG = re.compile(r"</?(?:i|b|u|s|em|strong|font|c|v|lang|ruby|rt)(?:[ .][^<>]{0,300})?>", re.IGNORECASE)
_SRT_OVERRIDE = re.compile(r"\{\\[^{}]{0,100}\}")
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " ", "lrm": "\u200e", "rlm": "\u200f"}
_LAST_CHARACTER = 0x10FFFF


@dataclass(slots=True)
class _Cue:
    start_s: float | None
    end_s: float | None
    text: str


class _Run(NamedTuple):
    """Text between two tags of a vtt cue, who says it and from when."""

    speaker: str | None
    at_s: float | None
    text: str


def has_timing_line(text: str) -> bool:
    """Say whether any line of ``text`` is the timing of a cue."""
    return any(_match_timing(line) for line in text.split("\n"))


def read_srt(text: str) -> Draft:
    """Read srt. Blank text is a transcript of silence.

    Raises TranscriptUnreadable for text without a single cue.
    """
    lines = [line.strip() for line in text.split("\n")]
    timings = [at for at, line in enumerate(lines) if _match_timing(line)]
    if not timings:
        if text.strip():
            raise TranscriptUnreadable(f"{len(lines)} lines without a timing")
        return Draft([])
    refuse_too_many(len(timings))
    before = [at - 1 for at in timings if at > 0 and _is_index(lines[at - 1])]
    # A number above a timing is its index, unless the file has none and somebody just said "42".
    indices = frozenset(before) if len(before) * 2 >= len(timings) else frozenset[int]()
    ends = [at - 1 if at - 1 in indices else at for at in timings[1:]]
    cues = (_read_cue(lines[at:end]) for at, end in zip(timings, [*ends, len(lines)], strict=True))
    return _draft([_plain_segment(cue) for cue in cues])


def read_vtt(text: str) -> Draft:
    """Read WebVTT: voices become speakers, timestamps inside a cue become words.

    Raises TranscriptUnreadable for text with neither the header nor a cue, or with too many tags.
    """
    if text.count("<") > MAX_TAGS:
        raise TranscriptUnreadable(f"more than {MAX_TAGS} tags")
    segments: list[SegmentDraft] = []
    for block in _blocks(text):
        timings = [at for at, line in enumerate(block) if _match_timing(line)]
        if _HIDDEN_BLOCK.match(block[0]) and timings[:1] != [0]:
            continue
        for at, end in zip(timings, [*timings[1:], len(block)], strict=False):
            segments.extend(_voices(_read_cue(block[at:end])))
    if not segments and not text.lstrip().startswith("WEBVTT"):
        raise TranscriptUnreadable("neither a WEBVTT header nor a cue")
    return _draft(segments)


def _draft(segments: list[SegmentDraft]) -> Draft:
    if not any(segment.speaker for segment in segments):
        _take_speakers_from_text(segments)
    return Draft(segments)


def _take_speakers_from_text(segments: Sequence[SegmentDraft]) -> None:
    split = split_prefixes([segment.text for segment in segments])
    for segment, (speaker, said) in zip(segments, split, strict=True):
        if speaker is not None:
            # The first word would still hold the name.
            segment.speaker, segment.text, segment.words = speaker, said, ()


def _match_timing(line: str) -> re.Match[str] | None:
    return _TIMING.match(line) if "->" in line else None


def _is_index(line: str) -> bool:
    return len(line) <= _LONGEST_INDEX and line.isascii() and line.isdigit()


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield the lines between blank ones."""
    block: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            block.append(line.strip())
        elif block:
            yield block
            block = []
    if block:
        yield block


def _read_cue(lines: list[str]) -> _Cue:
    """Read a cue whose first line is its timing. What follows there is settings, but text after a ``]``."""
    timing = _match_timing(lines[0])
    if timing is None:
        raise TranscriptUnreadable("a cue without a timing")
    said = lines[1:]
    if timing[1] and timing[4]:
        said = [lines[0][timing.end() :], *said]
    return _Cue(read_clock(timing[2]), read_clock(timing[3]), "\n".join(said))


def _plain_segment(cue: _Cue) -> SegmentDraft:
    text = _SRT_OVERRIDE.sub("", _SRT_TAG.sub("", cue.text))
    return SegmentDraft(clean_text(_unescape(text)), _moment(cue.start_s), _moment(cue.end_s))


def _voices(cue: _Cue) -> Iterator[SegmentDraft]:
    """Yield a segment for each voice that speaks in the cue; they share its time."""
    runs = list(_runs(cue))
    has_timestamps = any(run.at_s != cue.start_s for run in runs)
    for speaker, said in groupby(runs, key=lambda run: run.speaker):
        pieces = list(said)
        words = [WordDraft(run.text, _moment(run.at_s)) for run in pieces] if has_timestamps else ()
        text = clean_text("".join(run.text for run in pieces))
        yield SegmentDraft(text, _moment(cue.start_s), _moment(cue.end_s), speaker, words)


def _runs(cue: _Cue) -> Iterator[_Run]:
    speaker, at_s = None, cue.start_s
    for is_tag, piece in _tags_and_text(cue.text):
        if not is_tag:
            yield _Run(speaker, at_s, piece)
        elif (time_s := read_clock(piece)) is not None:
            at_s = time_s
        elif _VOICE_TAG.match(piece):
            speaker = _voice_name(piece)


def _tags_and_text(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the insides of tags (True) and the text between them (False), entities resolved."""
    for position, piece in enumerate(_TAG.split(text)):
        if position % 2:
            yield True, _unescape(piece)
        elif piece:
            yield False, _unescape(piece)


def _voice_name(tag: str) -> str | None:
    """Return who speaks after ``v Ann``, ``v.loud Ann`` or ``/v`` (nobody that is named)."""
    name = tag.partition(" ")[2].strip()
    return name or None


def _moment(seconds: float | None) -> Moment | None:
    return None if seconds is None else Moment(seconds, Unit.SECONDS)


def _unescape(text: str) -> str:
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    if name is not None:
        return _ENTITIES.get(name, entity[0])
    number = int(decimal) if decimal is not None else int(hexadecimal, 16)
    return chr(number) if number <= _LAST_CHARACTER else ""
