"""Bodies of the calls that make voices. Source: FineVoice OpenAPI document, 2026-05-23."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.studio.bodies.base import Body, LanguageCode, Name, Prompt


class DesignEngine(StrEnum):
    """The hosted service's two designers; here one answers for both."""

    V1 = "v1"
    V2 = "v2"


class DesignBody(Body):
    """A voice in words; with ``task_id``, a design that was begun is changed."""

    prompt: Prompt | None = None
    preview_text: Annotated[str, Field(min_length=1, max_length=1_000)] | None = Field(
        default=None, alias="previewText"
    )
    """What the new voice says to be listened to."""
    engine: DesignEngine | None = None
    seed: Annotated[int, Field(ge=-(2**63), le=2**63 - 1)] | None = None
    """The same seed and prompt make the same voice."""
    model_id: Annotated[str, Field(max_length=200)] | None = Field(default=None, alias="modelId")
    task_id: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(default=None, alias="taskId")

    @model_validator(mode="after")
    def _check_content(self) -> Self:
        if self.prompt is None and self.task_id is None:
            raise ValueError("a prompt is needed")
        return self


class CloningBody(Body):
    """A voice from a recording of somebody. The recording is never fetched by the studio itself."""

    name: Name
    audio_url: Annotated[str, Field(min_length=1, max_length=4_096)] = Field(alias="audioUrl")
    language: LanguageCode | None = Field(default=None, alias="languageCode")
    gender: Annotated[str, Field(max_length=50)] | None = None
    image_url: Annotated[str, Field(max_length=4_096)] | None = Field(default=None, alias="imageUrl")
