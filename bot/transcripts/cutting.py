"""Long segments cut into pieces that fit on a screen, between words whose times are known.

Source of the limits (read 2026-11-22): two lines and 7 seconds, Netflix Timed Text Style Guide, General Requirements,
https://partnerhelp.netflixstudios.com/hc/en-us/articles/215758617; 42 columns a line, the same for English.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.transcripts.model import Segment, Word
from bot.transcripts.wording import SENTENCE_ENDS, display_width, is_spaceless

MAX_COLUMNS = 84
MAX_LENGTH_S = 7.0
_WINDOW = 80
"""How far from the last word the next one is looked for in the text."""
_LONG_PAUSE_S = 0.4
_PART_ENDS = frozenset(",;:—、\uff0c\uff1b\uff1a")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text from one possible cut to the next."""

    text: str
    width: int
    start_s: float
    end_s: float


def cut_segment(segment: Segment) -> list[Segment]:
    """Return a segment in pieces of at most ``MAX_COLUMNS`` and ``MAX_LENGTH_S``, without their words.

    Cuts fall between words, at the end of a sentence or in a pause where there is one. A segment that is short
    enough, or without words, is one piece. Joining the pieces gives the text back.
    """
    is_long = display_width(segment.text) > MAX_COLUMNS or segment.end_s - segment.start_s > MAX_LENGTH_S
    pieces = list(_pieces(segment)) if is_long and segment.words else []
    if len(pieces) < 2:
        return [Segment(segment.start_s, segment.end_s, segment.text, segment.speaker)]
    parts: list[Segment] = []
    first = 0
    while first < len(pieces):
        behind = _cut_behind(pieces, first)
        start_s = pieces[first].start_s if first else segment.start_s
        end_s = pieces[behind - 1].end_s if behind < len(pieces) else segment.end_s
        text = "".join(piece.text for piece in pieces[first:behind]).strip()
        parts.append(Segment(start_s, end_s, text, segment.speaker))
        first = behind
    return parts


def _cut_behind(pieces: Sequence[_Piece], first: int) -> int:
    """Return the index after the last piece of the part that starts at ``first``."""
    behind, width = first, 0
    while behind < len(pieces):
        width += pieces[behind].width
        is_too_long = pieces[behind].end_s - pieces[first].start_s > MAX_LENGTH_S
        if behind > first and (width > MAX_COLUMNS or is_too_long):
            break
        behind += 1
    if behind == len(pieces):
        return behind
    earliest = first + max(1, (behind - first) // 3)
    return max(range(earliest, behind + 1), key=lambda cut: (_merit(pieces, cut), cut))


def _merit(pieces: Sequence[_Piece], cut: int) -> int:
    """Return how good it is to cut before ``cut``: after a sentence, in a pause or after a part, anywhere."""
    before, after = pieces[cut - 1], pieces[cut]
    last = before.text.rstrip()[-1:]
    if last in SENTENCE_ENDS:
        return 2
    return int(last in _PART_ENDS or after.start_s - before.end_s >= _LONG_PAUSE_S)


def _pieces(segment: Segment) -> Iterator[_Piece]:
    cuts = list(_cuts(segment.text, segment.words))
    offsets = [0, *(offset for offset, _ in cuts[1:]), len(segment.text)]
    firsts = [0, *(index for _, index in cuts[1:]), len(segment.words)]
    for at in range(len(offsets) - 1):
        words = segment.words[firsts[at] : firsts[at + 1]]
        text = segment.text[offsets[at] : offsets[at + 1]]
        if words and text:
            yield _Piece(text, display_width(text), words[0].start_s, words[-1].end_s)


def _cuts(text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield where in the text words start, with the word's index, as far as one may cut there."""
    behind = 0
    for index, word in enumerate(words):
        at = text.find(word.text, behind, behind + _WINDOW + len(word.text))
        if at < 0:
            continue  # spelt otherwise in the text: it stays with its neighbour
        behind = at + len(word.text)
        if at == 0 or text[at - 1].isspace() or is_spaceless(text[at]):
            yield at, index
