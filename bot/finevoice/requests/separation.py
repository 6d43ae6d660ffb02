"""A recording, taken apart."""

from enum import StrEnum

from pydantic import Field

from bot.finevoice.requests.base import ApiRequest, FetchedUrl


class SeparationModel(StrEnum):
    """What is taken apart."""

    VOCAL_REMOVER = "vocal-remover"
    """Voice and the rest."""
    SIX_STEMS = "htdemucs_6s-4"
    """Six stems, one for each instrument."""
    REVERB = "reverb"
    """Sound and its echo."""


class Separation(ApiRequest):
    """Take ``source_url`` apart; the results are the stems."""

    source_url: FetchedUrl = Field(serialization_alias="sourceUrl")
    model: SeparationModel | None = None
    use_async: bool | None = Field(default=None, serialization_alias="useAsync")
