from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.studio.cleaning.cuts import CROSSFADE_S, Span, after_cuts, merged, without
from bot.studio.cleaning.levels import levels_of
from bot.studio.cleaning.mouth import pause_gains
from bot.studio.cleaning.silences import long_silences
from bot.studio.cleaning.speech import speech_steps
from bot.studio.cleaning.track import BLOCK, RATE_HZ, Track, at_third_rate, written
from bot.studio.cleaning.words import cuts_for, fillers_in, stutters_in
from bot.transcripts import Word

SPANS = st.lists(st.tuples(st.floats(-1, 6), st.floats(-1, 6)).map(lambda two: Span(min(two), max(two))), max_size=8)


def track_of(path: Path, *parts: tuple[float, float]) -> Track:
    """A hum of (amplitude, seconds) one after the other."""
    sound = np.concatenate(
        [amplitude * np.sin(2 * np.pi * 200 * np.arange(round(s * RATE_HZ)) / RATE_HZ) for amplitude, s in parts]
    ).astype(np.float32)
    return written(path, 1, [sound[np.newaxis, :]])


def sound_of(track: Track) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.concatenate(list(track.blocks()), axis=1)


def said(*words: tuple[str, float, float]) -> list[Word]:
    return [Word(start, end, text, probability=0.9) for text, start, end in words]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=SPANS)
def test_what_is_cut_is_missing_and_nothing_else(tmp_path: Path, spans: list[Span]) -> None:
    track = track_of(tmp_path / "in", (0.5, 5.0))
    cuts = merged(spans, track.duration_s)

    left = without(track, spans, tmp_path / "out")

    removed_s = sum(cut.length_s for cut in cuts)
    assert left.duration_s == pytest.approx(5.0 - removed_s, abs=CROSSFADE_S + 1e-3)
    assert float(np.abs(sound_of(left)).max(initial=0.0)) <= 0.51
    assert after_cuts(5.0, cuts) == pytest.approx(5.0 - removed_s)


def test_a_cut_leaves_no_click(tmp_path: Path) -> None:
    left = sound_of(without(track_of(tmp_path / "in", (0.5, 2.0)), [Span(0.5012, 1.2047)], tmp_path / "out"))
    steepest = 0.5 * 2 * np.pi * 200 / RATE_HZ
    assert float(np.abs(np.diff(left[0])).max()) < 1.5 * steepest


def test_only_the_middle_of_long_silences_goes(tmp_path: Path) -> None:
    track = track_of(tmp_path / "in", (0.5, 1.0), (0.0, 0.8), (0.5, 1.0), (0.001, 3.0), (0.5, 1.0))

    found = long_silences(levels_of(track), threshold_db=-42, longer_than_s=1.2, keep_s=0.18)

    assert [(round(span.start_s, 2), round(span.end_s, 2)) for span in found] == [(2.98, 5.62)]
    left = without(track, found, tmp_path / "out")
    assert left.duration_s == pytest.approx(6.8 - 3.0 + 2 * 0.18, abs=0.02)


def test_a_click_and_a_breath_between_words_are_turned_down_and_words_are_not(tmp_path: Path) -> None:
    track = track_of(tmp_path / "in", (0.3, 1.0), (0.001, 1.0), (0.3, 1.0), (0.001, 1.0), (0.3, 1.0))
    sound = sound_of(track)[0]
    noise = np.random.default_rng(1).standard_normal(RATE_HZ).astype(np.float32)
    sound[round(1.5 * RATE_HZ) : round(1.503 * RATE_HZ)] += 0.4  # a click as loud as the words
    sound[round(3.4 * RATE_HZ) : round(3.7 * RATE_HZ)] += 0.008 * noise[: round(3.7 * RATE_HZ) - round(3.4 * RATE_HZ)]
    track = written(tmp_path / "noisy", 1, [sound[np.newaxis, :]])
    levels = levels_of(track)

    gains = pause_gains(levels)

    assert gains[150] < 10 ** (-30 / 20)
    assert gains[345:365].max() < 10 ** (-15 / 20)
    words = np.concatenate([gains[:100], gains[200:300], gains[400:]])
    assert np.array_equal(words, np.ones_like(words))
    assert not speech_steps(levels)[150]


def test_the_rate_for_the_recogniser_keeps_time_and_sound() -> None:
    at_s = np.arange(3 * BLOCK // 2) / RATE_HZ
    tone = np.sin(2 * np.pi * 440 * at_s).astype(np.float32)

    lower = np.concatenate(list(at_third_rate(np.split(tone, [1, 50, 70_001, 70_002]))))

    assert abs(lower.size - tone.size // 3) <= 1
    middle = slice(1_000, lower.size - 1_000)
    assert np.abs(lower[middle] - tone[::3][: lower.size][middle]).max() < 0.01


def test_fillers_are_found_by_word_and_by_several_words() -> None:
    words = said(("So,", 0, 0.3), ("Um,", 0.5, 0.7), ("you", 1, 1.2), ("know,", 1.2, 1.5), ("umbrella", 1.6, 2))
    found = fillers_in(words, ("um", "you know", ""))
    assert [(one.text, one.first, one.last) for one in found] == [("um", 1, 1), ("you know", 2, 3)]


def test_a_filler_that_is_written_again_and_again_was_made_up() -> None:
    words = said(("So", 0, 0.3), *((("eh", 1 + at / 10, 1.05 + at / 10)) for at in range(5)), ("um", 3, 3.2))
    assert [one.text for one in fillers_in(words, ("eh", "um"))] == ["um"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (said(("I", 0, 0.1), ("I", 0.3, 0.4), ("want", 0.5, 0.8)), ["i"]),
        (said(("b-", 0, 0.1), ("but", 0.3, 0.5)), ["b"]),
        (said(("very,", 0, 0.3), ("very", 0.4, 0.7), ("good", 0.8, 1)), []),
        (said(("the", 0, 0.1), ("the", 2.0, 2.2)), []),
        (said(("is", 0, 0.1), ("his", 0.2, 0.4)), []),
        (said(("20", 0, 0.1), ("20", 0.2, 0.4)), []),
    ],
)
def test_stutters_are_words_begun_again_at_once(words: list[Word], expected: list[str]) -> None:
    assert [one.text for one in stutters_in(words, min_similarity=0.75, max_gap_s=0.5)] == expected


def test_cuts_begin_and_end_where_it_is_quiet(tmp_path: Path) -> None:
    track = track_of(tmp_path / "in", (0.3, 0.5), (0.0, 0.1), (0.3, 0.2), (0.0, 0.1), (0.3, 0.5))
    words = said(("So", 0, 0.5), ("um", 0.63, 0.78), ("yes", 0.9, 1.4))

    (cut,) = cuts_for(fillers_in(words, ("um",)), words, levels_of(track))

    assert 0.5 <= cut.start_s <= 0.6
    assert 0.8 <= cut.end_s <= 0.9
