"""What a request may be: ranges, values and rules between fields, checked before anything is sent."""

from typing import cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.finevoice import requests as ask
from bot.finevoice.requests.base import MAX_INT32, MAX_URL_CHARS
from tests.finevoice.operations import OPERATIONS, Operation

URL = "https://cdn.example/a.mp3"
# How long an example takes says more about the machine than about the code.
patient = settings(deadline=None)
# For tests that are run for many fields or requests.
brief = settings(deadline=None, max_examples=25)
Fields = dict[str, object]
Kind = type[ask.ApiRequest]

SFX: tuple[Kind, Fields] = (ask.SoundEffect, {"prompt": "rain"})
STT: tuple[Kind, Fields] = (ask.Transcription, {"url": URL})
COVER: tuple[Kind, Fields] = (ask.Cover, {"source_url": URL, "voice": "james"})
SINGER: tuple[Kind, Fields] = (ask.Singer, {"voice": "james"})
MOUTH: tuple[Kind, Fields] = (ask.MouthSoundRemoval, {"url": URL})
SILENCE: tuple[Kind, Fields] = (ask.LongSilenceRemoval, {"url": URL})
STUTTER: tuple[Kind, Fields] = (ask.StutteringRemoval, {"url": URL})
PIPELINE: tuple[Kind, Fields] = (ask.Pipeline, {"url": URL})
LEVEL: tuple[Kind, Fields] = (ask.Normalization, {"url": URL})
SPEECH: tuple[Kind, Fields] = (ask.SpeechEnhancement, {"url": URL})
HUGE = 1e308

NUMBERS: list[tuple[Kind, Fields, str, float, float]] = [
    (*COVER, "pitch_semitones", -12, 12),
    (*COVER, "instrument_pitch_semitones", -12, 12),
    (*SINGER, "pitch_semitones", -12, 12),
    (*STUTTER, "min_similarity", 0.5, 1),
    (*STUTTER, "max_gap_ms", 0, HUGE),
    (*PIPELINE, "stutter_min_similarity", 0.5, 1),
    (*PIPELINE, "silence_threshold_db", -HUGE, 0),
    (*PIPELINE, "normalization_peak_db", -HUGE, 0),
    (*PIPELINE, "normalization_rms_db", -HUGE, 0),
    (*MOUTH, "hush_attenuation_db", 0, HUGE),
    (*SILENCE, "silence_threshold_db", -HUGE, 0),
    (*LEVEL, "peak_db", -HUGE, 0),
    (*LEVEL, "rms_db", -HUGE, 0),
    (*SPEECH, "normalization_peak_db", -HUGE, 0),
    (*SPEECH, "normalization_rms_db", -HUGE, 0),
]
WHOLE_NUMBERS: list[tuple[Kind, Fields, str, int, int]] = [
    (*STT, "min_speakers", 1, MAX_INT32),
    (*STT, "max_speakers", 1, MAX_INT32),
    (*STT, "batch_size", 1, MAX_INT32),
    (*COVER, "cut", -MAX_INT32 - 1, MAX_INT32),
    (*COVER, "diffusion_steps", 1, MAX_INT32),
    (*MOUTH, "rnnoise_strength", 0, 100),
    (*SILENCE, "long_silence_ms", 0, MAX_INT32),
    (*SILENCE, "keep_silence_ms", 0, MAX_INT32),
    (*PIPELINE, "long_silence_ms", 0, MAX_INT32),
    (ask.BackgroundMusic, {"prompt": "Upbeat"}, "duration_s", 1, MAX_INT32),
    (ask.VoiceQuery, {}, "page", 0, MAX_INT32),
    (ask.VoiceQuery, {}, "limit", 1, MAX_INT32),
    (ask.VoiceDesign, {"prompt": "warm"}, "seed", -(2**63), 2**63 - 1),
    (ask.SpeakerIsolation, {"url": URL}, "speaker_index", 0, 1),
]


def is_taken(kind: Kind, fields: Fields) -> bool:
    try:
        kind.model_validate(fields)
    except ValidationError:
        return False
    return True


def wire_of(request: ask.ApiRequest) -> Fields:
    return request.model_dump(by_alias=True, exclude_none=True, mode="json")


@pytest.mark.parametrize(("kind", "needed", "name", "least", "most"), NUMBERS)
@given(value=st.floats() | st.floats(min_value=-15, max_value=15))
@brief
def test_a_number_is_taken_within_its_range_and_sent_as_it_is(
    kind: Kind, needed: Fields, name: str, least: float, most: float, value: float
) -> None:
    assert is_taken(kind, {**needed, name: least})
    assert is_taken(kind, {**needed, name: most})
    # Beyond HUGE lies nothing that JSON or audio knows.
    assume(not HUGE < abs(value) < float("inf"))
    assert is_taken(kind, {**needed, name: value}) == (least <= value <= most)
    if least <= value <= most:
        assert value in wire_of(kind.model_validate({**needed, name: value})).values()


