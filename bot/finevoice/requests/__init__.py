"""What is sent to the API: one model per call, checked before anything goes out.

Names are ours; serialization aliases are the API's own spellings, which go on the wire. Source of every range, value
and default: the provider's OpenAPI document of 2026-05-23. What breaks a documented rule is refused; what would merely
have no effect (a model size for a listener that is off) is let through.
"""

from bot.finevoice.requests.base import ApiRequest, ConversionFormat
from bot.finevoice.requests.conversion import VoiceConversion
from bot.finevoice.requests.effects import SoundEffect, SourceType
from bot.finevoice.requests.enhancement import (
    EnhancedFormat,
    EnhancementModel,
    EnhancementRequest,
    FillerWords,
    LongSilenceRemoval,
    MouthSoundRemoval,
    Normalization,
    NormalizationMethod,
    SpeakerIsolation,
    SpeechEnhancement,
    StutteringRemoval,
    SuperResolution,
    WhisperSize,
)
from bot.finevoice.requests.music import BackgroundMusic, Cover, CoverEngine, Singer, Song, SongModel, VocalType
from bot.finevoice.requests.pipeline import Pipeline
from bot.finevoice.requests.podcast import Podcast, PodcastSpeaker
from bot.finevoice.requests.separation import Separation, SeparationModel
from bot.finevoice.requests.speech import SpeechSynthesis
from bot.finevoice.requests.transcription import TranscriptFormat, Transcription, TranscriptionEngine
from bot.finevoice.requests.voices import (
    DesignEngine,
    PrimaryCategory,
    VoiceCategory,
    VoiceDesign,
    VoiceQuery,
    VoiceTraining,
)

__all__ = [
    "ApiRequest",
    "BackgroundMusic",
    "ConversionFormat",
    "Cover",
    "CoverEngine",
    "DesignEngine",
    "EnhancedFormat",
    "EnhancementModel",
    "EnhancementRequest",
    "FillerWords",
    "LongSilenceRemoval",
    "MouthSoundRemoval",
    "Normalization",
    "NormalizationMethod",
    "Pipeline",
    "Podcast",
    "PodcastSpeaker",
    "PrimaryCategory",
    "Separation",
    "SeparationModel",
    "Singer",
    "Song",
    "SongModel",
    "SoundEffect",
    "SourceType",
    "SpeakerIsolation",
    "SpeechEnhancement",
    "SpeechSynthesis",
    "StutteringRemoval",
    "SuperResolution",
    "TranscriptFormat",
    "Transcription",
    "TranscriptionEngine",
    "VocalType",
    "VoiceCategory",
    "VoiceConversion",
    "VoiceDesign",
    "VoiceQuery",
    "VoiceTraining",
    "WhisperSize",
]
