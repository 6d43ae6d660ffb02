"""The repairs of a recording in the documented order: noise, mouth sounds, silences, fillers, stutters, loudness.

The recogniser listens to the recording as it came, whatever is repaired before: taking noise away makes recognition
worse. What it finds is moved to where it is after the silences are cut.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.studio.cleaning.cuts import Span, after_cuts, merged, without
from bot.studio.cleaning.gains import with_gains
from bot.studio.cleaning.levels import levels_of
from bot.studio.cleaning.loudness import amplified, gain_to, measured
from bot.studio.cleaning.mouth import pause_gains, turned_down_steps
from bot.studio.cleaning.noise import NoiseFilter, mixed
from bot.studio.cleaning.silences import long_silences
from bot.studio.cleaning.track import Track, at_third_rate, decoded_track, mono, written
from bot.studio.cleaning.words import RECALL_WARNING, Found, cuts_for, fillers_in, hints_for, stutters_in
from bot.studio.hearing.languages import refuse_unknown
from bot.studio.hearing.recognition import Recogniser
from bot.transcripts import Word

LONGEST_S = 20 * 60.0
"""Two tracks of stereo of that length take 0.9 GB of disk; noise reduction of it takes minutes."""

_TRUNCATED = "The recording breaks off before the end that it declares; what is there was repaired."
_MOUTH = "Clicks and breaths were turned down between words only; inside of words nothing was changed."
_STUTTER = "Only whole words and written-out beginnings that are said again count as stuttering."
_MOST_LISTED = 5_000


@dataclass(frozen=True, slots=True)
class NoiseStep:
    """``strength`` 0 to 1; with ``only_speech`` pauses stay as they are."""

    strength: float = 1.0
    only_speech: bool = False


@dataclass(frozen=True, slots=True)
class SilenceStep:
    """What is below ``threshold_db`` (dBFS) for longer than ``longer_than_s`` loses all but ``keep_s`` at each end."""

    threshold_db: float = -42.0
    longer_than_s: float = 1.2
    keep_s: float = 0.18


@dataclass(frozen=True, slots=True)
class StutterStep:
    """As words.py has it."""

    min_similarity: float = 0.75
    max_gap_s: float = 0.5


@dataclass(frozen=True, slots=True)
class LoudnessStep:
    """Targets as loudness.py has them; None: not looked at."""

    loudness_db: float | None = None
    peak_db: float | None = -1.0


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do; None and False: not that."""

    noise: NoiseStep | None = None
    mouth_sounds: bool = False
    silences: SilenceStep | None = None
    fillers: tuple[str, ...] | None = None
    stutters: StutterStep | None = None
    loudness: LoudnessStep | None = None
    language: str | None = None
    """Of the fillers and stutters, as Whisper names it."""

    @property
    def needs_words(self) -> bool:
        """Whether somebody has to listen."""
        return self.fillers is not None or self.stutters is not None


@dataclass(slots=True)
class Repaired:
    """The result, and what is to be said about it."""

    track: Track
    warnings: list[str] = field(default_factory=list[str])
    facts: dict[str, object] = field(default_factory=dict[str, object])