@pytest.mark.parametrize(("kind", "needed", "name", "least", "most"), WHOLE_NUMBERS)
@given(data=st.data())
@brief
def test_a_whole_number_is_taken_within_its_range_and_sent_as_it_is(
    kind: Kind, needed: Fields, name: str, least: int, most: int, data: st.DataObject
) -> None:
    near = st.integers(min_value=least - 3, max_value=most + 3)
    value = data.draw(near | st.integers() | st.sampled_from([least - 1, least, most, most + 1]))
    assert is_taken(kind, {**needed, name: value}) == (least <= value <= most)
    if least <= value <= most:
        assert value in wire_of(kind.model_validate({**needed, name: value})).values()
    assert not is_taken(kind, {**needed, name: 1.5})


@pytest.mark.parametrize("value", [-1, 0, 30.001, 31, float("nan"), float("inf"), "long"])
def test_an_effect_is_longer_than_nothing_and_not_longer_than_30_seconds(value: object) -> None:
    assert not is_taken(ask.SoundEffect, {"prompt": "rain", "duration_s": value})
    assert is_taken(ask.SoundEffect, {"prompt": "rain", "duration_s": 30})
    assert is_taken(ask.SoundEffect, {"prompt": "rain", "duration_s": 0.1})


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        (ask.SoundEffect, {}, False),
        (ask.SoundEffect, {"prompt": "rain"}, True),
        (ask.SoundEffect, {"source_url": URL}, False),
        (ask.SoundEffect, {"source_type": "video", "prompt": "rain"}, False),
        (ask.SoundEffect, {"source_url": URL, "source_type": "video"}, True),
        (ask.SoundEffect, {"source_url": URL, "source_type": "audio"}, False),
        (ask.Podcast, {}, False),
        (ask.Podcast, {"style": "calm"}, False),
        (ask.Podcast, {"text": "Hello."}, True),
        (ask.Podcast, {"prompt": "Hello."}, True),
        (ask.Podcast, {"prompt": "Hello.", "keep_wording": True}, False),
        (ask.Podcast, {"prompt": "Hello.", "keep_wording": False}, True),
        (ask.Podcast, {"text": "Hello.", "keep_wording": True}, True),
        (ask.Podcast, {"text": "Hello.", "speakers": []}, False),
        (ask.Podcast, {"text": "Hello.", "speakers": ["olivia", "ethan"]}, True),
        (ask.Podcast, {"text": "Hello.", "speakers": ["Olivia"]}, False),
        (ask.Podcast, {"text": "Hello.", "expected_minutes": 0}, False),
        (ask.Transcription, {"url": URL, "min_speakers": 3, "max_speakers": 2}, False),
        (ask.Transcription, {"url": URL, "min_speakers": 2, "max_speakers": 2}, True),
        (ask.Transcription, {"url": URL, "min_speakers": 3}, True),
        (ask.Transcription, {"url": URL, "format": "doc"}, False),
        (ask.Transcription, {"url": URL, "engine": "ears"}, False),
        (ask.Cover, {"source_url": URL}, False),
        (ask.Cover, {"source_url": URL, "singers": []}, False),
        (ask.Cover, {"source_url": URL, "singers": [{"voice": "james"}]}, True),
        (ask.Cover, {"source_url": URL, "singers": [{"voice": "james"}] * 33}, False),
        (ask.Cover, {"source_url": URL, "voice": "james", "way": "m3"}, False),
        (ask.Cover, {"source_url": URL, "voice": "james", "pitch_control": "crepe"}, False),
        (ask.Song, {"title": "Mine"}, False),
        (ask.Song, {"instrumental": True}, False),
        (ask.Song, {"lyrics": "La"}, True),
        (ask.Song, {"refer_voice": "v-1"}, True),
        (ask.BackgroundMusic, {}, False),
        (ask.BackgroundMusic, {"prompt": "Upbeat", "continuation": True}, False),
        (ask.BackgroundMusic, {"prompt": "Upbeat", "continuation": True, "audio_id": "a"}, True),
        (ask.BackgroundMusic, {"prompt": "Upbeat", "continuation": True, "input_audio": URL}, True),
        (ask.VoiceDesign, {"preview_text": "Hello."}, False),
        (ask.VoiceDesign, {"task_id": "t-1"}, True),
        (ask.VoiceTraining, {"name": "Me"}, False),
        (ask.VoiceTraining, {"audio_url": URL}, False),
        (ask.VoiceConversion, {"voice": "leo", "source_url": URL, "output_format": "flac"}, False),
        (ask.FillerWords, {"url": URL, "filler_words": ["um", "you know"]}, True),
        (ask.FillerWords, {"url": URL, "filler_words": ["um,uh"]}, False),
        (ask.FillerWords, {"url": URL, "filler_words": [""]}, False),
        (ask.FillerWords, {"url": URL, "filler_words": ["um"] * 201}, False),
        (ask.Pipeline, {"url": URL, "enhance_speech": False}, False),
        (ask.Pipeline, {"url": URL, "enhance_speech": False, "normalize": True}, True),
        (ask.Pipeline, {"url": URL}, True),
        (ask.Pipeline, {"url": URL, "normalization_method": "loud"}, False),
    ],
)
def test_rules_between_fields_are_checked_before_anything_is_sent(
    *, kind: Kind, fields: Fields, expected: bool
) -> None:
    assert is_taken(kind, fields) is expected


