"""Music: songs from lyrics, background music from a description, covers with another voice."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.finevoice.requests.base import ApiRequest, Count, FetchedUrl, Int32, NonEmpty, Semitones

MAX_SINGERS = 32


class SongModel(StrEnum):
    """Who composes."""

    V3 = "v3"
    """Good at Chinese singing and traditional styles."""
    R2 = "r2"
    """Sounds like a studio, with lifelike singing."""


class CoverEngine(StrEnum):
    """Who changes the voice."""

    V5 = "v5"
    """For singing: rich vibrato, more noise."""
    V7 = "v7"
    """For speech: clean and stable."""


class VocalType(StrEnum):
    """How many sing."""

    SOLO = "solo"
    CHORUS = "chorus"
    DUETS = "duets"


class Song(ApiRequest):
    """A song from ``lyrics``, a ``style`` and tracks to resemble; at least one of them is needed."""

    title: NonEmpty | None = None
    style: NonEmpty | None = None
    """Such as ``pop, energetic, upbeat``."""
    lyrics: NonEmpty | None = None
    """May hold section marks such as ``[Verse 1]``."""
    instrumental: bool | None = None
    """True: nobody sings."""
    model_version: SongModel | None = Field(default=None, serialization_alias="modelVersion")
    audio_id: NonEmpty | None = Field(default=None, serialization_alias="audioId")
    refer_voice: NonEmpty | None = Field(default=None, serialization_alias="referVoice")
    """A vocal track to resemble: its id or address."""
    refer_instrumental: NonEmpty | None = Field(default=None, serialization_alias="referInstrumental")
    """An instrumental track to resemble: its id or address."""

    @model_validator(mode="after")
    def _check_content(self) -> Self:
        if not any((self.lyrics, self.style, self.audio_id, self.refer_voice, self.refer_instrumental)):
            raise ValueError("lyrics, a style or a track to resemble is needed")
        return self


class BackgroundMusic(ApiRequest):
    """Music as described by ``prompt``."""

    prompt: NonEmpty
    instrumental: bool | None = None
    """True: nobody sings."""
    duration_s: Count | None = Field(default=None, serialization_alias="duration")
    """Whole seconds, at least 1; the longest is not documented."""
    continuation: bool | None = None
    """True: go on from ``audio_id`` or ``input_audio``, one of which is then needed."""
    title: NonEmpty | None = None
    model_version: NonEmpty | None = Field(default=None, serialization_alias="modelVersion")
    audio_id: NonEmpty | None = Field(default=None, serialization_alias="audioId")
    prompt_type: NonEmpty | None = None
    input_audio: FetchedUrl | None = None
    thumbnail_url: FetchedUrl | None = None

    @model_validator(mode="after")
    def _check_continuation(self) -> Self:
        if self.continuation and self.audio_id is None and self.input_audio is None:
            raise ValueError("nothing to go on from: audio_id or input_audio is needed")
        return self


class Singer(ApiRequest):
    """One voice of a cover with several."""

    voice: NonEmpty
    pitch_semitones: Semitones | None = Field(default=None, serialization_alias="pitch")
    """-12 to 12, as documented for the main voice."""
    engine: CoverEngine | None = None
    diffusion_steps: Count | None = None
    auto_f0_adjust: bool | None = None
    """True: move the pitch to where the voice is at home."""


class Cover(ApiRequest):
    """The song at ``source_url`` with another voice: ``voice``, or those of ``singers``; one of the two is needed."""

    source_url: FetchedUrl = Field(serialization_alias="sourceUrl")
    voice: NonEmpty | None = None
    pitch_semitones: Semitones = Field(default=0, serialization_alias="pitch")
    """Of the voice, -12 to 12."""
    output_format: NonEmpty | None = Field(default=None, serialization_alias="outputFormat")
    """Such as ``mp3``; the others are not documented."""
    audio_name: NonEmpty | None = Field(default=None, serialization_alias="audioName")
    audio_cover_url: FetchedUrl | None = Field(default=None, serialization_alias="audioCover")
    """A picture."""
    way: Literal["m2"] | None = None
    """The only documented mode."""
    cut: Int32 | None = None
    """The service's cut mode; its values are not documented."""
    engine: CoverEngine | None = None
    singers: tuple[Singer, ...] | None = Field(default=None, min_length=1, max_length=MAX_SINGERS)
    instrument_pitch_semitones: Semitones | None = Field(default=None, serialization_alias="instrument_pitch")
    """Of the instruments, -12 to 12, as documented for the voice."""
    pitch_control: Literal["rmvpe"] | None = None
    """The only documented mode."""
    diffusion_steps: Count | None = None
    auto_f0_adjust: bool | None = None
    vocal_types: VocalType = VocalType.SOLO

    @model_validator(mode="after")
    def _check_voices(self) -> Self:
        if self.voice is None and self.singers is None:
            raise ValueError("a voice or singers are needed")
        return self
