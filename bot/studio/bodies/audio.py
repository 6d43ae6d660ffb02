"""Bodies of the calls under /v1/audio. Source of names, ranges and defaults: FineVoice OpenAPI document, 2026-05-23."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from bot.studio.bodies.base import Body, LanguageCode, Name, Prompt, SourceUrl, SpeechFormat, Text

MAX_EFFECT_S = 30.0
MAX_PODCAST_SPEAKERS = 28
MAX_SPEAKERS_HEARD = 32


class SpeechBody(Body):
    """Text to speech. ``speed`` and ``pitch`` are sent by public clients, though not documented."""

    voice: Name
    text: Annotated[str, Field(min_length=1)]
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    """Ratio; 1 is the voice's own pace."""
    pitch: float = Field(default=0.0, ge=-12, le=12)
    """Semitones."""


class ConversionBody(Body):
    """A recording in another voice."""

    voice: Name
    url: SourceUrl = Field(alias="sourceUrl")
    output_format: SpeechFormat = Field(default=SpeechFormat.MP3, alias="outputFormat")

    @property
    def source_url(self) -> str:
        """The recording."""
        return self.url


class TranscriptFormat(StrEnum):
    """Files a transcript is written as."""

    SRT = "srt"
    VTT = "vtt"
    JSON = "json"
    TXT = "txt"


class TranscriptionEngine(StrEnum):
    """Who listens at the hosted service; here it is always Whisper."""

    WHISPER = "whisper"
    FUNASR = "funasr"


class TranscriptionBody(Body):
    """What is said in a recording."""

    url: SourceUrl
    language: LanguageCode | None = None
    """The spoken language; None or ``auto``: found by listening."""
    title: Annotated[str, Field(max_length=300)] | None = None
    format: TranscriptFormat = TranscriptFormat.JSON
    engine: TranscriptionEngine = TranscriptionEngine.WHISPER
    words: bool = Field(default=False, alias="word_level_timestamp_alignment")
    """True: tell when each word is said."""
    speaker_diarization: bool = False
    """True: tell who says what."""
    min_speakers: Annotated[int, Field(ge=1, le=MAX_SPEAKERS_HEARD)] | None = None
    max_speakers: Annotated[int, Field(ge=1, le=MAX_SPEAKERS_HEARD)] | None = None

    @property
    def source_url(self) -> str:
        """The recording."""
        return self.url

    @model_validator(mode="after")
    def _check_speakers(self) -> Self:
        if self.min_speakers and self.max_speakers and self.max_speakers < self.min_speakers:
            raise ValueError("max_speakers is below min_speakers")
        return self


class EffectSource(StrEnum):
    """What a sound effect may be made to fit."""

    IMAGE = "image"
    VIDEO = "video"


class EffectBody(Body):
    """A sound effect in words. A picture or a film (``picture_url``) is taken in only to be refused in clear words."""

    prompt: Prompt | None = None
    negative_prompt: Annotated[str, Field(max_length=2_000)] | None = None
    picture_url: Annotated[str, Field(max_length=4_096)] | None = Field(default=None, alias="sourceUrl")
    picture_kind: EffectSource | None = Field(default=None, alias="sourceType")
    duration_s: Annotated[float, Field(gt=0, le=MAX_EFFECT_S)] | None = Field(default=None, alias="duration")
    """Seconds, above 0 and at most 30; None: as long as the sound needs."""
    seed: Annotated[int, Field(ge=-(2**63), le=2**63 - 1)] | None = None
    """Not documented by the API: another take of the same words."""

    @model_validator(mode="after")
    def _check_content(self) -> Self:
        if self.prompt is None and self.picture_url is None:
            raise ValueError("a prompt is needed")
        return self


class SeparationModel(StrEnum):
    """What is taken apart."""

    VOCAL_REMOVER = "vocal-remover"
    SIX_STEMS = "htdemucs_6s-4"
    REVERB = "reverb"


class SeparationBody(Body):
    """A recording, taken apart."""

    url: SourceUrl = Field(alias="sourceUrl")
    model: SeparationModel = SeparationModel.VOCAL_REMOVER

    @property
    def source_url(self) -> str:
        """The recording."""
        return self.url


class PodcastBody(Body):
    """A podcast from a script (``text``) or from an idea (``prompt``)."""

    text: Text | None = None
    prompt: Text | None = None
    speakers: Annotated[tuple[Name, ...], Field(max_length=MAX_PODCAST_SPEAKERS)] = ()
    """The API's speakers (``olivia``, ``ethan``…) or voices of the list; empty: chosen by the studio."""
    style: Annotated[str, Field(max_length=200)] | None = None
    expected_duration: Annotated[str, Field(max_length=20)] | None = Field(default=None, alias="expectedDuration")
    """As the API writes it: ``3min``."""
    keep_wording: bool = Field(default=False, alias="originalText")
    """True: speak ``text`` word for word."""
    seed: Annotated[int, Field(ge=-(2**63), le=2**63 - 1)] | None = None

    @field_validator("text", "prompt")
    @classmethod
    def _not_blank(cls, value: str | None) -> str | None:
        return value if value and value.strip() else None

    @model_validator(mode="after")
    def _check_content(self) -> Self:
        if self.text is None and self.prompt is None:
            raise ValueError("a text or a prompt is needed")
        return self