@pytest.mark.parametrize("step", [name for name, one in ask.Pipeline.model_fields.items() if one.annotation is bool])
def test_one_repair_of_any_kind_is_enough_for_a_pipeline(step: str) -> None:
    is_step = (ask.Pipeline.model_fields[step].serialization_alias or "").startswith("step_")
    assert is_taken(ask.Pipeline, {"url": URL, "enhance_speech": False, step: True}) is is_step


def test_what_the_service_writes_its_own_way_is_sent_so() -> None:
    podcast = ask.Podcast(text="Hello.", expected_minutes=5)
    assert wire_of(podcast) == {"text": "Hello.", "expectedDuration": "5min"}
    assert wire_of(ask.FillerWords(url=URL, filler_words=("um", "uh")))["filler_words_list"] == "um,uh"
    assert wire_of(ask.FillerWords(url=URL, filler_words=()))["filler_words_list"] == ""


def test_a_default_can_be_read_but_is_not_sent() -> None:
    request = ask.SpeechEnhancement(url=URL)
    assert (request.output_format, request.normalization_peak_db) == (ask.EnhancedFormat.WAV, -1.0)
    assert wire_of(request) == {"url": URL}


def test_what_equals_the_default_is_sent_where_it_was_set() -> None:
    assert wire_of(ask.SuperResolution(url=URL, output_format=ask.EnhancedFormat.WAV))["output_format"] == "wav"


def test_what_was_set_to_nothing_is_not_sent() -> None:
    assert wire_of(ask.Transcription(url=URL, title=None, use_async=None)) == {"url": URL}


def test_under_our_own_names_there_is_also_only_what_was_set() -> None:
    assert ask.Separation(source_url=URL).model_dump() == {"source_url": URL}


EVERYTHING = [one for one in OPERATIONS if one.everything is not None]


@pytest.mark.parametrize("operation", EVERYTHING, ids=lambda one: one.name)
@given(data=st.data())
@brief
def test_whatever_is_set_that_and_nothing_else_is_sent(operation: Operation, data: st.DataObject) -> None:
    request = cast("ask.ApiRequest", operation.everything)
    needed = {name for name, field in type(request).model_fields.items() if field.is_required()}
    names = needed | data.draw(st.sets(st.sampled_from(sorted(request.model_fields_set))))
    fields = {name: cast("object", getattr(request, name)) for name in names}
    kind = type(request)
    assume(is_taken(kind, fields))
    aliases = {kind.model_fields[name].serialization_alias or name for name in names}
    assert set(wire_of(kind.model_validate(fields))) == aliases


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.mp3",
        "/a.mp3",
        "file:///etc/passwd",
        "ftp://example.com/a",
        "data:audio/wav;base64,AAAA",
        "javascript:alert(1)",
        "https://",
        "https:///a.mp3",
        "http://[::1",
        "https://cdn.example/a b",
        " https://cdn.example/a",
        "https://cdn.example/\na",
        "https://cdn.example/\x00",
        "https://cdn.example/" + "a" * MAX_URL_CHARS,
    ],
)
def test_what_the_service_cannot_fetch_is_refused(url: str) -> None:
    assert not is_taken(ask.Separation, {"source_url": url})


@given(st.text() | st.from_regex(r"https?://[^\s]{0,30}", fullmatch=True))
@patient
def test_an_address_is_refused_or_sent_unchanged(url: str) -> None:
    try:
        request = ask.Separation(source_url=url)
    except ValidationError:
        return
    assert url.lower().startswith(("http://", "https://"))
    assert url.isprintable()
    assert wire_of(request) == {"sourceUrl": url}


@pytest.mark.parametrize("operation", EVERYTHING, ids=lambda one: one.name)
def test_no_request_takes_a_field_it_does_not_know_nor_repeats_what_it_held(operation: Operation) -> None:
    request = cast("ask.ApiRequest", operation.everything)
    fields = {name: cast("object", getattr(request, name)) for name in request.model_fields_set}
    with pytest.raises(ValidationError) as caught:
        type(request).model_validate({**fields, "temprature": "a private line"})
    assert "temprature" in str(caught.value)
    assert "private" not in str(caught.value)
