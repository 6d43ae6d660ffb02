"""Speech to text."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from bot.finevoice.requests.base import ApiRequest, Count, FetchedUrl, LanguageCode, NonEmpty


class TranscriptFormat(StrEnum):
    """Files a transcript can be written as."""

    SRT = "srt"
    VTT = "vtt"
    JSON = "json"
    TXT = "txt"


class TranscriptionEngine(StrEnum):
    """Who listens."""

    WHISPER = "whisper"
    FUNASR = "funasr"


class Transcription(ApiRequest):
    """Write down what is said at ``url`` (audio or video). The numbers of speakers go with ``speaker_diarization``."""

    url: FetchedUrl
    language: LanguageCode | None = None
    """Spoken language, such as ``en``, ``zh`` or ``ja``."""
    title: NonEmpty | None = None
    """A name for the task; for reference only."""
    format: TranscriptFormat | None = None
    engine: TranscriptionEngine | None = None
    use_async: bool | None = Field(default=None, serialization_alias="useAsync")
    word_level_timestamp_alignment: bool | None = None
    """True: tell when each word is said, not only each segment."""
    speaker_diarization: bool | None = None
    """True: tell who says what."""
    min_speakers: Count | None = None
    max_speakers: Count | None = None
    """Not below ``min_speakers``."""
    batch_size: Count | None = None
    script_target: NonEmpty | None = None
    """The script to write in, in the service's own words; its values are not documented."""

    @model_validator(mode="after")
    def _check_speakers(self) -> Self:
        if self.min_speakers and self.max_speakers and self.max_speakers < self.min_speakers:
            raise ValueError("max_speakers is below min_speakers")
        return self
