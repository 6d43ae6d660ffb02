"""The emotion tags of spoken text: their names, their aliases, and the parser of tagged text.

``[happy] Hello! [break] How are you?`` A tag acts on what follows it, up to the next tag that can last.
Sounds and effects (``[laughing]``, ``[break]``) happen at one moment and leave the mood as it was.

Source of names and aliases: FineVoice API documentation, "Emotion tags" (read 2026-11-22).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class TagGroup(StrEnum):
    """What kind of thing a tag asks for."""

    EMOTION = "emotion"
    TONE = "tone"
    SOUND = "sound"
    EFFECT = "effect"


class NoteKind(StrEnum):
    """What is odd about tagged text that is nevertheless understood."""

    TWO_TAGS_IN_A_ROW = "two_tags_in_a_row"
    """Nothing is spoken between two tags: the first has no effect."""
    TAG_BESIDE_SOUND = "tag_beside_sound"
    """Nothing is spoken between a sound or effect, pauses excepted, and another tag: that need not work."""
    TAG_WITHOUT_TEXT = "tag_without_text"
    """The last tag has nothing after it."""
    SEVERAL_TAGS_IN_ONE_SENTENCE = "several_tags_in_one_sentence"
    """Tags work best at the start of a sentence, one per sentence."""


SENTENCE_ENDS = ".!?…。！？"  # noqa: RUF001 - of Chinese and Japanese too
BREAK = "break"
LONG_BREAK = "long-break"

_EMOTIONS = (
    "happy sad angry excited calm nervous confident surprised satisfied delighted scared worried upset frustrated "
    "depressed empathetic embarrassed disgusted moved proud relaxed grateful curious sarcastic disdainful unhappy "
    "anxious hysterical indifferent uncertain doubtful confused disappointed regretful guilty ashamed jealous envious "
    "hopeful optimistic pessimistic nostalgic lonely bored contemptuous sympathetic compassionate determined resigned"
)
_SOUNDS = "laughing chuckling sobbing sighing groaning panting gasping yawning snoring breathe"

TAGS: Mapping[TagGroup, tuple[str, ...]] = MappingProxyType(
    {
        TagGroup.EMOTION: tuple(_EMOTIONS.split()),
        TagGroup.TONE: ("in a hurry tone", "shouting", "screaming", "whispering", "soft tone"),
        TagGroup.SOUND: (*_SOUNDS.split(), "crying loudly"),
        TagGroup.EFFECT: ("audience laughing", "background laughter", "crowd laughing", BREAK, LONG_BREAK),
    }
)
"""Every documented tag, by group."""

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        alias: tag
        for tag, aliases in {
            "indifferent": "neutral",
            "calm": "robotic robot mechanical electronic mysterious narrator",
            "confident": "professional sincere important helpful clear patient",
            "happy": "friendly cheerful welcoming",
            "excited": "energetic dramatic enthusiastic celebrating",
            "scared": "fearful",
            "regretful": "apologetic",
            "in a hurry tone": "urgent",
            "worried": "concerned",
            "proud": "triumphant",
            "delighted": "joyful impressed",
            "hopeful": "encouraging",
            "curious": "thoughtful",
            "frustrated": "struggling",
        }.items()
        for alias in aliases.split()
    }
)
"""Other accepted words, and the tag each one means."""

_GROUP_OF: Mapping[str, TagGroup] = MappingProxyType({tag: group for group, tags in TAGS.items() for tag in tags})
_MOMENTS = frozenset({TagGroup.SOUND, TagGroup.EFFECT})

# Letters, spaces, commas and hyphens only, of bounded length: "[1]", "[a/b]" and "[a link](https://…)" stay text.
_MARKER = re.compile(r"(?<!\\)\[ {0,3}([A-Za-z][A-Za-z ,\-]{0,39})\](?!\(https?:)")
_MOST_WORDS_IN_A_TAG = 4
_SENTENCE_END = re.compile(rf"[{SENTENCE_ENDS}\n]")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text under one tag.

    ``tag`` is a canonical tag or None for no mood. A sound or effect is a segment of its own with empty ``text``.
    ``marker`` is what stood in the source before the text, brackets included: joining marker and text of all
    segments gives the source back.
    """

    tag: str | None
    text: str
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth telling the author."""

    kind: NoteKind
    tag: str


@dataclass(frozen=True, slots=True)
class TaggedText:
    """Parsed text. ``unknown_tags`` are lower case, each once, in order of appearance."""

    segments: tuple[Segment, ...]
    unknown_tags: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def plain_text(self) -> str:
        """The text without its tags, unknown ones included."""
        return "".join(segment.text for segment in self.segments)

    @property
    def tags(self) -> tuple[str, ...]:
        """Canonical tags in use, each once, in order of appearance."""
        return tuple(dict.fromkeys(segment.tag for segment in self.segments if segment.tag is not None))


def canonical_tag(name: str) -> str | None:
    """Return the documented tag that ``name`` means (any case, aliases included), or None."""
    folded = " ".join(name.lower().split())
    known = ALIASES.get(folded, folded)
    return known if known in _GROUP_OF else None


def group_of(tag: str) -> TagGroup:
    """Return the group of a canonical tag. Raises KeyError for anything else."""
    return _GROUP_OF[tag]


def is_moment(tag: str) -> bool:
    """Say whether a canonical tag happens at one moment (sounds, effects) instead of colouring what follows."""
    return _GROUP_OF[tag] in _MOMENTS


def parse_tagged_text(text: str) -> TaggedText:
    r"""Split ``text`` into segments of one mood each. Never raises, and never loses a character.

    Unbalanced brackets, brackets around anything but a few plain words, and ``\[escaped]`` ones are ordinary text.
    An unknown tag is reported and leaves the mood as it was.
    """
    segments = tuple(_segments(text))
    unknown = dict.fromkeys(_tag_name(s.marker) for s in segments if s.marker and _is_unknown(s.marker))
    return TaggedText(segments, tuple(unknown), tuple(_notes(segments)))


def begins_with_tag(text: str) -> bool:
    """Say whether a text begins with a tag that is known: another one before it would take its effect away."""
    first = next(_segments(text.lstrip()), None)
    return first is not None and bool(first.marker) and not _is_unknown(first.marker)


def _segments(text: str) -> Iterator[Segment]:
    mood: str | None = None
    marker = ""
    written_to = 0
    for match in _MARKER.finditer(text):
        if len(match[1].split()) > _MOST_WORDS_IN_A_TAG:
            continue
        before = text[written_to : match.start()]
        if marker or before:
            yield Segment(mood, before, marker)
        marker, written_to = match[0], match.end()
        tag = canonical_tag(match[1])
        if tag is not None and is_moment(tag):
            yield Segment(tag, "", marker)
            marker = ""
        elif tag is not None:
            mood = tag
    rest = text[written_to:]
    if marker or rest:
        yield Segment(mood, rest, marker)


def _tag_name(marker: str) -> str:
    return " ".join(marker.strip("[]").lower().split())


def _is_unknown(marker: str) -> bool:
    return canonical_tag(_tag_name(marker)) is None


def _notes(segments: tuple[Segment, ...]) -> Iterator[Note]:
    last = len(segments) - 1
    moods_in_sentence = 0
    for index, segment in enumerate(segments):
        if _sets_mood(segment) and segment.tag is not None:
            moods_in_sentence += 1
            if moods_in_sentence > 1:
                yield Note(NoteKind.SEVERAL_TAGS_IN_ONE_SENTENCE, segment.tag)
            if not segment.text.strip():
                kind = NoteKind.TAG_WITHOUT_TEXT if index == last else NoteKind.TWO_TAGS_IN_A_ROW
                if index == last or _sets_mood(segments[index + 1]):
                    yield Note(kind, segment.tag)
        if index < last and _are_touching_sounds(segment, segments[index + 1]):
            yield Note(NoteKind.TAG_BESIDE_SOUND, _tag_name(segment.marker))
        if _SENTENCE_END.search(segment.text):
            moods_in_sentence = 0


def _are_touching_sounds(first: Segment, second: Segment) -> bool:
    """Whether two tags follow each other of which at least one is a sound, and none is a pause."""
    tags = [canonical_tag(_tag_name(one.marker)) for one in (first, second)]
    if first.text.strip() or any(tag is None or tag in {BREAK, LONG_BREAK} for tag in tags):
        return False
    return any(tag is not None and is_moment(tag) for tag in tags)


def _sets_mood(segment: Segment) -> bool:
    return (
        bool(segment.marker)
        and segment.tag is not None
        and not _is_unknown(segment.marker)
        and not is_moment(segment.tag)
    )
