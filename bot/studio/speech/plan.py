"""A speech request into parts to speak, or a refusal. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.emotions import NoteKind, TaggedText, is_moment, parse_tagged_text
from bot.studio.refusal import unprocessable
from bot.studio.speech.colouring import PAUSES_S, SHAPES
from bot.studio.speech.parts import Part, PausePart, Shape, SpeechPart
from bot.studio.speech.speakable import has_words, make_speakable
from bot.studio.voices import BASE_VOICE, Voice, find_voice, nearest_names

MAX_TEXT_CHARACTERS = 5_000
"""Longer texts are refused: one request would keep an engine busy for many minutes."""

_MOST_UNKNOWN_TAGS_NAMED = 10


@dataclass(frozen=True, slots=True)
class SpeechPlan:
    """What to speak. ``is_approximate``: the sound is a reshaped voice, or an emotion is only coloured."""

    parts: tuple[Part, ...]
    warnings: tuple[str, ...]
    is_approximate: bool


def _none_saved(name: str) -> Voice | None:
    del name
    return None


def plan_speech(
    *, voice: str, text: str, speed: float, pitch: float, find_saved: Callable[[str], Voice | None] = _none_saved
) -> SpeechPlan:
    """Plan a request. ``speed`` is a ratio (0.5 to 2), ``pitch`` semitones (-12 to 12).

    ``find_saved`` looks up voices beyond the catalogue: the designed ones.

    Raises:
        Refusal: 422 ``voice_unknown``, ``text_too_long``, ``language_unavailable`` or ``nothing_to_say``.
    """
    chosen = _voice(voice, find_saved)
    if len(text) > MAX_TEXT_CHARACTERS:
        message = f"The text has {len(text):,} characters; at most {MAX_TEXT_CHARACTERS:,} can be spoken at once."
        raise unprocessable("text_too_long", message)
    tagged = parse_tagged_text(text)
    wanted = chosen.shape.combined(Shape(speed=speed, pitch=2 ** (pitch / 12)))
    warnings = list(_tag_warnings(tagged))
    parts: list[Part] = []
    for segment in tagged.segments:
        if segment.tag is not None and segment.tag in PAUSES_S:
            parts.append(PausePart(seconds=PAUSES_S[segment.tag]))
            continue
        spoken, found = make_speakable(segment.text)
        warnings += found
        if has_words(spoken):
            parts.append(SpeechPart(text=spoken, shape=_coloured(wanted, segment.tag)))
    _refuse_silence(parts)
    natural = chosen.name == BASE_VOICE and all(isinstance(p, PausePart) or p.shape.is_natural for p in parts)
    return SpeechPlan(tuple(_joined(parts)), tuple(dict.fromkeys(warnings)), is_approximate=not natural)


def _voice(name: str, find_saved: Callable[[str], Voice | None]) -> Voice:
    found = find_voice(name) or find_saved(name)
    if found is not None:
        return found
    near = nearest_names(name)
    hint = f" Did you mean {' or '.join(near)}?" if near else " GET /v1/voice/pagevoices lists the voices."
    shown = name.strip()[:60]
    raise unprocessable("voice_unknown", f"There is no voice named {shown!r}.{hint}")


def _coloured(shape: Shape, tag: str | None) -> Shape:
    colour = SHAPES.get(tag) if tag is not None else None
    return shape if colour is None else shape.combined(colour)


def _refuse_silence(parts: list[Part]) -> None:
    if not any(isinstance(part, SpeechPart) for part in parts):
        message = "There is nothing to say: the text holds no words, only tags, punctuation or emoji."
        raise unprocessable("nothing_to_say", message)


def _tag_warnings(tagged: TaggedText) -> Iterator[str]:
    for tag in tagged.unknown_tags[:_MOST_UNKNOWN_TAGS_NAMED]:
        yield f"Unknown tag [{tag}] was left out."
    more = len(tagged.unknown_tags) - _MOST_UNKNOWN_TAGS_NAMED
    if more > 0:
        yield f"{more} more unknown tags were left out."
    idle = [note.tag for note in tagged.notes if note.kind in {NoteKind.TWO_TAGS_IN_A_ROW, NoteKind.TAG_WITHOUT_TEXT}]
    for tag in dict.fromkeys(idle):
        yield f"The tag [{tag}] has no text of its own and changes nothing there."
    for tag in tagged.tags:
        if is_moment(tag) and tag not in PAUSES_S:
            yield f"The sound [{tag}] is not available in the embedded studio and was left out."


def _joined(parts: list[Part]) -> Iterator[Part]:
    """Join neighbours of one shape, so that a dropped tag in a sentence does not tear it apart."""
    waiting: SpeechPart | None = None
    for part in parts:
        if isinstance(part, SpeechPart) and waiting is not None and waiting.shape == part.shape:
            waiting = SpeechPart(text=f"{waiting.text} {part.text}", shape=part.shape)
            continue
        if waiting is not None:
            yield waiting
        waiting = part if isinstance(part, SpeechPart) else None
        if isinstance(part, PausePart):
            yield part
    if waiting is not None:
        yield waiting
