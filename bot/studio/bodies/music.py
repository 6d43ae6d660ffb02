"""Bodies of the calls under /v1/music. Source: FineVoice OpenAPI document, 2026-05-23."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.studio.bodies.base import Body, Name, Prompt, Semitones, Text

MAX_MUSIC_S = 300
"""Five minutes. The API documents no bound; this one keeps an engine busy for seconds, not minutes."""

_Reference = Annotated[str, Field(max_length=4_096)]


class BackgroundMusicBody(Body):
    """Music in words. ``continuation`` and what goes with it are taken in to be refused in clear words."""

    prompt: Prompt
    instrumental: bool | None = None
    """False asks for somebody who sings; None is taken for True."""
    duration_s: Annotated[int, Field(ge=1, le=MAX_MUSIC_S)] | None = Field(default=None, alias="duration")
    continuation: bool = False
    title: Annotated[str, Field(max_length=300)] | None = None
    model_version: Annotated[str, Field(max_length=100)] | None = Field(default=None, alias="modelVersion")
    audio_id: _Reference | None = Field(default=None, alias="audioId")
    input_audio: _Reference | None = None
    seed: Annotated[int, Field(ge=-(2**63), le=2**63 - 1)] | None = None


class SongModel(StrEnum):
    """The hosted service's two composers; here one answers for both."""

    V3 = "v3"
    R2 = "r2"


class SongBody(Body):
    """A song from ``lyrics`` and a ``style``. Only an instrumental one, from a style, can be made without a singer."""

    title: Annotated[str, Field(max_length=300)] | None = None
    style: Prompt | None = None
    lyrics: Text | None = None
    instrumental: bool | None = None
    model_version: SongModel | None = Field(default=None, alias="modelVersion")
    audio_id: _Reference | None = Field(default=None, alias="audioId")
    refer_voice: _Reference | None = Field(default=None, alias="referVoice")
    refer_instrumental: _Reference | None = Field(default=None, alias="referInstrumental")
    seed: Annotated[int, Field(ge=-(2**63), le=2**63 - 1)] | None = None

    @model_validator(mode="after")
    def _check_content(self) -> Self:
        if not any((self.lyrics, self.style, self.audio_id, self.refer_voice, self.refer_instrumental)):
            raise ValueError("lyrics or a style are needed")
        return self


class SingerBody(Body):
    """One voice of a cover with several."""

    voice: Name
    pitch_semitones: Semitones = Field(default=0.0, alias="pitch")


class CoverBody(Body):
    """A song in another voice. The song is never fetched by the studio itself."""

    song_url: Annotated[str, Field(min_length=1, max_length=4_096)] = Field(alias="sourceUrl")
    voice: Name | None = None
    pitch_semitones: Semitones = Field(default=0.0, alias="pitch")
    singers: Annotated[tuple[SingerBody, ...], Field(max_length=32)] = ()
