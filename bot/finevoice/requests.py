"""What is sent to the API: one model per call, checked before anything goes out.

Names are ours; the aliases are the API's own spellings, which go on the wire. Source of every range: the provider's
OpenAPI document of 2026-05-23.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

NonEmpty = Annotated[str, Field(min_length=1)]


class ApiRequest(BaseModel):
    """Base of all requests: no unknown fields, our names or the API's."""

    # A member's text must not reach a log by way of a validation error.
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, hide_input_in_errors=True)


class SpeechSynthesis(ApiRequest):
    """Text to speech. ``text`` may hold emotion tags such as ``[happy]``; it is charged by character."""

    voice: NonEmpty
    text: NonEmpty


class VoiceCategory(StrEnum):
    """Whose voices to list."""

    ALL = "all"
    MINE = "my_voices"
    FAVORITE = "favorite"


class VoiceQuery(ApiRequest):
    """A page of the voice list. ``page`` counts from 0."""

    category: VoiceCategory | None = Field(default=None, alias="categroy")
    primary_category: str | None = None
    sub_category: str | None = None
    gender: str | None = None
    language: str | None = None
    """A locale code such as ``en-US``."""
    keyword: str | None = None
    style: str | None = None
    age: str | None = None
    tts: bool | None = None
    """True for voices that can speak text."""
    page: Annotated[int, Field(ge=0)] | None = None
    limit: Annotated[int, Field(ge=1)] | None = None
