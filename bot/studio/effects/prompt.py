"""A prompt into the sounds it asks for: a table of words, no model. Pure, and without numpy: the server uses it, too.

"three heavy knocks on a metal door, then distant thunder with rain but no wind"
 → step 1: knock, three times, heavy, metal       ("door" is only where the knocking happens)
 → step 2: thunder, far; rain           (wind is left out, should anything bring it along)
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.studio.effects.impossible import IMPOSSIBLE
from bot.studio.effects.modifiers import ADJECTIVES, BREAKS, ENDLESS, FILLERS, NEGATIONS, NUMBERS, THEN
from bot.studio.effects.nearest import nearest_sounds
from bot.studio.effects.traits import PLAIN, Traits
from bot.studio.effects.words import SOUNDS, Sound
from bot.studio.refusal import Refusal, unprocessable

MAX_PROMPT_CHARACTERS = 2_000
"""What does not fit the table's words within this length is no description of a sound."""
MAX_SOUNDS = 10
"""More at once are a mush, and every one of them takes time."""
MAX_TIMES = 60
"""Two a second for half a minute."""

_LONGEST_PHRASE = 3
_MOST_WORDS_SHOWN = 8
_TOKEN = re.compile(r"->|\w+|[^\w\s]|\n")
_LENGTH = re.compile(r"\b(\d{1,3}(?:\.\d{1,2})?)[\s-]*(?:seconds?|secs?|s)\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """One sound of the prompt."""

    words: str
    """As in the vocabulary: ``thunderstorm``."""
    sound: Sound
    traits: Traits = PLAIN
    times: int | None = None
    """How often it happens; None: as it usually does."""
    is_endless: bool = False
    """Whether it goes on as long as there is time."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a prompt asks for: steps one after another, in each of them sounds at the same time."""

    steps: tuple[tuple[Asked, ...], ...]
    avoided: frozenset[str]
    """Generators that must not be used."""
    length_s: float | None
    """A length named in the prompt, in seconds."""
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Clause:
    """What is read between two breaks."""

    sounds: list[Asked] = field(default_factory=list[Asked])
    traits: Traits = PLAIN
    times: int | None = None
    is_endless: bool = False

    @property
    def has_loose_ends(self) -> bool:
        """Whether adjectives or numbers wait for a sound."""
        return self.traits != PLAIN or self.times is not None or self.is_endless

    def add(self, asked: Asked) -> None:
        """Take a sound in; what was waiting belongs to it."""
        times = self.times if self.times is not None else asked.times
        endless = asked.is_endless or self.is_endless
        self.sounds.append(replace(asked, traits=self.traits, times=times, is_endless=endless))
        self.traits, self.times, self.is_endless = PLAIN, None, False

    def close(self) -> list[Asked]:
        """Return the sounds: what waits belongs to the last, and mere things are left out beside real sounds."""
        if self.sounds and self.has_loose_ends:
            last = self.sounds[-1]
            self.sounds[-1] = replace(
                last,
                traits=last.traits.changed(self.traits),
                times=self.times or last.times,
                is_endless=self.is_endless or last.is_endless,
            )
            self.traits, self.times, self.is_endless = PLAIN, None, False
        found, self.sounds = self.sounds, []
        return list(_without_settings(found))


def _without_settings(found: list[Asked]) -> Iterator[Asked]:
    """Leave out things beside sounds, handing their adjectives on: in "knocks on a metal door" the knocks are metal."""
    real = [asked for asked in found if not asked.sound.is_setting] or found[-1:]
    things = [asked for asked in found if asked not in real]
    made: list[Sound] = []
    for asked in real:
        if asked.sound in made:  # "hammer on anvil" is one sound
            continue
        made.append(asked.sound)
        traits = asked.traits
        for thing in things:
            traits = traits.changed(thing.traits)
        times = asked.times if asked.times is not None else next((thing.times for thing in things if thing.times), None)
        yield replace(asked, traits=traits, times=times)


def read_prompt(prompt: str, negative_prompt: str = "") -> Understanding:
    """Read what ``prompt`` asks for and ``negative_prompt`` forbids.

    Raises:
        Refusal: 422 ``prompt_too_long``, ``unsupported_prompt`` (no word of it is a sound that can be made; the message
            names the words and the nearest sounds there are) or ``nothing_left`` (all of it is forbidden).
    """
    for text in (prompt, negative_prompt):
        if len(text) > MAX_PROMPT_CHARACTERS:
            raise unprocessable("prompt_too_long", f"A prompt may have {MAX_PROMPT_CHARACTERS:,} characters.")
    text, length_s = _without_length(_plain(prompt))
    reader = _Reader()
    reader.read(text)
    forbidden = _Reader(is_negative=True)
    forbidden.read(_plain(negative_prompt))
    steps = [step for step in reader.steps if step]
    if not steps and not reader.avoided:
        raise _unsupported(reader)
    warnings = list(reader.warnings())
    avoided = _avoided(steps, reader.avoided + forbidden.avoided)
    kept = [_allowed(step, avoided) for step in steps]
    kept = [step for step in kept if step]
    if not kept:
        raise unprocessable("nothing_left", "The prompt or its negative forbids every sound it asks for.")
    bounded, dropped = _bounded(kept)
    if dropped:
        warnings.append(
            f"Only the first {MAX_SOUNDS} sounds were made; left out: {', '.join(dropped[:_MOST_WORDS_SHOWN])}."
        )
    return Understanding(bounded, avoided, length_s, tuple(warnings))


class _Reader:
    """Goes through the words once, from left to right."""

    def __init__(self, *, is_negative: bool = False) -> None:
        self.steps: list[list[Asked]] = [[]]
        self.avoided: list[Sound] = []
        self.unknown: list[str] = []
        self._is_negative = is_negative
        self._negating = is_negative
        self._clause = _Clause()
        self._was_unknown = False

    def read(self, text: str) -> None:
        """Read all of ``text``, which is in lower case."""
        tokens: list[str] = _TOKEN.findall(text)
        at = 0
        while at < len(tokens):
            at += self._take(tokens[at : at + _LONGEST_PHRASE])
        self._end_clause()
        self._hand_back()

    def warnings(self) -> Iterator[str]:
        """Yield one sentence on what was not understood."""
        if self.unknown:
            shown = [f"{words} ({IMPOSSIBLE[words]})" if words in IMPOSSIBLE else words for words in self.unknown]
            yield f"Ignored, as no such sound can be made here: {', '.join(shown[:_MOST_WORDS_SHOWN])}."

    def _take(self, ahead: list[str]) -> int:
        """Read the longest phrase that is known at this place; return how many tokens it has."""
        for size in range(len(ahead), 0, -1):
            for words in _forms(ahead[:size]):
                if self._know(words):
                    self._was_unknown = False
                    return size
        self._not_known(ahead[0])
        return 1

    def _know(self, words: str) -> bool:
        if words in BREAKS or words in THEN:
            self._end_clause()
            if words in THEN:
                self._hand_back()
                self.steps.append([])
            self._negating = self._is_negative or (self._negating and words in {"or", "nor"})
        elif words in NEGATIONS:
            self._end_clause()
            self._negating = True
        elif words in SOUNDS:
            self._sound(words)
        else:
            return self._modifies(words)
        return True

    def _sound(self, words: str) -> None:
        if self._negating:
            self.avoided.append(SOUNDS[words])
        else:
            self._clause.add(Asked(words, SOUNDS[words]))

    def _modifies(self, words: str) -> bool:
        clause = self._clause
        if words in ADJECTIVES:
            clause.traits = clause.traits.changed(ADJECTIVES[words])
        elif words in NUMBERS or (words.isdecimal() and words.isascii()):
            clause.times = NUMBERS.get(words) or min(max(int(words[:4]), 1), MAX_TIMES)
        elif words in ENDLESS:
            clause.is_endless = True
        else:
            return words in FILLERS
        return True

    def _not_known(self, token: str) -> None:
        if not any(letter.isalnum() for letter in token) or self._negating:
            self._was_unknown = False
            return
        token = token[:40]
        # "dog barking" reads better than two warnings, unless each has its own reason.
        if self._was_unknown and self.unknown[-1] not in IMPOSSIBLE and token not in IMPOSSIBLE:
            self.unknown[-1] = f"{self.unknown[-1]} {token}"[:80]
        elif token not in self.unknown:
            self.unknown.append(token)
        self._was_unknown = True

    def _end_clause(self) -> None:
        """Adjectives without a sound wait for the next clause: "loud, heavy rain"."""
        self.steps[-1] += self._clause.close()
        self._was_unknown = False

    def _hand_back(self) -> None:
        """At the end of a step there is no next clause: "rain, heavy"."""
        clause, self._clause = self._clause, _Clause()
        if clause.has_loose_ends and self.steps[-1]:
            clause.sounds.append(self.steps[-1].pop())
            self.steps[-1] += clause.close()


def _forms(tokens: list[str]) -> Iterator[str]:
    """Yield the phrase, then with the ends of its last word taken off: knocks, knocking, knocked → knock."""
    head, last = tokens[:-1], tokens[-1]
    for form in _stems(last):
        yield " ".join((*head, form))


def _stems(word: str) -> Iterator[str]:
    yield word
    for ending, others in (
        ("ies", ("y",)),
        ("es", ("", "e")),
        ("s", ("",)),
        ("ing", ("", "e")),
        ("ed", ("", "e")),
        ("er", ("",)),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            yield from (stem + other for other in others)
            if len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]


def _plain(text: str) -> str:
    """Lower case, one form of every letter, apostrophes gone, hyphens as spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("->", " → ")
    return re.sub(r"[-_]", " ", re.sub(r"['\u2019`]", "", folded))[: 2 * MAX_PROMPT_CHARACTERS]


def _without_length(text: str) -> tuple[str, float | None]:
    """Take "10 seconds of" out, so that it is not read as ten times."""
    found = _LENGTH.search(text)
    length_s = float(found[1]) if found else None
    return _LENGTH.sub(" ", text), length_s or None


def _avoided(steps: list[list[Asked]], forbidden: list[Sound]) -> frozenset[str]:
    """What is asked for by its own name stays when a forbidden scene merely contains it: rain, but no storm."""
    named = {asked.sound.parts[0].generator for step in steps for asked in step if len(asked.sound.parts) == 1}
    avoided: set[str] = set()
    for sound in forbidden:
        generators = {part.generator for part in sound.parts}
        avoided |= generators if len(generators) == 1 else generators - named
    return frozenset(avoided)


def _allowed(step: list[Asked], avoided: Iterable[str]) -> list[Asked]:
    kept: list[Asked] = []
    for asked in step:
        parts = tuple(part for part in asked.sound.parts if part.generator not in avoided)
        if parts:
            kept.append(replace(asked, sound=replace(asked.sound, parts=parts)))
    return kept


def _bounded(steps: list[list[Asked]]) -> tuple[tuple[tuple[Asked, ...], ...], list[str]]:
    room = MAX_SOUNDS
    kept: list[tuple[Asked, ...]] = []
    dropped: list[str] = []
    for step in steps:
        if step[:room]:
            kept.append(tuple(step[:room]))
        dropped += [asked.words for asked in step[room:]]
        room = max(room - len(step), 0)
    return tuple(kept), dropped


def _unsupported(reader: _Reader) -> Refusal:
    unknown = reader.unknown[:_MOST_WORDS_SHOWN]
    if not unknown:
        return unprocessable("unsupported_prompt", "The prompt names no sound. Say what is heard, such as: heavy rain.")
    quoted = ", ".join(f'"{words}"' for words in unknown)
    message = f"Nothing in this prompt is a sound that can be made here: {quoted}. Sounds are known by English words."
    reasons = dict.fromkeys(IMPOSSIBLE[words] for words in unknown if words in IMPOSSIBLE)
    for reason in reasons:
        message += f" {reason[0].upper()}{reason[1:]}."
    near = nearest_sounds(unknown)
    if near:
        message += f" The nearest known sounds: {', '.join(near)}."
    return unprocessable("unsupported_prompt", message)
