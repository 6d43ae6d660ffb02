"""Which failure a job ends with, for each error of the API."""

from bot.finevoice.errors import (
    ApiBroken,
    ApiBusy,
    ApiError,
    ApiOutcomeUnknown,
    ApiOutOfCredit,
    ApiRejected,
    ApiUnauthorized,
    ApiUnreachable,
    DownloadRefused,
    TaskFailed,
)
from bot.models import FailureReason

_REASONS: tuple[tuple[type[ApiError], FailureReason], ...] = (
    (ApiUnauthorized, FailureReason.UNAUTHORIZED),
    (ApiOutOfCredit, FailureReason.OUT_OF_CREDIT),
    (ApiRejected, FailureReason.REJECTED),
    (ApiOutcomeUnknown, FailureReason.OUTCOME_UNKNOWN),
    (ApiUnreachable, FailureReason.SERVICE_DOWN),
    (ApiBusy, FailureReason.SERVICE_DOWN),
    (ApiBroken, FailureReason.SERVICE_BROKEN),
    (TaskFailed, FailureReason.TASK_FAILED),
    (DownloadRefused, FailureReason.RESULT_UNREADABLE),
)


# What the embedded studio says when it could not fetch a recording; FineVoice's word for it is not documented.
_SOURCE_NOT_THERE = "source_not_there"


def failure_of(error: ApiError) -> tuple[FailureReason, str]:
    """The reason, and the service's own words where it gave any (text from outside: to be quoted, not trusted)."""
    if isinstance(error, DownloadRefused) and error.reason == "too_large":
        return FailureReason.RESULT_TOO_LARGE, ""
    if isinstance(error, ApiRejected) and error.code == _SOURCE_NOT_THERE:
        # The message, or its file, was deleted after it was asked for.
        return FailureReason.SOURCE_GONE, ""
    reason = next((reason for kind, reason in _REASONS if isinstance(error, kind)), FailureReason.SERVICE_BROKEN)
    detail = error.message if isinstance(error, ApiRejected | TaskFailed) else ""
    return reason, detail
