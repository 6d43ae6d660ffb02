"""What all requests share: how they are checked, and what of them goes on the wire."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
)

MAX_URL_CHARS = 4_096
MAX_INT32 = 2**31 - 1


class ApiRequest(BaseModel):
    """Base of all requests: our names in Python, the API's on the wire, no unknown fields.

    A field's default is what the service takes where nothing is sent, so a request always tells what will happen.
    It is not sent: only what was set is, and of that not what is None.
    """

    # A member's text must not reach a log by way of a validation error. NaN and the infinities are no JSON.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)

    @model_serializer(mode="wrap")
    def _only_what_was_set(self, dump: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, object]:
        fields = type(self).model_fields
        names = {(info.by_alias and fields[name].serialization_alias) or name for name in self.model_fields_set}
        dumped: dict[str, object] = dump(self)
        return {name: value for name, value in dumped.items() if name in names and value is not None}


def _fetchable(url: str) -> str:
    """An address the service can fetch, unchanged: its signature query must stay as it is."""
    if not url.isprintable() or " " in url:
        raise ValueError("an address has no spaces and no control characters")
    parts = urlsplit(url)
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http or https address")
    return url


NonEmpty = Annotated[str, Field(min_length=1)]
"""A text of at least one character."""

FetchedUrl = Annotated[str, Field(min_length=1, max_length=MAX_URL_CHARS), AfterValidator(_fetchable)]
"""Where the service will fetch a file: http or https, reachable from its side, at most 4,096 characters."""

LanguageCode = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$")]
"""``en``, ``en-US``, ``zh-CN``: letters and parts. Which ones the service knows is not documented."""

Semitones = Annotated[float, Field(ge=-12, le=12)]
"""An offset of pitch, -12 to 12 semitones."""

FullScaleDb = Annotated[float, Field(le=0)]
"""A level in dBFS: 0 is the loudest a file can hold, so nothing lies above it."""

Milliseconds = Annotated[int, Field(ge=0, le=MAX_INT32)]

Int32 = Annotated[int, Field(ge=-MAX_INT32 - 1, le=MAX_INT32)]

Count = Annotated[int, Field(ge=1, le=MAX_INT32)]
"""A whole number from 1 to 2**31 - 1."""


class ConversionFormat(StrEnum):
    """Files that voice conversion can make."""

    MP3 = "mp3"
    WAV = "wav"
