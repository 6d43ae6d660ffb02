"""What all request bodies share."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from yarl import URL

MAX_URL_CHARACTERS = 4_096
MAX_TEXT_CHARACTERS = 30_000
"""Of a script or lyrics: about half an hour of speech, which is more than any engine here makes at once."""
MAX_PROMPT_CHARACTERS = 2_000
"""Of a description. Source of none: the API documents no bound; nobody describes a sound in more."""

_CONTROL = re.compile(r"[\x00-\x20\x7f]")


class Body(BaseModel):
    """A JSON body: the API's names on the wire (aliases), ours inside, unknown fields ignored as the API does.

    Defaults are the documented ones; None is where the API documents none and the engine decides.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    use_async: bool | None = Field(default=None, alias="useAsync")
    """True: a task id at once. False: wait, and answer with the result if it does not take too long."""

    @property
    def source_url(self) -> str | None:
        """The recording this is about, which is fetched before the engine runs; None for operations without one."""
        return None


def _fetchable(url: str) -> str:
    if _CONTROL.search(url):
        raise ValueError("an address has no spaces and no control characters")
    parsed = URL(url)
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ValueError("must be an http or https address")
    return url


SourceUrl = Annotated[str, Field(min_length=1, max_length=MAX_URL_CHARACTERS), AfterValidator(_fetchable)]
"""Where the studio fetches a recording: http or https, at most 4,096 characters."""
Prompt = Annotated[str, Field(min_length=1, max_length=MAX_PROMPT_CHARACTERS)]
Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT_CHARACTERS)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
LanguageCode = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$")]
"""``en``, ``en-US``, ``zh-CN``."""
Semitones = Annotated[float, Field(ge=-12, le=12)]
FullScaleDb = Annotated[float, Field(le=0, ge=-120)]
"""A level in dBFS; 0 is the loudest a file can hold, and below -120 there is nothing to hear."""


class SpeechFormat(StrEnum):
    """Files that voice conversion makes."""

    MP3 = "mp3"
    WAV = "wav"
