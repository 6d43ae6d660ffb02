"""A voice for each speaker of a script, far enough apart to be told from each other. Pure."""

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.studio.podcast.speakers import DEFAULT_CAST, DEFAULT_MEN, DEFAULT_WOMEN, LIKELY_GENDER, SPEAKERS
from bot.studio.refusal import Refusal, unprocessable
from bot.studio.speech.parts import Shape
from bot.studio.voicing.targets import FindSavedVoice, conversion_target, find_target

MAX_SPEAKERS = 8
"""More relatives of one voice cannot be told apart."""
DISTINCT_SPEAKERS = 4
"""Up to here, voices are far apart. Source: measurements of speaker embeddings on shapes of one voice (2026-11-22)."""

_LEAST_RATIO = 1.1  # of pitch: under about 1.05 listeners hear one speaker in another mood
_SHIFTS = (1.0, 1.12, 1 / 1.12, 1.25, 1 / 1.25, 1.4, 1 / 1.4, 1.56, 1 / 1.56)
_PITCHES = (0.36, 1.7)
_SIZE_EXPONENT = 0.3  # how resonances follow pitch, as between men and women


@dataclass(frozen=True, slots=True)
class Member:
    """One speaker: the label of the script, the voice's name, and its shape here."""

    label: str
    voice: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Cast:
    """All speakers by label, in order of appearance."""

    members: Mapping[str, Member]
    warnings: tuple[str, ...]


def choose_cast(labels: Sequence[str], chosen: Sequence[str], find_saved: FindSavedVoice) -> Cast:
    """Give each of ``labels`` a voice: of ``chosen`` in order, then by its label, then by default.

    Raises:
        Refusal: 422 ``voice_unknown``, ``too_many_speakers``; 501 ``likeness_not_available``.
    """
    if len(labels) > MAX_SPEAKERS:
        message = f"The script has {len(labels)} speakers; at most {MAX_SPEAKERS} can be told apart here."
        raise unprocessable("too_many_speakers", message)
    shapes = {name: speaker_shape(name, find_saved) for name in chosen}
    members: dict[str, Member] = {}
    taken: set[str] = {name.casefold() for name in chosen[: len(labels)]}
    for index, label in enumerate(labels):
        name = chosen[index] if index < len(chosen) else _voice_by_label(label, taken, find_saved)
        taken.add(name.casefold())
        shape = shapes.get(name) or speaker_shape(name, find_saved)
        members[label] = Member(label, name, shape)
    return Cast(*_told_apart(members, tuple(_count_warnings(labels, chosen))))


def speaker_shape(name: str, find_saved: FindSavedVoice) -> Shape:
    """Return the shape of one of the API's podcast speakers, or of anything that conversion knows. Raises as above."""
    known = SPEAKERS.get(name.strip().casefold())
    if known is not None:
        return known
    try:
        return conversion_target(name, find_saved)
    except Refusal as refusal:
        near = difflib.get_close_matches(name.strip().casefold()[:60], SPEAKERS, n=2, cutoff=0.6)
        if refusal.code != "voice_unknown" or not near:
            raise
        message = f"{refusal.message} Podcast speakers with such a name: {', '.join(near)}."
        raise unprocessable("voice_unknown", message) from refusal


def _voice_by_label(label: str, taken: set[str], find_saved: FindSavedVoice) -> str:
    folded = label.casefold()
    if folded not in taken and (folded in SPEAKERS or find_target(label, find_saved) is not None):
        return folded
    gender = next((LIKELY_GENDER[word] for word in folded.split() if word in LIKELY_GENDER), None)
    order = {"female": DEFAULT_WOMEN, "male": DEFAULT_MEN}.get(gender or "", ()) + DEFAULT_CAST
    return next((name for name in order if name not in taken), order[0])


def _count_warnings(labels: Sequence[str], chosen: Sequence[str]) -> list[str]:
    warnings: list[str] = []
    if len(chosen) > len(labels):
        unused = ", ".join(name[:40] for name in chosen[len(labels) :][:MAX_SPEAKERS])
        warnings.append(f"More voices were given than speakers there are; not heard: {unused}.")
    if len(labels) > DISTINCT_SPEAKERS:
        warnings.append(f"All voices are made of one; beyond {DISTINCT_SPEAKERS} speakers some sound related.")
    return warnings


def _told_apart(members: Mapping[str, Member], warnings: tuple[str, ...]) -> tuple[dict[str, Member], tuple[str, ...]]:
    """Shift the pitch of whoever sounds like somebody before."""
    apart: dict[str, Member] = {}
    shifted: list[str] = []
    for label, member in members.items():
        shape = _clear_of([other.shape for other in apart.values()], member.shape)
        if shape != member.shape:
            shifted.append(label)
        apart[label] = Member(label, member.voice, shape)
    if shifted:
        names = ", ".join(shifted)
        warnings = (*warnings, f"Voices that were too alike were moved apart in pitch: {names}.")
    return apart, warnings


def _clear_of(others: Sequence[Shape], shape: Shape) -> Shape:
    candidates = [_moved(shape, ratio) for ratio in _SHIFTS if _PITCHES[0] <= shape.pitch * ratio <= _PITCHES[1]]
    return next((one for one in candidates if not any(_alike(one, other) for other in others)), shape)


def _moved(shape: Shape, ratio: float) -> Shape:
    if ratio == 1:
        return shape
    update = {"pitch": shape.pitch * ratio, "formant": shape.formant * ratio**_SIZE_EXPONENT}
    return shape.model_copy(update=update)


def _alike(one: Shape, other: Shape) -> bool:
    if one.whispered or other.whispered:
        return one.whispered == other.whispered and abs(math.log(one.formant / other.formant)) < math.log(1.05)
    return abs(math.log(one.pitch / other.pitch)) < math.log(_LEAST_RATIO)
