import numpy as np
import pytest

from bot.studio.hearing.clustering import cluster
from bot.studio.hearing.features import RATE_HZ, voice_features
from bot.studio.hearing.languages import spoken_language
from bot.studio.hearing.speakers import VoiceCollector
from bot.studio.refusal import Refusal
from bot.transcripts import Segment, Word


def groups(*centres: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    generator = np.random.default_rng(3)
    return np.concatenate([generator.normal(centre, 0.5, (12, 4)) for centre in centres]).astype(np.float32)


def hum(hz: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    at_s = np.arange(2 * RATE_HZ) / RATE_HZ
    parts = np.arange(1, 9)[:, np.newaxis]
    return (np.sin(2 * np.pi * hz * parts * at_s) / parts).sum(axis=0).astype(np.float32)


def test_clusters_are_found_by_their_distance() -> None:
    labels = cluster(groups(0, 20, 40), fewest=1, most=6, farthest=10)
    assert len(set(labels.tolist())) == 3
    assert all(len(set(labels[first : first + 12].tolist())) == 1 for first in (0, 12, 24))


@pytest.mark.parametrize(("fewest", "most", "expected"), [(1, 2, 2), (4, 6, 4), (3, 3, 3), (1, 1, 1)])
def test_the_number_of_clusters_keeps_its_bounds(fewest: int, most: int, expected: int) -> None:
    labels = cluster(groups(0, 20, 40), fewest=fewest, most=most, farthest=10)
    assert len(set(labels.tolist())) == expected


def test_a_single_point_is_a_cluster() -> None:
    assert cluster(np.zeros((1, 4), np.float32), fewest=1, most=6, farthest=1).tolist() == [0]


def test_silence_and_too_little_sound_have_no_voice() -> None:
    assert voice_features(np.zeros(100, np.float32)) is None
    assert voice_features(np.zeros(0, np.float32)) is None


def test_a_high_and_a_low_hum_differ_in_pitch() -> None:
    low, high = voice_features(hum(110.0)), voice_features(hum(220.0))
    assert low is not None
    assert high is not None
    assert high[-1] - low[-1] == pytest.approx(1 / 0.08 * 2, rel=0.05)  # one octave


def test_words_without_any_voice_still_get_a_speaker() -> None:
    segment = Segment(0.0, 1.0, "Hm.", words=(Word(0.0, 0.2, "Hm."),))
    collector = VoiceCollector()
    collector.add(np.zeros(RATE_HZ, np.float32), 0.0, [segment])
    assert [one.speaker for one in collector.label([segment])] == ["Speaker 1"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("en-US", "en"),
        ("German", "de"),
        ("nb", "no"),
        ("fil-PH", "tl"),
        ("zh-Hans-CN", "zh"),
        (None, None),
        ("auto", None),
    ],
)
def test_languages_are_read_as_whisper_names_them(wanted: str | None, code: str | None) -> None:
    assert spoken_language(wanted) == code


def test_what_is_no_language_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        spoken_language("xx-klingon")
    assert refused.value.code == "language_unknown"
