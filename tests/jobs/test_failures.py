"""What a member is told for each error of the API."""

import pytest

from bot.finevoice.errors import ApiError, ApiRejected, ApiUnauthorized, DownloadRefused, TaskFailed
from bot.jobs.failures import failure_of
from bot.models import FailureReason


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ApiRejected(422, "unsupported_prompt", "No such sound"), (FailureReason.REJECTED, "No such sound")),
        (ApiRejected(422, "source_not_there", "It answered 404"), (FailureReason.SOURCE_GONE, "")),
        (ApiUnauthorized(401, "bad_key", "No such key"), (FailureReason.UNAUTHORIZED, "No such key")),
        (TaskFailed("broken", "It broke"), (FailureReason.TASK_FAILED, "It broke")),
        (DownloadRefused("too_large"), (FailureReason.RESULT_TOO_LARGE, "")),
        (DownloadRefused("empty"), (FailureReason.RESULT_UNREADABLE, "")),
        (ApiError("of a kind that is not known yet"), (FailureReason.SERVICE_BROKEN, "")),
    ],
)
def test_each_error_has_the_failure_that_says_what_to_do(error: ApiError, told: tuple[FailureReason, str]) -> None:
    assert failure_of(error) == told
