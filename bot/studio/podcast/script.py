"""Who says what: a script from labelled lines (``Anna: Hello!``) or from JSON. Pure; all of it comes from outside."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from bot.studio.refusal import unprocessable

MAX_TURNS = 600
"""Half an hour of two-second turns; more are refused."""

_LABEL = re.compile(
    r"[ \t]{0,8}(?:[-*>] )?(?:\*\*|__)?([^\W\d_](?:[^\W_]|[ .'\u2019-]){0,38})(?:\*\*|__)?"
    r"[ \t]{0,4}(?:\([^()]{0,80}\))?[ \t]{0,4}[:\uff1a](?:\*\*|__)?(?:[ \t]+(.*))?"
)
_HEADING = re.compile(r"[ \t]{0,8}#{1,6}[ \t]")
# Labels that belong to the paper, not to anybody who speaks.
_NOT_SPOKEN = frozenset({"title", "scene", "music", "sfx", "sound", "cue", "fade", "stage", "setting", "chapter"})
# Beginnings of sentences that look like labels.
_NO_SPEAKERS = frozenset(
    {"note", "notes", "remember", "warning", "tip", "example", "summary", "ps", "http", "https", "intro", "outro"}
)
_MOST_WORDS_IN_A_LABEL = 4
_SPEAKER_KEYS = ("speaker", "name", "role", "voice", "host")
_TEXT_KEYS = ("text", "line", "content", "dialogue")
_LIST_KEYS = ("segments", "turns", "script", "dialogue", "lines", "conversation")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says without being interrupted. ``speaker`` is a label as it was written."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """Turns in order. No turn is empty, and no two in a row are of one speaker."""

    turns: tuple[Turn, ...]
    warnings: tuple[str, ...] = ()

    @property
    def speakers(self) -> tuple[str, ...]:
        """Labels in order of appearance."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))


def read_script(text: str, known_labels: frozenset[str] = frozenset()) -> Script | None:
    """Return the script that ``text`` is, or None when it names no speakers.

    ``known_labels`` (small letters) are believed to be speakers even where they appear once.

    Raises:
        Refusal: 422 ``too_many_turns``.
    """
    script = _from_json(text) or _from_lines(text, known_labels)
    if script is not None and len(script.turns) > MAX_TURNS:
        message = f"The script has {len(script.turns)} turns; at most {MAX_TURNS} can be spoken at once."
        raise unprocessable("too_many_turns", message)
    return script


def as_script(turns: Iterator[Turn], warnings: tuple[str, ...] = ()) -> Script:
    """Return ``turns`` as a script: spaces tidied, empty turns dropped, neighbours of one speaker joined."""
    joined: list[Turn] = []
    for turn in turns:
        text = turn.text.strip()
        if not text:
            continue
        if joined and joined[-1].speaker == turn.speaker:
            joined[-1] = Turn(turn.speaker, f"{joined[-1].text}\n{text}")
        else:
            joined.append(Turn(turn.speaker, text))
    return Script(tuple(joined), warnings)


def _from_json(text: str) -> Script | None:
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None  # a text that begins with an emotion tag
    if isinstance(found, dict):
        fields = cast("dict[str, object]", found)
        found = next((fields[key] for key in _LIST_KEYS if key in fields), None)
    if not isinstance(found, list):
        return None
    script = as_script(turn for item in cast("list[object]", found) if (turn := _turn_of(item)) is not None)
    return script if script.turns else None


def _turn_of(item: object) -> Turn | None:
    if not isinstance(item, dict):
        return None
    fields = cast("dict[str, object]", item)
    text = next((value for key in _TEXT_KEYS if isinstance(value := fields.get(key), str)), "")
    speaker = next((value for key in _SPEAKER_KEYS if isinstance(value := fields.get(key), str | int)), "")
    label = " ".join(str(speaker).split())[:40]
    return Turn(label or "Speaker", text)


def _from_lines(text: str, known_labels: frozenset[str]) -> Script | None:
    lines = [line for line in text.splitlines() if line.strip()]
    labels = [label for line in lines if (label := _label_of(line)) is not None]
    if not _is_script(labels, known_labels):
        return None
    warnings = {
        f"The line {line.strip()[:60]!r} is not spoken."
        for line in lines
        if _HEADING.match(line) or _first_word(line) in _NOT_SPOKEN
    }
    return as_script(_turns_of(lines, labels[0]), tuple(sorted(warnings)[:10]))


def _is_script(labels: list[str], known_labels: frozenset[str]) -> bool:
    """One labelled line may be a sentence with a colon; several, or a name that is known, are a script."""
    return len(labels) > 1 or any(label.casefold() in known_labels for label in labels)


def _turns_of(lines: list[str], first_speaker: str) -> Iterator[Turn]:
    speaker = first_speaker  # what stands before the first label is said by whoever speaks first
    spelling = {first_speaker.casefold(): first_speaker}
    for line in lines:
        if _HEADING.match(line) or _first_word(line) in _NOT_SPOKEN:
            continue
        label = _label_of(line)
        if label is None:
            yield Turn(speaker, line)
            continue
        speaker = spelling.setdefault(label.casefold(), label)
        yield Turn(speaker, _after_label(line))


def _label_of(line: str) -> str | None:
    match = _LABEL.fullmatch(line.rstrip())
    if match is None:
        return None
    label = " ".join(match[1].split())
    words = label.casefold().split()
    if len(words) > _MOST_WORDS_IN_A_LABEL or words[0] in _NOT_SPOKEN | _NO_SPEAKERS:
        return None
    return label


def _after_label(line: str) -> str:
    match = _LABEL.fullmatch(line.rstrip())
    return (match[2] or "") if match else line


def _first_word(line: str) -> str:
    match = _LABEL.fullmatch(line.rstrip())
    return match[1].casefold().split()[0] if match else ""
