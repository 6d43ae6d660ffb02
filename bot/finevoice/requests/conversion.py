"""The voice of a recording, changed."""

from pydantic import Field

from bot.finevoice.requests.base import ApiRequest, ConversionFormat, FetchedUrl, NonEmpty


class VoiceConversion(ApiRequest):
    """Speak what ``source_url`` says with another ``voice``."""

    voice: NonEmpty
    source_url: FetchedUrl = Field(serialization_alias="sourceUrl")
    output_format: ConversionFormat | None = Field(default=None, serialization_alias="outputFormat")
    use_async: bool | None = Field(default=None, serialization_alias="useAsync")
    """True: answer with a task at once. Otherwise the answer may already be the result."""
