"""What is understood of a prompt into a plan: which generator, how, from when to when. No sound is made yet."""

import hashlib
from dataclasses import dataclass

from bot.studio.effects.catalogue import GENERATORS
from bot.studio.effects.generators import Bed, Event
from bot.studio.effects.prompt import MAX_TIMES, Asked, Understanding, read_prompt
from bot.studio.effects.traits import Movement, Traits
from bot.studio.effects.words import Part

MAX_LENGTH_S = 30.0
"""As the hosted service has it (its reference, read 2026-11-22)."""
SHORTEST_S = 0.25
"""Shorter wishes are lengthened to this; nothing can be recognised in less."""

_BED_S = 5.0  # a bed of which nobody says how long
_FILLED_S = 4.0  # events that go on and on, the same
_LEAST_SHARE = 0.15  # of the whole, for each bed of a sequence beside events that take long
_SEEDS = 2**64


@dataclass(frozen=True, slots=True)
class Layer:
    """One generator at work in a scene."""

    generator: str
    traits: Traits
    start_s: float
    length_s: float
    """A bed fills it; events begin within it and may ring on beyond."""
    times: int | None = None
    """How many events; None: as many as fit. Beds ignore it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A plan that `render` makes into sound; the same plan gives the same sound."""

    layers: tuple[Layer, ...]
    length_s: float
    seed: int
    warnings: tuple[str, ...] = ()


def plan_scene(
    prompt: str, negative_prompt: str = "", *, duration_s: float | None = None, seed: int | None = None
) -> Scene:
    """Plan a sound of ``duration_s`` seconds (0.25 to 30; None: as long as it needs) for ``prompt``.

    ``seed`` (any whole number) is another take of the same words; None: made from the words, so that the same words
    give the same sound.

    Raises:
        Refusal: 422, as `read_prompt` says.
    """
    understood = read_prompt(prompt, negative_prompt)
    wanted_s = duration_s if duration_s is not None else understood.length_s
    warnings = list(understood.warnings)
    if wanted_s is not None and wanted_s > MAX_LENGTH_S:
        warnings.append(f"The sound was made {MAX_LENGTH_S:g} seconds long, the most there is.")
    if wanted_s is not None:
        wanted_s = min(max(wanted_s, SHORTEST_S), MAX_LENGTH_S)
    lengths = _step_lengths(understood, wanted_s)
    length_s = wanted_s if wanted_s is not None else min(max(sum(lengths), SHORTEST_S), MAX_LENGTH_S)
    layers: list[Layer] = []
    start_s = 0.0
    for step, step_s in zip(understood.steps, lengths, strict=True):
        for asked in step:
            layers += [_layer(asked, part, start_s, min(step_s, length_s - start_s)) for part in asked.sound.parts]
        start_s += step_s
    return Scene(tuple(layers), length_s, _seed(prompt, negative_prompt, seed), tuple(warnings))


def _seed(prompt: str, negative_prompt: str, seed: int | None) -> int:
    if seed is not None:
        return seed % _SEEDS
    words = " ".join(prompt.casefold().split()) + "\n" + " ".join(negative_prompt.casefold().split())
    return int.from_bytes(hashlib.sha256(words.encode("utf-8", "replace")).digest()[:8], "big")


def _layer(asked: Asked, part: Part, start_s: float, length_s: float) -> Layer:
    generator = GENERATORS[part.generator]
    traits = part.traits.changed(asked.traits)
    times = None
    if isinstance(generator, Event):
        times = None if asked.is_endless else asked.times or generator.rhythm.times
        if times is None and traits.movement is not Movement.PASSING:
            return Layer(part.generator, traits, start_s, length_s)
        times = min(times or 1, MAX_TIMES)
    return Layer(part.generator, traits, start_s, length_s, times)


def _step_lengths(understood: Understanding, wanted_s: float | None) -> list[float]:
    """Share the time out: events take what they need, beds have the rest."""
    natural = [max(_natural_s(asked) for asked in step) for step in understood.steps]
    if wanted_s is None:
        longest = sum(natural)
        return [length_s * min(1.0, MAX_LENGTH_S / longest) for length_s in natural]
    is_open = [any(_is_open(asked) for asked in step) for step in understood.steps]
    if len(natural) == 1 or not any(is_open):
        return (
            [length_s * min(1.0, wanted_s / sum(natural)) for length_s in natural] if len(natural) > 1 else [wanted_s]
        )
    needed = sum(length_s for length_s, opened in zip(natural, is_open, strict=True) if not opened)
    shared_s = max(wanted_s - needed, _LEAST_SHARE * wanted_s * sum(is_open))
    scale = min(1.0, (wanted_s - shared_s) / needed) if needed else 1.0
    return [
        shared_s / sum(is_open) if opened else length_s * scale
        for length_s, opened in zip(natural, is_open, strict=True)
    ]


def _is_open(asked: Asked) -> bool:
    """Whether it goes on as long as there is time."""
    return any(_fills(asked, part) for part in asked.sound.parts)


def _fills(asked: Asked, part: Part) -> bool:
    generator = GENERATORS[part.generator]
    if isinstance(generator, Bed):
        return True
    return asked.is_endless or (asked.times is None and generator.rhythm.times is None)


def _natural_s(asked: Asked) -> float:
    return max(_natural_part_s(asked, part) for part in asked.sound.parts)


def _natural_part_s(asked: Asked, part: Part) -> float:
    generator = GENERATORS[part.generator]
    traits = part.traits.changed(asked.traits)
    if isinstance(generator, Bed):
        return _BED_S
    ringing_s = generator.tail_s * traits.length * max(traits.size, 1) ** 0.5 + 0.15 + traits.echo
    if _fills(asked, part):
        return max(_FILLED_S, ringing_s)
    times = asked.times or generator.rhythm.times or 1
    return (times - 1) * generator.rhythm.gap_s / traits.speed + ringing_s
