"""The things this bot talks about: jobs, what they ask for, and voices. Standard library only."""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

SHORT_ID_LENGTH = 6
# Source: Discord's documentation, "Uploading Files", read 2026-11: 10 MiB unless a server is boosted.
UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024


class JobState(StrEnum):
    """A job's life, in order. What each means after a crash stands in bot/jobs/carrier.py."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    RUNNING = "running"
    READY = "ready"
    DELIVERING = "delivering"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_final(self) -> bool:
        """True when nothing more will happen to the job."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED}

    @property
    def can_be_cancelled(self) -> bool:
        """True until its result is being posted."""
        return not self.is_final and self is not JobState.DELIVERING

    @property
    def holds_place(self) -> bool:
        """True while the job takes one of the API key's places."""
        return self in {JobState.SUBMITTING, JobState.RUNNING}


class JobKind(StrEnum):
    """What members can ask for."""

    SPEECH = "speech"
    EFFECT = "effects"
    TRANSCRIPT = "transcript"


class ResultForm(StrEnum):
    """How the member wants the result. The values are what the member picks in ``as:``."""

    VOICE_MESSAGE = "voice message"
    FILE = "file"


class FailureReason(StrEnum):
    """Why a job ended without a result. bot/replies has a sentence for each."""

    OUTCOME_UNKNOWN = "outcome_unknown"
    REJECTED = "rejected"
    UNAUTHORIZED = "unauthorized"
    OUT_OF_CREDIT = "out_of_credit"
    SERVICE_DOWN = "service_down"
    SERVICE_BROKEN = "service_broken"
    TASK_FAILED = "task_failed"
    TASK_LOST = "task_lost"
    RESULT_UNREADABLE = "result_unreadable"
    RESULT_TOO_LARGE = "result_too_large"
    TOO_LATE = "too_late"
    NEVER_STARTED = "never_started"
    UNDELIVERABLE = "undeliverable"
    RESULT_GONE = "result_gone"
    SOURCE_GONE = "source_gone"
    NOT_TRANSCRIBED = "not_transcribed"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """Text to be spoken by a voice. ``text`` may hold emotion tags (bot/emotions.py)."""

    text: str
    voice: str
    voice_label: str

    @property
    def kind(self) -> JobKind:
        """The kind of job that this request makes."""
        return JobKind.SPEECH

    @property
    def size(self) -> int:
        """Characters, the unit in which the API charges for speech."""
        return len(self.text)


class SourceKind(StrEnum):
    """What a member attached."""

    AUDIO = "audio"
    VIDEO = "video"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Source:
    """A file in a message, or one that came with a command (then ``message_id`` is 0).

    Discord's links are signed and end after about a day; where the file hangs in a message, a new one can be had.
    """

    url: str
    name: str
    kind: SourceKind
    size_bytes: int
    attachment_id: int
    channel_id: int = 0
    message_id: int = 0
    author_id: int = 0
    """Who sent it; 0: whoever asks, or nobody knows."""


MOST_TAKES = 4
# Source: FineVoice's documentation of sound effects, "duration", read 2026-11.
SHORTEST_EFFECT_S, LONGEST_EFFECT_S = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class EffectRequest:
    """A sound from words, or one that fits a picture or a film; ``takes`` different ones of the same."""

    prompt: str
    duration_s: float
    avoid: str = ""
    takes: int = 1
    source: Source | None = None
    variation: int = 0
    """Counts up where the same is asked for again, so that it becomes another one."""

    @property
    def kind(self) -> JobKind:
        """The kind of job that this request makes."""
        return JobKind.EFFECT

    @property
    def size(self) -> int:
        """Seconds of all takes together."""
        return math.ceil(self.duration_s * self.takes)


@dataclass(frozen=True, slots=True)
class TranscriptRequest:
    """What is said in a file."""

    source: Source
    length_s: float
    language: str | None = None
    """As in bot/languages.py; None lets the service find out."""
    speakers: bool = False
    """Whether to tell who says what."""
    is_second_try: bool = False
    """True for the one that is free, in the language that was really spoken."""
    is_moderated: bool = False
    """Whether to mark what the guild's own AutoMod would have caught; only a moderator is to see that."""

    @property
    def kind(self) -> JobKind:
        """The kind of job that this request makes."""
        return JobKind.TRANSCRIPT

    @property
    def size(self) -> int:
        """Seconds."""
        return math.ceil(self.length_s)


