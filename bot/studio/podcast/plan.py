"""A podcast request into turns to speak, or a refusal. Pure: nothing heavy is needed to refuse."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.studio.podcast.arrangement import alternate, arrange
from bot.studio.podcast.cast import Cast, Member, choose_cast
from bot.studio.podcast.script import Script, Turn, read_script
from bot.studio.podcast.speakers import SPEAKERS
from bot.studio.refusal import Refusal, unprocessable
from bot.studio.speech.parts import Part, PausePart
from bot.studio.speech.speakable import sentences_of
from bot.studio.voicing.shaped_text import plan_in_shape
from bot.studio.voicing.targets import FindSavedVoice

MAX_DURATION_S = 20 * 60
"""Longer podcasts are refused: twenty minutes are about two minutes of work on one slow core."""
MAX_TEXT_CHARACTERS = 24_000
"""About 23 minutes of speech: what is longer cannot be told in time at any pace."""
CHARACTERS_PER_S = 17.0
"""How fast the voice reads. Source: measured on English sentences with pauses (2026-11-22)."""

_LONGEST_SPOKEN_AT_ONCE = 4_000  # characters; the speech plan takes 5,000
_LONGEST_SENTENCE = 400
_OTHER_SPEAKER_S, _SAME_SPEAKER_S, _AFTER_QUESTION_S = 0.55, 0.35, 0.35
_MOST_WARNINGS = 20
_FAR_OFF = 1.3
_LENGTH = re.compile(r"\s{0,4}(\d{1,4}(?:\.\d{1,3})?)\s{0,4}([a-z]{0,7})\.?\s{0,4}", re.IGNORECASE)
_UNIT_S: Mapping[str, float] = {"h": 3600.0, "s": 1.0}  # minutes where neither is said
_SPEAKERS_WITHOUT_NAMES = ("Host", "Guest", "Second guest", "Third guest", *(f"Guest {n}" for n in range(4, 8)))


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """What one speaker says, ready to be spoken, and the pause before it in seconds."""

    speaker: Member
    parts: tuple[Part, ...]
    pause_before_s: float


@dataclass(frozen=True, slots=True)
class PodcastPlan:
    """What to record."""

    turns: tuple[SpokenTurn, ...]
    cast: Cast
    expected_s: float
    """Roughly how long it will be, from the number of characters."""
    warnings: tuple[str, ...]


def plan_podcast(
    *,
    text: str | None,
    prompt: str | None,
    speakers: tuple[str, ...] = (),
    style: str | None = None,
    expected_duration: str | None = None,
    keep_wording: bool = False,
    find_saved: FindSavedVoice,
) -> PodcastPlan:
    """Plan a podcast. ``text`` is a script or something to be told; ``prompt`` is used where there is no text.

    ``speakers`` are names of voices, for the script's speakers in order of appearance. ``expected_duration`` is
    written as the API does (``3min``) and only compared. ``style`` chooses how a text without speakers is arranged.

    Raises:
        Refusal: 422 ``nothing_to_say``, ``text_too_long``, ``too_many_turns``, ``too_many_speakers``,
            ``voice_unknown``, ``language_unavailable``; 501 ``likeness_not_available``.
    """
    given = text or prompt or ""
    if len(given) > MAX_TEXT_CHARACTERS:
        message = f"The text has {len(given):,} characters; at most {MAX_TEXT_CHARACTERS:,} can be spoken at once."
        raise unprocessable("text_too_long", message)
    script = read_script(given, frozenset((*SPEAKERS, *(name.casefold() for name in speakers))))
    if script is None:
        labels = _SPEAKERS_WITHOUT_NAMES[: len(speakers) or 2]
        script = alternate(given, labels) if keep_wording and text else arrange(given, labels, style=style)
    cast = choose_cast(script.speakers, speakers, find_saved)
    warnings = [*script.warnings, *cast.warnings]
    turns = tuple(_spoken(script, cast, warnings))
    if not turns:
        raise unprocessable("nothing_to_say", "There is nothing to say: no turn holds words.")
    expected_s = _expected_s(turns)
    warnings += _length_warnings(expected_duration, expected_s)
    kept = tuple(dict.fromkeys(warnings))[:_MOST_WARNINGS]
    return PodcastPlan(turns, cast, expected_s, kept)


def wanted_duration_s(text: str) -> float | None:
    """Return what ``3min``, ``90s`` or ``1.5 h`` means in seconds; a bare number means minutes. None if unreadable."""
    match = _LENGTH.fullmatch(text)
    if match is None:
        return None
    return float(match[1]) * _UNIT_S.get(match[2][:1].casefold(), 60.0)


def _spoken(script: Script, cast: Cast, warnings: list[str]) -> Iterator[SpokenTurn]:
    before: Turn | None = None
    for turn in script.turns:
        member = cast.members[turn.speaker]
        parts: list[Part] = []
        for piece in _bearable(turn.text):
            parts += _parts_of(piece, member, warnings)
        if parts:
            yield SpokenTurn(member, tuple(parts), _pause_before(turn, before))
            before = turn


def _parts_of(text: str, member: Member, warnings: list[str]) -> tuple[Part, ...]:
    try:
        parts, found = plan_in_shape(text, member.shape)
    except Refusal as refusal:
        if refusal.code != "nothing_to_say":
            raise
        return ()
    warnings += found
    return parts


def _bearable(text: str) -> Iterator[str]:
    if len(text) <= _LONGEST_SPOKEN_AT_ONCE:
        yield text
        return
    waiting = ""
    for sentence in sentences_of(text, _LONGEST_SENTENCE):
        if len(waiting) + len(sentence) >= _LONGEST_SPOKEN_AT_ONCE:
            yield waiting
            waiting = ""
        waiting = f"{waiting} {sentence}" if waiting else sentence
    yield waiting


def _pause_before(turn: Turn, before: Turn | None) -> float:
    if before is None:
        return 0.0
    if before.speaker == turn.speaker:
        return _SAME_SPEAKER_S
    return _AFTER_QUESTION_S if before.text.rstrip().endswith("?") else _OTHER_SPEAKER_S


def _expected_s(turns: tuple[SpokenTurn, ...]) -> float:
    seconds = 0.0
    for turn in turns:
        seconds += turn.pause_before_s
        for part in turn.parts:
            if isinstance(part, PausePart):
                seconds += part.seconds
            else:
                seconds += len(part.text) / CHARACTERS_PER_S / part.shape.speed
    return seconds


def _length_warnings(wanted: str | None, expected_s: float) -> Iterator[str]:
    if not wanted or not wanted.strip():
        return
    wanted_s = wanted_duration_s(wanted)
    if wanted_s is None:
        yield f"The length {wanted.strip()[:20]!r} was not understood. Write it as 3min."
    elif wanted_s > expected_s * _FAR_OFF or wanted_s < expected_s / _FAR_OFF:
        about = f"{expected_s / 60:.1f} minutes" if expected_s >= 60 else f"{expected_s:.0f} seconds"
        yield f"It is about {about} long: nothing is left out or made up to fit a length."
