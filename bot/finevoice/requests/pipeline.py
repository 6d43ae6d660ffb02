"""Several repairs of a recording in one call."""

from typing import Self

from pydantic import Field, field_serializer, model_validator

from bot.finevoice.requests.base import FullScaleDb, LanguageCode, Milliseconds
from bot.finevoice.requests.enhancement import (
    FILLER_WORDS,
    PEAK_DB,
    RMS_DB,
    EnhancementModel,
    EnhancementRequest,
    FillerWordList,
    NormalizationMethod,
    Similarity,
)


class Pipeline(EnhancementRequest):
    """Repairs in the service's own order, whatever the order here; at least one has to be on.

    First the noise, then mouth sounds, long silences, super resolution, filler words, stuttering and loudness. Only
    the first is on where nothing is said. Defaults are the service's own and not always those of the single repairs.
    """

    enhance_speech: bool = Field(default=True, serialization_alias="step_speech_enhancement")
    remove_mouth_sounds: bool = Field(default=False, serialization_alias="step_remove_mouth_sounds")
    remove_long_silences: bool = Field(default=False, serialization_alias="step_remove_long_silences")
    raise_resolution: bool = Field(default=False, serialization_alias="step_super_resolution")
    remove_filler_words: bool = Field(default=False, serialization_alias="step_filler_words_remove")
    remove_stuttering: bool = Field(default=False, serialization_alias="step_stuttering_remove")
    normalize: bool = Field(default=False, serialization_alias="step_audio_normalization")

    enhancement_model: EnhancementModel = EnhancementModel.FRCRN_16K
    enhancement_use_vad: bool = False
    silence_threshold_db: FullScaleDb = -42.0
    """dBFS, at most 0: what is quieter is silence."""
    long_silence_ms: Milliseconds = 1200
    keep_silence_ms: Milliseconds = 180
    filler_use_whisper: bool = False
    filler_language: LanguageCode = "en"
    filler_words: FillerWordList = Field(default=FILLER_WORDS, serialization_alias="filler_words_list")
    stutter_min_similarity: Similarity = 0.75
    """0.5 to 1."""
    normalization_method: NormalizationMethod = Field(
        default=NormalizationMethod.PEAK, serialization_alias="norm_method"
    )
    normalization_peak_db: FullScaleDb = Field(default=PEAK_DB, serialization_alias="norm_peak_db")
    """dBFS, at most 0."""
    normalization_rms_db: FullScaleDb = Field(default=RMS_DB, serialization_alias="norm_rms_db")
    """dBFS, at most 0."""

    @field_serializer("filler_words")
    def _comma_separated(self, words: tuple[str, ...]) -> str:
        return ",".join(words)

    @model_validator(mode="after")
    def _check_steps(self) -> Self:
        cleaning = self.enhance_speech or self.remove_mouth_sounds or self.remove_long_silences
        cutting = self.remove_filler_words or self.remove_stuttering
        if not (cleaning or cutting or self.raise_resolution or self.normalize):
            raise ValueError("at least one repair has to be on")
        return self
