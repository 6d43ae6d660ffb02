"""Bodies of the calls under /v1/enhancer. Source of names and defaults: FineVoice OpenAPI document, 2026-05-23."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.studio.bodies.base import Body, FullScaleDb, LanguageCode, SourceUrl

FILLER_WORDS = ("um", "uh", "er", "hmm", "hm", "ah", "eh", "mhm")
MAX_FILLER_WORDS = 200
MAX_SILENCE_MS = 3_600_000

Milliseconds = Annotated[int, Field(ge=0, le=MAX_SILENCE_MS)]
Similarity = Annotated[float, Field(ge=0.5, le=1.0)]


class EnhancementModel(StrEnum):
    """The hosted service's models. None of them is here; the number at the end is the rate of the result."""

    MOSSFORMER2_48K = "MossFormer2_SE_48K"
    FRCRN_16K = "FRCRN_SE_16K"
    MOSSFORMER_GAN_16K = "MossFormerGAN_SE_16K"


class NormalizationMethod(StrEnum):
    """What is brought to a level."""

    PEAK = "peak"
    RMS = "rms"
    BOTH = "both"
    """The average first, then the loudest moment."""


class WhisperSize(StrEnum):
    """Who listens, at the hosted service."""

    TINY = "tiny"
    BASE = "base"
    SMALL = "small"
    MEDIUM = "medium"


class EnhancedFormat(StrEnum):
    """Files the enhancer makes."""

    WAV = "wav"
    MP3 = "mp3"
    FLAC = "flac"
    M4A = "m4a"


class EnhancementBody(Body):
    """What all repairs share."""

    url: SourceUrl
    output_format: EnhancedFormat = EnhancedFormat.WAV

    @property
    def source_url(self) -> str:
        """The recording."""
        return self.url


class NoiseBody(EnhancementBody):
    """Less noise."""

    model: EnhancementModel = EnhancementModel.MOSSFORMER2_48K
    use_vad: bool = False
    enable_normalization: bool = False
    normalization_method: NormalizationMethod = NormalizationMethod.PEAK
    normalization_peak_db: FullScaleDb = -1.0
    normalization_rms_db: FullScaleDb = -20.0


class SuperResolutionBody(EnhancementBody):
    """From 8 kHz to 48 kHz."""


class SpeakerBody(EnhancementBody):
    """One of two people who speak in the same recording."""

    speaker_index: Literal[0, 1] = 0


class MouthSoundBody(EnhancementBody):
    """No clicks, pops and breaths."""

    use_rnnoise: bool = False
    rnnoise_strength: Annotated[int, Field(ge=0, le=100)] = 80
    use_hush: bool = False
    hush_attenuation_db: Annotated[float, Field(ge=0, le=120)] = Field(default=60.0, alias="hush_atten_lim_db")
    use_whisper_stutter: bool = False
    whisper_model_size: WhisperSize = WhisperSize.BASE


class SilenceBody(EnhancementBody):
    """No silence above ``long_silence_ms``; of each, ``keep_silence_ms`` stay at both ends."""

    silence_threshold_db: FullScaleDb = -42.0
    long_silence_ms: Milliseconds = 1_200
    keep_silence_ms: Milliseconds = 180


class FillerBody(EnhancementBody):
    """Find or remove "um" and its kin."""

    use_whisper: bool = False
    whisper_model_size: WhisperSize = WhisperSize.BASE
    language: LanguageCode = "en"
    filler_words_list: Annotated[str, Field(max_length=10_000)] = ",".join(FILLER_WORDS)

    @property
    def filler_words(self) -> tuple[str, ...]:
        """The words to look for, in small letters; the API's own list where none are named."""
        return _listed(self.filler_words_list)


class StutterBody(EnhancementBody):
    """Without repeated beginnings of words."""

    whisper_model_size: WhisperSize = WhisperSize.BASE
    min_similarity: Similarity = 0.75
    max_gap_ms: Annotated[float, Field(ge=0, le=MAX_SILENCE_MS)] = 500.0


class NormalizationBody(EnhancementBody):
    """One loudness throughout."""

    method: NormalizationMethod = NormalizationMethod.PEAK
    peak_db: FullScaleDb = -1.0
    rms_db: FullScaleDb = -20.0


class PipelineBody(EnhancementBody):
    """Several repairs in the documented order: the fields below, from the first to the last."""

    enhance_speech: bool = Field(default=True, alias="step_speech_enhancement")
    remove_mouth_sounds: bool = Field(default=False, alias="step_remove_mouth_sounds")
    remove_long_silences: bool = Field(default=False, alias="step_remove_long_silences")
    super_resolution: bool = Field(default=False, alias="step_super_resolution")
    remove_filler_words: bool = Field(default=False, alias="step_filler_words_remove")
    remove_stuttering: bool = Field(default=False, alias="step_stuttering_remove")
    normalize: bool = Field(default=False, alias="step_audio_normalization")

    enhancement_model: EnhancementModel = EnhancementModel.FRCRN_16K
    enhancement_use_vad: bool = False
    silence_threshold_db: FullScaleDb = -42.0
    long_silence_ms: Milliseconds = 1_200
    keep_silence_ms: Milliseconds = 180
    filler_use_whisper: bool = False
    filler_language: LanguageCode = "en"
    filler_words_list: Annotated[str, Field(max_length=10_000)] = ",".join(FILLER_WORDS)
    stutter_min_similarity: Similarity = 0.75
    norm_method: NormalizationMethod = NormalizationMethod.PEAK
    norm_peak_db: FullScaleDb = -1.0
    norm_rms_db: FullScaleDb = -20.0

    @property
    def filler_words(self) -> tuple[str, ...]:
        """The words to look for, in small letters; the API's own list where none are named."""
        return _listed(self.filler_words_list)

    @model_validator(mode="after")
    def _check_steps(self) -> Self:
        cleaning = self.enhance_speech or self.remove_mouth_sounds or self.remove_long_silences
        cutting = self.remove_filler_words or self.remove_stuttering
        if not (cleaning or cutting or self.super_resolution or self.normalize):
            raise ValueError("at least one step has to be on")
        return self


def _listed(words: str) -> tuple[str, ...]:
    found = dict.fromkeys(word.strip().casefold() for word in words.split(","))
    return tuple(word for word in found if word)[:MAX_FILLER_WORDS] or FILLER_WORDS
