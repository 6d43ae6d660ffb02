"""Voices: which to list, and how to make one."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.finevoice.requests.base import MAX_INT32, ApiRequest, Count, FetchedUrl, LanguageCode, NonEmpty


class VoiceCategory(StrEnum):
    """Whose voices to list."""

    ALL = "all"
    MINE = "my_voices"
    FAVORITE = "favorite"


class PrimaryCategory(StrEnum):
    """What a voice is for."""

    ALL = "all"
    SOCIAL_MEDIA = "social-media"
    ADVERTISEMENT = "advertisement"
    CHARACTERS_AND_ANIMATION = "characters-and-animation"
    ENTERTAINMENT_AND_TV = "entertainment-and-tv"
    INFORMATIVE_AND_EDUCATIONAL = "informative-and-educational"
    NARRATIVE_AND_STORY = "narrative-and-story"
    INTERACTIVE_MEDIA = "interactive_media"
    HEALTHCARE = "healthcare"
    COMPANIONS = "companions"
    EDUCATION_TRAINING = "education_training"
    ENTERPRISE = "enterprise"


class VoiceQuery(ApiRequest):
    """A page of the voice list. ``page`` counts from 0.

    ``keyword`` misses voices whose name holds the word, as met in the field: to search, read the whole catalogue.
    """

    category: VoiceCategory | None = Field(default=None, serialization_alias="categroy")
    primary_category: PrimaryCategory | None = None
    sub_category: NonEmpty | None = None
    gender: NonEmpty | None = None
    """Such as ``male`` or ``female``."""
    language: LanguageCode | None = None
    """A locale code such as ``en-US``."""
    keyword: NonEmpty | None = None
    style: NonEmpty | None = None
    age: NonEmpty | None = None
    tts: bool | None = None
    """True for voices that can speak text."""
    page: Annotated[int, Field(ge=0, le=MAX_INT32)] | None = None
    limit: Count | None = None
    """Voices on a page, at least 1; the most is not documented."""


class DesignEngine(StrEnum):
    """Who designs."""

    V1 = "v1"
    V2 = "v2"


class VoiceDesign(ApiRequest):
    """A voice made from a description; with ``task_id``, a design that was begun is changed."""

    prompt: NonEmpty | None = None
    """The voice in words. Needed unless ``task_id`` is given."""
    preview_text: NonEmpty | None = Field(default=None, serialization_alias="previewText")
    """What the new voice says to be listened to."""
    engine: DesignEngine | None = None
    seed: Annotated[int, Field(ge=-(2**63), le=2**63 - 1)] | None = None
    """The same seed and prompt make the same voice."""
    model_id: NonEmpty | None = Field(default=None, serialization_alias="modelId")
    """The model to start from."""
    task_id: NonEmpty | None = Field(default=None, serialization_alias="taskId")

    @model_validator(mode="after")
    def _check_content(self) -> Self:
        if self.prompt is None and self.task_id is None:
            raise ValueError("a prompt is needed, or the task of a design to change")
        return self


class VoiceTraining(ApiRequest):
    """A voice cloned from a recording: best from 30 to 120 clean seconds of one person, who has to agree to it."""

    name: NonEmpty
    """How the voice is to be called."""
    audio_url: FetchedUrl = Field(serialization_alias="audioUrl")
    language: LanguageCode | None = Field(default=None, serialization_alias="languageCode")
    """Of the recording, such as ``en-US``."""
    gender: NonEmpty | None = None
    """Such as ``female``."""
    image_url: FetchedUrl | None = Field(default=None, serialization_alias="imageUrl")
