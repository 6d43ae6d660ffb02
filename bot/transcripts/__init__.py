"""A transcript and its forms: txt, srt, vtt and json are read into one model and written out again.

Pure and synchronous: no file, no network, no clock. Every text is taken as hostile: bounds stand in ``model.py``,
time is linear in the size of the input, and whatever is not a transcript raises ``TranscriptUnreadable``.
An hour with a time for every word takes some 0.4 s to read and 0.2 s to write: call both in a thread.

    model         what a transcript is, and the bounds
    reading       bytes or text in: encoding, form, plain text
    json_shapes   where segments lie in JSON documents of many makers (json_items: what one segment says)
    subtitles     cues of srt and vtt
    drafts        what all readers deliver, made into the model: times filled, clamped and ordered
    units         seconds or milliseconds, decided for a whole document
    cues          the model laid out as cues that are never empty and never overlap
    writing       the model as txt, srt, vtt, json
"""

from bot.transcripts.model import Segment, Transcript, TranscriptForm, TranscriptUnreadable, Word
from bot.transcripts.reading import read_transcript
from bot.transcripts.writing import write_transcript

__all__ = [
    "Segment",
    "Transcript",
    "TranscriptForm",
    "TranscriptUnreadable",
    "Word",
    "read_transcript",
    "write_transcript",
]
