"""Sound effects."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.finevoice.requests.base import ApiRequest, FetchedUrl, NonEmpty
from bot.models import LONGEST_EFFECT_S


class SourceType(StrEnum):
    """What a sound effect is made to fit."""

    IMAGE = "image"
    VIDEO = "video"


class SoundEffect(ApiRequest):
    """A sound described by ``prompt``, or made to fit a picture or a film, or both."""

    prompt: NonEmpty | None = None
    negative_prompt: NonEmpty | None = None
    """Sounds to avoid."""
    source_url: FetchedUrl | None = Field(default=None, serialization_alias="sourceUrl")
    source_type: SourceType | None = Field(default=None, serialization_alias="sourceType")
    """Required with ``source_url``, meaningless without."""
    duration_s: Annotated[float, Field(gt=0, le=LONGEST_EFFECT_S)] | None = Field(
        default=None, serialization_alias="duration"
    )
    """Seconds, above 0 and at most 30."""
    seed: int | None = None
    """Another sound of the same words. Not documented: the embedded studio's own."""
    use_async: bool | None = Field(default=None, serialization_alias="useAsync")

    @model_validator(mode="after")
    def _check_source(self) -> Self:
        if (self.source_url is None) != (self.source_type is None):
            raise ValueError("source_url and source_type go together")
        if self.prompt is None and self.source_url is None:
            raise ValueError("a prompt or a source is needed")
        return self
