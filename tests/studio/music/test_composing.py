import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.studio.music.composing import Note, Piece, compose
from bot.studio.music.harmony import Chord, Key, Mode, voiced
from bot.studio.music.styles import STYLES


def part(piece: Piece, name: str) -> list[Note]:
    return [note for note in piece.notes if note.part == name]


def test_the_same_words_give_the_same_piece_and_a_seed_another() -> None:
    assert compose("happy") == compose(" HAPPY ")
    assert compose("happy").notes != compose("happy", seed=5).notes


@pytest.mark.parametrize("style", STYLES)
def test_all_notes_belong_to_the_key(style: str) -> None:
    piece = compose(style)
    assert {note.pitch % 12 for note in piece.notes} <= piece.key.pitch_classes


@pytest.mark.parametrize("style", STYLES)
def test_every_style_fills_whole_bars_near_its_own_tempo(style: str) -> None:
    piece = compose(style, duration_s=30)
    assert piece.beats % 4 == 0
    assert piece.bpm == pytest.approx(STYLES[style].bpm, rel=0.15)
    assert piece.beats * 60 / piece.bpm == pytest.approx(30)


def test_a_wished_tempo_and_key_are_kept() -> None:
    piece = compose("techno in F minor 128 bpm", duration_s=30)
    assert piece.bpm == 128
    assert piece.key == Key(5, Mode.MINOR)
    assert not piece.warnings


def test_a_tempo_that_does_not_fit_the_time_is_bent_with_a_warning() -> None:
    piece = compose("techno 100 bpm", duration_s=1)
    assert piece.beats == 2
    assert "120.0 bpm" in piece.warnings[0]


def test_what_is_not_wanted_does_not_play() -> None:
    piece = compose("house, no drums, no bass, no melody")
    assert not piece.drums
    assert not part(piece, "bass")
    assert not part(piece, "lead")
    assert part(piece, "chords")


def test_the_bass_is_below_the_chords_and_the_tune_above() -> None:
    piece = compose("happy")
    assert max(note.pitch for note in part(piece, "bass")) < 55
    chords, lead = part(piece, "chords"), part(piece, "lead")
    assert sum(note.pitch for note in lead) / len(lead) > sum(note.pitch for note in chords) / len(chords)


def test_the_bass_plays_the_roots_of_the_chords() -> None:
    piece = compose("rock")
    for note in part(piece, "bass"):
        root = piece.key.pitch(piece.chords[int(note.beat // 4)].degree)
        assert (note.pitch - root) % 12 == 0


def test_the_third_bar_of_a_phrase_takes_up_the_rhythm_of_the_first() -> None:
    lead = part(compose("game"), "lead")
    bars = [[round(note.beat - 4 * bar, 3) for note in lead if 4 * bar <= note.beat < 4 * bar + 4] for bar in range(4)]
    assert bars[0] == bars[2]


def test_chords_move_by_small_steps() -> None:
    key = Key(0, Mode.MAJOR)
    first = voiced(key, Chord(0), ())
    second = voiced(key, Chord(5), first)
    assert sum(min(abs(pitch - other) for other in first) for pitch in second) <= 4
    assert {pitch % 12 for pitch in second} == {9, 0, 4}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(STYLES)), st.integers(1, 300), st.integers(0, 2**64), st.booleans())
def test_any_length_is_filled_exactly(style: str, duration_s: int, seed: int, is_fast: bool) -> None:  # noqa: FBT001 - drawn
    piece = compose(f"{'fast ' if is_fast else 'slow '}{style}", duration_s=duration_s, seed=seed)
    assert piece.length_s == duration_s
    assert piece.length_s / piece.repeats <= 75
    assert piece.beats >= 1
    assert piece.notes
    for note in piece.notes:
        assert 0 <= note.beat < piece.beats
        assert 20 <= note.pitch <= 108
    assert all(0 <= beat.beat < piece.beats for beat in piece.drums)
