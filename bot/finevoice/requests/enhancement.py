"""Repairs of recordings, one at a time. Defaults are the service's own."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_serializer

from bot.finevoice.requests.base import (
    ApiRequest,
    FetchedUrl,
    FullScaleDb,
    LanguageCode,
    Milliseconds,
)

FILLER_WORDS = ("um", "uh", "er", "hmm", "hm", "ah", "eh", "mhm")
MAX_FILLER_WORDS = 200
PEAK_DB = -1.0
RMS_DB = -20.0

Similarity = Annotated[float, Field(ge=0.5, le=1.0)]
FillerWordList = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^,]+$")], ...],
    Field(max_length=MAX_FILLER_WORDS),
]
"""Up to 200 words without commas. None at all means the service's own list."""


class EnhancementModel(StrEnum):
    """Who takes the noise away. The end of the name is the sampling rate of the result."""

    MOSSFORMER2_48K = "MossFormer2_SE_48K"
    FRCRN_16K = "FRCRN_SE_16K"
    MOSSFORMER_GAN_16K = "MossFormerGAN_SE_16K"


class NormalizationMethod(StrEnum):
    """What is brought to a level."""

    PEAK = "peak"
    """The loudest moment: nothing clips."""
    RMS = "rms"
    """The average: everything sounds equally loud."""
    BOTH = "both"
    """The average first, then the loudest moment."""


class WhisperSize(StrEnum):
    """Who listens: larger hears better and takes longer."""

    TINY = "tiny"
    BASE = "base"
    SMALL = "small"
    MEDIUM = "medium"


class EnhancedFormat(StrEnum):
    """Files the enhancer can make."""

    WAV = "wav"
    MP3 = "mp3"
    FLAC = "flac"
    M4A = "m4a"


class EnhancementRequest(ApiRequest):
    """What all repairs share: where the recording is (wav, mp3, flac, aac, ogg, opus, m4a, webm) and what to make."""

    url: FetchedUrl
    output_format: EnhancedFormat = EnhancedFormat.WAV


class SpeechEnhancement(EnhancementRequest):
    """Less noise, clearer speech."""

    model: EnhancementModel = EnhancementModel.MOSSFORMER2_48K
    use_vad: bool = False
    """True: look for speech first and work only there."""
    enable_normalization: bool = False
    """True: bring the result to a level, as the three fields below say."""
    normalization_method: NormalizationMethod = NormalizationMethod.PEAK
    normalization_peak_db: FullScaleDb = PEAK_DB
    """dBFS, at most 0."""
    normalization_rms_db: FullScaleDb = RMS_DB
    """dBFS, at most 0."""


class SuperResolution(EnhancementRequest):
    """From 8 kHz, as on the telephone, to 48 kHz."""


class SpeakerIsolation(EnhancementRequest):
    """One of two people who speak in the same recording."""

    speaker_index: Literal[0, 1] = 0


class MouthSoundRemoval(EnhancementRequest):
    """No clicks, pops and breaths."""

    use_rnnoise: bool = False
    """True: also take broadband noise away, as strongly as ``rnnoise_strength`` says."""
    rnnoise_strength: Annotated[int, Field(ge=0, le=100)] = 80
    """0 to 100."""
    use_hush: bool = False
    """True: also turn down voices in the background, by up to ``hush_attenuation_db``."""
    hush_attenuation_db: Annotated[float, Field(ge=0)] = Field(default=60.0, serialization_alias="hush_atten_lim_db")
    """dB, not negative."""
    use_whisper_stutter: bool = False
    """True: also remove stuttering, found by a Whisper of ``whisper_model_size``."""
    whisper_model_size: WhisperSize = WhisperSize.BASE


class LongSilenceRemoval(EnhancementRequest):
    """No silence above ``long_silence_ms``; of each, ``keep_silence_ms`` stay at both ends."""

    silence_threshold_db: FullScaleDb = -42.0
    """dBFS, at most 0: what is quieter is silence."""
    long_silence_ms: Milliseconds = 1200
    keep_silence_ms: Milliseconds = 180


class FillerWords(EnhancementRequest):
    """Find or remove "um" and its kin: by their sound, or with ``use_whisper`` by the words."""

    use_whisper: bool = False
    whisper_model_size: WhisperSize = WhisperSize.BASE
    """Used with ``use_whisper``."""
    language: LanguageCode = "en"
    """Used with ``use_whisper``."""
    filler_words: FillerWordList = Field(default=FILLER_WORDS, serialization_alias="filler_words_list")

    @field_serializer("filler_words")
    def _comma_separated(self, words: tuple[str, ...]) -> str:
        return ",".join(words)


class StutteringRemoval(EnhancementRequest):
    """Without repeated beginnings of words."""

    whisper_model_size: WhisperSize = WhisperSize.BASE
    min_similarity: Similarity = 0.75
    """0.5 to 1: how alike two sounds have to be to count as one said twice."""
    max_gap_ms: Annotated[float, Field(ge=0)] = 500.0
    """Milliseconds, not negative: how far apart they may be."""


class Normalization(EnhancementRequest):
    """The same loudness throughout."""

    method: NormalizationMethod = NormalizationMethod.PEAK
    peak_db: FullScaleDb = PEAK_DB
    """dBFS, at most 0."""
    rms_db: FullScaleDb = RMS_DB
    """dBFS, at most 0."""
