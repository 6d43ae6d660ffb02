"""The request bodies of the API, one model per call: what comes in is checked here and nowhere else.

Wire names (``sourceUrl``, ``step_speech_enhancement``) are aliases; engines read our names. Unknown fields are
ignored, as the hosted API does. A body's ``source_url`` is the recording it is about, if it has one.
"""

from bot.studio.bodies.audio import (
    ConversionBody,
    EffectBody,
    EffectSource,
    PodcastBody,
    SeparationBody,
    SeparationModel,
    SpeechBody,
    TranscriptFormat,
    TranscriptionBody,
    TranscriptionEngine,
)
from bot.studio.bodies.base import Body, SpeechFormat
from bot.studio.bodies.enhancement import (
    EnhancedFormat,
    EnhancementBody,
    EnhancementModel,
    FillerBody,
    MouthSoundBody,
    NoiseBody,
    NormalizationBody,
    NormalizationMethod,
    PipelineBody,
    SilenceBody,
    SpeakerBody,
    StutterBody,
    SuperResolutionBody,
    WhisperSize,
)
from bot.studio.bodies.music import BackgroundMusicBody, CoverBody, SingerBody, SongBody, SongModel
from bot.studio.bodies.voices import CloningBody, DesignBody, DesignEngine

__all__ = [
    "BackgroundMusicBody",
    "Body",
    "CloningBody",
    "ConversionBody",
    "CoverBody",
    "DesignBody",
    "DesignEngine",
    "EffectBody",
    "EffectSource",
    "EnhancedFormat",
    "EnhancementBody",
    "EnhancementModel",
    "FillerBody",
    "MouthSoundBody",
    "NoiseBody",
    "NormalizationBody",
    "NormalizationMethod",
    "PipelineBody",
    "PodcastBody",
    "SeparationBody",
    "SeparationModel",
    "SilenceBody",
    "SingerBody",
    "SongBody",
    "SongModel",
    "SpeakerBody",
    "SpeechBody",
    "SpeechFormat",
    "StutterBody",
    "SuperResolutionBody",
    "TranscriptFormat",
    "TranscriptionBody",
    "TranscriptionEngine",
    "WhisperSize",
]
