"""The 24 operations as the client calls them: each with everything set and with only what it needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.finevoice import requests as ask
from bot.finevoice.client import FineVoice

SOURCE = "https://cdn.example/a.mp3?sign=a%2Fb&x=1"
PICTURE = "http://cdn.example:8080/a.png"
MAX_BYTES = 1_000_000

Request = TypeVar("Request", bound=ask.ApiRequest)
Send = Callable[[FineVoice, Path], Awaitable[object]]


@dataclass(frozen=True)
class Operation:
    """``name`` is the operationId of the API's reference. Requests are None where a call takes no model."""

    name: str
    send_everything: Send
    send_least: Send
    everything: ask.ApiRequest | None = None
    least: ask.ApiRequest | None = None


def _operation(
    name: str,
    send: Callable[[FineVoice, Request, Path], Awaitable[object]],
    everything: Request,
    least: Request,
) -> Operation:
    return Operation(
        name,
        lambda api, target: send(api, everything, target),
        lambda api, target: send(api, least, target),
        everything,
        least,
    )


OPERATIONS = (
    _operation(
        "SpeechSynthesis",
        lambda api, request, _: api.speech.synthesize(request),
        ask.SpeechSynthesis(voice="james", text="[happy] Hello!"),
        ask.SpeechSynthesis(voice="james", text="Hello"),
    ),
    _operation(
        "VoiceConversion",
        lambda api, request, _: api.conversion.convert(request),
        ask.VoiceConversion(voice="leo", source_url=SOURCE, output_format=ask.ConversionFormat.WAV, use_async=True),
        ask.VoiceConversion(voice="leo", source_url=SOURCE),
    ),
    _operation(
        "SpeechToText",
        lambda api, request, _: api.transcription.transcribe(request),
        ask.Transcription(
            url=SOURCE,
            language="en-US",
            title="The meeting",
            format=ask.TranscriptFormat.JSON,
            engine=ask.TranscriptionEngine.WHISPER,
            use_async=True,
            word_level_timestamp_alignment=True,
            speaker_diarization=True,
            min_speakers=2,
            max_speakers=2,
            batch_size=16,
            script_target="latin",
        ),
        ask.Transcription(url=SOURCE),
    ),
    _operation(
        "SfxGeneration",
        lambda api, request, _: api.effects.generate(request),
        ask.SoundEffect(
            prompt="rain",
            negative_prompt="music",
            source_url=PICTURE,
            source_type=ask.SourceType.IMAGE,
            duration_s=30.0,
            use_async=False,
        ),
        ask.SoundEffect(prompt="rain"),
    ),
    _operation(
        "AudioSeparation",
        lambda api, request, _: api.separation.separate(request),
        ask.Separation(source_url=SOURCE, model=ask.SeparationModel.SIX_STEMS, use_async=True),
        ask.Separation(source_url=SOURCE),
    ),
    _operation(
        "PodcastGen",
        lambda api, request, _: api.podcast.generate(request),
        ask.Podcast(
            text="Welcome.",
            prompt="About audio",
            speakers=(ask.PodcastSpeaker.OLIVIA, ask.PodcastSpeaker.ETHAN),
            style="conversational",
            expected_minutes=3,
            keep_wording=True,
            thumbnail_url=PICTURE,
            use_async=True,
        ),
        ask.Podcast(prompt="About audio"),
    ),
    _operation(
        "TrainVoice",
        lambda api, request, _: api.voices.train(request),
        ask.VoiceTraining(name="Me", audio_url=SOURCE, language="en-US", gender="female", image_url=PICTURE),
        ask.VoiceTraining(name="Me", audio_url=SOURCE),
    ),
    _operation(
        "VoiceDesign",
        lambda api, request, _: api.voices.design(request),
        ask.VoiceDesign(
            prompt="A warm voice",
            preview_text="Hello.",
            engine=ask.DesignEngine.V2,
            seed=2**63 - 1,
            model_id="m-1",
            task_id="t-1",
        ),
        ask.VoiceDesign(prompt="A warm voice"),
    ),
    Operation(
        "GetVoiceDetail",
        lambda api, _: api.voices.get("james", design_uuid="u-1"),
        lambda api, _: api.voices.get("james"),
    ),
    _operation(
        "PageVoices",
        lambda api, request, _: api.voices.list(request),
        ask.VoiceQuery(
            category=ask.VoiceCategory.MINE,
            primary_category=ask.PrimaryCategory.ENTERPRISE,
            sub_category="ads",
            gender="male",
            language="en-US",
            keyword="kade & co",
            style="calm",
            age="adult",
            tts=True,
            page=0,
            limit=50,
        ),
        ask.VoiceQuery(),
    ),
    Operation("GetTaskStatus", lambda api, _: api.tasks.get("t-1"), lambda api, _: api.tasks.get("t-1")),
    _operation(
        "MusicGenByPrompt",
        lambda api, request, _: api.music.compose_background(request),
        ask.BackgroundMusic(
            prompt="Upbeat",
            instrumental=True,
            duration_s=30,
            continuation=True,
            title="Up",
            model_version="v3",
            audio_id="a-1",
            prompt_type="text",
            input_audio=SOURCE,
            thumbnail_url=PICTURE,
        ),
        ask.BackgroundMusic(prompt="Upbeat"),
    ),
    _operation(
        "MusicGen",
        lambda api, request, _: api.music.compose_song(request),
        ask.Song(
            title="My song",
            style="pop",
            lyrics="[Verse 1]\nHello",
            instrumental=False,
            model_version=ask.SongModel.R2,
            audio_id="a-1",
            refer_voice="v-1",
            refer_instrumental=SOURCE,
        ),
        ask.Song(style="pop"),
    ),
    _operation(
        "MusicCover",
        lambda api, request, _: api.music.cover(request),
        ask.Cover(
            source_url=SOURCE,
            voice="james",
            pitch_semitones=-12,
            output_format="mp3",
            audio_name="Mine",
            audio_cover_url=PICTURE,
            way="m2",
            cut=0,
            engine=ask.CoverEngine.V5,
            singers=(
                ask.Singer(
                    voice="anna",
                    pitch_semitones=12,
                    engine=ask.CoverEngine.V7,
                    diffusion_steps=20,
                    auto_f0_adjust=True,
                ),
                ask.Singer(voice="leo"),
            ),
            instrument_pitch_semitones=0.5,
            pitch_control="rmvpe",
            diffusion_steps=20,
            auto_f0_adjust=False,
            vocal_types=ask.VocalType.DUETS,
        ),
        ask.Cover(source_url=SOURCE, voice="james"),
    ),
    _operation(
        "SpeechEnhancement",
        lambda api, request, target: api.enhancement.enhance_speech(request, target, max_bytes=MAX_BYTES),
        ask.SpeechEnhancement(
            url=SOURCE,
            output_format=ask.EnhancedFormat.M4A,
            model=ask.EnhancementModel.MOSSFORMER_GAN_16K,
            use_vad=True,
            enable_normalization=True,
            normalization_method=ask.NormalizationMethod.BOTH,
            normalization_peak_db=-3,
            normalization_rms_db=-18.5,
        ),
        ask.SpeechEnhancement(url=SOURCE),
    ),
    _operation(
        "SpeechSuperResolution",
        lambda api, request, target: api.enhancement.raise_resolution(request, target, max_bytes=MAX_BYTES),
        ask.SuperResolution(url=SOURCE, output_format=ask.EnhancedFormat.FLAC),
        ask.SuperResolution(url=SOURCE),
    ),
    _operation(
        "EnhancerSpeechSeparation",
        lambda api, request, target: api.enhancement.isolate_speaker(request, target, max_bytes=MAX_BYTES),
        ask.SpeakerIsolation(url=SOURCE, output_format=ask.EnhancedFormat.MP3, speaker_index=1),
        ask.SpeakerIsolation(url=SOURCE),
    ),
    _operation(
        "RemoveMouthSounds",
        lambda api, request, target: api.enhancement.remove_mouth_sounds(request, target, max_bytes=MAX_BYTES),
        ask.MouthSoundRemoval(
            url=SOURCE,
            output_format=ask.EnhancedFormat.WAV,
            use_rnnoise=True,
            rnnoise_strength=100,
            use_hush=True,
            hush_attenuation_db=40,
            use_whisper_stutter=True,
            whisper_model_size=ask.WhisperSize.TINY,
        ),
        ask.MouthSoundRemoval(url=SOURCE),
    ),
    _operation(
        "RemoveLongSilences",
        lambda api, request, target: api.enhancement.remove_long_silences(request, target, max_bytes=MAX_BYTES),
        ask.LongSilenceRemoval(
            url=SOURCE,
            output_format=ask.EnhancedFormat.WAV,
            silence_threshold_db=-50,
            long_silence_ms=900,
            keep_silence_ms=0,
        ),
        ask.LongSilenceRemoval(url=SOURCE),
    ),
    _operation(
        "FillerWordsDetect",
        lambda api, request, _: api.enhancement.detect_filler_words(request),
        ask.FillerWords(
            url=SOURCE,
            output_format=ask.EnhancedFormat.WAV,
            use_whisper=True,
            whisper_model_size=ask.WhisperSize.MEDIUM,
            language="zh",
            filler_words=("like", "you know"),
        ),
        ask.FillerWords(url=SOURCE),
    ),
    _operation(
        "FillerWordsRemove",
        lambda api, request, target: api.enhancement.remove_filler_words(request, target, max_bytes=MAX_BYTES),
        ask.FillerWords(
            url=SOURCE,
            output_format=ask.EnhancedFormat.WAV,
            use_whisper=True,
            whisper_model_size=ask.WhisperSize.SMALL,
            language="en",
            filler_words=(),
        ),
        ask.FillerWords(url=SOURCE),
    ),
    _operation(
        "StutteringRemove",
        lambda api, request, target: api.enhancement.remove_stuttering(request, target, max_bytes=MAX_BYTES),
        ask.StutteringRemoval(
            url=SOURCE,
            output_format=ask.EnhancedFormat.WAV,
            whisper_model_size=ask.WhisperSize.BASE,
            min_similarity=0.5,
            max_gap_ms=0,
        ),
        ask.StutteringRemoval(url=SOURCE),
    ),
    _operation(
        "AudioNormalization",
        lambda api, request, target: api.enhancement.normalize(request, target, max_bytes=MAX_BYTES),
        ask.Normalization(
            url=SOURCE,
            output_format=ask.EnhancedFormat.WAV,
            method=ask.NormalizationMethod.RMS,
            peak_db=0,
            rms_db=-23,
        ),
        ask.Normalization(url=SOURCE),
    ),
    _operation(
        "ProcessPipeline",
        lambda api, request, target: api.enhancement.run_pipeline(request, target, max_bytes=MAX_BYTES),
        ask.Pipeline(
            url=SOURCE,
            output_format=ask.EnhancedFormat.WAV,
            enhance_speech=False,
            remove_mouth_sounds=True,
            remove_long_silences=True,
            raise_resolution=True,
            remove_filler_words=True,
            remove_stuttering=True,
            normalize=True,
            enhancement_model=ask.EnhancementModel.FRCRN_16K,
            enhancement_use_vad=True,
            silence_threshold_db=-40,
            long_silence_ms=1000,
            keep_silence_ms=100,
            filler_use_whisper=True,
            filler_language="en",
            filler_words=("um",),
            stutter_min_similarity=1.0,
            normalization_method=ask.NormalizationMethod.PEAK,
            normalization_peak_db=-1,
            normalization_rms_db=-20,
        ),
        ask.Pipeline(url=SOURCE),
    ),
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}