class Repairs:
    """Carries out steps in ``folder``, which holds at most three tracks at a time."""

    def __init__(self, folder: Path, *, noise: Callable[[], NoiseFilter], recogniser: Callable[[], Recogniser]) -> None:
        self._folder = folder
        self._noise = noise
        self._recogniser = recogniser
        self._number = 0

    def repair(self, source: Path, steps: Steps) -> Repaired:
        """Decode ``source`` and do ``steps``.

        Raises:
            AudioUnreadable: there is no sound in it.
            Refusal: 422 ``language_unavailable`` where words are needed and the model does not know the language.
            OSError: the disk is full.
        """
        track, is_truncated = decoded_track(source, self._next())
        done = Repaired(track, [_TRUNCATED] if is_truncated else [], {"durationBeforeSeconds": _rounded(track)})
        words = self._words(track, steps) if steps.needs_words else ()
        if steps.noise is not None:
            self._reduce_noise(done, steps.noise)
        if steps.mouth_sounds:
            self._quieten_pauses(done)
        silences = self._cut_silences(done, steps.silences) if steps.silences is not None else ()
        if steps.needs_words:
            self._cut_words(done, _moved(words, silences), steps)
        if steps.loudness is not None:
            self._level(done, steps.loudness)
        done.facts["durationSeconds"] = _rounded(done.track)
        return done

    def find_fillers(self, source: Path, fillers: Sequence[str], language: str | None) -> tuple[Found, ...]:
        """Return where ``fillers`` are said in ``source``; raises as `repair`."""
        track, _ = decoded_track(source, self._next())
        words = self._words(track, Steps(fillers=tuple(fillers), language=language))
        track.path.unlink()
        return fillers_in(words, fillers)[:_MOST_LISTED]

    def _words(self, track: Track, steps: Steps) -> tuple[Word, ...]:
        recogniser = self._recogniser()
        refuse_unknown(steps.language, recogniser.languages)
        sound = at_third_rate(mono(track.blocks()))
        hints = hints_for(steps.fillers) if steps.fillers else ""
        heard = recogniser.transcribe(sound, language=steps.language, hints=hints)
        return tuple(word for segment in heard.segments for word in segment.words)

    def _reduce_noise(self, done: Repaired, step: NoiseStep) -> None:
        noise = self._noise()
        dry = done.track
        wet = noise.apply(dry, self._next())
        if step.strength < 1 or step.only_speech:
            filtered = wet
            wet = mixed(dry, filtered, self._next(), strength=step.strength, only_speech=step.only_speech)
            filtered.path.unlink()
        self._replace(done, wet)
        done.facts["noiseFilter"] = noise.name

    def _quieten_pauses(self, done: Repaired) -> None:
        gains = pause_gains(levels_of(done.track, without_rumble=True))
        self._replace(done, written(self._next(), done.track.channels, with_gains(done.track, gains)))
        done.facts["turnedDownSeconds"] = turned_down_steps(gains) / 100
        done.warnings.append(_MOUTH)

    def _cut_silences(self, done: Repaired, step: SilenceStep) -> tuple[Span, ...]:
        cuts = long_silences(
            levels_of(done.track),
            threshold_db=step.threshold_db,
            longer_than_s=step.longer_than_s,
            keep_s=step.keep_s,
        )
        return self._cut(done, cuts, "silences")

    def _cut_words(self, done: Repaired, words: Sequence[Word], steps: Steps) -> None:
        levels = levels_of(done.track)
        fillers = fillers_in(words, steps.fillers or ())
        spans = list(cuts_for(fillers, words, levels))
        if steps.fillers is not None:
            done.facts["fillerWordsRemoved"] = len(spans)
        if steps.stutters is not None:
            # A filler between two tries is cut anyway, and must not hide that they belong together.
            gone = {at for one in fillers for at in range(one.first, one.last + 1)}
            kept = [word for at, word in enumerate(words) if at not in gone]
            step = steps.stutters
            stutters = stutters_in(kept, min_similarity=step.min_similarity, max_gap_s=step.max_gap_s)
            found = list(cuts_for(stutters, kept, levels))
            done.facts["stuttersRemoved"] = len(found)
            done.warnings.append(_STUTTER)
            spans += found
        done.warnings.append(RECALL_WARNING)
        self._cut(done, spans, "words")

    def _cut(self, done: Repaired, spans: Sequence[Span], what: str) -> tuple[Span, ...]:
        cuts = merged(spans, done.track.duration_s)
        if cuts:
            self._replace(done, without(done.track, cuts, self._next()))
        done.facts[f"{what}CutSeconds"] = round(sum(cut.length_s for cut in cuts), 3)
        return cuts

    def _level(self, done: Repaired, step: LoudnessStep) -> None:
        gain_db, warnings = gain_to(measured(done.track), loudness_db=step.loudness_db, peak_db=step.peak_db)
        done.warnings += warnings
        done.facts["gainDb"] = round(gain_db, 2)
        if gain_db:
            self._replace(done, written(self._next(), done.track.channels, amplified(done.track, gain_db)))

    def _replace(self, done: Repaired, track: Track) -> None:
        done.track.path.unlink()
        done.track = track

    def _next(self) -> Path:
        self._number += 1
        return self._folder / f"step-{self._number}.samples"


def _moved(words: Sequence[Word], cuts: Sequence[Span]) -> tuple[Word, ...]:
    """The words at their times after ``cuts``."""
    if not cuts:
        return tuple(words)
    return tuple(
        Word(after_cuts(word.start_s, cuts), after_cuts(word.end_s, cuts), word.text, word.probability)
        for word in words
    )


def _rounded(track: Track) -> float:
    return round(track.duration_s, 3)