Request = SpeechRequest | EffectRequest | TranscriptRequest


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job was asked for, and by whom. Enough to answer there without the interaction."""

    user_id: int
    channel_id: int
    guild_id: int | None
    """None in a direct message."""
    application_id: int
    interaction_token: str
    token_expires_at: datetime
    """Discord's rule: 15 minutes after the interaction was made."""
    has_bot: bool = True
    """False where only the interaction's token reaches: a member brought the bot to a place it is not in itself."""
    upload_limit_bytes: int = UPLOAD_LIMIT_BYTES
    """The largest file Discord takes here, for this member."""
    is_private: bool = False
    """True where only the member is to see the card and the result; they too go through the interaction's token."""
    locale: str = "en-US"
    """The language of what the card says, as Discord names it."""

    @property
    def is_reached_by_token_only(self) -> bool:
        """True where messages of the bot's own are no way to the member."""
        return self.is_private or not self.has_bot

    @property
    def scope_id(self) -> int:
        """Whose limits and whose turn: the guild's, or in a direct message the member's own."""
        return self.guild_id if self.guild_id is not None else self.user_id


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the jobs table."""

    id: str
    state: JobState
    request: Request
    form: ResultForm
    place: Place
    created_at: datetime
    updated_at: datetime
    card_message_id: int | None = None
    """The message that shows the job; None until the member was answered."""
    api_task_id: str | None = None
    result_urls: tuple[str, ...] = ()
    """Where the service has the results: one for each take that was made so far."""
    takes_made: int = 0
    """How many of them are in the job's work folder."""
    result_file: str | None = None
    """Name of the first downloaded result inside the job's own work folder; see ``take_path`` for the others."""
    notes: tuple[str, ...] = ()
    """What the service said about a result that it made all the same: an unknown tag, say. Text from outside."""
    failure: FailureReason | None = None
    failure_detail: str = ""
    """What the service said, shortened; shown to the asker only as quoted text."""
    was_refunded: bool = False
    attempts: int = 0
    """How often the job was handed to the service; more than one only where it was busy, or could not be reached."""
    cost: int = 0
    """What it was charged with, in cost units."""
    owner: str | None = None
    """The process that works on it; None while it waits in line."""
    deliveries: int = 0
    """How often its result was asked for again after the job was over."""
    result_channel_id: int | None = None
    result_message_id: int | None = None
    """The message that holds the result."""
    is_cached: bool = False
    """True when the result was there from an earlier time; it costs nothing."""

    @property
    def takes(self) -> int:
        """How many results were asked for."""
        return self.request.takes if isinstance(self.request, EffectRequest) else 1

    @property
    def kind(self) -> JobKind:
        """The kind of work, from the request."""
        return self.request.kind

    @property
    def short_id(self) -> str:
        """The part of the id that members see and operators search the log for."""
        return self.id[:SHORT_ID_LENGTH]

    @property
    def can_retry(self) -> bool:
        """True when asking for the same thing again makes sense."""
        return self.state in {JobState.FAILED, JobState.EXPIRED, JobState.CANCELLED} and self.failure not in {
            FailureReason.REJECTED,
            FailureReason.UNAUTHORIZED,
            FailureReason.RESULT_TOO_LARGE,
            FailureReason.UNDELIVERABLE,
            FailureReason.SOURCE_GONE,
            FailureReason.NOT_TRANSCRIBED,
        }

    @property
    def was_posted(self) -> bool:
        """True when its result could be seen once, even if it is asked for again now."""
        return self.result_message_id is not None

    @property
    def can_send_again(self) -> bool:
        """True when its result was made and may be posted once more, which costs nothing."""
        return self.state is JobState.DONE or self.failure is FailureReason.UNDELIVERABLE


def take_path(first: Path, number: int) -> Path:
    """Where the take of this number, from 0, lies; ``first`` is where the first does."""
    return first if number == 0 else first.with_name(f"{first.name}-take-{number + 1}")


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a member who waits may expect, as far as past jobs tell."""

    after_s: float
    """Seconds until the job starts or, when it has started, that it usually takes."""
    place_in_line: int | None = None
    """From 1; None when it has started."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The message that holds a result."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is known of a job before it is admitted."""

    id: str
    request: Request
    form: ResultForm
    place: Place
    created_at: datetime
    retry_of: str | None = None
    """The job that this one repeats; a job is repeated at most once."""
    role_ids: tuple[int, ...] = ()
    """The member's roles in the guild; they may have limits of their own. Not kept."""
    is_cached: bool = False
    is_free: bool = False
    """True for what the member should not pay for: a transcript in the language that was meant, say."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of the catalogue. ``name`` is what the API wants, ``label`` what people read."""

    name: str
    label: str
    gender: str = ""
    language: str = ""
    age: str = ""
    style: str = ""
    category: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()

    @property
    def traits(self) -> dict[str, str]:
        """What it is like, by the names of the fields that say it in a word each."""
        return {"gender": self.gender, "age": self.age, "style": self.style, "category": self.category}
