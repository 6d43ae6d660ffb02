"""A transcript as txt, srt, vtt or JSON. Text cannot break the file it stands in."""

import json
import re
from collections.abc import Iterator
from typing import assert_never

from bot.transcripts.clock import write_clock
from bot.transcripts.cues import Cue, lay_out
from bot.transcripts.drafts import build_transcript, draft_of
from bot.transcripts.model import Segment, Transcript, TranscriptForm, Word
from bot.transcripts.wording import WORD_JOINER, join_pieces

# srt knows no escapes: an invisible word joiner breaks an arrow, a tag, a style and an entity. Reading removes it.
_SRT_DANGER = re.compile(r"--(?=>)|<(?=[A-Za-z/])|\{(?=\\)|&(?=[#A-Za-z])")
_VTT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_PARAGRAPH_PAUSE_S = 2.0


def write_transcript(transcript: Transcript, form: TranscriptForm) -> str:
    """Write a transcript in one of the four forms; any transcript can be written in any form.

    txt: with speakers, one line per turn (``Ann: …``) and a blank line between turns; without, a new line after every
    pause of two seconds or, where there are no times, after every segment. No times.
    srt, vtt: cues as ``cues.lay_out`` places them; speakers as ``Ann: …`` in srt, as ``<v Ann>`` in vtt.
    json: ``{"language", "duration", "time_unit": "s", "text", "segments": [{"start", "end", "text", "speaker",
    "words": [{"word", "start", "end", "probability"}]}]}``, in seconds; what is unknown is left out. It is a superset
    of Whisper's layout and is read back equal.
    """
    tidy = build_transcript(draft_of(transcript))
    match form:
        case TranscriptForm.TXT:
            return "".join(f"{line}\n" for line in _txt_lines(tidy))
        case TranscriptForm.SRT:
            return "\n".join(_srt_cue(number, cue) for number, cue in enumerate(lay_out(tidy), 1))
        case TranscriptForm.VTT:
            return "\n".join(["WEBVTT\n", *(_vtt_cue(cue) for cue in lay_out(tidy))])
        case TranscriptForm.JSON:
            return _json_text(tidy)
        case _:
            assert_never(form)


def _txt_lines(transcript: Transcript) -> Iterator[str]:
    has_speakers = bool(transcript.speakers)
    for number, paragraph in enumerate(_paragraphs(transcript, has_speakers=has_speakers)):
        if number and has_speakers:
            yield ""
        speaker = paragraph[0].speaker
        text = join_pieces([line for segment in paragraph for line in segment.text.split("\n")])
        yield f"{speaker}: {text}" if speaker else text


def _paragraphs(transcript: Transcript, *, has_speakers: bool) -> Iterator[list[Segment]]:
    is_timed = transcript.is_timed
    paragraph: list[Segment] = []
    for segment in transcript.segments:
        if paragraph:
            last = paragraph[-1]
            is_apart = not is_timed or segment.start_s - last.end_s >= _PARAGRAPH_PAUSE_S
            if segment.speaker != last.speaker if has_speakers else is_apart:
                yield paragraph
                paragraph = []
        paragraph.append(segment)
    if paragraph:
        yield paragraph


def _srt_cue(number: int, cue: Cue) -> str:
    text = f"{cue.speaker}: {cue.text}" if cue.speaker else cue.text
    safe = _SRT_DANGER.sub(lambda danger: danger[0] + WORD_JOINER, text)
    return f"{number}\n{write_clock(cue.start_ms, ',')} --> {write_clock(cue.end_ms, ',')}\n{safe}\n"


def _vtt_cue(cue: Cue) -> str:
    voice = f"<v {cue.speaker.translate(_VTT_ESCAPES)}>" if cue.speaker else ""
    text = cue.text.translate(_VTT_ESCAPES)
    return f"{write_clock(cue.start_ms, '.')} --> {write_clock(cue.end_ms, '.')}\n{voice}{text}\n"


def _json_text(transcript: Transcript) -> str:
    """Return one line for what is known of the whole and one for each segment."""
    is_timed = transcript.is_timed
    head = {
        **({"language": transcript.language} if transcript.language else {}),
        **({"duration": transcript.duration_s} if transcript.duration_s else {}),
        "time_unit": "s",
        "text": transcript.text,
    }
    lines = ",\n".join(_dump(_json_segment(segment, is_timed=is_timed)) for segment in transcript.segments)
    return f'{_dump(head).removesuffix("}")}, "segments": [\n{lines}\n]}}\n'


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _json_segment(segment: Segment, *, is_timed: bool) -> dict[str, object]:
    return {
        **({"start": segment.start_s, "end": segment.end_s} if is_timed else {}),
        "text": segment.text,
        **({"speaker": segment.speaker} if segment.speaker else {}),
        **({"words": [_json_word(word) for word in segment.words]} if segment.words else {}),
    }


def _json_word(word: Word) -> dict[str, object]:
    probability = {} if word.probability is None else {"probability": word.probability}
    return {"word": word.text, "start": word.start_s, "end": word.end_s, **probability}
