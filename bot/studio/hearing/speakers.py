"""Who says what. Experimental: voices are told apart by simple statistics, and people who talk at once are not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.audio.decoding import Samples
from bot.studio.hearing.clustering import Labels, centres_of, cluster, nearest
from bot.studio.hearing.features import RATE_HZ, Table, voice_features
from bot.transcripts import Segment, Word
from bot.transcripts.wording import SENTENCE_ENDS, join_pieces

MOST_SPEAKERS = 6
"""With more, the statistics of some are closer to each other's than to their own of another sentence."""

_FARTHEST = 12.0
"""One voice's sentences are up to 8.5 apart, two different ones' from 10 on (15 dialogues of the studio's voices, of
which those thresholds were read off: expect worse of real people)."""
_WINDOW_S, _STEP_S, _SHORTEST_S = 1.6, 0.4, 0.5
_PHRASE_GAP_S = 0.3
_CLUSTERED_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words that one speaker says without a pause: from here to there in the list of all windows."""

    start_s: float
    end_s: float
    first_window: int
    last_window: int

    @property
    def has_voice(self) -> bool:
        """Whether it is long enough to hear whose it is."""
        return self.last_window > self.first_window


class VoiceCollector:
    """Takes note of how the voices sound while a recording streams by: 150 bytes for each 0.4 s of speech."""

    def __init__(self) -> None:
        self._windows: list[Table] = []
        self._phrases: list[_Phrase] = []

    def add(self, block: Samples, offset_s: float, segments: Sequence[Segment]) -> None:
        """Take in the sound of a block at 16 kHz that starts at ``offset_s``, and what is said in it."""
        for words in phrases_of(segments):
            start_s, end_s = words[0].start_s, words[-1].end_s
            first = len(self._windows)
            self._windows.extend(_windows(block, start_s - offset_s, end_s - offset_s))
            self._phrases.append(_Phrase(start_s, end_s, first, len(self._windows)))

    def label(self, segments: Sequence[Segment], *, fewest: int = 1, most: int = MOST_SPEAKERS) -> tuple[Segment, ...]:
        """Return ``segments`` with speakers ``Speaker 1``, ``Speaker 2``… in order of appearance.

        A segment in which the speaker changes is taken apart there.
        """
        if not self._windows:
            return tuple(replace(segment, speaker="Speaker 1") for segment in segments)
        spoken = self._voted(_labels(np.stack(self._windows), fewest, most))
        if len(set(spoken)) < fewest:
            # A voice may have won windows and not a single phrase; whole phrases are then told apart.
            spoken = self._by_phrase(fewest)
        order = {label: f"Speaker {number}" for number, label in enumerate(dict.fromkeys(spoken), 1)}
        starts = np.asarray([phrase.start_s for phrase in self._phrases])

        def speaker_at(time_s: float) -> str:
            # The phrase that has started last; a hundredth for rounding.
            at = int(np.searchsorted(starts, time_s + 0.01)) - 1
            return order[spoken[max(at, 0)]]

        return tuple(part for segment in segments for part in _parted(segment, speaker_at))

    def _voted(self, labels: Labels) -> list[int]:
        """The label of each phrase: that of most of its windows."""
        return self._completed(
            [
                int(np.bincount(labels[phrase.first_window : phrase.last_window]).argmax())
                if phrase.has_voice
                else None
                for phrase in self._phrases
            ]
        )

    def _by_phrase(self, speakers: int) -> list[int]:
        """The label of each phrase (of the first few hundred), where there have to be so many speakers."""
        heard = [at for at, phrase in enumerate(self._phrases) if phrase.has_voice][:_CLUSTERED_AT_ONCE]
        means = [
            np.mean(self._windows[self._phrases[at].first_window : self._phrases[at].last_window], axis=0)
            for at in heard
        ]
        wanted = min(speakers, len(heard))
        labels = cluster(np.stack(means), fewest=wanted, most=wanted, farthest=_FARTHEST)
        found: list[int | None] = [None] * len(self._phrases)
        for at, label in zip(heard, labels, strict=True):
            found[at] = int(label)
        return self._completed(found)

    def _completed(self, found: list[int | None]) -> list[int]:
        """Give a phrase without a label that of the phrase closest in time."""
        known = [at for at, label in enumerate(found) if label is not None]
        middle = [(phrase.start_s + phrase.end_s) / 2 for phrase in self._phrases]

        def borrowed(at: int) -> int:
            closest = min(known, key=lambda other: abs(middle[other] - middle[at]))
            return found[closest] or 0

        return [borrowed(at) if label is None else label for at, label in enumerate(found)]


def phrases_of(segments: Sequence[Segment]) -> Iterator[list[Word]]:
    """Yield the words that belong together: a new phrase begins after a pause of 0.3 s, a sentence or a segment."""
    for segment in segments:
        phrase: list[Word] = []
        for word in segment.words:
            if phrase and (word.start_s - phrase[-1].end_s >= _PHRASE_GAP_S or phrase[-1].text[-1] in SENTENCE_ENDS):
                yield phrase
                phrase = []
            phrase.append(word)
        if phrase:
            yield phrase


def _windows(block: Samples, start_s: float, end_s: float) -> Iterator[Table]:
    at_s = start_s
    while at_s == start_s or at_s + _WINDOW_S / 2 <= end_s:
        sound = block[max(round(at_s * RATE_HZ), 0) : max(round(min(at_s + _WINDOW_S, end_s) * RATE_HZ), 0)]
        found = voice_features(sound) if sound.size >= _SHORTEST_S * RATE_HZ else None
        if found is not None:
            yield found
        at_s += _STEP_S


def _labels(windows: Table, fewest: int, most: int) -> Labels:
    """Cluster as many windows as can be clustered at once, spread over the recording, and the others by them."""
    step = -(-windows.shape[0] // _CLUSTERED_AT_ONCE)
    some = windows[::step]
    labels = cluster(some, fewest=min(fewest, some.shape[0]), most=most, farthest=_FARTHEST)
    return nearest(windows, centres_of(some, labels))


def _parted(segment: Segment, speaker_at: Callable[[float], str]) -> Iterator[Segment]:
    if not segment.words:
        yield replace(segment, speaker=speaker_at(segment.start_s))
        return
    words: list[Word] = []
    speaker = speaker_at(segment.words[0].start_s)
    for word in segment.words:
        now = speaker_at(word.start_s)
        if now != speaker:
            yield _segment_of(words, speaker)
            words, speaker = [], now
        words.append(word)
    if len(words) == len(segment.words):
        yield replace(segment, speaker=speaker)
    else:
        yield _segment_of(words, speaker)


def _segment_of(words: Sequence[Word], speaker: str) -> Segment:
    text = join_pieces([word.text for word in words])
    return Segment(words[0].start_s, words[-1].end_s, text, speaker=speaker, words=tuple(words))
