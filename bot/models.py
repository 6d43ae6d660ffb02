"""The things this bot talks about: jobs, what they ask for, and voices. Standard library only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SHORT_ID_LENGTH = 6


class JobState(StrEnum):
    """A job's life, in order. What each means after a crash stands in bot/jobs/runner.py."""

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
    def holds_place(self) -> bool:
        """True while the job takes one of the API key's places."""
        return self in {JobState.SUBMITTING, JobState.RUNNING}


class JobKind(StrEnum):
    """One kind per category of the API that makes something."""

    SPEECH = "speech"


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
    UNDELIVERABLE = "undeliverable"
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

    @property
    def scope_id(self) -> int:
        """Whose limits and whose turn: the guild's, or in a direct message the member's own."""
        return self.guild_id if self.guild_id is not None else self.user_id


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the jobs table."""

    id: str
    state: JobState
    request: SpeechRequest
    form: ResultForm
    place: Place
    created_at: datetime
    updated_at: datetime
    card_message_id: int | None = None
    """The message that shows the job; None until the member was answered."""
    api_task_id: str | None = None
    result_urls: tuple[str, ...] = ()
    result_file: str | None = None
    """Name of the downloaded result inside the job's own work folder."""
    notes: tuple[str, ...] = ()
    """What the service said about a result that it made all the same: an unknown tag, say. Text from outside."""
    failure: FailureReason | None = None
    failure_detail: str = ""
    """What the service said, shortened; shown to the asker only as quoted text."""
    was_refunded: bool = False
    attempts: int = 0
    """How often the job was handed to the service; more than one only after a certain refusal (429)."""

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
        }


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is known of a job before it is admitted."""

    id: str
    request: SpeechRequest
    form: ResultForm
    place: Place
    created_at: datetime
    retry_of: str | None = None
    """The job that this one repeats; a job is repeated at most once."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate limit: ``burst`` jobs at once, then one more every ``refill_s`` seconds."""

    burst: int
    refill_s: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What one member and one guild may ask for."""

    member: Rate
    guild: Rate


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
